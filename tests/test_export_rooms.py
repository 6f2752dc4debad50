"""The exporters' rooms: versions, printed text, formulae, HTML, pictures, Typst's strings."""

import base64
import json
import re

import constructs
import export_samples as samples
import nbformat
import pytest
import typst as compiler
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from nnlib.export import formulas, katex, markdown, mathml, pictures, sanitize, terminal, typst
from nnlib.export.versions import upgraded

# Versions ---------------------------------------------------------------------------------------

OLD = {
    "nbformat": 3,
    "nbformat_minor": 0,
    "metadata": {"name": ""},
    "worksheets": [
        {
            "metadata": {},
            "cells": [
                {"cell_type": "heading", "level": 2, "metadata": {}, "source": "Old"},
                {
                    "cell_type": "code",
                    "collapsed": False,
                    "input": ["print(1)\n", "2"],
                    "language": "python",
                    "metadata": {},
                    "outputs": [
                        {"output_type": "pyout", "prompt_number": 1, "metadata": {}, "text": "2"}
                    ],
                    "prompt_number": 1,
                },
            ],
        }
    ],
}  # fmt: skip


def test_a_notebook_of_version_3_becomes_a_valid_one_of_today():
    notebook = upgraded(OLD)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == ["cell-0", "cell-1"]
    assert notebook.cells[0].source == "## Old"
    assert notebook.cells[1].source == "print(1)\n2"
    assert upgraded(OLD) == notebook


@pytest.mark.parametrize("given", [["a", "a"], ["a b", ""], [None, "x" * 65], ["cell-1", None]])
def test_every_cell_gets_an_id_of_its_own(given):
    notebook = samples.notebook(*(samples.markdown(text) for text in "xy"))
    for cell, name in zip(notebook.cells, given, strict=True):
        cell.pop("id")
        if name is not None:
            cell["id"] = name
    new = upgraded(notebook)
    nbformat.validate(new)
    assert len({cell.id for cell in new.cells}) == 2


def test_good_ids_stay_and_the_notebook_is_not_changed():
    notebook = samples.first_chapter()
    before = nbformat.writes(notebook)
    assert [cell.id for cell in upgraded(notebook).cells] == [cell.id for cell in notebook.cells]
    assert nbformat.writes(notebook) == before


# Printed text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "seen"),
    [
        ("a\rb", "b"),
        ("abc\rx", "xbc"),
        ("one\r\ntwo\n", "one\ntwo\n"),
        ("  0%|   |\r100%|###|\n", "100%|###|\n"),
        ("ab\b\bX", "Xb"),
        ("\x1b[31mred\x1b[0m \x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "red link"),
        ("first\nsecond\n\x1b[A\rthird\n", "first\nthirdd\n"),
        ("bell\x07 nul\x00 tab\t.", "bell nul tab\t."),
    ],
)
def test_printed_text_ends_as_a_terminal_shows_it(printed, seen):
    assert terminal.screen(printed) == seen


@given(st.text(alphabet="ab\r\b\n\x1b[]A;0m\x07é"))
def test_no_control_character_is_left(text):
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", terminal.screen(text))


# Formulae ---------------------------------------------------------------------------------------


def latex_of(source):
    return [latex for _, latex, _ in formulas.extracted(source)[1]]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("$x$ and $$y$$", ["x", "y"]),
        ("$ x > 0 $", [" x > 0 "]),
        (r"\\(a\\) \(b^2\) \\[c\\]", ["a", "b^2", "c"]),
        (r"escaped \(brackets\) and \[1\] stay", []),
        ("\\begin{align}\na\n\\end{align}", ["\\begin{align}\na\n\\end{align}"]),
        (r"\begin{document}x\end{document}", []),
        (r"$\text{if $y$}$", [r"\text{if $y$}"]),
        (r"\$5 and \\$", [None]),
        ("`$a$` $b$\n\n```\n$c$\n```\n$d$", ["b", "d"]),
        ("$5", []),
        ("$a\n\nb$", [None, None]),
        ("$$a\n\nb$$", [None, None]),
    ],
)
def test_formulae_are_found_as_jupyterlab_finds_them(source, found):
    assert latex_of(source) == found


