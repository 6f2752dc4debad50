"""The MathML that KaTeX writes, as Typst: a formula that the page can show, the PDF can.

All text goes into Typst as strings or as escaped characters: none of it is read as a program.
"""

import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from itertools import zip_longest

from PIL import ImageColor

LARGE = "∑∏∐⋀⋁⋂⋃⨀⨁⨂⨄⨆∫∬∭∮∯∰"
BRACKETS = "⟨⟩⌊⌋⌈⌉⟦⟧⟮⟯⦃⦄‖"
VARIANTS = {
    "normal": "upright({})",
    "bold": "bold(upright({}))",
    "italic": "italic({})",
    "bold-italic": "bold(italic({}))",
    "double-struck": "bb({})",
    "script": "cal({})",
    "bold-script": "bold(cal({}))",
    "fraktur": "frak({})",
    "bold-fraktur": "bold(frak({}))",
    "sans-serif": "upright(sans({}))",
    "bold-sans-serif": "bold(upright(sans({})))",
    "sans-serif-italic": "italic(sans({}))",
    "monospace": "mono({})",
}
ACCENTS = {
    "^": "hat", "ˆ": "hat", "~": "tilde", "˜": "tilde", "ˉ": "macron", "¯": "macron", "˙": "dot",
    "¨": "dot.double", "⃗": "arrow", "→": "arrow", "´": "acute", "ˊ": "acute", "`": "grave",
    "ˋ": "grave", "˘": "breve", "ˇ": "caron", "˚": "circle", "←": "arrow.l", "↔": "arrow.l.r",
}  # fmt: skip
LINES = {
    ("mover", "‾"): "overline", ("munder", "‾"): "underline", ("munder", "_"): "underline",
    ("munder", "\u0332"): "underline", ("mover", "⏞"): "overbrace", ("munder", "⏟"): "underbrace",
}  # fmt: skip
# The spaces that KaTeX writes as characters, in em.
SPACES = {
    "\u200a": 0.0556, "\u2009": 0.1667, "\u2005": 0.2222, "\u2005\u200a": 0.2778, "\u00a0": 0.25,
    "\u200a\u2063": -0.0556, "\u2009\u2063": -0.1667, "\u205f\u2063": -0.2222,
    "\u2005\u2063": -0.2778,
}  # fmt: skip
APPLY = "\u2061"
NOTHING = '""'


MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)


@cache
def to_typst(html):
    """The Typst of what KaTeX wrote, in which there is MathML."""
    formula = ElementTree.fromstring(MATH.search(html)[0])[0][0]
    if name_of(formula) == "mtable" and formula.get("width") == "100%":
        formula = formula[0][1]  # a number stands beside it, which the PDF sets itself
    return typst(formula)


def name_of(node):
    return node.tag.rsplit("}", 1)[-1]


def text_of(node):
    return "".join(node.itertext())


def typst(node):
    """The Typst of an element."""
    name = name_of(node)
    if name not in WRITERS:
        raise ValueError(f"MathML's <{name}> cannot be set in the PDF")
    return WRITERS[name](node)


