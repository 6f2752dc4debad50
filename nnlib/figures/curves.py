"""Learning curves: what happens to the loss and the accuracy while a network learns."""

import numpy as np

from nnlib.figures.style import BLUE, GRAY, GREEN, ORANGE, styled, subplots
from nnlib.sweeps import quantiles

CONSTANT = "best constant predictor"
LINES = ("-", "-.", ":", (0, (5, 1)))  # one for each curve; dashes mark the constant


@styled
def learning_curves(runs, labels, constant_loss, log=True):
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


@styled
def constant_line(ax, loss):
    """Mark the loss of the best constant predictor."""
    ax.axhline(loss, color=GRAY, linestyle="--", linewidth=1, label=CONSTANT)


@styled
def band(ax, epochs, losses, label, color=BLUE):
    """Median and 5–95 % range of ``losses`` (n_runs, n_logged) over the runs, against epochs."""
    low, middle, high = quantiles(losses, (0.05, 0.5, 0.95))  # losses may be infinite
    ax.fill_between(epochs, low, high, color=color, alpha=0.2, linewidth=0)
    ax.plot(epochs, middle, color=color, label=f"{label}: median, 5–95 %, n = {len(losses)}")


@styled
def percentiles(sample, handful, value, label):
    """The share of ``sample`` below each loss: the height of the curve is the percentile.

    ``handful``, the first of the sample, is a row of triangles; ``value`` is at its percentile.
    """
    figure, ax = subplots(height=2.7)
    below = 100 * np.mean(sample < value)
    shares = 100 * np.arange(1, len(sample) + 1) / len(sample)
    ax.step(np.sort(sample), shares, where="post", color=BLUE, label=f"{len(sample)} seeds")
    ax.plot(handful, np.full(len(handful), 3), "^", color=GREEN, linestyle="none",
            label=f"the first {len(handful)} of them")  # fmt: skip
    ax.update_datalim([(value, below)])  # it may lie left of the whole sample
    left = ax.get_xlim()[0]
    ax.plot([left, value, value], [below, below, 0], color=ORANGE, linestyle="--", linewidth=1.2,
            marker="o", markevery=[1], label=f"{label}: percentile {below:.0f}")  # fmt: skip
    ax.set(xlabel="first logged loss", ylabel="percentile", ylim=(0, 102), xlim=(left, None))
    ax.set_yticks((0, 5, 25, 50, 75, 95))
    ax.grid(axis="y")
    ax.legend(loc="center right")
    return figure


@styled
def epochs_and_updates(runs, labels, samples, constant_losses):
    """The loss over that of the best constant predictor, against epochs and against updates.

    ``samples`` is the number of updates in an epoch of each run; row e is measured after epoch e,
    that is after (e + 1) · samples updates.
    """
    figure, axes = subplots(1, 2, height=2.8, sharey=True)
    for run, label, n, constant, line in zip(
        runs, labels, samples, constant_losses, LINES[: len(runs)], strict=True
    ):
        updates = np.minimum(run.epochs + 1, run.recipe.epochs) * n
        for ax, x in zip(axes, (run.epochs, updates / 1000), strict=True):
            ax.plot(x, run.loss / constant, linestyle=line, label=label)
    for ax, label in zip(axes, ("epoch", "thousands of updates"), strict=True):
        constant_line(ax, 1)
        ax.set(xlabel=label, yscale="log")
    axes[0].set_ylabel("loss / loss of the best constant")
    axes[0].legend(loc="lower right", bbox_to_anchor=(1, 0.06))
    return figure
