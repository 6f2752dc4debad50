"""Notebooks → PDF, without TeX and without a browser: `jupyter nbconvert --to nnlib-pdf x.ipynb`.

Each part of the document becomes a piece of Typst's text, and Typst sets it as PDF/UA-1. The same
notebook gives the same bytes. What paper cannot show stops the build with a ValueError that names
the cell: a character that no font has.
"""

import re
import shutil
import tempfile
from pathlib import Path

import typst
from traitlets import default

from nnlib.export import exercises, fonts, outputs
from nnlib.export.exporter import ReportExporter
from nnlib.export.paths import TEMPLATES
from nnlib.export.pictures import DATA, decoded
from nnlib.export.typst import Writer, string

FOLDER = TEMPLATES / "nnlib-pdf"
NOTE = (
    "Made from Jupyter notebooks and nnlib, a small NumPy library. Code that only draws a figure, "
    "sets a table or judges an answer stands in the notebooks and in the HTML report."
)
CARDS = 20  # rows of a table of long texts from which on each is set as a paragraph
LINE = 100  # characters that fit beside each other in small type
TAG = re.compile(r"\\tag\s*\*?\s*\{([^}]*)\}")
# The names by which Typst colors code; other languages are set without colors.
LANGUAGES = {"ipython3": "python", "ipython": "python", "python3": "python"}


class PDFReport(ReportExporter):
    """Exports one chapter, or the merged report with title page and table of contents, to PDF."""

    export_from_notebook = "PDF report"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self):
        return ".pdf"

    @default("template_name")
    def _template_name_default(self):
        return "nnlib-pdf"

    def set(self, document):
        setter = Setter(document)
        source, places = setter.source()
        try:
            return self.compile(source, setter.pictures)
        except typst.TypstError as error:
            raise ValueError(explained(error, places)) from None

    def compile(self, source, pictures):
        """Set the Typst text; the pictures, bytes by name, lie beside it while it is set."""
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
            for name, data in pictures.items():
                Path(folder, name).write_bytes(data)
            pdf, warnings = self.typeset(source, folder)
        for warning in warnings:
            self.log.warning("%s", warning.diagnostic)
        return pdf

    def typeset(self, source, folder):
        return typst.compile_with_warnings(
            source.encode(),
            root=folder,
            font_paths=fonts.folders(source),
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=0,
        )


class Setter:
    """A document on its way to Typst."""

    def __init__(self, document):
        self.document = document
        self.pictures = {}
        self.writer = Writer(formula, self.picture)

    def source(self):
        """The text for Typst, and its parts: (first line, cell, text)."""
        pieces = [piece for piece in self.document.pieces if not is_left_out(piece)]
        kinds = ["", *map(kind, pieces), ""]
        texts = [
            WRITERS[type(piece)](self, piece, kinds[at], kinds[at + 2])
            for at, piece in enumerate(pieces)
        ]
        source, places = opening(self.document, "".join(texts), self.cover()), []
        for piece, text in zip(pieces, texts, strict=True):
            source += "\n\n"
            places.append((source.count("\n") + 1, piece.where, text))
            source += text
        return source + "\n", places

    def cover(self):
        """The picture on the first page of the report: (name, alternative text), or None."""
        found = self.document.cover
        return found and (self.add_picture(found.picture.data, found.picture.ending), found.alt)

    def add_picture(self, data, ending):
        name = f"picture-{len(self.pictures)}{ending}"
        self.pictures[name] = data
        return name

    def picture(self, element):
        """The file of a picture in a text, and its width in points."""
        match = DATA.match(element["src"])
        kind = match["kind"]
        data = decoded(match["data"])
        return self.add_picture(data, outputs.pictures.KINDS[kind]), element["points"]

    def start(self, piece, before, after):
        """A chapter begins, below the figures of the one before it."""
        listed = piece.chapter == exercises.LIST
        return "#place.flush()" + ("\n#show: nn.exercise-list" if listed else "")

    def text(self, piece, before, after):
        tree = piece.tree
        if piece.kind == "latex":
            alone = tree.find_all("nn-math")
            if len(alone) == 1 and tree.get_text().strip() == alone[0].get_text().strip():
                alone[0]["display"] = "block"
        inner = self.writer.blocks(tree, leads=piece.kind == "text" and leads(tree, after))
        return f"#nn.rich-output[{inner}]" if piece.kind == "output" else inner

    def code(self, piece, before, after):
        shows = after in ("table", "latex")
        language = LANGUAGES.get(piece.language, piece.language)
        source = narrowed(piece.source)
        return (
            f"#nn.code-cell({string(language)}, {string(source)}, "
            f"attached: {flag(after == 'text')}, shows: {flag(shows)})"
        )

    def printed(self, piece, before, after):
        text = narrowed(piece.text.rstrip())
        color = ", color: nn.error-color" if piece.label == "Error" else ""
        joined = before in ("code", "text")
        return (
            f"#nn.text-output({string(text)}, joined: {flag(joined)}, "
            f"attached: {flag(after == 'text')}{color})"
        )

    def listing(self, piece, before, after):
        return f"#nn.listing({string(piece.language)}, {string(piece.source)})"

    def figure(self, piece, before, after):
        name = self.add_picture(piece.picture.data, piece.picture.ending)
        width, alt = f"{piece.picture.width:g}pt", string(piece.alt)
        if not piece.number:
            return f"#nn.plain-picture({string(name)}, {alt}, {width})"
        caption = self.writer.blocks(piece.caption)
        return (
            f"#nn.picture({string(name)}, {string(piece.name)}, {string(piece.number)}, {alt}, "
            f"{width})[{caption}]"
        )

    def table(self, piece, before, after):
        name = "table-" + piece.number.replace(".", "-")
        caption = self.writer.blocks(piece.caption)
        rows = piece.tree.find_all("tr")
        in_cards = piece.cards and len(rows) > CARDS
        table = self.writer.cards(rows) if in_cards else self.writer.blocks(piece.tree)
        return f"#nn.numbered-table({string(name)}, {string(piece.number)})[{caption}][{table}]"


