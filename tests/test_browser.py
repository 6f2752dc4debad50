"""The HTML report in a real browser, from the disk, with the network cut off."""

import io
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import browsers
import export_samples as samples
import numpy as np
import pytest
from browsers import expect
from matplotlib.colors import to_hex
from nbconvert.exporters import get_exporter
from PIL import Image
from pypdf import PdfReader

from nnlib.export import chapters
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


LOADED = "[...document.images].filter((picture) => picture.naturalWidth).length"
AT_ONCE = "[...document.images].forEach((picture) => { picture.loading = 'eager'; })"

REFERENCES = r"""See figure 1.1 and equation (2.1).

$$a = b^2 \tag{2.1}$$

A zebra, unlike Gödel’s, stands here."""
LONG_FORMULA = (
    r"$\delta_l W_l \cdot \partial A_{l-1} / \partial Z_{l-1} "
    r"= (\delta_l W_l) \circ f'_{l-1}(Z_{l-1})$"
)


def sample():
    second = samples.second_chapter()
    second.cells += [
        samples.markdown(REFERENCES),
        samples.markdown(MANY_FONTS),
        samples.markdown(f"- One: {LONG_FORMULA}.\n- Two: {LONG_FORMULA} and more."),
        samples.code(LONG_LINE, samples.stdout("0123456789" * 20), samples.table(WIDE_TABLE)),
        samples.code("Explorer(…)", PLAYER),
        samples.markdown("## The end\n\n" + "A last paragraph.\n\n" * 60),
    ]
    for number, cell in enumerate(second.cells):
        cell.id = f"cell-{number}"
    parts = {samples.FIRST: samples.first_chapter(), samples.SECOND: second}
    merged = merge(parts)
    merged.metadata.nnlib["notebooks"] = {
        name: chapters.without_outputs(notebook) for name, notebook in parts.items()
    }
    merged.metadata.nnlib["edition"] = {"date": "29 November 2026", "version": "0.1.0"}
    return get_exporter("nnlib-html")().from_notebook_node(merged)[0]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(sample(), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(browser, file):
    with browsers.offline(browser, file) as open_page:
        yield open_page


def wait_until(page, condition):
    browsers.until(page, lambda: page.evaluate(condition), condition)


def reload_until(page, condition):
    """Load the page again until it is true at once.

    Chromium hands what a page keeps to another process and does not wait for it: a page that is
    loaded right after that may still find what was kept before.
    """
    for _ in range(20):
        page.reload()
        if page.evaluate(condition):
            return
    raise AssertionError(f"not true after 20 reloads: {condition}")


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_the_page_opens_complete_and_fits(opened, scheme, width):
    page = opened(scheme, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate(AT_ONCE)
    wait_until(page, f"{LOADED} === document.images.length")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")


def test_a_wide_table_stays_within_its_chapter(opened):
    """A chapter that is laid out late draws nothing beyond its edge."""
    page = opened(width=1400)
    beyond = page.evaluate(
        """() => [...document.querySelectorAll('.outputs .table')].map(table => {
            const right = element => element.getBoundingClientRect().right;
            return [right(table) - right(document.querySelector('.prose')),
                    right(table.closest('.chapter')) - right(table)];
        })"""
    )
    assert beyond
    assert all(over > 100 and room > 0 for over, room in beyond)
    assert page.evaluate("document.documentElement.scrollWidth") == 1400


def test_wide_boxes_scroll_by_keyboard(opened):
    page = opened(width=420)
    wide = "[...document.querySelectorAll('[tabindex=\"0\"]')].filter(e => e.scrollWidth > 420)"
    assert page.evaluate(f"{wide}.map(e => e.ariaLabel)") == ["Code", "Output", "Table"]
    page.evaluate(f"{wide}[0].focus()")
    page.keyboard.press("ArrowRight")
    wait_until(page, f"{wide}[0].scrollLeft > 0")


@pytest.mark.parametrize("width", [320, 360])
def test_a_long_formula_in_a_line_scrolls_and_stays_on_its_line(opened, width):
    page = opened(width=width, bypass_csp=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = page.evaluate(
        """() => [...document.querySelectorAll('main .long')].map(e => {
            const mark = document.createElement('span'); // an empty one stands on the line
            mark.style.display = 'inline-block';
            e.after(mark);
            const line = mark.getBoundingClientRect().bottom;
            e.prepend(mark);
            return [e.scrollWidth > e.clientWidth, mark.getBoundingClientRect().bottom - line];
        })"""
    )
    assert found == [[True, pytest.approx(0, abs=0.5)]] * 2
    assert browsers.violations(page) == []


def test_formulae_are_set_in_the_font_that_the_page_brings(opened):
    page = opened()
    assert page.evaluate(
        """async () => {
            await document.fonts.ready;
            return [...document.fonts].map(font => [font.family.replaceAll('"', ''), font.status]);
        }"""
    ) == [["nnlib math", "loaded"]]
    # A stretched bracket is drawn of the font's own sizes and pieces.
    heights = page.evaluate(
        """() => [...document.querySelectorAll('main math mo')]
            .filter(e => e.textContent === '[').map(e => e.getBoundingClientRect().height)"""
    )
    assert max(heights) > 40


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
    expect(page.locator("figure img").first).to_be_visible()


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


def printed(page):
    """Of each printed page the words, the pictures' pixels, and how much is drawn."""
    paper = PdfReader(io.BytesIO(page.pdf())).pages
    return [
        (
            sheet.extract_text(),
            sorted(image.image.convert("RGB").tobytes() for image in sheet.images),
            len(sheet.get_contents().get_data()),
        )
        for sheet in paper
    ]


def test_pictures_that_were_never_near_are_printed(browser, file, tmp_path):
    """They are loaded when there is nothing else to do, and printed as those that are near."""
    far = tmp_path / "far.html"
    sample = Path(unquote(urlsplit(file).path)).read_text(encoding="utf-8")
    sample = re.sub("<body[^>]*>", r"\g<0><div style='height: 9000px'></div>", sample)
    far.write_text(sample, encoding="utf-8")
    near = tmp_path / "near.html"
    near.write_text(sample.replace('loading="lazy"', ""), encoding="utf-8")
    with browsers.offline(browser, far.as_uri()) as opened:
        page = opened()
        wait_until(page, f"{LOADED} === document.images.length")
        pages = printed(page)
        page.evaluate("[...document.images].forEach((picture) => picture.remove())")
        assert printed(page) != pages
    with browsers.offline(browser, near.as_uri()) as opened:
        assert printed(opened()) == pages


def test_the_section_at_the_end_of_the_page_is_marked(opened):
    page = opened()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    marked = "document.querySelector('.sidebar [aria-current]').textContent"
    wait_until(page, f"{marked} === 'The end'")
    page.evaluate("scrollTo(0, 0)")
    wait_until(page, f"{marked}.startsWith('1.')")
    # A section that a link leads to is marked, not the one before it.
    page.locator(".sidebar a", has_text="In short").first.click()
    wait_until(page, f"{marked} === 'In short'")


# Code


def test_code_is_colored_without_an_element_a_token(opened):
    page = opened()
    wait_until(page, "CSS.highlights.get('code-k').size > 0")
    assert page.evaluate("document.querySelectorAll('pre.code > code *').length") == 0
    words = page.evaluate(
        """() => [...CSS.highlights.get('code-k')].map(r =>
            r.startContainer.data.slice(r.startOffset, r.endOffset).trim())"""
    )
    assert "for" in words
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('pre.code'), '::highlight(code-k)').color"
        )
        == "rgb(154, 27, 109)"
    )


