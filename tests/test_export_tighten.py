"""Pictures in fewer bytes: the same pictures."""

import base64
import io
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import browsers
import export_samples as samples
import nbformat
import numpy as np
import pytest
from PIL import Image

from nnlib.export import tighten

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
OWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><style>g > path {fill: red}'
    '</style><g><path id="p" d="M 1 1 A 2 2 0 0 1 3 3"/></g><text> two  words </text></svg>'
)


def figures():
    """The stored drawings of all chapters."""
    for file in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        for cell in nbformat.read(file, as_version=4).cells:
            for output in cell.get("outputs", ()):
                drawing = output.get("data", {}).get("image/svg+xml")
                if drawing:
                    yield "".join(drawing)


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("M 0 331.20 \nL 453.60 331.20 \nL 453.60 0 \nL 0 0 \nz \n", "M0 331.2H453.6V0H0z"),
        ("M 1 1 L 2 2 L 3 3 L 4 4", "M1 1 2 2 3 3 4 4"),
        ("M 12 0 L 12.50 0.50 L 0.50 0.75", "M12 0 12.5.5 .5.75"),
        ("M 0 0 Q 1 1 2 0 Q 3 -1 4 0", "M0 0Q1 1 2 0 3-1 4 0"),
        ("M 100 100 L 101 102 z M 5 5 L 6 6", "M100 100l1 2zM5 5 6 6"),
        ("M 100 100 L 100 101 L 100 90 z", "M100 100v1V90z"),
        ("M 100.5 100 L 101.5 102", "M100.5 100 101.5 102"),
        ("M 0.001 1 L 2 2", "M 0.001 1 L 2 2"),
        ("M 1 1 A 2 2 0 0 1 3 3", "M 1 1 A 2 2 0 0 1 3 3"),
        ("m 1 1 l 2 2", "m 1 1 l 2 2"),
    ],
)
def test_a_path_leads_to_the_same_places_in_fewer_characters(path, short):
    assert tighten.path(path) == short


def test_a_drawing_that_hangs_on_its_structure_keeps_it():
    shown = tighten.svg(OWN)
    assert "<g><path id='p' d='M 1 1 A 2 2 0 0 1 3 3'/></g>" in shown
    assert "<text> two  words </text>" in shown
    assert "g &gt; path {fill: red}" in shown


@pytest.mark.parametrize(
    ("text", "short"),
    [("0.80", ".8"), ("42.00", "42"), ("100", "100"), ("10.05", "10.05"), ("0", "0"),
     ("translate(-0.50 1200.0)", "translate(-.5 1200)"), ("453.60pt", "453.6pt")],
)  # fmt: skip
def test_a_number_in_fewer_characters(text, short):
    assert tighten.trimmed(text) == short


def test_an_address_stands_between_quotation_marks():
    address = tighten.address(samples.SVG.encode())
    assert not re.search('["#&\n]', address)
    assert tighten.address(OWN.replace("two", "50 % &amp;").encode()).count("%2525") == 0


def test_drawings_are_about_half_as_large():
    found = list(figures())
    assert len(found) > 60
    short = [tighten.address(drawing.encode()) for drawing in found]
    assert sum(map(len, short)) < 0.55 * sum(len(drawing.encode()) for drawing in found)
    for drawing in found[:3]:  # no number was lost
        root = ElementTree.fromstring(tighten.svg(drawing))
        assert sum(1 for _ in root.iter("{http://www.w3.org/2000/svg}use")) == drawing.count(
            "<use"
        )


@pytest.fixture(scope="module")
def drawn():
    """A function that draws a picture of this address in a browser: its pixels."""
    with browsers.browser() as browser:
        page = browser.new_page(viewport={"width": 660, "height": 700})

        def pixels(address):
            page.set_content(f'<body style="margin:0"><img src="{address}">')
            page.evaluate("document.images[0].decode()")
            shot = Image.open(io.BytesIO(page.locator("img").screenshot()))
            return np.asarray(shot.convert("RGB"))

        yield pixels


def plain(drawing):
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"


@browsers.needed
def test_no_picture_changes(drawn):
    for number, drawing in enumerate(figures()):
        before, after = drawn(plain(drawing)), drawn(tighten.address(drawing.encode()))
        assert np.array_equal(before, after), number


@browsers.needed
def test_a_change_would_be_seen(drawn):
    drawing = next(figures())
    other = drawing.replace("stroke-linecap: square", "stroke-linecap: butt")
    other = other.replace("stroke-width: 0.8", "stroke-width: 0.6")
    assert not np.array_equal(drawn(plain(drawing)), drawn(plain(other)))
