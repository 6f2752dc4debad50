"""Ctrl-C in whatever line of ours: what is finished comes back, and nothing else."""

import gc
import itertools
import signal
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from small_sweeps import EVERYTHING, SMALL
from tiny import SHORT, assert_same_network, parameters

import nnlib
from nnlib import Momentum, Recipe, ctrl_c, sweep, train

FOLDER = str(Path(nnlib.__file__).parent)
RECIPE = SHORT.replace(
    data=("linear", 3), sizes=(2, 2, 1), optimizer=Momentum(), shuffle=True, stop_below=1e-9
)


class Interrupt:
    """A Ctrl-C in the n-th line of nnlib that is executed while it is on.

    What is there to handle it does, as with a real one: a block that defers it is not broken off.
    """

    def __init__(self, n):
        self.n, self.lines = n, 0

    def __call__(self, frame, event, argument):
        if not frame.f_code.co_filename.startswith(FOLDER):
            return None
        if event == "line":
            self.lines += 1
            if self.lines == self.n:
                sys.settrace(None)
                signal.getsignal(signal.SIGINT)(signal.SIGINT, frame)
        return self

    def __enter__(self):
        sys.settrace(self)
        return self

    def __exit__(self, *exception):
        sys.settrace(None)


@pytest.fixture(autouse=True)
def ctrl_c_is_heard():
    """Whatever shell the tests are run from: in the background it may have Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.signal(signal.SIGINT, before) is signal.default_int_handler


DOOR = 2  # lines of train and sweep in which nothing has begun: "loop = None" and "try:"


def interrupted(function):
    """What a call gives when it is interrupted in its first line behind the door, and so on."""
    before = np.geterr()
    for n in itertools.count(DOOR + 1):
        with Interrupt(n) as there:
            result = function()
        assert np.geterr() == before
        if there.lines < n:  # it went through to its end
            return
        yield result


def assert_is_beginning(run, whole, nets):
    """``run`` is ``whole``, up to some epoch; ``nets`` are the networks after each epoch."""
    end = int(run.epochs[-1])
    assert run.epochs.tolist() == [*range(end), end]
    assert run.loss[:-1].tolist() == whole.loss[:end].tolist()
    assert_same_network(run.network, nets[end])
    assert run.stopped == (None if end == 4 else max(0, end - 1))
    assert not run.diverged
    assert sorted(run.snapshots) == [e for e in (0, 2) if e <= end]
    assert run.log()
    return end


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
@pytest.mark.parametrize("progress", [False, True])
def test_train_gives_back_the_finished_epochs(engine, progress, monkeypatch):
    if engine == "compiled":
        pytest.importorskip("numba")
        monkeypatch.setattr(
            nnlib.compiled.block, "STRETCH", 1
        )  # control comes back after every epoch
    every = networks(engine)
    whole = train(RECIPE, 3, engine=engine)
    ends = [
        assert_is_beginning(run, whole, every)
        for run in interrupted(
            lambda: train(RECIPE, 3, engine=engine, snapshots=(0, 2), progress=progress)
        )
    ]
    assert len(ends) > 100
    assert ends == sorted(ends)  # a later line never has less
    assert set(ends) == {0, 1, 2, 3, 4}


def networks(engine):
    return train(RECIPE, 3, engine=engine, snapshots=range(5)).snapshots


def test_a_run_that_diverges_comes_back_as_it_is():
    recipe = Recipe(
        data=("linear", 3), sizes=(2, 2, 1), activations="identity", loss="squared", lr=1e200,
        epochs=3, log_every=1,
    )  # fmt: skip
    whole = train(recipe, 0, engine="numpy")
    assert whole.diverged
    for run in interrupted(lambda: train(recipe, 0, engine="numpy")):
        if run.diverged:
            assert run.stopped == whole.stopped
            for a, b in zip(parameters(run.network), parameters(whole.network), strict=True):
                np.testing.assert_array_equal(a, b)
        else:
            assert run.epochs.tolist() == [0]


LEAST = SMALL.replace(data=("linear", 1), sizes=(2, 1), epochs=1, log_every=1)


# In four lines the store's file is open and nobody's yet, or no more: Python closes it, later.
@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
@pytest.mark.parametrize(("engine", "with_store"), [("numpy", False), ("compiled", True)])
def test_sweep_gives_back_the_finished_runs(engine, with_store, tmp_path):
    if engine == "compiled":
        pytest.importorskip("numba")
    paths = (tmp_path / f"{n}.sqlite" for n in itertools.count())

    def work():
        store = next(paths) if with_store else None
        return sweep(LEAST, 2, engine=engine, n_jobs=1, keep=EVERYTHING, store=store)

    whole, counts = work(), []
    for s in interrupted(work):
        done = s.finished
        counts.append(int(done.sum()))
        for name in ("loss", "accuracy", "mean_absolute_error", "stopped"):
            np.testing.assert_array_equal(getattr(s, name)[done], getattr(whole, name)[done])
        for name in ("loss", "accuracy", "mean_absolute_error", "stopped"):
            assert np.isnan(getattr(s, name)[~done]).all()
        for mine, other, finished in zip(s.histories, whole.histories, done, strict=True):
            assert mine.finished.tolist() == finished.tolist()
            np.testing.assert_array_equal(mine.loss[finished], other.loss[finished])
            assert np.isnan(mine.loss[~finished]).all()
        for mine, other, finished in zip(
            s.networks.flat, whole.networks.flat, done.flat, strict=True
        ):
            assert (mine is None) == (not finished)
            if finished:
                assert_same_network(mine, other)
    gc.collect()  # while the warning is ignored
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] == 2


def test_the_lines_are_really_interrupted():
    """Else the tests above would prove nothing."""
    with pytest.raises(KeyboardInterrupt), Interrupt(1):
        nnlib.data.xor()
    with Interrupt(10**9) as there:
        nnlib.data.xor()
    assert there.lines > 20


# Where Ctrl-C waits


def test_deferred_waits_for_the_end_of_the_block():
    before, after = signal.getsignal(signal.SIGINT), []

    def work():
        with ctrl_c.deferred():
            signal.raise_signal(signal.SIGINT)
            after.append("the block went on")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert after == ["the block went on"]
    assert signal.getsignal(signal.SIGINT) is before
    with ctrl_c.deferred():
        pass  # nothing was heard


def test_deferred_leaves_other_threads_and_handlers_alone():
    found = []

    def work():
        with ctrl_c.deferred():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.getsignal(signal.SIGINT)]
    with ctrl_c.handled_by(signal.SIG_IGN):
        work()  # what ignores Ctrl-C goes on to ignore it
    assert found[1] == signal.SIG_IGN
