"""Chapter 9's claims, and made-up results of their experiments, for the tests of its verdicts."""

import dataclasses

import numpy as np

from nnlib.sources.claims import activations, depth
from nnlib.sweeps import History, Sweep

CLAIMS = {claim.name: claim for claim in (*activations.CLAIMS, *depth.CLAIMS)}
N = 200


def recipes(name):
    """The recipes of a claim's experiment, in its order."""
    return list(CLAIMS[name].experiment.values())


def made_up(name, loss=0.5, right=1.0, histories=None):
    """A Sweep of a claim's recipes: losses, and the share of runs with every point right."""
    made = tuple(recipes(name))
    shape = len(made), N
    spread = np.linspace(1, 1.01, N)
    losses = np.broadcast_to(np.reshape(loss, (-1, 1)), shape) * spread
    order = (np.arange(N) + 0.5) / N
    accuracies = np.where(order < np.broadcast_to(np.reshape(right, (-1, 1)), shape), 1.0, 0.9)
    blank = np.full(shape, np.nan)
    engines = ("compiled",) * len(made)
    return Sweep(made, np.arange(N), engines, losses, accuracies, blank, blank, histories, None)


def history(epochs, losses, rights):
    """A row for each epoch: one loss and the share of runs with every point right in it."""
    order = (np.arange(N) + 0.5)[:, None] / N
    accuracy = np.where(order < np.array(rights), 1.0, 0.9)
    loss = np.array(losses) * np.linspace(1, 1.01, N)[:, None]
    return History(np.array(epochs), loss, accuracy, accuracy, np.ones(N, dtype=bool))


def word(name, results):
    """What a claim's verdict is on these results."""
    return CLAIMS[name].verdict(results).word


def differing(a, b):
    """The parts in which two recipes differ."""
    parts = (field.name for field in dataclasses.fields(a))
    return {part for part in parts if not np.array_equal(getattr(a, part), getattr(b, part))}
