"""The engine's script: the parts in this folder, the tables and the module, in one text."""

import base64
import gzip
import json
from functools import cache
from pathlib import Path

from nnlib.live.squeeze import squeezed

HERE = Path(__file__).parent
PROGRAM = ("random.js", "points.js", "kernel.js", "service.js")  # run in a worker, too


def text(name):
    """A script of this folder, squeezed."""
    return squeezed((HERE / name).read_text(encoding="utf-8"))


def packed(data):
    """Bytes as unpack.js reads them: gzip, in 85 characters."""
    return base64.b85encode(gzip.compress(data, mtime=0)).decode().replace("<", ",")


def as_json(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def tables():
    return json.loads((HERE / "tables.json").read_text(encoding="utf-8"))


@cache
def program():
    """JavaScript, a function: what trains and answers, and the random streams."""
    parts = "\n".join(map(text, PROGRAM))
    return f"""() => {{
"use strict";
const {{ LAYOUT, NOISE, POINTS, DEFAULTS, ZIGGURAT }} = {as_json(tables())};
{parts}
return {{ begin, answer, generator, points, fresh, firstParameters }};
}}"""


@cache
def script():
    """JavaScript that defines ``nnLive``: see engine.js for what it offers."""
    module = packed((HERE / "kernel.wasm").read_bytes())
    known = {name: tables()[name] for name in ("NOISE", "DEFAULTS")}
    return f"""var nnLive = (() => {{
"use strict";
const MODULE = "{module}";
const program = {program()};
{text("unpack.js")}
{text("engine.js")}
return {{ start, unpacked, Engine, MODULE, program, ...{as_json(known)} }};
}})();
"""
