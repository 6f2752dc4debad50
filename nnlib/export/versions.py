"""Notebooks of any version that nbformat reads, in its newest: every cell has an id of its own."""

import copy
import re
import warnings

import nbformat
from nbformat.v4.rwbase import rejoin_lines

IDENTIFIER = re.compile(r"[\w-]{1,64}\Z", re.ASCII)


def upgraded(notebook):
    """A copy in nbformat's newest version, in which every cell has an id of its own."""
    notebook = copy.deepcopy(nbformat.from_dict(notebook))
    version = notebook.get("nbformat", 4), notebook.get("nbformat_minor", 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of ids, which are given below
        notebook = rejoin_lines(nbformat.convert(notebook, 4))
    notebook.nbformat_minor = max(notebook.get("nbformat_minor", 0), 5)
    notebook.setdefault("metadata", {})
    seen = set()
    for number, cell in enumerate(notebook.setdefault("cells", [])):
        if version < (4, 5):
            cell.pop("id", None)  # made up just now, and another one each time
        complete(cell, number, seen)
    return notebook


def complete(cell, number, seen):
    """Give a cell the fields that the newest version has, and an id that is not in seen."""
    cell.setdefault("metadata", nbformat.NotebookNode())
    cell.setdefault("source", "")
    if cell.cell_type == "code":
        cell.setdefault("outputs", [])
        cell.setdefault("execution_count", None)
    name = str(cell.get("id", ""))
    if not IDENTIFIER.match(name) or name in seen:
        name = next(new for new in names(number) if new not in seen)
    cell["id"] = name
    seen.add(name)


def names(number):
    """Ids for a cell that has none."""
    yield f"cell-{number}"
    for again in range(2, 10**6):
        yield f"cell-{number}-{again}"
