"""The textbook loop: ``train(recipe, seed)`` gives a Run. ``compiled`` is its fast twin."""

import numpy as np

from nnlib import compiled, validation
from nnlib.network import forward, loss_value, predicted
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
    """
    if not isinstance(recipe, Recipe):
        raise TypeError(f"recipe is {recipe!r}; it must be a Recipe")
    seed = validation.integer("seed", seed)
    validation.choice("engine", engine, ENGINES)
    snapshots = snapshot_epochs(snapshots, recipe.epochs)
    progress = validation.flag("progress", progress)
    net = start_network(recipe, seed, network)
    if engine == "compiled" or (engine == "auto" and compiled.prefers(recipe)):
        return compiled.run_one(recipe, seed, net, snapshots, progress)
    with np.errstate(all="ignore"):
        return _run(recipe, seed, net, snapshots, progress)


def _run(recipe, seed, net, snapshots, progress):
    """Go through the epochs, keep what is asked for, and end where the recipe says."""
    X, y = recipe.points(seed)
    rows, finished, ended, diverged, saved = [], 0, False, False, net.copy()
    kept = {0: saved} if 0 in snapshots else {}
    try:
        for row in _with_bar(_epochs(recipe, seed, net, X, y), recipe.epochs, progress):
            copy = net.copy()
            if row is not None and row.epoch % recipe.log_every == 0:
                rows.append(row)
            if finished + 1 in snapshots:
                kept[finished + 1] = copy
            finished, saved = finished + 1, copy  # from here on the epoch counts
            diverged = not (_finite(saved) and (row is None or np.isfinite(row.loss)))
            low = recipe.stop_below is not None and row.loss < recipe.stop_below
            ended = diverged or low
            if ended:
                break
    except KeyboardInterrupt:
        net, ended = saved, True  # an unfinished epoch is given up
    closing = _measure(recipe, net, X, y, finished)
    return finished_run(recipe, seed, "numpy", net, finished, ended, diverged, rows, closing, kept)


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
