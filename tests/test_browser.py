"""The HTML report in a real browser, from the disk, with the network cut off."""

import io

import browsers
import export_samples as samples
import numpy as np
import pytest
from matplotlib.colors import to_hex
from nbconvert.exporters import get_exporter
from PIL import Image

from nnlib.export.merge import merge
from nnlib.figures.palette import WHITE, at_night, dark

pytestmark = browsers.needed

SCREENS = [(scheme, width) for scheme in ("light", "dark") for width in (420, 1400)]

# Formulae that need many of KaTeX's fonts, and things that are wider than a narrow screen.
MANY_FONTS = r"""
$\mathbf{x} \in \mathbb{R}^n$, $\mathcal{L}$, $\boldsymbol{\theta}$, $\mathrm{softmax}$,
$\textbf{bold} + \textit{slanted}$, $\mathtt{code}$, $\mathsf{sans}$, $\mathfrak{g}$, $\mathit{it}$

$$\left(\sum_{i=1}^{n} \frac{\partial L}{\partial \hat y_i}\right)^{2}
\left[\frac{\frac{a}{b}}{\frac{c}{d}}\right] \sqrt{\frac{1}{n}} \Bigg\{ \begin{pmatrix}
1 & 2 \\ 3 & 4 \\ 5 & 6 \end{pmatrix} \Bigg\} \leqslant \nabla_{\!\theta}\, f \circ g \otimes h$$
"""
WIDE_TABLE = "|" + " a column with a name |" * 12 + "\n|" + "---|" * 12 + "\n|" + " 1.0 |" * 12
LONG_LINE = "value = " + " + ".join(f"number_{k}" for k in range(20))
PLAYER, FRAMES = samples.player()


