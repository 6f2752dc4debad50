"""Every plot. Drawing functions take results and return a Figure; none of them trains."""

from nnlib.figures.costs import costs
from nnlib.figures.curves import (
    band,
    constant_line,
    epochs_and_updates,
    learning_curves,
    percentiles,
)
from nnlib.figures.descent import descent_paths, steps_downhill
from nnlib.figures.functions import chains, functions, relative_errors, step_errors, tangents
from nnlib.figures.graphs import computational_graph, graph_schematic, jacobian_heatmaps
from nnlib.figures.hidden import fresh_errors, hidden_space
from nnlib.figures.lanes import band_and_log, memory_layouts, parting, ulp_errors
from nnlib.figures.losses import constant_predictors, layers, loss_and_slope, slope_against_loss
from nnlib.figures.points import decisions, field, scatter, truth_and_prediction
from nnlib.figures.speed import speed
from nnlib.figures.style import STYLE, WIDTH, show, styled, subplots
from nnlib.figures.wrong import angles, firsts_and_ends, report_b, strips

__all__ = [
    "STYLE",
    "WIDTH",
    "angles",
    "band",
    "band_and_log",
    "chains",
    "computational_graph",
    "constant_line",
    "constant_predictors",
    "costs",
    "decisions",
    "descent_paths",
    "epochs_and_updates",
    "field",
    "firsts_and_ends",
    "fresh_errors",
    "functions",
    "graph_schematic",
    "hidden_space",
    "jacobian_heatmaps",
    "layers",
    "learning_curves",
    "loss_and_slope",
    "memory_layouts",
    "parting",
    "percentiles",
    "relative_errors",
    "report_b",
    "scatter",
    "show",
    "slope_against_loss",
    "speed",
    "step_errors",
    "steps_downhill",
    "strips",
    "styled",
    "subplots",
    "tangents",
    "truth_and_prediction",
    "ulp_errors",
]
