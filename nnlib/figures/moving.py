"""Figures that move: each function gives a Figure and a function that changes what is in it.

An Explorer calls that function with the results at the values its controls have.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from nnlib.figures.functions import LINES, tangents
from nnlib.figures.kinds import (
    Count,
    Curves,
    Grid,
    Marks,
    Number,
    Numbers,
    Places,
    Surface,
    Text,
    drawing,
    many,
    named,
    together,
)
from nnlib.figures.losses import STYLES, loss_and_slope
from nnlib.figures.palette import BLUE, DARK_BLUE, GRAY, GREEN, INK, ORANGE, PALE_BLUE, WHITE
from nnlib.figures.style import at_most, subplots

REACH = 1.6  # to either side of the point that a tangent touches
AGES = LinearSegmentedColormap.from_list("ages", [DARK_BLUE, BLUE, PALE_BLUE])  # oldest first


@drawing
def moving_tangent(Z: Places, A: Numbers, slopes: Numbers, points: Places):
    """``tangents`` with one more that moves along the curve; ``move(z, a, slope)``."""
    figure = tangents(Z, A, slopes, points)
    top, bottom = figure.axes
    (tangent,) = top.plot([], [], color=INK, linewidth=2.4)
    (touched,) = top.plot([], [], "o", color=INK, markersize=7)
    (stem,) = bottom.plot([], [], color=INK, linewidth=2.4)
    (point,) = bottom.plot([], [], "o", color=INK, markersize=7)
    top.set_ylim(-0.2, 1.2)

    def move(z, a, slope):
        tangent.set_data([z - REACH, z + REACH], [a - REACH * slope, a + REACH * slope])
        touched.set_data([z], [a])
        stem.set_data([z, z], [0, slope])
        point.set_data([z], [slope])

    return figure, move


@drawing
def moving_losses(z: Places, losses: Curves, slopes: Curves, marks: Marks = ()):
    """``loss_and_slope`` with one more dot on every curve, at a z that moves; ``move(z)``."""
    figure = loss_and_slope(z, losses, slopes, marks)
    moving = []
    for ax, curves in zip(figure.axes, (losses, slopes), strict=True):
        line = ax.axvline(z[0], color=GRAY, linewidth=1, linestyle=":")
        for values, (color, _) in zip(curves.values(), STYLES, strict=False):
            (dot,) = ax.plot([], [], "o", color=color, markersize=7)
            moving.append((line, dot, np.abs(values) if ax is figure.axes[1] else values))

    def move(at):
        for line, dot, values in moving:
            line.set_xdata([at, at])
            dot.set_data([at], [np.interp(at, z, values)])

    return figure, move


@drawing
def moving_gradients(shapes: many(together(Count, Count))):
    """Every component of a wrong gradient against the right one; ``move(right, wrong)``.

    One panel for each weight matrix, of the given ``shapes``. ``move`` takes two lists of arrays
    and returns the angle between them in each layer, in degrees. Components are in units of the
    largest right one of their layer; what is beyond 2 stands at the edge. Those that coincide are
    one dot.
    """
    figure, axes = subplots(1, len(shapes), height=2.75, sharey=True, squeeze=False)
    axes = axes[0]
    dots, titles = [], []
    for l, (ax, color, marker) in enumerate(
        zip(axes, (BLUE, ORANGE, GREEN), ("o", "^", "s"), strict=False), start=1
    ):
        ax.plot([-1, 1], [-1, 1], color=GRAY, linewidth=1, linestyle="--")
        ax.axhline(0, color=GRAY, linewidth=0.5)
        look = {"color": color, "markersize": 5, "markeredgewidth": 0, "linestyle": "none"}
        dots.append(ax.plot([], [], marker, **look)[0])
        titles.append(ax.set_title(f"$W_{l}$: 180°"))
        ax.set(xlim=(-1.15, 1.15), ylim=(-2.15, 2.15), xlabel="right component")
        ax.set(xticks=(-1, 0, 1), yticks=range(-2, 3))
    axes[0].set_ylabel("wrong component")

    def move(right, wrong):
        angles = []
        for l, (r, w) in enumerate(zip(right, wrong, strict=True)):
            r, w = r.ravel(), w.ravel()
            unit = max(np.abs(r).max(), 1e-300)
            places = np.column_stack([r / unit, np.clip(w / unit, -2, 2)]).round(3)
            dots[l].set_data(*np.unique(places, axis=0).T)
            length = np.linalg.norm(r) * np.linalg.norm(w)
            cosine = r @ w / length if length > 0 else np.nan
            angles.append(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
            angle = "no angle" if np.isnan(angles[-1]) else f"{angles[-1]:.0f}°"
            titles[l].set_text(f"$W_{l + 1}$: {angle}")
        return angles

    return figure, move


@drawing
def moving_path(a: Places, b: Places, loss: Surface, paths: named(together(Grid, Numbers))):
    """Paths down a loss surface, and the loss along them; ``move(path, losses)`` moves a dark one.

    Parameters
    ----------
    a, b, loss : the surface, (n_a,), (n_b,) and (n_b, n_a)
    paths : {label: (path (steps, 2), losses (steps,))}, at most four, which stay
    """
    at_most(LINES, "paths", paths)
    figure, (left, right) = subplots(1, 2, height=3.3)
    levels = np.geomspace(loss.min() * 1.12, loss.max(), 9)
    left.contour(a, b, loss, levels=levels, colors=GRAY, linewidths=0.7, alpha=0.6)
    looks = [
        (color, line, 1.2, 1, label) for (color, line), label in zip(LINES, paths, strict=False)
    ]
    drawn = []
    for color, line, width, order, label in [*looks, (INK, "-", 2, 4, "chosen")]:
        look = {"color": color, "linestyle": line, "linewidth": width, "zorder": order}
        pair = left.plot([], [], marker="o", markersize=2.5, **look)
        drawn.append((*pair, *right.plot([], [], label=label, **look)))

    def place(lines, path, losses):
        outside = (path < (a[0], b[0])).any(axis=1) | (path > (a[-1], b[-1])).any(axis=1)
        lines[0].set_data(*path[: np.argmax(outside) + 1 if outside.any() else len(path)].T)
        seen = np.isfinite(losses)
        lines[1].set_data(np.flatnonzero(seen), losses[seen])

    for lines, (path, losses) in zip(drawn, paths.values(), strict=False):
        place(lines, path, losses)
        left.plot(*path[0], "s", color=INK, markersize=5, zorder=5)
    highest = loss.max() * 2
    left.set(xlim=(a[0], a[-1]), ylim=(b[0], b[-1]), xlabel="flat direction, $p$")
    left.set_ylabel("steep direction, $q$")
    steps = max(len(losses) for _, losses in paths.values())
    right.set(xlabel="step", ylabel="loss", yscale="log", xlim=(-0.5, steps - 0.5))
    right.set_ylim(loss.min() * 0.9, highest)
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return figure, lambda path, losses: place(drawn[-1], path, losses)


@drawing
def moving_stacks(titles: many(Text), n: Count, ylim: together(Number, Number)):
    """The velocity after each of n updates as a stack of what is left of every gradient.

    ``move(panels, limits)`` shows others: {title: parts} with parts of shape (n, n), where
    ``parts[t, i]`` is what update i's gradient gives to the velocity after update t, 0 for i > t,
    and {title: heights} of one or two dashed lines. ``ylim`` = (lowest, highest).
    """
    figure, axes = subplots(1, len(titles), height=2.9, sharey=True, squeeze=False)
    moves = {}
    for title, ax in zip(titles, axes[0], strict=True):
        moves[title] = _moving_stack(ax, n)
        ax.set(title=title, xlabel="update $t$", ylim=ylim, xlim=(0.3, n + 0.7))
        ax.set_xticks(range(4, n + 1, 4))
    axes[0, 0].set_ylabel("velocity $v_t$")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper right", ncols=2)

    def move(panels, limits):
        for title in titles:
            moves[title](panels[title], limits[title])

    return figure, move


def _moving_stack(ax, n):
    updates = np.arange(1, n + 1)
    bars = [
        ax.bar(updates[i:], 0.0, 0.86, color=AGES(i / (n - 1)), edgecolor=WHITE, linewidth=0.3)
        for i in range(n)
    ]
    (total,) = ax.plot(updates, np.zeros(n), "o-", color=ORANGE, markersize=3.5, linewidth=1,
                       label="velocity: the sum")  # fmt: skip
    ends = [ax.axhline(0, color=GRAY, linestyle="--", linewidth=1, label=label)
            for label in ("limit", None)]  # fmt: skip

    def move(parts, limits):
        above, below = np.zeros(n), np.zeros(n)
        for i, part in enumerate(parts.T):  # the oldest gradient lies next to zero
            bottom = np.where(part > 0, above, below)
            for t, bar in enumerate(bars[i], start=i):
                bar.set(y=bottom[t], height=part[t])
            above, below = above + np.maximum(part, 0), below + np.minimum(part, 0)
        total.set_ydata(parts.sum(axis=1))
        for line, height in zip(ends, (*limits, limits[0]), strict=False):
            line.set_ydata([height, height])

    return move
