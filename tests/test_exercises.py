"""Exercises: their form, the solutions and the teacher's edition.

What the judges say is asked where the chapters are run, in chapters/test_whole_report.py.
"""

import copy
import dis
import io
import re
import shutil
from pathlib import Path

import export_samples as samples
import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import get_exporter
from pypdf import PdfReader
from reader_changes import CHANGES

from nnlib.export import chapters, exercises, handout, report
from nnlib.export.merge import merge

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
CHAPTERS = chapters.find(NOTEBOOKS)
EACH_CHAPTER = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def of(path):
    """The exercises of a chapter, and its solutions: number → cells."""
    solutions = exercises.solutions(chapters.read(path.parent / exercises.FOLDER / path.name))
    return exercises.found(chapters.read(path)), solutions


def bound(source):
    """The names that a cell binds outside of functions."""
    code = compile(source, "cell", "exec")
    return [i.argval for i in dis.get_instructions(code) if i.opname.startswith("STORE_")]


@EACH_CHAPTER
def test_exercises_have_numbers_and_titles(path):
    found, solutions = of(path)
    chapter = int(path.stem[:2])
    assert len(found) >= 3
    assert [each.number for each in found] == [f"{chapter}.{i + 1}" for i in range(len(found))]
    assert len({each.title for each in found}) == len(found)
    assert set(solutions) == {each.number for each in found}


@EACH_CHAPTER
def test_the_chapter_holds_no_solution(path):
    notebook = chapters.read(path)
    assert not any(exercises.kind(cell) for cell in notebook.cells)
    chapter = {cell.source.strip() for cell in notebook.cells}
    for cells in of(path)[1].values():
        assert not chapter & {cell.source.strip() for cell in cells}


@EACH_CHAPTER
def test_a_reader_answers_under_names_of_his_own(path):
    for exercise in of(path)[0]:
        if exercise.code:
            names = bound(exercise.answer.source)
            assert names, exercise.answer.source
            assert all(name.startswith("my_") for name in names)
            for cell in exercise.judge:
                assert all(name.startswith("judge_") for name in bound(cell.source)), cell.source


@EACH_CHAPTER
def test_each_exercise_has_solutions(path):
    found, solutions = of(path)
    for exercise in found:
        kinds = [exercises.kind(cell) for cell in solutions[exercise.number]]
        wanted = {"answer", *(("right", "wrong") if exercise.judge else ())}
        assert wanted <= set(kinds), exercise.number
        for cell in solutions[exercise.number]:
            assert not cell.get("outputs")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_there_are_changes_that_a_reader_would_make(path):
    found = CHANGES.get(path.stem[:2], [])
    assert len(found) >= 3, "three changes are wanted in tests/reader_changes.py"


# The mechanism, on chapters made up for it.

TEXT = "## Try it yourself\n\n**Exercise 1.1: Two and two.** What is it?"
JUDGE = "print('No answer yet.' if my_sum is None else 'Right.' if my_sum == 4 else 'No.')"


def chapter():
    return samples.notebook(
        samples.markdown("# 1. Sums"),
        samples.markdown(TEXT),
        samples.code("my_sum = None  # your number"),
        samples.code(JUDGE),
        samples.markdown("**Exercise 1.2: Why?** Say why."),
        samples.markdown("## Read further"),
        samples.code("after = 1"),
    )


def solution(tag, source, exercise="1.1"):
    cell = samples.markdown(source) if tag == "answer" else samples.code(source)
    return tagged(tag, cell, exercise)


def tagged(tag, cell, exercise="1.1"):
    cell.metadata = nbformat.from_dict({"exercise": exercise, "tags": [tag]})
    return cell


def solved():
    return samples.notebook(
        samples.markdown("# Solutions"),
        solution("wrong", "my_sum = 5"),
        solution("right", "my_sum = 4"),
        solution("answer", "Because.", "1.2"),
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "notebooks" / "solutions").mkdir(parents=True)
    nbformat.write(chapter(), tmp_path / "notebooks" / "01_sums.ipynb")
    nbformat.write(solved(), tmp_path / "notebooks" / "solutions" / "01_sums.ipynb")
    return tmp_path


