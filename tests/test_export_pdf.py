"""The PDF exporter: what stands on the pages, what stops the build, the same bytes twice."""

import io
import logging
import re
import subprocess
import sys

import nbformat
import numpy as np
import pypdf
import pytest
import typst
from export_samples import (
    ALT,
    FIRST,
    SECOND,
    SVG,
    caption,
    code,
    error,
    figure,
    first_chapter,
    markdown,
    notebook,
    result,
    second_chapter,
    stdout,
    table,
    write_chapters,
)
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_output
from PIL import Image

from nnlib.export.merge import SUBTITLE, TITLE, merge
from nnlib.export.pdf import PDFReport

# Every construct the chapters may use; each is set on a line of its own and within a line.
FORMULAS = r"""
\odot \otimes \ominus \oplus \cap \cup \bigcap \bigodot \bigotimes \sqcap \setminus
\begin{vmatrix} a & b\\ c & d \end{vmatrix} \begin{Vmatrix} a & b\\ c & d \end{Vmatrix}
\begin{pmatrix} a & b\\ c & d \end{pmatrix} \begin{bmatrix} a & b\\ c & d \end{bmatrix}^\top
\operatorname*{argmin}_w L(w) \argmax_x f \operatorname{ReLU}(z) \operatorname{diag}(a) \arg\min_x
\mathbb{R}^{n \times d_{l-1}} \mathcal{N}(0, 1) \boldsymbol{\theta} \mathbf{W} \mathrm{d}x
\hat{y} \dot{x} \bar{x} \tilde{x} \vec{x} \widehat{xy} \overline{xy} \underline{x} \mathsf{T}
\underbrace{a + b}_{\text{two terms}} \overbrace{x + y}^{n}
\lVert x \rVert_2 \|x\| \lvert x \rvert |x| \left|\frac{x}{2}\right| \left\|x\right\| p(y \mid x)
\ldots \cdots \ddots \vdots \top W^\top x^{\mathsf T} f'(x) f'' \partial \nabla
\sum_{i=1}^n \prod_i \int_0^1 \lim_{n\to\infty} \max_{x} \log \exp \tanh \ln
\dfrac{\partial L}{\partial \hat y} \dfrac12 \tfrac12 \frac12 \frac{a}{b} \binom{n}{k} \sqrt[3]{x}
\begin{cases} z & \text{if } z > 0, \\ 0 & \text{otherwise} \end{cases}
\begin{aligned} a &= b + c && \text{because } x \\ &= d \\[4pt] e &= f \end{aligned}
\begin{align} a &= b \\ c &= d \end{align}
x = y \tag{1.2}
\Big(\frac{a}{b}\Big) \bigl[x\bigr] \frac{dL}{dw}\Big|_{w=0} \left( \frac ab \right)
\Big\{ x \Big\} \Big\| x \Big\| \Bigl\langle x \Bigr\rangle \big/ \bigg[ x \bigg]
\to \mapsto \implies \iff \Rightarrow \leftarrow \approx \sim \propto \equiv \ne \le \ge \ll \gg
\underset{w}{\min} \overset{!}{=} \stackrel{\text{def}}{=} \xrightarrow{f} \boxed{x} \pm \times
x \quad y \qquad z \, a \; b \! c \: d \ e ~ f \{ \} \% \_ \# \& 1{,}000
\forall \exists \in \notin \subset \infty \emptyset \lfloor x \rfloor \lceil x \rceil
\varepsilon \epsilon \phi \varphi \ell \Delta \delta_l \eta \mu \sigma \Sigma \lambda \circ \star
\left. x \right|_0 \begin{array}{l|r} a & b \\ \hline c & d \end{array} \textcolor{red}{x}
x = \begin{aligned} a &= b \\ c &= d \end{aligned} \cancel{x} \substack{a \\ b} \coloneqq \S
f = \begin{cases} a \\ b \end{cases} \left[\begin{matrix} 1 & x \end{matrix}\right]
a \bmod b \text{a "quoted" (word)} \textbf{bold} \textit{it} \neg \land \lor
ŷ − y = ∂L/∂Z ≤ ε × 2 → δ ∘ f′ ⊗ I
""".strip().split("\n")

CHARACTERS = (
    "ŷ â σ ′ ∂ δ η μ ε α β γ λ θ Σ Π Δ ≤ ≥ ≠ ≈ → ← ↔ − × ± ∘ ⊗ ⊙ · … ✓ ✗ "
    "ᵀ ₀₁₂₃ ⁰¹²³ ⁻⁹ √ ∞ ∈ ∑ ∇ ½ – — “”"
)
BOXES = "┌─┬┐│├┼┤└┴┘═║ ▏▎▍▌▋▊▉█ ░▒▓ •"


