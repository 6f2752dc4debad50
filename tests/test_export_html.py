"""The HTML file: complete in itself, every formula set, every link and picture in its place."""

import base64
import hashlib
import re
from itertools import pairwise
from pathlib import Path

import export_samples as samples
import pytest
from bs4 import BeautifulSoup
from colors import contrast
from nbconvert.exporters import get_exporter
from nbconvert.nbconvertapp import NbConvertApp

from nnlib.export import katex
from nnlib.export.html import TEMPLATES
from nnlib.export.merge import SUBTITLE, TITLE, merge


def export(notebook):
    return get_exporter("nnlib-html")().from_notebook_node(notebook)[0]


def one_cell(cell):
    return export(samples.notebook(samples.markdown("# 1. One"), cell))


@pytest.fixture(scope="module")
def merged():
    parts = {samples.FIRST: samples.first_chapter(), samples.SECOND: samples.second_chapter()}
    return export(merge(parts))


@pytest.fixture(scope="module")
def single():
    return export(samples.first_chapter())


@pytest.fixture(scope="module", params=["merged", "single"])
def page(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def soup(page):
    return BeautifulSoup(page, "html.parser")


def text_of(soup):
    """The text that a reader sees, without formulae and code."""
    copy = BeautifulSoup(str(soup.main), "html.parser")
    for element in copy.select(".katex, code, pre"):
        element.decompose()
    return copy.get_text()


# One file


def test_nothing_is_fetched(page, soup):
    assert not soup.select("link:not([href^='data:']), iframe, object, embed, script[src]")
    assert all(img["src"].startswith("data:image/svg+xml;base64,") for img in soup.select("img"))
    styles = "".join(style.string or "" for style in soup.select("style"))
    assert "@import" not in styles
    places = re.findall(r'url\("?(#?\w+)', styles)
    assert set(places) == {"data", "#night"}
    assert not re.search(r"(src|srcset|poster|action)=.https?:", page)


def test_the_policy_allows_the_one_script_by_its_hash(soup):
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    (script,) = soup.select("script")
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == f"'sha256-{digest}'"
    assert rules["img-src"] == rules["font-src"] == "data:"
    assert soup.head.find("meta", {"http-equiv": True}).find_previous("style") is None


def test_the_same_notebook_gives_the_same_bytes(single):
    assert export(samples.first_chapter()) == single


def test_a_hundred_formulae_stay_small():
    formulas = [rf"$$\delta_{{{k}}} = \frac{{1}}{{{k}}} \sum_i x_i^{k}$$" for k in range(1, 101)]
    page = one_cell(samples.markdown("\n\n".join(formulas)))
    assert page.count('class="katex-display"') == 100
    assert len(page) < 600_000


def test_it_works_from_plain_nbconvert(tmp_path, single):
    path, _ = samples.write_chapters(tmp_path)
    app = NbConvertApp()
    app.initialize(["--to", "nnlib-html", str(path)])
    app.start()
    assert path.with_suffix(".html").read_text(encoding="utf-8") == single


# Structure


def test_the_head_and_the_landmarks(soup):
    assert soup.html["lang"] == "en"
    assert len(soup.select("main")) == 1
    assert soup.select_one("a.skip")["href"] == "#" + soup.main["id"]
    assert all(nav["aria-label"] for nav in soup.select("nav"))
    assert soup.title.string in (TITLE, "1. The first chapter")


def test_the_title_block(merged, single):
    soup = BeautifulSoup(merged, "html.parser")
    assert soup.h1.get_text() == TITLE
    assert soup.select_one("header.title p").get_text() == SUBTITLE
    assert BeautifulSoup(single, "html.parser").h1.get_text() == "1. The first chapter"


def test_headings_leave_out_no_level(soup):
    levels = [int(heading.name[1]) for heading in soup.find_all(re.compile(r"^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))


def test_ids_are_unique_and_links_inside_resolve(soup):
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(set(ids)) == len(ids)
    assert not any(re.search(r"\s", name) for name in ids)
    inside = [a["href"] for a in soup.select("a[href^='#']")]
    assert inside
    for href in inside:
        assert unquoted(href[1:]) in ids


def unquoted(href):
    return re.sub("%(..)", lambda match: chr(int(match[1], 16)), href)


def test_elements_stand_where_html_allows_them(soup):
    assert not soup.select("p p, p div, p pre, p table, p figure, p ul, a a, pre pre")
    assert not soup.select("[loading]")


def test_the_contents_name_every_chapter_and_section(merged):
    soup = BeautifulSoup(merged, "html.parser")
    for nav in soup.select("nav"):
        assert [a.get_text() for a in nav.select("a")] == [
            "1. The first chapter", "What follows", "In short",
            "2. The second chapter", "In short",
        ]  # fmt: skip


def test_links_between_chapters(merged, single):
    def hrefs(page):
        links = BeautifulSoup(page, "html.parser").main.select("a:not(.permalink)")
        return {a.get_text(): a["href"] for a in links}

    inside = hrefs(merged)
    assert inside["chapter 2"] == f"#{samples.SECOND}"
    assert inside["its end"] == f"#{samples.SECOND}:In-short"
    assert inside["a section below"] == f"#{samples.FIRST}:What-follows"
    assert inside["chapter 7"] == "07_later.html"
    alone = hrefs(single)
    assert alone["its end"] == f"{samples.SECOND}.html#In-short"
    assert alone["a section below"] == "#What-follows"


def test_a_link_that_leads_nowhere_is_refused():
    with pytest.raises(ValueError, match="Nowhere"):
        one_cell(samples.markdown("See [there](#Nowhere)."))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('It answers "class 1", *"yes"* and ("no").', "It answers “class 1”, “yes” and (“no”)."),
        ('"Python\'s" `x["a"]` is `f`\'s.', '“Python’s” x["a"] is f’s.'),
        ('"*all*" of $x$\'s', "“all” of 0’s"),
    ],
)
def test_quotation_marks_are_curly_but_not_in_code(source, text):
    soup = BeautifulSoup(one_cell(samples.markdown(source)), "html.parser")
    for formula in soup.select(".katex"):
        formula.replace_with("0")
    assert soup.select_one(".prose p").get_text() == text


def test_anchors_are_jupyters_even_with_quotation_marks():
    soup = BeautifulSoup(one_cell(samples.markdown('## The "map"')), "html.parser")
    assert soup.h2["id"] == 'The-"map"'
    assert soup.h2.get_text() == "The “map”"
    assert soup.select("nav a")[1].get_text() == "The “map”"


# Formulae


def test_every_formula_is_set(soup):
    assert "$" not in text_of(soup)
    assert soup.select(".katex annotation")[0].get_text() == r"\sigma(x) = 1 / (1 + e^{-x})"
    places = [".prose p", "li", "figcaption", "th", ".outputs .prose", "nav, h3, h4"]
    for place in places:
        assert any(element.select(".katex") for element in soup.select(place)), place


def test_formulae_are_counted(single):
    soup = BeautifulSoup(single, "html.parser")
    # σ, σ′, δ, aligned, the caption's, the table's, the text/latex output's, the heading's.
    assert len(soup.select("main .katex")) == 8
    assert len(soup.select("main .katex-display")) == 2


BAD = r"\sigmoid(x)"


@pytest.mark.parametrize(
    "cell",
    [
        samples.markdown(f"Text with ${BAD}$."),
        samples.markdown(f"$$\n{BAD}\n$$"),
        samples.markdown(f"## Heading with ${BAD}$"),
        samples.code("table", samples.table(f"| ${BAD}$ |\n|---|\n| 1 |")),
        samples.code("figure", samples.figure(caption=f"A curve ${BAD}$.")),
        samples.code("latex", samples.result("x", **{"text/latex": f"$${BAD}$$"})),
    ],
    ids=["inline", "display", "heading", "table", "caption", "latex"],
)
def test_wrong_latex_is_refused_by_name(cell):
    with pytest.raises(ValueError, match=re.escape(BAD) + r".*Undefined control sequence"):
        one_cell(cell)


def test_the_error_names_the_chapter():
    chapter = samples.second_chapter()
    chapter.cells[-1].source += f"\n\n${BAD}$"
    parts = {samples.FIRST: samples.first_chapter(), samples.SECOND: chapter}
    with pytest.raises(
        ValueError, match=rf"{samples.SECOND}, cell 02-cell-2 \(## In short\): the formula"
    ):
        export(merge(parts))


@pytest.mark.parametrize("text", ["a = $x + 1 and more", "$$\nx = 1\n\ny = 2", "It is $$x = 1$."])
def test_a_lonely_dollar_is_refused(text):
    with pytest.raises(ValueError, match=r"dollar|cannot be shown"):
        one_cell(samples.markdown(text))


@pytest.mark.parametrize("latex", [r"\href{https://example.org}{x}", r"\frac{1", "x % y", r"\foo"])
def test_katex_refuses(latex):
    with pytest.raises(katex.FormulaError, match=re.escape(latex)):
        katex.render(latex)


def test_a_page_without_formulae_holds_no_fonts():
    assert "@font-face" not in one_cell(samples.markdown("Plain."))


def test_only_the_fonts_in_use_are_embedded():
    page = one_cell(samples.markdown("$x = 1$"))
    fonts = re.findall(r"@font-face\{[^}]*?font-family:(KaTeX_\w+);", page)
    assert set(fonts) == {"KaTeX_Main", "KaTeX_Math"}


# Figures and outputs


def test_a_figure_has_picture_text_number_and_caption(soup):
    figure = soup.find("figure", id="figure-1-1")
    data = figure.img["src"].removeprefix("data:image/svg+xml;base64,")
    assert base64.b64decode(data).decode() == samples.SVG
    assert figure.img["alt"] == samples.ALT
    assert (figure.img["width"], figure.img["height"]) == ("480", "192")
    assert re.match(r"\s*Figure 1\.1\. The curve", figure.figcaption.get_text())
    assert figure.figcaption.select(".katex")
    assert figure.figcaption.code.string == "plot"


def test_the_caption_for_jupyter_is_dropped(soup):
    assert soup.get_text().count("Figure 1.1.") == 1


@pytest.mark.parametrize("missing", ["number", "caption", "alt"])
def test_an_incomplete_figure_is_refused(missing):
    with pytest.raises(ValueError, match=f"must have '{missing}'"):
        one_cell(samples.code("figure", samples.figure(**{missing: ""})))


def test_a_picture_in_the_text_is_refused():
    with pytest.raises(ValueError, match=r"pic\.png"):
        one_cell(samples.markdown("![a picture](pic.png)"))


def test_a_bitmap_is_refused():
    output = samples.result("<Figure>", **{"image/png": "iVBORw0KGgo="})
    with pytest.raises(ValueError, match="image/png"):
        one_cell(samples.code("figure", output))


def test_outputs_follow_their_cell(single):
    cells = BeautifulSoup(single, "html.parser").select(".cell")
    printed = cells[1].select(".outputs > pre")
    assert [pre.get_text() for pre in printed] == ["0\n1"]
    assert [td.get_text() for td in cells[2].select("td")] == ["0", "0.5", "1", "0.7311"]
    assert cells[3].select_one(".outputs pre").get_text() == "2"
    error = cells[5].select_one(".outputs pre")
    assert error.get_text() == "ValueError: lr must be positive, not -1"


def test_the_empty_corner_of_a_table_is_no_header():
    page = one_cell(samples.markdown("| | a |\n|---|---:|\n| b | 1 |"))
    soup = BeautifulSoup(page, "html.parser")
    assert [cell.name for cell in soup.select("thead tr > *")] == ["td", "th"]
    assert soup.th["style"] == "text-align:right"


def test_code_is_highlighted_and_unchanged(single):
    code = BeautifulSoup(single, "html.parser").select(".cell > pre.code")
    sources = [c.source for c in samples.first_chapter().cells if c.cell_type == "code"]
    assert [pre.get_text() for pre in code] == sources
    assert code[1].select("span.k")[0].get_text() == "for"
    assert "In [" not in single


def test_wide_things_can_be_scrolled_by_keyboard(soup):
    for box in soup.select("pre, .formula, .table"):
        assert box["tabindex"] == "0"
        assert box["role"] == "group"
        assert box["aria-label"]
    assert all(table.parent["class"] == ["table"] for table in soup.select("table"))


# Colors


def test_every_text_color_is_readable_in_light_and_dark():
    css = (TEMPLATES / "nnlib-html" / "style.css").read_text(encoding="utf-8")
    themes = re.findall(r":root \{([^}]*--paper[^}]*)\}", css)
    assert len(themes) == 2
    for theme in themes:
        colors = dict(re.findall(r"--(\w+): (#\w{6});", theme))
        grounds = [colors.pop(name) for name in ("paper", "panel", "mark")]
        del colors["line"]
        assert len(colors) == 10
        for name, color in colors.items():
            for ground in grounds if name in ("ink", "soft") else grounds[:2]:
                assert contrast(color, ground) >= 4.5, (name, color, ground)


def test_the_vendored_katex_is_complete():
    folder = Path(katex.FOLDER)
    css = (folder / "katex.min.css").read_text(encoding="utf-8")
    assert all((folder / name).is_file() for name in re.findall(r"fonts/[\w-]+\.woff2", css))
    version = re.search(r"KaTeX ([\d.]+)", (folder / "VERSION").read_text(encoding="utf-8"))[1]
    assert version in (folder / "katex.min.js").read_text(encoding="utf-8")
    assert "Khan Academy" in (folder / "LICENSE").read_text(encoding="utf-8")
