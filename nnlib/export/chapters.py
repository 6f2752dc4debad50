"""Chapters: read, executed two at a time, cleaned so that the same run stores the same bytes."""

import asyncio
import atexit
import copy
import json
import os
from concurrent.futures import ThreadPoolExecutor
from glob import escape
from pathlib import Path
from uuid import uuid4

import nbformat
import psutil
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.filters.ansi import strip_ansi
from tqdm import tqdm

from nnlib.export.versions import upgraded

SECONDS_PER_CELL = 120
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class ChapterError(RuntimeError):
    """A chapter that failed: the message names its file, the cell and the error."""


def find(folder="notebooks", numbers=""):
    """The chapters' files in their order; those with some ``numbers``, as "01 03", or all."""
    paths = sorted(Path(folder).glob("[0-9][0-9]_*.ipynb"))
    if not paths:
        raise FileNotFoundError(f"there are no chapters (like 01_sigmoid.ipynb) in {folder}")
    wanted = {number.zfill(2): number for number in numbers.replace(",", " ").split()}
    there = [path.name[:2] for path in paths]
    for number, said in wanted.items():
        if number not in there:
            raise ValueError(
                f"there is no chapter {said} in {folder}; there are {', '.join(there)}"
            )
    return [path for path in paths if not wanted or path.name[:2] in wanted]


def read(path):
    """The notebook of a chapter's file; ChapterError names a file that holds none."""
    try:
        return upgraded(nbformat.read(path, as_version=4))
    except OSError as error:
        raise ChapterError(f"{path}: it cannot be read: {error.strerror or error}") from None
    except Exception as error:  # of JSON, of nbformat, of its converters: all mean the same
        reason = str(error).split("\n")[0][:200]
        raise ChapterError(f"{path}: this is no notebook: {reason}") from None


def execute(paths, jobs=2, players=False, read=read, kept=None):
    """Execute the chapters, `jobs` at a time: path → cleaned notebook. The files stay untouched.

    `read` makes a notebook of a path. With `players`, Explorers bring the pictures of all their
    settings along. With `kept`, a Kept, a chapter whose code was executed before in the same
    surroundings gets the outputs of that time; each is kept as soon as it is executed, so that
    whoever is stopped can go on. The first chapter that fails stops the others and raises
    ChapterError.
    """
    notebooks = {Path(path): read(path) for path in paths}
    places = {p: kept.path(str(players), *code(n)) for p, n in notebooks.items()} if kept else {}
    waiting = {p: n for p, n in notebooks.items() if not kept or not fill(n, kept.read(places[p]))}
    cells = sum(is_code(cell) for notebook in waiting.values() for cell in notebook.cells)

    def finished(path, notebook):
        clean(notebook)
        if kept:
            kept.write(places[path], results(notebook))

    # The bar is for people: where nobody watches, none is drawn.
    with tqdm(total=cells, desc="chapters", unit="cell", disable=None) as bar:
        run(Execution(jobs, bar, players, finished), waiting)
    return notebooks


def code(notebook):
    """The sources of the code cells: all that a notebook's outputs depend on."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def results(notebook):
    """What executing has added to a notebook, as bytes."""
    cells = [
        {"outputs": cell.outputs, "execution_count": cell.execution_count}
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    return json.dumps({"language_info": notebook.metadata.language_info, "cells": cells}).encode()


def fill(notebook, found):
    """Put the results of an earlier execution, None if there are none, into the notebook."""
    if found is None:
        return False
    found = nbformat.from_dict(json.loads(found))
    notebook.metadata["language_info"] = found.language_info
    clean(notebook)
    cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    for cell, result in zip(cells, found.cells, strict=True):
        cell.update(result)
    return True


def run(execution, notebooks):
    """Run an execution in a thread: so Ctrl-C comes here, and not to nbclient's own handlers."""
    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(lambda: asyncio.run(execution.of_all(notebooks))).result()
        except KeyboardInterrupt:
            execution.interrupt()
            raise