def string(text):
    """A text as a string of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def sign(character):
    """One character as a symbol."""
    if character == "/":
        return "slash"
    plain = character.isalnum() or not (character.isascii() or character in BRACKETS)
    return character if plain else "\\" + character


def row(node):
    """The children of an element one behind the other."""
    children = list(node)
    parts = []
    for at, child in enumerate(children):
        following = text_of(children[at + 1]) if at + 1 < len(children) else ""
        if text_of(child) == APPLY and name_of(child) == "mo":
            continue
        parts.append(operator(child) if following == APPLY else typst(child))
    return sequence(parts) or NOTHING


def sequence(parts):
    """The parts one behind the other; Typst would set a space that stands beside a string."""
    text = ""
    for part in filter(None, parts):
        text += ("" if text.endswith('"') or part.startswith('"') or not text else " ") + part
    return text


def operator(node):
    """The name of a function, with the space around that it has."""
    return f"op({string(text_of(node).replace(APPLY, ''))})"


def mrow(node):
    """A row; between two fences that stretch, they do."""
    if len(node) == 0 or not (stretches(node[0]) or stretches(node[-1])):
        return row(node)
    if [name_of(child) for child in node] == ["mo", "mfrac", "mo"]:
        over, under = node[1]
        if node[1].get("linethickness") == "0px" and text_of(node[0]) == "(":
            return f"binom({typst(over)}, {typst(under)})"
    parts = []
    for child in node:
        edge = child is node[0] or child is node[-1]
        if stretches(child):
            parts.append(fence(text_of(child), middle=not edge))
        else:
            parts.append(typst(child))
    return f"lr({sequence(parts)})"


def stretches(node):
    """Whether this is a fence as high as what stands between it and the other."""
    return node.get("fence") == "true" and not {"minsize", "stretchy"} & set(node.attrib)


def fence(text, middle=False):
    if not text:
        return ""
    shown = sign(bar(text))
    return f"mid({shown})" if middle else shown


def bar(text):
    return text.replace("∣", "|").replace("∥", "‖")


def mi(node):
    text, variant = bar(text_of(node)), node.get("mathvariant")
    if len(node):
        return row(node)
    if len(text) > 1:
        shown = string(text)
        return VARIANTS[variant].format(shown) if variant not in (None, "normal") else shown
    if not text:
        return ""
    if text in "|‖":
        return f'class("normal", {sign(text)})'
    if not text.isalpha():
        return f'class("normal", {sign(text)})' if text.isascii() else text
    return VARIANTS.get(variant, "{}").format(sign(text))


def mn(node):
    text, variant = text_of(node), node.get("mathvariant")
    shown = string(text)
    return VARIANTS[variant].format(shown) if variant not in (None, "normal") else shown


def mo(node):
    """An operator, a fence of a given size, or words that are one."""
    if len(node):
        inner = row(node)
        if is_name(node):
            return inner
        space = f"#h({length(node.get('lspace', '0'))})"
        wide = "lspace" in node.attrib and name_of(node[0]) == "mrow"
        return f"{space} {inner} {space}" if wide else f'class("relation", {inner})'
    text = text_of(node)
    if text == APPLY or not text:
        return ""
    if "minsize" in node.attrib:
        return f"lr(size: #{node.get('minsize')}, {sign(bar(text))})"
    if text in "∣∥":
        kind = "normal" if node.get("stretchy") == "false" else "relation"
        return f'class("{kind}", {sign(bar(text))})'
    if text == "′" * len(text):
        return f"primes(#{len(text)})"
    if len(text) > 1:
        return f'class("relation", {" ".join(map(sign, text))})'
    return sign(text)


def mtext(node):
    text = text_of(node)
    if text == "′" * len(text):
        return f"primes(#{len(text)})" if text else ""
    if text in SPACES:
        return f"#h({SPACES[text]}em)"
    variant = node.get("mathvariant")
    shown = string(text.replace("\u00a0", " "))
    return VARIANTS[variant].format(shown) if variant not in (None, "normal") else shown


def mspace(node):
    width = node.get("width", "0em")
    if node.get("mathbackground") and width != "0em":
        height = length(node.get("height", "0em"))
        return f"#box(width: {length(width)}, height: {height}, fill: black)"
    if node.get("linebreak") == "newline":
        return "\\ "
    return f"#h({length(width)})" if width != "0em" else ""


def length(text):
    """A length of MathML in em or pt as Typst has it."""
    match = re.fullmatch(r"\+?(-?[\d.]+)(em|pt|px|mu|ex)?", text.strip())
    if not match:
        raise ValueError(f"the length {text!r} in a formula cannot be read")
    size = float(match[1])
    factor = {"em": 1, None: 1, "mu": 1 / 18, "ex": 0.43, "pt": 0.1, "px": 0.075}[match[2]]
    return f"{round(size * factor, 4)}em"


def base(node, limits):
    """What a script hangs on; `limits` says whether it stands above and below."""
    if (
        node.get("stretchy") == "true"
        and "minsize" in node.attrib
        and text_of(node) not in "∣∥|()[]{}⟨⟩"
    ):
        return f"limits(stretch({sign(text_of(node))}, size: #2.6em))"
    word = name_of(node) == "mi" and len(text_of(node)) > 1 and len(node) == 0
    shown = (operator(node) if word or is_name(node) else typst(node)) or NOTHING
    large = text_of(node) in LARGE and text_of(node) != ""
    if limits:
        return f"limits({shown})"
    return f"scripts({shown})" if large else shown


def is_name(node):
    """Whether this is a function's name with the sign that applies it."""
    text = text_of(node)
    return text.endswith(APPLY) and len(text) > 2 and not list(node.iter("*"))[-1].get("accent")


def attach(*places, limits=False):
    """A writer of scripts at these places."""

    def write(node):
        head, *scripts = node
        pairs = zip(places, map(typst, scripts), strict=True)
        given = ", ".join(f"{place}: {script or NOTHING}" for place, script in pairs)
        return f"attach({base(head, limits)}, {given})"

    return write


def over_or_under(node):
    """An accent, a line or brace, or a script above or below."""
    kind = name_of(node)
    head, mark = node
    text = text_of(mark)
    if (kind, text) in LINES and name_of(mark) == "mo":
        return f"{LINES[kind, text]}({typst(head) or NOTHING})"
    if kind == "mover" and node.get("accent") == "true" and text in ACCENTS:
        return f"accent({typst(head) or NOTHING}, {ACCENTS[text]})"
    inner = text_of(head[1]) if name_of(head) == kind and len(head) == 2 else ""
    if (kind, inner) in LINES and inner in "⏞⏟":
        return f"{LINES[kind, inner]}({typst(head[0])}, {typst(mark)})"
    return attach("t" if kind == "mover" else "b", limits=True)(node)


