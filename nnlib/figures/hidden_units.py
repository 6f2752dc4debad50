"""What the number of hidden units does: sums before the sigmoid, and runs that succeed."""

import numpy as np
from matplotlib.colors import to_rgba

from nnlib.figures.distributions import strip, wilson
from nnlib.figures.kinds import Number, Numbers, Text, Values, drawing, named, optional, together
from nnlib.figures.palette import BLUE, GRAY, INK, ORANGE, WHITE
from nnlib.figures.style import LINES, MARKERS, at_most, subplots

# A set of histograms: color, line of its edge, how much of the color fills it.
LOOKS = ((BLUE, "-", 0.35), (ORANGE, "--", 0))
DERIVED = "derived mean (for $Z_3$ a bound)"
DOTS = 30  # of a strip, at most: its rows are low
Samples = named(named(together(Values, Values)))
Means = named(together(Number, Number))


@drawing
def pre_activations(samples: Samples, means: Means, marks: named(Text, 0)):
    """Histograms of Z₂ and Z₃ before training, a row for each width of the hidden layers.

    Parameters
    ----------
    samples : {label: {width: (values of Z₂, values of Z₃)}}, at most two labels
    means : {width: (derived mean of Z₂, bound on that of Z₃)}, diamonds
    marks : {z: words}, vertical lines with words above them
    """
    return moving_pre_activations(samples, means, marks)[0]


@drawing
def moving_pre_activations(samples: Samples, means: Means, marks: named(Text, 0)):
    """``pre_activations`` in which the first of the samples changes: ``move(label, rows, means)``.

    ``rows`` is {width: (values of Z₂, values of Z₃)}, with the widths there are.
    """
    at_most(LOOKS, "samples", samples)
    figure, axes = subplots(1, 2, height=1.3 + 0.42 * len(means), sharey=True)
    moving, diamonds = [], []
    for (label, rows), look in zip(samples.items(), LOOKS, strict=False):
        for row, pair in enumerate(rows.values()):
            for ax, values in zip(axes, pair, strict=True):
                moving.append(_histogram(ax, row, values, look, label if row == 0 else None))
    for ax, name, column in zip(axes, ("$Z_2$", "$Z_3$"), zip(*means.values(), strict=True),
                                strict=True):  # fmt: skip
        diamonds += ax.plot(column, range(len(means)), "D", color=INK, markersize=4.5,
                            linestyle="none", label=DERIVED, zorder=4)  # fmt: skip
        for z, words in marks.items():
            ax.axvline(z, color=GRAY, linestyle=":", linewidth=1.1, zorder=0)
            ax.text(z, -0.95, words, color=GRAY, fontsize=8, ha="center", va="bottom")
        ax.set_xlabel(f"{name} before training")
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
    axes[0].set(ylabel="width $d$ of both layers", ylim=(len(means) - 0.6, -1))
    axes[0].set_yticks(range(len(means)), means)
    handles, labels = axes[0].get_legend_handles_labels()
    # The first label changes: at the end of a line from the left it moves no other.
    legend = figure.legend([*handles[1:], handles[0]], [*labels[1:], labels[0]],
                           loc="outside lower left", ncols=3)  # fmt: skip

    def move(label, rows, means):
        legend.get_texts()[-1].set_text(label)
        for i, pair in enumerate(rows.values()):
            for steps, values in zip(moving[2 * i : 2 * i + 2], pair, strict=True):
                steps.set_data(*_heights(i, values), baseline=i)
        for line, column in zip(diamonds, zip(*means.values(), strict=True), strict=True):
            line.set_xdata(column)

    return figure, move


def _heights(row, values):
    """Heights and edges of a histogram on the line ``row``, its highest column 0.8 high."""
    counts, edges = np.histogram(values, bins=25)
    return row - 0.8 * counts / counts.max(), edges


def _histogram(ax, row, values, look, label):
    color, line, fill = look
    heights, edges = _heights(row, values)
    return ax.stairs(
        heights, edges, baseline=row, fill=True, facecolor=to_rgba(color, fill), edgecolor=color,
        linestyle=line, linewidth=1, label=label,
    )  # fmt: skip


@drawing
def shares_by_width(panels: named(named(named(Numbers)))):
    """The share of runs in which something happened, against the width, with 95 % intervals.

    ``panels`` maps a title to {label: {width: (n_runs,) bool}}.
    """
    figure, axes = subplots(1, len(panels), height=3.0, squeeze=False, sharey=True)
    shown = {}
    for ax, (title, curves) in zip(axes[0], panels.items(), strict=True):
        at_most(LINES, title, curves)
        for (label, runs), (color, line), marker in zip(
            curves.items(), LINES, MARKERS, strict=False
        ):
            shares = np.array([np.mean(r) for r in runs.values()])
            ends = np.array([wilson(np.sum(r), len(r)) for r in runs.values()])
            ax.vlines(list(runs), *(100 * ends.T), color=color, linewidth=1)
            (shown[label],) = ax.plot(
                list(runs), 100 * shares, marker, color=color, linestyle=line, markersize=4
            )
        ax.set(xscale="log", xlabel="units", title=title, ylim=(-4, 104))
        ax.set_xticks([3, 10, 30, 100], ["3", "10", "30", "100"])
        ax.minorticks_off()
        ax.grid(axis="y")
    axes[0, 0].set_ylabel("runs at 100 %, in %")
    figure.legend(shown.values(), shown, loc="outside upper center", ncols=len(shown))
    return figure


@drawing
def accuracies_by_width(panels: named(named(together(Numbers, optional(Number))))):
    """Printed numbers among our runs, one panel for each title, rows alike.

    ``panels`` maps a title to {row: (values of all runs, printed number or None)}. The dots are
    30 evenly spaced quantiles of the runs.
    """
    rows = list(next(iter(panels.values())))
    height = 0.95 + 0.34 * len(rows)
    figure, axes = subplots(1, len(panels), height=height, sharey=True, squeeze=False)
    for ax, (title, experiments) in zip(axes[0], panels.items(), strict=True):
        for row, (values, printed) in enumerate(experiments.values()):
            strip(ax, row, 100 * values, most=DOTS)
            if printed is not None:
                ax.plot(100 * float(printed), row, "D", color=ORANGE, markeredgecolor=WHITE,
                        zorder=5)  # fmt: skip
        ax.set(title=title, xlabel="accuracy in %", xlim=(-3, 104))
    ax.set_yticks(range(len(rows)), rows)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.plot([], [], color=INK, linewidth=2, marker="|", markersize=9, label="median, 5–95 %")
    ax.plot([], [], "D", color=ORANGE, linestyle="none", label="printed in the report")
    figure.legend(loc="outside upper center", ncols=2)
    return figure
