"""Small chapters for the tests of the exporters, built with nbformat: no kernel runs for them."""

import base64

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nnlib import figures
from nnlib.widgets import Choice, Explorer, Slider
from nnlib.widgets import player as players
from nnlib.widgets.frames import smaller

FIRST, SECOND = "01_first", "02_second"

SVG = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<svg xmlns="http://www.w3.org/2000/svg" width="360pt" height="144pt" viewBox="0 0 360 144">'
    '<rect width="360" height="144" fill="#ffffff"/>'
    '<path d="M20 120 C 120 120 240 20 340 20" fill="none" stroke="#0072b2" stroke-width="3"/>'
    "</svg>\n"
)
CAPTION = "The curve $y = \\sigma(x)$, drawn by `plot`."
ALT = "A curve that rises from the lower left to the upper right & then stays flat."


def notebook(*cells):
    """A notebook of the given cells with stable ids and the metadata of an executed chapter."""
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    language = {"name": "python", "pygments_lexer": "ipython3"}
    metadata = {"kernelspec": kernel, "language_info": language}
    return new_notebook(cells=list(cells), metadata=metadata)


def markdown(source):
    return new_markdown_cell(source)


def code(source, *outputs, count=1, tags=()):
    """A code cell that was executed; with tags in its metadata if there are any."""
    metadata = {"tags": list(tags)} if tags else {}
    return new_code_cell(source, outputs=list(outputs), execution_count=count, metadata=metadata)


def figure(number="1.1", caption=CAPTION, alt=ALT, svg=SVG):
    """The output of a figure, as the chapters store it."""
    data = {"image/svg+xml": svg, "text/plain": f"Figure {number}"}
    metadata = {"image/svg+xml": {"number": number, "caption": caption, "alt": alt}}
    return new_output("display_data", data=data, metadata=metadata)


def player(number="2.7"):
    """The output of an Explorer in a report's own run: a dot on 3 × 2 places, and its player."""
    drawn, dots = [], []
    for width in (figures.WIDTH, figures.NARROW):
        figure, ax = figures.subplots(height=1.6, width=width)
        dots += ax.plot([0], [0], "o")
        ax.set(xlim=(-2, 2), ylim=(-2, 2))
        drawn.append(figure)
    figure, narrow = drawn

    def update(x, side):
        for dot in dots:
            dot.set_data([x], [1 if side == "above" else -1])
        return f"x = {x:g}, {side}"

    explorer = Explorer(
        figure, update, number, CAPTION, ALT, x=Slider((-1.0, 0.0, 1.0), 0.0, "x"),
        side=Choice(("above", "below"), "above", "side"), narrow=narrow,
    )  # fmt: skip
    svg = figures.style.svg(figure)
    data = {"image/svg+xml": svg, "text/html": players.player(explorer, svg, "x = 0, above")}
    metadata = {"image/svg+xml": {"number": number, "caption": CAPTION, "alt": ALT}}
    metadata["image/svg+xml"]["narrow"] = figures.style.svg(narrow)
    metadata["text/html"] = {"nnlib": "player"}
    output = new_output("display_data", data=data | {"text/plain": "x"}, metadata=metadata)
    frames = ((smaller(png), line) for _, png, line in explorer.frames())
    return output, [(base64.b64encode(webp).decode(), line) for webp, line in frames]


def caption(number="1.1", text=CAPTION):
    """The output behind a figure: its caption for JupyterLab, which exporters drop."""
    data = {"text/markdown": f"**Figure {number}.** {text}", "text/plain": f"Figure {number}."}
    return new_output("display_data", data=data, metadata={"nnlib": {"role": "caption"}})


def table(source="| $x$ | `y` |\n|---:|---:|\n| 0 | 0.5 |\n| 1 | 0.7311 |\n"):
    data = {"text/markdown": source, "text/plain": "a table"}
    return new_output("display_data", data=data)


def stdout(text="Epochs 0: accuracy: 47.62%, loss: 14.81254\n"):
    return new_output("stream", name="stdout", text=text)


def result(text, **other):
    data = {"text/plain": text, **other}
    return new_output("execute_result", data=data, execution_count=1)


def error(name="ValueError", message="lr must be positive, not -1"):
    traceback = [f"\x1b[31m{name}\x1b[39m: {message}"]
    return new_output("error", ename=name, evalue=message, traceback=traceback)


def first_chapter():
    """Formulae, a figure with its caption, a table, printed text, links to the second chapter."""
    return notebook(
        markdown(
            "# 1. The first chapter\n\nThe sigmoid is $\\sigma(x) = 1 / (1 + e^{-x})$; its "
            "derivative is\n\n$$\\sigma'(x) = \\sigma(x)\\,(1 - \\sigma(x)).$$\n\nMore of it "
            f"stands in [chapter 2]({SECOND}.ipynb), in [its end]({SECOND}.ipynb#In-short) and in "
            "[a section below](#What-follows)."
        ),
        markdown(
            "## What follows\n\n- **bold**, *italic*, `code` and a [page](https://example.org/)\n"
            "- a second item with $\\delta_l = (\\delta_{l+1} W_{l+1}) \\circ f'(Z_l)$\n\n"
            "$$\\begin{aligned} a &= b + c \\\\ &= d \\end{aligned}$$\n\n> A remark.\n\n"
            "1. one\n2. two\n\n```python\nnet = Network(sizes=(2, 10, 10, 1))\n```\n"
        ),
        code("figures.curve()  # a figure", figure(), caption(), count=1),
        code("for x in (0, 1):\n    print(x)", stdout("0\n"), stdout("1\n"), count=2),
        code("table", table(), count=3),
        code("1 + 1", result("2"), count=4),
        code("formula", result("x", **{"text/latex": "$\\displaystyle \\frac{1}{2}$"}), count=5),
        code("train(lr=-1)", error(), count=6, tags=["raises-exception"]),
        markdown("### A smaller heading, with $x^2$ and `code`\n\nSome text."),
        markdown("## In short\n\nThat was [the first chapter](#1.-The-first-chapter)."),
    )


def second_chapter():
    """A short chapter with a heading that the first one has too, and a link back."""
    return notebook(
        markdown(f"# 2. The second chapter\n\nIt comes after [1]({FIRST}.ipynb#What-follows)."),
        code("figures.curve()", figure("2.1"), caption("2.1"), count=1),
        markdown("## In short\n\nSee also [chapter 7](07_later.ipynb) and [this](#In-short)."),
    )


def write_chapters(folder):
    """Write both chapters into the folder; their paths, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{FIRST}.ipynb", folder / f"{SECOND}.ipynb"]
    for path, chapter in zip(paths, (first_chapter(), second_chapter()), strict=True):
        nbformat.write(chapter, path)
    return paths
