"""From a figure that is already laid out to a small PNG, quickly."""

import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from nnlib.figures.style import styled

DPI = 125  # 1.3 dots for a pixel of the page; all pictures of a player must stay below 400 kB,
# and those for narrow screens below 200 kB
COLORS = 64


@styled
def encoded(figure):
    """The figure as PNG with a palette of 64 colors, bytes: the same for the same artists."""
    figure.set_dpi(DPI)
    canvas = figure.canvas
    if not isinstance(canvas, FigureCanvasAgg):  # kept: with a new one all texts are measured anew
        canvas = FigureCanvasAgg(figure)
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
    # Of the methods this one keeps the colors of thin lines.
    image = image.quantize(COLORS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    image.save(buffer, "png", compress_level=8)
    return buffer.getvalue()


def smaller(picture):
    """The same pixels as WebP, bytes: an eighth smaller, and slower to make than a PNG."""
    buffer = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").save(buffer, "webp", lossless=True)
    return buffer.getvalue()
