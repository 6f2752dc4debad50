"""All chapters, run once, and the report of that run.

Where only tests of some chapters are chosen, as by ``-k 05_``, only these chapters are run.

What is stored is what the cells say now; the judges know right from wrong; no cell says something
else when it is run again; and each player, in a browser, shows what its figure shows live.
"""

import base64
import copy
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import browsers
import chapter_runs
import live_page
import nbformat
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from nnlib import Recipe
from nnlib.export import chapters, report

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

CHAPTERS = chapters.find(NOTEBOOKS)
EACH_CHAPTER = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


class Built(NamedTuple):
    """The folder of the report, and of the run behind it the notebooks, and what they were asked.

    ``told`` is {chapter: what chapter_runs.told finds}, ``players`` {number: HTML}.
    """

    folder: Path
    notebooks: dict
    told: dict
    players: dict


def numbers(items):
    """The chapters that these tests of ``built`` ask for, as "03 05"; "" if one is of all."""
    of = [item for item in items if "built" in getattr(item, "fixturenames", ())]
    if not all("path" in getattr(getattr(item, "callspec", None), "params", {}) for item in of):
        return ""
    return " ".join(sorted({item.callspec.params["path"].name[:2] for item in of}))


def test_only_the_chapters_that_are_asked_for_are_run():
    def item(name=None, *fixtures):
        spec = SimpleNamespace(params={"path": Path(name)} if name else {})
        return SimpleNamespace(callspec=spec, fixturenames=["path", *fixtures])

    five, three = item("05_b.ipynb", "built"), item("03_a.ipynb", "built")
    assert numbers([five, three, five, item("07_c.ipynb"), item()]) == "03 05"
    assert numbers([five, item(None, "built")]) == ""
    assert numbers([five, SimpleNamespace(fixturenames=["built"])]) == ""


@pytest.fixture(scope="module")
def built(request, tmp_path_factory):
    folder, given, told = tmp_path_factory.mktemp("whole"), {}, {}
    read, execute = chapters.read, chapters.execute

    def with_last_cell(path):
        notebook = read(path)
        cell = chapter_runs.CELL.format(name=path.name)
        notebook.cells.append(nbformat.v4.new_code_cell(cell))
        return notebook

    def executed(paths, **options):
        notebooks = execute(paths, **options | {"read": with_last_cell})
        for path, notebook in notebooks.items():
            told[path.stem] = json.loads(notebook.cells.pop().outputs[0].text)
            given[path.stem] = copy.deepcopy(notebook)  # merging changes some
        return notebooks

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chapters, "execute", executed)
        patch.setattr(chapters, "SECONDS_PER_CELL", None)  # the last cell asks for much
        report.build(
            NOTEBOOKS, folder, numbers=numbers(request.session.items), keep=folder / "kept"
        )
    players = dict(player for notebook in given.values() for player in players_of(notebook))
    return Built(folder, given, told, players)


# What is stored


LEFT_OUT = ("image/png", chapters.WIDGET_VIEW)  # small errors of drawing, and random names
IGNORED = "nbval-ignore-output"  # of a cell whose output is another one on each machine


def outputs(cell):
    """What a cell gives, in order, in a form that can be compared."""
    found = []
    for output in cell.outputs:
        about = output.get("metadata", {})
        data = {
            kind: value
            for kind, value in output.get("data", {}).items()
            if kind not in LEFT_OUT and about.get(kind, {}).get("nnlib") != "player"
        }
        found.append((output.output_type, data, *map(output.get, ("name", "text", "evalue"))))
    return found


def false_outputs(stored, given):
    """The cells with which something else is stored than what they give now, by their ids."""
    pairs = zip(stored.cells, given.cells, strict=True)
    return [
        old.id
        for old, new in pairs
        if old.cell_type == "code"
        and IGNORED not in old.metadata.get("tags", [])
        and (old.source != new.source or outputs(old) != outputs(new))
    ]


@EACH_CHAPTER
def test_stored_outputs_are_what_the_cells_give(path, built):
    assert false_outputs(chapters.read(path), built.notebooks[path.stem]) == []


def test_a_false_output_would_be_seen():
    stored, given = (chapters.read(CHAPTERS[0]) for _ in range(2))
    assert false_outputs(stored, given) == []
    cells = [cell for cell in given.cells if cell.cell_type == "code" and cell.outputs]
    printed = next(cell for cell in cells if "text" in cell.outputs[0])
    printed.outputs[0].text += " "
    drawn = next(cell for cell in cells if "image/svg+xml" in cell.outputs[0].get("data", {}))
    svg = drawn.outputs[0].data["image/svg+xml"]
    drawn.outputs[0].data["image/svg+xml"] = svg.replace("1", "2", 1)
    less = next(cell for cell in cells if cell not in (printed, drawn))
    less.outputs.pop()
    assert set(false_outputs(stored, given)) == {printed.id, drawn.id, less.id}


