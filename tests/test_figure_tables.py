"""Tables: what is displayed, what the exporters make of it, what a browser shows of that."""

import math
from fractions import Fraction

import browsers
import export_samples as samples
import numpy as np
import pytest
import test_export_pdf as pdf
from bs4 import BeautifulSoup
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_output

from nnlib import figures
from nnlib.export.code import without_words
from nnlib.export.merge import merge
from nnlib.figures import tables

NO_BREAK = "\N{NO-BREAK SPACE}"
CAPTION = "The loss $L$ of `train` at three rates, as in [the text](#What-follows)."
ROWS = [
    ("small", 1e-9, 0.5, (0.1, 20), None),
    ("[large](02_second.ipynb#In-short)", -12.5, 0.975, (1, 1), math.nan),
    ("$\\eta$ of `SGD`", math.inf, 1.0, (-math.inf, 3.25), 45),
]
HEADER = ("rate", "loss", "share", "5–95 %", "runs")
FORM = ("", ".3g", ".1%", ".3g", "")


def output(rows=ROWS, number="1.2", caption=CAPTION, header=HEADER, **options):
    """The output that `figures.table` displays."""
    shown = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            tables, "display", lambda data, metadata, raw: shown.append((data, metadata))
        )
        figures.table(rows, number=number, caption=caption, header=header, **options)
    [(data, metadata)] = shown
    return new_output("display_data", data=data, metadata=metadata)


def markdown(**options):
    return output(**options).data["text/markdown"]


def plain(rows, **options):
    """The lines below the rule of a table in plain text."""
    header = options.pop("header", [f"c{i}" for i in range(len(rows[0]))])
    text = output(rows, header=header, **options).data["text/plain"]
    lines = text.split("\n")
    return lines[next(i for i, line in enumerate(lines) if set(line) == {"-", " "}) + 1 :]


def column(*cells, form=".4g", **options):
    """The cells of one column as text, without what surrounds them."""
    rows = [(f"r{i}", cell) for i, cell in enumerate(cells)]
    lines = markdown(rows=rows, header=("", "x"), form=("", form), **options).split("\n")[4:]
    return [line.split("|")[2].strip().replace(NO_BREAK, " ") for line in lines]


# What is displayed


def test_one_output_with_a_form_for_each_reader():
    shown = output(form=FORM)
    about = {"role": "table", "number": "1.2", "align": "l....", "cards": False}
    assert shown.metadata == {"nnlib": about}
    # JupyterLab shows Markdown of a notebook that it does not trust, and these are the same bytes.
    assert set(shown.data) == {"text/markdown", "text/plain"}
    assert shown == output(form=FORM)


def test_the_text_form_by_hand():
    assert output(form=FORM).data["text/plain"].split("\n") == [
        "Table 1.2. The loss $L$ of `train` at three rates, as in the text.",
        "",
        "rate                loss    share       5–95 %  runs",
        "---------------  -------  -------  -----------  ----",
        "small              1e−9    50.0 %  0.1 to 20       –",
        "large            −12.5     97.5 %    1             –",
        "$\\eta$ of `SGD`    ∞      100.0 %   −∞ to 3.25    45",
    ]


def test_the_markdown_form_by_hand():
    text = markdown(form=FORM).replace("&numsp;", "#").replace("&puncsp;", ".")
    assert text.replace(NO_BREAK, "_").split("\n") == [
        f"**Table 1.2.** {CAPTION}",
        "",
        "| rate | loss | share | 5–95_% | runs |",
        "| :-- | --: | --: | --: | --: |",
        "| small | 1e−9. | 50.0_% | 0.1_to_20#. | – |",
        f"| {ROWS[1][0]} | −12.5## | 97.5_% | 1..#####. | – |",
        "| $\\eta$ of `SGD` | ∞###. | 100.0_% | −∞_to_3.25 | 45 |",
    ]


