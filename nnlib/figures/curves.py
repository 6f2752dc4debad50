"""Learning curves: what happens to the loss and the accuracy while a network learns."""

import numpy as np

from nnlib.figures.kinds import (
    Axes,
    Color,
    Curves,
    Flag,
    Grid,
    Line,
    Number,
    Places,
    Run,
    Text,
    drawing,
    many,
)
from nnlib.figures.palette import BLUE, GRAY
from nnlib.figures.style import at_most, subplots
from nnlib.sweeps import quantiles

CONSTANT = "best constant predictor"
LINES = ("-", "-.", ":", (0, (5, 1)))  # one for each curve; dashes mark the constant


@drawing
def learning_curves(runs: many(Run), labels: many(Text), constant_loss: Number, log: Flag = True):
    """Loss and accuracy of some runs of one experiment against the epochs.

    ``constant_loss`` is the loss of the best predictor that ignores its inputs: a gray line, since
    a curve that does not get below it has learned nothing from them.
    """
    figure, (left, right) = subplots(1, 2, height=2.7)
    for i, (run, label) in enumerate(zip(runs, labels, strict=True)):
        line = LINES[i % len(LINES)]
        left.plot(run.epochs, run.loss, linestyle=line, label=label)
        right.plot(run.epochs, 100 * run.accuracy, linestyle=line)
    constant_line(left, constant_loss)
    left.set(xlabel="epoch", ylabel="loss", yscale="log" if log else "linear")
    right.set(xlabel="epoch", ylabel="accuracy in %", ylim=(-3, 103))
    left.legend(loc="best")
    return figure


@drawing
def constant_line(ax: Axes, loss: Number):
    """Mark the loss of the best constant predictor."""
    ax.axhline(loss, color=GRAY, linestyle="--", linewidth=1, label=CONSTANT)


@drawing
def band(
    ax: Axes, epochs: Places, losses: Grid, label: Text, color: Color = BLUE, line: Line = "-"
):
    """Median and 5–95 % range of ``losses`` (n_runs, n_logged) over the runs, against epochs."""
    low, middle, high = quantiles(losses, (0.05, 0.5, 0.95))  # losses may be infinite
    ax.fill_between(epochs, low, high, color=color, alpha=0.2, linewidth=0)
    label = f"{label}: median, 5–95 %, n = {len(losses)}"
    ax.plot(epochs, middle, color=color, linestyle=line, label=label)


@drawing
def epochs_and_updates(firsts: Curves, samples: Places, last: Number):
    """The share of runs that have all points right, against epochs and against updates.

    Parameters
    ----------
    firsts : {label: (n_runs,)} of at most 4 experiments: the first epoch after which all points
        are right, inf in a run where there is none
    samples : number of updates in an epoch, for each of them
    last : number of epochs in a run
    """
    at_most(LINES, "firsts", firsts)
    figure, axes = subplots(1, 2, height=3.0, sharey=True)
    for (label, rows), n, line in zip(firsts.items(), samples, LINES, strict=False):
        shares = 100 * np.arange(len(rows) + 1) / len(rows)
        reached = np.concatenate([[0], np.sort(rows)])
        end = np.isfinite(reached).sum()
        epochs = np.append(reached[:end], last)
        text = f"{label} (n = {len(rows)})"
        for ax, x in zip(axes, (epochs, n * epochs), strict=True):
            y = np.append(shares[:end], shares[end - 1])
            ax.plot(x, y, linestyle=line, drawstyle="steps-post", label=text)
    for ax, label in zip(axes, ("epoch", "update"), strict=True):
        ax.set(xlabel=label, xscale="log", ylim=(-3, 103))
        ax.grid(axis="y")
    axes[0].set_ylabel("runs with all points right, in %")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure
