"""The handout: a folder for students with the chapters and the library, without solutions."""

import shutil
from pathlib import Path

from nnlib.export import chapters, exercises

# What a student needs to read the chapters, to run them and to change them.
NEEDED = (
    "nnlib",
    "libraries",
    "tests/bench/results.json",
    "tests/bench/costs.json",
    "requirements.txt",
    "pyproject.toml",
    "LICENSE",
)
BESIDE = ("references.bib",)  # of the chapters' folder
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")

README = """\
# Backpropagation by hand, and checked

Chapters to read, to run and to change. You need Python 3.11 or newer (3.11 or 3.12 on a Mac with
an Intel processor). In this folder, once:

    python3 -m venv .venv
    .venv/bin/python -m pip install -r requirements.txt
    .venv/bin/python -m pip install --no-deps -e .

and then, each time:

    .venv/bin/jupyter lab notebooks

On Windows write `python` for `python3` and `.venv\\Scripts\\` for `.venv/bin/`.

Begin with [chapter 0](notebooks/00_start_here.ipynb). Run a chapter with *Run*, *Run All Cells*;
then change a number and run that cell again. Each chapter ends with three exercises: write your
answer into the cell below the question, run it and the cell that judges it. To have a chapter as
it was, unpack this folder once more.

"""


def build(source="notebooks", target="handout", root="."):
    """Write the handout of the chapters in folder `source` into folder `target`, made anew.

    The chapters are copied as they are stored, with their outputs. ValueError names a chapter
    that holds a solution, and a folder at `target` that is no handout is left alone.
    """
    source, target, root = Path(source), Path(target), Path(root)
    paths = chapters.find(source)
    for path in paths:
        if given := [cell.id for cell in chapters.read(path).cells if exercises.kind(cell)]:
            raise ValueError(
                f"{path}: the cell {given[0]} is a solution; it belongs into solutions/"
            )
    if target.exists() and not (target / "notebooks").is_dir():
        raise ValueError(f"{target} is there and is no handout; move it away first")
    shutil.rmtree(target, ignore_errors=True)
    (target / "notebooks").mkdir(parents=True)
    for path in [*paths, *(source / name for name in BESIDE)]:
        if path.exists():
            shutil.copy(path, target / "notebooks")
    for name in NEEDED:
        copy(root / name, target / name)
    page = README + "".join(f"- [{title(path)}](notebooks/{path.name})\n" for path in paths)
    (target / "README.md").write_text(page, encoding="utf-8")
    print(f"{target}: {len(paths)} chapters, without solutions")


def title(path):
    return exercises.title(chapters.read(path))


def copy(path, target):
    """Copy a file or a folder, if it is there."""
    if path.is_dir():
        shutil.copytree(path, target, ignore=LEFT_OUT)
    elif path.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
