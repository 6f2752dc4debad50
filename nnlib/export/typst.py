"""A tree of Markdown or HTML as Typst. The functions that are called stand in report.typ.

All text goes into Typst as strings: nothing in a notebook is read as a program.
"""

import json
import re

from bs4 import NavigableString, Tag

from nnlib.export.markdown import HEADING
from nnlib.export.mathml import hexadecimal

BLOCK = {
    "p", "ul", "ol", "dl", "pre", "table", "blockquote", "hr", "div", "details", "h1", "h2",
    "h3", "h4", "h5", "h6", "section", "article", "aside", "header", "footer", "main", "nav",
    "center", "figure", "figcaption", "address",
}  # fmt: skip
ALIGNED = re.compile(r"text-align:\s*(left|right|center)")
COLORED = re.compile(r"(?<![-\w])color:\s*([^;]+)")
WEIGHT = re.compile(r"font-weight:\s*(?:bold|[6-9]00)")
MISSING = "–"  # in a table's cell
SLANT = re.compile(r"font-style:\s*(?:italic|oblique)")


# What may not stand in a string of Typst as it is; other control characters have no glyph.
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
SPECIAL = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]')


def string(text):
    """A text as a string of Typst."""
    return '"' + SPECIAL.sub(lambda found: ESCAPES.get(found[0], ""), text) + '"'


def words(text):
    """A text as content; hyphens in a row stay, of which the font would make a dash."""
    parts = re.split("(--+)", text)
    calls = (("#nn.hyphens", f"({string(part)})") if at % 2 else ("#", string(part))
             for at, part in enumerate(parts) if part)  # fmt: skip
    return "".join(f"{name}{given};" for name, given in calls)