@pytest.mark.parametrize("unit", ["$", "$$", "\\(", "\\begin{a}", "{", "$\\text{", "`", "$x{"])
def test_no_text_takes_long(unit):
    """Of such texts a backtracking search would not see the end."""
    formulas.extracted(unit * 2000)
    formulas.extracted((unit + "x ") * 1000)


def typst_of(latex, display=True):
    return mathml.to_typst(katex.render(latex, display))


@pytest.mark.parametrize(
    ("latex", "typst"),
    [
        (r"\frac{a}{b}", "frac(a, b)"),
        (r"x_1^2", 'attach(x, b: "1", t: "2")'),
        (r"\left. x \right|_0", 'attach(lr(x \\|), b: "0")'),
        (r"\sum\nolimits_i", "attach(scripts(∑), b: i)"),
        (r"\mathbf{W}", "bold(upright(W))"),
        (r"f'", "attach(f, t: primes(#1))"),
    ],
)
def test_formulae_in_typst(latex, typst):
    assert typst_of(latex) == typst


@pytest.mark.parametrize("character", [*"#\"\\;,()[]{}/'@<>*+-=:!?|~^_&%$", "panic"])
def test_no_sign_in_a_formula_is_read_as_typst(character):
    """A text of a formula goes through Typst and comes out as it was."""
    escaped = re.sub(r"([#{}_&%$])", r"\\\1", character)
    escaped = escaped.replace("\\", r"\textbackslash ") if character == "\\" else escaped
    escaped = {"~": r"\textasciitilde ", "^": r"\textasciicircum "}.get(character, escaped)
    for latex in (rf"\text{{{escaped}}}", escaped if character not in "\\^'&%~" else "x"):
        source = f"#set page(width: 9cm, height: 9cm)\n$ {typst_of(latex)} $"
        assert compiler.compile(source.encode(), format="svg", ignore_system_fonts=True)


def test_macros_hold_from_formula_to_formula_and_can_change():
    shared = katex.Formulas()
    shared.render(r"\newcommand{\w}{\mathbf{w}} \DeclareMathOperator{\relu}{ReLU}")
    assert "w" in shared.render(r"\w \relu x")
    shared.render(r"\newcommand{\w}{v}")
    with pytest.raises(katex.FormulaError, match="Undefined control sequence"):
        katex.Formulas().render(r"\w")


# HTML -------------------------------------------------------------------------------------------

HARMLESS = [
    ("<p onclick='x()'>a</p>", "<p>a</p>"),
    ("<a href='javascript:x()'>a</a>", "<a>a</a>"),
    ("<a href=' JavaScript:x()'>a</a>", "<a>a</a>"),
    ("<a href='data:text/html,x'>a</a>", "<a>a</a>"),
    ("<a href='https://example.org' target='_blank'>a</a>", '<a href="https://example.org">a</a>'),
    ("<img src='x.png' onerror='x()'>", '<img src="x.png"/>'),
    ("<span style='position:fixed;color:red'>a</span>", '<span style="color:red">a</span>'),
    ("<div class='sidebar pad'>a</div>", '<div class="pad">a</div>'),
    ("</main></body>a", "a"),
    ("<style>body{display:none}</style>a", "a"),
    ("<!-- x -->a", "a"),
    ("<b>a", "<b>a</b>"),
]


@pytest.mark.parametrize(("html", "left"), HARMLESS)
def test_html_is_made_harmless(html, left):
    assert str(sanitize.clean(html)) == left


@pytest.mark.parametrize(
    "tag", ["script", "iframe", "object", "embed", "form", "svg", "math", "video", "int", "SCRIPT"]
)
def test_an_element_that_would_be_lost_is_refused(tag):
    with pytest.raises(ValueError, match=f"<{tag.lower()}> cannot be set: \\w"):
        sanitize.clean(f"<{tag}>x</{tag}>")


