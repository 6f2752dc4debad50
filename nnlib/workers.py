"""The work of a sweep, spread over workers: cores of this machine, or of a cluster.

Everything goes through joblib. Which worker does what, and in which order, changes no result.
"""

import os
import pickle
import signal
import threading
import warnings

from nnlib import ctrl_c, fingerprint
from nnlib import store as stores
from nnlib.training import start

SIDE_BY_SIDE = 8  # compiled runs a task: as many as fill the rows of the kernel's memory


def ignore_ctrl_c(home):
    """In another process than ``home``, let Ctrl-C do nothing between tasks: home ends them."""
    if os.getpid() != home and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, lambda number, frame: None)


class Sent:
    """A recipe on its way to a worker, with the functions and classes that were made here.

    What cannot be written or read arrives as the reason why, and the task fails with that: a pool
    whose task cannot be unpickled breaks without a word.
    """

    def __init__(self, recipe, reason=None):
        self.recipe, self.reason = recipe, reason

    def __reduce__(self):
        from joblib.externals.loky.backend.reduction import dumps  # slow to import: only here

        try:
            return _received, (bytes(dumps(self.recipe)),)
        except Exception as error:  # of somebody else's function or class
            return Sent, (None, repr(error))

    def open(self):
        if self.reason is not None:
            raise ValueError(
                f"recipes holds one that no other process can read ({self.reason}). Functions and "
                "classes of one's own must stand in a module that is installed there, or in the "
                "notebook itself, and hold no files or locks; n_jobs=1 needs no other process"
            )
        return self.recipe


def _received(packed):
    try:
        return Sent(pickle.loads(packed))
    except Exception as error:  # a module that is not there
        return Sent(None, repr(error))


def jobs(n_jobs):
    """``n_jobs`` as joblib means it; None is what ``parallel_config`` says, or else all cores."""
    from joblib.parallel import get_active_backend

    backend, configured = get_active_backend()
    return n_jobs or configured or (1 if backend.nesting_level else -1)


def workers(n_jobs):
    """How many tasks the active backend does at a time."""
    from joblib.parallel import get_active_backend

    return get_active_backend()[0].effective_n_jobs(n_jobs)


def shares(seeds, engine):
    """The seeds in lists, one for each task: single runs, or compiled ones side by side."""
    size = SIDE_BY_SIDE if engine == "compiled" else 1
    return [seeds[start : start + size] for start in range(0, len(seeds), size)]


def completed(tasks, n_jobs, prefer):
    """Do all tasks (i, recipe, seeds, engine, keep); yield (i, Outcomes) of each when it is done.

    ``prefer`` is a hint that joblib takes unless ``parallel_config`` names a backend. Each worker
    process gets its share of the threads that BLAS may use.
    """
    from joblib.parallel import Parallel, delayed, get_active_backend  # slow to import: only here

    mine = fingerprint.ours()  # before any thread asks: Python 3.11 may not parse in two at once
    backend, _ = get_active_backend()
    streams = backend.supports_return_generator
    parallel = Parallel(
        n_jobs=1 if len(tasks) < 2 else n_jobs,
        prefer=prefer,
        return_as="generator_unordered" if streams else "list",
    )
    calls = [delayed(_do)(os.getpid(), i, Sent(recipe), *rest) for i, recipe, *rest in tasks]
    chunks = parallel(calls) if streams else _rounds(parallel, calls, 4 * workers(n_jobs))
    try:
        for i, theirs, outcomes in chunks:
            if theirs != mine:
                raise RuntimeError(
                    "a worker has another version of nnlib or NumPy than this process: "
                    "install the same, and restart the workers"
                )
            yield i, outcomes
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of joblib, that a sweep cut short leaves work undone
            chunks.close()


def _rounds(parallel, tasks, size):
    """For backends that give nothing before all is finished, as multiprocessing's and Ray's do."""
    with parallel:
        for start in range(0, len(tasks), size):
            yield from parallel(tasks[start : start + size])


def _do(home, i, sent, seeds, engine, keep):
    """One task, in a worker of the process ``home``."""
    ignore_ctrl_c(home)
    recipe = sent.open()
    with ctrl_c.handled_by(signal.default_int_handler):
        runs = _runs(recipe, seeds, engine)
    return i, fingerprint.ours(), [stores.outcome(run, keep) for run in runs]


def _runs(recipe, seeds, engine):
    if engine == "compiled":
        from nnlib import compiled  # needs numba, which not everyone has

        return compiled.run_many(recipe, seeds)
    return [_run(recipe, seed, engine) for seed in seeds]


def _run(recipe, seed, engine):
    """A whole Run: ``train`` would answer Ctrl-C with a short one."""
    loop = start(recipe, seed, engine)
    loop.train()
    return loop.run()
