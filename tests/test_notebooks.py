"""The chapters as they are stored: complete, executed, in the house's form, and able to fail.

That their outputs are true is asked where they are run, in chapters/test_whole_report.py; strict
nbval asks the same.
"""

import ast
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest

import nnlib.sources  # noqa: F401  before a test binds "sigmoid" anew: its recipes are made now
from nnlib import Disagreement, activations, figures, graph, losses, network, optimizers
from nnlib.export import chapters, exercises
from nnlib.export.tables import is_table, parts

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
CHAPTERS = sorted(NOTEBOOKS.glob("*.ipynb"))
EACH_CHAPTER = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def markdown(path):
    return [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]


def figure_metadata(path):
    outputs = (output for cell in code_cells(path) for output in cell.outputs)
    return [
        output.metadata.get("image/svg+xml", {})
        for output in outputs
        if "image/svg+xml" in output.get("data", {})
    ]


def words(source):
    """The words of a Markdown text: a formula counts as one, tables do not count."""
    source = re.sub(r"^\|.*$", "", source, flags=re.MULTILINE)
    return len(re.sub(r"\$\$.*?\$\$|\$[^$]*\$", " formula ", source, flags=re.DOTALL).split())


def test_there_are_chapters():
    assert len(CHAPTERS) >= 4


@EACH_CHAPTER
def test_every_code_cell_was_executed_in_order(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    right = list(range(1, len(counts) + 1))
    assert counts == right, f'make notebooks CHAPTERS="{path.stem[:2]}" executes it'


@EACH_CHAPTER
def test_outputs_hold_no_error_warning_or_trace_of_a_machine(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            assert output.get("name") != "stderr", cell.source
            if output.output_type == "error":
                assert "raises-exception" in cell.metadata.get("tags", []), cell.source
        text = json.dumps(cell.outputs)
        assert not re.search(r"/(home|root|tmp|work|Users)/|site-packages", text), cell.source


@EACH_CHAPTER
def test_nothing_is_stored_that_changes_from_run_to_run(path):
    notebook = read(path)
    assert "widgets" not in notebook.metadata
    assert "version" not in notebook.metadata.get("language_info", {})
    assert not any("execution" in cell.metadata for cell in notebook.cells)


@EACH_CHAPTER
def test_figures_are_numbered_and_have_words(path):
    found = figure_metadata(path)
    chapter = int(path.stem[:2])
    assert [entry.get("number") for entry in found] == [
        f"{chapter}.{i}" for i in range(1, len(found) + 1)
    ]
    assert 1 <= len(found) <= 6
    for entry in found:
        assert len(entry["caption"]) > 40
        assert len(entry["alt"]) > 40


@EACH_CHAPTER
def test_tables_are_numbered_and_have_words(path):
    found = [output for cell in code_cells(path) for output in cell.outputs if is_table(output)]
    numbers = [output.metadata.nnlib.number for output in found]
    assert numbers == [f"{int(path.stem[:2])}.{i}" for i in range(1, len(found) + 1)]
    for output in found:
        _, caption, _ = parts(output)
        assert len(caption) > 20
        assert caption.endswith(".")


@EACH_CHAPTER
def test_tables_are_made_by_figures_table(path):
    for cell in code_cells(path):
        assert not re.search(r"-\|-|--:?\|", cell.source), cell.source
        assert ".table())" not in cell.source


@EACH_CHAPTER
def test_chapter_has_the_frame(path):
    sources = markdown(path)
    assert sources[0].startswith(f"# {int(path.stem[:2])}. ")
    headings = re.findall(r"^#+ .*$", "\n".join(sources), flags=re.MULTILINE)
    assert sum(heading.startswith("# ") for heading in headings) == 1
    assert headings[-3:] == ["## In short", "## Try it yourself", "## Read further"]
    assert any("What you will see" in source for source in sources)


@EACH_CHAPTER
def test_cells_are_short(path):
    assert max(words(source) for source in markdown(path)) <= 120
    judges = [cell.id for each in exercises.found(chapters.read(path)) for cell in each.judge]
    for cell in code_cells(path):
        lines = cell.source.split("\n")
        # A judge is run, not read.
        assert len(lines) <= (28 if cell.id in judges else 12), cell.source
        assert max(map(len, lines)) <= 79, cell.source


@EACH_CHAPTER
def test_chapter_has_the_right_length(path):
    long = ("03", "06", "11")
    most = 3500 if path.stem[:2] in long else 2600
    found = sum(map(words, markdown(path)))
    assert 1400 <= found <= most, f"{found} words; 1400 to {most} are wanted"


ROUTE = (0, 1, 2, 3, 4, 6, 7)  # chapter 0 says so


def mentioned(source):
    """The numbers of the chapters that a Markdown text names or links to."""
    named = re.findall(r"[Cc]hapters?\s+(\d+)(?:\s*(?:,|and|to)\s*(\d+))?", source)
    linked = re.findall(r"\((\d\d)_\w+\.ipynb", source)
    works = re.findall(r"\[@\w+, chapters? (\d+)", source)  # chapters of books
    found = [int(number) for pair in named for number in pair if number]
    for number in map(int, works):
        found.remove(number)
    return {*found, *map(int, linked)}


def test_chapters_are_found_where_a_text_names_them():
    text = "Chapter 5, and [this](10_wrong_gradients.ipynb#NaN), chapters 8 and 9 [@a, chapter 3]"
    assert mentioned(text) == {5, 8, 9, 10}


@EACH_CHAPTER
def test_the_short_route_refers_to_nothing_that_it_leaves_out(path):
    if int(path.stem[:2]) in ROUTE:
        for source in markdown(path):
            if not source.startswith(("## The map", "Then come", "**The short route**")):
                assert mentioned(source) <= set(ROUTE), source


@pytest.mark.parametrize("number", ["00", "01", "02", "03", "05", "07", "08", "09", "10"])
def test_no_reader_meets_an_assertion_without_words(number):
    """Two computations are compared by `agree`; what was observed in one run is printed."""
    for cell in code_cells(chapter(number)):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.Assert) or node.msg, cell.source


def run(path, monkeypatch):
    """Execute a chapter's code in this process, without drawing its figures."""
    monkeypatch.setattr(figures, "show", lambda *args, **kwargs: None)
    monkeypatch.chdir(path.parent)  # chapters read files beside them
    scope = {"__name__": "__main__", "display": lambda *args, **kwargs: None}
    for cell in code_cells(path):
        try:
            exec(compile(cell.source, path.stem, "exec"), scope)
        except Exception:
            if "raises-exception" not in cell.metadata.get("tags", []):
                raise


def chapter(number):
    return next(path for path in CHAPTERS if path.stem.startswith(number))


def off_by_a_thousandth(function):
    return lambda *args: 1.001 * np.asarray(function(*args))


@pytest.mark.parametrize("name", activations.ACTIVATIONS)
def test_chapter_1_notices_a_wrong_derivative(name, monkeypatch):
    wrong = off_by_a_thousandth(getattr(activations, f"{name}_derivative"))
    monkeypatch.setattr(activations, f"{name}_derivative", wrong)
    entry = replace(activations.ACTIVATIONS[name], derivative=wrong)
    monkeypatch.setitem(activations.ACTIVATIONS, name, entry)
    with pytest.raises(Disagreement):
        run(chapter("01"), monkeypatch)


@pytest.mark.parametrize("name", losses.LOSSES)
def test_chapter_2_notices_a_wrong_gradient(name, monkeypatch):
    wrong = off_by_a_thousandth(getattr(losses, f"{name}_gradient"))
    monkeypatch.setattr(losses, f"{name}_gradient", wrong)
    monkeypatch.setitem(losses.LOSSES, name, replace(losses.LOSSES[name], gradient=wrong))
    with pytest.raises(Disagreement):
        run(chapter("02"), monkeypatch)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (activations, "sigmoid_derivative"),
        (graph, "activation_jacobian"),
        (graph, "weight_jacobian"),
        (network, "slope"),
    ],
)
def test_chapter_3_notices_a_wrong_factor(module, name, monkeypatch):
    monkeypatch.setattr(module, name, off_by_a_thousandth(getattr(module, name)))
    with pytest.raises(Disagreement):
        run(chapter("03"), monkeypatch)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu"])
