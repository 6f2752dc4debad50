"""Notebooks as the exporters read them: outputs cleaned, references resolved.

`prepared` comes behind all of nbconvert's preprocessors, so that what they make, as with
`jupyter nbconvert --execute`, is prepared as well.
"""

import re

from nnlib.export import references
from nnlib.export.chapters import WIDGET_VIEW
from nnlib.export.terminal import screen
from nnlib.export.versions import upgraded

# A progress bar of tqdm as text: " 40%|████      | 4/10 [00:00<00:00, 9.8it/s]", "3it [00:00, …]".
PROGRESS = re.compile(r"\s*(?:[^\n|]*\d+%\||[^\n]*\d+(?:it|[A-Za-z]+)? \[\d+:\d+)[^\n]*\s*\Z")


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
