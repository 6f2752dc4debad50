"""Exercises, and their solutions, which stand in notebooks of their own.

In a chapter an exercise begins with a text such as "**Exercise 5.1: A limit by hand.** …". The
first code cell below it is the answer's, which the reader fills in; the further ones, up to the
next exercise or heading, are its judge. `solutions/05_learning_rate.ipynb`, beside the chapters,
holds cells with the exercise in their metadata, `"exercise": "5.1"`, and one tag: "right" and
"wrong" are code that takes the answer cell's place, "answer" is text.
"""

import copy
import re
from dataclasses import dataclass, field
from pathlib import Path

from nbformat.v4 import new_markdown_cell, new_notebook

from nnlib.export import chapters
from nnlib.export.markdown import headings

FOLDER = "solutions"
BEGIN = re.compile(r"^\*\*Exercise (?P<number>\d+\.\d+): (?P<title>[^*]+?)\.?\*\*", re.MULTILINE)
KINDS = {"right": "code", "wrong": "code", "answer": "markdown"}
MISTAKES = "*Typical mistakes, and what the reader is told:*"
LIST, TEACHERS = "exercises", "teachers"  # pages of the merged report beside its chapters


@dataclass
class Exercise:
    """An exercise of a chapter; `cells` are the indices of its cells, its text first."""

    number: str
    title: str
    notebook: object
    cells: list = field(default_factory=list)

    @property
    def code(self):
        """Its code cells: the answer's, and the judge's."""
        cells = (self.notebook.cells[index] for index in self.cells)
        return [cell for cell in cells if cell.cell_type == "code"]

    @property
    def answer(self):
        """The cell that the reader fills in, or None."""
        return self.code[0] if self.code else None

    @property
    def judge(self):
        return self.code[1:]


def found(notebook):
    """The exercises of a chapter in their order."""
    exercises, current = [], None
    for index, cell in enumerate(notebook.cells):
        begin = BEGIN.search(cell.source) if cell.cell_type == "markdown" else None
        if begin:
            current = Exercise(begin["number"], begin["title"], notebook)
            exercises.append(current)
        elif cell.cell_type == "markdown" and headings(cell.source):
            current = None
        if current:
            current.cells.append(index)
    return exercises


def exercise_id(number):
    """The anchor of an exercise in the merged report: "5.1" → "exercise-5-1"."""
    return "exercise-" + number.replace(".", "-")


def with_anchors(source):
    """The text of a cell with a place to link to where an exercise begins."""
    return BEGIN.sub(
        lambda begin: f'<a id="{exercise_id(begin["number"])}"></a>{begin[0]}', source
    )


def with_judges(notebook):
    """A copy of a chapter that tells of its judges' cells that they are such."""
    marked = copy.deepcopy(notebook)
    for exercise in found(marked):
        for cell in exercise.judge:
            if "nnlib" not in cell.metadata:  # a solution of the teacher's edition is none
                cell.metadata["nnlib"] = {"judge": True}
    return marked


def kind(cell):
    """Which kind of solution a cell is: "right", "wrong" or "answer"; None if it is none."""
    if "exercise" not in cell.metadata:
        return None
    kinds = [tag for tag in cell.metadata.get("tags", ()) if tag in KINDS]
    if len(kinds) != 1 or KINDS[kinds[0]] != cell.cell_type:
        raise ValueError(
            f"cell {cell.id}: a solution has one of the tags right and wrong, as code, or answer, "
            f"as text; this one is {cell.cell_type} with {cell.metadata.get('tags', [])}"
        )
    return kinds[0]


def solutions(notebook):
    """The solutions in a notebook: number of the exercise → its cells in their order."""
    cells = {}
    for cell in notebook.cells:
        if kind(cell):
            cells.setdefault(cell.metadata["exercise"], []).append(cell)
    return cells


def read_with_solutions(path):
    """The chapter in a file with its solutions, if there are any, for the teacher's edition."""
    path = Path(path)
    other = path.parent / FOLDER / path.name
    chapter = chapters.read(path)
    return with_solutions(chapter, chapters.read(other), other) if other.exists() else chapter


def with_solutions(chapter, notebook, name="the solutions"):
    """The chapter with the solutions below their exercises; each is judged when it is run."""
    exercises, cells = found(chapter), solutions(notebook)
    if unknown := sorted(cells.keys() - {each.number for each in exercises}):
        raise ValueError(f"{name}: the chapter has no exercise {unknown[0]}")
    below = {each.cells[-1]: solved(each, cells.get(each.number, [])) for each in exercises}
    result = copy.deepcopy(chapter)
    result.cells = [
        new for index, cell in enumerate(result.cells) for new in (cell, *below.get(index, ()))
    ]
    return result


def solved(exercise, cells):
    """What the teacher's edition says below an exercise: answers first, mistakes last."""
    order = ["answer", "right", "wrong"]
    cells = sorted(cells, key=lambda cell: order.index(kind(cell)))
    parts = [f"**Solution of exercise {exercise.number}.**"] if cells else []
    for cell in cells:
        if kind(cell) == "wrong" and MISTAKES not in parts:
            parts.append(MISTAKES)
        parts.append(cell)
        if cell.cell_type == "code":
            parts += exercise.judge
    return [own_cell(part, f"{exercise.number}-{i}") for i, part in enumerate(parts)]


def own_cell(part, name):
    """A cell of the teacher's edition from a text, a solution or a cell of a judge."""
    if isinstance(part, str):
        cell = new_markdown_cell(part)
    else:
        cell = copy.deepcopy(part)
        if cell.cell_type == "code":
            cell.outputs = []
            cell.metadata["nnlib"] = {"solution": "solution" if kind(cell) else "judge"}
    cell.id = f"solution-{name.replace('.', '-')}"
    return cell


def folded(notebook):
    """The executed teacher's edition: what a judge said stands below the solution it judged."""
    cells = []
    for cell in notebook.cells:
        if cell.metadata.get("nnlib", {}).get("solution") == "judge":
            solution = next(
                each
                for each in reversed(cells)
                if each.metadata.get("nnlib", {}).get("solution") == "solution"
            )
            solution.outputs += cell.outputs
        else:
            cells.append(cell)
    notebook.cells = cells
    return notebook


def for_teachers(notebooks, file="docs/teaching.md"):
    """The page for teachers as a part of the report: {name: notebook}; {} if there is none."""
    text = Path(file).read_text(encoding="utf-8") if Path(file).exists() else ""
    return page(TEACHERS, [text] if text else [], notebooks)


def page(name, texts, notebooks):
    """Texts as a part of the report, beside the chapters `notebooks`; {} without texts."""
    if not texts:
        return {}
    cells = [new_markdown_cell(text, id=f"{name}-{i}") for i, text in enumerate(texts)]
    metadata = copy.deepcopy(next(iter(notebooks.values())).metadata)
    return {name: new_notebook(cells=cells, metadata=metadata)}


def listed(notebooks):
    """The list of all exercises as a part of the report: {name: notebook}; {} if there are none.

    `notebooks` are the chapters: name → notebook.
    """
    texts = []
    for name, notebook in notebooks.items():
        items = [
            f"- [{each.number}: {each.title}]({name}.ipynb#{exercise_id(each.number)})"
            for each in found(notebook)
        ]
        if items:
            texts.append("\n".join([f"**{title(notebook)}**", "", *items]))
    return page(LIST, [f"# Exercises\n\n{texts[0]}", *texts[1:]] if texts else [], notebooks)


def title(notebook):
    """A chapter's first heading."""
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return next(text for source in texts for level, text in headings(source) if level == 1)
