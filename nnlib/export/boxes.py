"""Boxes of the page that scroll by themselves; and code in them, with its colors."""

from html import escape

from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound


def scroll_box(tag, css_class, label, html):
    """An element that scrolls by itself where it is wider than the page, also by keyboard."""
    return (
        f'<{tag} class="{css_class}" tabindex="0" role="group" aria-label="{label}">{html}</{tag}>'
    )


def code_box(source, language):
    """Code as plain text; the page's script colors it by the lengths of its parts."""
    try:
        lexer = get_lexer_by_name(language or "text")
    except ClassNotFound:
        lexer = TextLexer()
    colors = colored(lexer.get_tokens(source), source)
    colors = f' data-colors="{colors}"' if colors else ""
    code = escape(source.rstrip("\n"), quote=False)
    return scroll_box("pre", "code", "Code", f"<code{colors}>{code}</code>")


# What is colored alike: the kinds of Pygments, and the letter that stands for them.
COLORS = (
    ("k", (Token.Keyword, Token.Operator.Word)),
    ("f", (Token.Name.Function, Token.Name.Class, Token.Name.Decorator)),
    ("b", (Token.Name.Builtin, Token.Keyword.Type, Token.Name.Exception)),
    ("s", (Token.Literal.String,)),
    ("n", (Token.Literal.Number,)),
    ("c", (Token.Comment,)),
)


def color(kind):
    """The letter of a token's color; a blank for ink."""
    found = [letter for letter, kinds in COLORS if any(kind in each for each in kinds)]
    return found[-1] if found else " "


def colored(tokens, source):
    """The lengths of the code's parts, each behind its color: " 12k3 1n2"; "" if all is ink.

    Lengths count as JavaScript does, in units of UTF-16.
    """
    parts, text = [], ""
    for kind, words in tokens:
        letter, size = color(kind), len(words.encode("utf-16-le")) // 2
        text += words
        if parts and (parts[-1][0] == letter or not words.strip()):
            parts[-1][1] += size
        else:
            parts.append([letter, size])
    parts = [part for part in parts if part[1]]
    if text.rstrip("\n") != source.rstrip("\n") or all(letter == " " for letter, _ in parts):
        return ""
    return "".join(f"{letter}{size}" for letter, size in parts)
