"""What both training loops share: how a run starts, what of it is kept, how it ends."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlib import validation
from nnlib.network import Network, per_layer
from nnlib.recipe import Recipe


class Row(NamedTuple):
    """One line of the history."""

    epoch: int
    loss: float
    accuracy: float
    mean_absolute_error: float


@dataclass(frozen=True, eq=False)
class Run:
    """What one recipe and one seed give.

    Attributes
    ----------
    recipe, seed, engine : what was run, and by which loop
    network : the network at the end
    epochs, loss, accuracy, mean_absolute_error : the history, arrays of shape (n_logged,): a row
        every ``recipe.log_every`` epochs, and a closing row, measured on all samples after the
        last update, whose epoch is the number of finished epochs. Accuracies are shares.
    stopped : the 0-based epoch in which training ended early, else None; after a Ctrl-C the last
        finished one, or 0
    diverged : whether it ended because a parameter after an epoch, or a loss when it was measured,
        was no finite number any more; the history holds the finite rows up to there. With
        ``stopped`` None it was the loss of the closing row
    snapshots : {e: Network after e epochs} for the chosen e that were reached; 0 is the start
    """

    recipe: Recipe
    seed: int
    engine: str
    network: Network
    epochs: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    mean_absolute_error: np.ndarray
    stopped: int | None
    diverged: bool
    snapshots: dict

    def log(self):
        """The history as report A prints it, accuracies in percent."""
        texts = [
            f"accuracy: {100 * accuracy:.2f}%, loss: {loss:.5f}"
            for accuracy, loss in zip(self.accuracy, self.loss, strict=True)
        ]
        end = "diverged" if self.diverged else "finished" if self.stopped is None else "stopped"
        last = f"Training {end}" + ("" if self.stopped is None else f" in epoch {self.stopped}")
        last += "" if self.diverged else f"\n{texts.pop()}"
        rows = zip(self.epochs, texts, strict=False)  # the closing row has no epoch in the log
        return "\n".join([*(f"Epochs {epoch}: {text}" for epoch, text in rows), last])

    def __repr__(self):
        end = "diverged" if self.diverged else f"loss={self.loss[-1]:.5f}"
        return f"Run(seed={self.seed}, engine={self.engine!r}, {end}, stopped={self.stopped})"


# The start


def start_network(recipe, seed, network, name="network"):
    """The network that training begins with, an object of its own."""
    if network is None:
        return recipe.network(seed)
    if not isinstance(network, Network):
        raise TypeError(f"{name} is {validation.said(network)}; it must be a Network or None")
    has = (network.sizes, network.activations, network.biases is not None)
    names = per_layer(recipe.activations, len(recipe.sizes) - 1)
    if has != (recipe.sizes, names, recipe.bias):
        raise ValueError(
            f"{name} is {network!r}; the recipe needs sizes={recipe.sizes}, "
            f"activations={names}, bias={recipe.bias}"
        )
    return network.copy()


def snapshot_epochs(snapshots, epochs):
    """The set of finished epochs after which a copy of the network is kept."""
    chosen = validation.sequence("snapshots", snapshots, "(0, 100)")
    chosen = {validation.integer(f"snapshots[{i}]", e) for i, e in enumerate(chosen)}
    if chosen and max(chosen) > epochs:
        raise ValueError(f"snapshots holds {max(chosen)}; it may go up to the {epochs} epochs")
    return chosen


def sample_order(seed):
    """The stream of random numbers that puts the samples of each epoch in order."""
    return np.random.default_rng((seed, 2))


def batch_length(recipe, n):
    """How many of n samples an update sees; the last batch of an epoch may be smaller."""
    return n if recipe.batch_size == "all" else recipe.batch_size


def epoch_bar(total, iterable=None):
    """A tqdm bar over so many epochs."""
    from tqdm.auto import tqdm  # only here: in a notebook it loads ipywidgets

    return tqdm(iterable, total=total, unit="epoch")


def arrays(parameters):
    """All arrays of a Network or of Gradients in one list: the weights, then the biases."""
    return [*parameters.weights, *(parameters.biases or [])]


# The end


def finished_run(recipe, seed, engine, net, epochs, ended, diverged, rows, closing, snapshots):
    """The Run of so many epochs, the last of which may have diverged.

    An epoch that diverged does not count, but a row that was measured before its updates does.
    Only rows with a finite loss stand. What is handed over of later epochs is left out.

    Parameters
    ----------
    net : Network at the end, which the Run takes over
    epochs : how many epochs were trained
    ended, diverged : whether training ended before ``recipe.epochs``; whether it left the finite
        numbers
    rows : (n, 4), a Row for each logged epoch
    closing : Row of the network at the end
    snapshots : {epochs: Network}
    """
    good = epochs - diverged
    rows = np.array([*rows], dtype=float).reshape(-1, 4)
    counted = rows[:, 0] < (epochs if recipe.log == "before" else good)
    rows = rows[counted & np.isfinite(rows[:, 1])]
    if not diverged and np.isfinite(closing.loss):
        rows = np.vstack([rows, closing])
    else:
        diverged = True
        _one_nan(net)
    stopped = max(0, epochs - 1) if ended else None
    kept = {e: snapshots[e] for e in sorted(snapshots) if e <= good}
    history = rows[:, 0].astype(int), *rows[:, 1:].T.copy()
    return Run(recipe, seed, engine, net, *history, stopped, diverged, kept)


def _one_nan(net):
    """Give every NaN the same bits: which of them an operation makes differs by processor."""
    for array in arrays(net):
        array[np.isnan(array)] = np.nan