def test_long_text_takes_several_lines():
    long = "many words " * 12
    lines = plain([("a", long, 1), ("b", "few", 2)], header=("", "text", "n"))
    assert len(lines) == 5
    assert max(map(len, lines)) < 50
    assert " ".join(lines[:4]).split() == ["a", *long.split()[:7], "1", *long.split()[7:]]
    assert lines[4].split() == ["b", "few", "2"]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.5, ".3f", "0.500"), (-0.5, ".1f", "−0.5"), (-2.1e-08, ".2g", "−2.1e−8"),
        (8.29e9, ".3g", "8.29e9"), (1e100, ".0e", "1e100"), (-0.0004, ".2f", "0.00"),
        (-0.0, ".1e", "0.0e0"), (-0.0, ".0e", "0e0"), (-1e-9, ".1e", "−1.0e−9"),
        (0.975, ".0%", "98 %"), (-0.25, ".0%", "−25 %"), (np.float32(0.5), ".2f", "0.50"),
        (np.int64(7), ".2f", "7"), (20_000, ",", "20,000"), (-3, "", "−3"),
        (Fraction(10, 21), ".2%", "47.62 %"), (np.inf, ".2f", "∞"), (-np.inf, ".2f", "−∞"),
        (True, ".2f", "yes"), (np.False_, ".2f", "no"),
        ((0.1, 0.2), ".2f", "0.10 to 0.20"), ((0.5, 1.0), ".0%", "50 to 100 %"),
        ((0.1, math.nan), ".2f", "0.10 to –"), ((math.nan, None), ".2f", "–"),
        (np.array([-1.0, np.inf]), ".1f", "−1.0 to ∞"), ((2, 2), "", "2"),
        ("-0.13240", ".2f", "−0.13240"), ("1.2e-05", "", "1.2e−5"), ("47.62%", "", "47.62 %"),
        ("57.1% (0%)", "", "57.1 % (0 %)"), ("10 to 20%", "", "10 to 20 %"),
        ("e^-z of x-y", "", "e^-z of x-y"), ("", "", ""),
    ],
)  # fmt: skip
def test_a_cell_by_hand(value, form, text):
    assert column(value, form=form, align="ll") == [text]


@pytest.mark.parametrize("nothing", [None, math.nan, np.float32("nan")])
def test_what_is_not_there_is_a_dash_or_the_callers_word(nothing):
    assert column(nothing, 0.5)[0].startswith("–&")
    assert column(nothing, 0.5, missing="none")[0] == "none"


@pytest.mark.parametrize(
    ("cells", "form", "lines"),
    [
        ((1, -20.25, 300.5), "", ["   1   ", " −20.25", " 300.5 "]),
        ((1e-9, 0.5, 12.125), "g", [" 1e−9  ", " 0.5   ", "12.125"]),
        ((0.5, 0.975, 1.0), ".1%", [" 50.0 %", " 97.5 %", "100.0 %"]),
        ((0.5, None, -math.inf), ".2f", [" 0.50", " –   ", "−∞   "]),
        (((0.5, 10.0), (100.0, 1000.5), (1, 1)), "g",
         ["0.5 to 10    ", "100 to 1000.5", "  1          "]),
        (("14.1 (0%)", "3 (38%)", "0.302 (100%)"), "",
         ["14.1 (0 %)   ", " 3 (38 %)    ", " 0.302 (100 %)"]),
        (("10.9 (1 to 36)", "2.5 (0 to 7)"), "", ["10.9 (1 to 36)", " 2.5 (0 to 7) "]),
        ((1.5, "diverged", 12.25), "g", ["     1.5 ", "diverged", "    12.25"]),
    ],
)  # fmt: skip
def test_points_stand_below_each_other(cells, form, lines):
    """What stands before the point ends at one place, whatever the cells' widths are."""
    found = plain([("r", cell) for cell in cells], form=("", form))
    width = max(map(len, (line.rstrip() for line in found)))
    assert [line[3:].strip() for line in found] == [line.strip() for line in lines]

    def place(line):
        text = line[3:].replace(" %", "")
        mark = " to " if any(" to " in cell for cell in lines) else "."
        ends = [i for i in (text.find(mark), text.find("e"), text.find(" (")) if i >= 0]
        return 3 + min(ends, default=len(text.rstrip()))

    assert len({place(line) for line in found if "diverged" not in line}) == 1
    assert width == max(map(len, found))


