"""Figures that train in the page: their element, and the scripts that make them live.

The program stands in the page once, gzipped: a few lines unpack it and run it. Where the browser
refuses it, a worker or WebAssembly, the stored picture and the line of Python stay.
"""

import json
from functools import cache
from html import escape

SPEC = {"recipe", "seed", "noise", "start", "weights"}  # what a panel's settings hold


@cache
def program():
    """The program of the panels, as text."""
    from nnlib.live import panel  # only for pages that have one

    return f"{panel.script()}nnPanel.page();\n"


@cache
def loader():
    """JavaScript that unpacks the program and runs it."""
    from nnlib.live import bundle

    return f"""(async () => {{
{bundle.text("unpack.js")}
const script = document.createElement("script");
const packed = document.getElementById("nnlib-live").textContent;
script.textContent = await (await unpacked(packed)).text();
document.body.append(script);
}})();"""


def programs():
    """The scripts that the page's policy must name."""
    return loader(), program()


@cache
def scripts():
    """The elements that hold them."""
    from nnlib.live import bundle

    packed = bundle.packed(program().encode())
    return (
        f'<script type="application/gzip" id="nnlib-live">{packed}</script>\n'
        f"<script>{loader()}</script>"
    )


def style():
    from nnlib.live import panel

    return panel.style()


def runs(piece):
    """Whether a piece of the report is a figure that the program makes live."""
    return bool(getattr(piece, "live", None) or getattr(piece, "backprop", None))


def figure(piece, picture):
    """A live figure: the stored picture, and what the program begins with; a panel's line too."""
    if not piece.live:
        inner = f"<div data-player>{picture}</div>\n{_data(piece.backprop)}"
        return f"<div data-backprop>\n{inner}\n</div>"
    from nnlib.live import panel

    if not isinstance(piece.live, dict) or not piece.live.keys() >= SPEC:
        raise ValueError(
            f"{piece.where}: figure {piece.number} holds no settings of a tuning panel; run its "
            "cell anew"
        )
    line = panel.call("nnSettings.line", piece.live)
    return (
        f'<div class="live" data-live="{escape(piece.number)}" data-state="picture">\n{picture}\n'
        f'<p class="live-line"><code data-line>{escape(line)}</code></p>\n'
        f'<p class="nnl-note" role="status"></p>\n{_data(piece.live)}\n</div>'
    )


def _data(value):
    """What a script reads, as an element that a notebook's text cannot leave."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json">{text}</script>'
