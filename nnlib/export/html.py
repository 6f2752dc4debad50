"""The nbconvert exporter `nnlib-html`: one chapter, or the merged report, as one HTML file.

The page makes no request: pictures and fonts are data: URIs, formulae are set by KaTeX here, and
a Content-Security-Policy forbids the rest. Each part of the document becomes a piece of HTML, and
`page` joins them.
"""

import base64
import gzip
import hashlib
import re
from html import escape, unescape
from types import SimpleNamespace
from urllib.parse import quote

import jinja2
from traitlets import default

from nnlib.export import live, mathfont, outputs, presentation, tables, tighten
from nnlib.export.boxes import code_box, scroll_box
from nnlib.export.exporter import ReportExporter
from nnlib.export.paths import TEMPLATES
from nnlib.export.trees import PLACES, inner, put_in, set_aside, tree_html
from nnlib.figures.palette import MATRIX
from nnlib.live.squeeze import squeezed

FOLDER = TEMPLATES / "nnlib-html"
SCRIPTS = ("page.js", "players.js")
TAG = re.compile("<[^>]*>")


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
    contents = entries(document)
    pieces = "".join(html for html in chapters(document, offset, contents))
    found = presentation.characters(pieces)
    script = squeezed("".join((FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS))
    panels = any(map(live.runs, document.pieces))
    return template().render(
        document=document,
        text=pieces,
        cover=cover(document),
        contents=contents,
        script=script,
        live=live.scripts() if panels else "",
        policy=policy(script, *(live.programs() if panels else ())),
        night=night(),
        style=(FOLDER / "style.css").read_text(encoding="utf-8")
        + (live.style() if panels else ""),
        formula_style=mathfont.style(found) if found else "",
    )


def cover(document):
    """The picture on the first page of the report, or none."""
    found = document.cover
    return found and image(found.picture, found.alt)


def template():
    loader = jinja2.FileSystemLoader(FOLDER)
    return jinja2.Environment(loader=loader, autoescape=True).get_template("index.html.j2")


def policy(script, *panels):
    """Nothing may be fetched, no script may run but the page's own; panels may use WebAssembly."""
    digests = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in (script, *panels)
    )
    more = " 'wasm-unsafe-eval'; worker-src blob:" if panels else ""
    return (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        f"script-src {digests}{more}; base-uri 'none'; form-action 'none'"
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


def chapters(document, offset, contents):
    """The pieces of HTML in order: a cell's code and outputs stand in one box."""
    cell = outputs_open = False
    begun = None  # the place of the chapter among the contents
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
            if number:
                yield neighbours(contents, begun) + '</section>\n<section class="chapter">\n'
            begun = next((at for at, entry in enumerate(contents)
                          if entry.target == quote(piece.chapter)), None)  # fmt: skip
            if piece.chapter in document.notebooks:
                yield take_home(piece.chapter, document.notebooks[piece.chapter])
        else:
            yield WRITERS[type(piece)](piece, offset) + "\n"
    yield "</div>\n" * (cell + outputs_open)
    if begun is not None:
        yield neighbours(contents, begun)


def neighbours(contents, at):
    """Links to the chapter before and the chapter behind the one at this place."""
    if at is None:
        return ""
    found = [
        f'<a rel="{name}" href="#{contents[place].target}"><span>{label}</span> '
        f"{contents[place].html}</a>"
        for name, label, place in (("prev", "Previous", at - 1), ("next", "Next", at + 1))
        if 0 <= place < len(contents)
    ]
    return f'<p class="neighbours">{"".join(found)}</p>\n' if found else ""


def take_home(chapter, notebook):
    """A button that saves the chapter's notebook, compressed in it; the page's script shows it."""
    name = escape(f"{chapter}.ipynb")
    data = base64.b64encode(gzip.compress(notebook.encode(), mtime=0)).decode()
    return (
        f'<p class="take-home"><button type="button" hidden data-name="{name}" data-file="{data}" '
        f'title="Save {name}, without outputs">Notebook</button></p>\n'
    )


def is_text(piece):
    return isinstance(piece, outputs.Text) and piece.kind == "text"


def code_cell(piece, _):
    """The code of a cell; what only shows a figure or a table, or judges, is folded."""
    box = code_box(piece.source, piece.language)
    if not (piece.folded or piece.judge):
        return box
    return f'<details class="fold">\n<summary>Code</summary>\n{box}\n</details>'


def printed(piece, _):
    return scroll_box("pre", "printed", piece.label, escape(piece.text.rstrip("\n"), quote=False))


def prose(piece, offset):
    return f'<div class="prose">\n{tree_html(piece.tree, offset)}</div>'


def figure(piece, offset):
    """A picture, or a player, with its alternative text; number and caption if it has them."""
    picture = player(piece)
    if not picture:
        picture = beside_narrow(image(piece.picture, piece.alt), piece.narrow)
        if live.runs(piece):
            picture = live.figure(piece, picture)
    if not piece.number:
        return f"<figure>\n{picture}\n</figure>"
    caption = captioned(f"Figure {piece.number}.", piece.caption, offset)
    return (
        f'<figure id="{escape(piece.name)}">\n{picture}\n'
        f"<figcaption>\n{caption}</figcaption>\n</figure>"
    )


def beside_narrow(image, narrow):
    """An image, and what a narrow screen shows in its place, if there is anything."""
    if not narrow:
        return image
    data = address(narrow).replace(" ", "%20")
    source = f'<source media="(max-width: 40rem)" srcset="{data}"{size(narrow)}>'
    return f"<picture>{source}{image}</picture>"


def image(picture, alt):
    """A picture with its alternative text.

    An SVG is a document of its own: most of the time until the page is there went into those that
    nobody sees yet. Browsers load the others before they print.
    """
    return f'<img loading="lazy" src="{address(picture)}" alt="{escape(alt)}"{size(picture)}>'


def size(picture):
    """The attributes that tell a picture's size."""
    sizes = (("width", picture.width), ("height", picture.height))
    return "".join(f' {name}="{points * 4 / 3:.0f}"' for name, points in sizes if points)


def address(picture):
    """The address of a picture for the page, in few bytes."""
    svg = picture.kind == "image/svg+xml"
    return tighten.address(picture.data) if svg else picture.address


def player(piece):
    """The HTML of a player, its first picture in fewer bytes; "" if there is none."""
    now = f'<img loading="lazy" src="{address(piece.picture)}"'
    return re.sub(
        r'<img src="[^"]*"((?:"[^"]*"|[^">])*>)',
        lambda rest: beside_narrow(now + rest[1], piece.narrow),
        piece.player,
        count=1,
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
    outputs.Code: code_cell,
    outputs.Listing: lambda piece, _: code_box(piece.source, piece.language),
    outputs.Printed: printed,
    outputs.Text: prose,
    outputs.Figure: figure,
    outputs.Table: table,
}
