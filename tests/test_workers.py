"""How sweeps are spread: over processes, threads, a cluster; and what Ctrl-C does to them."""

import functools
import os
import signal
import subprocess
import sys
import textwrap

import joblib
import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor
from small_sweeps import (
    EVERYTHING,
    RECIPES,
    SMALL,
    assert_same_sweep,
    here,
    interrupting,
    on_posix,
    reference,
)
from tiny import assert_same_network

from nnlib import sweep, train
from nnlib.sweeps import workers


@pytest.fixture(scope="module", autouse=True)
def _no_workers_left_behind():
    yield
    get_reusable_executor().shutdown(wait=True)


def test_two_processes_give_the_same():
    s = sweep(RECIPES, 6, engine="numpy", n_jobs=2, keep=EVERYTHING)
    assert_same_sweep(s, reference())


def test_threads_give_the_same():
    with joblib.parallel_config(backend="threading", n_jobs=3):
        s = sweep(RECIPES, 6, engine="numpy", keep=EVERYTHING)
    assert_same_sweep(s, reference())


class Listing(joblib.parallel.ThreadingBackend):
    """A backend that gives results only when all are there, as multiprocessing's and Ray's."""

    supports_return_generator = False


def test_backends_without_generators_get_the_tasks_in_rounds():
    joblib.register_parallel_backend("listing", Listing)
    with joblib.parallel_config(backend="listing", n_jobs=2):
        assert_same_sweep(sweep(RECIPES, 6, engine="numpy", keep=EVERYTHING), reference())


def where_it_ran(folder):
    """A schedule that leaves a file named after its process, holding its number of threads."""

    def schedule(epoch):
        (folder / str(os.getpid())).write_text(os.environ.get("OMP_NUM_THREADS", "many"))
        return 1.0

    return schedule


