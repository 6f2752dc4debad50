"""How soon the report is built again, beside a build of all of it."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from nnlib.export import report

ROOT = Path(__file__).parents[2]
READ = ("notebooks", "docs", "libraries", "tests/bench")  # by the chapters and the exporters
CHANGED = "05"


def building(numbers=""):
    """Seconds of a build of all, of none and after one more word; and their ratios to the first.

    `numbers` are those of the chapters, as "03 05"; "" for all.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name in READ:
            ignore = shutil.ignore_patterns("last.*", "__pycache__")
            shutil.copytree(ROOT / name, Path(folder, name), ignore=ignore)
        taken = {"all": seconds(folder, numbers), "nothing changed": seconds(folder, numbers)}
        (path,) = Path(folder, "notebooks").glob(f"{CHANGED}_*.ipynb")
        chapter = nbformat.read(path, as_version=4)
        next(cell for cell in chapter.cells[1:] if cell.cell_type == "markdown").source += " Word."
        nbformat.write(chapter, path)
        taken["one word changed"] = seconds(folder, numbers)
    return {name: {"s": took, "ratio": took / taken["all"]} for name, took in taken.items()}


def seconds(folder, numbers):
    """How long the command of `make report` takes in a folder."""
    command = [sys.executable, "-m", "nnlib.export", "report", "--chapters", numbers]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment.pop("NPROC", None)
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    took = time.perf_counter() - start
    for name in report.EXPORTERS:
        if not Path(folder, "report", name).exists():
            raise FileNotFoundError(f"the build left no report/{name}")
    return took


if __name__ == "__main__":
    print(building(*sys.argv[1:]))
