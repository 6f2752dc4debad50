"""Runs side by side in memory, errors of an exponential, and how two right answers part."""

import numpy as np
from matplotlib.patches import Rectangle

from nnlib.figures.curves import band, constant_line
from nnlib.figures.kinds import (
    Count,
    Curves,
    History,
    Number,
    Numbers,
    Places,
    Text,
    drawing,
    named,
    together,
)
from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, ORANGE, PINK
from nnlib.figures.style import subplots

RUNS = (BLUE, ORANGE, GREEN, PINK)  # four runs, which also have a letter each
LOOKS = ((BLUE, "-"), (ORANGE, "-"), (GREEN, ":"), (PINK, "-."))


@drawing
def memory_layouts(count: Count, chosen: Count):
    """Where ``count`` parameters of four runs stand in memory, in two orders.

    Boxes from left to right are neighbors in memory: first run after run, then parameter after
    parameter. The boxes of the parameter ``chosen``, counted from 1, are outlined.
    """
    figure, ax = subplots(height=1.9)
    grid = np.arange(len(RUNS) * count).reshape(len(RUNS), count)
    orders = {
        "shape (R, P): run after run": grid,
        "shape (P, R): the runs side by side": grid.T,
    }
    for row, (title, order) in enumerate(orders.items()):
        top = -1.9 * row
        ax.text(0, top + 0.25, title, va="bottom")
        for place, number in enumerate(order.ravel()):
            run, parameter = divmod(int(number), count)
            _box(ax, place, top, run, parameter + 1, outlined=parameter + 1 == chosen)
    ax.set(xlim=(-0.1, grid.size + 0.1), ylim=(-3, 0.9))
    ax.axis("off")
    return figure


def _box(ax, x, top, run, parameter, outlined):
    corner, text = (x + 0.05, top - 0.85), f"{'abcd'[run]}{parameter}"
    ax.add_patch(Rectangle(corner, 0.9, 0.9, color=RUNS[run], alpha=0.3, linewidth=0))
    if outlined:
        ax.add_patch(Rectangle(corner, 0.9, 0.9, fill=False, edgecolor=INK, linewidth=1.8))
    weight = "bold" if outlined else "normal"
    ax.text(x + 0.5, top - 0.4, text, ha="center", va="center", weight=weight)


@drawing
def ulp_errors(x: Places, errors: Curves):
    """Errors in ulp against x; ``errors`` maps labels to a value for each x."""
    figure, ax = subplots(height=2.6)
    for (label, values), (color, _), marker in zip(errors.items(), LOOKS, "o^s", strict=False):
        ax.plot(x, values, marker, color=color, markersize=3, label=label)
    ax.axhline(0.5, color=GRAY, linestyle="--", linewidth=1, label="rounding alone")
    ax.set(xlabel="$x$", ylabel="error in ulp", yscale="log", ylim=(0.02, None))
    figure.legend(loc="outside upper center", ncols=4, markerscale=2)
    return figure


@drawing
def parting(steps: Numbers, trainings: named(together(Places, Numbers))):
    """How two computations of one thing part, on logarithmic axes.

    Left: ``steps``, the differences at each step of a map, beside a line that doubles. Right:
    ``trainings`` maps labels to (epochs, differences). What is below 2⁻⁵³ is drawn there.
    """
    figure, (left, right) = subplots(1, 2, height=3.2, sharey=True)
    least = 2.0**-53
    n = np.arange(len(steps))
    left.plot(n, np.maximum(steps, least), color=BLUE, label="measured")
    doubling = least * 2.0**n
    left.plot(n[doubling < 1], doubling[doubling < 1], "--", color=GRAY, label="doubled each step")
    for (label, (epochs, values)), (color, line) in zip(trainings.items(), LOOKS, strict=False):
        right.plot(epochs, np.maximum(values, least), line, color=color, label=label)
    left.set(xlabel="step", ylabel="difference", yscale="log", ylim=(least / 4, 10))
    right.set(xlabel="epoch")
    left.set_yticks([1e-16, 1e-12, 1e-8, 1e-4, 1])
    left.set_title("the map $x \\leftarrow 4x(1-x)$")
    right.set_title("the weights in training")
    for ax in (left, right):
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2))
    return figure


@drawing
def band_and_log(
    history: History, epochs: Places, printed: Numbers, label: Text, constant: Number
):
    """The band of many runs' losses, one printed log in it, and the constant's line."""
    figure, ax = subplots(height=3)
    band(ax, history.epochs, history.loss[history.finished], "our seeds")
    ax.plot(epochs, printed, "-.", color=ORANGE, label=label)
    constant_line(ax, constant)
    ax.set(xlabel="epoch", ylabel="loss", yscale="log")
    ax.legend(loc="lower left")
    return figure