# More cells in a chapter after Run All


def right(text):
    """The lines of a judge that say: right."""
    return [line for line in text.splitlines() if line.startswith("Right")]


@EACH_CHAPTER
def test_judges_know_right_from_wrong(path, built):
    """In the chapter after Run All: each solution in the answer cell's place, then the judge."""
    for number, kind, source, text in built.told[path.stem]["answers"]:
        what = f"{number}\n{source}\n--- was told:\n{text}"
        assert len(right(text)) == (kind == "right"), what
        assert text.startswith("No answer yet") == (kind == "none"), what


@EACH_CHAPTER
def test_each_cell_says_the_same_when_it_is_run_again(path, built):
    """After Run All, as a reader does who goes back: no name has got another meaning."""
    cells = filter(chapters.is_code, built.notebooks[path.stem].cells)
    for cell, again in zip(cells, built.told[path.stem]["again"], strict=True):
        assert again == chapter_runs.said(cell), cell.source


@EACH_CHAPTER
def test_a_reader_who_changes_a_number_gets_a_result_or_a_sentence(path, built):
    """The changed cell, and the next two: no error without words, and not of Python's own."""
    for old, new, kind, text in built.told[path.stem]["changes"]:
        if kind is not None:
            assert kind in ("AssertionError", "ValueError", "TypeError"), (old, new, kind, text)
            assert len(text.split()) > 5, (old, new, text)
            assert not re.search(r"broadcast|reduction operation|unpack|concat", text), text


def test_another_answer_of_a_cell_would_be_seen():
    names = {}
    cell = nbformat.v4.new_code_cell("k = 1")
    assert chapter_runs.run(cell.source, names) == chapter_runs.said(cell) == [""]
    cell = nbformat.v4.new_code_cell("print(k)\nk + 1")
    cell.outputs = [
        nbformat.v4.new_output("stream", text="1\n"),
        nbformat.v4.new_output("execute_result", data={"text/plain": "2"}),
    ]
    assert chapter_runs.run(cell.source, names) == chapter_runs.said(cell) == ["1\n", "2"]
    assert chapter_runs.run(cell.source, {"k": 2}) == ["2\n", "3"]
    assert chapter_runs.changed(["k"], "k", "k", {}) == ("NameError", "name 'k' is not defined")


# Captions and alternative texts


WORDS = ("image/svg+xml", "nnlib")


def words_of_figures(notebooks):
    """What is said of each figure and table: {(chapter, cell, at): captions, alt texts}."""
    found = {}
    for path, notebook in notebooks.items():
        for cell in notebook.cells:
            metadata = [output.get("metadata", {}) for output in cell.get("outputs", ())]
            told = [{key: each[key] for key in WORDS if key in each} for each in metadata]
            for at, each in enumerate(filter(None, told)):
                found[Path(path).name, cell.id, at] = each
    return found


def false_words(stored, given):
    """The figures of which something else is stored than what their cells say now."""
    return sorted(key for key in stored.keys() | given.keys() if stored.get(key) != given.get(key))


def test_stored_captions_and_alt_texts_are_what_the_cells_say(built):
    stored = words_of_figures({path: chapters.read(path) for path in CHAPTERS})
    given = words_of_figures({f"{name}.ipynb": each for name, each in built.notebooks.items()})
    assert len(stored) > 100
    assert false_words(stored, given) == []


def test_a_false_word_would_be_seen():
    path = CHAPTERS[0]
    stored, given = (words_of_figures({path: chapters.read(path)}) for _ in range(2))
    key = next(key for key, told in given.items() if told.get("image/svg+xml"))
    given[key]["image/svg+xml"]["alt"] += "."
    assert false_words(stored, given) == [key]
    del given[key]
    assert false_words(stored, given) == [key]


def players_of(notebook):
    outputs = (o for cell in notebook.cells for o in cell.get("outputs", []))
    for output in outputs:
        if output.get("metadata", {}).get("text/html", {}).get("nnlib") == "player":
            html = output.data["text/html"]
            yield output.metadata["image/svg+xml"]["number"], html


def live(built):
    """{number: what the figure shows live} of all chapters."""
    return {number: each for told in built.told.values() for number, each in told["live"].items()}


def test_every_chapter_that_can_be_turned_has_a_player(built):
    players = built.players
    turned = {number.split(".")[0] for number in players} | {"0", "4"}  # these have panels
    assert turned >= {str(n) for n in range(12)}
    assert live(built).keys() == players.keys()


def test_players_are_small_and_their_pictures_differ(built):
    for number, html in built.players.items():
        frames, narrow = (data(html).get(kind, []) for kind in ("frames", "narrow"))
        assert len(html.encode()) - sum(map(len, narrow)) < 400_000, number
        assert sum(map(len, narrow)) < 200_000, number
        assert len(frames) >= 5, number
        for pictures in (frames, narrow):
            assert len(set(pictures)) == len(pictures), number