def test_exercises_are_found_in_a_chapter():
    one, two = exercises.found(chapter())
    assert (one.number, one.title, two.number, two.title) == ("1.1", "Two and two", "1.2", "Why?")
    assert [cell.source for cell in one.judge] == [JUDGE]
    assert one.answer.source.startswith("my_sum")
    assert (two.answer, two.judge, two.cells) == (None, [], [4])


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (solution("right", "my_sum = 4", "1.3"), r"no exercise 1\.3"),
        (solution("best", "my_sum = 4"), r"one of the tags .* with \['best'\]"),
        (tagged("answer", samples.code("4")), "as text; this one is code"),
    ],
)
def test_a_solution_of_nothing_is_refused(cell, words):
    with pytest.raises(ValueError, match=words):
        exercises.with_solutions(chapter(), samples.notebook(cell))


def test_the_teachers_edition_shows_what_the_judge_says(folder):
    path = folder / "notebooks" / "01_sums.ipynb"
    executed = chapters.execute([path], read=exercises.read_with_solutions)[path]
    notebook = exercises.folded(executed)
    shown = [cell.source for cell in notebook.cells]
    start = shown.index(JUDGE) + 1
    assert shown[start : start + 5] == [
        "**Solution of exercise 1.1.**",
        "my_sum = 4",
        exercises.MISTAKES,
        "my_sum = 5",
        "**Exercise 1.2: Why?** Say why.",
    ]
    told = {
        cell.source: "".join(output.text for output in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    }
    assert (told["my_sum = 4"], told["my_sum = 5"], told[JUDGE]) == (
        "Right.\n",
        "No.\n",
        "No answer yet.\n",
    )
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_a_chapter_without_solutions_is_read_as_it_is(folder):
    (folder / "notebooks" / "solutions" / "01_sums.ipynb").unlink()
    path = folder / "notebooks" / "01_sums.ipynb"
    assert exercises.read_with_solutions(path) == chapters.read(path)


def test_all_exercises_are_listed_with_links():
    parts = {"01_sums": chapter(), "02_second": samples.second_chapter()}
    merged = merge(report.parts(parts))
    *_, page = merged.cells
    assert page.source == (
        "# Exercises\n\n**1. Sums**\n\n"
        "- [1.1: Two and two](#exercise-1-1)\n- [1.2: Why?](#exercise-1-2)"
    )
    assert '<a id="exercise-1-1"></a>**Exercise 1.1' in merged.cells[1].source
    assert report.parts({"02_second": parts["02_second"]}).keys() == {"02_second"}


def test_a_judge_is_folded_on_the_page_and_left_out_on_paper(folder):
    path = folder / "notebooks" / "01_sums.ipynb"
    executed = chapters.execute([path], read=exercises.read_with_solutions)[path]
    merged = merge({"01_sums": exercises.folded(executed)})
    page = get_exporter("nnlib-html")().from_notebook_node(merged)[0]
    soup = BeautifulSoup(page, "html.parser")
    assert [box.code.get_text().strip() for box in soup.select(".fold")] == [JUDGE]
    assert "No answer yet." in soup.main.get_text()
    paper = get_exporter("nnlib-pdf")().from_notebook_node(merged)[0]
    text = "".join(each.extract_text() for each in PdfReader(io.BytesIO(paper)).pages)
    assert "my_sum = None" in text
    assert "No answer yet." not in text
    assert "Right." in text  # of a solution


def test_editions_have_files_of_their_own(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "docs").mkdir()
    (folder / "docs" / "teaching.md").write_text(
        "# For teachers\n\nFirst [sums](../notebooks/01_sums.ipynb)."
    )
    report.build()
    report.build(edition="teacher")
    pages = {path.name: path.read_bytes() for path in (folder / "report").iterdir()}
    assert set(pages) == {
        f"backprop-report{edition}.{kind}"
        for edition in ("", "-teacher")
        for kind in ("html", "pdf")
    }
    reader, teacher = pages["backprop-report.html"], pages["backprop-report-teacher.html"]
    for words in (b"Solution of exercise 1.1", b"Because.", b"For teachers"):
        assert words in teacher
        assert words not in reader
    for page in (reader, teacher):
        assert b'href="#exercise-1-2"' in page
        assert b'id="exercise-1-2"' in page


def test_a_handout_holds_no_solution(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "nnlib" / "__pycache__").mkdir(parents=True)
    (folder / "nnlib" / "data.py").write_text("X = 1")
    (folder / "nnlib" / "__pycache__" / "data.pyc").write_text("1")
    (folder / "requirements.txt").write_text("numpy")
    for _ in range(2):  # the second time it is there already
        handout.build()
    given = sorted(
        str(path.relative_to("handout")) for path in Path("handout").rglob("*") if path.is_file()
    )
    assert given == ["README.md", "nnlib/data.py", "notebooks/01_sums.ipynb", "requirements.txt"]
    assert "[1. Sums](notebooks/01_sums.ipynb)" in Path("handout/README.md").read_text()


def test_a_handout_of_a_chapter_with_a_solution_in_it_is_refused(folder, monkeypatch):
    monkeypatch.chdir(folder)
    path = folder / "notebooks" / "01_sums.ipynb"
    notebook = copy.deepcopy(chapter())
    notebook.cells.append(solution("right", "my_sum = 4"))
    nbformat.write(notebook, path)
    with pytest.raises(ValueError, match=r"01_sums\.ipynb: the cell \w+ is a solution"):
        handout.build()
    assert not (folder / "handout").exists()


def test_a_folder_that_is_no_handout_is_left_alone(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "handout").mkdir()
    (folder / "handout" / "letter.txt").write_text("dear")
    with pytest.raises(ValueError, match="is no handout"):
        handout.build()
    assert (folder / "handout" / "letter.txt").exists()


EXPLORER = """\
from nnlib import figures
from nnlib.widgets import Explorer, Slider

figure, ax = figures.subplots(height=2)
(line,) = ax.plot([0, 1], [0, 1])


def turn(slope):
    line.set_ydata([0, slope])
    return f"slope {slope}"


Explorer(figure, turn, slope=Slider(range(-2, 3), 1, "slope"), number="14.1",
         caption="A line through the origin: the slider sets its slope.",
         alt="A straight line that rises from the origin to the point (1, 1).")
"""


def test_a_chapter_of_ones_own_stands_beside_the_others(tmp_path, monkeypatch):
    """As docs/teaching.md says: a copied chapter, two cells changed, and an own Explorer."""
    text = (NOTEBOOKS.parent / "docs" / "teaching.md").read_text(encoding="utf-8")
    assert EXPLORER.split("\n\n\n")[1] in text
    (tmp_path / "notebooks").mkdir()
    others = re.compile(r"\[?[Cc]hapters? \d+\]?(\([^)]*\))?")  # which are not here
    ours = chapters.read(NOTEBOOKS / "13_your_library.ipynb")
    for cell in ours.cells:
        cell.source = others.sub("another chapter", cell.source)
    own = copy.deepcopy(ours)
    for cell in own.cells:
        cell.source = re.sub(r"(?<!\d)13\.(?=\d)", "14.", cell.source)
    own.cells[0].source = own.cells[0].source.replace("# 13. Your library", "# 14. My library")
    own.cells.insert(-1, nbformat.v4.new_code_cell(EXPLORER.replace("14.1", "14.7")))
    nbformat.write(ours, tmp_path / "notebooks" / "13_your_library.ipynb")
    nbformat.write(own, tmp_path / "notebooks" / "14_my_library.ipynb")
    shutil.copy(NOTEBOOKS / "references.bib", tmp_path / "notebooks")
    shutil.copytree(NOTEBOOKS.parent / "libraries", tmp_path / "libraries")
    measured = tmp_path / "libraries" / "measured.json"
    text = others.sub("another chapter", measured.read_text(encoding="utf-8"))
    measured.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    report.build()
    page = (tmp_path / "report" / "backprop-report.html").read_text(encoding="utf-8")
    assert "14. My library" in page
    assert 'id="figure-14-7"' in page
    assert "slope -2" in page  # the player's frames are those of our own function
    assert 'href="#exercise-14-1"' in page
