"""The textbook loop: ``train(recipe, seed)`` gives a Run. ``compiled`` is its fast twin."""

from typing import NamedTuple

import numpy as np

from nnlib import compiled, validation
from nnlib.network import Network, forward, loss_value, predicted
from nnlib.recipe import GRADIENTS, Recipe
from nnlib.runs import (
    Row,
    arrays,
    batch_length,
    epoch_bar,
    finished_run,
    sample_order,
    snapshot_epochs,
    start_network,
)

ENGINES = ("auto", "numpy", "compiled")


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

    >>> run = train(Recipe(epochs=200), seed=1, engine="numpy")
    >>> print(run.log())
    Epochs 0: accuracy: 47.62%, loss: 14.82137
    Epochs 100: accuracy: 47.62%, loss: 14.56814
    Training finished
    accuracy: 52.38%, loss: 14.55364
    >>> run.epochs, run.loss.shape
    (array([  0, 100, 200]), (3,))
    """
    loop = None
    try:
        loop = start(recipe, seed, engine, network, snapshots, progress)
        loop.train()
        return loop.run()
    except KeyboardInterrupt:  # in whatever line: what is finished stands in the loop
        return (loop or start(recipe, seed, engine, network, snapshots, progress)).run()


def start(recipe, seed, engine, network=None, snapshots=(), progress=False):
    """The loop that ``train`` goes through: its ``train()`` may be cut off, then ``run()``."""
    validation.instance("recipe", recipe, Recipe)
    seed = validation.integer("seed", seed)
    validation.choice("engine", engine, ENGINES)
    snapshots = snapshot_epochs(snapshots, recipe.epochs)
    progress = validation.flag("progress", progress)
    net = start_network(recipe, seed, network)
    is_compiled = engine == "compiled" or (engine == "auto" and compiled.prefers(recipe))
    loop = compiled.Loop if is_compiled else Loop
    return loop(recipe, seed, net, snapshots, progress)


class Finished(NamedTuple):
    """What is finished of a run: so many epochs, the network after them, and how it is."""

    epochs: int
    network: Network
    ended: bool
    diverged: bool


class Loop:
    """The textbook loop of one run."""

    def __init__(self, recipe, seed, network, snapshots, progress):
        self.recipe, self.seed, self.snapshots, self.progress = recipe, seed, snapshots, progress
        self.network, self.points = network, recipe.points(seed)
        self.finished = Finished(0, network.copy(), ended=False, diverged=False)
        self.rows, self.kept = [], {0: self.finished.network} if 0 in snapshots else {}

    @np.errstate(all="ignore")
    def train(self):
        """Go through the epochs, keep what is asked for, and end where the recipe says."""
        recipe = self.recipe
        epochs = _epochs(recipe, self.seed, self.network, *self.points)
        for row in _with_bar(epochs, recipe.epochs, self.progress):
            copy, count = self.network.copy(), self.finished.epochs + 1
            if row is not None and row.epoch % recipe.log_every == 0:
                self.rows.append(row)
            if count in self.snapshots:
                self.kept[count] = copy
            diverged = not (_finite(copy) and (row is None or np.isfinite(row.loss)))
            low = recipe.stop_below is not None and row.loss < recipe.stop_below
            self.finished = Finished(count, copy, diverged or low, diverged)  # now it counts
            if self.finished.ended:
                break

    @np.errstate(all="ignore")
    def run(self):
        """The Run of the epochs that are finished."""
        recipe, (epochs, net, ended, diverged) = self.recipe, self.finished
        closing = _measure(recipe, net, *self.points, epochs)
        return finished_run(
            recipe, self.seed, "numpy", net.copy(), epochs, ended or epochs < recipe.epochs,
            diverged, self.rows, closing, self.kept,
        )  # fmt: skip


def _epochs(recipe, seed, net, X, y):
    """Train ``net`` in place. After each epoch, yield its Row, or None if nobody needs one."""
    order = sample_order(seed)
    rates = [recipe.rate(epoch) for epoch in range(recipe.epochs)]
    gradient, parameters = GRADIENTS[recipe.gradient], arrays(net)
    state = recipe.optimizer.start(parameters)
    n, step = len(X), 0
    size = batch_length(recipe, n)
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
            recipe.optimizer.update(parameters, arrays(grads), state, lr, t)
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


def _finite(net):
    return all(np.isfinite(array).all() for array in arrays(net))


def _with_bar(iterable, total, progress):
    """The iterable, behind a tqdm bar if ``progress``."""
    return epoch_bar(total, iterable) if progress else iterable