def test_a_column_is_aligned_at_the_point_if_most_of_it_are_numbers():
    rows = [("a", 1.5, "x", "1"), ("b", "none", "2", None), ("c", 10.25, "y", "")]
    lines = markdown(rows=rows, header=("", "n", "text", "printed")).split("\n")
    assert lines[3] == "| :-- | --: | :-- | --: |"
    lines = markdown(rows=rows, header=("", "n", "text", "printed"), align="rlr.").split("\n")
    assert lines[3] == "| --: | :-- | --: | --: |"


# What is refused


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"number": 1.2}, ValueError, "number is 1.2"),
        ({"number": "1"}, ValueError, "number is '1'"),
        ({"caption": " "}, ValueError, "caption is ' '"),
        ({"caption": None}, TypeError, "caption is None"),
        ({"header": "abcde"}, TypeError, "header is 'abcde'"),
        ({"header": ()}, ValueError, "header is empty"),
        ({"header": ("a", "b", "", "d", "e")}, ValueError, r"header\[2\] is ''"),
        ({"header": ("a", "b", "c", "d")}, ValueError, r"rows\[0\] is .*5 cells; it must have 4"),
        ({"rows": []}, ValueError, "rows is empty"),
        ({"rows": 5}, TypeError, "rows is 5"),
        ({"rows": ["abcde"]}, ValueError, r"rows\[0\] is 'abcde', 1 cell"),
        ({"rows": [(1, 2, 3, 4, "a|b")]}, ValueError, r"rows\[0\]\[4\] is 'a\|b'; a bar"),
        ({"rows": [(1, 2, 3, 4, 5j)]}, TypeError, r"rows\[0\]\[4\] is 5j"),
        ({"rows": [(1, 2, 3, 4, (1, 2, 3))]}, TypeError, r"rows\[0\]\[4\] is \(1, 2, 3\)"),
        ({"form": ".3q"}, ValueError, "form holds '.3q'"),
        ({"form": ("", ".3f")}, ValueError, "form is .*one for each of 5"),
        ({"form": ("", "", "", "", 3)}, ValueError, "form holds 3"),
        ({"align": "lr"}, ValueError, "align is 'lr'"),
        ({"align": "lrrrc"}, ValueError, "align is 'lrrrc'"),
        ({"missing": ""}, ValueError, "missing is ''"),
        ({"rows": [("a", 1, 2, [[1, 2], [3, 4]], 5)]}, TypeError, r"rows\[0\]\[3\] is"),
        ({"rows": [("a", 1, 2, (1, (2, 3)), 5)]}, TypeError, r"rows\[0\]\[3\] is"),
        ({"rows": [("a", 1, 2, 3, 10**5000)]}, ValueError, r"rows\[0\]\[4\] is an int; a number"),
        ({"rows": [("a", 1, 2, 3, (0, Fraction(10**400, 3)))]}, ValueError, r"is Fraction\(1000"),
        ({"cards": 1}, TypeError, "cards is 1"),
    ],
)
def test_bad_input_is_refused_by_name(options, error, words):
    with pytest.raises(error, match=words):
        output(**options)


# In both exports


def chapter(*outputs, text="See [table 1.2](#table-1-2)."):
    return samples.notebook(
        samples.markdown(f"# 1. The first chapter\n\n{text}"),
        samples.markdown("## What follows\n\nSome text."),
        samples.code("figures.table(rows)", *outputs),
    )


def report(*outputs, **options):
    parts = {samples.FIRST: chapter(*outputs, **options), samples.SECOND: samples.second_chapter()}
    return merge(parts)


def html(notebook):
    return BeautifulSoup(
        get_exporter("nnlib-html")().from_notebook_node(notebook)[0], "html.parser"
    )