def test_chapter_9_notices_a_wrong_derivative(name, monkeypatch):
    wrong = off_by_a_thousandth(getattr(activations, f"{name}_derivative"))
    entry = replace(activations.ACTIVATIONS[name], derivative=wrong)
    monkeypatch.setitem(activations.ACTIVATIONS, name, entry)
    with pytest.raises(Disagreement, match=name):
        run(chapter("09"), monkeypatch)


@pytest.mark.parametrize("name", ["SGD", "Momentum", "Adagrad", "RMSprop", "Adam"])
def test_chapter_8_notices_a_wrong_step(name, monkeypatch):
    rule = getattr(optimizers, name)

    def update(self, parameters, gradients, state, lr, t, right=rule.update):
        return right(self, parameters, gradients, state, 1.001 * lr, t)

    monkeypatch.setattr(rule, "update", update)
    with pytest.raises(Disagreement):
        run(chapter("08"), monkeypatch)


@pytest.mark.numba
@pytest.mark.parametrize("number", ["05", "07"])
def test_chapters_5_and_7_notice_a_wrong_backward_pass(number, monkeypatch):
    monkeypatch.setattr(network, "slope", off_by_a_thousandth(network.slope))
    with pytest.raises(Disagreement):
        run(chapter(number), monkeypatch)


@pytest.mark.numba
@pytest.mark.parametrize("number", ["01", "02", "03"])
def test_chapters_run_with_the_right_ones(number, monkeypatch):
    run(chapter(number), monkeypatch)


def test_nbval_refuses_a_tampered_output(tmp_path):
    """The first cells of a chapter pass; with one digit of a stored output changed they fail."""
    notebook = read(chapter("01"))
    streams = [
        i
        for i, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        and any(re.search(r"\d", output.get("text", "")) for output in cell.outputs)
    ]
    notebook.cells = notebook.cells[: streams[0] + 1]

    def nbval(name):
        nbformat.write(notebook, tmp_path / name)
        command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", name]
        return subprocess.run(
            [*command, "-p", "no:cacheprovider"], cwd=tmp_path, capture_output=True, text=True
        )

    honest = nbval("honest.ipynb")
    assert honest.returncode == 0, honest.stdout
    output = next(o for o in notebook.cells[-1].outputs if re.search(r"\d", o.get("text", "")))
    output.text = re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), output.text, count=1)
    tampered = nbval("tampered.ipynb")
    assert tampered.returncode == 1
    assert "1 failed" in tampered.stdout