def export(nb):
    return PDFReport().from_notebook_node(nb)[0]


def read(nb):
    return pypdf.PdfReader(io.BytesIO(export(nb)))


def texts(reader):
    return [page.extract_text() for page in reader.pages]


def text_of(*cells):
    """The text of the PDF of a chapter with these cells."""
    return "\n".join(texts(read(notebook(markdown("# 1. A title"), *cells))))


def refusal(*cells):
    """The message with which a chapter of these cells is refused."""
    with pytest.raises(ValueError, match=r"\S") as caught:
        export(notebook(markdown("# 1. A title"), *cells))
    return str(caught.value)


def margins(*cells):
    """The darkest pixel to the right of the text on any page, from 0 (black) to 255."""

    class Drawn(PDFReport):
        def typeset(self, source, folder):
            pages = typst.compile(
                source.encode(), root=folder, format="png", ppi=72, ignore_system_fonts=True
            )
            return pages, []

    pages, _ = Drawn().from_notebook_node(notebook(markdown("# 1. A title"), *cells))
    pages = pages if isinstance(pages, list) else [pages]
    images = [np.asarray(Image.open(io.BytesIO(page)).convert("L")) for page in pages]
    # The text is 442 of 595 pt wide; punctuation may hang out of it by a little.
    return min(image[:, 524:].min() for image in images)


