"""What claims look at in a run, as ``rules.Measure``: words, and a function of a Sweep."""

import numpy as np

from nnlib.sources.rules import Measure
from nnlib.sweeps import sweep


def ends(sweep, i):
    """The epoch in which each run ended, or the number of epochs."""
    return np.where(np.isnan(sweep.stopped[i]), sweep.recipes[i].epochs, sweep.stopped[i])


def row(sweep, i, epoch, of="accuracy"):
    """Accuracy or loss of every run in the row of that epoch."""
    history = sweep.histories[i]
    return getattr(history, of)[:, history.epochs.tolist().index(epoch)]


def first(sweep, i, reached):
    """The first epoch among the rows in which ``reached(history)`` is true; inf if none."""
    history = sweep.histories[i]
    found = reached(history)
    return np.where(found.any(axis=1), history.epochs[found.argmax(axis=1)], np.inf)


def first_right(sweep, i):
    return first(sweep, i, lambda history: history.accuracy == 1)


def size(sweep, i):
    """The number of points."""
    return len(sweep.recipes[i].points(0)[0])


def missed(recipe, seeds=100):
    """Of trained networks on linear: the distances of their points to the line, and the missed.

    Both (seeds, n_points): √2 times the distance to the line x1 = x2, and True where missed.
    """
    distances, wrong = [], []
    for seed, net in enumerate(sweep(recipe, seeds, "compiled", keep=("network",)).networks[0]):
        X, y = recipe.points(seed)
        distances.append(np.abs(X[:, 0] - X[:, 1]))
        wrong.append((net.predict(X) != y)[:, 0])
    return np.array(distances), np.array(wrong)


def ranks(results):
    """The ranks of the ``missed`` points by distance, a list for each run; 1 is the closest."""
    places = np.argsort(np.argsort(results[0], axis=1), axis=1) + 1
    return [run[wrong].tolist() for run, wrong in zip(places, results[1], strict=True)]


LOSS = Measure("loss at the end", lambda s, i: s.loss[i])
ERROR = Measure("mean absolute error at the end", lambda s, i: s.mean_absolute_error[i])
ACCURACY = Measure("accuracy at the end", lambda s, i: s.accuracy[i])
END = Measure("epoch in which the training ends", ends)
RIGHT = Measure("all points are right at the end", lambda s, i: s.accuracy[i] == 1)
NOT_RIGHT = Measure("points are missed at the end", lambda s, i: s.accuracy[i] != 1)
# Report E counts 100 % and near 100 % as converged: 20 of 21 points, or 95 of 100.
NEAR = Measure("95 % of the points or more are right", lambda s, i: s.accuracy[i] >= 0.95)
FAILED = Measure("fewer than 95 % of the points are right", lambda s, i: ~(s.accuracy[i] >= 0.95))
ALMOST = Measure("99 % of the points or more are right", lambda s, i: s.accuracy[i] >= 0.99)
DIVERGED = Measure("the run diverges", lambda s, i: s.diverged[i])
FIRST_RIGHT = Measure("first epoch, of those in the log, with all points right", first_right)
FIRST_UPDATE = Measure(
    "updates until all points are right", lambda s, i: first_right(s, i) * size(s, i)
)


def in_row(epoch):
    """All points are right in that row."""
    return Measure(
        f"all points are right in the row of epoch {epoch}", lambda s, i: row(s, i, epoch) == 1
    )


def loss_in_row(epoch):
    return Measure(f"loss in the row of epoch {epoch}", lambda s, i: row(s, i, epoch, "loss"))
