"""Contenders, and how they are timed: in turn, on this process's own clock, as ratios."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Contender:
    """One way to train, and how much of it is timed.

    ``train(recipe, seeds)`` gives a list of weight matrices for each seed; ``epochs`` is cut short
    for slow ones, whose cost is told per update. ``checked`` says whether the weights must be the
    textbook loop's, and ``repeats`` how often it runs each time that its turn comes.
    """

    name: str
    train: Callable
    recipe: object
    seeds: range = range(1)
    repeats: int = 1
    checked: bool = True
    ours: bool = False

    @property
    def updates(self):
        """How many updates a call makes, of all runs together."""
        n = len(self.recipe.points(0)[0])
        batch = n if self.recipe.batch_size == "all" else min(self.recipe.batch_size, n)
        return len(self.seeds) * self.recipe.epochs * -(-n // batch)


def close(found, expected, name):
    """Stop unless all weights of all runs agree to 1e-9 of the largest in their matrix."""
    for ours, theirs in zip(found, expected, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9 * abs(b).max(), err_msg=name)


def seconds(contender):
    """CPU time of all threads, and time on the wall, of one call: medians of the repeats."""
    cpu, wall = [], []
    for _ in range(contender.repeats):
        wall_start, cpu_start = time.perf_counter(), time.process_time()
        contender.train(contender.recipe, contender.seeds)
        cpu.append(time.process_time() - cpu_start)
        wall.append(time.perf_counter() - wall_start)
    return statistics.median(cpu), statistics.median(wall)


def compare(contenders, base, rounds):
    """Let the contenders take turns; for each what an update costs, and its ratio to ``base``.

    Other work on the machine slows all of a round, so a ratio is taken within each round, and the
    median of those is what counts; "low" and "high" are their quartiles.
    """
    for contender in contenders:  # what is compiled at first is compiled now
        contender.train(contender.recipe, contender.seeds)
    cpu, wall = (np.empty((rounds, len(contenders))) for _ in range(2))
    for i in range(rounds):
        for k, contender in enumerate(contenders):
            cpu[i, k], wall[i, k] = np.array(seconds(contender)) / contender.updates
    place = [contender.name for contender in contenders].index(base)
    ratios = cpu / cpu[:, [place]]
    return {
        contender.name: _result(cpu[:, k], wall[:, k], ratios[:, k], contender)
        for k, contender in enumerate(contenders)
    }


def _result(cpu, wall, ratios, contender):
    low, middle, high = np.quantile(ratios, (0.25, 0.5, 0.75))
    return {
        "ratio": rounded(middle),
        "low": rounded(low),
        "high": rounded(high),
        "µs an update": rounded(1e6 * np.median(cpu)),
        "µs on the wall": rounded(1e6 * np.median(wall)),
        "epochs": contender.recipe.epochs,
        "runs": len(contender.seeds),
        "ours": contender.ours,
    }


def rounded(value):
    """To four figures: the rest is noise."""
    return float(f"{value:.4g}")
