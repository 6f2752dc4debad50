"""KaTeX's MathML as browsers set it, which know MathML Core: what it leaves out is mended here.

Browsers draw the formulae themselves, with the font of `mathfont`, and screen readers read them;
HTML that draws them would be two thirds of the page's elements beside.
"""

import copy
import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from contextlib import suppress
from functools import cache

from nnlib.export.mathml import APPLY, MATH, SPACES, name_of

NAMESPACE = re.compile(r' xmlns(:\w+)?="[^"]*"')
# The names that Unicode gives to the letters of a variant.
VARIANTS = {
    "bold": "BOLD", "italic": "ITALIC", "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK", "script": "SCRIPT", "bold-script": "BOLD SCRIPT",
    "fraktur": "FRAKTUR", "bold-fraktur": "BOLD FRAKTUR", "sans-serif": "SANS-SERIF",
    "bold-sans-serif": "SANS-SERIF BOLD", "sans-serif-italic": "SANS-SERIF ITALIC",
    "sans-serif-bold-italic": "SANS-SERIF BOLD ITALIC", "monospace": "MONOSPACE",
}  # fmt: skip
ACCENTS = {"^": "ˆ", "~": "˜", "ˉ": "¯"}
OPENING, CLOSING, BARS, SIGNS, DOTS = "([{⟨⌊⌈", ")]}⟩⌋⌉!", "∥∣|‖", "−+±∓", "…⋯"
SCRIPTED = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
THIN = "0.1667em"
IGNORED = (
    "rowspacing", "columnspacing", "columnalign", "rowlines", "columnlines", "separator",
)  # fmt: skip


@cache
def page(html):
    """The <math> of what KaTeX wrote, and the number that stands beside it, or "".

    The number is taken out, because browsers do not set a row as wide as the column.
    """
    math = ElementTree.fromstring(NAMESPACE.sub("", MATH.search(html)[0]))
    number, top = "", math[0][0]
    if name_of(top) == "mtable" and top.get("width") == "100%":
        number = "".join(top[0][3].itertext())
        math[0][0] = row(top[0][1])
    math.set("class", "katex")
    elements = list(math[0][0].iter())
    for each in (mend, space, close_up):
        for element in elements:
            each(element)
    return ElementTree.tostring(math, encoding="unicode", short_empty_elements=False), number


def row(cell):
    """The content of a table's cell as a row of its own."""
    found = copy.copy(cell)
    found.tag = "mrow"
    return found


def mend(element):
    """Write an element so that MathML Core sets it as KaTeX means it."""
    text, variant = element.text or "", element.get("mathvariant")
    if name_of(element) == "mtext" and text in SPACES:
        element.tag, element.text = "mspace", None
        element.set("width", f"{SPACES[text]:g}em")
    if variant in VARIANTS:
        element.text = "".join(styled(character, VARIANTS[variant]) for character in text)
        if name_of(element) == "mi":
            element.set("mathvariant", "normal")
    if variant and (name_of(element) != "mi" or (len(text) > 1 and variant == "normal")):
        del element.attrib["mathvariant"]
    if name_of(element) == "mover" and element.get("accent") and name_of(element[1]) == "mo":
        element[1].text = ACCENTS.get(element[1].text, element[1].text)
    if name_of(element) == "mtable":
        lay_out(element)
    if element.get("minsize") == "1.2em":  # browsers leave it the room of its largest size
        element.attrib = {"stretchy": "false", "mathsize": "120%"}
    for name in IGNORED:
        element.attrib.pop(name, None)


def lay_out(table):
    """Give the cells of a table the style that KaTeX gives columns and rows."""

    def told(name, default, at):
        values = table.get(name, default).split()
        return values[min(at, len(values) - 1)]

    for down, cells in enumerate(table):
        for across, cell in enumerate(cells):
            room = told("columnspacing", "1em", across - 1) if across else "0"
            half = float(told("rowspacing", "1em", 0).removesuffix("em")) / 2
            style = [f"text-align:{told('columnalign', 'center', across)}"]
            style.append(f"padding:{half:g}em 0 {half:g}em {room}")
            for name, side, at, last in (
                ("columnlines", "right", across, len(cells)),
                ("rowlines", "bottom", down, len(table)),
            ):
                if at + 1 < last and told(name, "none", at) != "none":
                    style.append(f"border-{side}:1px {told(name, 'none', at)}")
                    if side == "right":
                        style.append(f"padding-right:{told('columnspacing', '1em', at)}")
            cell.set("style", ";".join(style))


def space(row):
    """Tell the operators of a row what they are: a browser sees only whether one is first."""
    before = None
    for element in list(row):
        core = core_of(element)
        text = core.text or ""
        if name_of(core) == "mo" and text:
            shape(core, text, before)
        elif before is not None and not opens(before) and precedes(row, element, APPLY):
            row.insert(list(row).index(element), ElementTree.Element("mspace", width=THIN))
        if text == APPLY and not precedes(row, element, OPENING):
            core.set("rspace", THIN)
        before = core


def shape(operator, text, before):
    """Give an operator its form and its space, by what stands before it."""
    if text in OPENING:
        operator.set("form", "prefix")
    elif text in CLOSING:
        operator.set("form", "postfix")
    elif text in BARS or text in DOTS:
        operator.attrib.update(lspace="0", rspace="0")
    elif text in SIGNS and (before is None or opens(before)):
        operator.set("form", "prefix")


def close_up(element):
    """Box a single upright letter: Firefox sets it apart, as if it were a function's name."""
    if name_of(element) == "mi" and element.get("mathvariant") and len(element.text or "") == 1:
        letter = ElementTree.Element("mi", element.attrib)
        letter.text = element.text
        element.tag, element.attrib, element.text = "mpadded", {}, None
        element.append(letter)


def core_of(element):
    """The part of an element that decides how it is spaced."""
    while name_of(element) in SCRIPTED or (name_of(element) == "mrow" and len(element) == 1):
        element = element[0]
    return element


def opens(core):
    """Whether what follows this element begins a term: it is an operator that closes nothing."""
    text = core.text or ""
    return name_of(core) == "mo" and text not in (*CLOSING, *BARS, *DOTS, "′", APPLY)


def precedes(row, element, texts):
    """Whether one of these stands behind an element."""
    behind = list(row)[list(row).index(element) + 1 :]
    return bool(behind) and (core_of(behind[0]).text or " ") in texts


@cache
def styled(character, variant):
    """A letter or digit in a variant, such as "BOLD"; itself where Unicode has none."""
    if (character, variant) == ("h", "ITALIC"):
        return "ℎ"
    words = re.sub("^(LATIN|GREEK) |LETTER ", "", unicodedata.name(character, ""))
    letter = "BLACK-LETTER" if variant == "FRAKTUR" else variant
    for name in (f"MATHEMATICAL {variant} {words}", f"{letter} {words}"):
        with suppress(KeyError):
            return unicodedata.lookup(name)
    return character


def characters(html):
    """The characters that the formulae in a page's HTML need of a font."""
    found = set()
    for math in MATH.findall(html):
        root = ElementTree.fromstring(math)
        for element in root[0][0].iter():
            text = element.text or ""
            found.update("√" if name_of(element) in ("msqrt", "mroot") else text)
            if name_of(element) == "mi" and len(text) == 1 and not element.get("mathvariant"):
                found.add(styled(text, "ITALIC"))
    return found