WRITERS = {
    outputs.Start: Setter.start,
    outputs.Text: Setter.text,
    outputs.Code: Setter.code,
    outputs.Printed: Setter.printed,
    outputs.Listing: Setter.listing,
    outputs.Figure: Setter.figure,
    outputs.Table: Setter.table,
}
KINDS = {
    outputs.Code: "code",
    outputs.Printed: "text",
    outputs.Figure: "figure",
    outputs.Table: "table",
}


def is_left_out(piece):
    """Whether paper does without a piece: code that only shows its figure or table, judges."""
    return piece.judge or (isinstance(piece, outputs.Code) and piece.folded)


def leads(tree, after):
    """Whether a text ends with a short line that may not stand alone at the end of a page."""
    parts = tree.find_all(True, recursive=False)
    last = parts[-1] if parts else None
    if last is None or last.name != "p" or len(last.get_text()) > LINE:
        return False
    words = last.get_text().strip()
    bold = last.find(["strong", "b"], recursive=False)
    alone = bold is not None and bold.get_text().strip() == words
    return alone or (after == "code" and words.endswith(":"))


def kind(piece):
    """What a part is for the boxes beside it."""
    if isinstance(piece, outputs.Text) and piece.kind == "latex":
        return "latex"
    return KINDS.get(type(piece), "")


def narrowed(text):
    """Very long lines cut, where there are so many that Typst cannot break them one by one."""
    lines = text.split("\n")
    if sum(len(line) for line in lines if len(line) > LINE) < 4000:
        return text
    starts = [[line[at : at + LINE] for at in range(0, max(len(line), 1), LINE)] for line in lines]
    return "\n".join(part for parts in starts for part in parts)


def flag(value):
    return "true" if value else "false"


def formula(element):
    """A formula, with its LaTeX as alternative text."""
    latex = element.get_text().strip().removeprefix("\\displaystyle ")
    inner = element["typst"]
    if element.get("display") != "block":
        return f"#nn.formula({string(latex)}, ${inner}$);"
    tag = TAG.search(latex)
    side = f", tag: {string(f'({tag[1]})')}" if tag else ""
    label = f", label: {string(element['id'])}" if element.get("id") else ""
    return f"#nn.display({string(latex)}, $ {inner} ${side}{label})"


def opening(document, body, cover):
    """The first lines of the Typst text."""
    texts = {"title": document.title}
    whole = ""
    if document.merged:
        about = {"version": "version ", "commit": "commit "}
        edition = [about.get(name, "") + text for name, text in document.edition.items()]
        texts |= {"subtitle": document.subtitle, "note": NOTE, "edition": ", ".join(edition)}
        whole = ", whole: true"
        if cover:
            whole += f", cover: ({', '.join(map(string, cover))})"
    given = ", ".join(f"{key}: {string(text)}" for key, text in texts.items())
    more = ", ".join(map(string, fonts.families(document.title + body)))
    fallbacks = f", fonts: ({more},)" if more else ""
    return f'#import "report.typ" as nn\n#show: nn.report.with({given}{whole}{fallbacks})'


PLACE = re.compile(r"__typst_py_bytes__\.typ:(\d+):")
GLYPH = re.compile(r"the text [`\"]+(.+?)[`\"]+ could not be displayed")
CODE = re.compile(r"\\u\{(\w+)\}")


def explained(error, places):
    """What Typst cannot set, each with its cell."""
    parts = re.split(r"^error: ", error.diagnostic, flags=re.MULTILINE)[1:]
    found = dict.fromkeys(line for part in parts for line in causes(part, places))
    return "\n".join(found) or f"the PDF cannot be set: {error.message}"


def causes(part, places):
    """The cell and the cause of one of Typst's messages."""
    glyph, lines = GLYPH.search(part), PLACE.findall(part)
    if glyph:
        character = CODE.sub(lambda code: chr(int(code[1], 16)), glyph[1])
        for where in dict.fromkeys(where for _, where, text in places if character in text):
            yield (
                f"{where}: no font has the character {character!r}; write it otherwise, or show "
                "it in a picture with alternative text"
            )
    else:
        cause = part.split("\n")[0].removeprefix("panicked with: ").strip('"')
        yield f"{cell_of(int(lines[-1]), places) if lines else 'the notebook'}: {cause}"


def cell_of(line, places):
    """The cell whose text stands on a line."""
    return next((where for first, where, _ in reversed(places) if first <= line), "the notebook")
