"""Stop sweeps, `make notebooks` and `make report` at random moments: nothing finished may be lost.

    python tests/kills.py [--moments 50] [--seed 0] [--folder notebooks] [WHAT …]

WHAT is sweep (in two threads, compiled), processes (in two processes, the textbook loop),
notebooks or report; without it, all. Each is killed (SIGKILL) and interrupted (SIGINT, as by
Ctrl-C) at so many moments each: every other time the process alone, else its whole group, as a
terminal does it. After a stop the next call goes on, and is stopped, until one comes to its end.
Then

- no process that it had started is left, and after Ctrl-C no thread;
- what it said to be finished is there, and no file is there by half;
- the next call does not do again what is finished, and what comes to its end has the same bytes
  as a call that nobody stopped.

The chapters are three small ones; with --folder, copies of those in that folder.
"""

import argparse
import atexit
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import nbformat
import psutil

from nnlib import Recipe, sweep
from nnlib.export import __main__ as command
from nnlib.export import chapters
from nnlib.export.kept import BESIDE, LEFT_OUT, packages
from nnlib.sweeps import store as stores

MARK = "KILLS_MARK"  # in the environment of all that a call starts
PATIENCE = 60  # seconds after which a process that does not end counts as one that stays
SIGNALS = (signal.SIGKILL, signal.SIGINT)


class Printed(NamedTuple):
    """What a call has printed, and how it ended."""

    code: int
    out: str
    err: str


class Call:
    """A call of some work in a process and a group of its own, with its output in files.

    The process is a fork of this one, in which all that it needs is loaded: so the moments lie in
    the work, and not in its imports.
    """

    def __init__(self, run, folder):
        self.mark, self.out, self.err = uuid4().hex, Path(f"{folder}.out"), Path(f"{folder}.err")
        self.ended, self.pid = None, os.fork()
        if self.pid == 0:
            code = 1
            try:
                os.setsid()
                os.chdir(folder)
                os.environ[MARK] = self.mark
                for path, number in ((self.out, 1), (self.err, 2)):
                    os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
                code = ended(run)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)

    def poll(self):
        """Its exit code, negative for a signal; None while it runs."""
        if self.ended is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.ended = os.waitstatus_to_exitcode(status) if pid else None
        return self.ended

    def stop(self, number, group):
        (os.killpg if group else os.kill)(self.pid, number)  # it is not waited for yet

    def end(self, patience=PATIENCE):
        """Wait for its end and for that of all processes it started; Printed, and who stays."""
        end = time.monotonic() + patience
        while self.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        while (left := self.left()) and time.monotonic() < end:
            time.sleep(0.2)
        names = [name(process) for process in left]
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        while self.poll() is None:
            time.sleep(0.05)
        return Printed(self.ended, self.out.read_text(), self.err.read_text()), names

    def left(self):
        """Its own process and those that it started, as long as they live."""
        return [process for process in psutil.process_iter() if self.owns(process)]

    def owns(self, process):
        with suppress(psutil.Error, ProcessLookupError):
            mine = os.getsid(process.pid) == self.pid
            mine = mine or process.environ().get(MARK) == self.mark
            return mine and process.status() != psutil.STATUS_ZOMBIE
        return False


