"""What optimizers do with gradients: velocities, steps, averages, and paths down a valley."""

import numpy as np

from nnlib.figures.kinds import (
    Curves,
    Grid,
    Number,
    Places,
    Surface,
    Text,
    drawing,
    named,
    together,
)
from nnlib.figures.palette import BLUE, FAINT, GRAY, GREEN, INK, ORANGE, PINK
from nnlib.figures.style import at_most, subplots

LOOKS = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PINK, ":"), (INK, (0, (5, 1))))


@drawing
def step_sizes(updates: Places, curves: Curves, change: together(Number, Text)):
    """The size of some steps against the update; a line where something changes.

    ``curves`` : {label: (n,)}; ``change`` : (update, label).
    """
    at_most(LOOKS, "curves", curves)
    figure, ax = subplots(height=2.4)
    where, what = change
    ax.axvline(where, color=GRAY, linestyle=":", linewidth=1.2, label=what)
    for (label, steps), (color, line) in zip(curves.items(), LOOKS, strict=False):
        ax.plot(updates, steps, color=color, linestyle=line, label=label)
    ax.set(xlabel="update $t$", ylabel="size of the step", ylim=(0, None))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


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
