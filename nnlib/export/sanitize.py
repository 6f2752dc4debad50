"""HTML of notebooks: what is set, what is left out because it changes nothing, what is refused.

nh3 lets through the elements and attributes that are named here, and nothing else: no script, no
handler, no address but of the web, of mail and of pictures in the notebook itself. An element that
holds something that would be lost is refused by name.
"""

import json
import re
from html.parser import HTMLParser

import nh3
from bs4 import BeautifulSoup

INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "label", "mark", "nn-math", "nobr", "picture", "q", "rp",
    "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
}  # fmt: skip
BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "center", "col", "colgroup", "dd",
    "details", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "input", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
# They hold no content; what they look like is the report's own.
EMPTY = {
    "source",
    "style",
    "head",
    "html",
    "body",
    "title",
    "meta",
    "link",
    "template",
    "colgroup",
}
RESULT = "it works only in a browser; show its result as text or as a picture"
NEEDS = {
    **dict.fromkeys(
        [
            "audio",
            "button",
            "canvas",
            "embed",
            "form",
            "input",
            "meter",
            "object",
            "progress",
            "select",
            "textarea",
            "video",
        ],
        RESULT,
    ),
    "script": "it needs a program in the page; show a picture with alternative text instead",
    "iframe": "it needs another page; write a link instead",
    "svg": "display it as an output of kind image/svg+xml with alternative text",
    "math": "write the formula between dollars",
}
ATTRIBUTES = {
    "a": {"href", "title", "id", "name"},
    "img": {"src", "alt", "title", "width", "height"},
    "nn-math": {"display"},
    "input": {"type", "checked", "disabled"},
    "td": {"colspan", "rowspan", "style", "align"},
    "th": {"colspan", "rowspan", "style", "align", "scope"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "details": {"open"},
    "font": {"color"},
    "code": {"class"},
    "span": {"class", "data-pad", "style"},
    "div": {"class", "style", "align"},
    "table": {"style"},
    "p": {"align", "style", "class"},
    "tr": {"style"},
    "*": {"id", "lang", "dir"},
}
STYLES = {
    "color", "background-color", "text-align", "font-weight", "font-style", "text-decoration",
}  # fmt: skip
CLASSES = re.compile(r"language-[\w+#.-]+|pad|markdown-alert(?:-\w+)?|footnotes")
HIDDEN = re.compile(r"<[^>]*(?:\bhidden\b|display\s*:\s*none)", re.IGNORECASE)
SCHEMES = {"http", "https", "mailto", "data", "attachment", "id"}


class Tags(HTMLParser):
    """The names of all elements in a text."""

    def __init__(self):
        super().__init__()
        self.found = {}

    def handle_starttag(self, tag, attributes):
        self.found.setdefault(tag, dict(attributes))


def tags(html):
    parser = Tags()
    parser.feed(html)
    return parser.found


def refuse(html):
    """Refuse HTML with an element that would be lost."""
    for tag, attributes in tags(html).items():
        if tag not in BLOCKS and tag not in INLINE and tag not in EMPTY:
            raise ValueError(f"the HTML element <{tag}> cannot be set: {cure(tag)}")
        if tag == "input" and (attributes.get("type") or "").lower() != "checkbox":
            raise ValueError("the HTML element <input> cannot be set: a report is not filled in")


def cure(tag):
    return NEEDS.get(tag, f"write &lt;{tag}> if it is meant as text, or say it in Markdown")


def clean(html, strict=True):
    """The HTML as a tree that holds only what is allowed; what would be lost is refused."""
    html = without_hidden(html)
    if strict:
        refuse(html)
    html = nh3.clean(
        html,
        tags={*INLINE, *BLOCKS},
        clean_content_tags={"script", "style", "title", "template"},
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        filter_style_properties=STYLES,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    return BeautifulSoup(html, "html.parser")


def without_hidden(html):
    """The HTML without the elements that no browser shows, as scikit-learn's fallback texts."""
    if not HIDDEN.search(html):
        return html
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(lambda tag: tag.has_attr("hidden") or unseen(tag)):
        element.decompose()
    return str(soup)


def unseen(tag):
    return re.search(r"display\s*:\s*none", tag.get("style") or "", re.IGNORECASE)


def attribute(tag, name, value):
    """The value that an attribute keeps; None where it is dropped."""
    if name == "class":
        return " ".join(CLASSES.findall(value)) or None
    if name == "href" and value.lower().lstrip().startswith(("data:", "attachment:")):
        return None
    return value


# Players -----------------------------------------------------------------------------------------

PLAYER = {
    "div": {"class", "id"},
    "img": {"src", "alt", "width", "height"},
    "label": {"for"},
    "input": {"type", "id", "min", "max", "step", "value", "aria-valuetext", "data-texts"},
    "output": {"for"},
    "select": {"id"},
    "option": {"selected"},
    "span": set(),
    "p": {"class", "role", "aria-live"},
}
PARTS = re.compile(
    r"(?P<markup>.*)<script type=\"application/json\">(?P<data>.*?)</script>\s*</div>\s*",
    re.DOTALL,
)


def player(html):
    """The HTML of an Explorer's player; a notebook may only pretend to hold one: cleaned too."""
    parts = PARTS.fullmatch(html)
    if not parts:
        raise ValueError("what is marked as a player is none; run its cell anew")
    markup = nh3.clean(
        parts["markup"],
        tags=set(PLAYER),
        attributes=PLAYER,
        attribute_filter=of_player,
        url_schemes={"data"},
        link_rel=None,
    ).rstrip().removesuffix("</div>")  # fmt: skip
    data = json.dumps(json.loads(parts["data"]), ensure_ascii=False).replace("<", "\\u003c")
    return f'{markup}<script type="application/json">{data}</script>\n</div>'


def of_player(tag, name, value):
    """The value that an attribute of a player keeps."""
    kept = {
        "class": value in ("player", "controls", "reading"),
        "id": value.startswith("player-"),
        "type": value == "range",
        "src": value.startswith("data:image/"),
    }
    return value if kept.get(name, True) else None