def test_worker_processes_share_the_cores(tmp_path, monkeypatch):
    for name in joblib.parallel.LokyBackend.MAX_NUM_THREADS_VARS:  # what a user says would hold
        monkeypatch.delenv(name, raising=False)
    sweep(SMALL.replace(schedule=where_it_ran(tmp_path)), 20, engine="numpy", n_jobs=2)
    files = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert str(os.getpid()) not in files
    assert set(files.values()) == {str(max(1, joblib.cpu_count() // 2))}


def test_n_jobs_none_is_all_cores_unless_joblib_is_told_otherwise():
    assert workers.workers(workers.jobs(None)) == joblib.cpu_count()
    assert workers.workers(workers.jobs(3)) == 3
    with joblib.parallel_config(n_jobs=5):
        assert workers.jobs(None) == 5
        assert workers.jobs(2) == 2
    nested = joblib.Parallel(n_jobs=2, prefer="threads")(
        joblib.delayed(workers.jobs)(None) for _ in range(2)
    )
    assert nested == [1, 1]  # a sweep in a worker takes that worker, not all cores again


def test_compiled_runs_share_a_task():
    assert workers.shares(list(range(10)), "compiled") == [list(range(8)), [8, 9]]
    assert workers.shares([4, 7], "numpy") == [[4], [7]]


def test_an_error_in_a_worker_is_raised_here():
    def schedule(epoch):
        raise ValueError("no rate today")

    for n_jobs in (1, 2):
        with pytest.raises(ValueError, match="no rate today"):
            sweep(SMALL.replace(schedule=schedule), 4, engine="numpy", n_jobs=n_jobs)


def test_a_worker_with_another_arithmetic_is_refused(monkeypatch):
    monkeypatch.setattr("nnlib.sweeps.fingerprint.ours", lambda: "sources of tomorrow")
    with pytest.raises(RuntimeError, match=r"another version of nnlib.*restart the workers"):
        sweep(SMALL, 4, engine="numpy", n_jobs=2)


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0"}
    with (
        distributed.LocalCluster(processes=True, **options) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_a_dask_cluster_gives_the_same(cluster, tmp_path):
    with joblib.parallel_config(backend="dask"):
        s = sweep(RECIPES, 6, engine="numpy", keep=EVERYTHING)
        slow = SMALL.replace(epochs=100, schedule=where_it_ran(tmp_path / "dask"))
        (tmp_path / "dask").mkdir()
        sweep(slow, 20, engine="numpy")
    assert_same_sweep(s, reference())
    pids = {str(worker["pid"]) for worker in cluster.run(lambda: {"pid": os.getpid()}).values()}
    assert {path.name for path in (tmp_path / "dask").iterdir()} == pids
    assert len(pids) == 2


# The compiled engine


def test_compiled_runs_are_single_runs_to_the_last_bit(cluster):
    pytest.importorskip("numba")
    from nnlib import compiled

    seeds = (*range(12), 99)  # 13: eight side by side, and five
    sweep_them = functools.partial(sweep, RECIPES, seeds, engine="compiled", keep=EVERYTHING)
    s = sweep_them(n_jobs=1)
    assert s.engines == ("compiled",) * 3
    for (i, j), net in np.ndenumerate(s.networks):
        (run,) = compiled.run_many(RECIPES[i], seeds[j : j + 1])
        assert_same_network(net, run.network)
        assert s.diverged[i, j] if run.diverged else s.loss[i, j] == run.loss[-1]
    assert_same_sweep(sweep_them(n_jobs=2), s)
    with joblib.parallel_config(backend="dask"):
        assert_same_sweep(sweep_them(), s)


def test_compiled_runs_go_to_threads_of_this_process(tmp_path):
    pytest.importorskip("numba")
    recipe = SMALL.replace(schedule=where_it_ran(tmp_path))
    sweep(recipe, 20, engine="compiled", n_jobs=2)
    assert [path.name for path in tmp_path.iterdir()] == [str(os.getpid())]


def test_auto_is_the_engine_that_train_takes():
    recipes = [SMALL, SMALL.replace(epochs=2000), SMALL.replace(gradient="sign_error")]
    s = sweep(recipes, 2, n_jobs=1)
    assert s.engines == tuple(train(recipe, 0).engine for recipe in recipes)


def test_without_numba_the_textbook_loop_does_it(monkeypatch):
    monkeypatch.setattr(
        "nnlib.compiled.engine.unsupported", lambda recipe: "numba is not installed"
    )
    s = sweep(RECIPES, 6, n_jobs=1, keep=EVERYTHING)
    assert_same_sweep(s, reference())
    assert s.engines == ("numpy",) * 3
    with pytest.raises(ValueError, match=r"engine is 'compiled', which .* numba is not installed"):
        sweep(RECIPES, 6, engine="compiled")


# Ctrl-C


@on_posix
def test_ctrl_c_gives_back_the_finished_runs():
    before = signal.getsignal(signal.SIGINT)
    cut = SMALL.replace(schedule=interrupting(at=2 * 7 + 3))  # in the third run
    s = here([SMALL, cut], 6, keep=EVERYTHING)
    assert s.finished.tolist() == [[True] * 6, [True, True, False, False, False, False]]
    np.testing.assert_array_equal(s.loss[0], reference().loss[0])
    assert np.isnan(s.accuracy[1, 2:]).all()
    assert s.networks[1, 2] is None
    assert s.histories[1].finished.tolist() == s.finished[1].tolist()
    assert np.isnan(s.histories[1].loss[2:]).all()
    assert s.share_diverged.tolist() == [0, 0]
    assert signal.getsignal(signal.SIGINT) is before


@on_posix
def test_what_ctrl_c_would_do_to_a_sweep_of_shortened_runs():
    """``train`` gives back a run of fewer epochs; a sweep must not take that for a whole one."""
    run = train(SMALL.replace(schedule=interrupting(at=3)), 0, engine="numpy")
    assert run.epochs[-1] < SMALL.epochs


CTRL_C = """
    from nnlib import Recipe, sweep
    recipe = Recipe(data=("linear", 5), sizes=(2, 3, 1), epochs=100)
    if __name__ == "__main__":
        s = sweep(recipe, 4000, engine="numpy", n_jobs=2, progress=True)
        again = sweep(recipe, s.seeds[s.finished[0]], engine="numpy", n_jobs=2)
        assert (s.loss[s.finished] == again.loss).all()
        print(s.finished.sum())
"""


@on_posix
def test_ctrl_c_in_a_terminal_reaches_all_processes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(CTRL_C))
    process = subprocess.Popen(
        [sys.executable, "-W", "error", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    seen = ""
    while not any(f" {n}/4000" in seen for n in range(20, 400)):  # the bar says that some are done
        seen += (more := process.stderr.read(20))
        assert more, f"it ended early: {seen}"
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert 20 <= int(out) < 4000