def test_html_has_caption_headers_and_links():
    soup = html(report(output(form=FORM)))
    table = soup.find(id="table-1-2")
    assert table.name == "table"
    assert table.parent["aria-label"] == "Table 1.2"
    assert table.caption.get_text().startswith("Table 1.2. The loss")
    assert table.caption.code.string == "train"
    assert table.caption.select(".katex")
    assert table.caption.a["href"] == f"#{samples.FIRST}:What-follows"
    assert [cell.get_text() for cell in table.select("thead th[scope=col]")] == [
        name.replace("–95 ", f"–95{NO_BREAK}") for name in HEADER
    ]
    rows = table.select("tbody tr")
    assert [[cell.name for cell in row.find_all(["th", "td"])] for row in rows] == 3 * [
        ["th", "td", "td", "td", "td"]
    ]
    assert {row.th["scope"] for row in rows} == {"row"}
    assert rows[1].th.a["href"] == f"#{samples.SECOND}:In-short"
    assert rows[2].th.code.string == "SGD"
    assert rows[2].th.select(".katex")
    # The padding is no text: a number is found and copied as it is read.
    assert [cell.get_text() for cell in rows[1].select("td")][:2] == ["−12.5", f"97.5{NO_BREAK}%"]
    assert [pad["data-pad"] for pad in rows[1].select(".pad")][:1] == ["e−"]
    assert soup.find("a", href="#table-1-2")


def test_header_cells_of_tables_in_the_text_have_a_scope_too():
    soup = html(samples.notebook(samples.markdown("# A\n\n| | b |\n|---|--:|\n| 1 | 2 |\n")))
    assert [(cell.name, cell.get("scope")) for cell in soup.select("thead tr > *")] == [
        ("td", None), ("th", "col"),
    ]  # fmt: skip


def test_cards_name_their_columns_and_stay_a_table():
    rows = [("A", "[many words](#What-follows)", 0.5), ("B", "few", None)]
    soup = html(chapter(output(rows, header=("", "text", "$x$"), cards=True)))
    table = soup.find(id="table-1-2")
    assert table["class"] == ["cards"]
    row = table.select("tbody tr")[0]
    assert [cell["role"] for cell in row.find_all(["th", "td"])] == ["rowheader", "cell", "cell"]
    assert [cell["data-label"] for cell in row.select("td")] == ["text", "$x$"]
    assert [cell["role"] for cell in table.select("thead tr > *")] == [
        "cell", "columnheader", "columnheader",
    ]  # fmt: skip


def test_pdf_has_number_caption_cells_and_tags():
    reader = pdf.read(report(output(form=FORM)))
    text = "\n".join(pdf.texts(reader)).replace(NO_BREAK, " ")
    assert "Table 1.2. The loss" in text
    for number in ("1e−9", "−12.5", "97.5 %", "0.1 to 20", "−∞ to 3.25"):
        assert number in text
    assert len(pdf.tagged(reader, "/Table")) == 1
    assert len(pdf.tagged(reader, "/Caption")) == len(pdf.tagged(reader, "/Figure")) + 1
    assert len(pdf.tagged(reader, "/TH")) == 5
    assert len(pdf.tagged(reader, "/TD")) == 15


def test_long_tables_of_the_pdf_go_on_with_their_header():
    rows = [(f"row {i}", i + 0.5) for i in range(120)]
    reader = pdf.read(chapter(output(rows, header=("experiment", "found"))))
    texts = [text for text in pdf.texts(reader) if f"row{NO_BREAK}" in text]
    assert len(texts) > 1
    assert all("experiment" in text for text in texts)


def test_wide_tables_stay_within_the_page_of_the_pdf():
    words = "many words about what was found in this run and in others "
    rows = [(f"A, number {i}", words * (1 + i), "holds" + i * " only under conditions")
            for i in range(6)]  # fmt: skip
    text = output(rows, caption="Words.", header=("name", "claim", "verdict"))
    numbers = output([("A", *np.arange(14) + 1 / 7)] * 3, "1.3", "Numbers.",
                     header=("a", *(f"a name {i}" for i in range(14))))  # fmt: skip
    assert pdf.margins(samples.code("t", text, numbers)) > 250


