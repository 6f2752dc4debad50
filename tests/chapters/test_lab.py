"""The chapters in JupyterLab, in a real browser, as a reader opens and turns them.

Chapters 0 and 4, or with ``--all-chapters`` all of them.
"""

import base64
import re
from pathlib import Path

import browsers
import lab
import live_page
import nbformat
import pytest
from browsers import expect

from nnlib import Momentum, Recipe

pytestmark = browsers.needed

TESTS = Path(__file__).parents[1]
CHAPTERS = sorted((TESTS.parent / "notebooks").glob("*.ipynb"))
PANEL = "00_start_here.ipynb"

DOT = """from nnlib import figures
from nnlib.widgets import Explorer, Slider

figure, ax = figures.subplots(height=1.5)
(dot,) = ax.plot([0], [0], "o")
ax.set(xlim=(-3, 3), ylim=(-3, 3))


def update(z):
    if z == 2:
        raise ValueError("z is 2; it may be less")
    dot.set_data([z], [z])
    return f"the dot is at {z}"


explorer = Explorer(figure, update, z=Slider(range(-2, 3), 0, "z"), number="1.1",
                    caption="A dot.", alt="A dot on a line.")
"""


def pytest_generate_tests(metafunc):
    if "chapter" in metafunc.fixturenames:
        everything = metafunc.config.getoption("all_chapters")
        chosen = [p for p in CHAPTERS if everything or p.name[:2] in ("00", "04")]
        metafunc.parametrize("chapter", chosen, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def address():
    notebooks = {path.name: nbformat.read(path, as_version=4) for path in CHAPTERS}
    beside = {"tests/bench/results.json": TESTS / "bench/results.json"}
    with lab.server(notebooks | {"dot.ipynb": lab.notebook(DOT, "explorer")}, beside) as address:
        yield address


@pytest.fixture(scope="module")
def browser(address):  # after the server, so that it is closed before the server ends
    with browsers.browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def opened(browser, address):
    """A function that opens a notebook in a page of its own; it collects complaints."""
    pages = {}

    def open_page(name):
        if name not in pages:
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            page.complaints = []
            page.on("pageerror", lambda error: page.complaints.append(str(error)))
            page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
            lab.open_notebook(page, address(name))
            pages[name] = page
        return pages[name]

    return open_page


def show(page, words):
    """Scroll to the cell whose source holds these words."""
    page.evaluate(
        """async (words) => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            const i = [...notebook.model.cells].findIndex(
                c => c.type === "code" && c.sharedModel.source.includes(words));
            notebook.activeCellIndex = i;
            await notebook.scrollToItem(i, "center");
        }""",
        words,
    )


def test_a_chapter_shows_its_pictures_before_it_is_run_and_runs_without_error(opened, chapter):
    page = opened(chapter.name)
    cells = [c for c in nbformat.read(chapter, as_version=4).cells if c.cell_type == "code"]
    figure = next(c for c in cells if "figures.show(" in c.source or "number=" in c.source)
    show(page, figure.source)
    picture = page.locator(".jp-OutputArea-output img, .jp-OutputArea-output svg").first
    picture.wait_for(timeout=30_000)
    assert picture.bounding_box()["width"] > 300

    well, outputs = lab.run_all(page)
    assert well
    assert len(outputs) == len(cells)
    for cell, found in zip(cells, outputs, strict=True):
        if "raises-exception" not in cell.metadata.get("tags", []):
            assert [o for o in found if o["output_type"] == "error"] == [], cell.source
        assert [o for o in found if o.get("name") == "stderr"] == [], cell.source
        if re.search(r"^Explorer\(", cell.source, flags=re.MULTILINE):
            show(page, cell.source)
            assert_it_moves(page, page.locator(".jp-Cell.jp-mod-active .nnlib-explorer"))
    assert page.complaints == []
    if chapter.name != PANEL:
        page.close()


def assert_it_moves(page, explorer):
    """Turn an Explorer's first control by keyboard; its picture and its words change."""
    picture, words = explorer.locator("img"), explorer.locator("[role=status]")
    before = picture.get_attribute("src"), words.inner_text()
    explorer.locator(".noUi-handle, select").first.focus()
    for key in ("Home", "End"):  # one of them is another place than the start
        page.keyboard.press(key)
    expect(picture).not_to_have_attribute("src", before[0], timeout=20_000)
    expect(words).not_to_have_text(before[1])


# The tuning panel of chapter 0: the program of the page, which has tests of its own


class Panel(live_page.Figure):
    """The panel in the cell that is shown."""

    def __init__(self, page):
        self.page, self.place = page, page.locator(".nnl").locator("..").first


@pytest.fixture
def panel(opened):
    """The panel on its page, as it begins."""
    page = opened(PANEL)
    if page.locator(".nnl").count() == 0:
        well, _ = lab.run_all(page)
        assert well
        show(page, "TuningPanel(")
        page.wait_for_selector(".nnl-boundary svg", timeout=60_000)
    found = Panel(page).ready()
    page.locator(".nnl-boundary").scroll_into_view_if_needed()
    found.button("Reset").click()
    yield found.ready()
    assert page.complaints == []


def in_python(page, source):
    """What a line of Python in the chapter's kernel prints."""
    return page.evaluate(
        """async (code) => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const future = kernel.requestExecute({code});
            let text = "";
            future.onIOPub = (message) => { text += message.content.text ?? ""; };
            await future.done;
            return text.trim();
        }""",
        source,
    )


def test_a_slider_trains_anew_by_keyboard_and_python_knows(panel):
    assert panel.numbers == panel.row(2500)
    panel.control("learning rate").focus()
    panel.page.keyboard.press("ArrowRight")
    assert panel.ready().panel().recipe == Recipe(lr=0.12)
    assert panel.numbers == panel.row(2500)
    panel.turn("optimizer", "Momentum")
    panel.turn("bias", True)
    recipe = Recipe(lr=0.12, bias=True, optimizer=Momentum())
    assert panel.panel().recipe == recipe
    assert panel.numbers == panel.row(2500)
    source = (
        "import gc; from nnlib.widgets import TuningPanel as P; "
        "print(next(p.line for p in gc.get_objects() if isinstance(p, P)))"
    )
    live_page.until(
        panel.page, lambda: in_python(panel.page, source) == panel.line, "the line in Python"
    )


def test_dragging_asks_nothing_of_the_kernel(panel):
    """Even a kernel that is busy does not keep the panel from training.

    The kernel's status does not say it: what a widget sends may be answered in a subshell, and its
    "idle" comes although the main thread still works. So the cell itself is asked.
    """
    panel.page.evaluate(ENDLESS)
    cell = panel.page.evaluate
    browsers.until(panel.page, lambda: cell("endless.began"), "the cell's beginning")
    slider = panel.control("learning rate")
    slider.focus()
    for _ in range(5):
        panel.page.keyboard.press("ArrowLeft")
    panel.ready()
    assert panel.panel().recipe.lr == 0.03
    assert panel.numbers == panel.row(2500)
    assert not cell("endless.ended")
    cell("endless.kernel.interrupt()")
    browsers.until(panel.page, lambda: cell("endless.ended"), "the cell's end")


ENDLESS = """() => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    window.endless = {kernel, began: false, ended: false};
    const future = kernel.requestExecute({code: "import threading; threading.Event().wait()"});
    future.onIOPub = (message) => {
        if (message.header.msg_type === "execute_input") window.endless.began = true;
    };
    future.done.finally(() => { window.endless.ended = true; }).catch(() => {});
}"""


def test_a_click_adds_a_point(panel):
    view = panel.place.locator(".nnl-boundary")
    box = view.bounding_box()
    place = [box["x"] + 186 * box["width"] / 352, box["y"] + 104 * box["width"] / 352]
    panel.page.mouse.click(*place)
    live_page.until(panel.page, lambda: "data=([[0, 0]" in panel.line, "own points")
    assert len(panel.ready().panel().recipe.data[0]) == 22
    assert panel.numbers == panel.row(2500)


# An Explorer


@pytest.fixture
def dot(opened):
    page = opened("dot.ipynb")
    if page.locator(".nnlib-explorer").count() == 0:
        well, _ = lab.run_all(page)
        assert well
        page.wait_for_selector(".nnlib-explorer img")
    yield page
    assert page.complaints == []


def test_an_explorer_shows_the_picture_of_its_value_by_keyboard(dot):
    scope = {}
    exec(DOT, scope)
    shown = dot.locator(".nnlib-explorer")
    handle = dot.locator(".nnlib-explorer .noUi-handle")
    # Jupyter's shortcuts, as d d to delete the cell, leave its keys alone.
    expect(handle).to_have_attribute("data-lm-suppress-shortcuts", "true")
    handle.focus()
    for key, z in (("Right", 1), ("Left", 0), ("Left", -1), ("Left", -2)):
        dot.keyboard.press(f"Arrow{key}")
        expect(shown).to_contain_text(f"the dot is at {z}")
        picture, _ = scope["explorer"].frame(z=z)
        browsers.until(dot, lambda picture=picture: image(dot) == picture, "the picture")
    dot.keyboard.press("End")  # this one's error is shown, and the picture stays
    expect(shown).to_contain_text("z is 2; it may be less")
    assert image(dot) == picture


def image(page):
    """The bytes of the picture on the page."""
    code = """async () => {
        const answer = await fetch(document.querySelector(".nnlib-explorer img").src);
        const bytes = new Uint8Array(await answer.arrayBuffer());
        return btoa(String.fromCharCode(...bytes));
    }"""
    return base64.b64decode(page.evaluate(code))