def tagged(reader, kind):
    """The elements of that kind in the tree of tags."""

    def walk(element):
        element = element.get_object()
        if isinstance(element, pypdf.generic.ArrayObject):
            for child in element:
                yield from walk(child)
        elif isinstance(element, pypdf.generic.DictionaryObject):
            if element.get("/S") == kind:
                yield element
            if "/K" in element:
                yield from walk(element["/K"])

    return list(walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"]))


def links(reader):
    """The targets of all links: addresses, or None for places in the PDF."""
    annotations = [note.get_object() for page in reader.pages for note in page.get("/Annots", ())]
    return [note.get("/A", {}).get("/URI") for note in annotations]


@pytest.fixture(scope="module")
def merged():
    return read(merge({FIRST: first_chapter(), SECOND: second_chapter()}))


@pytest.fixture(scope="module")
def single():
    return read(first_chapter())


# The report as a whole --------------------------------------------------------------------------


def test_title_page_contents_and_chapters_one_after_the_other(merged):
    title, contents, *pages = texts(merged)
    assert TITLE in " ".join(title.split())
    assert SUBTITLE in " ".join(title.split())
    assert contents.startswith("Contents")
    text = "\n".join(pages)
    for heading in ("1. The first chapter", "2. The second chapter"):
        number = next(n for n, page in enumerate(pages, start=3) if heading in page)
        assert re.search(rf"{re.escape(heading)}\W*{number}\b", contents)
    assert text.index("1. The first chapter") < text.index("2. The second chapter")
    assert re.search(r"What follows[\s.]*3\b", contents)


def test_outline_running_header_and_page_numbers(merged):
    titles = [entry.title for entry in merged.outline if not isinstance(entry, list)]
    assert titles[-2:] == ["1. The first chapter", "2. The second chapter"]
    _, _, *pages = texts(merged)
    assert not pages[0].startswith("Contents")
    assert pages[1].startswith("1. The first chapter\n"), "the running header"
    assert [page.split()[-1] for page in pages] == [str(n + 3) for n in range(len(pages))]
    assert merged.metadata.title == TITLE


def test_a_single_chapter_has_neither_title_page_nor_contents(single):
    first = texts(single)[0]
    assert first.startswith("1. The first chapter")
    assert "Contents" not in first
    assert single.metadata.title == "1. The first chapter"


def test_nbconvert_finds_the_exporter(tmp_path):
    path, _ = write_chapters(tmp_path)
    command = [sys.executable, "-m", "nbconvert", "--to", "nnlib-pdf", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    assert path.with_suffix(".pdf").read_bytes() == export(nbformat.read(path, 4))
    assert get_exporter("nnlib-pdf") is PDFReport


def test_same_bytes_twice_and_no_warning(caplog):
    nb = merge({FIRST: first_chapter(), SECOND: second_chapter()})
    exporter = PDFReport()
    exporter.log = logging.getLogger("test")
    assert exporter.from_notebook_node(nb)[0] == exporter.from_notebook_node(nb)[0]
    assert caplog.records == []


# Cells and outputs ------------------------------------------------------------------------------


def test_figures_have_alt_text_and_one_caption(merged):
    figures = tagged(merged, "/Figure")
    assert [element["/Alt"] for element in figures] == [ALT, ALT]
    text = "\n".join(texts(merged))
    assert text.count("Figure 1.1.") == 1, "the output with the role of a caption is dropped"
    assert text.count("Figure 2.1.") == 1
    for page in merged.pages:
        assert not page.images, "a figure stays a drawing"


def test_outputs_of_all_kinds(single):
    text = "\n".join(texts(single))
    assert "0\n1\n" in text
    assert "0.7311" in text
    assert "ValueError: lr must be positive, not -1" in text
    assert "In [" not in text
    assert "\\frac" not in text
    assert len(tagged(single, "/Table")) == 1
    assert len(tagged(single, "/TH")) == 2
    alts = [element["/Alt"] for element in tagged(single, "/Formula")]
    assert "\\frac{1}{2}" in alts


def test_every_cell_is_read_by_itself():
    text = text_of(
        markdown("A fence that is not closed:\n\n```\ninside"),
        markdown("*Emphasis and ::: and <!-- a comment."),
        code('fence = "````"', stdout("```\nprinted\n")),
        markdown("1. one\n\n    - nested"),
    )
    assert "inside" in text
    assert "Emphasis and ::: and" in text
    assert '"````"' in text
    assert "printed" in text
    assert "nested" in text


def test_lists_are_numbered_as_a_browser_numbers_them():
    text = text_of(
        markdown(
            "<ol type='A' start='2'><li>one</li><li value='26'>two</li></ol><ol reversed>"
            "<li>three</li><li>four</li></ol><ol type='i'><li>five<ol><li>six</li></ol></li></ol>"
            "\n\n7. seven\n8. eight\n\n<ol start='-x'><li value=''>nine</li></ol>"
        )
    )
    for item in ("B. one", "Z. two", "2. three", "1. four", "i. five", "1. six", "7. seven",
                 "8. eight", "1. nine"):  # fmt: skip
        assert item in text


def test_text_that_typst_would_take_for_markup():
    text = text_of(
        markdown("#heading @ref $x$[1] $x$(2) /* no */ // no `a_b*c` <tag\\> ~ 2^10, a_b_c \\*"),
        code("t", table("| a | b |\n|---|---|\n| 1. x | - y |\n| + z | = w |\n")),
    )
    for piece in ("#heading", "@ref", "[1]", "(2)", "a_b*c", "<tag>", "2^10", "a_b_c", "1. x"):
        assert piece in text
    assert len(re.findall("[-+=] [yzw]", text.replace("−", "-"))) == 3


def test_words_of_a_link_in_a_table_stand_on_several_lines():
    """Their table is as wide as the page, where the link as one word would stop the build."""
    heading = " ".join(["word"] * 60)
    row = f"| [{heading}](#{heading.replace(' ', '-')}) | " + " | ".join(["number"] * 5) + " |\n"
    head = "| a | b | c | d | e | f |\n|---|---|---|---|---|---|\n"
    text = text_of(markdown(f"## {heading}"), code("t", table(head + row)))
    assert text.count("word") >= 120


def test_quotation_marks_are_curly_in_text_and_straight_in_code():
    text = text_of(markdown('It\'s "so" and `"code"`'), code('x = "y"'))
    assert "It’s “so”" in text
    assert '"code"' in text
    assert 'x = "y"' in text


def test_characters_of_text_and_code_all_have_glyphs():
    text = text_of(
        markdown(f"Text {CHARACTERS}"),
        code(f"# Code {CHARACTERS} {BOXES}", stdout(f"{CHARACTERS}\n{BOXES}\n")),
    )
    assert set(text) >= set(CHARACTERS + BOXES) - set(" \n")


# Formulae ---------------------------------------------------------------------------------------


def test_formulae_all_convert():
    lines = ("align", "tag")
    sources = [
        f"$${formula}$$" + ("" if any(word in formula for word in lines) else f" and ${formula}$")
        for formula in FORMULAS
    ]
    reader = read(notebook(markdown("# 1. Formulae\n\n" + "\n\n".join(sources))))
    alts = [element["/Alt"] for element in tagged(reader, "/Formula")]
    assert {alt.strip() for alt in alts} == set(FORMULAS)
    text = "".join(texts(reader))
    assert not re.search("chevron|parallel|dfrac|bar|sect|thick|quad|limits", text)
    assert "(1.2)" in text
    assert "1,000" in text


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (r"Text $\sigma(x) + \foo{x}$.", r"\foo{x}"),
        (r"$$\frac{1}{$$", r"\frac{1}{"),
        (r"$\dfrac{a$", r"\dfrac{a"),
        ("$$a = b", "dollar"),
        ("a lone $ sign", "dollar"),
    ],
)
def test_formulae_that_are_refused_are_named(source, named):
    assert named in refusal(markdown(source))


