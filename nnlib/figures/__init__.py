"""Every plot. Drawing functions take results and return a Figure; none of them trains.

A file is named as the chapter whose figures it draws; what several chapters draw stands in
``curves``, ``distributions``, ``points`` and ``tables``. A ``moving_`` function gives a Figure and
a function that changes what is in it: an Explorer calls that one with the results at the values
its controls have.
"""

from nnlib.extras import require

require("nnlib.figures", "report", "matplotlib", "contourpy", "PIL", "IPython")

from nnlib.figures import quiet  # noqa: F401  before all that imports Matplotlib
from nnlib.figures.activations import (
    dead_units,
    functions_and_slopes,
    gradients_by_depth,
    moving_dead_units,
    moving_layers,
    shares_by_depth,
)
from nnlib.figures.computational_graph import computational_graph, graph_schematic
from nnlib.figures.curves import band, constant_line
from nnlib.figures.distributions import bands, distributions, shares
from nnlib.figures.five_reports import (
    chance,
    moving_verdict,
    strips_of_figures,
    verdict,
    wrong_orders,
)
from nnlib.figures.hidden_units import (
    accuracies_by_width,
    moving_pre_activations,
    pre_activations,
    shares_by_width,
)
from nnlib.figures.jacobians import jacobian_heatmaps, moving_jacobians
from nnlib.figures.learning_rate import (
    accuracies_by_rate,
    moving_path,
    pace,
    sinks_and_rises,
)
from nnlib.figures.making_it_fast import band_and_log, memory_layouts, parting, speed, ulp_errors
from nnlib.figures.network_and_loss import (
    constant_predictors,
    layers,
    loss_and_slope,
    moving_losses,
    slope_against_loss,
)
from nnlib.figures.no_activation import collapse, divergence, falls, moving_collapse
from nnlib.figures.optimizers import averages, moving_stacks, moving_valley, valley_paths
from nnlib.figures.points import decisions, field, scatter, window
from nnlib.figures.sigmoid import (
    chains,
    functions,
    moving_tangent,
    relative_errors,
    step_errors,
    tangents,
)
from nnlib.figures.start_here import descent_paths, steps_downhill
from nnlib.figures.style import NARROW, STYLE, WIDTH, show, styled, subplots
from nnlib.figures.tables import table
from nnlib.figures.training import (
    epochs_and_updates,
    hidden_space,
    learning_curves,
    truth_and_prediction,
)
from nnlib.figures.wrong_gradients import (
    angles,
    firsts_and_ends,
    moving_gradients,
    report_b,
    strips,
)
from nnlib.figures.your_library import answers

__all__ = [
    "NARROW",
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
    "moving_collapse",
    "moving_dead_units",
    "moving_gradients",
    "moving_jacobians",
    "moving_layers",
    "moving_losses",
    "moving_path",
    "moving_pre_activations",
    "moving_stacks",
    "moving_tangent",
    "moving_valley",
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
