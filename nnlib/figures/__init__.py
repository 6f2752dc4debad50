"""Every plot. Drawing functions take results and return a Figure; none of them trains."""

from nnlib.extras import require

require("nnlib.figures", "report", "matplotlib", "contourpy", "PIL", "IPython")

from nnlib.figures import quiet  # noqa: F401  before all that imports Matplotlib
from nnlib.figures.activations import (
    dead_units,
    functions_and_slopes,
    gradients_by_depth,
    moving_dead_units,
    shares_by_depth,
)
from nnlib.figures.costs import costs
from nnlib.figures.curves import (
    band,
    constant_line,
    epochs_and_updates,
    learning_curves,
)
from nnlib.figures.descent import descent_paths, steps_downhill
from nnlib.figures.distributions import bands, distributions, shares
from nnlib.figures.functions import chains, functions, relative_errors, step_errors, tangents
from nnlib.figures.graphs import (
    computational_graph,
    graph_schematic,
    jacobian_heatmaps,
    moving_jacobians,
)
from nnlib.figures.hidden import hidden_space, truth_and_prediction
from nnlib.figures.lanes import band_and_log, memory_layouts, parting, ulp_errors
from nnlib.figures.libraries import answers
from nnlib.figures.linear import collapse, divergence, falls, moving_collapse
from nnlib.figures.losses import constant_predictors, layers, loss_and_slope, slope_against_loss
from nnlib.figures.moving import (
    moving_gradients,
    moving_losses,
    moving_path,
    moving_stacks,
    moving_tangent,
)
from nnlib.figures.optimizers import averages, step_sizes, valley_paths
from nnlib.figures.points import decisions, field, scatter, window
from nnlib.figures.rates import (
    accuracies_by_rate,
    missed_points,
    pace,
    sinks_and_rises,
)
from nnlib.figures.speed import speed
from nnlib.figures.style import STYLE, WIDTH, show, styled, subplots
from nnlib.figures.tables import table
from nnlib.figures.units import (
    accuracies_by_width,
    moving_pre_activations,
    pre_activations,
    shares_by_width,
)
from nnlib.figures.verdicts import (
    chance,
    moving_verdict,
    strips_of_figures,
    verdict,
    wrong_orders,
)
from nnlib.figures.wrong import angles, firsts_and_ends, report_b, strips

__all__ = [
    "STYLE",
    "WIDTH",
    "accuracies_by_rate",
    "accuracies_by_width",
    "angles",
    "answers",
    "averages",
    "band",
    "band_and_log",
    "bands",
    "chains",
    "chance",
    "collapse",
    "computational_graph",
    "constant_line",
    "constant_predictors",
    "costs",
    "dead_units",
    "decisions",
    "descent_paths",
    "distributions",
    "divergence",
    "epochs_and_updates",
    "falls",
    "field",
    "firsts_and_ends",
    "functions",
    "functions_and_slopes",
    "gradients_by_depth",
    "graph_schematic",
    "hidden_space",
    "jacobian_heatmaps",
    "layers",
    "learning_curves",
    "loss_and_slope",
    "memory_layouts",
    "missed_points",
    "moving_collapse",
    "moving_dead_units",
    "moving_gradients",
    "moving_jacobians",
    "moving_losses",
    "moving_path",
    "moving_pre_activations",
    "moving_stacks",
    "moving_tangent",
    "moving_verdict",
    "pace",
    "parting",
    "pre_activations",
    "relative_errors",
    "report_b",
    "scatter",
    "shares",
    "shares_by_depth",
    "shares_by_width",
    "show",
    "sinks_and_rises",
    "slope_against_loss",
    "speed",
    "step_errors",
    "step_sizes",
    "steps_downhill",
    "strips",
    "strips_of_figures",
    "styled",
    "subplots",
    "table",
    "tangents",
    "truth_and_prediction",
    "ulp_errors",
    "valley_paths",
    "verdict",
    "window",
    "wrong_orders",
]
