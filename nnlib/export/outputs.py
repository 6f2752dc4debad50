"""What a cell displays: which of its forms is set, and what cannot be.

JupyterLab shows the richest form that it knows. So does the report, except that it takes a picture
with alternative text before anything else. What only a program can show is refused.
"""

import json
from dataclasses import dataclass, field
from html import escape

from nnlib.export import markdown, pictures, sanitize, tables
from nnlib.export.prepare import WIDGET_VIEW
from nnlib.export.terminal import plain

PICTURES = (
    "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp",
    "image/tiff",
)  # fmt: skip
WORDS = ("text/html", "text/markdown", "text/latex")
# Data that stand beside a form that is set, for other programs.
BESIDE = ("application/vnd.dataresource+json", "application/vnd.google.colaboratory")
CURE = "display a picture with alternative text instead: metadata={'image/png': {'alt': '…'}}"


@dataclass
class Piece:
    """A part of the report; `where` names its cell for messages.

    A `judge` is code that judges a reader's answer to an exercise, or what it says.
    """

    where: str
    judge: bool = field(default=False, kw_only=True)


@dataclass
class Start(Piece):
    """A chapter of the merged report begins."""

    chapter: str


@dataclass
class Text(Piece):
    """A text, as a tree; `kind` is "text", or "output" for what a cell displays."""

    tree: object
    kind: str = "text"


@dataclass
class Code(Piece):
    """The code of a cell; folded, if all that it does is to show its figure or table."""

    source: str
    language: str
    folded: bool = False


@dataclass
class Printed(Piece):
    text: str
    label: str = "Output"


@dataclass
class Listing(Piece):
    """Text that is data, such as JSON."""

    source: str
    language: str


@dataclass
class Figure(Piece):
    """A picture; number and caption, a tree, are empty where it is no figure of the report."""

    picture: pictures.Picture
    alt: str
    number: str = ""
    caption: object = None
    player: str = ""
    live: dict | None = None  # what a tuning panel begins with; the page trains by itself
    backprop: dict | None = None  # the numbers of an update, which the page plays
    name: str = field(default="")
    narrow: pictures.Picture | None = None  # the same, for narrow screens


@dataclass
class Table(Piece):
    number: str
    caption: object
    tree: object
    cards: bool


def piece(output, where):
    """The part of the report that an output becomes; None where there is nothing to see."""
    if output.output_type == "stream":
        label = "Messages" if output.get("name") == "stderr" else "Output"
        return Printed(where, output.text, label) if output.text.strip("\n") else None
    if output.output_type == "error":
        lines = output.get("traceback") or [f"{output.ename}: {output.evalue}"]
        return Printed(where, plain("\n".join(lines)), "Error")
    data = {kind: text for kind, text in output.get("data", {}).items() if text not in (None, "")}
    about = output.get("metadata", {})
    return displayed(data, about, output, where) if data else None


def displayed(data, about, output, where):
    for kind in PICTURES:
        if kind in data and described(about, kind):
            return figure(kind, data, about, where)
    if tables.is_table(output):
        return table(output, where)
    refuse_programs(data)
    for kind in WORDS:
        if kind in data:
            return Text(
                where, TREES[kind](joined(data[kind])), "latex" if "latex" in kind else "output"
            )
    refuse_bare_pictures(data)
    if "application/json" in data:
        return Listing(where, pretty(data["application/json"]), "json")
    if "text/plain" in data:
        text = plain(joined(data["text/plain"]))
        return Printed(where, text) if text.strip() else None
    return None


def joined(text):
    return "".join(text) if isinstance(text, list) else str(text)


def pretty(data):
    return json.dumps(data, indent=2, ensure_ascii=False)


def described(about, kind):
    """What is told of a picture, if anything is: for its kind or for the whole output."""
    own = about.get(kind)
    if isinstance(own, dict) and {"alt", "caption", "number"} & set(own):
        return own
    return {"alt": about["alt"]} if about.get("alt") else None


def figure(kind, data, about, where):
    told = described(about, kind)
    numbered = [key for key in ("number", "caption") if key in told]
    for key in ("number", "caption", "alt") if numbered else ("alt",):
        if not str(told.get(key) or "").strip():
            name = told.get("number") or "without a number"
            raise ValueError(
                f"figure {name}: its metadata must have {key!r}; they hold {dict(told)}"
                if numbered
                else "a picture's alternative text is empty"
            )
    told = told | {key: str(told[key]) for key in ("caption", "alt") if key in told}
    caption = markdown.tree(told["caption"]) if numbered else None
    player = about.get("text/html", {}).get("nnlib") == "player"
    picture = pictures.from_output(kind, data[kind])
    return Figure(where, picture, told["alt"], str(told.get("number", "")), caption,
                  sanitize.player(joined(data["text/html"])) if player else "",
                  told.get("live"), told.get("backprop"),
                  narrow=pictures.svg(told["narrow"]) if told.get("narrow") else None)  # fmt: skip


def table(output, where):
    number, caption, source = tables.parts(output)
    about = tables.about(output)
    if about.get("align"):
        source = tables.exact(source, about["align"], tables.invisible)
    cards = bool(about.get("cards"))
    return Table(where, number, markdown.tree(caption), markdown.tree(source), cards)


def refuse_programs(data):
    """Refuse what only a program in the page, or a kernel, could show."""
    harmless = ("application/json", WIDGET_VIEW, *BESIDE)
    programs = [
        kind for kind in data if kind.startswith("application/") and not kind.startswith(harmless)
    ]
    html = joined(data.get("text/html", ""))
    if WIDGET_VIEW in data and not html:
        raise ValueError(f"a widget ({first_line(data)}) needs a kernel; {CURE}")
    needs = {"script", "iframe", "object", "embed"} & set(sanitize.tags(html))
    if programs and (needs or not any(kind in data for kind in WORDS)):
        raise ValueError(f"an output of kind {programs[0]} needs a program; {CURE}")
    if WIDGET_VIEW in data and needs:
        raise ValueError(f"a widget ({first_line(data)}) needs a kernel; {CURE}")
    known = (*PICTURES, *WORDS, "text/plain", "application/json", WIDGET_VIEW, *programs)
    others = [kind for kind in data if kind not in known and not kind.startswith(BESIDE)]
    if others and not any(kind in data for kind in (*WORDS, *PICTURES)):
        raise ValueError(f"an output of kind {others[0]} cannot be set; {CURE}")


def first_line(data):
    return joined(data.get("text/plain", "unknown")).split("\n")[0].split("(")[0]


def refuse_bare_pictures(data):
    """A picture without alternative text says nothing to who cannot see it."""
    found = [kind for kind in data if kind.startswith("image/")]
    if found:
        raise ValueError(
            f"an output is a picture ({found[0]}) without alternative text: use figures.show, or "
            f"display(…, metadata={{'{found[0]}': {{'alt': '…'}}}})"
        )


def latex_tree(source):
    return markdown.html_tree(escape(source, quote=False))


TREES = {"text/html": markdown.html_tree, "text/markdown": markdown.tree, "text/latex": latex_tree}
