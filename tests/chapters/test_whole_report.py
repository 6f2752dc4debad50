"""The report of all chapters, built anew: each player in a browser, and beside its live figure."""

import base64
import hashlib
import json
import re
from pathlib import Path

import browsers
import nbformat
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from nnlib.export import chapters, report

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# What each figure shows live, as the last cell of its chapter: {number: checksums}, in the order
# of the player's frames, from widgets that are turned.
LIVE = """
import gc, hashlib, itertools, json, re

from nnlib.widgets import Explorer, TuningPanel


def checksum(data):
    return hashlib.sha256(data).hexdigest()


def turned(explorer):
    explorer._draw.cache_clear()
    explorer.widget()
    for values in itertools.product(*(c.options for c in explorer.controls.values())):
        for slider, value in zip(explorer._sliders.values(), values, strict=True):
            slider.value = value
        yield checksum(explorer._image.value), explorer._text.value


def scrubbed(panel):
    page = panel.widget()
    for i, epoch in enumerate(page.state["epochs"]):
        panel.scrub(i)
        drawn = re.sub("^<svg[^>]*>", "", page.picture)
        yield epoch, checksum(drawn.encode()), page.state["status"]


found = gc.get_objects()
print(json.dumps({
    "explorers": {e.number: list(turned(e)) for e in found if isinstance(e, Explorer)},
    "panels": {p.number: list(scrubbed(p)) for p in found if isinstance(p, TuningPanel)},
}))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the report, its players' HTML, and what their figures show live."""
    folder, live, players = tmp_path_factory.mktemp("whole"), {}, {}
    words = {}
    read, execute = chapters.read, chapters.execute

    def with_live(path):
        notebook = read(path)
        notebook.cells.append(nbformat.v4.new_code_cell(LIVE))
        return notebook

    def executed(paths, **options):
        notebooks = execute(paths, **options)
        for notebook in notebooks.values():
            for found in json.loads(notebook.cells.pop().outputs[0].text).values():
                live.update(found)
            players.update(players_of(notebook))
        words.update(words_of_figures(notebooks))
        return notebooks

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chapters, "read", with_live)
        patch.setattr(chapters, "execute", executed)
        report.build(NOTEBOOKS, folder)
    return folder, players, live, words


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
    stored = words_of_figures({path: chapters.read(path) for path in chapters.find(NOTEBOOKS)})
    assert len(stored) > 100
    assert false_words(stored, built[3]) == []


def test_a_false_word_would_be_seen():
    path = chapters.find(NOTEBOOKS)[0]
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


def test_every_chapter_that_can_be_turned_has_a_player(built):
    _, players, live, _ = built
    assert {number.split(".")[0] for number in players} == {str(n) for n in range(12)}
    assert live.keys() == players.keys()


def test_players_are_small_and_their_pictures_differ(built):
    for number, html in built[1].items():
        assert len(html.encode()) < 400_000, number
        frames = data(html)["frames"]
        assert len(frames) >= 12, number
        assert len(set(frames)) == len(frames), number


def test_each_picture_of_a_player_is_the_live_one(built):
    _, players, live, _ = built
    for number, html in players.items():
        found = data(html)
        if "head" in found:  # a panel, with some of the epochs of its scrubber
            drawn = [found["head"] + frame + found["tail"] for frame in found["frames"]]
            drawn = [re.sub("^<svg[^>]*>", "", svg).encode() for svg in drawn]
            there = [tuple(pair) for _, *pair in live[number]]
        else:
            drawn = [base64.b64decode(frame) for frame in found["frames"]]
            there = [(picture, words_of(html)) for picture, html in live[number]]
            assert len(drawn) == len(there), number
        sums = [hashlib.sha256(data).hexdigest() for data in drawn]
        shown = list(zip(sums, found["texts"], strict=True))
        assert [pair for pair in there if pair in shown] == shown, number


def words_of(html):
    return BeautifulSoup(html, "html.parser").get_text()


def data(html):
    return json.loads(BeautifulSoup(html, "html.parser").script.string)


def test_the_files_are_complete_and_not_too_large(built):
    folder, *_ = built
    assert (folder / "backprop-report.html").stat().st_size < 15e6
    assert len(PdfReader(folder / "backprop-report.pdf").pages) > 100


# In a browser


@pytest.fixture(scope="module")
def browser():
    with browsers.browser() as browser:
        yield browser


@pytest.fixture
def opened(browser, built):
    with browsers.offline(browser, (built[0] / "backprop-report.html").as_uri()) as open_page:
        yield open_page


STATE = """p => [p.querySelector("img").src, p.querySelector(".reading").textContent]"""


@browsers.needed
def test_every_player_moves_by_keyboard_and_nothing_is_asked_of_the_network(opened, built):
    page = opened(width=420)
    assert page.evaluate("document.documentElement.scrollWidth") == 420
    players = page.locator(".player")
    assert players.count() == len(built[1])
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
