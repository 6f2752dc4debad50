"""The textbook loop: ``train(recipe, seed)`` gives a Run. ``compiled`` is its fast twin."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlib import validation
from nnlib.network import Network, activation_names, forward, loss_value, predicted
from nnlib.recipe import GRADIENTS, Recipe

ENGINES = ("auto", "numpy", "compiled")


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


def train(recipe, seed, engine="auto", network=None, snapshots=(), progress=False):
    """Train a network as ``recipe`` says, with every random number drawn from ``seed``.

    The seed gives three streams: the parameters ``default_rng(seed)``, generated data
    ``default_rng((seed, 1))``, the order of samples ``default_rng((seed, 2))``. Ctrl-C ends
    training early and gives back the epochs that are finished. Numbers that leave the finite range
    do not raise; see ``Run.diverged``.

    Parameters
    ----------
    recipe : Recipe
    seed : int, at least 0
    engine : "numpy", the textbook loop in this file; "compiled", the same loop compiled by numba,
        much faster, with the same bits on every machine, and ValueError where it cannot run the
        recipe; "auto", one of the two by the fixed rule of ``compiled.prefers``
    network : Network to start from, left unchanged; None draws one as the recipe says
    snapshots : numbers of finished epochs after which to keep a copy of the network
    progress : whether to show a progress bar over the epochs

    Returns
    -------
    Run
    """
    if not isinstance(recipe, Recipe):
        raise TypeError(f"recipe is {recipe!r}; it must be a Recipe")
    seed = validation.integer("seed", seed)
    validation.choice("engine", engine, ENGINES)
    snapshots = snapshot_epochs(snapshots, recipe.epochs)
    progress = validation.flag("progress", progress)
    net = start_network(recipe, seed, network)
    from nnlib import compiled  # only here: it needs Run

    if engine == "compiled" or (engine == "auto" and compiled.prefers(recipe)):
        return compiled.run_one(recipe, seed, net, snapshots, progress)
    with np.errstate(all="ignore"):
        return _run(recipe, seed, net, snapshots, progress)


def _run(recipe, seed, net, snapshots, progress):
    """Go through the epochs, keep what is asked for, and end where the recipe says."""
    X, y = recipe.points(seed)
    rows, kept, stopped, diverged = [], {}, None, False
    finished, saved = 0, net.copy()
    if 0 in snapshots:
        kept[0] = saved
    try:
        for row in _with_bar(_epochs(recipe, seed, net, X, y), recipe.epochs, progress):
            finished, saved = finished + 1, net.copy()
            diverged = not (_finite(saved) and (row is None or np.isfinite(row.loss)))
            if diverged or (recipe.stop_below is not None and row.loss < recipe.stop_below):
                stopped = finished - 1
            # A row that was measured before the updates stands, even if these diverged.
            stands = row is not None and (not diverged or recipe.log == "before")
            if stands and row.epoch % recipe.log_every == 0 and np.isfinite(row.loss):
                rows.append(row)
            if not diverged and finished in snapshots:
                kept[finished] = saved
            if stopped is not None:
                break
    except KeyboardInterrupt:
        net, stopped = saved, max(0, finished - 1)  # an unfinished epoch is given up
    if not diverged:
        closing = _measure(recipe, net, X, y, finished)
        diverged = not np.isfinite(closing.loss)
        rows += [] if diverged else [closing]
    history = map(np.array, zip(*rows, strict=True) if rows else [()] * 4)
    return Run(recipe, seed, "numpy", net, *history, stopped, diverged, kept)


def _epochs(recipe, seed, net, X, y):
    """Train ``net`` in place. After each epoch, yield its Row, or None if nobody needs one."""
    order = np.random.default_rng((seed, 2))
    rates = [recipe.rate(epoch) for epoch in range(recipe.epochs)]
    gradient, parameters = GRADIENTS[recipe.gradient], _arrays(net)
    state = recipe.optimizer.start(parameters)
    n, step = len(X), 0
    size = n if recipe.batch_size == "all" else recipe.batch_size
    for epoch, lr in enumerate(rates):
        needed = epoch % recipe.log_every == 0 or recipe.stop_below is not None
        if needed and recipe.log == "before":
            row = _measure(recipe, net, X, y, epoch)
        visit = order.permutation(n) if recipe.shuffle else np.arange(n)
        for i in range(0, n, size):
            batch = visit[i : i + size]
            if needed and recipe.log == "last_sample" and i + size >= n:
                last_loss = _loss(recipe, net, X[batch[-1:]], y[batch[-1:]])
            grads = gradient(net, X[batch], y[batch], recipe.loss, recipe.reduction)
            step += 1
            t = epoch + 1 if getattr(recipe.optimizer, "clock", "step") == "epoch" else step
            recipe.optimizer.update(parameters, _arrays(grads), state, lr, t)
        if needed and recipe.log != "before":
            row = _measure(recipe, net, X, y, epoch)
        if needed and recipe.log == "last_sample":
            row = row._replace(loss=last_loss)
        yield row if needed else None


def _measure(recipe, net, X, y, epoch):
    """A Row over all samples."""
    trace = forward(net, X)
    return Row(
        epoch,
        loss_value(trace, y, recipe.loss, recipe.reduction),
        float(np.mean(predicted(trace.output) == y)),
        float(np.mean(np.abs(trace.output - y))),
    )


def _loss(recipe, net, X, y):
    return loss_value(forward(net, X), y, recipe.loss, recipe.reduction)


def _arrays(parameters):
    """All arrays of a Network or of Gradients in one list: the weights, then the biases."""
    return [*parameters.weights, *(parameters.biases or [])]


def _finite(net):
    return all(np.isfinite(array).all() for array in _arrays(net))


def start_network(recipe, seed, network):
    """The network that training begins with, an object of its own."""
    if network is None:
        return Network(recipe.sizes, recipe.activations, recipe.bias, recipe.init, rng=seed)
    if not isinstance(network, Network):
        raise TypeError(f"network is {network!r}; it must be a Network or None")
    has = (network.sizes, network.activations, network.biases is not None)
    names = activation_names(recipe.activations, len(recipe.sizes) - 1)
    if has != (recipe.sizes, names, recipe.bias):
        raise ValueError(
            f"network is {network!r}; the recipe needs sizes={recipe.sizes}, "
            f"activations={names}, bias={recipe.bias}"
        )
    return network.copy()


def snapshot_epochs(snapshots, epochs):
    chosen = validation.sequence("snapshots", snapshots, "(0, 100)")
    chosen = {validation.integer(f"snapshots[{i}]", e) for i, e in enumerate(chosen)}
    if chosen and max(chosen) > epochs:
        raise ValueError(f"snapshots holds {max(chosen)}; it may go up to the {epochs} epochs")
    return chosen


def _with_bar(iterable, total, progress):
    """The iterable, behind a tqdm bar if ``progress``."""
    return epoch_bar(total, iterable) if progress else iterable


def epoch_bar(total, iterable=None):
    """A tqdm bar over so many epochs."""
    from tqdm.auto import tqdm  # only here: in a notebook it loads ipywidgets

    return tqdm(iterable, total=total, unit="epoch")
