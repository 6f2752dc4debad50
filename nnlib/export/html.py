"""The nbconvert exporter `nnlib-html`: one chapter, or the merged report, as one HTML file.

The page makes no request: pictures and fonts are data: URIs, formulae are set by KaTeX here, and
a Content-Security-Policy forbids the rest. Each part of the document becomes a piece of HTML, and
`page` joins them.
"""

import base64
import copy
import hashlib
import re
from html import escape, unescape
from types import SimpleNamespace
from urllib.parse import quote

import jinja2
from bs4 import BeautifulSoup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.util import ClassNotFound
from traitlets import default

from nnlib.export import katex, outputs, tables
from nnlib.export.exporter import ReportExporter
from nnlib.export.paths import TEMPLATES
from nnlib.figures.palette import MATRIX

FOLDER = TEMPLATES / "nnlib-html"

# Formulae are put in as text, at the end, because they would take long as trees: this is what
# stands for number n meanwhile. The characters are for private use.
PLACE = "\ue002{}\ue003"
PLACES = re.compile("\ue002(\\d+)\ue003")
TAG = re.compile("<[^>]*>")
PLAIN = "/:(),;!$*+@&=?~'"  # what may stand in an address behind its #


class HTMLReport(ReportExporter):
    """One chapter, or the merged report, as one HTML file that makes no request."""

    export_from_notebook = "One HTML file (nnlib)"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self):
        return ".html"

    @default("template_name")
    def _template_name_default(self):
        return "nnlib-html"

    def set(self, document):
        return page(document)


def page(document):
    """The whole page: the pieces joined, below their head and beside their contents."""
    offset = int(document.merged)  # the report's title is its only <h1>
    pieces = "".join(html for html in chapters(document, offset))
    script = (FOLDER / "script.js").read_text(encoding="utf-8")
    return template().render(
        document=document,
        text=pieces,
        contents=entries(document),
        script=script,
        policy=policy(script),
        night=night(),
        style=(FOLDER / "style.css").read_text(encoding="utf-8"),
        formula_style=katex.style_sheet(pieces) if 'class="katex"' in pieces else "",
    )


def template():
    loader = jinja2.FileSystemLoader(FOLDER)
    return jinja2.Environment(loader=loader, autoescape=True).get_template("index.html.j2")


def policy(script):
    """Nothing may be fetched, and no script may run but the page's own."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def night():
    """The map to the colors of figures at night, as <feColorMatrix> takes it."""
    rows = [f"{r} {g} {b} 0 {shift}" for r, g, b, shift in MATRIX.tolist()]
    return "  ".join([*rows, "0 0 0 1 0"])


def entries(document):
    """The contents: chapters, and the sections in each."""
    found = []
    for heading in document.contents:
        entry = SimpleNamespace(
            target=quote(heading.target), html=words(heading.tree), sections=[]
        )
        if heading.level == 1 or not found:
            found.append(entry)
        elif heading.level == 2:
            found[-1].sections.append(entry)
    return found


def words(heading):
    """A heading's content for the contents, where it is a link already."""
    return re.sub(r"</?a\b[^>]*>|\sid=\"[^\"]*\"", "", inner(heading))


def chapters(document, offset):
    """The pieces of HTML in order: a cell's code and outputs stand in one box."""
    cell = outputs_open = False
    for number, piece in enumerate(document.pieces):
        opens = isinstance(piece, outputs.Code)
        is_output = not opens and not isinstance(piece, outputs.Start) and not is_text(piece)
        if outputs_open and not is_output:
            yield "</div>\n"
        if cell and not is_output:
            yield "</div>\n"
            cell = False
        if (is_output and not cell) or opens:
            yield '<div class="cell">\n'
            cell = True
        if is_output and not outputs_open:
            yield '<div class="outputs">\n'
        outputs_open = is_output
        if isinstance(piece, outputs.Start):
            yield '</section>\n<section class="chapter">\n' if number else ""
        else:
            yield WRITERS[type(piece)](piece, offset) + "\n"
    yield "</div>\n" * (cell + outputs_open)


def is_text(piece):
    return isinstance(piece, outputs.Text) and piece.kind == "text"


def scroll_box(tag, css_class, label, html):
    """An element that scrolls by itself where it is wider than the page, also by keyboard."""
    return (
        f'<{tag} class="{css_class}" tabindex="0" role="group" aria-label="{label}">{html}</{tag}>'
    )


def code_box(source, language):
    """Highlighted code."""
    try:
        lexer = get_lexer_by_name(language or "text")
    except ClassNotFound:
        lexer = TextLexer()
    html = highlight(source, lexer, HtmlFormatter(nowrap=True))
    return scroll_box("pre", "code", "Code", f"<code>{html.rstrip()}</code>")


def printed(piece, _):
    return scroll_box("pre", "printed", piece.label, escape(piece.text.rstrip("\n"), quote=False))


def prose(piece, offset):
    return f'<div class="prose">\n{tree_html(piece.tree, offset)}</div>'


def figure(piece, offset):
    """A picture, or a player, with its alternative text; number and caption if it has them."""
    picture = piece.player
    if not picture:
        sizes = (("width", piece.picture.width), ("height", piece.picture.height))
        size = "".join(f' {name}="{points * 4 / 3:.0f}"' for name, points in sizes if points)
        picture = f'<img src="{piece.picture.address}" alt="{escape(piece.alt)}"{size}>'
    if not piece.number:
        return f"<figure>\n{picture}\n</figure>"
    caption = captioned(f"Figure {piece.number}.", piece.caption, offset)
    return (
        f'<figure id="{escape(piece.name)}">\n{picture}\n'
        f"<figcaption>\n{caption}</figcaption>\n</figure>"
    )


