"""A prepared notebook as a document: its parts in order, everything checked that can be wrong.

Both exporters set the same document, so that what one can set the other can, and what is refused
is refused by both, with the name of the cell, the cause and the cure.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from nnlib.export import katex, markdown, mathml, outputs, pictures, references, tables
from nnlib.export.code import only_shows, without_words
from nnlib.export.merge import anchor, figure_id, heading_id

# What the page needs itself.
RESERVED = ("main", "night")
SIZE = r"\s*(\d+)(px|%)?\s*"
PAGE_WIDTH = 442  # of the text in the PDF, in points


@dataclass
class Heading:
    """A heading for the contents."""

    level: int
    target: str
    tree: object


@dataclass
class Document:
    """The parts of a notebook and what is known of it as a whole."""

    pieces: list = field(default_factory=list)
    contents: list = field(default_factory=list)
    title: str = ""
    subtitle: str = ""
    merged: bool = False
    edition: dict = field(default_factory=dict)  # date, version, commit, licence
    notebooks: dict = field(default_factory=dict)  # of each chapter, as text

    @property
    def cover(self):
        """The Figure on the first page of the report: 0.5, a network that is trained; or None."""
        figures = (piece for piece in self.pieces if isinstance(piece, outputs.Figure))
        return next((piece for piece in figures if piece.number == "0.5"), None)


def of(notebook, resources, shown):
    """The document of a prepared notebook; `shown` says of what it leaves out.

    All that is wrong is told in one ValueError, a line for each.
    """
    return Builder(notebook, resources, shown).build()


class Builder:
    """A document in the making."""

    def __init__(self, notebook, resources, shown):
        about = resources.get("metadata", {})
        self.notebook = notebook
        self.shown = shown
        self.folder = about.get("path") or "."
        self.name = about.get("name") or "the notebook"
        self.language = language(notebook)
        self.chapter = None
        self.level = 0
        self.formulas = katex.Formulas()
        self.ids = dict.fromkeys(RESERVED)  # the wanted name → the id that it got
        self.slugs = {}
        self.local = {}
        self.links = []
        self.problems = []
        told = notebook.metadata.get("nnlib", {})
        self.document = Document(
            title=notebook.metadata.get("title", ""),
            subtitle=told.get("subtitle", ""),
            merged="merged" in told,
            edition=dict(told.get("edition", {})),
            notebooks=dict(told.get("notebooks", {})),
        )

    def build(self):
        for cell in self.notebook.cells:
            try:
                self.add_cell(cell)
            except ValueError as error:
                self.problems.append(f"{self.where(cell)}: {error}")
        for element, where in self.links:
            self.lead(element, where)
        if self.problems:
            raise ValueError("\n".join(self.problems))
        document = self.document
        if not document.title:
            first = next((each for each in document.contents), None)
            document.title = markdown.plain(first.tree) if first else str(self.name)
        return document

    def where(self, cell):
        """The chapter, the cell and how it begins, for messages."""
        line = cell.source.strip().split("\n")[0][:60]
        begins = f" ({line})" if line else ""
        return f"{self.chapter or self.name}, cell {cell.id}{begins}"

    def add(self, piece):
        self.document.pieces.append(piece)

    def add_cell(self, cell):
        start = cell.metadata.get("nnlib", {}).get("chapter")
        if start:
            self.chapter = start
            self.formulas = katex.Formulas()
            self.add(outputs.Start(self.where(cell), start))
        getattr(self, f"add_{cell.cell_type}", self.add_unknown)(cell)

    def add_unknown(self, cell):
        raise ValueError(f"a cell of the type {cell.cell_type!r} is not known")

    def add_markdown(self, cell):
        if self.shown["markdown"]:
            self.add(
                self.finished(outputs.Text(self.where(cell), markdown.tree(cell.source)), cell)
            )

    add_heading = add_markdown

    def add_raw(self, cell):
        """Raw text for every format is shown as it is; raw text for another format is not."""
        kind = cell.metadata.get("format") or cell.metadata.get("raw_mimetype") or ""
        if (
            not self.shown["raw"]
            or kind not in ("", *outputs.TREES, "text/plain")
            or kind == "text/latex"
        ):
            return
        if kind in outputs.TREES:
            piece = outputs.Text(self.where(cell), outputs.TREES[kind](cell.source))
            self.add(self.finished(piece, cell))
        elif cell.source.strip():
            self.add(outputs.Printed(self.where(cell), cell.source))

    def add_code(self, cell):
        if not self.shown["code"]:
            return
        hidden = cell.metadata.get("transient", {}).get("remove_source")
        if self.shown["input"] and not hidden and cell.source.strip():
            folded = self.shown["output"] and bool(cell.outputs) and only_shows(cell.source)
            source = without_words(cell.source)
            self.add(
                outputs.Code(self.where(cell), source, self.language, folded, judge=is_judge(cell))
            )
        for output in cell.outputs if self.shown["output"] else ():
            try:
                piece = outputs.piece(output, self.where(cell))
                if piece is not None:
                    piece.judge = is_judge(cell)
                    self.add(self.finished(piece, cell))
            except ValueError as error:
                self.problems.append(f"{self.where(cell)}: {error}")

    def finished(self, piece, cell):
        """A part with its formulae set, its pictures embedded, its places and links noted."""
        if isinstance(piece, outputs.Figure) and piece.number:
            piece.name = self.place(figure_id(piece.number), f"figure {piece.number}: two figures")
        if isinstance(piece, outputs.Table):
            name = tables.table_id(piece.number)
            self.place(name, f"table {piece.number}: two tables")
        for tree in (getattr(piece, name, None) for name in ("caption", "tree")):
            if tree is not None:
                self.finish(tree, cell)
        return piece

    def place(self, name, twice):
        if name in self.ids:
            raise ValueError(f"{twice} have this number")
        self.ids[name] = name
        return name

    def finish(self, tree, cell):
        self.local = {}
        for element in tree.find_all("nn-math"):
            self.set_formula(element, cell)
        for element in tree.find_all("img"):
            self.embed(element, cell)
        for element in tree.find_all(markdown.HEADING):
            self.set_heading(element)
        for element in tree.find_all(True):
            if not markdown.HEADING.match(element.name):
                self.set_id(element)
        for link in tree.find_all("a", href=True):
            # Footnotes of several cells have the same names: first of all its own cell's.
            own = self.local.get(unquote(link["href"].removeprefix("#")))
            if own and link["href"].startswith("#"):
                link["href"] = "#" + own
            else:
                self.links.append((link, self.where(cell)))

    def set_formula(self, element, cell):
        """Set a formula; the first thing that is wrong with one does not hide the others."""
        latex, display = element.get_text(), element.get("display") == "block"
        try:
            number = references.equation_number(latex) if display else None
            element["html"] = self.formulas.render(latex, display)
            element["typst"] = mathml.to_typst(element["html"])
            if number:
                element["number"] = number
                element["id"] = references.equation_id(number)
        except ValueError as error:
            self.problems.append(f"{self.where(cell)}: {error}")

    def embed(self, element, cell):
        picture = pictures.from_address(element.get("src", ""), cell, self.folder)
        element["src"] = picture.address
        element.attrs.setdefault("alt", "")
        width = re.fullmatch(SIZE, element.get("width", ""))
        height = re.fullmatch(SIZE, element.get("height", ""))
        if height and height[2] != "%" and not width and picture.height:  # it keeps its shape
            element["width"] = f"{int(height[1]) * picture.width / picture.height:.0f}"
            width = re.fullmatch(SIZE, element["width"])
        unit = 0.01 * PAGE_WIDTH if width and width[2] == "%" else 0.75
        element["points"] = f"{int(width[1]) * unit if width else picture.width:g}"
        if not width:
            element["width"] = f"{picture.width / 0.75:.0f}"
            if picture.height and "height" not in element.attrs:
                element["height"] = f"{picture.height / 0.75:.0f}"

    def set_heading(self, element):
        """No level is left out, and every heading has an id."""
        level, text = int(element.name[1]), element.attrs.pop("plain", markdown.plain(element))
        if not text and element.find("img"):  # a logo; contents and PDF/UA want words
            element.name = "p"
            return
        if not text:
            element.decompose()
            return
        own, wanted = element.get("id"), heading_id(self.chapter, level, text)
        self.level = min(level, self.level + 1)
        element.name = f"h{self.level}"
        element["id"] = self.unique(wanted)
        self.slugs[untaken(slug(text), self.slugs)] = element["id"]
        if own:
            self.ids.setdefault(own, element["id"])
        self.document.contents.append(Heading(self.level, element["id"], element))

    def unique(self, wanted):
        """The name, or one like it, as an id that no other element has."""
        name = untaken(wanted, {*RESERVED, *filter(None, self.ids.values())})
        if not self.ids.get(wanted):
            self.ids[wanted] = name
        self.local.setdefault(wanted, name)
        self.ids.setdefault(name, name)
        return name

    def set_id(self, element):
        href = element.get("href", "") if element.name == "a" else ""
        wanted = (
            unquote(href[3:])
            if href.startswith("id:")
            else element.get("id") or element.get("name")
        )
        element.attrs.pop("name", None)
        if not wanted:
            element.attrs.pop("id", None)
            return
        element["id"] = self.unique(anchor(wanted))
        if href.startswith("id:"):
            del element["href"]
            element.name = "span"
            element["class"] = ["work"]

    def lead(self, element, where):
        """Have a link lead to its place."""
        href = element.get("href", "")
        if not href.startswith("#"):
            return
        wanted = unquote(href[1:])
        found = (
            self.ids.get(wanted) or self.slugs.get(slug(wanted)) or self.ids.get(anchor(wanted))
        )
        figure, mark, state = wanted.partition("?")
        if not found and self.ids.get(figure):  # one that trains, as #figure-4-6?lr=0.3
            found = f"{self.ids[figure]}{mark}{state}"
        if found:
            element["href"] = "#" + found
        elif wanted in ("", "top"):
            del element["href"]
        else:
            self.problems.append(
                f"{where}: the link (#{wanted}) leads nowhere; places are headings, such as "
                f"#{next(iter(self.slugs.values()), 'Heading')}"
            )


def is_judge(cell):
    """Whether a cell judges a reader's answer."""
    return bool(cell.metadata.get("nnlib", {}).get("judge"))


def untaken(wanted, taken):
    """The name, or the first of "name-1", "name-2", … that is not taken, as GitHub counts."""
    numbered = (f"{wanted}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in (wanted, *numbered) if name not in taken)


def slug(text):
    """A heading's anchor as GitHub makes it; of several alike that of the first."""
    return re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")


def language(notebook):
    """The language of the notebook's code, as Pygments names it."""
    about = notebook.metadata.get("language_info", {})
    name = about.get("pygments_lexer") or about.get("name")
    return str(name or notebook.metadata.get("kernelspec", {}).get("language") or "ipython3")
