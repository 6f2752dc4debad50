"""Every plot. Drawing functions take results and return a Figure; none of them trains."""

from nnlib.figures.curves import band, constant_line, learning_curves
from nnlib.figures.points import decisions, field, scatter, truth_and_prediction
from nnlib.figures.style import STYLE, WIDTH, show, styled, subplots

__all__ = [
    "STYLE",
    "WIDTH",
    "band",
    "constant_line",
    "decisions",
    "field",
    "learning_curves",
    "scatter",
    "show",
    "styled",
    "subplots",
    "truth_and_prediction",
]