def captioned(name, tree, offset):
    """A caption behind its number, in one paragraph with the caption's first words."""
    html = tree_html(tree, offset)
    name = f"<strong>{name}</strong> "
    return (
        html.replace("<p>", f"<p>{name}", 1) if html.startswith("<p>") else f"<p>{name}</p>{html}"
    )


def table(piece, offset):
    """A table with its number and caption."""
    caption = captioned(f"Table {piece.number}.", piece.caption, offset)
    html, aside = set_aside(piece.tree, offset)

    def plain(cell):
        return unescape(PLACES.sub(lambda place: dollars(aside[int(place[1])]), TAG.sub("", cell)))

    html = tables.html(html, caption, piece.number, plain if piece.cards else None)
    return put_in(html, aside)


def dollars(html):
    """The LaTeX of a formula that was set, between dollars."""
    latex = re.search(
        r'<annotation encoding="application/x-tex">(.*?)</annotation>', html, re.DOTALL
    )
    return f"${latex[1]}$" if latex else TAG.sub("", html)


WRITERS = {
    outputs.Code: lambda piece, _: code_box(piece.source, piece.language),
    outputs.Listing: lambda piece, _: code_box(piece.source, piece.language),
    outputs.Printed: printed,
    outputs.Text: prose,
    outputs.Figure: figure,
    outputs.Table: table,
}


# Trees -------------------------------------------------------------------------------------------


def tree_html(tree, offset):
    """The HTML of a tree as the page has it; the tree itself stays."""
    return put_in(*set_aside(tree, offset))


def inner(element):
    """The HTML of an element's content."""
    html, formulas = set_aside(element, 0)
    return put_in(re.sub(r"^<[^>]*>|</[^>]*>$", "", html), formulas)


def put_in(html, formulas):
    return PLACES.sub(lambda match: formulas[int(match[1])], html)


def set_aside(tree, offset):
    """The HTML of a tree, and the formulae and listings whose places are in it."""
    tree = copy.copy(tree)
    aside = []

    def replace(element, html):
        aside.append(html)
        element.replace_with(PLACE.format(len(aside) - 1))

    for element in tree.find_all("nn-math"):
        replace(element, formula(element))
    for element in tree.find_all("pre"):
        replace(element, preformatted(element))
    for element in tree.find_all(True):
        dress(element, tree, offset)
    return str(tree), aside


def formula(element):
    """What KaTeX made of a formula; on a line of its own, it scrolls where it is too wide."""
    html = element["html"]
    if element.get("display") != "block":
        return html
    box = scroll_box("span", "formula", "Formula", html)
    name = element.get("id")
    return box.replace("<span", f'<span id="{escape(name)}"', 1) if name else box


def preformatted(element):
    """A listing in the text, or text that was printed in HTML."""
    code = element.find("code", recursive=False)
    if not code:
        return scroll_box("pre", "printed", "Output", element.decode_contents().rstrip("\n"))
    names = [name for name in code.get("class", []) if name.startswith("language-")]
    language = names[0].removeprefix("language-") if names else "text"
    return code_box(element.get_text().rstrip("\n") + "\n", language)


def dress(element, tree, offset):
    """Give an element what the page needs."""
    if re.match(r"h[1-6]\Z", element.name):
        dress_heading(element, tree, offset)
    elif element.name == "a":
        dress_link(element)
    elif element.name == "table" and not element.find_parent("table"):
        box = {"class": "table", "tabindex": "0", "role": "group", "aria-label": "Table"}
        element.wrap(new_tag("div", box))
    elif element.name in ("th", "td"):
        dress_cell(element)
    elif element.name == "img":
        element.attrs.pop("points", None)
    elif element.name == "input":
        element.attrs.update(
            {"disabled": "", "aria-label": "done" if "checked" in element.attrs else "open"}
        )


def new_tag(name, attributes):
    return BeautifulSoup("", "html.parser").new_tag(name, attrs=attributes)


def dress_heading(element, tree, offset):
    level, name = int(element.name[1]), element["id"]
    if not element.find("a"):
        link = new_tag("a", {"class": "permalink", "href": "#" + quote(name)})
        link.extend(list(element.contents))
        element.append(link)
    element["class"] = f"level-{level}"
    element.name = f"h{min(level + offset, 6)}"


def dress_link(element):
    href = element.get("href", "")
    if href.startswith("#"):
        element["href"] = "#" + quote(href[1:], safe=PLAIN)
    if "://" in href:
        element["rel"] = "noopener"
    elif href:
        element["href"] = re.sub(r"^([^:?#]*)\.ipynb(?=#|$)", r"\1.html", element["href"])


def dress_cell(element):
    """A header cell must name something: the empty corner of a table is no header."""
    if element.get("align"):
        element["style"] = f"text-align:{element['align']}"
        del element["align"]
    if element.name == "th":
        if not element.get_text(strip=True) and not element.find("img"):
            element.name = "td"
            element.attrs.pop("scope", None)
        elif "scope" not in element.attrs:
            element["scope"] = (
                "col"
                if element.find_parent("thead") or not element.find_parent("tbody")
                else "row"
            )
