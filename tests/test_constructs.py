"""The table of constructs: each is set in both outputs, or refused by name in both."""

import io
import re

import constructs
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from test_export_pdf import tagged

from nnlib.export.html import HTMLReport
from nnlib.export.pdf import PDFReport

SET = [row for row in constructs.ROWS if not row.refused]
REFUSED = [row for row in constructs.ROWS if row.refused]


def squeezed(text):
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def resources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    constructs.write_picture(folder)
    return {"metadata": {"path": str(folder), "name": "odd"}}


@pytest.fixture(scope="module")
def page(resources):
    html = HTMLReport().from_notebook_node(constructs.accepted(), resources)[0]
    return BeautifulSoup(html, "html.parser")


@pytest.fixture(scope="module")
def paper(resources):
    pdf = PDFReport().from_notebook_node(constructs.accepted(), resources)[0]
    return PdfReader(io.BytesIO(pdf))


@pytest.fixture(scope="module")
def paper_text(paper):
    return squeezed("".join(page.extract_text() for page in paper.pages))


def words_of(page):
    """What is read on the page, without formulae."""
    texts = page.main.find_all(string=True)
    return [text for text in texts if not text.find_parent(class_="katex")]


@pytest.mark.parametrize("row", SET, ids=lambda row: row.name)
def test_it_is_set_on_the_page(row, page):
    text = squeezed("".join(words_of(page)))
    for word in row.words:
        assert squeezed(word) in text
    for word in row.absent:
        assert squeezed(word) not in text
    assert not row.element or page.select(row.element)


@pytest.mark.parametrize("row", SET, ids=lambda row: row.name)
def test_it_is_set_in_the_pdf(row, paper_text):
    for word in row.words:
        assert squeezed(word) in paper_text
    for word in row.absent:
        assert squeezed(word) not in paper_text


@pytest.fixture(scope="module")
def refusals(resources):
    """The lines in which both refuse, by the cell's number."""
    messages = []
    for exporter in (HTMLReport(), PDFReport()):
        with pytest.raises(ValueError, match="odd, cell") as caught:
            exporter.from_notebook_node(constructs.refusals(), resources)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    return messages[0].split("\n")


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=[row.name for row in REFUSED])
def test_it_is_refused_by_name_in_both(number, refusals):
    (line,) = [line for line in refusals if line.startswith(f"odd, cell cell-{number} (")]
    assert REFUSED[number].refused in line


def test_all_pictures_are_in_both(paper, page):
    told = {image["alt"] for image in page.select("main img") if image["alt"]}
    assert {element["/Alt"] for element in tagged(paper, "/Figure")} == told


def test_nothing_of_a_notebook_runs_or_asks(page):
    assert len(page.select("script")) == 1
    names = {name for element in page.find_all(True) for name in element.attrs}
    assert not any(name.startswith("on") for name in names)
    assert not page.select("[href^='javascript'], [src^='http'], p [style*='position:fixed']")
    assert not page.select("main [class~='sidebar']")


def test_the_docs_show_the_table():
    assert constructs.PAGE.read_text(encoding="utf-8") == constructs.page()
