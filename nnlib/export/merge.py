"""Many chapters → one notebook: the report. Links between chapters become links inside it.

What an exporter needs to know about anchors is `heading_id`: a chapter alone keeps Jupyter's
anchors ("In-short"); in the merge the chapter's heading is "01_sigmoid" and every other heading
is "01_sigmoid:In-short". Figures are "figure-1-2" in both; exercises are "exercise-1-2" in the
merge.
"""

import copy
import re
from pathlib import PurePosixPath
from urllib.parse import unquote

from nbformat.v4 import new_notebook

from nnlib.export import exercises, tables
from nnlib.export.markdown import headings

TITLE = "Backpropagation by hand, and checked"
SUBTITLE = "A teaching report: two hidden layers, two sets of points, every number computed"

# What is not a link, then a link's target: to a place in this chapter, or to another chapter.
# A target may hold one pair of brackets, as in (#The-loop-(SGD)).
LINKS = re.compile(
    r"(?P<skip>^(?P<fence>```+|~~~+).*?^(?P=fence)|(?P<ticks>`+).*?(?P=ticks)|\$\$.*?\$\$)"
    r"|(?<=\]\()(?P<file>[\w./-]+\.ipynb)?(?:#(?P<anchor>(?:[^()\s]|\([^()\s]*\))*))?(?=[\s)])",
    re.DOTALL | re.MULTILINE,
)


def anchor(heading):
    """Jupyter's anchor of a heading's plain text."""
    return heading.strip().replace(" ", "-")


def heading_id(chapter, level, text):
    """The anchor of a heading; `chapter` is None where a chapter is exported by itself."""
    if chapter is None:
        return anchor(text)
    return chapter if level == 1 else f"{chapter}:{anchor(text)}"


def figure_id(number):
    """The anchor of a figure: "1.2" → "figure-1-2"."""
    return "figure-" + str(number).replace(".", "-")


def figures(cell):
    """The metadata of a cell's figures."""
    outputs = cell.get("outputs", ())
    found = (output.get("metadata", {}).get("image/svg+xml") for output in outputs)
    return [metadata for metadata in found if metadata]


def targets(name, notebook):
    """Where links into a chapter may lead: anchor in the chapter → anchor in the merge."""
    places = {"": name}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for level, text in headings(cell.source):
                if anchor(text) in places:
                    raise ValueError(f"{name}.ipynb: the heading {text!r} stands there twice")
                places[anchor(text)] = heading_id(name, level, text)
        for figure in figures(cell):
            place = figure_id(figure.get("number", ""))
            places[place] = place
        for table in map(tables.table_id, tables.numbers(cell)):
            places[table] = table
    for exercise in exercises.found(notebook):
        place = exercises.exercise_id(exercise.number)
        places[place] = place
    return places


def rewrite(text, name, places):
    """The Markdown text of chapter `name` with its links rewritten for the merge."""

    def new_target(match):
        if match["skip"] or (match["file"] is None and match["anchor"] is None):
            return match[0]
        chapter = PurePosixPath(match["file"]).stem if match["file"] else name
        if chapter not in places:
            return match[0]
        wanted, state = unquote(match["anchor"] or ""), ""
        if wanted not in places[chapter]:  # a figure that trains, as #figure-4-6?lr=0.3
            wanted, mark, state = wanted.partition("?")
            state = mark + state
        place = places[chapter].get(wanted)
        if place is None:
            known = ", ".join(filter(None, places[chapter]))
            raise ValueError(
                f"{name}.ipynb: the link ({match[0]}) leads nowhere; the anchors of "
                f"{chapter}.ipynb are: {known}"
            )
        return "#" + place.replace(" ", "%20") + state

    return LINKS.sub(new_target, text)


def rewrite_cell(cell, name, places):
    """Rewrite the links in a cell's text, its Markdown outputs and its figures' captions.

    Exercises get places to link to.
    """
    if cell.cell_type == "markdown":
        cell.source = exercises.with_anchors(rewrite(cell.source, name, places))
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        if "text/markdown" in data:
            data["text/markdown"] = rewrite(data["text/markdown"], name, places)
    for figure in figures(cell):
        if figure.get("caption"):
            figure["caption"] = rewrite(figure["caption"], name, places)


def merge(chapters):
    """One notebook of all chapters, given as a mapping: name ("01_sigmoid") → notebook."""
    places = {name: targets(name, notebook) for name, notebook in chapters.items()}
    merged = new_notebook()
    for name, notebook in chapters.items():
        if not notebook.cells:
            raise ValueError(f"{name}.ipynb has no cell; a chapter begins with its title")
        # The chapters' own metadata is all alike: the language, for the highlighting of code.
        merged.metadata = copy.deepcopy(notebook.metadata)
        cells = exercises.with_judges(notebook).cells
        for cell in cells:
            cell.id = f"{name.split('_')[0]}-{cell.id}"[:64]
            rewrite_cell(cell, name, places)
        cells[0].metadata["nnlib"] = {"chapter": name}
        merged.cells += cells
    merged.metadata.update(title=TITLE, nnlib={"merged": True, "subtitle": SUBTITLE})
    return merged
