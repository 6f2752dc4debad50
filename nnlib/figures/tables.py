"""Tables of the chapters: number, caption, and numbers that stand aligned at the decimal point."""

import math
import re
import textwrap
from collections import Counter
from functools import reduce
from itertools import zip_longest
from numbers import Integral, Real
from operator import or_

import numpy as np
from IPython.display import display

from nnlib import validation
from nnlib.validation import said

MINUS, NO_BREAK = "−", "\N{NO-BREAK SPACE}"
ONE = rf"[+{MINUS}-]?(?:\d[\d,]*(?:\.\d+)?(?:e[+{MINUS}-]?\d+)?\s?%?|∞)"
TO = f"{NO_BREAK}to{NO_BREAK}"
SPAN = re.compile(r"[^(]*\sto\s")
NUMBER = re.compile(rf"{ONE}(?:\sto\s{ONE})?(?:\s\(.*\))?")
LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")
# As wide as a digit, and as a point; as entities they outlive the stripping of a Markdown cell.
# Other characters are nearly as wide; the exporters do it exactly.
DIGIT, NARROW = "&numsp;", "&puncsp;"
RULES = {"l": ":--", "r": "--:", ".": "--:"}
SHORT = 12  # characters: a cell that no line break may divide
LINE = 79  # columns of the form in plain text, and of a word in it
CELL = 40


def table(rows, number, caption, header, form=".4g", align=None, missing="–", cards=False):
    """Display a table: Markdown for JupyterLab and the exporters, and its form in plain text.

    A cell is text (Markdown in one line: it may hold ``$math$``, code and links), a number, a
    pair of numbers for "low to high", or None. Integers are written whole, other numbers by the
    column's format; a minus is a real one, infinity is ∞, True and False are yes and no.

    Parameters
    ----------
    rows : a sequence of rows, each a sequence of as many cells as ``header``; the first cell of
        a row is its header
    number : str such as "1.2": the chapter, and the table's place among its tables
    caption : Markdown, in sentences
    header : the names of the columns, Markdown too; only the first may be empty
    form : a format such as ".3f" or ".0%" for all numbers that are not integers, or one for each
        column
    align : a letter for each column: "l" left, "r" right, "." at the decimal point. By default a
        column in which most cells are numbers is aligned at the point
    missing : what stands for None and NaN
    cards : whether a narrow screen shows each row as a card of lines instead of scrolling, as it
        suits columns of long text

    Raises
    ------
    ValueError, TypeError : for what is not as said here, by name
    """
    number, caption, header = _number(number), _text("caption", caption), _header(header)
    forms = _forms(form, len(header))
    missing, cards = _text("missing", missing), validation.flag("cards", cards)
    columns = _columns(rows, header, forms, missing)
    aligns = _aligns(align, columns, missing)
    parts = [
        _padded(column, letter == ".") for column, letter in zip(columns, aligns, strict=True)
    ]
    data = {
        "text/markdown": f"**Table {number}.** {caption}\n\n{_markdown(header, aligns, parts)}",
        "text/plain": f"{_paragraph(f'Table {number}. {caption}')}\n\n"
        f"{_plain(header, aligns, parts)}",
    }
    about = {"role": "table", "number": number, "align": aligns, "cards": cards}
    display(data, metadata={"nnlib": about}, raw=True)


# What is let in


def _number(number):
    if not isinstance(number, str) or not re.fullmatch(r"\d+\.\d+", number):
        raise ValueError(f'number is {said(number)}; it must be a text such as "1.2"')
    return number


