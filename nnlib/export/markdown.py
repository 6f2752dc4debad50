"""Markdown and HTML to one tree, from which both the page and the PDF are made.

What JupyterLab reads as Markdown is read: CommonMark and GitHub's tables, lists of tasks,
footnotes, alerts and addresses; lists of definitions too; HTML as far as `sanitize` allows.
A formula is an element <nn-math> of the tree, its LaTeX inside.
"""

import re
from functools import cache

from bs4 import NavigableString
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.gfm import gfm_plugin

from nnlib.export import formulas
from nnlib.export.sanitize import BLOCKS, clean

HEADING = re.compile(r"h[1-6]\Z")
ENCODED = re.compile("%EE%80%80(\\d+)%EE%80%81")
REFERENCE = re.compile(r"\\(?:eq)?ref\{[^}]*\}")
VERBATIM = ("code", "pre", "samp", "tt", "nn-math")


@cache
def parser():
    """The reader of Markdown."""
    found = MarkdownIt("commonmark", {"html": True, "maxNesting": 100})
    found.use(gfm_plugin).use(deflist_plugin)
    found.validateLink = lambda address: True  # `sanitize` looks at addresses
    found.add_render_rule("footnote_block_open", lambda *_: '<hr>\n<ol class="footnotes">\n')
    # A number for each note, not for each place that names it: [1], not [1:1] the second time.
    found.add_render_rule(
        "footnote_caption", lambda _, tokens, at, *more: f"[{tokens[at].meta['id'] + 1}]"
    )
    found.add_render_rule("footnote_block_close", lambda *_: "</ol>\n")
    return found


def tree(source):
    """The tree of a Markdown text."""
    text, found = formulas.extracted(source.lstrip("\ufeff"))
    soup = clean(parser().render(text, {}))
    for element in soup.find_all(True):
        for name, value in element.attrs.items():
            if isinstance(value, str):
                value = ENCODED.sub("\ue000\\1\ue001", value)
                element[name] = formulas.MARK.sub(lambda mark: found[int(mark[1])][0], value)
    restore(soup, found)
    refuse_references(soup)
    for heading in soup.find_all(HEADING):
        heading["plain"] = plain(heading)  # anchors have straight quotation marks
    curl(soup)
    return soup


def refuse_references(soup):
    """Refuse LaTeX's references to numbers, which outside a formula would stand there as text."""
    for text in texts(soup):
        named = None if within(text, VERBATIM) else REFERENCE.search(text)
        if named:
            raise ValueError(
                f"the reference {named[0]} cannot be set: give the formula a number by "
                "\\tag{1.1} and write equation (1.1)"
            )


def html_tree(html):
    """The tree of HTML that a cell displays; formulae in its text are set, as JupyterLab does."""
    soup = clean(html)
    for text in texts(soup):
        if not within(text, VERBATIM) and re.search(r"\$|\\[(\[]|\\begin\{", text):
            marked, found = formulas.extracted(text, prices=False)
            text.replace_with(NavigableString(marked))
            soup.smooth()
            restore(soup, [(source, latex, display) for source, latex, display in found], False)
    return soup


def texts(soup):
    """The texts in a tree."""
    return [text for text in soup.find_all(string=True) if type(text) is NavigableString]


def within(text, names):
    return any(parent.name in names for parent in text.parents)


def restore(soup, found, strict=True):
    """Put formulae in the place of their marks, and the source where they stand in code."""
    for text in texts(soup):
        if formulas.MARK.search(text):
            code = within(text, VERBATIM)
            text.replace_with(*pieces(soup, text, found, code, strict))


def pieces(soup, text, found, code, strict):
    """A text's parts: words and elements of formulae."""
    at = 0
    for mark in formulas.MARK.finditer(text):
        source, latex, display = found[int(mark[1])]
        yield NavigableString(text[at : mark.start()])
        at = mark.end()
        if code or (latex is None and not strict):
            yield NavigableString(source)
        elif latex is None:
            around = text[max(0, mark.start() - 20) : mark.start()] + source + text[at : at + 20]
            around = formulas.MARK.sub("…", around)
            raise ValueError(
                f"a dollar sign opens or closes no formula, near {around!r}; for a dollar, "
                "write \\$"
            )
        else:
            yield formula(soup, latex, display)
    yield NavigableString(text[at:])


def formula(soup, latex, display):
    element = soup.new_tag("nn-math")
    element.string = latex
    if display:
        element["display"] = "block"
    return element


def curl(soup):
    """Quotation marks, apostrophes and spaces before % as in a book; not in code or addresses."""
    before = " "
    for node in list(soup.descendants):
        if node.name in BLOCKS or node.name == "br":
            before = " "
        elif node.name in VERBATIM:
            before = "x"
        elif type(node) is NavigableString and not within(node, VERBATIM):
            text = curly(before, node) if not is_address(node) else str(node)
            before = text[-1:] or before
            if text != node:
                node.replace_with(NavigableString(text))


def curly(before, text):
    """The text with curly quotation marks; `before` is the character before it.

    A number keeps its % on its line.
    """
    text = before + text
    text = re.sub(r"(?<=[\s(\[{/–—-])[\"']", lambda mark: "“‘"[mark[0] == "'"], text)
    text = re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", text)
    return text.replace('"', "”").replace("'", "’")[1:]


def is_address(node):
    """Whether a text is a link's words and shows an address."""
    return node.parent.name == "a" and "/" in node and " " not in node


def plain(tree):
    """The plain text of a heading, formulae between dollars, as Jupyter's anchors have it."""
    words = ""
    for node in tree.descendants:
        if node.name == "nn-math":
            words += f"${node.get_text()}$"
        elif type(node) is NavigableString and not within(node, ("nn-math",)):
            words += node
    return re.sub(r"\s+", " ", words).strip()


def headings(source):
    """Level and plain text of the headings in a Markdown text."""
    if "#" not in source and not re.search(r"^(?:=+|-+)\s*$|<h\d", source, re.MULTILINE):
        return []
    text, found = formulas.extracted(source)
    soup = clean(parser().render(text, {}), strict=False)
    restore(soup, found, strict=False)
    return [(int(element.name[1]), plain(element)) for element in soup.find_all(HEADING)]
