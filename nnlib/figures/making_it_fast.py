"""Runs side by side in memory, errors of an exponential, how two right answers part, speed."""

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
    having,
    named,
    together,
)
from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, ORANGE, PINK, WHITE
from nnlib.figures.style import subplots

Results = having("dict, the content of results.json", "keys")
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


@drawing
def speed(results: Results):
    """What a run costs each contender, as a bar from 1, the base of the ratios, to its ratio.

    ``results`` is the content of results.json. Bars to the left are faster than the base; ours are
    blue. The fastest is on top.
    """
    found = results["contenders"]
    names = sorted(found, key=lambda name: found[name]["ratio"])
    figure, ax = subplots(height=0.7 + 0.27 * len(names))
    for row, name in enumerate(names):
        ratio, color = found[name]["ratio"], BLUE if found[name]["ours"] else GRAY
        ax.barh(row, ratio - 1, left=1, height=0.62, color=color)
        ax.annotate(
            _short(ratio), (max(ratio, 1), row), (4, 0), textcoords="offset points", va="center",
            fontsize=8, bbox={"facecolor": WHITE, "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    ax.axvline(1, color=INK, linewidth=1)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set(xscale="log", xlabel=f"CPU time of a run, {results['ratios to']} = 1")
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set_xlim(right=3 * max(result["ratio"] for result in found.values()))
    ax.grid(axis="x")
    return figure


def _short(ratio):
    """Two decimals, and none from 10 on."""
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
