"""The player: an Explorer on a page without a kernel, its pictures in the page.

Markup and data only; the few lines of script that move every player stand once in the page, which
the HTML exporter makes. Without script, and in print, the picture of the starting values stays.
"""

import base64
import json
from html import escape

from nnlib.widgets.controls import Slider
from nnlib.widgets.frames import smaller


def player(explorer, svg, text):
    """HTML of the player: picture, controls, the line of text, and all frames as JSON."""
    frames, texts = [], []
    for _, picture, line in explorer.frames():
        frames.append(_kept(picture))
        texts.append(line)
    width, height = (round(96 * size) for size in explorer.figure.get_size_inches())
    size = f'width="{width}" height="{height}"'
    data = {"frames": frames, "texts": texts}
    if explorer.narrow:
        data["narrow"] = [_kept(picture) for picture in explorer.narrow_frames()]
    name = "player-" + explorer.number.replace(".", "-")
    start = base64.b64encode(svg.encode()).decode()
    return "\n".join(
        [
            f'<div class="player" id="{name}">',
            f'<img src="data:image/svg+xml;base64,{start}" alt="{escape(explorer.alt)}" {size}>',
            '<div class="controls">',
            *(_control(f"{name}-{key}", control) for key, control in explorer.controls.items()),
            "</div>",
            f'<p class="reading" role="status" aria-live="polite">{escape(text)}</p>',
            f'<script type="application/json">{_json(data)}</script>',
            "</div>",
        ]
    )


def _kept(picture):
    return base64.b64encode(smaller(picture)).decode()


def _control(name, control):
    """A range or a list; its options' texts are with it, for the script to show."""
    start = control.options.index(control.value)
    label = f'<label for="{name}">{escape(control.label)}</label>'
    if isinstance(control, Slider):
        texts = escape(_json(control.texts))
        now = escape(control.texts[start])
        return (
            f'{label}<input type="range" id="{name}" min="0" max="{len(control.options) - 1}" '
            f'step="1" value="{start}" aria-valuetext="{now}" data-texts="{texts}">'
            f'<output for="{name}">{now}</output>'
        )
    options = "".join(
        f"<option{' selected' if i == start else ''}>{escape(text)}</option>"
        for i, text in enumerate(control.texts)
    )
    return f'{label}<select id="{name}">{options}</select><span></span>'


def _json(data):
    """JSON that may stand in a script element."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
