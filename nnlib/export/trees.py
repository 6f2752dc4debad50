"""Trees of text as the page has them: formulae set, listings in boxes, links and headings too."""

import copy
import re
from html import escape
from urllib.parse import quote

from bs4 import BeautifulSoup

from nnlib.export import presentation
from nnlib.export.boxes import code_box, scroll_box

# Formulae are put in as text, at the end, because they would take long as trees: this is what
# stands for number n meanwhile. The characters are for private use.
PLACE = "\ue002{}\ue003"
PLACES = re.compile("\ue002(\\d+)\ue003")
# A browser may break a line between a formula and a comma: they are held together.
HELD = re.compile("([(\\[“‘]*)\ue002(\\d+)\ue003([-,.;:!?)\\]’”]*)")
LONG = 22  # characters of a formula in a line that may be wider than a telephone
PLAIN = "/:(),;!$*+@&=?~'"  # what may stand in an address behind its #


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
    aside, inline = [], set()

    def replace(element, html):
        aside.append(html)
        element.replace_with(PLACE.format(len(aside) - 1))

    def hold(found):
        if int(found[2]) not in inline:
            return found[0]
        if length(aside[int(found[2])]) >= LONG:
            return scroll_box("span", "held long", "Formula", found[0])
        return f'<span class="held">{found[0]}</span>' if found[1] or found[3] else found[0]

    for element in tree.find_all("nn-math"):
        if element.get("display") != "block":
            inline.add(len(aside))
        replace(element, formula(element))
    for element in tree.find_all("pre"):
        replace(element, preformatted(element))
    for element in tree.find_all(True):
        dress(element, tree, offset)
    return HELD.sub(hold, str(tree)), aside


def length(html):
    """The number of characters that a formula shows."""
    return len(re.sub(r"<annotation.*?</annotation>|<[^>]*>", "", html, flags=re.DOTALL))


def formula(element):
    """A formula; on a line of its own, it scrolls where it is too wide."""
    html, number = presentation.page(element["html"])
    if element.get("display") != "block":
        return html
    box = scroll_box("span", "formula", "Formula", html)
    if not number:
        return box
    if element.get("id"):
        box = box.replace("<span", f'<span id="{escape(element["id"])}"', 1)
    return f'<span class="equation">{box}<span class="number">{escape(number)}</span></span>'


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