def test_code_is_copied(opened):
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    box = page.locator("pre.code").first
    box.scroll_into_view_if_needed()
    button = page.locator(".copy").first
    wait_until(page, "document.querySelector('.copy') !== null")
    button.focus()
    page.keyboard.press("Enter")
    wait_until(page, "document.querySelector('.copy').textContent === 'Copied'")
    assert page.locator(".told").inner_text() == "Copied"
    assert page.evaluate("navigator.clipboard.readText()") == box.inner_text()


def test_without_script_everything_is_there_to_be_read(opened):
    page = opened(java_script_enabled=False)
    for name in (".search", ".scheme", ".take-home button", ".copy", ".play"):
        assert not any(each.is_visible() for each in page.locator(name).all()), name
    assert page.locator("pre.code").first.is_visible()
    assert page.locator(".cover").count() == 0  # there is no figure 0.5 in the sample
    assert page.locator(".title dl").inner_text().split("\n") == [
        "Date", "29 November 2026", "Version", "0.1.0",
    ]  # fmt: skip
    assert page.locator("math").first.is_visible()
    assert page.locator(".neighbours a").first.inner_text() == "Next\n2. The second chapter"


# Search


def results(page):
    return page.locator(".results strong").all_inner_texts()


def test_search_finds_sections_by_their_text_and_their_heading(opened):
    page = opened()
    field = page.locator(".search input")
    field.fill("zebra godel")
    assert results(page) == ["In short"]
    assert page.locator(".results p").inner_text() == "1 section:"
    assert "zebra" in page.locator(".results li").inner_text()
    field.fill("the")
    assert results(page)[0] != ""
    assert "The end" in results(page)[:4]  # headings come first
    field.fill("xylophone")
    assert results(page) == []
    assert page.locator(".results p").inner_text() == "Nothing found."
    page.keyboard.press("Escape")
    assert field.input_value() == ""
    assert page.locator(".sidebar").is_visible()


def test_search_is_walked_by_keyboard_and_leads_there(opened):
    page = opened(width=420)
    page.locator(".search input").focus()
    page.keyboard.type("zebra")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.tagName") == "A"
    page.keyboard.press("Enter")
    wait_until(page, "decodeURIComponent(location.hash) === '#02_second:In-short'")
    wait_until(page, "document.querySelector('.search input').value === ''")
    assert page.evaluate("document.documentElement.scrollWidth") == 420


# Looking ahead


def until_shown(page, look):
    """Again and again: what is laid out late moves a link away from the pointer."""
    preview = page.locator(".preview")
    browsers.until(page, lambda: look() or preview.is_visible(), "the preview is seen")


