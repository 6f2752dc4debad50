"""Learning curves: what happens to the loss and the accuracy while a network learns."""

import numpy as np

from nnlib.figures.style import BLUE, GRAY, styled, subplots

CONSTANT = "best constant predictor"


@styled
def learning_curves(runs, labels, constant_loss, log=True):
    """Loss and accuracy of some runs of one experiment against the epochs.

    ``constant_loss`` is the loss of the best predictor that ignores its inputs: a gray line, since
    a curve that does not get below it has learned nothing from them.
    """
    figure, (left, right) = subplots(1, 2, height=2.7)
    for run, label in zip(runs, labels, strict=True):
        left.plot(run.epochs, run.loss, label=label)
        right.plot(run.epochs, 100 * run.accuracy)
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
    low, middle, high = np.quantile(losses, (0.05, 0.5, 0.95), axis=0)
    ax.fill_between(epochs, low, high, color=color, alpha=0.2, linewidth=0)
    ax.plot(epochs, middle, color=color, label=f"{label}: median, 5–95 %, n = {len(losses)}")
