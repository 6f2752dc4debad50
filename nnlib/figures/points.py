"""Points in the plane, and what a network makes of the plane."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from nnlib.figures.palette import INK, LIGHT_BLUE, LIGHT_ORANGE, WHITE
from nnlib.figures.style import CLASS_COLORS, CLASS_MARKERS, WIDTH, styled, subplots

# From class 0 through white to class 1, pale enough for points to stand out.
FIELD = LinearSegmentedColormap.from_list("field", [LIGHT_BLUE, WHITE, LIGHT_ORANGE])
LEVELS = (0, 0.1, 0.3, 0.5, 0.7, 0.9, 1)


@styled
def scatter(ax, X, y, size=22):
    """Draw points by class: circles for class 0, triangles for class 1."""
    for label, (color, marker) in enumerate(zip(CLASS_COLORS, CLASS_MARKERS, strict=True)):
        chosen = X[y[:, 0] == label]
        ax.scatter(
            *chosen.T, s=size, c=color, marker=marker, edgecolors=WHITE, linewidths=0.6,
            label=f"class {label}", zorder=3,
        )  # fmt: skip
    ax.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$")


@styled
def field(ax, net, low=-0.1, high=1.1, steps=61):
    """Color the square [low, high]² by the network's output; a line where it is 0.5."""
    axis = np.linspace(low, high, steps)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    output = net.predict_proba(grid).reshape(steps, steps)
    shades = ax.contourf(axis, axis, output, levels=LEVELS, cmap=FIELD, extend="both")
    shades.set_edgecolor("face")  # no white seams between the shades
    if output.min() < 0.5 < output.max():
        ax.contour(axis, axis, output, levels=[0.5], colors=INK, linewidths=1.3)
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    ax.spines[:].set_visible(False)


@styled
def decisions(networks, X, y, titles):
    """One panel for each network: its output as a field, its boundary, and the points."""
    # The panels are square and as wide as the page lets them; titles and labels need the 0.75.
    height = 0.75 + min(0.87 * WIDTH / len(networks), 2.8)
    figure, axes = subplots(1, len(networks), height=height, squeeze=False, sharey=True)
    for ax, net, title in zip(axes[0], networks, titles, strict=True):
        field(ax, net)
        scatter(ax, X, y, size=14 if len(networks) > 2 else 22)
        ax.set_title(title)
        ax.label_outer()
    return figure
