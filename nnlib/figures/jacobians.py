"""The Jacobians of a network as heat maps: which of their entries are zero, and which large."""

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from nnlib import validation
from nnlib.figures.computational_graph import canvas, number, place_of
from nnlib.figures.kinds import Surface, drawing, named
from nnlib.figures.palette import (
    BLUE,
    DARK_BLUE,
    DARK_ORANGE,
    FAINT,
    GRAY,
    INK,
    ORANGE,
    PALE,
    PALE_BLUE,
    PALE_ORANGE,
    WHITE,
)
from nnlib.figures.style import WIDTH

# Orange is negative, blue positive; the palest tint is clearly no white, which is exactly zero.
NEGATIVE = LinearSegmentedColormap.from_list("negative", [PALE_ORANGE, ORANGE, DARK_ORANGE])
POSITIVE = LinearSegmentedColormap.from_list("positive", [PALE_BLUE, BLUE, DARK_BLUE])


@drawing
def jacobian_heatmaps(jacobians: named(Surface), weight=None, width=WIDTH):
    """Each Jacobian as a heat map: empty cells are exactly zero, blue positive, orange negative.

    The colors of a map end at its largest absolute value, which stands with the share of zeros in
    the title, below name and shape.

    Parameters
    ----------
    jacobians : {name: array}, as ``graph.jacobians`` gives it
    weight : (l, i, j) frames the columns through which ``net.weights[l - 1][i, j]`` moves the
        loss, and fades the Jacobians that have no part in it
    width : in inches
    """
    figure, light = moving_jacobians(jacobians, width)
    light(weight)
    return figure


@drawing
def moving_jacobians(jacobians: named(Surface), width=WIDTH):
    """``jacobian_heatmaps`` in which ``light(weight)`` lights up another weight's Jacobians."""
    shapes = {l: (len(J), len(J[0]) // len(J)) for l, J in _of_weights(jacobians)}
    width = validation.real("width", width, minimum=2, below=100)
    places, height = _flow([array.shape for array in jacobians.values()], width)
    figure, ax = canvas(height, width)
    maps = []
    for (name, array), (x, y, cell) in zip(jacobians.items(), places, strict=True):
        top = height - y
        squares, frame = _heatmap(ax, x, top, cell, array)
        _blocks(ax, x, top, cell, name, array.shape)
        zeros = f"{np.mean(array == 0):.0%} zeros".replace("%", " %")
        title = f"{name}  {array.shape[0]}×{array.shape[1]}\n{zeros}, ±{number(abs(array).max())}"
        words = ax.text(x, top + 0.05, title, fontsize=7.5, va="bottom", linespacing=1.3)
        mark = Rectangle((x, top), cell, -cell * len(array), fill=False, edgecolor=INK,
                         linewidth=1.6, zorder=4, visible=False)  # fmt: skip
        ax.add_patch(mark)
        maps.append((name, array, x, cell, squares, frame, words, mark))
    _key(ax, width)

    def light(weight):
        weight = place_of(weight, shapes)
        for name, array, x, cell, squares, frame, words, mark in maps:
            columns = None if weight is None else _columns(name, array, weight)
            squares.set_alpha(0.25 if columns == [] else 1)
            frame.set_edgecolor(FAINT if columns == [] else GRAY)
            words.set_color(GRAY if columns == [] else INK)
            mark.set_visible(bool(columns))
            if columns:
                mark.set(x=x + columns[0] * cell, width=len(columns) * cell)

    return figure, light


def _of_weights(jacobians):
    """(l, ∂Z_l/∂W_l) for each layer."""
    named = ((name.split("/∂")[-1], array) for name, array in jacobians.items())
    return [(int(source[1:]), array) for source, array in named if source[0] == "W"]


def _key(ax, width):
    """What the colors say, at the bottom; on a narrow figure in two lines."""
    x, cell = 0.06, 0.13
    y = 0.1 if width >= WIDTH else 0.32
    for color, text in ((WHITE, "zero"), (BLUE, "positive"), (ORANGE, "negative")):
        ax.add_patch(Rectangle((x, y), cell, cell, facecolor=color, edgecolor=GRAY, linewidth=0.7))
        ax.text(x + cell + 0.06, y + cell / 2, text, fontsize=7.5, va="center")
        x += 0.85
    x, y = (x, y) if width >= WIDTH else (0.06, 0.1)
    ax.text(x, y + cell / 2, "stronger color: larger; each map up to its own ± value",
            fontsize=7.5, va="center")  # fmt: skip


def _flow(shapes, full):
    """Left, top (from above) and cell size of each map, set like words in lines; total height."""
    places, x, y, tallest = [], 0.06, 0.42, 0
    for n, m in shapes:
        cell = min(0.15, (full - 0.12) / m, (1.0 if full >= WIDTH else 0.7) / n)
        width = max(m * cell, 1.2)  # what the title needs
        if x + width > full - 0.06 + 1e-9:
            x, y, tallest = 0.06, y + tallest + 0.5, 0
        places.append((x, y, cell))
        x, tallest = x + width + 0.16, max(tallest, n * cell)
    return places, y + tallest + (0.4 if full >= WIDTH else 0.62)


def _heatmap(ax, x, top, cell, array):
    """The cells that are not zero, as squares, and a frame."""
    n, m = array.shape
    rows, columns = np.nonzero(array)
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    squares = np.array([x, top]) + cell * (
        np.stack([columns, -rows - 1], axis=-1)[:, None] + corners
    )
    sizes = array[rows, columns] / max(np.abs(array).max(), 1e-300)
    colors = np.where(sizes[:, None] < 0, NEGATIVE(-sizes), POSITIVE(sizes))
    cells = PolyCollection(squares, facecolors=colors, linewidths=0.2, edgecolors=colors)
    ax.add_collection(cells, autolim=False)
    frame = Rectangle((x, top), m * cell, -n * cell, fill=False, linewidth=0.7, zorder=3)
    return cells, ax.add_patch(frame)


def _blocks(ax, x, top, cell, name, shape):
    """Thin lines between the rows of W in ∂Z/∂W: W is flattened row by row."""
    n, m = shape
    if name.split("/∂")[-1][0] == "W":
        for block in range(1, n):
            left = x + block * m // n * cell
            ax.plot([left, left], [top, top - n * cell], color=PALE, linewidth=0.6, zorder=0.5)


def _columns(name, array, weight):
    """The columns of this Jacobian through which the weight moves the loss; [] if there are none.

    W_l[i, j] moves z_i of layer l, then a_i, and through it all that comes later.
    """
    l, i, j = weight
    target, source = (part.lstrip("∂") for part in name.split("/"))
    every = list(range(array.shape[1]))
    if source == f"W{l}":
        return [i * (len(every) // len(array)) + j]
    if source in (f"Z{l}", f"A{l}"):
        return [i]
    later = source == "ŷ" or (source[0] in "ZA" and int(source[1:]) > l)
    return every if later else []
