"""What the text refers to becomes links, before either exporter reads it.

- "figure 4.3", "Figures 4.3 and 4.4", "table 4.1", "equation (3.7)", "chapters 6 and 7" lead to
  the figure, table, formula (its `\\tag{3.7}`) or chapter. Text in links, code, formulae and
  headings stays as it is, and so do figures and chapters of other people's works: a figure without
  a point in its number, or what stands behind "'s", "its", a title or a name and a comma, or
  before "of" or "in" and a name.
- `[@goh2017]`, `[@goh2017, section 2]` and `[@goh2017; @polyak1964]` become "(Goh 2017)", links to
  entries of the chapter's section "Read further". The works stand in references.bib beside the
  notebook. In that section an item such as `- G. Goh, *Why Momentum Really Works* [@goh2017]: the
  valley` becomes the entry itself; works that are only cited elsewhere are added as items.

In the merged report a reference to what is not there is refused, unless it belongs to a chapter
that is left out of this report. A chapter by itself refuses what is missing of its own;
"chapter 6" leads to the file beside it if there is one, and the figures, tables and equations of
other chapters stay plain text.
"""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nbformat.v4 import new_markdown_cell

from nnlib.export import bibliography
from nnlib.export.markdown import headings
from nnlib.export.merge import figure_id, figures, heading_id
from nnlib.export.tables import numbers, table_id

FILE = "references.bib"
READ_FURTHER = "Read further"

# Markdown in which nothing is a reference; first of all what a backslash escapes.
OTHER = (
    r"\\[\\`$\[*_]"
    r"|^[ \t>]*(?P<fence>```+|~~~+).*?^[ \t>]*(?P=fence)"
    r"|(?:\A|(?<=\n\n))(?:(?: {4}|\t)[^\n]*(?:\n|\Z))+"
    r"|(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
    r"|\$\$(?P<display>.*?)\$\$|(?<![$\\])\$(?!\$).+?(?<![$\\])\$"
    r"|(?P<heading>^ {0,3}#{1,6}[ \t][^\n]*)"
    r"|!?\[(?:\\.|[^\[\]\\]|\[[^\[\]]*\])*\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\]@][^\]]*\])"
    r"|<[A-Za-z/!][^>]*>|https?://\S+"
)
CITATION = r"\[(?P<works>@[^\]]*)\]"
NUMBER = r"(?:\(\d+\.\d+\)|\d+(?:\.\d+)?)(?![\w%]|[.-]\d)"
SEPARATOR = r"(?:,\s+(?:and|or)\s+|,\s+|\s+(?:and|or|to)\s+|\s?–\s?)"
REFERENCE = (
    r"(?<!\*\*)\b(?P<kind>[Ff]igure|[Tt]able|[Ee]quation|[Cc]hapter)(?P<many>s)?(?P<space>\s+)"
    rf"(?P<first>{NUMBER})(?P<more>(?(many)(?:{SEPARATOR}{NUMBER})*))"
)
MARKDOWN = re.compile(f"(?P<other>{OTHER})|{CITATION}|{REFERENCE}", re.DOTALL | re.MULTILINE)

# What stands before and behind a figure or a chapter of somebody else.
THEIRS_BEFORE = re.compile(
    r"(?:['’]s|\b(?:[Ii]ts|[Tt]heir|[Hh]is|[Hh]er)|(?:[^\d]\)|(?:19|20)\d\d\)?|[*\"”_]|\b[A-Z]\w+),)\s+\Z"
)
THEIRS_BEHIND = re.compile(r"\s+(?:of\s+(?!this\b|chapter\b)|in\s+[A-Z*_\"“‘\[])")
FORMS = {"chapter": r"\d+", "equation": r"\(\d+\.\d+\)|\d+\.\d+"}

TAG = re.compile(r"\\tag\s*\{([^}]*)\}")
CITED = re.compile(r"\s*@(?P<key>[\w:.+/-]*\w)(?:,\s*(?P<locator>[^@;]*[^@;\s]))?\s*")
ITEM = re.compile(
    r"^(?P<mark>[-*] )(?P<words>(?:(?!^[-*] |\[@).)*)" + CITATION, re.DOTALL | re.MULTILINE
)


def equation_number(latex):
    """The number that a display formula gives itself by \\tag, such as "3.7"; or None."""
    tags = TAG.findall(latex)
    if len(tags) > 1:
        raise ValueError(f"a formula can have one \\tag, not {len(tags)}: {latex.strip()}")
    return tags[0] if tags and re.fullmatch(r"\d+\.\d+", tags[0]) else None


def equation_id(number):
    """The anchor of an equation: "3.7" → "equation-3-7"."""
    return "equation-" + number.replace(".", "-")