def sample():
    second = samples.second_chapter()
    second.cells += [
        samples.markdown(MANY_FONTS),
        samples.code(LONG_LINE, samples.stdout("0123456789" * 20), samples.table(WIDE_TABLE)),
        samples.code("Explorer(…)", PLAYER),
        samples.markdown("## The end\n\n" + "A last paragraph.\n\n" * 60),
    ]
    for number, cell in enumerate(second.cells):
        cell.id = f"cell-{number}"
    merged = merge({samples.FIRST: samples.first_chapter(), samples.SECOND: second})
    return get_exporter("nnlib-html")().from_notebook_node(merged)[0]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(sample(), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser():
    with browsers.browser() as browser:
        yield browser


@pytest.fixture
def opened(browser, file):
    with browsers.offline(browser, file) as open_page:
        yield open_page


def wait_until(page, condition):
    """Ask until it is true. (Playwright's own waiting evaluates text, which the page forbids.)"""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not true within 10 s: {condition}")


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_the_page_opens_complete_and_fits(opened, scheme, width):
    page = opened(scheme, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")


def test_wide_boxes_scroll_by_keyboard(opened):
    page = opened(width=420)
    wide = "[...document.querySelectorAll('[tabindex=\"0\"]')].filter(e => e.scrollWidth > 420)"
    assert page.evaluate(f"{wide}.map(e => e.ariaLabel)") == ["Code", "Output", "Table"]
    page.evaluate(f"{wide}[0].focus()")
    page.keyboard.press("ArrowRight")
    wait_until(page, f"{wide}[0].scrollLeft > 0")


def test_every_font_that_a_formula_asks_for_is_there(opened):
    asked, missing = opened().evaluate(
        """async () => {
            await document.fonts.ready;
            const name = (family, weight, style) => [family.replaceAll('"', ''),
                {normal: '400', bold: '700'}[weight] ?? weight, style].join(' ');
            const there = new Set([...document.fonts].filter(f => f.status === 'loaded')
                .map(f => name(f.family, f.weight, f.style)));
            const asked = new Set();
            for (const e of document.querySelectorAll('.katex-html *')) {
                const text = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
                const s = getComputedStyle(e);
                if (text) asked.add(name(s.fontFamily.split(',')[0], s.fontWeight, s.fontStyle));
            }
            return [asked.size, [...asked].filter(n => !there.has(n))];
        }"""
    )
    assert asked > 12
    assert missing == []


def test_the_contents_are_a_sidebar_that_follows(opened):
    page = opened()
    assert page.locator(".sidebar").is_visible()
    assert not page.locator(".drawer").is_visible()
    current = page.locator(".sidebar [aria-current]")
    assert current.inner_text() == "1. The first chapter"
    # Only the chapter that is being read shows its sections.
    sections = page.locator(".sidebar li li a:visible")
    assert sections.all_inner_texts() == ["What follows", "In short"]
    page.locator(".sidebar a", has_text="2. The second chapter").click()
    wait_until(
        page, "document.querySelector('.sidebar [aria-current]').textContent.startsWith('2.')"
    )
    assert sections.all_inner_texts() == ["In short", "The end"]


def test_the_contents_are_a_drawer_on_a_narrow_screen(opened):
    page = opened(width=420)
    assert not page.locator(".sidebar").is_visible()
    link = page.locator(".drawer a", has_text="The end")
    assert not link.is_visible()
    page.locator(".drawer summary").click()
    link.click()
    heading = page.locator("main h3", has_text="The end")
    drawer = page.locator(".drawer").bounding_box()
    assert not link.is_visible()
    assert drawer["y"] == 0
    assert drawer["height"] <= heading.bounding_box()["y"] < 200


def test_without_script_all_is_there(opened):
    page = opened(java_script_enabled=False)
    assert page.locator(".sidebar a:visible").count() == 6
    assert page.locator("figure img").first.is_visible()


def test_the_skip_link_comes_first(opened):
    page = opened()
    page.keyboard.press("Tab")
    assert page.locator(".skip").is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_print_is_the_text_alone_on_white(opened):
    page = opened("dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".sidebar").is_visible()
    assert not page.locator(".drawer").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 32, 38)"


# Figures by night


def pixels(picture):
    """What is seen of a picture: red, green and blue from 0 to 1."""
    shot = Image.open(io.BytesIO(picture.screenshot()))
    return np.asarray(shot.convert("RGB")) / 255


def is_night_of(night, light):
    """Whether a picture shows another in the dark colors of the palette.

    Edges may differ: a picture that lies between two pixels of the screen is drawn again there.
    """
    return (np.abs(night - at_night(light)).max(axis=-1) < 4 / 255).mean() > 0.99


@pytest.mark.parametrize("which", ["figure:not(:has(.player)) img", ".player img"])
@pytest.mark.parametrize("script", [True, False])
def test_figures_follow_the_page(opened, which, script):
    light, night = (
        pixels(opened(scheme, java_script_enabled=script).locator(which).first)
        for scheme in ("light", "dark")
    )
    assert is_night_of(night, light)
    assert light[0, 0].tolist() == [1, 1, 1]
    assert to_hex(night[0, 0]) == dark(WHITE)  # no card: the paper goes through


def test_a_player_follows_while_it_is_open(opened):
    page = opened()
    picture, slider = page.locator(".player img"), page.locator(".player input")
    start = pixels(picture)
    slider.focus()
    page.keyboard.press("Home")
    light = pixels(picture)
    assert not np.array_equal(light, start)
    page.emulate_media(color_scheme="dark")
    assert is_night_of(pixels(picture), light)
    page.keyboard.press("End")
    night = pixels(picture)
    page.emulate_media(color_scheme="light")
    assert is_night_of(night, pixels(picture))


def test_on_paper_figures_are_light(opened):
    page = opened("dark")
    page.emulate_media(media="print", color_scheme="dark")
    for picture in page.locator("figure img").all():
        assert pixels(picture)[0, 0].tolist() == [1, 1, 1]


def test_a_white_card_at_night_is_found(opened):
    page = opened("dark")
    page.evaluate("document.querySelector('#night').remove()")
    picture = pixels(page.locator(".player img"))
    assert not is_night_of(picture, pixels(opened().locator(".player img")))


# Players


def state(page):
    """What a player shows and says: its picture, its line of text, its slider's value in words."""
    return page.evaluate(
        """() => {
            const player = document.querySelector('.player');
            return [player.querySelector('img').src.split(',')[1],
                player.querySelector('.reading').textContent,
                player.querySelector('input').getAttribute('aria-valuetext'),
                player.querySelector('output').textContent];
        }"""
    )


def test_a_player_moves_by_keyboard(opened):
    page = opened()
    page.locator(".player input").focus()
    page.keyboard.press("ArrowRight")
    assert state(page) == [*FRAMES[4], "1", "1"]
    page.keyboard.press("Home")
    assert state(page) == [*FRAMES[0], "−1", "−1"]
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert state(page)[:2] == [*FRAMES[1]]


def test_a_player_moves_by_mouse(opened):
    page = opened()
    slider = page.locator(".player input")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    assert state(page)[:2] == [*FRAMES[4]]
    page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
    assert state(page)[:2] == [*FRAMES[0]]


def test_a_player_without_script_and_on_paper_is_its_starting_picture(opened):
    page = opened(java_script_enabled=False)
    assert page.locator(".player img").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".player img").is_visible()
    assert not page.locator(".player .controls").is_visible()


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_axe_finds_no_violation(opened, scheme, width):
    assert browsers.violations(opened(scheme, width, bypass_csp=True)) == []


def test_axe_does_find_a_violation(opened):
    page = opened(bypass_csp=True)
    page.evaluate("document.querySelector('.player img').removeAttribute('alt')")
    assert [name for name, _ in browsers.violations(page)] == ["image-alt"]