class Writer:
    """Trees to Typst. `formulas` gives the Typst of a formula, `pictures` the name of a file."""

    def __init__(self, formula, picture):
        self.formula = formula
        self.picture = picture

    def blocks(self, element, leads=False):
        """The content of an element whose parts may be blocks; the last one `leads` to a cell."""
        out, run = [], []

        def flush():
            text = self.run(run)
            if text:
                out.append(text)
            run.clear()

        for child in element.children:
            if isinstance(child, Tag) and child.name in BLOCK:
                flush()
                out.append(self.block(child))
            elif isinstance(child, Tag) and self.holds_blocks(child):
                flush()
                out.append(self.blocks(child))
            else:
                run.append(child)
        flush()
        out = list(filter(None, out))
        if leads and out:
            out[-1] = f"#nn.lead-in[{out[-1]}]"
        return "\n\n".join(out)

    @staticmethod
    def holds_blocks(element):
        return element.find(list(BLOCK)) is not None

    def run(self, nodes):
        """A run of words and formulae; a text that leads to a formula stays on its page."""
        parts, text = [], []
        for node in [*nodes, None]:
            displayed = node is not None and is_display(node)
            if displayed or node is None:
                line = self.inline(trimmed(text))
                if line.strip():
                    parts.append(f"#nn.lead-in[{line}]" if displayed else line)
                text = []
            else:
                text.append(node)
            if displayed:
                parts.append(self.element(node))
        return "\n\n".join(parts)

    def block(self, element):
        name = element.name
        if HEADING.match(name):
            return self.heading(element)
        if name in BLOCKS:
            return anchors(element) + BLOCKS[name](self, element)
        return anchors(element) + self.aligned(element, self.blocks(element))

    def aligned(self, element, inner):
        found = ALIGNED.search(element.get("style", "")) or re.match(
            "(left|right|center)", element.get("align", "").lower()
        )
        side = found[1] if found else "center" if element.name == "center" else None
        if "markdown-alert" in element.get("class", []):
            return f"#quote(block: true)[{inner}]"
        return f"#align({side})[{inner}]" if side and inner else inner

    def heading(self, element):
        target = element.get("id")
        label = f"#label({string(target)})" if target else ""
        return f"#heading(level: {element.name[1]})[#none;{self.children(element)}]{label}"

    def children(self, element):
        """The content of an element within a line."""
        return self.inline(list(element.children))

    def inline(self, nodes):
        out, after_break = [], False
        for node in nodes:
            if after_break and type(node) is NavigableString:
                node = NavigableString(node.lstrip())
            after_break = isinstance(node, Tag) and node.name == "br"
            out.append(self.node(node))
        return "".join(out)

    def node(self, node):
        if isinstance(node, Tag):
            return self.element(node)
        if type(node) is NavigableString:
            return words(re.sub(r"[ \t\n\r\f]+", " ", node))
        return ""

    def element(self, element):
        name = element.name
        before = anchors(element)
        if name in CALLS:
            return f"{before}#{CALLS[name]}[{self.children(element)}];"
        if name in INLINES:
            return before + INLINES[name](self, element)
        if name in BLOCK:
            return self.block(element)
        return before + self.styled(element)

    def styled(self, element):
        """A span in its color, weight and slant."""
        inner, style = self.children(element), element.get("style", "")
        color = COLORED.search(style)
        color = color[1].strip() if color else element.get("color")
        if WEIGHT.search(style):
            inner = f"#strong[{inner}];"
        if SLANT.search(style):
            inner = f"#emph[{inner}];"
        return (
            f"#text(fill: rgb({string(as_color(color))}))[{inner}];" if as_color(color) else inner
        )

    def link(self, element):
        inner, target = self.children(element), element.get("href", "")
        if target.startswith("id:") or not target:
            return f"{inner}"
        if target.startswith("#"):
            place = re.sub(
                r"^(figure-[\w-]+)\?.*", r"\1", target[1:]
            )  # on paper without its state
            return f"#link(label({string(place)}))[#none;{inner}];"
        if not re.match("https?:|mailto:", target):
            return inner  # a file, which is not in the PDF
        text = element.get_text()
        if "/" in text and not re.search(r"\s", text) and not element.find(True):
            return f"#nn.address({string(target)}, {string(text)});"
        return f"#link({string(target)})[{inner}];" if inner else ""

    def math(self, element):
        return self.formula(element)

    def image(self, element):
        name, width = self.picture(element)
        alt = element.get("alt", "").strip()
        return f"#nn.bitmap({string(name)}, {string(alt)}, {width}pt);"

    def list(self, element):
        children = element.find_all("li", recursive=False)
        if not children:
            return ""
        tight = json.dumps(not any(child.find("p", recursive=False) for child in children))
        if element.name == "ul":
            return f"#list(tight: {tight}, {', '.join(map(self.item, children))})"
        kind = element.get("type", "1")
        form = f'numbering: "{kind}.", ' if kind in ("a", "A", "i", "I") else ""
        numbered = zip(places(element, children), children, strict=True)
        items = (f"enum.item({at}, {self.item(child)})" for at, child in numbered)
        return f"#enum(tight: {tight}, {form}{', '.join(items)})"

    def item(self, element):
        return f"[#none;{anchors(element)}{self.blocks(element)}]"

    def terms(self, element):
        out = []
        for child in element.find_all(["dt", "dd"], recursive=False):
            inner = self.blocks(child)
            out.append(
                f"#strong[{inner}]" if child.name == "dt" else f"#pad(left: 1.5em)[{inner}]"
            )
        return "\n\n".join(out)

    def details(self, element):
        """All of it is seen on paper."""
        head = element.find("summary", recursive=False)
        title = self.blocks(head.extract()) if head else words("Details")
        return f"#strong[{title}]\n\n#pad(left: 1em)[{self.blocks(element)}]"

    def listing(self, element):
        code = element.find("code", recursive=False)
        language = language_of(code) if code else ""
        text = element.get_text().rstrip("\n")
        if not code:
            return f"#nn.text-output({string(text)})"
        return f"#nn.listing({string(language)}, {string(text)})"

    def table(self, element):
        rows = [row for row in element.find_all("tr") if row.find_parent("table") is element]
        caption = element.find("caption", recursive=False)
        above = f"{self.blocks(caption)}\n\n" if caption else ""
        if any({"colspan", "rowspan"} & set(cell.attrs) for row in rows for cell in cells(row)):
            return above + self.spanned(rows)
        return above + self.grid(rows)

    def grid(self, rows):
        """A table all of whose cells are one column wide; its first row is its head."""
        if not rows:
            return ""
        columns = max(len(cells(row)) for row in rows)
        lines = [[self.cell(cell) for cell in cells(row)] for row in rows]
        lines = [line + ["([],),"] * (columns - len(line)) for line in lines]
        wide = max(rows, key=lambda row: len(cells(row)))
        sides = [side(cells(rows[-1])[at] if at < len(cells(rows[-1])) else cell)
                 for at, cell in enumerate(cells(wide))]  # fmt: skip
        if columns == 0:
            return ""
        head, *body = [f"({''.join(line)})" for line in lines]
        rows = "".join(f"{line}," for line in body)
        return f"#nn.grid-table(({', '.join(sides)},), {head}, ({rows}))"

    def cards(self, rows):
        """A table with each row a paragraph: its first cell, then the others by their names.

        What is missing is left out.
        """
        (_, *names), *rows = map(cells, rows)
        for padding in (
            each for row in rows for cell in row for each in cell.select("[data-pad]")
        ):
            padding.extract()
        return f"#nn.cards({''.join(self.card(names, *row) for row in rows)})"

    def card(self, names, first, *others):
        told = (
            f"([#none;{self.blocks(name)}], {self.sentence(cell)}), "
            for name, cell in zip(names, others, strict=True)
            if cell.get_text() != MISSING
        )
        return f"nn.card({self.sentence(first)}, {''.join(told)}), "

    def sentence(self, cell):
        """A cell's content with a full stop, unless it has one of its own."""
        ends = cell.get_text().rstrip().endswith((".", "?", "!"))
        return f"[#none;{self.blocks(cell)}{'' if ends else '.'}]"

    def cell(self, cell):
        """A cell's content, and those parts of it that cannot be broken over two lines."""
        inner = self.blocks(cell)
        if cell.name == "th" and in_body(cell) and cell.get("scope") != "row":
            inner = f"#strong[{inner}];"
        parts = [self.inline(part) for part in unbroken(cell)]
        return f"([#none;{inner}],{''.join(f'[#none;{part}],' for part in parts)}),"

    def spanned(self, rows):
        """A table with cells that reach over several rows or columns."""
        columns = max(sum(number(cell, "colspan") for cell in cells(row)) for row in rows)
        head = [row for row in rows if row.parent.name == "thead"]
        lines = ["".join(self.wide_cell(cell) for cell in cells(row)) for row in rows]
        header = f"table.header({''.join(lines[: len(head)])})," if head else ""
        return f"#nn.spanned-table({columns}, {header}{''.join(lines[len(head) :])})"

    def wide_cell(self, cell):
        inner = self.blocks(cell)
        inner = f"#strong[{inner}]" if cell.name == "th" else inner
        span = f"colspan: {number(cell, 'colspan')}, rowspan: {number(cell, 'rowspan')}"
        return f"table.cell({span}, align: {side(cell)})[#none;{inner}],"


