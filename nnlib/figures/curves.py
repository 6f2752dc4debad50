"""Parts of learning curves: the band of many runs, and the line of the constant predictor."""

from nnlib.figures.kinds import (
    Axes,
    Color,
    Grid,
    Line,
    Number,
    Places,
    Text,
    drawing,
)
from nnlib.figures.palette import BLUE, GRAY
from nnlib.sweeps import quantiles

CONSTANT = "best constant predictor"
DASHES = ("-", "-.", ":", (0, (5, 1)))  # one for each curve; dashes mark the constant


@drawing
def constant_line(ax: Axes, loss: Number):
    """Mark the loss of the best constant predictor."""
    ax.axhline(loss, color=GRAY, linestyle="--", linewidth=1, label=CONSTANT)


@drawing
def band(
    ax: Axes, epochs: Places, losses: Grid, label: Text, color: Color = BLUE, line: Line = "-"
):
    """Median and 5–95 % range of ``losses`` (n_runs, n_logged) over the runs, against epochs."""
    low, middle, high = quantiles(losses, (0.05, 0.5, 0.95))  # losses may be infinite
    ax.fill_between(epochs, low, high, color=color, alpha=0.2, linewidth=0)
    label = f"{label}: median, 5–95 %, n = {len(losses)}"
    ax.plot(epochs, middle, color=color, linestyle=line, label=label)
