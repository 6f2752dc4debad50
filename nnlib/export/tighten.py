"""Drawings for the page: the same pictures in fewer bytes.

Matplotlib writes a drawing for people: each number on a line of its own, each style written out
again. `svg` writes it for the browser; no coordinate is rounded.
"""

import re
import xml.etree.ElementTree as ElementTree
from itertools import count

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
# Without the style that Matplotlib writes, others may hang on an element's place or style.
HOUSE_STYLE = re.compile(r"\s*\*\{stroke-linejoin: round; stroke-linecap: butt\}\s*")
TEXTS = ("text", "tspan", "title", "desc", "style", "textPath")
HUNDREDTH = re.compile(r"-?\d+(?:\.\d\d?)?")
PATH = re.compile(r"([A-Za-z])([^A-Za-z]*)")
MOVED = re.compile(r"translate\((-?[\d.]+)[ ,]+(-?[\d.]+)\)")
POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3}
NUMBERS = {"x", "y", "width", "height", "transform"}
TRAILING = re.compile(r"(\.\d*[1-9])0+(?!\d)|\.0+(?!\d)")
LEADING = re.compile(r"(?<![\d.])(-?)0+\.")
ENCODED = str.maketrans({"%": "%25", "#": "%23", "&": "%26", '"': "%22", "\n": " ", "\t": " "})


def address(data):
    """The `data:` address of a drawing, for an attribute between double quotation marks."""
    return "data:image/svg+xml," + svg(data.decode()).translate(ENCODED)


def svg(text):
    """The drawing in fewer characters; its attributes stand between single quotation marks."""
    root = ElementTree.fromstring(text)
    styles = ["".join(each.itertext()) for each in root.iter(f"{{{SVG}}}style")]
    ours = len(styles) == 1 and bool(HOUSE_STYLE.fullmatch(styles[0]))
    trim(root)
    if ours:
        shorten_ids(root)
        share_styles(root)
        flatten(root)
    return "".join(written(root, root=True))


def trim(element):
    """Leave out what is not seen, and write paths in few characters."""
    if element.tag.rsplit("}", 1)[-1] not in TEXTS and not (element.text or "").strip():
        element.text = None
    for child in list(element):
        if child.tag == f"{{{SVG}}}metadata":
            element.remove(child)
            continue
        trim(child)
        if element.tag.rsplit("}", 1)[-1] not in TEXTS and not (child.tail or "").strip():
            child.tail = None
    if "d" in element.attrib:
        element.set("d", path(element.get("d")))
    for name in NUMBERS.intersection(element.attrib):
        element.set(name, trimmed(element.get(name)))
    moved = MOVED.fullmatch(element.get("transform", ""))
    if moved and element.tag == f"{{{SVG}}}use" and not {"x", "y"} & set(element.attrib):
        del element.attrib["transform"]
        element.attrib.update({name: at for name, at in zip("xy", moved.groups(), strict=True)
                               if float(at)})  # fmt: skip


def trimmed(text):
    """A text with numbers such as 0.80 as .8."""
    return LEADING.sub(r"\1.", TRAILING.sub(lambda found: found[1] or "", text))


def path(d):
    """A path of straight lines and Bézier curves in the fewest characters, to the same places.

    A piece of whole numbers, as letters have them, is written with absolute or relative
    coordinates, whichever is shorter; sums of fractions would round, and soft edges show it. A
    path with other commands, or with more than two decimals, stays as it is.
    """
    out, before, at, start = [], "", (0, 0), (0, 0)
    for command, given in PATH.findall(d):
        numbers = given.replace(",", " ").split()
        if command in "zZ":
            out, before, at = [*out, "z"], "z", start
            continue
        size = 2 * POINTS.get(command, 0)
        if not size or len(numbers) % size or not all(map(HUNDREDTH.fullmatch, numbers)):
            return d
        values = [round(100 * float(number)) for number in numbers]
        for first in range(0, len(values), size):
            piece = values[first : first + size]
            if command == "M" and first:
                command = "L"
            text, before, at = shortest(command, piece, at, before)
            out.append(text)
            if command == "M":
                start = at
    return "".join(out)