def test_all_wrong_formulae_are_named_at_once_with_their_cells():
    message = refusal(markdown("$\\foo$"), markdown("and $\\bar$ and $\\baz x$"))
    assert "cell cell-1 ($\\foo$): " in message
    assert "cell cell-2 (and $\\bar$ and $\\baz x$): " in message
    assert "\\foo" in message
    assert "\\baz x" in message


# What stops the build ---------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["number", "caption", "alt"])
@pytest.mark.parametrize("value", [None, " "])
def test_a_figure_without_its_metadata_is_refused(key, value):
    output = figure("4.2")
    output.metadata["image/svg+xml"][key] = value
    assert repr(key) in refusal(code("plot()", output))


def test_other_figures_that_are_refused():
    assert "two figures" in refusal(code("a", figure()), code("b", figure()))
    assert "holds no <svg>" in refusal(code("a", figure(svg="<p/>")))
    for told in ("width='0'", "width='5' height='0'", "width='1.2.3'", "viewBox='0 0 9'"):
        assert "an SVG has no size" in refusal(code("a", figure(svg=f"<svg {told}></svg>")))
    png = new_output("display_data", data={"image/png": "iVBORw0KGgo=", "text/plain": "x"})
    assert "image/png" in refusal(code("a", png))


@pytest.mark.parametrize(
    "cell",
    [
        markdown("Text 𓀀 text"),
        markdown("$x_𓀀$"),
        code("x = '𓀀'"),
        code("x", stdout("𓀀")),
        code("x", figure(caption="Caption 𓀀")),
    ],
)
def test_a_character_without_a_glyph_is_refused_with_its_cell(cell):
    assert "cell cell-1 (" in refusal(cell)
    assert "no font has the character '𓀀'" in refusal(cell)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("[there](#Nowhere)", "(#Nowhere) leads nowhere"),
        ("a <blink>bold</blink> word", "<blink>"),
        ("<iframe src='x'></iframe>", "<iframe>"),
        ("![picture](x.png)", "x.png"),
    ],
)
def test_markdown_that_is_refused(source, named):
    assert named in refusal(markdown(source))


# Links ------------------------------------------------------------------------------------------


def test_links_lead_to_places_in_the_report(merged):
    targets = links(merged)
    assert targets.count("https://example.org/") == 1
    # 6 in the contents; 3 + 1 in the first chapter, 2 in the second.
    assert targets.count(None) >= 11
    assert not [target for target in targets if target and "ipynb" in target]


def test_links_of_a_single_chapter(single):
    targets = links(single)
    # Those to the second chapter are plain text.
    assert sorted(targets, key=str) == [None, None, "https://example.org/"]
    assert "chapter 2" in " ".join(texts(single)[0].split())


def test_links_to_figures_and_headings_with_formulae():
    reader = read(
        notebook(
            markdown("# 1. Title\n\n[a](#figure-1-1) [b](#The-$x^2$-of-f) [c](#What's-(new))"),
            code("plot()", figure(), caption()),
            markdown("## The $x^2$ of `f`\n\n## What's (new)"),
        )
    )
    assert links(reader) == [None] * 3


# Nothing runs off the page ----------------------------------------------------------------------


def test_79_columns_of_code_stand_on_one_line():
    line = "x = " + "_123456789" * 7 + "_123"
    assert len(line) == 78
    lines = text_of(code(f"{line}5\n{'y' * 100}\n")).split("\n")
    assert f"{line}5" in lines
    assert "y" * 100 not in lines, "a longer line wraps"


def test_nothing_stands_in_the_margin():
    large = SVG.replace("360pt", "900pt").replace("144pt", "360pt")
    letters = " & ".join("abcdefghijklmnopqrstuvw")
    name = "Text `" + "network_of_layers.weights_and_biases." * 4 + "end` "
    wide_row = "| " + " | ".join(f"{n * 1234.567:.2f}" for n in range(13)) + " |\n"
    long_words = "| `a_long_name_of_something` and more of it |" * 4
    darkest = margins(
        code("x = '" + "long " * 40 + "'\ny = '" + "z" * 300 + "'", stdout("0.123 " * 40)),
        code("x", result("a" * 400)),
        markdown("$$" + " + ".join(f"\\frac{{a_{n}}}{{b_{n}}}" for n in range(24)) + "$$"),
        markdown(f"$$\\begin{{pmatrix}} {letters} \\end{{pmatrix}}$$"),
        markdown(wide_row + "|" + "--:|" * 13 + "\n" + wide_row),
        markdown(long_words.replace("||", "|") + "\n|" + "---|" * 4 + "\n"),
        markdown(name * 3),
        code("plot()", figure(svg=large), caption()),
    )
    assert darkest == 255


