"""What libraries give for the same question, side by side."""

import numpy as np

from nnlib.figures.kinds import Positive, Text, drawing, named
from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, ORANGE, PALE, PINK
from nnlib.figures.style import at_most, subplots

LOOKS = (
    (INK, "*"), (BLUE, "o"), (ORANGE, "^"), (GREEN, "s"), (PINK, "D"), (BLUE, "v"), (ORANGE, "P"),
    (GREEN, "X"),
)  # fmt: skip


@drawing
def answers(values: named(named(Positive)), xlabel: Text):
    """Positive numbers on a logarithmic axis: a row for each question, a mark for each library.

    ``values`` : {question: {library: number}}, at most eight libraries; the first is on top of
    its row, and the others below it in their order.
    """
    libraries = list(dict.fromkeys(name for found in values.values() for name in found))
    at_most(LOOKS, "libraries", libraries)
    figure, ax = subplots(height=0.9 + 0.75 * len(values))
    places = np.linspace(-0.33, 0.33, len(libraries))
    for name, place, (color, marker) in zip(libraries, places, LOOKS, strict=False):
        points = [(found[name], row + place) for row, found in enumerate(values.values())
                  if name in found]  # fmt: skip
        ax.plot(*zip(*points, strict=True), marker, color=color, markersize=6, label=name)
    for row in range(1, len(values)):
        ax.axhline(row - 0.5, color=PALE, linewidth=0.8)
    ax.set_yticks(range(len(values)), values)
    ax.set(xscale="log", xlabel=xlabel, ylim=(len(values) - 0.5, -0.5))
    ax.grid(axis="x", color=GRAY, alpha=0.3)
    ax.tick_params(axis="y", length=0)
    figure.legend(loc="outside lower center", ncols=4)
    return figure