def _text(name, value, empty=False):
    """A text in one line that does not break a Markdown table."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {said(value)}; it must be a text")
    if "|" in value:
        raise ValueError(
            f"{name} is {said(value)}; a bar would end the cell: write \\vert in a formula, "
            "or words"
        )
    line = " ".join(value.split(" ")).replace("\n", " ").strip()
    if not (line or empty):
        raise ValueError(f"{name} is {said(value)}; it must be a text that is not empty")
    return line if len(line) > SHORT or "$" in line else line.replace(" ", NO_BREAK)


def _header(header):
    if isinstance(header, str):
        raise TypeError(
            f"header is {said(header)}; it must be a sequence such as ('rate', 'loss')"
        )
    header = validation.sequence("header", header, "('rate', 'loss')")
    if not header:
        raise ValueError("header is empty; it must name at least one column")
    return tuple(_text(f"header[{i}]", name, empty=i == 0) for i, name in enumerate(header))


def _forms(form, width):
    """A format for each column, all of them tried."""
    forms = (form,) * width if isinstance(form, str) else form
    forms = validation.sequence("form", forms, "('', '.3f')")
    if len(forms) != width:
        raise ValueError(
            f"form is {said(form)}; it must be one format, or one for each of {width}"
        )
    for each in forms:
        try:
            format(0.5, each)
        except (TypeError, ValueError):
            raise ValueError(
                f"form holds {each!r}; it must be a format of numbers such as '.3f'"
            ) from None
    return forms


def _columns(rows, header, forms, missing):
    """The texts of the cells, by columns."""
    rows = validation.sequence("rows", rows, "[('first', 1.5), ('second', 2.5)]")
    if not rows:
        raise ValueError("rows is empty; a table needs at least one row")
    texts = []
    for i, row in enumerate(rows):
        cells = (
            (row,) if isinstance(row, str) else validation.sequence(f"rows[{i}]", row, "(1, 2)")
        )
        if len(cells) != len(header):
            raise ValueError(
                f"rows[{i}] is {said(row)}, {len(cells)} cells; it must have {len(header)}, as "
                "the header has"
            )
        texts.append(
            [_cell(f"rows[{i}][{k}]", *pair, missing) for k, pair in
             enumerate(zip(cells, forms, strict=True))]
        )  # fmt: skip
    return list(zip(*texts, strict=True))


def _aligns(align, columns, missing):
    if align is None:
        return "".join(map(_align, columns, [missing] * len(columns)))
    if not isinstance(align, str) or len(align) != len(columns) or set(align) - set(RULES):
        raise ValueError(
            f"align is {said(align)}; it must hold l, r or . for each of {len(columns)} columns"
        )
    return align


def _align(column, missing):
    filled = [cell for cell in column if cell not in ("", missing)]
    return "." if 2 * sum(map(_is_number, filled)) > len(filled) else "l"


# Cells


def _cell(name, value, form, missing):
    """The text of a cell."""
    if value is None:
        return missing
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _tidy(value) if _is_number(value) else _text(name, value, empty=True)
    if isinstance(value, Real):
        try:
            return _written(value, form, missing)
        except (OverflowError, ValueError):  # a Fraction beyond floats, thousands of digits
            raise ValueError(
                f"{name} is {said(value)}; a number must lie within ±1.8e308, or be an integer "
                "of at most 4300 digits"
            ) from None
    if isinstance(value, (tuple, list, np.ndarray)) and _entries(value) == 2:
        ends = [end for end in value if not isinstance(end, (tuple, list, np.ndarray))]
        if len(ends) == 2:
            return _span(*(_cell(name, end, form, missing) for end in ends), missing)
    raise TypeError(
        f"{name} is {said(value)}; a cell may be a text, a number, a pair of numbers, or None"
    )


def _entries(value):
    return (value.shape or (0,))[0] if isinstance(value, np.ndarray) else len(value)


def _written(value, form, missing):
    """A number by its format; integers whole."""
    if not isinstance(value, Integral):
        value = float(value)
        if math.isnan(value):
            return missing
        if math.isinf(value):
            return f"{MINUS if value < 0 else ''}∞"
        return _tidy(format(value, form))
    return _tidy(format(int(value), "," if "," in form else "d"))


def _tidy(text):
    """A number as a book prints it: a real minus, none before zero, no zeros in the exponent."""
    text = re.sub(r"e([+-]?)0*(\d)", lambda m: f"e{m[1].strip('+')}{m[2]}", text.strip())
    text = re.sub(r"^-(?=[0.]+(?:e0)?\s?%?$)", "", text).replace("-", MINUS)
    return re.sub(r"\s+", NO_BREAK, re.sub(r"(?<=\d)%", f"{NO_BREAK}%", text))


def _span(low, high, missing):
    """Two ends, or one where they are written alike; the first percent sign is left out."""
    if low == high:
        return low
    if low.endswith("%") and high.endswith("%"):
        low = low.rstrip(f"%{NO_BREAK}")
    return f"{low}{TO}{high}"


def _is_number(text):
    return NUMBER.fullmatch(text) is not None


def complements(column):
    """For each cell the characters that others have behind their points, and it has not.

    Cells with the same characters there are equally wide from the point on, in every font whose
    digits are of one width. The "to" is the point in a column of spans. None where a cell is not
    aligned: words, and a span among numbers.
    """
    numbers = [cell for cell in column if _is_number(cell)]
    spans = 2 * sum(map(_is_span, numbers)) > len(numbers)
    mark = r"\sto\s|$" if spans else rf"[.e{NO_BREAK}]|$"
    found = [
        Counter(re.sub(r"\d", "0", cell[re.search(mark, cell).start() :]))
        if _is_aligned(cell, spans)
        else None
        for cell in column
    ]
    every = reduce(or_, filter(None, found), Counter())
    return [None if own is None else "".join((every - own).elements()) for own in found]


def _padded(column, aligned):
    """(text, padding) of each cell, so that the points stand below each other.

    A span that is not aligned may take two lines, the first of which ends in "to".
    """
    missing = complements(column) if aligned else [None] * len(column)
    return [
        (cell.replace(TO, f"{NO_BREAK}to "), "")
        if characters is None
        else (cell, "".join(NARROW if c in f".{NO_BREAK}" else DIGIT for c in characters))
        for cell, characters in zip(column, missing, strict=True)
    ]


def _is_aligned(cell, spans):
    """Whether a cell is of its column's kind: a span or not; a dash is of both."""
    return len(cell) == 1 or (_is_number(cell) and (spans or not _is_span(cell)))