def test_the_margin_test_sees_what_runs_off():
    assert margins(markdown("1234" * 60)) < 255


def test_a_heading_moves_with_the_text_below_it():
    for lines in range(30, 34):
        filler = markdown("\n\n".join(["One line."] * lines))
        pages = texts(read(notebook(markdown("# 1. T"), filler, markdown("## Head\n\nA\n\nB"))))
        assert not re.search(r"Head\s+\d+$", pages[0])


def test_a_formula_moves_with_the_text_that_leads_to_it():
    tall = r"\begin{pmatrix} a \\ b \\ c \\ d \end{pmatrix}"
    for lines in range(30, 34):
        filler = markdown("\n\n".join(["One line."] * lines))
        chapter = notebook(markdown("# 1. T"), filler, markdown(f"It leads to\n$${tall}$$"))
        pages = texts(read(chapter))
        assert not re.search(r"leads to\s+\d+$", pages[0])


@pytest.mark.parametrize("line", ["**Solution.**", "*Mistakes, and what is said:*"])
def test_a_short_line_moves_with_the_code_below_it(line):
    for lines in range(40, 48):
        filler = markdown("\n\n".join(["One line."] * lines))
        nb = notebook(markdown("# 1. T"), filler, markdown(line), code("a\nb\nc\nd"))
        pages = texts(read(nb))
        assert not re.search(r"(Solution\.|said:)\s+\d+$", pages[0])


def test_code_moves_with_its_table():
    for lines in (30, 34, 38, 42):
        filler = markdown("\n\n".join(["One line."] * lines))
        nb = notebook(markdown("# 1. T"), filler, code("set_it()", numbered_table(rows=4)))
        (with_code,) = [page for page in texts(read(nb)) if "set_it()" in page]
        assert "Table 1.1." in with_code


def test_long_code_leaves_three_lines_or_more_on_each_page():
    source = "\n".join(f"line_{n} = {n}" for n in range(12))
    for lines in range(34, 46):
        filler = markdown("\n\n".join(["One line."] * lines))
        pages = texts(read(notebook(markdown("# 1. T"), filler, code(source))))
        assert all(page.count("line_") == 0 or page.count("line_") >= 3 for page in pages)


def test_a_row_of_a_table_stands_on_one_page():
    row = "| " + "<br>".join(f"part {n}" for n in range(4)) + " | b |\n"
    table = markdown("| a | b |\n|---|---|\n" + row * 12)
    for lines in range(24, 28):
        filler = markdown("\n\n".join(["One line."] * lines))
        pages = texts(read(notebook(markdown("# 1. T"), filler, table)))
        assert len(pages) > 1
        assert all(page.count("part 0") == page.count("part 3") for page in pages)


def test_text_fills_the_page_from_which_a_figure_moves():
    for lines in (40, 42, 44):
        filler = markdown("\n\n".join(["One line."] * lines))
        below = markdown("\n\n".join(["Below it."] * 20))
        nb = notebook(markdown("# 1. T"), filler, code("plot()", figure(), caption()), below)
        first, second = texts(read(nb))
        assert "Below it." in first
        assert "Figure 1.1." in second


def numbered_table(rows, cards=False):
    about = {"role": "table", "number": "1.1", "cards": cards}
    lines = [f"| claim {row} | Is it so? | – | yes |" for row in range(rows)]
    head = "**Table 1.1.** Some.\n\n| claim | asked | p | decision |\n|---|---|---|---|"
    data = {"text/markdown": "\n".join([head, *lines]), "text/plain": "a table"}
    return new_output("display_data", data=data, metadata={"nnlib": about})


def test_a_long_table_of_texts_is_set_as_paragraphs():
    text = text_of(code("set_it()", numbered_table(rows=30, cards=True)))
    assert "claim 29. asked: Is it so? decision: yes." in text
    assert "p:" not in text  # what is missing
    assert "Is it so? – yes" in text_of(code("set_it()", numbered_table(rows=9, cards=True)))


def test_an_error_is_shown_without_its_colors():
    text = text_of(code("f()", error(message="\x1b[31mred\x1b[0m is not blue")))
    assert "ValueError: red is not blue" in text
