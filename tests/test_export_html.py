"""The HTML file: complete in itself, every formula set, every link and picture in its place."""

import base64
import hashlib
import io
import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import export_samples as samples
import pytest
from bs4 import BeautifulSoup
from colors import contrast
from fontTools.ttLib import TTFont
from nbconvert.exporters import get_exporter
from nbconvert.nbconvertapp import NbConvertApp

from nnlib.export import katex, mathfont, presentation, tighten
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
    assert all(img["src"].startswith("data:image/svg+xml,") for img in soup.select("img"))
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
    assert page.count(' display="block"') == 100
    assert len(page) < 150_000


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
    assert {picture.get("loading") for picture in soup.select("figure img")} == {"lazy"}


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


def test_a_number_keeps_its_percent_sign_on_its_line():
    cell = samples.markdown("Of all, 47.6 % are and 3\\. `5 %` is code. # %\n\n# 9 % *more*")
    soup = BeautifulSoup(one_cell(cell), "html.parser")
    text = soup.select_one(".prose p").get_text()
    assert text == "Of all, 47.6\N{NO-BREAK SPACE}% are and 3. 5 % is code. # %"
    assert soup.find(id="9-%-more")


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
    assert len(soup.select('main math[display="block"]')) == 2


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


def fonts(page):
    """The characters that the fonts of a page hold."""
    data = re.findall(r"url\(data:font/woff;base64,([^)]*)\)", page)
    return [TTFont(io.BytesIO(base64.b64decode(each))).getBestCmap() for each in data]


def test_the_font_holds_the_characters_of_the_formulae_and_no_others():
    (held,) = fonts(one_cell(samples.markdown(r"$x = \mathbf{w}^2$, $\sigma'(\sqrt h)$")))
    assert set(map(chr, held)) - {" ", "\xa0"} == set("𝑥=𝐰2𝜎′(√ℎ)xσh")


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\mathbf{x}\mathbb{R}\mathcal{L}\mathfrak{g}", "𝐱ℝℒ𝔤"),
        (r"\boldsymbol{\theta}\mathbf{12}\mathsf{s}\mathtt{c}", "𝜽𝟏𝟐𝗌𝚌"),
        (r"a\,b", "ab"),
    ],
)
def test_letters_have_the_form_that_is_meant(latex, said):
    math = BeautifulSoup(one_cell(samples.markdown(f"${latex}$")), "html.parser").main.math
    assert not math.select("[mathvariant]:not([mathvariant='normal'])")
    assert "".join(math.semantics.contents[0].get_text().split()) == said


def formula(latex):
    """The elements of a formula, as browsers get it."""
    return ElementTree.fromstring(presentation.page(katex.render(latex, True))[0])[0][0]


@pytest.mark.parametrize(
    ("latex", "forms"),
    [
        ("a - b", [None]),
        ("= -b", [None, "prefix"]),
        ("f(-b)", ["prefix", "prefix", "postfix"]),
        ("(a) - b", ["prefix", "postfix", None]),
        ("a' - b", [None, None]),
        (r"\bigl(a\bigr)^2 - b", ["prefix", "postfix", None]),
    ],
)
def test_a_sign_is_spaced_as_what_it_is(latex, forms):
    assert [each.get("form") for each in formula(latex).iter("mo")] == forms


@pytest.mark.parametrize(
    ("latex", "spaces"),
    [(r"y \log x", 1), (r"-\log x", 0), (r"(\log x)", 0), (r"(a) \log (x)", 1), (r"a\!b", 1)],
)
def test_a_function_stands_apart_from_what_it_multiplies(latex, spaces):
    assert len(list(formula(latex).iter("mspace"))) == spaces


def test_upright_letters_are_boxed():
    cell = samples.markdown(r"$\partial L \sin \Delta_i$")
    math = BeautifulSoup(one_cell(cell), "html.parser").math
    assert [each.get_text() for each in math.select("mpadded > mi")] == ["∂", "Δ"]
    assert [each.get_text() for each in math.select("msub > mpadded")] == ["Δ"]


def test_a_table_of_formulae_is_aligned():
    style = [
        cell.get("style") for cell in formula(r"\begin{aligned}a&=b\\&=c\end{aligned}").iter("mtd")
    ]
    assert [text.split(";")[0] for text in style] == ["text-align:right", "text-align:left"] * 2
    lines = formula(r"\begin{array}{l|r}1&2\\\hline 3&4\end{array}").iter("mtd")
    assert ["border-right" in cell.get("style") for cell in lines] == [True, False] * 2


def test_a_comma_stays_with_its_formula():
    cell = samples.markdown("The rows ($X$), and $y$.\n\n$$a = b$$\n\nWith $n$ and $m$, all.")
    soup = BeautifulSoup(one_cell(cell), "html.parser")
    for annotation in soup.main("annotation"):
        annotation.extract()
    assert [each.get_text() for each in soup.main.select(".held")] == ["(X),", "y.", "m,"]


def test_only_a_long_formula_in_a_line_gets_a_box_to_scroll_in():
    long = "a + b + c + d + e + f + g + h + i + j + k + l"
    soup = BeautifulSoup(one_cell(samples.markdown(f"With $a+b$, ${long}$ is.")), "html.parser")
    (box,) = soup.main.select(".held.long")
    assert box.annotation.string == long
    assert box["tabindex"] == "0"


