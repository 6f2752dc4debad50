"""Recipes that run in milliseconds, and what the tests of sweeps do with them."""

import dataclasses
import functools
import os
import signal

import numpy as np
import pytest
from tiny import TINY, assert_same_network

from nnlib import Recipe, sweep

SMALL = Recipe(data=("linear", 5), sizes=(2, 3, 1), epochs=7, log_every=3, lr=1.0)
STOPS = SMALL.replace(epochs=40, stop_below=1.6)  # some seeds stop, and at different epochs
DIVERGES = TINY.replace(batch_size="all", lr=2.0, epochs=500, log_every=50)
RECIPES = [SMALL, STOPS, DIVERGES]
EVERYTHING = ("history", "network")

here = functools.partial(sweep, engine="numpy", n_jobs=1)  # in this process, by the textbook loop
on_posix = pytest.mark.skipif(os.name != "posix", reason="needs process groups and signals")


@functools.cache
def reference():
    """What every other way to do the same must give."""
    return here(RECIPES, 6, keep=EVERYTHING)


def assert_same_sweep(a, b):
    for name in ("seeds", "loss", "accuracy", "mean_absolute_error", "stopped"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), strict=True)
    assert (a.histories is None) == (b.histories is None)
    for mine, other in zip(a.histories or (), b.histories or (), strict=True):
        for field in dataclasses.fields(mine):
            np.testing.assert_array_equal(getattr(mine, field.name), getattr(other, field.name))
    assert (a.networks is None) == (b.networks is None)
    if a.networks is not None:
        for mine, other in zip(a.networks.flat, b.networks.flat, strict=True):
            assert_same_network(mine, other)


def interrupting(at):
    """A schedule that is Ctrl-C, sent to this process, when it is asked the ``at``-th time."""
    asked, pid = iter(range(10**9)), os.getpid()

    def schedule(epoch):
        if next(asked) == at:
            os.kill(pid, signal.SIGINT)
        return 1.0

    return schedule
