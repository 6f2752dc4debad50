"""How long training takes in different hands, from what tests/bench/bench.py measured."""

from nnlib.figures.kinds import drawing, having
from nnlib.figures.palette import BLUE, GRAY, INK, WHITE
from nnlib.figures.style import subplots

Results = having("dict, the content of results.json", "keys")


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