def shortest(command, piece, at, before):
    """The shortest text of a piece, its command, and where it ends."""
    end = (piece[-2], piece[-1])
    forms = [(command, piece)]
    if command == "L" and end[1] == at[1]:
        forms += [("H", piece[:1])]
    elif command == "L" and end[0] == at[0]:
        forms += [("V", piece[1:])]
    if not any(value % 100 for value in (*piece, *at)):
        forms += [(name.lower(), [value - at[(place + (name == "V")) % 2]
                                  for place, value in enumerate(values)])
                  for name, values in forms]  # fmt: skip
    implied = {"M": "L", "m": "l"}.get(before, before)
    texts = [(joined(numbers, name if name != implied else ""), name) for name, numbers in forms]
    text, name = min(texts, key=lambda pair: len(pair[0]))
    return text, name, end


def joined(hundredths, command):
    """Numbers, given in hundredths, behind a command; blanks stand only where they must."""
    out, separate, point = command, not command, False
    for value in hundredths:
        number = short(value)
        if separate and number[0] != "-" and not (number[0] == "." and point):
            out += " "
        out += number
        separate, point = True, "." in number
    return out


def short(hundredths):
    """A number of hundredths: 50 is ".5", -1200 is "-12"."""
    whole, rest = divmod(abs(hundredths), 100)
    text = f"{whole or ''}{f'.{rest:02}'.rstrip('0') if rest else ''}" or "0"
    return "-" + text if hundredths < 0 else text


def names():
    """a, b, … z, a0, b0, …"""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return (letters[n % 26] + (str(n // 26 - 1) if n >= 26 else "") for n in count())


def references(text):
    return re.findall(r"#([\w.:-]+)", text)


def shorten_ids(root):
    """Short names for what is referred to; the others need none."""
    used = [name for element in root.iter() for value in element.attrib.values()
            for name in references(value) if "#" in value]  # fmt: skip
    there = {element.get("id") for element in root.iter()}
    ids = dict(zip(dict.fromkeys(name for name in used if name in there), names(), strict=False))
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in ids:
            element.set("id", ids[own])
        for name, value in element.attrib.items():
            if "url(#" in value or name.endswith("href"):
                element.set(
                    name, re.sub(r"#([\w.:-]+)", lambda m: "#" + ids.get(m[1], m[1]), value)
                )


def share_styles(root):
    """Write each style once, as a class."""
    classes, fresh = {}, names()
    for element in root.iter():
        style = trimmed(re.sub(r"\s*([:;])\s*", r"\1", element.attrib.pop("style", "")).strip(";"))
        style = re.sub(r"#(\w)\1(\w)\2(\w)\3(?!\w)", r"#\1\2\3", style)
        if style:
            if style not in classes:
                classes[style] = next(fresh)
            element.set("class", classes[style])
    for element in root.iter(f"{{{SVG}}}style"):
        element.attrib.clear()
        rules = "".join(f".{name}{{{style}}}" for style, name in classes.items())
        element.text = "*{stroke-linejoin:round;stroke-linecap:butt}" + rules


def flatten(element):
    """Take the content out of groups that say nothing about it."""
    children = []
    for child in list(element):
        flatten(child)
        bare = child.tag == f"{{{SVG}}}g" and not child.attrib
        children += list(child) if bare else [child]
        element.remove(child)
    element.extend(children)


def written(element, root=False):
    """The text of an element."""
    tag = element.tag.removeprefix(f"{{{SVG}}}")
    yield "<" + tag
    if root:
        yield f" xmlns='{SVG}'"
    for name, value in element.attrib.items():
        name = name.removeprefix(f"{{{XLINK}}}").replace(f"{{{XML}}}", "xml:")
        if not name.startswith("{") and not (root and name == "version"):
            yield f" {name}='{quoted(value)}'"
    if element.text or len(element):
        yield ">" + quoted(element.text or "")
        for child in element:
            yield from written(child)
            yield quoted(child.tail or "")
        yield f"</{tag}>"
    else:
        yield "/>"


def quoted(text):
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&#39;")):
        text = text.replace(sign, entity)
    return text
