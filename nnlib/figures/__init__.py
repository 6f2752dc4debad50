"""Every plot. Drawing functions take results and return a Figure; none of them trains."""

from nnlib.figures.curves import (
    band,
    constant_line,
    epochs_and_updates,
    learning_curves,
    seeds,
)
from nnlib.figures.descent import descent_paths, steps_downhill
from nnlib.figures.functions import chains, functions, relative_errors, step_errors, tangents
from nnlib.figures.hidden import fresh_errors, hidden_space
from nnlib.figures.losses import constant_predictors, layers, loss_and_slope, slope_against_loss
from nnlib.figures.points import decisions, field, scatter, truth_and_prediction
from nnlib.figures.style import STYLE, WIDTH, show, styled, subplots

__all__ = [
    "STYLE",
    "WIDTH",
    "band",
    "chains",
    "constant_line",
    "constant_predictors",
    "decisions",
    "descent_paths",
    "epochs_and_updates",
    "field",
    "fresh_errors",
    "functions",
    "hidden_space",
    "layers",
    "learning_curves",
    "loss_and_slope",
    "relative_errors",
    "scatter",
    "seeds",
    "show",
    "slope_against_loss",
    "step_errors",
    "steps_downhill",
    "styled",
    "subplots",
    "tangents",
    "truth_and_prediction",
]
