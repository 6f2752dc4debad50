"""The work of a sweep, spread over workers: cores of this machine, or of a cluster.

Everything goes through joblib. Which worker does what, and in which order, changes no result.
"""

import os
import pickle
import signal
import threading
import time
import warnings

from nnlib import compiled, ctrl_c
from nnlib.sweeps import fingerprint
from nnlib.sweeps import store as stores
from nnlib.training import start

SIDE_BY_SIDE = 8  # compiled runs a task: as many as fill the rows of the kernel's memory


class Halt:
    """Stops the compiled tasks of one sweep that run in threads of this process.

    Else they would compute on when the sweep has ended. On its way to another process it becomes
    one that nobody sets: processes are ended by joblib.
    """

    def __init__(self):
        self.event, self.changed, self.threads = threading.Event(), threading.Condition(), set()

    def __reduce__(self):
        return Halt, ()

    def __enter__(self):
        with self.changed:
            if self.event.is_set():
                raise RuntimeError("the sweep has ended")
            self.threads.add(threading.current_thread())
        return self.event

    def __exit__(self, *exception):
        with self.changed:
            self.threads.discard(threading.current_thread())
            self.changed.notify_all()

    def set(self):
        """Stop the tasks, and wait until the other threads have none."""
        self.event.set()
        mine = {threading.current_thread()}
        with self.changed:
            self.changed.wait_for(lambda: self.threads <= mine)


def ignore_ctrl_c(home):
    """In another process than ``home``, let Ctrl-C do nothing between tasks: home ends them."""
    if os.getpid() != home and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, lambda number, frame: None)


def end_with(home):
    """In a process that ``home`` has started, end when it does: loky's waits on for minutes.

    Not on Windows, where a process keeps the number of a parent that has ended.
    """

    def watch():
        while os.getppid() == home:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


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
                "classes of your own must stand in a module that is installed there, or in the "
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
    """Do all tasks; yield (i, Outcomes) of each when it is done.

    A task is (i, recipe, seeds, engine, keep, the ``start`` of ``sweep``).
    ``prefer`` is a hint that joblib takes unless ``parallel_config`` names a backend. Each worker
    process gets its share of the threads that BLAS may use.
    """
    from joblib.parallel import Parallel, delayed, get_active_backend  # slow to import: only here

    mine = fingerprint.ours()  # before any thread asks: Python 3.11 may not parse in two at once
    backend, _ = get_active_backend()
    streams = backend.supports_return_generator
    loky = type(backend).__name__ == "LokyBackend" and os.name == "posix"
    begin = {"initializer": end_with, "initargs": (os.getpid(),)} if loky else {}
    parallel = Parallel(
        n_jobs=1 if len(tasks) < 2 else n_jobs,
        prefer=prefer,
        return_as="generator_unordered" if streams else "list",
        **begin,
    )
    halt, call = Halt(), delayed(_do)
    calls = [call(os.getpid(), halt, i, Sent(recipe), *rest) for i, recipe, *rest in tasks]
    chunks = None
    try:
        with ctrl_c.deferred():  # what is started by half, nobody ends
            chunks = parallel(calls) if streams else _rounds(parallel, calls, 4 * workers(n_jobs))
        for i, theirs, outcomes in chunks:
            if theirs != mine:
                raise RuntimeError(
                    "a worker has another version of nnlib or NumPy than this process: "
                    "install the same, and restart the workers"
                )
            yield i, outcomes
    finally:
        halt.set()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of joblib, that a sweep cut short leaves work undone
            if chunks is not None:
                chunks.close()


def _rounds(parallel, tasks, size):
    """For backends that give nothing before all is finished, as multiprocessing's and Ray's do."""
    with parallel:
        for start in range(0, len(tasks), size):
            yield from parallel(tasks[start : start + size])


def _do(home, halt, i, sent, seeds, engine, keep, drawn_from):
    """One task, in a worker of the process ``home``."""
    ignore_ctrl_c(home)
    recipe = sent.open()
    with ctrl_c.handled_by(signal.default_int_handler):
        network = None if drawn_from is None else recipe.network(drawn_from)
        runs = _runs(recipe, seeds, engine, network, halt)
    return i, fingerprint.ours(), [stores.outcome(run, keep) for run in runs]


def _runs(recipe, seeds, engine, network, halt):
    if engine == "compiled":
        with halt as event:
            return compiled.run_many(recipe, seeds, [network] * len(seeds), halt=event)
    return [_run(recipe, seed, engine, network) for seed in seeds]


def _run(recipe, seed, engine, network):
    """A whole Run: ``train`` would answer Ctrl-C with a short one."""
    loop = start(recipe, seed, engine, network)
    loop.train()
    return loop.run()