def mfrac(node):
    over, under = (typst(part) or NOTHING for part in node)
    if node.get("linethickness") in ("0px", "0em", "0"):
        return f"mat(delim: #none, {over}; {under})"
    return f"frac({over}, {under})"


def mstyle(node):
    inner = row(node)
    color = node.get("mathcolor")
    if color:
        inner = f"text(fill: #rgb({string(hexadecimal(color))}), {inner})"
    level, display = node.get("scriptlevel"), node.get("displaystyle")
    style = {"1": "script", "2": "sscript"}.get(level)
    if style is None and display is not None:
        style = "display" if display == "true" else "inline"
    return f"{style}({inner})" if style else inner


def hexadecimal(color):
    """A color of CSS as #rrggbb."""
    try:
        return "#{:02x}{:02x}{:02x}".format(*ImageColor.getrgb(color)[:3])
    except ValueError:
        raise ValueError(f"the color {color!r} in a formula is not known") from None


def menclose(node):
    inner, notation = row(node), node.get("notation", "").split()
    if notation == ["updiagonalstrike"]:
        return f"cancel({inner})"
    if notation == ["downdiagonalstrike"]:
        return f"cancel(inverted: #true, {inner})"
    if {"updiagonalstrike", "downdiagonalstrike"} == set(notation):
        return f"cancel(cross: #true, {inner})"
    if notation == ["horizontalstrike"]:
        return f"cancel(angle: #90deg, {inner})"
    return f"#nn.boxed({string(text_of(node))}, ${inner}$)"


def cells(table):
    """The cells of each row, without those that hold numbers of equations."""
    for line in table:
        glue = ("mtr-glue", "mml-eqn-num", "mtr-glue ", "mml-eqn-num ")
        yield [cell for cell in line if cell.get("class") not in glue]


def mtable(node):
    """A table: each cell is put at its place in the column by an alignment point."""
    rows = list(cells(node))
    sides = node.get("columnalign", "center").split()
    gaps = [length(gap) for gap in node.get("columnspacing", "1em").split()]
    columns = max(map(len, rows), default=0)
    uniform = len(set(gaps)) <= 1
    lines = []
    for line in rows:
        parts = [
            placed(cell, sides[at] if at < len(sides) else sides[-1],
                   gaps[at - 1] if not uniform and 0 < at <= len(gaps) else "")
            for cell, at in zip_longest(line, range(columns))
        ]  # fmt: skip
        lines.append(", ".join(parts))
    given = [
        f"column-gap: #{gaps[0] if uniform and gaps else '0em'}",
        f"row-gap: #{row_gap(node)}",
    ]
    given += drawn_lines(node)
    return f"mat(delim: #none, {', '.join(given)}, {'; '.join(lines)})"


def row_gap(node):
    first = float(node.get("rowspacing", "0.16em").split()[0].removesuffix("em"))
    return f"{round(0.35 + 1.2 * max(0, first - 0.16), 3)}em" if first < 1 else f"{first}em"


def placed(cell, side, gap):
    """A cell's content at its side of the column, behind a gap."""
    if cell is None:
        return NOTHING
    inner = row(cell)
    gap = f"#h({gap}) " if gap not in ("", "0em", "0.0em") else ""
    return {"left": f"& {gap}{inner}", "right": f"{gap}{inner} &"}.get(side, gap + inner)


def drawn_lines(node):
    """The lines between rows and columns."""
    found = []
    for name, key in (("vline", "columnlines"), ("hline", "rowlines")):
        kinds = node.get(key, "").split()
        at = [str(number) for number, kind in enumerate(kinds, 1) if kind != "none"]
        if at:
            found.append(f"{name}: ({', '.join(at)},)")
    return [f"augment: #({', '.join(found)}, stroke: 0.5pt)"] if found else []


WRITERS = {
    "mrow": mrow, "mpadded": row, "mstyle": mstyle, "mi": mi, "mn": mn, "mo": mo,
    "mtext": mtext, "ms": mtext, "mspace": mspace, "mfrac": mfrac, "menclose": menclose,
    "msqrt": lambda node: f"sqrt({row(node)})",
    "mroot": lambda node: f"root({typst(node[1])}, {typst(node[0])})",
    "mphantom": lambda node: f"#hide(${row(node)}$)",
    "msub": attach("b"), "msup": attach("t"), "msubsup": attach("b", "t"),
    "munderover": attach("b", "t", limits=True), "munder": over_or_under, "mover": over_or_under,
    "mtable": mtable, "mtd": row, "mtr": row,
}  # fmt: skip
