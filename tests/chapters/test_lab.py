"""The chapters in JupyterLab, in a real browser, as a reader opens and turns them.

Chapters 0 and 4, or with ``--all-chapters`` all of them.
"""

import base64
import re
from pathlib import Path

import browsers
import lab
import nbformat
import numpy as np
import pytest
from browsers import expect

from nnlib import Momentum, Recipe, data, train
from nnlib.widgets import TuningPanel
from nnlib.widgets.panel.scene import short

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
def browser():
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


# The tuning panel of chapter 0


@pytest.fixture
def panel(opened):
    """The panel on its page, as it begins."""
    page = opened(PANEL)
    if page.locator(".nnp").count() == 0:
        well, _ = lab.run_all(page)
        assert well
        show(page, "TuningPanel(")
        page.wait_for_selector(".nnp-picture svg", timeout=60_000)
    page.locator(".nnp-picture").scroll_into_view_if_needed()
    page.get_by_role("button", name="Reset").click()
    says(page, Recipe(), 0)
    yield page
    assert page.complaints == []


def numbers(recipe, seed):
    """The numbers of a direct call of ``train``, as the panel writes them."""
    run = train(recipe, seed, engine="compiled")
    loss = run.loss[-1] / len(recipe.points(seed)[0])
    return f"training accuracy {100 * run.accuracy[-1]:.1f} %, loss per point {short(loss)}"


def says(page, recipe, seed):
    """Wait until the panel shows this recipe's run, in its numbers and in its line of Python."""
    line = re.escape(TuningPanel(recipe, seed).line)
    expect(page.locator(".nnp-line code")).to_have_text(re.compile(f"^{line}$"))
    wanted = numbers(recipe, seed)
    expect(page.locator(".nnp-status")).to_contain_text(wanted, timeout=20_000)


def picture(page):
    return page.locator(".nnp-picture").inner_html()


def row(page, name, kind="input"):
    return page.locator(f".nnp-row[data-name={name}] {kind}").first


def test_a_slider_trains_anew_by_keyboard(panel):
    before = picture(panel)
    row(panel, "lr").focus()
    panel.keyboard.press("ArrowRight")
    says(panel, Recipe(lr=0.12), 0)
    assert picture(panel) != before
    panel.keyboard.press("ArrowLeft")
    says(panel, Recipe(), 0)


def test_after_fast_dragging_the_last_value_is_shown_and_no_picture_was_missing(panel):
    panel.evaluate(
        """() => {
            const picture = document.querySelector(".nnp-picture");
            window.seen = {pictures: 0, gaps: 0};
            window.watch = new MutationObserver(() => {
                window.seen.pictures += 1;
                const svg = picture.querySelector("svg");
                if (!svg || svg.getBoundingClientRect().height < 200) window.seen.gaps += 1;
            });
            window.watch.observe(picture, {childList: true});
        }"""
    )
    slider = row(panel, "lr")
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    panel.mouse.move(box["x"] + 0.55 * box["width"], middle)
    panel.mouse.down()
    for step in np.linspace(0.55, 0.35, 25):
        panel.mouse.move(box["x"] + step * box["width"], middle)
    panel.mouse.up()
    rate = float(row(panel, "lr", "output").inner_text())
    assert rate != 0.1
    says(panel, Recipe(lr=rate), 0)
    assert panel.evaluate("window.seen.gaps") == 0
    assert panel.evaluate("window.seen.pictures") >= 2


def test_lists_and_fields_train_anew(panel):
    row(panel, "data", "select").select_option(label="linear")
    says(panel, Recipe(data="linear"), 0)
    seed = row(panel, "seed")
    seed.fill("3")
    seed.press("Enter")
    says(panel, Recipe(data="linear"), 3)
    row(panel, "optimizer", "select").select_option(label="Momentum")
    row(panel, "bias").check()
    recipe = Recipe(data="linear", bias=True, optimizer=Momentum())
    says(panel, recipe, 3)


