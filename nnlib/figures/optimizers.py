"""What optimizers do with gradients: averages, stacks, and paths down a valley."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from nnlib.figures.kinds import (
    Count,
    Curves,
    Grid,
    Number,
    Places,
    Surface,
    Text,
    drawing,
    many,
    named,
    together,
)
from nnlib.figures.palette import (
    BLUE,
    DARK_BLUE,
    FAINT,
    GRAY,
    GREEN,
    INK,
    ORANGE,
    PALE_BLUE,
    PINK,
    WHITE,
)
from nnlib.figures.style import at_most, subplots

AGES = LinearSegmentedColormap.from_list("ages", [DARK_BLUE, BLUE, PALE_BLUE])  # oldest first
LOOKS = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PINK, ":"), (INK, (0, (5, 1))))


@drawing
def averages(updates: Places, estimates: Curves, epochs: Places, factors: Curves):
    """Left: what an average shows of the true value. Right: what another clock does to a step.

    ``estimates`` : {label: (n_updates,)}; ``factors`` : {label: (n_epochs,)}; 1 would be right.
    """
    figure, axes = subplots(1, 2, height=2.9)
    for ax, x, curves in zip(axes, (updates, epochs), (estimates, factors), strict=True):
        at_most(LOOKS, "curves", curves)
        ax.axhline(1, color=GRAY, linewidth=1)
        for (label, values), (color, line) in zip(curves.items(), LOOKS, strict=False):
            ax.plot(x, values, color=color, linestyle=line, label=label)
        top = 1.1 * max(1, *(np.max(values) for values in curves.values()))
        ax.set(xscale="log", ylim=(0, top))
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=(len(curves) + 1) // 2)
    axes[0].set(xlabel="update $t$", ylabel="average over the true value")
    axes[1].set(xlabel="epoch", ylabel="step over that of the paper")
    return figure


@drawing
def valley_paths(X: Surface, Y: Surface, L: Surface, paths: named(Grid), losses: Curves):
    """The ways of some optimizers down one valley, and the loss on each, against the updates.

    Parameters
    ----------
    X, Y, L : grids of the loss over two weights
    paths : {name: (n_updates + 1, 2)}, at most five
    losses : {name: (n_updates + 1,)}
    """
    at_most(LOOKS, "paths", paths)
    figure, axes = subplots(2, 3, height=4.2)
    levels = np.geomspace(np.max(L) / 100, np.max(L), 5)
    for ax, (name, path), (color, line) in zip(axes.flat, paths.items(), LOOKS, strict=False):
        path = np.asarray(path)
        ax.contour(X, Y, L, levels, colors=FAINT, linewidths=0.6)
        ax.plot(*path.T, "o-", color=color, markersize=2.6, linewidth=0.9)
        ax.plot(*path[0], "s", color=INK, markersize=5)
        ax.plot(0, 0, "x", color=INK, markersize=6)
        ax.set(title=name, xlim=(np.min(X), np.max(X)), ylim=(np.min(Y), np.max(Y)))
        ax.set(xlabel="$w_1$", ylabel="$w_2$")
        ax.label_outer()
        axes.flat[-1].semilogy(losses[name], color=color, linestyle=line, label=name)
    for ax in axes.flat[len(paths) : -1]:
        ax.set_visible(False)
    axes[0, 2].tick_params(labelbottom=True)  # the panel below it has other units
    axes.flat[-1].set(xlabel="update", title="loss")
    figure.legend(loc="outside lower center", ncols=3)
    return figure


@drawing
def moving_valley(X: Surface, Y: Surface, L: Surface, others: Curves):
    """One path down a valley, and its loss beside those of ``others``; ``move(path, losses)``.

    Parameters
    ----------
    X, Y, L : grids of the loss over two weights
    others : {name: (n_updates + 1,)}, at most four losses to compare with

    ``move`` takes a path (n_updates + 1, 2) and its losses. A path that goes far away ends there.
    """
    at_most(LOOKS[1:], "others", others)
    figure, (valley, curve) = subplots(1, 2, height=2.9)
    highest = np.max(L)
    valley.contour(X, Y, L, np.geomspace(highest / 100, highest, 5), colors=FAINT, linewidths=0.6)
    valley.plot(0, 0, "x", color=INK, markersize=6)
    valley.set(xlim=(np.min(X), np.max(X)), ylim=(np.min(Y), np.max(Y)))
    valley.set(xlabel="$w_1$", ylabel="$w_2$")
    for (name, losses), (color, line) in zip(others.items(), LOOKS[1:], strict=False):
        curve.semilogy(losses, color=color, linestyle=line, label=name)
    steps = max(len(losses) for losses in others.values()) - 1
    curve.set(xlabel="update", xlim=(0, steps), ylim=(1e-12, 1e3), title="loss")
    (way,) = valley.plot([], [], "o-", color=BLUE, markersize=2.6, linewidth=0.9)
    (chosen,) = curve.plot([], [], color=BLUE, linewidth=2, label="chosen")
    curve.legend(loc="lower left")

    def move(path, losses):
        gone = ~(np.abs(path) < 1e3).all(axis=1)
        end = np.argmax(gone) if gone.any() else len(path)
        way.set_data(*path[:end].T)
        chosen.set_data(np.arange(end), losses[:end])

    return figure, move


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
