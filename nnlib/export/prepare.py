"""Notebooks as the exporters read them: of any version, every cell with an id, outputs cleaned.

`upgraded` comes before nbconvert's preprocessors and `prepared` behind all of them, so that what
`jupyter nbconvert --execute` and other preprocessors make is prepared as well.
"""

import copy
import re
import warnings

import nbformat
from nbformat.v4.rwbase import rejoin_lines

from nnlib.export import references
from nnlib.export.chapters import WIDGET_VIEW
from nnlib.export.terminal import screen

# A progress bar of tqdm as text: " 40%|████      | 4/10 [00:00<00:00, 9.8it/s]", "3it [00:00, …]".
PROGRESS = re.compile(r"\s*(?:[^\n|]*\d+%\||[^\n]*\d+(?:it|[A-Za-z]+)? \[\d+:\d+)[^\n]*\s*\Z")
IDENTIFIER = re.compile(r"[\w-]{1,64}\Z", re.ASCII)


def upgraded(notebook):
    """A copy in nbformat's newest version, in which every cell has an id of its own."""
    notebook = copy.deepcopy(nbformat.from_dict(notebook))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of ids, which are given below
        notebook = rejoin_lines(nbformat.convert(notebook, 4))
    notebook.nbformat_minor = max(notebook.get("nbformat_minor", 0), 5)
    notebook.setdefault("metadata", {})
    seen = set()
    for number, cell in enumerate(notebook.setdefault("cells", [])):
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


def prepared(notebook, resources):
    """The notebook with clean outputs and with references as links."""
    notebook = upgraded(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = list(joined(output for output in cell.outputs if not is_over(output)))
    return references.resolve(notebook, resources)[0]


def is_over(output):
    """Whether an output is of use in JupyterLab only: a figure's caption, a progress bar."""
    if output.get("metadata", {}).get("nnlib", {}).get("role") == "caption":
        return True
    data = output.get("data", {})
    only_words = not set(data) - {WIDGET_VIEW, "text/plain"}
    return only_words and bool(PROGRESS.match(str(data.get("text/plain", ""))))


def joined(outputs):
    """The outputs; printed text is joined, as a terminal would show it in the end."""
    outputs = list(outputs)
    for at, output in enumerate(outputs):
        before = outputs[at - 1] if at else None
        if output.output_type == "stream" and before and before.get("name") == output.name:
            output.text = before.text + output.text
            outputs[at - 1] = None
    for output in filter(None, outputs):
        if output.output_type == "stream":
            output.text = screen(output.text)
        yield output