def ended(run):
    """Run it as Python would at a start of its own, and end as Python would: the exit code."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
    code = 0
    try:
        run()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        if isinstance(stop.code, str):
            print(stop.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def name(process):
    with suppress(psutil.Error):
        return " ".join(process.cmdline())[-120:]
    return "a process that has just ended"


def digest(content):
    return hashlib.sha256(content).hexdigest()


# A sweep with a store

# These belong to joblib's processes, which wait for the next sweep.
WAITING = ("ExecutorManagerThread", "QueueFeederThread")

RECIPE = Recipe(data=("linear", 50), sizes=(2, 10, 10, 1), log_every=10)
ADD = stores.Store.add


ROWS = """SELECT recipe, seed, loss, accuracy, mean_absolute_error, stopped, history, parameters
    FROM runs JOIN recipes USING (key)"""


class Sweep:
    """A sweep that says which runs are finished: its store must hold them."""

    said = "a sweep in two threads, compiled"
    engine, seeds, epochs = "compiled", 120, 300
    add = staticmethod(stores.Store.add)

    def warm(self):
        """Load what a call needs."""
        sweep(RECIPE.replace(epochs=1), 9, self.engine, n_jobs=1)

    def prepare(self, folder):
        folder.mkdir()

    def run(self):
        def telling(store, key, recipe, engine, outcomes):
            self.add(store, key, recipe, engine, outcomes)
            print(*[f"{recipe.lr} {each.seed}" for each in outcomes], sep="\n", flush=True)

        stores.Store.add = telling
        recipes = [RECIPE.replace(lr=lr, epochs=self.epochs) for lr in (0.1, 0.2)]
        keep = ("history", "network")
        s = sweep(recipes, self.seeds, self.engine, n_jobs=2, keep=keep, store="runs.sqlite")
        others = [t for t in threading.enumerate() if t.name not in ("MainThread", *WAITING)]
        for thread in others:
            thread.join(10)  # joblib's need a moment after their last task
        print("threads", *[thread.name for thread in others if thread.is_alive()])
        print("result", s.finished.sum())

    def state(self, folder):
        """{"lr seed": digest} of the runs in the store, which must be whole."""
        path = folder / "runs.sqlite"
        if not path.exists():
            return {}
        with closing(sqlite3.connect(path)) as file:
            if file.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return {"the store is damaged": None}
            tables = file.execute("SELECT name FROM sqlite_master").fetchall()
            rows = file.execute(ROWS).fetchall() if tables else []
        lr = {True: "0.1", False: "0.2"}
        return {
            f"{lr['lr=0.1' in recipe]} {seed}": digest(repr(rest).encode())
            for recipe, seed, *rest in rows
        }

    def faults(self, state, before, reference, number, printed):
        """What is wrong with what stands after a stop, or after an end."""
        said = runs(printed.out)
        found = [f"another run: {run}" for run in state if state[run] != reference.get(run)]
        found += [f"said, but not stored: {run}" for run in sorted(said - set(state))]
        if "result" in printed.out:
            threads, result = printed.out.splitlines()[-2:]
            if threads != "threads":
                found.append(f"left: {threads}")
            if int(result.split()[1]) < len(said):
                found.append(f"{result}, but {len(said)} were said to be finished")
        return found

    def again(self, state, after, printed):
        """What is wrong with the call that goes on: it does again what was finished."""
        twice = set(state) & runs(printed.out)
        return [f"done again: {len(twice)} runs that were stored"] if twice else []

    def share(self, state, reference):
        """The share of the work that a stop has left."""
        return len(state) / len(reference)


class Processes(Sweep):
    said = "a sweep in two processes, textbook loop"
    engine, seeds, epochs = "numpy", 40, 40


def runs(out):
    """The runs that were said to be finished, in whole lines."""
    lines = out.rpartition("\n")[0].splitlines()
    return {line for line in lines if not line.startswith(("threads", "result"))}


# Chapters

CELL = """
from pathlib import Path

with Path("../../executed").open("a") as file:
    print({number}, file=file)
