"""Points in the plane, and what a network makes of the plane."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from nnlib.figures.kinds import (
    Axes,
    Corner,
    Count,
    Labels,
    Net,
    Points,
    Positive,
    Text,
    drawing,
    many,
    points,
)
from nnlib.figures.palette import INK, LIGHT_BLUE, LIGHT_ORANGE, WHITE
from nnlib.figures.style import CLASS_COLORS, CLASS_MARKERS, WIDTH, subplots
from nnlib.validation import inputs

# From class 0 through white to class 1, pale enough for points to stand out.
FIELD = LinearSegmentedColormap.from_list("field", [LIGHT_BLUE, WHITE, LIGHT_ORANGE])
LEVELS = (0, 0.1, 0.3, 0.5, 0.7, 0.9, 1)


@drawing
def scatter(ax: Axes, X: Points, y: Labels, size: Positive = 22):
    """Draw points by class: circles for class 0, triangles for class 1."""
    for label, (color, marker) in enumerate(zip(CLASS_COLORS, CLASS_MARKERS, strict=True)):
        chosen = X[y[:, 0] == label]
        ax.scatter(
            *chosen.T, s=size, c=color, marker=marker, edgecolors=WHITE, linewidths=0.6,
            label=f"class {label}", zorder=3,
        )  # fmt: skip
    ax.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$")


def window(X):
    """Two corners ``low, high`` of a square that holds all points X (n, 2), with a margin.

    It is [−0.1, 1.1]² for points of the unit square. Raises ValueError where X is not finite.
    """
    X = points("X", inputs(X, 2))
    low, high = X.min(axis=0), X.max(axis=0)
    if low.min() >= 0 and high.max() <= 1:
        return -0.1, 1.1
    reach = 0.6 * (high - low).max() or 0.6  # for a single point too
    middle = (low + high) / 2
    return middle - reach, middle + reach


@drawing
def field(ax: Axes, net: Net, low: Corner = -0.1, high: Corner = 1.1, steps: Count = 61):
    """Color a square by the network's output; a line where it is 0.5.

    ``low`` and ``high`` are its corners, a number or a pair; the axes end there. ``window(X)``
    gives those around all points X.
    """
    x1, x2 = np.linspace(np.broadcast_to(low, 2), np.broadcast_to(high, 2), steps).T
    grid = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    # Rounded: a line along points of the grid must not depend on a processor's last bit.
    output = net.predict_proba(grid).reshape(steps, steps).round(12)
    shades = ax.contourf(x1, x2, output, levels=LEVELS, cmap=FIELD, extend="both")
    shades.set_edgecolor("face")  # no white seams between the shades
    if output.min() < 0.5 < output.max():
        ax.contour(x1, x2, output, levels=[0.5], colors=INK, linewidths=1.3)
    ax.set(xlim=x1[[0, -1]], ylim=x2[[0, -1]], aspect="equal")
    ax.spines[:].set_visible(False)


@drawing
def decisions(networks: many(Net), X: Points, y: Labels, titles: many(Text)):
    """One panel for each network: its output as a field, its boundary, and all points."""
    corners = window(X)
    # The panels are square and as wide as the page lets them; titles and labels need the 0.75.
    height = 0.75 + min(0.87 * WIDTH / len(networks), 2.8)
    figure, axes = subplots(1, len(networks), height=height, squeeze=False, sharey=True)
    for ax, net, title in zip(axes[0], networks, titles, strict=True):
        field(ax, net, *corners)
        scatter(ax, X, y, size=14 if len(networks) > 2 else 22)
        ax.set_title(title)
        ax.label_outer()
    return figure