def work_id(chapter, key):
    """The anchor of a work's entry; `chapter` is None where a chapter is exported by itself."""
    return f"work-{key}" if chapter is None else f"{chapter}:work-{key}"


def resolve(notebook, resources):
    """The notebook, merged or a single chapter, with links; in the form of a preprocessor.

    ValueError names the chapter, the cell and what is wrong.
    """
    about = resources.get("metadata", {})
    folder = Path(about.get("path") or ".")
    merged = "merged" in notebook.metadata.get("nnlib", {})
    chapters = split(notebook, merged, about.get("name") or "the notebook")
    places = {} if merged else files(folder)
    for chapter in chapters:
        add_places(chapter, places)
    works = Bibliography(folder / FILE)
    left_out = set(notebook.metadata.get("nnlib", {}).get("left out", ()))
    for chapter in chapters:
        Resolver(chapter, places, merged, works, left_out).resolve()
    notebook.cells = [cell for chapter in chapters for cell in chapter.cells]
    return notebook, resources


@contextmanager
def naming(chapter, cell):
    """Say in an error where it is."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{chapter.name}, cell {cell.get('id', '')}: {error}") from None


def files(folder):
    """The chapters' files in a folder."""
    paths = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    return {("chapter", str(int(path.name[:2]))): path.name for path in paths}


def split(notebook, merged, name):
    """The notebook's chapters."""
    if not merged:
        return [Chapter(name, None, list(notebook.cells))]
    chapters = []
    for cell in notebook.cells:
        start = cell.metadata.get("nnlib", {}).get("chapter")
        if start is not None:
            chapters.append(Chapter(start, start, []))
        chapters[-1].cells.append(cell)
    return chapters


@dataclass
class Chapter:
    """A chapter's cells; `anchor` is its name in the merged report, None where it is alone."""

    name: str
    anchor: str | None
    cells: list

    @cached_property
    def number(self):
        """Its number, from its heading "4. Training"; or None."""
        for cell in self.cells:
            found = headings(cell.source) if cell.cell_type == "markdown" else ()
            for title in (text for level, text in found if level == 1):
                number = re.match(r"(\d+)\.", title)
                return number and number[1]
        return None


def add_places(chapter, places):
    """Add what can be referred to in a chapter: (kind, number) → where it stands."""
    if chapter.number and chapter.anchor:
        places["chapter", chapter.number] = "#" + heading_id(chapter.anchor, 1, "")
    for cell in chapter.cells:
        for number in (str(figure["number"]) for figure in figures(cell) if "number" in figure):
            places["figure", number] = "#" + figure_id(number)
        for number in numbers(cell):
            places["table", number] = "#" + table_id(number)
        with naming(chapter, cell):
            for number in filter(None, map(equation_number, displays(cell))):
                if ("equation", number) in places:
                    raise ValueError(f"two equations have the number {number}")
                places["equation", number] = "#" + equation_id(number)


def outputs(cell):
    return cell.get("outputs", ())


def displays(cell):
    """The display formulae of a cell's texts."""
    data = [output.get("data", {}) for output in outputs(cell)]
    texts = [cell.source] if cell.cell_type == "markdown" else []
    texts += [each["text/markdown"] for each in data if "text/markdown" in each]
    found = [match["display"] for text in texts for match in MARKDOWN.finditer(text)]
    return [*filter(None, found), *(each["text/latex"] for each in data if "text/latex" in each)]


@dataclass
class Bibliography:
    """The works of a file, which is read when the first of them is asked for."""

    path: Path

    @cached_property
    def works(self):
        if not self.path.exists():
            raise ValueError(f"works are cited, but there is no {self.path}")
        return bibliography.read(self.path)

    def __getitem__(self, key):
        if key not in self.works:
            raise ValueError(f"[@{key}] is not in {self.path.name}")
        return self.works[key]


