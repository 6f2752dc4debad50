"""The network: its units as small maps of what they see, joined by its weights."""

import numpy as np

from nnlib.figures.palette import BLUE, GRAY, ORANGE, PALE
from nnlib.widgets.panel.drawing import (
    BANDS,
    frames,
    landscape,
    line,
    rectangle,
    shades,
    text,
)  # fmt: skip

AREA = (382, 46, 764, 346)  # left, top, right, bottom of the maps
MOST = 10  # units that are drawn of each layer
SIZE, GAP = 28, 5
WIDTHS = (0.4, 0.9, 1.5, 2.2, 3.0)
CUTS = (0.02, 0.1, 0.3, 0.5, 0.75)  # of the largest weight of the layer, for each width
FLAT = 1e-3  # a map whose values differ by less has one color
UNIT_SHADES = shades(5)


def network(net, maps, output, thresholds):
    """The picture of a network.

    ``maps[l]`` (rows, columns, d_l) are the inputs and the hidden units over the square;
    ``output`` is drawn in bands between the thresholds.
    """
    places = positions(net.sizes)
    parts = [text(AREA[0] - 16, 17, "The network, and what each unit sees", bold=True), _key()]
    for l in range(1, len(net.sizes)):
        parts.append(_weights(net.weights[l - 1], places[l - 1], places[l]))
    for l, spots in enumerate(places[:-1]):
        parts += [_unit(maps[l][..., k], x, y) for k, (x, y) in enumerate(spots)]
    parts.append(landscape(output, *places[-1][0], SIZE, thresholds, BANDS))
    parts.append(frames([spot for spots in places for spot in spots], SIZE))
    parts += _names(net.sizes, places)
    return "".join(parts)


def positions(sizes):
    """The left top corner of each map, a list of (x, y) for each layer."""
    left, top, right, bottom = AREA
    found = []
    for l, size in enumerate(sizes):
        count = min(size, MOST)
        x = left + (right - SIZE - left) * l / (len(sizes) - 1)
        pitch = min((bottom - top) / MOST, SIZE + 14)
        pitch = min((bottom - top) / count, SIZE + 14) if count < MOST else pitch
        y = (top + bottom - pitch * count + pitch - SIZE) / 2
        found.append([(round(x, 1), round(y + pitch * k, 1)) for k in range(count)])
    return found


def _weights(W, sources, targets):
    """Lines between two layers, blue for negative and orange for positive weights."""
    W = W[: len(targets), : len(sources)]
    with np.errstate(all="ignore"):
        share = np.nan_to_num(np.abs(W) / np.abs(W).max())
    kinds = np.searchsorted(CUTS, share) * np.where(W < 0, -1, 1)
    a = [f"{x + SIZE:.0f} {y + SIZE / 2:.0f}" for x, y in sources]
    b = [f"{x:.0f} {y + SIZE / 2:.0f}" for x, y in targets]
    parts = []
    for kind in np.unique(kinds[kinds != 0]).tolist():
        chosen = np.argwhere(kinds == kind).tolist()
        d = "".join([f"M{a[i]}L{b[j]}" for j, i in chosen])
        color = BLUE if kind < 0 else ORANGE
        width = WIDTHS[abs(kind) - 1]
        parts.append(f'<path d="{d}" stroke="{color}" stroke-width="{width}"/>')
    return f'<g stroke-opacity=".55">{"".join(parts)}</g>'


def _unit(values, x, y):
    """The map of one unit, on its own scale; gray where it is the same everywhere."""
    values = np.nan_to_num(values, nan=0, posinf=1e9, neginf=-1e9)
    low, high = float(values.min()), float(values.max())
    if high - low < FLAT:
        return rectangle(x, y, SIZE, SIZE, PALE)
    cuts = low + (high - low) * np.arange(1, 5) / 5
    return landscape(values, x, y, SIZE, cuts, UNIT_SHADES)


def _names(sizes, places):
    """Names of inputs and output, and how many units a layer has."""
    parts = []
    for k, (x, y) in enumerate(places[0]):
        parts.append(text(x - 5, y + SIZE / 2 + 4, ("x₁", "x₂")[k], 12, "end"))
    x, y = places[-1][0]
    parts.append(text(x + SIZE + 5, y + SIZE / 2 + 4, "ŷ", 12))
    for size, spots in list(zip(sizes, places, strict=True))[1:-1]:
        words = f"{size} units" if size > 1 else "1 unit"
        words = f"{MOST} of {size}" if size > MOST else words
        parts.append(text(spots[0][0] + SIZE / 2, spots[0][1] - 6, words, 11, "middle", GRAY))
    return parts


def _key():
    """What the colors of the lines mean."""
    y = 13
    return (
        line(640, y, 658, y, BLUE, 2.2) + text(663, y + 4, "negative", 11, color=GRAY)
        + line(722, y, 740, y, ORANGE, 2.2) + text(745, y + 4, "positive", 11, color=GRAY)
    )  # fmt: skip