@pytest.mark.parametrize(("words", "inside"), [("figure 1.1", "img"), ("equation (2.1)", "math")])
def test_a_link_shows_what_it_leads_to(opened, words, inside):
    page = opened()
    link, preview = page.locator("main a", has_text=words).first, page.locator(".preview")
    until_shown(page, link.hover)
    expect(preview.locator(inside)).to_be_visible()
    assert preview.locator("[id], [tabindex], a").count() == 0
    page.keyboard.press("Escape")
    assert not preview.is_visible()
    page.mouse.move(0, 0)
    page.keyboard.press("Tab")
    link.evaluate("e => e.focus({focusVisible: true})")
    expect(preview).to_be_visible()
    box = preview.bounding_box()
    assert 0 <= box["x"] < 1400 - box["width"]
    link.evaluate("e => e.blur()")
    assert not preview.is_visible()


def test_other_links_show_nothing(opened):
    page = opened()
    page.clock.install()
    page.locator("main a", has_text="chapter 2").first.hover()
    page.clock.run_for(400)  # milliseconds of the page
    assert not page.locator(".preview").is_visible()
    figure = page.locator("main a", has_text="figure 1.1").first
    until_shown(page, lambda: figure.hover() or page.clock.run_for(400))


def test_a_preview_by_keyboard_outlives_the_pointer_s_leaving(opened):
    page = opened()
    page.clock.install()
    link = page.locator("main a", has_text="figure 1.1").first
    until_shown(page, lambda: link.hover() or page.clock.run_for(400))
    page.mouse.move(0, 0)
    page.keyboard.press("Tab")
    link.evaluate("e => e.focus({focusVisible: true})")
    page.clock.run_for(400)
    assert page.locator(".preview").is_visible()


# A chapter as a notebook


def test_a_chapter_can_be_taken_home(opened):
    page = opened(accept_downloads=True)
    button = page.locator(".take-home button").nth(1)
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename == f"{samples.SECOND}.ipynb"
    notebook = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    codes = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert codes
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in codes)
    assert "zebra" in "".join("".join(cell["source"]) for cell in notebook["cells"])


# Colors by choice


def test_a_reader_chooses_the_colors(opened):
    page = opened("light")
    picture = page.locator("figure:not(:has(.player)) img").first
    light = pixels(picture)
    ground = "getComputedStyle(document.body).backgroundColor"
    select = page.locator(".scheme select")
    select.select_option("dark")
    assert page.evaluate(ground) == "rgb(20, 23, 28)"
    assert is_night_of(pixels(picture), light)
    page.emulate_media(color_scheme="dark")
    select.select_option("light")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    reload_until(page, f"{ground} === 'rgb(255, 255, 255)'")  # the choice is kept
    select.select_option("system")
    assert page.evaluate(ground) == "rgb(20, 23, 28)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


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


@pytest.mark.parametrize(("width", "kind"), [(420, "narrow"), (1400, "frames")])
def test_a_player_shows_the_pictures_of_the_screen_s_width_and_on_paper_its_first(
    opened, width, kind
):
    page = opened(width=width)
    data = json.loads(page.locator(".player script").text_content())
    address = "document.querySelector('.player img').currentSrc"
    wait_until(page, f"{address} !== ''")
    start = page.evaluate(address)
    page.locator(".player input").focus()
    page.keyboard.press("Home")
    wait_until(page, f"{address} === 'data:image/webp;base64,{data[kind][0]}'")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    wait_until(page, f"{address} === {json.dumps(start)}")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    wait_until(page, f"{address} === 'data:image/webp;base64,{data[kind][0]}'")


def test_a_player_moves_by_mouse(opened):
    page = opened()
    slider = page.locator(".player input")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    assert state(page)[:2] == [*FRAMES[4]]
    page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
    assert state(page)[:2] == [*FRAMES[0]]


def test_a_player_plays_to_its_end_and_stops(opened):
    page = opened()
    button = page.locator(".player .play")
    page.locator(".player input").focus()
    page.keyboard.press("End")
    assert button.inner_text() == "Play"
    button.click()
    assert state(page)[:2] == [*FRAMES[0]]  # from the beginning
    assert button.inner_text() == "Pause"
    wait_until(page, "document.querySelector('.play').textContent === 'Play'")
    assert state(page)[:2] == [*FRAMES[4]]
    page.locator(".player input").focus()
    page.keyboard.press("Home")
    button.click()
    button.click()
    assert button.inner_text() == "Play"
    assert state(page)[:2] == [*FRAMES[2]]


def test_a_player_without_script_and_on_paper_is_its_starting_picture(opened):
    page = opened(java_script_enabled=False)
    expect(page.locator(".player img")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".player img")).to_be_visible()
    assert not page.locator(".player .controls").is_visible()


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_axe_finds_no_violation(opened, scheme, width):
    assert browsers.violations(opened(scheme, width, bypass_csp=True)) == []


def test_axe_does_find_a_violation(opened):
    page = opened(bypass_csp=True)
    page.evaluate("document.querySelector('.player img').removeAttribute('alt')")
    assert [name for name, _ in browsers.violations(page)] == ["image-alt"]