@dataclass
class Resolver:
    """The references of one chapter."""

    chapter: Chapter
    places: dict
    merged: bool
    bibliography: Bibliography
    left_out: set  # numbers of chapters that this report does without
    cited: dict = field(default_factory=dict)  # keys in the order of their citations
    listed: set = field(default_factory=set)  # keys that have their entry

    def resolve(self):
        """Resolve the references in all texts, and complete the section "Read further"."""
        for cell in self.chapter.cells:
            with naming(self.chapter, cell):
                self.resolve_cell(cell)
        left = [key for key in self.cited if key not in self.listed]
        if left:
            add_items(self.chapter.cells, [f"- {self.entry(key)}" for key in left])

    def resolve_cell(self, cell):
        if cell.cell_type == "markdown":
            before, section, behind = sections(cell.source)
            cell.source = self.text(before) + self.items(section) + self.text(behind)
        for data in (output.get("data", {}) for output in outputs(cell)):
            if "text/markdown" in data:
                data["text/markdown"] = self.text(data["text/markdown"])
        for figure in figures(cell):
            if figure.get("caption"):
                figure["caption"] = self.text(figure["caption"])

    def text(self, markdown):
        """A text with its references as links."""
        return MARKDOWN.sub(self.link, markdown)

    def link(self, match):
        if match["works"]:
            return self.citation(match["works"])
        if match["kind"]:
            return self.reference(match)
        if match["heading"] and "[@" in match["heading"]:
            raise ValueError(f"a heading cannot cite: {match['heading']}")
        return match[0]

    def reference(self, match):
        """The numbers behind "figure", "table", "equation" or "chapter" as links."""
        text, kind = match.string, match["kind"].lower()
        ours = re.compile(FORMS.get(kind, r"\d+\.\d+"))
        numbers = [match["first"], *re.findall(NUMBER, match["more"])]
        theirs = THEIRS_BEFORE.search(text[: match.start()]) or THEIRS_BEHIND.match(
            text, match.end()
        )
        if theirs or not all(map(ours.fullmatch, numbers)):
            return match[0]
        head = match["kind"] + (match["many"] or "") + match["space"]
        more = re.sub(NUMBER, lambda number: self.place(kind, number[0]), match["more"])
        return self.place(kind, match["first"], head) + more

    def place(self, kind, number, head=""):
        """A link to this, or plain text where the chapter is alone and it is another's."""
        bare = number.strip("()")
        target = self.places.get((kind, bare))
        if target:
            return f"[{head}{number}]({target})"
        own = kind != "chapter" and bare.split(".")[0] == self.chapter.number
        known = ", ".join(each for known, each in self.places if known == kind)
        # A notebook that numbers nothing may speak of somebody else's figures.
        if (self.merged and bare.split(".")[0] not in self.left_out) or (own and known):
            raise ValueError(
                f"{kind} {bare} is not there; of this kind there are: {known or 'none'}"
            )
        return head + number

    def citation(self, text):
        """(Goh 2017; Kingma and Ba 2015, section 2), each a link to its entry."""
        names = []
        for key, locator in self.keys(text):
            self.cited[key] = None
            target = work_id(self.chapter.anchor, key)
            names.append(f"[{self.bibliography[key].name}](#{target}){locator}")
        return f"({'; '.join(names)})"

    def keys(self, text):
        """The keys of a citation, each with its locator as it is printed: ", section 2"."""
        found = [CITED.fullmatch(part) for part in text.split(";")]
        if not all(found):
            raise ValueError(
                f"the citation [{text}] cannot be read; write [@key], [@key, section 2] or "
                "[@key; @other]"
            )
        return [(m["key"], f", {m['locator']}" if m["locator"] else "") for m in found]

    def items(self, section):
        """The text of the section "Read further", its items with the works' entries."""
        text, at = "", 0
        for item in ITEM.finditer(section):
            (key, locator), *others = self.keys(item["works"])
            if not others and key not in self.listed:
                text += self.text(section[at : item.start()])
                text += item["mark"] + self.entry(key) + locator
                at = item.end()
        return text + self.text(section[at:])

    def entry(self, key):
        """A work's entry, its authors as the place where links to it lead."""
        self.listed.add(key)
        work = self.bibliography[key]
        return f"[{work.authors}](id:{work_id(self.chapter.anchor, key)}), {work.rest}"


def sections(source):
    """A text in three parts: before, in and behind the section "Read further"."""
    start = re.search(rf"^#+[ \t]+{READ_FURTHER}[ \t]*(?:\n|\Z)", source, re.MULTILINE)
    if not start:
        return source, "", ""
    end = re.compile(r"^#", re.MULTILINE).search(source, start.end())
    end = end.start() if end else len(source)
    return source[: start.end()], source[start.end() : end], source[end:]


def add_items(cells, items):
    """Add items to the section "Read further", which is made where there is none."""
    for cell in cells:
        before, section, behind = (
            sections(cell.source) if cell.cell_type == "markdown" else [""] * 3
        )
        if before.rstrip().endswith(READ_FURTHER):
            list_begun = re.search("^[-*] ", section, re.MULTILINE)
            lines = [section.strip("\n"), *items] if list_begun else [section, "", *items]
            cell.source = before + "\n" + "\n".join(lines).strip("\n") + "\n\n" + behind
            return
    source = "\n".join([f"## {READ_FURTHER}", "", *items])
    number = len(cells)
    cells.append(new_markdown_cell(source, id=f"{cells[0].get('id', 'cell')[:50]}-read-{number}"))