def test_the_number_of_an_equation_stands_beside_it():
    soup = BeautifulSoup(one_cell(samples.markdown(r"$$a = b \tag{1.1}$$")), "html.parser")
    (box,) = soup.select(".equation")
    assert box.select_one(".formula#equation-1-1 math").semantics.contents[0].get_text() == "a=b"
    assert box.select_one(".number").get_text() == "(1.1)"


def test_the_vendored_katex_and_font_are_complete():
    folder = Path(katex.FOLDER)
    version = re.search(r"KaTeX ([\d.]+)", (folder / "VERSION").read_text(encoding="utf-8"))[1]
    assert version in (folder / "katex.min.js").read_text(encoding="utf-8")
    assert "Khan Academy" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert "GUST Font License" in (mathfont.FILE.parent / "LICENSE").read_text(encoding="utf-8")
    held = TTFont(io.BytesIO(mathfont.FILE.read_bytes()))
    assert {chr(code) for code in held.getBestCmap()} >= set("aZ𝑎𝒁ℝ∂∑∏∫√≤⊗∘∇′ˆ⏞⏟‖…αΩ𝛼𝛺")
    assert held["MATH"].table.MathVariants.VertGlyphConstruction


# Figures and outputs


def test_a_figure_has_picture_text_number_and_caption(soup):
    figure = soup.find("figure", id="figure-1-1")
    assert figure.img["src"] == tighten.address(samples.SVG.encode())
    assert figure.img["alt"] == samples.ALT
    assert (figure.img["width"], figure.img["height"]) == ("480", "192")
    assert re.match(r"\s*Figure 1\.1\. The curve", figure.figcaption.get_text())
    assert figure.figcaption.select(".katex")
    assert figure.figcaption.code.string == "plot"


def test_a_narrow_screen_has_a_drawing_of_its_own():
    output = samples.figure()
    output.metadata["image/svg+xml"]["narrow"] = samples.SVG.replace("360", "200")
    soup = BeautifulSoup(one_cell(samples.code("figure", output)), "html.parser")
    source = soup.select_one("picture > source + img").find_previous_sibling("source")
    assert "(max-width: 40rem)" in source["media"]
    assert " " not in source["srcset"]
    assert unquote(source["srcset"]) == unquote(
        tighten.address(samples.SVG.replace("360", "200").encode())
    )
    assert source["width"] != soup.img["width"]


def test_a_player_has_a_drawing_for_narrow_screens_of_its_own():
    output = samples.player()[0]
    soup = BeautifulSoup(one_cell(samples.code("Explorer(…)", output)), "html.parser")
    (source,) = soup.select(".player > picture > source")
    assert unquote(source["srcset"]) == unquote(
        tighten.address(output.metadata["image/svg+xml"]["narrow"].encode())
    )
    assert source.find_next_sibling(True).name == "img"
    assert soup.img["alt"] == samples.ALT


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


def test_code_is_unchanged_and_its_colors_are_told_beside_it(single):
    code = BeautifulSoup(single, "html.parser").select(".cell pre.code > code")
    sources = [c.source for c in samples.first_chapter().cells if c.cell_type == "code"]
    assert [pre.get_text() for pre in code] == sources
    assert not any(pre.find(True) for pre in code)
    parts = [colored_parts(pre) for pre in code]
    assert ("k", "for") in [(letter, text.strip()) for letter, text in parts[1]]
    assert all("".join(text for _, text in found) == source
               for found, source in zip(parts, sources, strict=True) if found)  # fmt: skip
    assert "In [" not in single


def colored_parts(code):
    """What the page's script colors: letters and texts."""
    units, at, parts = code.get_text().encode("utf-16-le"), 0, []
    for letter, size in re.findall(r"(\D)(\d+)", code.get("data-colors", "")):
        parts.append((letter, units[2 * at : 2 * (at + int(size))].decode("utf-16-le")))
        at += int(size)
    return parts


def test_colors_are_of_what_they_name():
    source = "𝑥 = 'é𝜃'  # 𝜃\n\n@cache\ndef f(z):\n    return len(z) + 1.5 if z else not None\n"
    code = BeautifulSoup(one_cell(samples.code(source)), "html.parser").select_one("code")
    found = dict.fromkeys("sckfbn", "")
    for letter, text in colored_parts(code):
        if letter != " ":
            found[letter] += " ".join(text.split()) + " "
    assert found == {
        "s": "'é𝜃' ",
        "c": "# 𝜃 ",
        "f": "@cache f ",
        "k": "def return if else not None ",
        "b": "len ",
        "n": "1.5 ",
    }


def test_code_that_only_shows_is_folded():
    show = 'figures.show(fig, number="1.1", caption="c", alt="a")'
    cell = samples.code(show, samples.figure())
    soup = BeautifulSoup(one_cell(cell), "html.parser")
    assert soup.select_one("details.fold > pre.code").get_text().startswith("figures.show(")
    assert not soup.select_one("details.fold").has_attr("open")
    assert soup.select_one("details.fold").find_next_sibling(class_="outputs").figure
    cell = samples.code("print(1)\n" + show, samples.figure())
    assert not BeautifulSoup(one_cell(cell), "html.parser").select("details.fold")


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


def test_the_font_in_the_page_tells_no_time_of_its_making():
    """Two builds of one commit give the same bytes."""
    kept, made = (
        TTFont(io.BytesIO(data))["head"].modified
        for data in (mathfont.FILE.read_bytes(), mathfont.woff("abc"))
    )
    assert made == kept
