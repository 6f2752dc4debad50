"""Whoever is stopped has lost nothing: a part of what `make kills` tries, and its checker."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import kills
import nbformat
import pytest
from kills import Printed
from small_sweeps import SMALL, on_posix

from nnlib import sweep
from nnlib.export import __main__ as command
from nnlib.export import chapters
from nnlib.sweeps import running, workers

pytestmark = on_posix
KILLS = Path(kills.__file__)


@pytest.mark.numba
def test_a_few_random_moments():
    call = [sys.executable, str(KILLS), "--moments", "2", "sweep", "notebooks"]
    ran = subprocess.run(call, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("with faults so far: 0") == 4


@pytest.mark.parametrize(
    ("where", "backend"), [("here", "loky"), ("there", "loky"), ("there", "multiprocessing")]
)
def test_workers_end_with_the_process_that_started_them(where, backend):
    """It is killed: here, when all is done and nobody sends or waits for more; or there."""
    code = """
import os, signal, sys
from joblib import parallel_config
from nnlib import Activation, sweep
from small_sweeps import SMALL

home = os.getpid()

def square(z):
    if sys.argv[1] == "there" and os.getpid() != home:
        os.kill(home, signal.SIGKILL)
    return z * z

own = Activation(square, lambda z: 2 * z, "Z")
with parallel_config(sys.argv[2]):
    sweep(SMALL.replace(activations=(own, "sigmoid")), 4, "numpy", n_jobs=2)
os.kill(home, signal.SIGKILL)
"""
    call = [sys.executable, "-c", code, where, backend]
    # Its output ends when the last process does that it has started.
    ran = subprocess.run(call, cwd=KILLS.parent, capture_output=True, timeout=100)
    assert ran.returncode == -signal.SIGKILL, ran.stderr


# The checker says no


def test_a_run_that_is_said_and_not_stored_is_found():
    work, whole = kills.Sweep(), {"0.1 0": "a", "0.1 1": "b"}
    said = Printed(0, "0.1 0\n0.1 1\n", "")
    assert work.faults(whole, {}, whole, signal.SIGKILL, said) == []
    (fault,) = work.faults({"0.1 0": "a"}, {}, whole, signal.SIGKILL, said)
    assert fault == "said, but not stored: 0.1 1"
    (fault,) = work.faults(whole | {"0.1 1": "c"}, {}, whole, signal.SIGKILL, said)
    assert fault == "another run: 0.1 1"
    assert work.again({"0.1 0": "a"}, whole, Printed(0, "0.1 1\n", "")) == []
    assert work.again({"0.1 0": "a"}, whole, said) == ["done again: 1 runs that were stored"]


def test_a_thread_that_stays_is_found():
    printed = Printed(0, "threads Thread-1\nresult 0\n", "")
    faults = kills.Sweep().faults({}, {}, {}, signal.SIGINT, printed)
    assert faults == ["left: threads Thread-1"]


@pytest.mark.parametrize(
    ("files", "number", "err", "words"),
    [
        ({"a": "half"}, signal.SIGKILL, "", "neither the old file nor the new one"),
        ({"a": "old", ".a.7": ""}, signal.SIGINT, "", "left: .a.7"),
        ({}, signal.SIGKILL, "", "gone: a"),
        ({"a": "new"}, signal.SIGINT, "Stopped. Nothing was written.", "written, though"),
    ],
)
def test_half_a_file_is_found(files, number, err, words):
    before, after = {"files": {"a": "old"}}, {"files": {"a": "new"}}
    work = kills.Chapters("notebooks")
    (fault,) = work.faults({"files": files}, before, after, number, Printed(1, "", err))
    assert fault.startswith(words)
    assert work.faults(before, before, after, number, Printed(1, "", err)) == []


def test_a_chapter_that_is_executed_again_is_found():
    state = {"files": {"a": "old"}, "kept": 2}
    after = {"files": {"a": "new"}, "executed": ["1", "2"]}
    work = kills.Chapters("notebooks")
    assert len(work.again(state, after, None)) == 1
    assert work.again(state | {"kept": 1}, after, None) == []


def test_a_process_that_stays_is_found(tmp_path):
    """It stays in a session of its own, as kernels do, and is ended by the checker."""
    code = """
import kills, subprocess, sys
from pathlib import Path
folder = Path(sys.argv[1])
stays = [sys.executable, "-c", "import signal; signal.pause()"]
run = lambda: subprocess.Popen(stays, start_new_session=True)
kills.PATIENCE = 0
print(len(kills.Call(run, folder).end(patience=5)[1]))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=KILLS.parent, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert ran.stdout == "1\n"


