"""From a figure that is already laid out to a small PNG, quickly."""

import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from nnlib.figures.style import styled

DPI = 100  # of the screen; the pictures of all settings of a player must stay below 400 kB
COLORS = 32


@styled
def encoded(figure):
    """The figure as PNG with a palette of 32 colors, bytes: the same for the same artists."""
    figure.set_dpi(DPI)
    canvas = figure.canvas
    if not isinstance(canvas, FigureCanvasAgg):  # kept: with a new one all texts are measured anew
        canvas = FigureCanvasAgg(figure)
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
    buffer = io.BytesIO()
    image = image.quantize(COLORS, method=Image.Quantize.FASTOCTREE)
    palette = image.getpalette()
    paper = 3 * image.getpixel((0, 0))
    palette[paper : paper + 3] = 255, 255, 255  # as white as the page, which rounding is not
    image.putpalette(palette)
    image.save(buffer, "png", compress_level=6)
    return buffer.getvalue()
