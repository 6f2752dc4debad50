"""The house style, and how a figure gets onto the page with its number, caption and alt text."""

import base64
import functools
import hashlib
import io
import re
import sys

import matplotlib.style
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

from nnlib import validation
from nnlib.figures.palette import BLUE, GREEN, ORANGE, PINK

STYLE = "nnlib.figures.house"  # a style that plt.style.use() and plt.style.context() know
WIDTH = 6.3  # inches: the text width of the printed page
NARROW = 3.4  # inches: as wide as a telephone

# What a class looks like.
CLASS_COLORS = (BLUE, ORANGE)
CLASS_MARKERS = ("o", "^")

# What curves look like: a color and its second cue, and the markers on them.
LINES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PINK, ":"))
MARKERS = ("o", "s", "^", "D")


class NotDrawn(ValueError):
    """Arguments that do not fit together, or are too many."""


def styled(function):
    """Run a drawing function in the house style, whatever the caller's style is."""
    validation.function("function", function)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        with matplotlib.style.context(STYLE):
            return function(*args, **kwargs)

    return wrapper


@styled
def subplots(nrows=1, ncols=1, height=2.8, width=WIDTH, **kwargs):
    """A Figure of text width and its Axes, as ``plt.subplots`` gives them; height in inches."""
    nrows = validation.integer("nrows", nrows, minimum=1, maximum=100)
    ncols = validation.integer("ncols", ncols, minimum=1, maximum=100)
    height = validation.real("height", height, minimum=0.1, below=100)
    width = validation.real("width", width, minimum=0.1, below=100)
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(nrows, ncols, **kwargs)


@styled
def svg(figure):
    """The figure as SVG text, the same on every machine: no date, coordinates to 0.01 pt."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    return _steady_ids(_short_coordinates(text[text.index("<svg") :]))


@styled
def png(figure):
    """The figure as PNG in base64, in 64 colors: a tenth of the size, and nobody sees it."""
    buffer, small = io.BytesIO(), io.BytesIO()
    figure.savefig(buffer, format="png", dpi=144)
    image = Image.open(buffer).convert("RGB")
    image = image.quantize(64, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    image.save(small, format="png", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


def show(figure, number, caption, alt, narrow=None):
    """Display a figure with its caption below.

    The picture is SVG, and PNG for a notebook that Jupyter does not trust yet, as after a
    download: there it shows no SVG.

    Parameters
    ----------
    figure : matplotlib Figure
    number : str such as "1.2": the chapter, and the figure's place in it
    caption : Markdown; may hold ``$math$``
    alt : plain text for those who do not see the figure: what it shows, not that it is a figure
    narrow : matplotlib Figure of the same, ``NARROW`` inches wide; the HTML report shows it on
        narrow screens, where the other's letters would be too small
    """
    validation.instance("figure", figure, Figure)
    described(number=number, caption=caption, alt=alt)
    if "matplotlib.pyplot" in sys.modules:  # which would show its own figures once more
        sys.modules["matplotlib.pyplot"].close(figure)
    data, metadata = output(figure, number, caption, alt, narrow=narrow)
    display(data, metadata=metadata, raw=True)
    caption_output(number, caption)


def output(figure, number, caption, alt, kind="Figure", narrow=None):
    """Data and metadata of a figure's output: the picture as SVG, as PNG and as constant words."""
    data = {
        "image/svg+xml": svg(figure),
        "image/png": png(figure),
        "text/plain": f"<{kind} {number}>",
    }
    metadata = {
        "image/svg+xml": {"number": number, "caption": caption, "alt": alt},
        "image/png": {"width": round(96 * figure.get_figwidth())},  # CSS pixels
    }
    if narrow is not None:
        validation.instance("narrow", narrow, Figure)
        metadata["image/svg+xml"]["narrow"] = svg(narrow)
    return data, metadata


def described(**texts):
    """Refuse a figure without number, caption or alt text."""
    for name, value in texts.items():
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{name} is {validation.said(value)}; every figure needs a text here")


def caption_output(number, caption):
    """Display the caption, an output that the exporters leave out: they have the figure's own."""
    text = f"**Figure {number}.** {caption}"
    display(
        {"text/markdown": text, "text/plain": text},
        metadata={"nnlib": {"role": "caption"}},
        raw=True,
    )


def at_most(looks, name, things):
    """Refuse more things than there are looks: the rest would be left out without a word."""
    if len(things) > len(looks):
        raise NotDrawn(f"{name} holds {len(things)}; at most {len(looks)} can be told apart")


def _short_coordinates(text):
    """Round path, position and size coordinates: 1e-13 of arithmetic must not show in them."""

    def shorten(match):
        return re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.2f}", match[0])

    return re.sub(r' (?:d|x|y|width|height|points)="[^"]*"|translate\([^)]*\)', shorten, text)


def _steady_ids(text):
    """Name clip paths and markers by their order, and by the picture, for pages with several.

    matplotlib names them by coordinates that are not rounded: by the noise of 1e-13.
    """
    names = dict.fromkeys(re.findall(r'\bid="([a-z][0-9a-f]{10})"', text))
    if not names:
        return text
    pattern = re.compile("|".join(names))
    picture = hashlib.sha256(pattern.sub("", text).encode()).hexdigest()[:8]
    steady = {name: f"{name[0]}{picture}-{i}" for i, name in enumerate(names)}
    return pattern.sub(lambda match: steady[match[0]], text)