@pytest.mark.parametrize("kind", ["nnlib-html", "nnlib-pdf"])
def test_a_number_that_stands_twice_is_refused_by_name(kind):
    notebook = chapter(output(), output())
    with pytest.raises(ValueError, match=r"table 1\.2: two tables have this number"):
        get_exporter(kind)().from_notebook_node(notebook)


@pytest.mark.parametrize("kind", ["nnlib-html", "nnlib-pdf"])
def test_a_link_to_a_table_that_is_not_there_is_refused(kind):
    with pytest.raises(ValueError, match=r"table-1-3"):
        get_exporter(kind)().from_notebook_node(chapter(output(), text="See [it](#table-1-3)."))


def test_the_code_is_shown_without_the_caption():
    source = (
        'figures.table(rows, number="1.2",\n              caption="Some "\n              "words.")'
    )
    assert without_words(source) == 'figures.table(rows, number="1.2",\n              caption=...)'


# In a browser


@pytest.fixture
def opened(browser, tmp_path):
    long = "many words about what was found " * 6
    cards = output([("A", f"[{long}](#What-follows)", "holds")] * 3, "1.3",
                   header=("report", "claim", "verdict"), cards=True)  # fmt: skip
    wide = output([(f"row {i}", *np.arange(12) * 10.0**i) for i in range(3)], "1.4",
                  header=("", *(f"a column {i}" for i in range(12))))  # fmt: skip
    file = tmp_path / "report.html"
    file.write_text(str(html(chapter(output(form=FORM), cards, wide))), encoding="utf-8")
    with browsers.offline(browser, file.as_uri()) as open_page:
        yield open_page


# Where what is before the point ends, in each cell of a column.
ENDS = """([id, column, mark]) => [...document.querySelectorAll(`#${id} tbody tr`)].map(row => {
    const text = row.children[column].firstChild, range = document.createRange();
    const whole = text.data.search(new RegExp(mark));
    range.setStart(text, 0);
    range.setEnd(text, whole);
    return range.getBoundingClientRect().right;
})"""
needs_browser = browsers.needed


@needs_browser
@pytest.mark.parametrize("width", [420, 1400])
def test_points_stand_below_each_other_in_a_browser(opened, width):
    page = opened(width=width, bypass_csp=True)
    for column, mark in ((1, "[.e]|$"), (2, "[.]"), (3, "\\sto|$")):
        ends = page.evaluate(ENDS, ["table-1-2", column, mark])
        assert max(ends) - min(ends) < 0.1, column


@needs_browser
@pytest.mark.parametrize("width", [420, 1400])
def test_the_page_does_not_scroll_but_a_wide_table_does(opened, width):
    page = opened(width=width, bypass_csp=True)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    scrolls = "[...document.querySelectorAll('.table')].map(e => e.scrollWidth > e.clientWidth)"
    assert page.evaluate(scrolls)[1:] == [False, True]
    # The caption keeps the width of the box, and stays in sight.
    place = """() => {
        const box = document.querySelector('#table-1-4').parentElement;
        box.scrollLeft = 200;
        const words = box.querySelector('caption p').getBoundingClientRect();
        const room = box.getBoundingClientRect();
        return [words.left - room.left, words.right - room.right];
    }"""
    left, right = page.evaluate(place)
    assert abs(left) < 1
    assert right < 1


@needs_browser
def test_cards_stand_below_each_other_on_a_narrow_screen(opened):
    tops = """() => [...document.querySelectorAll('#table-1-3 tbody tr:first-child > *')]
        .map(cell => cell.getBoundingClientRect().top)"""
    narrow, wide = (opened(width=w, bypass_csp=True).evaluate(tops) for w in (420, 1400))
    assert sorted(set(narrow)) == narrow
    assert len(set(narrow)) == 3
    assert len(set(wide)) == 1


@needs_browser
@pytest.mark.parametrize("width", [420, 1400])
def test_tables_are_accessible(opened, width):
    assert browsers.violations(opened(width=width, bypass_csp=True)) == []
