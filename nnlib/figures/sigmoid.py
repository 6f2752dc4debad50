"""The sigmoid and other functions of one number: curves, tangents, errors, chains of units."""

import numpy as np

from nnlib.figures.kinds import Curves, Numbers, Places, Positive, Text, drawing, many, together
from nnlib.figures.palette import BLUE, INK, ORANGE
from nnlib.figures.style import LINES, MARKERS, at_most, subplots

REACH = 1.6  # to either side of the point that a tangent touches


@drawing
def functions(Z: Places, curves: Curves, ylabel: Text = "", height: Positive = 2.3):
    """Some functions of z in one panel: ``curves`` maps a label to the values at Z."""
    at_most(LINES, "curves", curves)
    figure, ax = subplots(height=height)
    for (label, values), (color, line) in zip(curves.items(), LINES, strict=False):
        ax.plot(Z, values, color=color, linestyle=line, label=label)
    ax.set(xlabel="$z$", ylabel=ylabel, xlim=(Z[0], Z[-1]))
    ax.grid(axis="y")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


@drawing
def tangents(Z: Places, A: Numbers, slopes: Numbers, points: Places):
    """A curve A over Z with its tangents at some ``points`` of Z, and its slopes underneath."""
    at_most(LINES, "points", points)
    figure, (top, bottom) = subplots(
        2, 1, height=4.4, sharex=True, gridspec_kw={"height_ratios": (3, 2)}
    )
    top.plot(Z, A, color=INK)
    bottom.plot(Z, slopes, color=INK)
    for point, (color, line), marker in zip(points, LINES, MARKERS, strict=False):
        i = np.argmin(np.abs(Z - point))
        z, a, slope = Z[i], A[i], slopes[i]
        top.plot([z - 1.6, z + 1.6], [a - 1.6 * slope, a + 1.6 * slope], color=color, ls=line)
        top.plot(z, a, marker, color=color)
        bottom.plot([z, z], [0, slope], color=color, linestyle=line)
        bottom.plot(z, slope, marker, color=color)
        side = 1 if point >= 0 else -1  # the label stands outside of the bell
        bottom.annotate(
            f"{slope:.3f}", (z, slope), (8 * side, 3), textcoords="offset points", fontsize=8,
            ha="left" if side > 0 else "right",
        )  # fmt: skip
    top.set(ylabel="height")
    bottom.set(xlabel="$z$", ylabel="slope", xlim=(Z[0], Z[-1]), ylim=(0, None))
    return figure


@drawing
def relative_errors(panels: many(together(Places, Curves)), floor: Positive):
    """Relative error of several forms of one function against z, on a logarithmic axis.

    ``panels`` is a list of (Z, errors): errors maps a form's name to its error at each z. Errors
    below ``floor`` are drawn on it: which they are, exactly, differs from processor to processor.
    """
    figure, axes = subplots(1, len(panels), height=2.9, sharey=True)
    for ax, (Z, errors) in zip(axes, panels, strict=True):
        for i, (label, values) in enumerate(errors.items()):
            color, line = LINES[i]
            ax.semilogy(
                Z, np.maximum(values, floor), color=color, linestyle=line, marker=MARKERS[i],
                markersize=4, markevery=(3 * i, 10), label=label,
            )  # fmt: skip
        ax.set(xlabel="$z$", xlim=(Z[0], Z[-1]))
        ax.grid(axis="y")
    axes[0].set(ylabel="relative error", ylim=(floor / 4, 10))
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


@drawing
def step_errors(steps: Numbers, errors: Numbers, truncation: Numbers, rounding: Numbers):
    """Error of a difference quotient against its step, with the bounds of both its parts."""
    figure, ax = subplots(height=3.0)
    ax.loglog(steps, truncation, color=BLUE, linestyle="--", label="truncation, slope 2")
    ax.loglog(steps, rounding, color=ORANGE, linestyle="-.", label="rounding, slope −1")
    ax.loglog(steps, errors, "o", color=INK, markersize=3.5, label="measured")
    ax.set(xlabel="step $h$", ylabel="error", ylim=(np.min(errors) / 10, 1))
    ax.grid()
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


@drawing
def chains(lengths: Places, slopes: Curves, bounds: Curves):
    """|∂A_K/∂A_0| against the length K of a chain, beside the bound of each chain.

    ``slopes`` and ``bounds`` map the same labels to one value for each length.
    """
    at_most(LINES, "slopes", slopes)
    figure, ax = subplots(height=3.0)
    for (label, values), (color, line), marker in zip(
        slopes.items(), LINES, MARKERS, strict=False
    ):
        ax.semilogy(
            lengths, np.abs(values), color=color, linestyle=line, marker=marker, label=label
        )
        ax.semilogy(lengths, bounds[label], color=color, linewidth=5, alpha=0.2, label="its bound")
    ax.set(xlabel="units in the chain, $K$", ylabel="size of the slope", xticks=lengths)
    ax.grid(axis="y")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


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
