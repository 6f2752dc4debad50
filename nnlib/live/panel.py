"""The panel's script and style, and its functions for Python: one program for all places."""

import json
from functools import cache
from itertools import pairwise
from pathlib import Path

import quickjs

from nnlib.figures import palette
from nnlib.figures.points import FIELD, LEVELS
from nnlib.live import backprop, bundle, settings
from nnlib.live.bundle import text
from nnlib.optimizers import OPTIMIZERS
from nnlib.recipe import Recipe

HERE = Path(__file__).parent
ROOMS = (
    "controls.js", "epochs.js", "square.js", "boundary.js", "units.js", "tape.js", "numbers.js",
    "panel.js", "page.js", "jupyter.js",
)  # fmt: skip
PICTURE = (
    "part", "enlarged", "extremes", "atNight", "positions", "short", "percent", "plural", "whole",
)  # fmt: skip
CONTOURS = "d3-contour/d3-contour.min.js"
NOISE = bundle.tables()["NOISE"]


@cache
def controls():
    """The table of the controls, a list of dicts in the order of the panel."""
    return json.loads((HERE / "settings.json").read_text(encoding="utf-8"))


@cache
def tables():
    """JavaScript that defines CONTROLS, DEFAULTS and COLORS, from the library's own."""
    defaults = {
        "recipe": settings.plain(Recipe()),
        "optimizers": {kind.__name__: vars(kind()) for kind in OPTIMIZERS},
        "noise": NOISE,
    }
    made = {"CONTROLS": controls(), "DEFAULTS": defaults, "COLORS": colors()}
    return "".join(f"const {name} = {_json(value)};\n" for name, value in made.items())


def colors():
    """The palette's colors: by name, the field's bands, a unit's shades, and the map to night."""
    middles = [(a + b) / 2 for a, b in pairwise(LEVELS)]
    named = {name: light for name, (light, _) in palette.faces().items()}
    return {
        "names": named,
        "bands": [_hex(FIELD(m)) for m in middles],
        "shades": [_hex(FIELD((k + 0.5) / 5)) for k in range(5)],
        "classes": [palette.SOFT_BLUE, palette.PALE_ORANGE],
        "night": palette.MATRIX.tolist(),
    }


def _hex(color):
    return "#" + "".join(f"{round(255 * part):02x}" for part in color[:3])


def _json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@cache
def drawing():
    """JavaScript that defines nnSettings and nnPicture: what has no page, and runs anywhere."""
    contours = (HERE / CONTOURS).read_text(encoding="utf-8")
    return (
        f"{tables()}"
        # In a function of its own: the library would leave its name with the page.
        f"const nnContours = (() => {{ const globalThis = {{}}, exports = undefined;\n{contours}\n"
        f"return globalThis.d3.contours; }})();\n{text('settings.js')}\n{text('picture.js')}\n"
    )


@cache
def script():
    """The script of a page with panels: the engine, what draws, and the panel itself."""
    rooms = "\n".join(map(text, ROOMS))
    return f"""{bundle.script()}
{drawing()}
{backprop.script()}
const nnPanel = (() => {{
const {{ {", ".join(PICTURE)} }} = nnPicture;
{rooms}
return {{ Panel, page, widget }};
}})();
"""


@cache
def style():
    """The panel's style sheet."""
    return (HERE / "panel.css").read_text(encoding="utf-8")


@cache
def _context():
    context = quickjs.Context()
    context.eval(drawing())
    # Arguments and answers go as JSON: quickjs-ng cuts numbers, and hands no joined string over.
    context.eval(
        "const nnCall = (path, text) => { try {"
        " const f = path.split('.').reduce((o, k) => o[k], {nnSettings, nnPicture});"
        " return JSON.stringify({value: f(...JSON.parse(text))}); }"
        " catch (e) { return JSON.stringify({kind: e.name, error: e.message}); } };"
    )
    return context.eval("nnCall")


def call(name, *arguments):
    """The answer of one of the functions in ``drawing``, such as "nnSettings.line".

    What it refuses is raised: TypeError or ValueError with its sentence.
    """
    answer = json.loads(_context()(name, json.dumps(arguments)))
    if "error" in answer:
        raise (TypeError if answer["kind"] == "TypeError" else ValueError)(answer["error"])
    return answer["value"]


@cache
def widget():
    """The script as a module for Jupyter."""
    return f"{script()}\nexport default nnPanel.widget;\n"