class Execution:
    """The kernels of one `execute`.

    Where a chapter fails, the kernels of the others are killed and their cells end as failures
    of no interest. (Cancelling their tasks instead would leave kernels behind that are just
    starting or ending.)
    """

    def __init__(self, jobs, bar, players=False, finished=lambda path, notebook: None):
        self.places = asyncio.Semaphore(jobs)
        self.bar, self.finished = bar, finished
        self.environment = os.environ | {"NNLIB_PLAYER": "1" if players else "0"}
        self.kernels = []
        self.error = self.loop = None

    def interrupt(self):
        """Stop from another thread."""
        self.error = ChapterError("stopped")
        if self.loop:
            asyncio.run_coroutine_threadsafe(self.stop(), self.loop)

    async def of_all(self, notebooks):
        self.loop = asyncio.get_running_loop()
        await asyncio.gather(*(self.of_one(*item) for item in notebooks.items()))
        if self.error:
            raise self.error

    async def of_one(self, path, notebook):
        """Execute a notebook in a kernel of its own, in its own folder, when there is a place."""
        started = []

        def starts(cell, cell_index):
            if self.error:
                raise self.error
            started.append(cell)

        async with self.places:
            if self.error:
                return
            kernel = AsyncKernelManager(kernel_name="python3")
            self.kernels.append(kernel)
            client = NotebookClient(
                notebook,
                km=kernel,
                timeout=SECONDS_PER_CELL,
                record_timing=False,
                shutdown_kernel="immediate",
                extra_arguments=["--log-level=50"],  # no kernel chatter on the terminal
                resources={"metadata": {"path": str(path.parent)}},
                on_cell_execute=starts,
                on_cell_complete=lambda cell, cell_index: self.bar.update(),
            )
            try:
                await client.async_execute(cleanup_kc=True, env=self.environment)
                self.finished(path, notebook)
            except Exception as error:
                if self.error is None:
                    self.error = ChapterError(failure(path, started, error))
                    await self.stop()
            finally:
                # Where its kernel was killed, nbclient would stop it once more when Python ends.
                atexit.unregister(client._cleanup_kernel)

    async def stop(self):
        """Kill the kernels that are still running."""
        for kernel in self.kernels:
            if kernel.has_kernel:
                await kernel.provisioner.kill()


def failure(path, started, error):
    """What went wrong, and where: `started` are the code cells up to the one that failed."""
    line = started[-1].source.strip().split("\n")[0] if started else "before the first"
    where = f"{path}, code cell {len(started)} ({line})"
    if isinstance(error, CellExecutionError):
        return f"{where}: {strip_ansi(f'{error.ename}: {error.evalue}')}"
    if isinstance(error, CellTimeoutError):
        return f"{where}: not finished after {SECONDS_PER_CELL} s"
    if isinstance(error, DeadKernelError):
        return f"{where}: the kernel died"
    return f"{where}: {type(error).__name__}: {error}"


def is_code(cell):
    """Whether the cell is executed."""
    return cell.cell_type == "code" and bool(cell.source.strip())


def clean(notebook):
    """Drop what differs from run to run or from machine to machine."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata.pop("execution", None)
            clean_outputs(cell)


def clean_outputs(cell):
    """Merge printed text that came in pieces; drop widgets and the paths in tracebacks."""
    outputs = []
    for output in cell.outputs:
        data = output.get("data", {})
        if data.pop(WIDGET_VIEW, None) and not data:
            continue
        if output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]
        previous = outputs[-1] if outputs else None
        if "name" in output and previous and previous.get("name") == output.name:
            previous.text += output.text
        else:
            outputs.append(output)
    cell.outputs = outputs


def write(path, notebook):
    """Write a chapter whole or not at all, in the form in which Jupyter stores it."""
    write_all({path: notebook})


def write_all(notebooks):
    """Write chapters, path → notebook, as ``write`` does; none if one of them is no notebook."""
    for notebook in notebooks.values():
        nbformat.validate(notebook)
    replace({p: (nbformat.writes(notebook) + "\n").encode() for p, notebook in notebooks.items()})


def without_outputs(notebook):
    """The text of a chapter's file as it is before it is run, to take home from the page."""
    bare = copy.deepcopy(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(bare) + "\n"


def replace(files):
    """Write all files, path → bytes, beside their places, and only then put them there.

    What lies beside them meanwhile has a name of its own, so that two builds do not meet; what a
    build that was killed has left there is deleted.
    """
    files = {Path(os.path.realpath(path)): data for path, data in files.items()}  # links stay
    own = f"{os.getpid()}.{uuid4().hex}"
    temporary = {path: path.with_name(f".{path.name}.{own}") for path in files}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            clear(path)
            temporary[path].write_bytes(data)
        for path in files:
            temporary[path].replace(path)
    finally:
        for path in temporary.values():
            path.unlink(missing_ok=True)


def clear(path):
    """Delete what processes that are no more have left beside a file."""
    for left in path.parent.glob(f".{escape(path.name)}.*"):
        pid = left.name.removeprefix(f".{path.name}.").partition(".")[0]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            left.unlink(missing_ok=True)
