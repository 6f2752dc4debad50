"""`jupyter nbconvert` with both exporters: it runs cells, leaves out, and ends in words."""

import io
import subprocess
import sys

import export_samples as samples
import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.preprocessors import Preprocessor
from pypdf import PdfReader

from nnlib.export import sanitize
from nnlib.export.html import HTMLReport
from nnlib.export.pdf import PDFReport

DRAWN = """from nnlib import figures
figure, ax = figures.subplots(height=1.5)
ax.plot([0, 1])
figures.show(figure, "1.1", caption="A line that rises.", alt="A line from 0 to 1.")"""


def convert(folder, *options, source=DRAWN, to="nnlib-html"):
    notebook = samples.notebook(samples.markdown("# Title"), samples.code(source, count=None))
    nbformat.write(notebook, folder / "book.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", to, *options, "book.ipynb"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def page_of(folder):
    return BeautifulSoup((folder / "book.html").read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("to", ["nnlib-html", "nnlib-pdf"])
def test_execute_shows_each_figure_with_one_caption(tmp_path, to):
    done = convert(tmp_path, "--execute", to=to)
    assert done.returncode == 0, done.stderr
    if to == "nnlib-html":
        text = page_of(tmp_path).main.get_text()
    else:
        pages = PdfReader(io.BytesIO((tmp_path / "book.pdf").read_bytes())).pages
        text = "".join(page.extract_text() for page in pages)
    assert text.count("A line that rises.") == 1
    assert "<Figure" not in text


def test_code_can_be_left_out(tmp_path):
    assert convert(tmp_path, "--no-input").returncode == 0
    assert not page_of(tmp_path).select("pre.code")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise ValueError('no such thing')", "A cell (raise ValueError('no such thing')) raised"),
        ("import sys; sys.exit('bye')", "raised SystemExit: bye"),
        (
            "from PIL import Image\nImage.new('RGB', (9, 9))",
            "without alternative text: use figures",
        ),
    ],
)
def test_what_goes_wrong_is_one_sentence(tmp_path, source, words):
    (tmp_path / "book.html").write_text("the last good page")
    done = convert(tmp_path, "--execute", source=source)
    assert done.returncode == 1
    assert "nnlib" not in done.stderr.replace("nnlib-html", "")  # a traceback would name its files
    assert done.stderr.splitlines()[-1].startswith("Nothing was written. ")
    assert words in done.stderr.splitlines()[-1]
    assert (tmp_path / "book.html").read_text() == "the last good page"


def test_a_file_that_is_no_notebook(tmp_path):
    (tmp_path / "bad.ipynb").write_text("{")
    command = [sys.executable, "-m", "nbconvert", "--to", "nnlib-pdf", "bad.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "Nothing was written. bad.ipynb: this is no notebook: "
    )


class Draws(Preprocessor):
    """Another preprocessor, which makes what has to be prepared."""

    enabled = True

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "code":
            cell.outputs = [samples.figure(), samples.caption(), samples.stdout("10%\r100%\n")]
        return cell, resources


def test_what_other_preprocessors_make_is_prepared():
    notebook = samples.notebook(samples.markdown("# Title"), samples.code("x"))
    texts = []
    for exporter in (HTMLReport(), PDFReport()):
        exporter.register_preprocessor(Draws, enabled=True)
        made = exporter.from_notebook_node(notebook)[0]
        if isinstance(made, str):
            texts.append(BeautifulSoup(made, "html.parser").main.get_text())
        else:
            texts.append("".join(p.extract_text() for p in PdfReader(io.BytesIO(made)).pages))
    for text in texts:
        assert text.count("Figure 1.1.") == 1
        assert "100%" in text
        assert " 10%" not in text


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "3",
        '{"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [{"cell_type": 1}]}',
    ],
)
@pytest.mark.parametrize("kind", [HTMLReport, PDFReport])
def test_json_that_is_no_notebook_is_refused_by_name(text, kind, tmp_path):
    path = tmp_path / "odd.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((ValueError, nbformat.ValidationError)):
        kind().from_filename(str(path))


def test_elements_that_no_browser_shows_are_left_out():
    html = "<p>seen</p><p hidden>gone</p><div style='color: red; display : none'>gone</div>"
    assert str(sanitize.clean(html)) == "<p>seen</p>"


def test_a_figure_of_pyplot_is_shown_once(tmp_path):
    source = DRAWN.replace("figures.subplots(height=1.5)", "plt.subplots()")
    done = convert(tmp_path, "--execute", source="import matplotlib.pyplot as plt\n" + source)
    assert done.returncode == 0, done.stderr
    assert len(page_of(tmp_path).find_all("figure")) == 1