def test_anchors_have_straight_quotation_marks_and_the_page_curly_ones():
    tree = markdown.tree('## The "map" of $x^2$')
    assert tree.h2["plain"] == 'The "map" of $x^2$'
    assert tree.h2.get_text() == "The “map” of x^2"
    assert markdown.headings('## The "map" of $x^2$\n\n# B') == [
        (2, 'The "map" of $x^2$'),
        (1, "B"),
    ]


# Pictures ---------------------------------------------------------------------------------------


def test_pictures_are_read_from_everywhere(tmp_path):
    constructs.write_picture(tmp_path)
    cell = constructs.attached()
    inside = f"data:image/png;base64,{constructs.pixels()}"
    for address in ("beside.png", "./beside.png?raw=true", "attachment:blue.png", inside):
        picture = pictures.from_address(address, cell, tmp_path)
        assert (picture.kind, picture.width, picture.height) == ("image/png", 22.5, 15)
    assert base64.b64decode(picture.address.split(",")[1]) == picture.data


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://example.org/a.png", "on another machine"),
        ("//example.org/a.png", "on another machine"),
        ("gone.png", "is not there"),
        ("attachment:gone.png", "no attachment 'gone.png'"),
        ("data:image/png;base64,AAAA", "cannot be read"),
    ],
)
def test_pictures_that_are_not_there_are_named(address, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        pictures.from_address(address, constructs.attached(), tmp_path)


def test_a_drawing_gets_its_name_space_and_size():
    picture = pictures.svg('<svg viewBox="0 0 40 20"><path/></svg>')
    assert b'xmlns="http://www.w3.org/2000/svg"' in picture.data
    assert (picture.width, picture.height) == (30, 15)
    with pytest.raises(ValueError, match="no XML"):
        pictures.svg("<svg><path></svg>")


# Typst ------------------------------------------------------------------------------------------


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_is_a_string_of_typst(text):
    """What Typst reads back is the text, without control characters."""
    found = compiler.query(
        f"#metadata({typst.string(text)})<m>".encode(), "<m>", field="value", one=True
    )
    kept = typst.SPECIAL.sub(lambda found: found[0] if found[0] in '\\"\n\t' else "", text)
    assert json.loads(found) == kept


# Players ----------------------------------------------------------------------------------------


def test_a_player_stays_as_it_is():
    html = samples.player()[0].data["text/html"]
    before, after = (BeautifulSoup(text, "html.parser") for text in (html, sanitize.player(html)))
    assert json.loads(after.script.string) == json.loads(before.script.string)
    for element in (before, after):
        element.script.decompose()
    shape = [
        [(e.name, sorted(e.attrs.items())) for e in s.find_all(True)] for s in (before, after)
    ]
    assert shape[0] == shape[1]
    assert after.get_text() == before.get_text()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('class="player"', 'class="player sidebar" onclick="x()"'),
        ("</label>", "</label></div></main><style>body{}</style><iframe></iframe>"),
        ('type="range"', 'type="file" name="x"'),
        ('id="player-2-7"', 'id="main"'),
        ("src=", 'onerror="x()" src='),
    ],
)
def test_what_only_pretends_to_be_a_player_changes_nothing_around_it(old, new):
    html = samples.player()[0].data["text/html"]
    assert old in html
    cleaned = sanitize.player(html.replace(old, new))
    tags = {element.name for element in BeautifulSoup(cleaned, "html.parser").find_all(True)}
    assert tags <= {*sanitize.PLAYER, "script"}
    for word in ("onclick", "onerror", "sidebar", "</main", "<style", '"file"', 'id="main"'):
        assert word not in cleaned


def test_another_script_is_no_player():
    html = samples.player()[0].data["text/html"]
    for bad in ("<script>x()</script>", html.replace("application/json", "module"), html + "<p>"):
        with pytest.raises(ValueError, match="none; run its cell anew"):
            sanitize.player(bad)