def places(element, children):
    """The numbers of a list's items, as a browser counts."""
    step = -1 if "reversed" in element.attrs else 1
    at = whole(element.get("start"), len(children) if step < 0 else 1)
    for child in children:
        at = whole(child.get("value"), at)
        yield max(0, at)
        at += step


def whole(text, otherwise):
    return int(text) if re.fullmatch(r"\s*\d{1,9}\s*", text or "") else otherwise


def is_display(node):
    return isinstance(node, Tag) and node.name == "nn-math" and node.get("display") == "block"


def trimmed(nodes):
    """Nodes of a line without the white space at its ends."""
    nodes = list(nodes)
    while nodes and isinstance(nodes[0], NavigableString) and not nodes[0].strip():
        nodes.pop(0)
    while nodes and isinstance(nodes[-1], NavigableString) and not nodes[-1].strip():
        nodes.pop()
    if nodes and type(nodes[0]) is NavigableString:
        nodes[0] = NavigableString(nodes[0].lstrip(" \n\t"))
    if nodes and type(nodes[-1]) is NavigableString:
        nodes[-1] = NavigableString(nodes[-1].rstrip(" \n\t"))
    return nodes


def anchors(element):
    """The place to which links lead; headings have their own."""
    target = element.get("href", "")
    target = target[3:] if target.startswith("id:") else element.get("id")
    if not target or element.name == "nn-math" or HEADING.match(element.name):
        return ""
    return f"#nn.anchor({string(target)});"