# Sweeps


def test_a_sweep_that_ends_early_halts_its_threads(monkeypatch):
    """Runs of many seconds are under way when Ctrl-C comes; none goes on behind the sweep."""
    pytest.importorskip("numba")
    begun, going, real = threading.Event(), set(), workers.compiled.run_many

    def run_many(recipe, seeds, networks, halt):
        going.add(recipe.epochs)
        if recipe.epochs > 10:
            begun.set()
        try:
            return real(recipe, seeds, networks, halt=halt)
        finally:
            going.discard(recipe.epochs)

    def stop(*arguments):
        begun.wait()
        raise KeyboardInterrupt

    monkeypatch.setattr(workers.compiled, "run_many", run_many)
    monkeypatch.setattr(running, "_place", stop)
    long = SMALL.replace(epochs=3_000_000, log_every=100_000)
    s = sweep([SMALL.replace(epochs=10), long], 8, "compiled", n_jobs=2)
    assert not going
    assert not s.finished.any()


def test_tasks_that_come_too_late_do_not_begin():
    halt = workers.Halt()
    halt.set()
    with pytest.raises(RuntimeError, match="the sweep has ended"), halt:
        pass


def test_a_sweep_without_a_bar_starts_no_thread():
    """The bar's own would stay; a bar that was shown before may have started it."""
    code = "from nnlib import *; sweep(Recipe(epochs=1), 2, 'numpy', n_jobs=1)\n"
    code += "import threading; print(threading.active_count())"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "1\n"


# Chapters

COUNT = "with open('../{name}', 'a') as file:\n    file.write('x')\n"
KILL = """
import os, signal
from pathlib import Path
if Path("../two").read_text() == "x":
    while not list(Path("../build/unfinished").glob("?" * 64)):
        pass  # until the other chapter is kept
    os.kill(os.getppid(), signal.SIGKILL)
"""


def test_make_notebooks_goes_on_where_it_was_killed(tmp_path):
    for number, name, rest in ((1, "one", ""), (2, "two", KILL)):
        notebook = nbformat.v4.new_notebook()
        code = COUNT.format(name=name) + rest + "print('done')"
        notebook.cells = [nbformat.v4.new_code_cell(code, id=name)]
        (tmp_path / "notebooks").mkdir(exist_ok=True)
        chapters.write(tmp_path / "notebooks" / f"0{number}_{name}.ipynb", notebook)
    before = [path.read_bytes() for path in chapters.find(tmp_path / "notebooks")]
    call = [sys.executable, "-m", "nnlib.export", "notebooks"]
    ran = subprocess.run(call, cwd=tmp_path, capture_output=True)
    assert ran.returncode == -signal.SIGKILL
    assert [path.read_bytes() for path in chapters.find(tmp_path / "notebooks")] == before
    subprocess.run(call, cwd=tmp_path, capture_output=True, check=True)
    assert [(tmp_path / name).read_text() for name in ("one", "two")] == ["x", "xx"]
    assert all("done" in path.read_text() for path in chapters.find(tmp_path / "notebooks"))
    assert not (tmp_path / "build" / "unfinished").exists()


def test_ctrl_c_while_files_are_put_in_place_is_not_heard(tmp_path, monkeypatch, capsys):
    kills.small_chapters(tmp_path / "work" / "notebooks")
    monkeypatch.chdir(tmp_path / "work")
    real = chapters.replace

    def replace(files):
        signal.raise_signal(signal.SIGINT)
        real(files)

    monkeypatch.setattr(chapters, "execute", executed)
    monkeypatch.setattr(chapters, "replace", replace)
    monkeypatch.setattr(sys, "argv", ["nnlib.export", "notebooks"])
    command.main()
    assert "03_chapter.ipynb" in capsys.readouterr().out
    assert all("executed" in path.read_text() for path in chapters.find())


def executed(paths, kept):
    notebooks = {path: chapters.read(path) for path in paths}
    for notebook in notebooks.values():
        notebook.cells[0].source += "executed"
    return notebooks


def test_what_a_killed_build_has_left_is_deleted(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    path, mine = tmp_path / "page.html", subprocess.Popen(["sleep", "60"])
    left, going = tmp_path / f".page.html.{gone.pid}.a", tmp_path / f".page.html.{mine.pid}.b"
    other = tmp_path / f".page.html.txt.{gone.pid}.c"
    for each in (left, going, other):
        each.write_text("half")
    chapters.replace({path: b"whole"})
    mine.kill()
    mine.wait()
    assert sorted(tmp_path.iterdir()) == sorted([path, going, other])
