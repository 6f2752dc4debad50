"""A network as layers, and losses: against the pre-activation z, and of a constant predictor."""

import numpy as np

from nnlib.figures.kinds import Count, Curves, Marks, Number, Places, drawing, many, named
from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, ORANGE, PALE, WHITE
from nnlib.figures.style import at_most, subplots

STYLES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."))


@drawing
def layers(sizes: many(Count)):
    """Neurons as circles, a column for each layer, with the arrays and shapes of Z, A and W."""
    figure, ax = subplots(height=2.3)
    heights = [np.arange(d) - (d - 1) / 2 for d in sizes]
    bottom = -max(sizes) / 2
    for l, here in enumerate(heights):
        if l > 0:
            for below in heights[l - 1]:
                for h in here:
                    ax.plot([l - 1, l], [below, h], color=GRAY, linewidth=0.7, zorder=1)
            shape = f"$W_{l}$\n({sizes[l]}, {sizes[l - 1]})"
            ax.text(l - 0.5, -bottom - 0.25, shape, ha="center", va="bottom")
        ax.scatter([l] * len(here), here, s=230, color=WHITE, edgecolors=INK, zorder=2)
        arrays = "$A_0 = X$" if l == 0 else f"$Z_{l},\\ A_{l}$"
        if l == len(sizes) - 1:
            arrays += r"$\ = \hat{y}$"
        ax.text(l, bottom, f"{arrays}\n($n$, {sizes[l]})", ha="center", va="top")
    ax.set(xlim=(-0.4, len(sizes) - 0.6), ylim=(bottom - 0.8, -bottom + 0.4))
    ax.set_axis_off()
    return figure


@drawing
def loss_and_slope(z: Places, losses: Curves, slopes: Curves, marks: Marks = ()):
    """Some losses of one sample with label 1 and the size of their slopes ∂L/∂z, against z.

    ``losses`` and ``slopes`` map the same names to arrays like z; each number in ``marks`` is a z
    at which every curve gets a dot.
    """
    at_most(STYLES, "losses", losses)
    figure, axes = subplots(1, 2, height=2.9, sharex=True)
    for ax, curves in zip(axes, (losses, slopes), strict=True):
        for (name, values), (color, line) in zip(curves.items(), STYLES, strict=False):
            values = np.abs(values) if ax is axes[1] else values
            ax.plot(z, values, line, color=color, label=name)
            ax.plot(marks, np.interp(marks, z, values), "o", color=color, markersize=4)
        ax.axvline(0, color=PALE, linewidth=0.8, zorder=0)
        ax.set_xlabel("$z$")
    axes[0].set(ylabel="loss $L$", title="loss")
    axes[1].set(ylabel=r"$|\partial L/\partial z|$", title="size of the slope")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


@drawing
def slope_against_loss(losses: Curves, slopes: Curves):
    """The size of the slope ∂L/∂z of one sample against its loss, for some losses."""
    at_most(STYLES, "losses", losses)
    figure, ax = subplots(height=2.5, width=4.2)
    for name, (color, line) in zip(losses, STYLES, strict=False):
        ax.plot(losses[name], np.abs(slopes[name]), line, color=color, label=name)
    ax.set(xlabel="loss $L$ of the sample", ylabel=r"$|\partial L/\partial z|$")
    ax.legend(loc="center right")
    return figure


@drawing
def constant_predictors(c: Places, curves: Curves, best: named(Number)):
    """Losses of a predictor that answers c for every sample, against c, one panel for each.

    ``curves`` maps a loss's name to an array like c, ``best`` the same name to the c of its
    minimum, where the curve gets a dot with the loss beside it.
    """
    figure, axes = subplots(1, len(curves), height=2.4, sharex=True)
    for ax, (name, values) in zip(axes, curves.items(), strict=True):
        ax.plot(c, values)
        lowest = np.interp(best[name], c, values)
        ax.plot(best[name], lowest, "o", color=ORANGE)
        ax.annotate(
            f"{lowest:.3f}", (best[name], lowest), (0, -7), textcoords="offset points",
            ha="left" if best[name] == 0 else "center", va="top",
        )  # fmt: skip
        ax.set(xlabel="constant answer $c$", title=name)
        ax.margins(y=0.18)
    axes[0].set_ylabel("loss of all samples")
    return figure


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
