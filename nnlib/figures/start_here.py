"""Gradient descent on a single weight: slopes of a loss, and paths that follow them downhill."""

import numpy as np

from nnlib.figures.kinds import Function, Number, Numbers, Places, Text, drawing, many
from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, ORANGE
from nnlib.figures.style import NotDrawn, at_most, subplots

COLORS = (BLUE, GREEN, ORANGE)
MARKERS = ("o", "s", "D")


@drawing
def steps_downhill(
    loss: Function, slope: Function, weights: Places, rate: Number, low: Number, high: Number
):
    """The curve loss(w), its tangent at each weight, and an arrow for the step -rate · slope."""
    at_most(COLORS, "weights", weights)
    figure, ax = subplots(height=2.5, width=4.4)
    _curve(ax, loss, low, high)
    reach = np.array([-0.6, 0.6])
    for w, color, marker in zip(weights, COLORS, MARKERS, strict=False):
        g, height = slope(w), loss(w)
        ax.plot(w + reach, height + g * reach, color=color, linewidth=1.2, linestyle="--")
        ax.plot(w, height, color=color, marker=marker, markersize=6)
        arrow = {"arrowstyle": "-|>", "color": color, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (w - rate * g, height), (w, height), arrowprops=arrow)
        text = f"slope {g:+.0f}".replace("-", "−")
        outside = {"ha": "right" if g < 0 else "left", "va": "top", "size": 8}
        ax.annotate(text, (w, height), (np.sign(g) * 9, -4), textcoords="offset points", **outside)
    return figure


@drawing
def descent_paths(
    loss: Function, paths: many(Numbers), titles: many(Text), low: Number, high: Number
):
    """One panel for each path (an array of weights, the start first), all on the same curve."""
    at_most(COLORS, "paths", paths)
    figure, axes = subplots(1, len(paths), height=2.4, squeeze=False, sharey=True)
    looks = list(zip(COLORS, MARKERS, strict=True))[: len(paths)]
    for ax, path, title, (color, marker) in zip(axes[0], paths, titles, looks, strict=True):
        path = np.asarray(path)
        _curve(ax, loss, low, high)
        ax.plot(path, loss(path), color=color, marker=marker, markersize=4, linewidth=1)
        start = path[0], loss(path[0])
        ax.plot(*start, color=INK, marker=marker, markersize=6)
        ax.annotate("start", start, (-5, -3), textcoords="offset points", ha="right", va="top")
        ax.set_title(title)
        ax.label_outer()
    return figure


def _curve(ax, loss, low, high):
    if low >= high:
        raise NotDrawn(f"low is {low} and high is {high}; low must be below high")
    w = np.linspace(low, high, 121)
    ax.plot(w, loss(w), color=GRAY, linewidth=1, zorder=0)
    ax.set(xlabel="weight $w$", ylabel="loss $L(w)$", xlim=(low, high), ylim=(-1, None))
