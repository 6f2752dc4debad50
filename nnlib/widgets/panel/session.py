"""Training in the background: one thread for each change of the panel, cancelled by the next.

The thread trains the run that is shown, then, after a pause, the runs of the other seeds. It looks
every few milliseconds whether it has been cancelled; where the compiled loop cannot run, at every
update.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Event, Thread

import numpy as np

from nnlib import compiled
from nnlib.training import train

SEEDS = 24  # in the band
SIDE = 8  # of them side by side
PAUSE = 0.25
ROWS = 200  # of the learning curve, at most
FRAMES = 40  # snapshots after the first
EVERY = 0.15  # seconds between reports of progress


class Cancelled(Exception):
    """A newer change made this work useless."""


@dataclass
class Job:
    """One change: its run, then its band. What it finds it hands to the functions given.

    Parameters
    ----------
    settings : Settings
    on_progress(job, share), on_run(job, run, fine), on_band(job, losses), on_error(job, error) :
        called in the thread; ``fine`` is the run with the learning curve's rows. Whoever shows
        the run, or the error, sets ``shown``
    band : losses that are known already, (SEEDS, rows), or None
    pause : seconds without a change before the band is trained
    """

    settings: object
    on_progress: Callable
    on_run: Callable
    on_band: Callable
    on_error: Callable
    band: np.ndarray | None = None
    pause: float = PAUSE
    cancelled: Event = field(default_factory=Event)  # its work is thrown away
    stopped: Event = field(default_factory=Event)  # the run ends where it is, and is shown
    shown: Event = field(default_factory=Event)  # its run, or its error, is on the page

    def start(self):
        self.network = self.settings.network()  # whatever is wrong is raised here
        self.thread = Thread(target=self._work, name="nnlib-panel", daemon=True)
        self.thread.start()
        return self

    def cancel(self):
        self.cancelled.set()

    def _work(self):
        try:
            recipe, seed = self.settings.trained, self.settings.seed
            fine = self._train(recipe.replace(log_every=rows_every(recipe)), seed)
            self._check()
            self.on_run(self, thinned(fine, recipe), fine)
            if self.stopped.is_set() or compiled.unsupported(recipe):
                return
            if self.band is None:
                self.on_band(self, self._band(fine.recipe, seed))
        except Cancelled:
            pass
        except Exception as error:  # it must not be lost in a thread
            self.on_error(self, error)
        finally:
            self.shown.set()

    def _check(self):
        if self.cancelled.is_set():
            raise Cancelled

    def _train(self, recipe, seed):
        """The Run; ended early if stopped."""
        epochs = snapshots(recipe.epochs)
        if compiled.unsupported(recipe):
            watched = recipe.replace(optimizer=watching(recipe, self))
            run = train(watched, seed, "numpy", self.network, epochs)
            return replace(run, recipe=recipe)
        block = compiled.Block(recipe, [seed], [self.network.copy()], epochs)
        self._go(block, recipe.epochs, report=True)
        return block.runs()[0]

    def _go(self, block, epochs, report):
        """Train a block to its end, unless cancelled or stopped."""
        last = time.monotonic()
        for finished in block.stretches():
            self._check()
            if self.stopped.is_set() and finished < epochs:
                break
            if report and time.monotonic() - last > EVERY:
                last = time.monotonic()
                self.on_progress(self, finished / epochs)

    def _band(self, recipe, seed):
        """The learning curves of other seeds, each from its own weights: (SEEDS, rows)."""
        if self.cancelled.wait(self.pause):
            raise Cancelled
        runs, seeds = [], others(seed)
        for i in range(0, SEEDS, SIDE):
            group = [replace(self.settings, seed=s, start=None) for s in seeds[i : i + SIDE]]
            starts = [settings.network() for settings in group]
            block = compiled.Block(recipe, seeds[i : i + SIDE], starts, [])
            self._go(block, recipe.epochs, report=False)
            if self.stopped.is_set():
                raise Cancelled
            runs += block.runs()
        return aligned(runs, recipe)


def others(seed):
    """The band's seeds: the first ones, without the panel's own."""
    return [s for s in range(SEEDS + 1) if s != seed][:SEEDS]


def aligned(runs, recipe):
    """Losses at the epochs of the learning curve; infinite once a run has diverged."""
    epochs = curve_epochs(recipe)
    losses = np.full((len(runs), len(epochs)), np.inf)
    for row, run in zip(losses, runs, strict=True):
        n = min(len(run.loss), len(epochs))
        row[:n] = run.loss[:n]
        if not run.diverged:  # one that reached its aim early stays there
            row[n:] = run.loss[-1]
    return losses


def curve_epochs(recipe):
    """The epochs of the rows of a run that goes to its end."""
    return np.append(np.arange(0, recipe.epochs, recipe.log_every), recipe.epochs)


def rows_every(recipe):
    """How often the learning curve has a row: a divisor of ``log_every``, the finest sensible."""
    every = recipe.log_every
    fine = [d for d in range(1, every) if every % d == 0 and recipe.epochs <= ROWS * d]
    return min(fine, default=every)


def thinned(fine, recipe):
    """The Run of the recipe from one with more rows: bit for bit what ``train`` gives."""
    keep = fine.epochs % recipe.log_every == 0
    if not fine.diverged:
        keep[-1:] = True  # the closing row
    names = ("epochs", "loss", "accuracy", "mean_absolute_error")
    rows = {name: getattr(fine, name)[keep] for name in names}
    return replace(fine, recipe=recipe, **rows)


def snapshots(epochs):
    """The epochs that the scrubber goes through: close together at first, then wider."""
    share = (np.arange(FRAMES + 1) / FRAMES) ** 1.7
    return sorted({round(epochs * float(s)) for s in share})


def watching(recipe, job):
    """The recipe's optimizer, which also ends the textbook loop when the job is to end."""
    kind = type(recipe.optimizer)
    n = len(recipe.points(job.settings.seed)[0])
    size = n if recipe.batch_size == "all" else recipe.batch_size
    total, count = recipe.epochs * -(-n // size), [0, time.monotonic()]

    class Watching(kind):
        def update(self, *args):
            if job.cancelled.is_set() or job.stopped.is_set():
                raise KeyboardInterrupt  # train gives back what is finished
            count[0] += 1
            if time.monotonic() - count[1] > EVERY:
                count[1] = time.monotonic()
                job.on_progress(job, count[0] / total)
            super().update(*args)

    return Watching(**vars(recipe.optimizer))
