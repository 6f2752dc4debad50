"""Tables of `figures.table` as the exporters read them: number, caption and the table itself."""

import re
from html import escape

from bs4 import BeautifulSoup

from nnlib.figures.tables import complements

# What `figures.table` pads a number with, for JupyterLab.
PADDING = re.compile("(?:&numsp;|&puncsp;)+")


def is_table(output):
    """Whether an output is a table with number and caption."""
    return about(output).get("role") == "table"


def about(output):
    return output.get("metadata", {}).get("nnlib", {})


def table_id(number):
    """The anchor of a table: "1.2" → "table-1-2"."""
    return "table-" + number.replace(".", "-")


def numbers(cell):
    """The numbers of a cell's tables."""
    return [about(output)["number"] for output in cell.get("outputs", ()) if is_table(output)]


def parts(output):
    """Number, caption and table of an output, the last two in Markdown."""
    number = about(output)["number"]
    caption, _, table = output["data"]["text/markdown"].partition("\n\n")
    return number, caption.removeprefix(f"**Table {number}.** "), table


def exact(table, align, pad):
    """The Markdown table with its numbers padded anew, exactly in every font.

    ``pad`` makes what takes the width of the characters that a cell lacks.
    """
    lines = [line[2:-2].split(" | ") for line in PADDING.sub("", table).split("\n")]
    columns = [list(column) for column in zip(*lines, strict=True)]
    for column, letter in zip(columns, align, strict=True):
        if letter == ".":
            missing = complements(column[2:])
            column[2:] = [cell + (pad(more) if more else "")
                          for cell, more in zip(column[2:], missing, strict=True)]  # fmt: skip
    return "\n".join(f"| {' | '.join(line)} |" for line in zip(*columns, strict=True))


def invisible(characters):
    """An empty element with the width of the characters, which the style sheet puts in unseen.

    So a number is read, searched and copied without them.
    """
    return f'<span class="pad" data-pad="{escape(characters)}"></span>'


def html(table, caption, number, plain=None):
    """The HTML of a Markdown table with its caption; the first cell of a row heads it.

    With ``plain``, which gives the plain text of a column's name, a narrow screen shows cards.
    """
    soup = BeautifulSoup(table, "html.parser")
    soup.div["aria-label"] = f"Table {number}"
    soup.table["id"] = table_id(number)
    soup.table.insert(0, BeautifulSoup(f"<caption>{caption}</caption>", "html.parser"))
    for cell in soup.select("tbody td:first-child"):
        cell.name, cell["scope"] = "th", "row"
    if plain:
        make_cards(soup, [plain(str(cell)) for cell in soup.select("thead tr > *")])
    return str(soup)


def make_cards(soup, names):
    """Name each cell's column in the cell; roles, since cards are not laid out as a table."""
    soup.table["class"] = "cards"
    for part in soup.select("thead, tbody"):
        part["role"] = "rowgroup"
    for row in soup.select("tr"):
        row["role"] = "row"
        for name, cell in zip(names, row.find_all(["td", "th"]), strict=True):
            cell["role"] = {"col": "columnheader", "row": "rowheader"}.get(
                cell.get("scope"), "cell"
            )
            if row.parent.name == "tbody":
                cell["data-label"] = name
