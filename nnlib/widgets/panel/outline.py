"""The picture for paper: letters as outlines, so that it needs no font; and as PNG."""

import io
import re
from functools import lru_cache
from html import unescape

import typst
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from PIL import Image

TEXT = re.compile(
    r'<text x="(\S+)" y="(\S+)" font-size="(\S+)" text-anchor="(\w+)" fill="(\S+)"'
    r'( font-weight="bold")?>([^<]*)</text>'
)
NARROW = 0.92  # DejaVu Sans is wider than the fonts of screens
ANCHORS = {"start": 0, "middle": 0.5, "end": 1}
COMMANDS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}


def outlined(svg):
    """The SVG with every text as a path."""
    return TEXT.sub(_outlined, svg)


def _outlined(match):
    x, y, size, anchor, color, bold, content = match.groups()
    d, width = _letters(unescape(content), NARROW * float(size), bold is not None)
    left = float(x) - ANCHORS[anchor] * width
    return f'<path transform="translate({left:.1f} {y})" d="{d}" fill="{color}"/>'


@lru_cache(maxsize=256)
def _letters(content, size, bold):
    """The commands of a text's outlines from its left end on, and its width."""
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "regular")
    path = TextPath((0, 0), content.replace("\u202f", "\u2009"), size=size, prop=font)
    parts = []
    for points, kind in path.iter_segments(curves=True):
        if kind == Path.CLOSEPOLY:
            parts.append("Z")
            continue
        pairs = zip(points[::2].tolist(), points[1::2].tolist(), strict=True)
        parts.append(COMMANDS[kind] + " ".join(f"{x:.1f} {-y:.1f}" for x, y in pairs))
    return "".join(parts), float(path.get_extents().x1)


def png(svg, width):
    """An SVG without letters as PNG with 256 colors, so many pixels wide; bytes."""
    page = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 400pt)'
    )
    data = typst.compile(
        page.encode(), format="png", ppi=72 * width / 400, sys_inputs={"svg": svg},
        ignore_system_fonts=True,
    )  # fmt: skip
    small = io.BytesIO()
    image = Image.open(io.BytesIO(data)).convert("RGB").quantize(256)
    image.save(small, format="png", optimize=True)
    return small.getvalue()