def as_color(color):
    """A color of CSS as #rrggbb; None where it is none that a report can set."""
    try:
        return hexadecimal(color) if color else None
    except ValueError:
        return None


def language_of(code):
    classes = [name for name in code.get("class", []) if name.startswith("language-")]
    return classes[0].removeprefix("language-") if classes else ""


def cells(row):
    return row.find_all(["td", "th"], recursive=False)


def number(cell, name):
    found = cell.get(name, "1")
    return min(int(found), 1000) if found.isdigit() and int(found) else 1


def side(cell):
    found = ALIGNED.search(cell.get("style", ""))
    given = found[1] if found else cell.get("align", "").lower()
    return given if given in ("left", "right", "center") else "left"


def in_body(cell):
    return cell.find_parent("thead") is None


def unbroken(cell):
    """The words of a cell, each as its nodes."""
    found, word = [], []
    for node in leaves(cell):
        if type(node) is not NavigableString:
            word.append(node)
            continue
        first, *others = re.split(r"[ \n\t]+", node)
        word.append(NavigableString(first))
        for each in others:
            found.append(word)
            word = [NavigableString(each)]
    return [nodes for nodes in [*found, word] if any(isinstance(n, Tag) or n for n in nodes)]


def leaves(element):
    """What stands in an element, links and marks of style taken off."""
    for child in element.children:
        if isinstance(child, Tag) and child.name not in (
            "nn-math",
            "code",
            "img",
            "br",
            "input",
            "pre",
        ):
            if child.get("data-pad"):
                yield child
            yield from leaves(child)
        else:
            yield child


CALLS = {
    "del": "strike", "s": "strike", "strike": "strike", "ins": "underline", "u": "underline",
    "sub": "sub", "sup": "super", "mark": "highlight", "b": "strong", "strong": "strong",
    "i": "emph", "em": "emph", "cite": "emph", "dfn": "emph", "var": "emph",
    "small": "text(size: 0.85em)", "kbd": "nn.key",
}  # fmt: skip


def code(writer, element):
    return f"#raw({string(element.get_text())});"


def span(writer, element):
    if element.get("data-pad"):
        return f"#nn.pad-by({string(element['data-pad'])});"
    return writer.styled(element)


INLINES = {
    "code": code, "samp": code, "tt": code, "span": span,
    "a": Writer.link, "img": Writer.image, "nn-math": Writer.math,
    "br": lambda writer, element: "#linebreak();",
    "wbr": lambda writer, element: "\u200b",
    "input": lambda writer, element: f"#nn.checkbox({json.dumps('checked' in element.attrs)});",
    "rt": lambda writer, element: f"#super[{writer.children(element)}];",
    "q": lambda writer, element: f"#\"“\";{writer.children(element)}#\"”\";",
}  # fmt: skip
BLOCKS = {
    "p": lambda writer, element: writer.aligned(element, writer.blocks(element)),
    "ul": Writer.list, "ol": Writer.list, "dl": Writer.terms, "pre": Writer.listing,
    "table": Writer.table, "details": Writer.details,
    "blockquote": lambda writer, element: f"#quote(block: true)[{writer.blocks(element)}]",
    "hr": lambda writer, element: "#nn.divider",
}  # fmt: skip