def test_each_picture_of_a_player_is_the_live_one(built):
    shown_live = live(built)
    for number, html in built.players.items():
        found = data(html)
        drawn = [base64.b64decode(frame) for frame in found["frames"]]
        there = [(picture, words_of(html)) for picture, html in shown_live[number]]
        assert len(drawn) == len(there), number
        sums = [hashlib.sha256(data).hexdigest() for data in drawn]
        shown = list(zip(sums, found["texts"], strict=True))
        assert [pair for pair in there if pair in shown] == shown, number


def words_of(html):
    return BeautifulSoup(html, "html.parser").get_text()


def data(html):
    return json.loads(BeautifulSoup(html, "html.parser").script.string)


# The page of commit 9bbb6a9.
OLD_BYTES, OLD_ELEMENTS = 13_275_683, 123_056


class Elements(HTMLParser):
    """Counts the elements of a page."""

    count = 0

    def handle_starttag(self, tag, attributes):
        self.count += 1


def test_the_files_are_complete_and_not_too_large(built):
    folder = built.folder
    page = (folder / "backprop-report.html").read_bytes()
    elements = Elements()
    elements.feed(page.decode())
    assert len(page) <= 0.6 * OLD_BYTES
    assert 20_000 < elements.count <= 0.5 * OLD_ELEMENTS
    assert 100 < len(PdfReader(folder / "backprop-report.pdf").pages) <= 215


# In a browser


@pytest.fixture
def opened(browser, built):
    with browsers.offline(browser, (built.folder / "backprop-report.html").as_uri()) as open_page:
        yield open_page


STATE = """p => [p.querySelector("img").src, p.querySelector(".reading").textContent]"""


@browsers.needed
def test_every_player_moves_by_keyboard_and_nothing_is_asked_of_the_network(opened, built):
    page = opened(width=420)
    assert page.evaluate("document.documentElement.scrollWidth") == 420
    players = page.locator(".player")
    assert players.count() == len(built.players)
    for player in players.all():
        control = player.locator("input, select").first
        control.focus()
        seen = set()
        for key in ("Home", "ArrowDown", "End", "ArrowUp") if is_list(control) else KEYS:
            page.keyboard.press(key)
            seen.add(tuple(player.evaluate(STATE)))
            assert (
                player.locator("img").evaluate("i => i.decode().then(() => i.naturalWidth)") > 300
            )
        assert len(seen) >= 3


KEYS = ("Home", "ArrowRight", "End", "ArrowLeft")


@browsers.needed
def test_the_figures_that_train_do_so_with_the_librarys_numbers(opened):
    page = opened()
    assert page.locator("[data-live]").count() == 2
    for number, start in (("0.5", Recipe()), ("4.6", Recipe())):
        figure = live_page.Figure(page, number).ready()
        assert figure.panel().recipe.replace(log_every=100) == start
        assert figure.numbers == figure.row(2500)
        figure.turn("learning rate", 31)
        figure.turn("optimizer", "Momentum")
        figure.turn("points", "moons")
        assert figure.numbers == figure.row(2500)
        name = f"figure-{number.replace('.', '-')}"
        assert page.evaluate("location.hash").startswith(f"#{name}?data=moons&optimizer=Momentum")
        page.evaluate("a => { location.hash = a; }", f"{name}?seed=5&units=4,4")
        live_page.until(page, lambda f=figure: "seed=5" in f.line, "the address's seed")
        assert figure.ready().numbers == figure.row(2500)


@browsers.needed
def test_a_link_in_the_text_sets_a_figure(opened):
    page = opened()
    figure = live_page.Figure(page, "4.6").ready()
    page.locator('a[href="#figure-4-6?lr=0.12"]').click()
    live_page.until(page, lambda: figure.ready().panel().recipe.lr == 0.12, "the link's rate")
    assert figure.numbers == figure.row(2500)


def is_list(control):
    return control.evaluate("c => c.tagName") == "SELECT"


# A formula's and a listing's thousand parts make axe-core slow; tests/test_browser.py has it look
# at some.
TEXT_ALONE = """() => {
    for (const e of document.querySelectorAll(".katex")) {
        e.replaceWith(e.querySelector("annotation").textContent);
    }
    for (const e of document.querySelectorAll("pre")) e.textContent = e.textContent;
    for (const e of document.querySelectorAll(".player script")) e.remove();
    for (const e of document.querySelectorAll("img")) e.removeAttribute("src");
}"""


@browsers.needed
def test_axe_finds_no_violation(opened):
    page = opened(width=1400, bypass_csp=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 1400
    page.evaluate(TEXT_ALONE)
    assert browsers.violations(page) == []