def test_what_is_wrong_is_said_and_nothing_is_lost(panel):
    before = picture(panel)
    seed = row(panel, "seed")
    seed.fill("-1")
    seed.press("Enter")
    error = panel.locator(".nnp-error")
    expect(error).to_contain_text("seed is -1")
    assert picture(panel) == before
    seed.fill("0")
    seed.press("Enter")
    expect(error).to_be_hidden()
    says(panel, Recipe(), 0)


def test_the_scrubber_goes_back_through_the_training(panel):
    end = picture(panel)
    scrubber = panel.locator(".nnp-scrubber")
    scrubber.focus()
    panel.keyboard.press("Home")
    status = panel.locator(".nnp-status")
    expect(status).to_contain_text("After 0 epochs: training accuracy 47.6 %")
    assert picture(panel) != end
    panel.keyboard.press("End")
    expect(status).to_contain_text("After 2 500 epochs".replace(" 5", "\u202f5"))
    assert picture(panel) == end


def test_a_click_adds_a_point_and_the_keyboard_takes_it_away(panel):
    X, y = data.xor()
    field = panel.locator(".nnp-field")
    box = field.bounding_box()
    field.click(position={"x": 0.5 * box["width"], "y": 0.25 * box["height"]})
    line = panel.locator(".nnp-line code")
    expect(line).to_contain_text("data=([[0, 0]")
    restored = eval(line.inner_text(), {"Recipe": Recipe, "TuningPanel": TuningPanel})
    points, labels = restored.recipe.data
    np.testing.assert_array_equal(points[:-1], X.round(3))  # short, to be copied
    np.testing.assert_array_equal(labels[:-1], y)
    np.testing.assert_allclose(points[-1], (0.5, 0.8), atol=0.01)
    assert labels[-1] == 1
    says(panel, restored.recipe, 0)

    panel.locator(".nnp-frame").focus()
    for _ in range(12):
        panel.keyboard.press("ArrowUp")
    panel.keyboard.press("Enter")
    status = panel.locator(".nnp-status")
    expect(status).to_contain_text(numbers(Recipe(data=(X.round(3), y)), 0), timeout=20_000)


def test_a_long_run_shows_its_progress_and_can_be_stopped(panel):
    row(panel, "epochs").focus()
    panel.keyboard.press("End")
    widths = row(panel, "widths")
    widths.fill("300")
    widths.press("Enter")
    status = panel.locator(".nnp-status")
    expect(status).to_contain_text(re.compile(r"Training … \d+ %"))
    assert panel.locator(".nnp-frame progress").is_visible()
    panel.get_by_role("button", name="Stop").click()
    expect(status).to_contain_text("The training ended after", timeout=20_000)


def test_same_start_keeps_the_weights(panel):
    panel.get_by_role("button", name="Same start").click()
    line = panel.locator(".nnp-line code")
    expect(line).to_contain_text("start=(Recipe(), 0)")
    seed = row(panel, "seed")
    seed.fill("5")
    seed.press("Enter")
    # XOR's points are fixed: with the same weights another seed changes nothing.
    expect(line).to_contain_text("seed=5")
    expect(panel.locator(".nnp-status")).to_contain_text(numbers(Recipe(), 0))


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
        until(dot, lambda picture=picture: image(dot) == picture)
    dot.keyboard.press("End")  # this one's error is shown, and the picture stays
    expect(shown).to_contain_text("z is 2; it may be less")
    assert image(dot) == picture


def until(page, condition):
    for _ in range(200):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("not so within 10 s")


def image(page):
    """The bytes of the picture on the page."""
    code = """async () => {
        const answer = await fetch(document.querySelector(".nnlib-explorer img").src);
        const bytes = new Uint8Array(await answer.arrayBuffer());
        return btoa(String.fromCharCode(...bytes));
    }"""
    return base64.b64decode(page.evaluate(code))
