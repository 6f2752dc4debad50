"""The report: run the chapters, merge them, export one HTML file and one PDF."""

import time
from pathlib import Path

from nbconvert.exporters import get_exporter

from nnlib.export import chapters
from nnlib.export.merge import merge

EXPORTERS = {"backprop-report.html": "nnlib-html", "backprop-report.pdf": "nnlib-pdf"}


def build(source="notebooks", target="report"):
    """Build the report of the chapters in folder `source` into folder `target`.

    The chapters' files stay untouched: the report shows a fresh run of them. Whatever fails, the
    files of the last good report stay as they were.
    """
    begun = time.perf_counter()
    paths = chapters.find(source)
    executed = chapters.execute(paths, players=True)
    ran = time.perf_counter()
    notebook = merge({path.stem: executed[path] for path in paths})
    files = {
        Path(target) / name: export(notebook, kind, source) for name, kind in EXPORTERS.items()
    }
    chapters.replace(files)
    for path, data in files.items():
        print(f"{path}  {len(data) / 1e6:.2f} MB")
    exported = time.perf_counter()
    print(f"{len(paths)} chapters run in {ran - begun:.1f} s, exported in {exported - ran:.1f} s")


def export(notebook, kind, folder):
    """What the exporter of this name makes of the notebook of a folder, as bytes."""
    resources = {"metadata": {"path": str(folder)}}
    content, _ = get_exporter(kind)().from_notebook_node(notebook, resources)
    return content.encode() if isinstance(content, str) else content