print(sum(range(10**6)))
"""
SMALL = (1, 2, 3)


def small_chapters(folder):
    """Three chapters, which note down outside of their project that they are executed."""
    folder.mkdir(parents=True)
    for number in SMALL:
        cells = [
            nbformat.v4.new_markdown_cell(f"# {number}. Chapter", id=f"text-{number}"),
            nbformat.v4.new_code_cell(CELL.format(number=number).strip(), id=f"code-{number}"),
        ]
        kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        chapters.write(folder / f"0{number}_chapter.ipynb", notebook)


class Chapters:
    """``python -m nnlib.export``: every file is the old or the new one, and it goes on."""

    def __init__(self, name, source=None):
        self.name, self.said, self.source = name, f"make {name}", source

    def warm(self):
        """Load what a call needs."""
        packages()

    def run(self):
        sys.argv = ["nnlib.export", self.name]
        command.main()

    def prepare(self, folder):
        if self.source is None:
            return small_chapters(folder / "notebooks")
        shutil.copytree(self.source, folder / "notebooks")
        for place in BESIDE:
            shutil.copytree(self.source.parent / place, folder / place)
        return None

    def state(self, folder):
        """The files of chapters and report; what is kept; which chapters were executed."""
        files = {
            path.relative_to(folder).as_posix(): digest(path.read_bytes())
            for place in (folder / "notebooks", folder / "report")
            for path in place.rglob("*")
            if path.is_file() and not LEFT_OUT & set(path.parts)
        }
        kept = [path.read_bytes() for path in (folder / "build").rglob("*") if path.is_file()]
        noted = folder.parent / "executed"
        executed = noted.read_text().split() if noted.exists() else []
        noted.unlink(missing_ok=True)
        # an entry is whole if it begins with its digest, and a chapter's if it holds cells
        kept = [data for data in kept if b'"cells": [' in data and data.endswith(b"]}")]
        return {"files": files, "kept": len(kept), "executed": executed}

    def faults(self, state, before, reference, number, printed):
        """What is wrong with what stands after a stop, or after an end."""
        found, old, new = [], before["files"], reference["files"]
        for path, content in state["files"].items():
            if path in new:
                if content not in (old.get(path), new[path]):
                    found.append(f"neither the old file nor the new one: {path}")
            elif number != signal.SIGKILL:  # after which the next call cleans up
                found.append(f"left: {path}")
        found += [f"gone: {path}" for path in old if path not in state["files"]]
        if "Nothing was written" in printed.err and state["files"] != old:
            found.append("written, though it said that nothing was")
        return found

    def again(self, state, after, printed):
        """What is wrong with the call that goes on: it does again what was finished."""
        rest = len(SMALL) - state["kept"]
        if self.source or state["files"] == after["files"] or len(after["executed"]) <= rest:
            return []
        return [f"executed: {len(after['executed'])} chapters, of which {rest} were not finished"]

    def share(self, state, reference):
        """The share of the work that a stop has left."""
        if state["files"] == reference["files"]:
            return 1.0
        return state["kept"] / sum(path.endswith(".ipynb") for path in state["files"])


# All moments


def reference(work, folder):
    """What stands before and after a call that nobody stops, and its time."""
    work.warm()
    fresh(work, folder)
    before, begun = work.state(folder), time.monotonic()
    printed, left = Call(work.run, folder).end(patience=3600)
    seconds, after = time.monotonic() - begun, work.state(folder)
    if printed.code or left:
        sys.exit(f"{work.said} fails without a kill: {left} {printed.err}")
    return before, after, seconds


def fresh(work, folder):
    shutil.rmtree(folder, ignore_errors=True)
    work.prepare(folder)


class Trials:
    """Stops of one work, in a folder where each call goes on from the last one's stop."""

    def __init__(self, work, folder):
        self.work, self.folder = work, folder
        self.before, self.after, self.seconds = reference(work, folder)
        self.state = None  # that the last stop left; None if the work begins anew

    def call(self, moment=None, number=None, group=False):
        """Call, stop after so many seconds if there is a moment: how it stood, and all faults."""
        work, folder = self.work, self.folder
        if self.state is None:
            fresh(work, folder)
            self.state = work.state(folder)
        call = Call(work.run, folder)
        if moment is not None:
            time.sleep(moment)
        ended = moment is None or call.poll() is not None
        if not ended:
            call.stop(number, group)
        printed, left = call.end(PATIENCE if moment is not None else 3600)
        state = work.state(folder)
        found = [f"left: {process}" for process in left]
        found += work.faults(state, self.before, self.after, None if ended else number, printed)
        found += work.again(self.state, state, printed)
        self.state = state
        if not ended:
            words = ", with a traceback" if "Traceback" in printed.err else ""
            return where(work.share(state, self.after)) + words, found
        if printed.code:
            found.append(f"it fails: {printed.err[-500:]}")
        if not same(state, self.after):
            found.append("it ends with other bytes")
        self.state = None
        return "had ended", found


def same(state, after):
    return {**state, "executed": None} == {**after, "executed": None}


def where(share):
    return "nothing was finished" if share == 0 else "a part was" if share < 1 else "all was"


def tally(work, folder, moments, seed, say=print):
    """All moments of a work: how many of them had faults."""
    rng, faulty, trials = random.Random(f"{work.said} {seed}"), 0, Trials(work, folder)
    for number in SIGNALS:
        stood, count = Counter(), 0
        while stood.total() - stood["had ended"] < moments or trials.state is not None:
            last = stood.total() - stood["had ended"] >= moments
            moment = None if last else rng.uniform(0, trials.seconds)
            how, found = trials.call(moment, number, group=bool(count % 2))
            stood[how] += 1
            count += 1
            faulty += bool(found)
            for fault in found:
                say(f"{work.said}, {number.name} ({how}): {fault}")
        parts = ", ".join(f"{n} {how}" for how, n in sorted(stood.items()))
        say(f"{work.said}, {number.name}: {parts}; with faults so far: {faulty}")
    return faulty


def works(source=None):
    return {
        "sweep": Sweep(),
        "processes": Processes(),
        "notebooks": Chapters("notebooks", source),
        "report": Chapters("report", source),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", nargs="*", metavar="WHAT", help="of " + ", ".join(works()))
    parser.add_argument("--moments", type=int, default=50, help="of each signal (50)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="of chapters, instead of three small ones")
    arguments = parser.parse_args()
    found, faulty = works(arguments.folder and arguments.folder.resolve()), 0
    for what in arguments.what or found:
        folder = Path(tempfile.mkdtemp())  # a TemporaryDirectory is deleted at a fork's end, too
        faulty += tally(found[what], folder / "work", arguments.moments, arguments.seed)
        shutil.rmtree(folder)
    sys.exit(bool(faulty))


if __name__ == "__main__":
    main()
