"""JavaScript without what only its readers need: comments, and space that separates nothing.

Of two well-kept libraries one (rjsmin) takes a template within a template for code, the other
(tdewolff-minify) has no wheels for Macs with ARM. Names stay: compressed, they are short.
"""

import re

TOKEN = re.compile(
    r"(?P<gap>(?:\s|//[^\n]*|/\*.*?\*/)+)"
    r"|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[\w$]+|.",
    re.S,
)
PATTERN = re.compile(r"/(?:\[(?:[^\]\\\n]|\\.)*\]|[^/\\\n]|\\.)+/[a-z]*")
BEFORE_PATTERN = "(,=:[!&|?{};"  # a / behind one of these divides nothing
GOES_ON = "{([,;=?:&|<>*"  # no statement ends here
HAS_GONE_ON = ")]},.?:=&|"  # and none begins here


def squeezed(code):
    """The same program in fewer characters; strings, templates and patterns are as they were."""
    return _code(code, 0)[0]


def _code(code, at, inside=False):
    """What stands from ``at`` on, and where it ends: `inside` a template at its closing brace."""
    parts, gap, depth = [], "", 0
    while at < len(code) and not (inside and depth == 0 and code[at] == "}"):
        last = parts[-1][-1] if parts else ";"
        match = TOKEN.match(code, at)
        if match["gap"]:
            gap, at = match[0], match.end()
            continue
        token, at = match[0], match.end()
        if token == "`":
            token, at = _template(code, at)
        elif token == "/" and last in BEFORE_PATTERN:
            token = PATTERN.match(code, at - 1)[0]
            at += len(token) - 1
        depth += (token == "{") - (token == "}")
        parts.append((_between(last, gap, token) if gap else "") + token)
        gap = ""
    return "".join(parts), at


def _template(code, at):
    """A template whose first character stands before ``at``, and where it ends."""
    parts = ["`"]
    while code[at] != "`":
        if code.startswith("${", at):
            inner, at = _code(code, at + 2, inside=True)
            parts.append(f"${{{inner}}}")
            at += 1
        else:
            size = 2 if code[at] == "\\" else 1
            parts.append(code[at : at + size])
            at += size
    return "".join([*parts, "`"]), at + 1


def _between(last, gap, token):
    """The space that two tokens need."""
    if "\n" in gap and last not in GOES_ON and token[0] not in HAS_GONE_ON:
        return "\n"
    words = _in_word(last) and _in_word(token[0])
    return " " if words or (last == token[0] and last in "+-/") else ""


def _in_word(character):
    return character.isalnum() or character in "_$"
