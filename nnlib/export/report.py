"""The report: run the chapters, merge them, export one HTML file and one PDF.

The teacher's edition has files of its own: solutions stand below their exercises, and a page for
teachers comes first.
"""

import hashlib
import time
from pathlib import Path

import nbformat
from nbconvert.exporters import get_exporter

from nnlib import ctrl_c
from nnlib.export import chapters, exercises
from nnlib.export import edition as about
from nnlib.export.kept import FOLDER, Kept
from nnlib.export.merge import merge

EXPORTERS = {"backprop-report.html": "nnlib-html", "backprop-report.pdf": "nnlib-pdf"}
EDITIONS = ("", "teacher")


def build(source="notebooks", target="report", edition="", numbers="", fresh=False, keep=FOLDER):
    """Build the report of the chapters in folder `source` into folder `target`.

    `edition` is "" for readers, or "teacher"; `numbers` are those of the chapters that are wanted,
    as "01 03", or "" for all.

    The chapters' files stay untouched: the report shows a run of them. What was made before from
    the same chapters, library and packages is taken from the folder `keep`, unless all is to be
    made `fresh`. Whatever fails, the files of the last good report stay as they were.
    """
    begun = time.perf_counter()
    paths = chapters.find(source, numbers)
    kept = Kept(source, keep, fresh)
    teacher = {"read": exercises.read_with_solutions} if edition == "teacher" else {}
    executed = chapters.execute(paths, players=True, kept=kept, **teacher)
    ran = time.perf_counter()
    notebook = merge(parts({path.stem: executed[path] for path in paths}, edition))
    left_out = set(chapters.find(source)) - set(paths)
    notebook.metadata.nnlib["left out"] = sorted(str(int(path.name[:2])) for path in left_out)
    notebook.metadata.nnlib["edition"] = about.of(source)
    notebook.metadata.nnlib["notebooks"] = {
        path.stem: chapters.without_outputs(executed[path]) for path in paths
    }
    files = {
        Path(target) / of_edition(name, edition): once(notebook, kind, source, kept)
        for name, kind in EXPORTERS.items()
    }
    exported = time.perf_counter()
    with ctrl_c.unheard():  # whoever is told that nothing was written must find the old files
        chapters.replace(files)
        for path, data in files.items():
            print(f"{path}  {len(data) / 1e6:.2f} MB  SHA-256 {hashlib.sha256(data).hexdigest()}")
        seconds = f"{ran - begun:.1f} s, exported in {exported - ran:.1f} s"
        print(f"{len(paths)} chapter{'s' * (len(paths) > 1)} run in {seconds}")


def parts(notebooks, edition=""):
    """All parts of the report, name → notebook: the chapters, the list of their exercises."""
    if edition == "teacher":
        page = exercises.for_teachers(notebooks)
        notebooks = page | {name: exercises.folded(each) for name, each in notebooks.items()}
    return notebooks | exercises.listed(notebooks)


def of_edition(name, edition):
    """The name of a file in an edition: "backprop-report-teacher.pdf"."""
    path = Path(name)
    return path.with_stem(f"{path.stem}-{edition}").name if edition else name


def once(notebook, kind, folder, kept):
    """``export``, or what it gave earlier for the same notebook in the same surroundings."""
    path = kept.path(kind, nbformat.writes(notebook))
    data = kept.read(path)
    if data is None:
        data = export(notebook, kind, folder)
        kept.write(path, data)
    return data


def export(notebook, kind, folder):
    """What the exporter of this name makes of the notebook of a folder, as bytes."""
    resources = {"metadata": {"path": str(folder)}}
    content, _ = get_exporter(kind)().from_notebook_node(notebook, resources)
    return content.encode() if isinstance(content, str) else content
