"""SVG written by hand: shapes of a picture as short text. Nothing here knows of networks."""

from functools import lru_cache
from html import escape
from itertools import pairwise

import numpy as np
from contourpy import FillType, LineType, SerialContourGenerator, ZInterp

from nnlib.figures.palette import GRAY, INK, WHITE
from nnlib.figures.points import FIELD, LEVELS
from nnlib.figures.style import CLASS_COLORS

THRESHOLDS = LEVELS[1:-1]
FINE = 10  # steps a unit: coordinates inside a box are whole numbers, which are short


def shades(count):
    """``count`` colors from class 0 through white to class 1, as in ``figures.field``."""
    shares = (np.arange(count) + 0.5) / count
    return [_hex(FIELD(s)) for s in shares]


def _hex(color):
    return "#" + "".join(f"{round(255 * part):02x}" for part in color[:3])


BANDS = [_hex(FIELD((a + b) / 2)) for a, b in pairwise(LEVELS)]


def text(x, y, content, size=12, anchor="start", color=INK, bold=False):
    """A line of text; ``outline.py`` reads these attributes in this order."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" fill="{color}"'
        f"{weight}>{escape(content)}</text>"
    )


def line(x1, y1, x2, y2, color, width=1, dash=""):
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" stroke="{color}" '
        f'stroke-width="{width:g}"{dashed}/>'
    )


def rectangle(x, y, width, height, fill):
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"/>'


def frames(corners, side):
    """Thin lines around squares."""
    d = "".join([f"M{x:g} {y:g}h{side}v{side}h{-side}z" for x, y in corners])
    return f'<path d="{d}" stroke="{GRAY}"/>'


def trail(points):
    """The commands of a path through points [x, y] of whole numbers: a start, then steps.

    Points that are less than half a step away from the line between their neighbors are left out.
    A plain loop: most paths have few points, for which NumPy would be slower.
    """
    x, y = points[0]
    commands = [f"M{x} {y}"]
    mark = "l"
    for (x1, y1), (x2, y2) in pairwise([*points[1:], points[-1]]):
        dx, dy, wide, high = x1 - x, y1 - y, x2 - x, y2 - y
        if 2 * abs(dx * high - dy * wide) > max(abs(wide), abs(high)) or (x1 == x2 and y1 == y2):
            commands.append(f"{mark}{dx} {dy}")
            x, y, mark = x1, y1, " "
    return "".join(commands)


def polyline(x, y, color, width=1.5, dash="", opacity=1):
    """A line through points that are not finite numbers only where the line is interrupted."""
    good = np.isfinite(x) & np.isfinite(y)
    runs = np.split(np.arange(len(x)), np.flatnonzero(~good))
    points = np.rint(FINE * np.column_stack([x, y])[good]).astype(int)
    place = np.cumsum(good) - 1
    parts = [trail(points[place[r[good[r]]]].tolist()) for r in runs if good[r].any()]
    if not parts:
        return ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path transform="scale(.1)" d="{"".join(parts)}" stroke="{color}" '
        f'stroke-width="{FINE * width:g}" stroke-opacity="{opacity:g}" fill="none" '
        f'stroke-linejoin="round"{dashed}/>'
    )


def area(x, low, high, color, opacity=0.2):
    """What lies between two lines."""
    outline = np.column_stack([np.append(x, x[::-1]), np.append(low, high[::-1])])
    d = trail(np.rint(FINE * outline).astype(int).tolist())
    return f'<path transform="scale(.1)" d="{d}z" fill="{color}" fill-opacity="{opacity:g}"/>'


def landscape(values, x, y, side, thresholds, colors, boundary=None):
    """A square map of ``values`` (steps, steps), row 0 below, in bands between the thresholds.

    Each band is painted over the lower ones, so that no seam shows. ``boundary`` is a value whose
    line is drawn.
    """
    low = int(np.searchsorted(thresholds, values.min(), side="right"))
    high = int(np.searchsorted(thresholds, values.max(), side="left"))
    ground = rectangle(x, y, side, side, colors[low])
    if low == high:
        return ground
    generator = _generator(values, FINE * side)
    parts = [ground, f'<g transform="translate({x:g} {y:g}) scale(.1)">']
    for k in range(low, high):
        points, ends = generator.filled(thresholds[k], np.inf)
        parts.append(f'<path d="{_rings(points[0], ends[0])}" fill="{colors[k + 1]}"/>')
    if boundary is not None and values.min() < boundary < values.max():
        d = "".join(
            trail(np.rint(found).astype(int).tolist()) for found in generator.lines(boundary)
        )
        parts.append(f'<path d="{d}" stroke="{INK}" stroke-width="16" fill="none"/>')
    return "".join([*parts, "</g>"])


def _generator(values, side):
    """What finds contours, without the checks of ``contourpy.contour_generator``."""
    x, y = _mesh(len(values), side)
    values = np.ascontiguousarray(values, dtype=float)
    return SerialContourGenerator(
        x, y, values, None, corner_mask=True, quad_as_tri=False, z_interp=ZInterp.Linear,
        line_type=LineType.Separate, fill_type=FillType.ChunkCombinedOffset,
    )  # fmt: skip


@lru_cache(maxsize=8)
def _mesh(steps, side):
    axis = np.linspace(0, side, steps)
    return np.meshgrid(axis, axis[::-1])


def _rings(points, ends):
    """The commands of closed rings, each up to its end, where it is back at its start."""
    points = np.rint(points).astype(int).tolist()
    return "".join([trail(points[i : j - 1]) + "z" for i, j in pairwise(ends.tolist())])


def marks(x, y, label, r=4.2):
    """Points of one class, round for 0 and triangles for 1, as one path."""
    if label == 0:
        shape = f"a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0z"
        left, top = x - r, y
    else:
        shape = f"l{1.1 * r:g} {2 * r:g}h{-2.2 * r:g}z"
        left, top = x, y - 1.2 * r
    d = "".join(f"M{a:.1f} {b:.1f}{shape}" for a, b in zip(left, top, strict=True))
    return f'<path d="{d}" fill="{CLASS_COLORS[label]}" stroke="{WHITE}" stroke-width=".9"/>'


def rings(x, y, r=7):
    """Circles around points."""
    shape = f"a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z"
    d = "".join(f"M{a:.1f} {b:.1f}{shape}" for a, b in zip(x - r, y, strict=True))
    return f'<path d="{d}" fill="none" stroke="{INK}" stroke-width="1.2"/>'