def _is_span(cell):
    return SPAN.match(cell) is not None


# The two forms


def _markdown(header, aligns, parts):
    rows = zip(*([text + padding for text, padding in column] for column in parts), strict=True)
    lines = [header, [RULES[letter] for letter in aligns], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _paragraph(text):
    return textwrap.fill(_words(text), LINE)


def _words(text):
    """A text without the targets of its links, and with the spaces of a keyboard."""
    return LINK.sub(r"\1", text).replace(NO_BREAK, " ")


def _plain(header, aligns, parts):
    """Columns of characters; long text on several lines."""
    columns = [
        [name, *(text + " " * padding.count(";") for text, padding in column)]
        for name, column in zip(header, parts, strict=True)
    ]
    columns = [
        [textwrap.wrap(_words(cell), CELL) if a == "l" else [_words(cell)] for cell in column]
        for a, column in zip(aligns, columns, strict=True)
    ]
    widths = [
        max((len(line) for cell in column for line in cell), default=0) for column in columns
    ]
    lines = []
    for row in zip(*columns, strict=True):
        lines += [_line(line, aligns, widths) for line in zip_longest(*row, fillvalue="")]
    head = max(len(column[0]) for column in columns)
    return "\n".join([*lines[:head], "  ".join("-" * width for width in widths), *lines[head:]])


def _line(cells, aligns, widths):
    placed = (
        cell.ljust(width) if letter == "l" else cell.rjust(width)
        for cell, letter, width in zip(cells, aligns, widths, strict=True)
    )
    return "  ".join(placed).rstrip()
