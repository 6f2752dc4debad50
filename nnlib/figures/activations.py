"""Activation functions at work: their shapes, dead units, gradients and training under depth."""

import numpy as np
from matplotlib.patches import Rectangle

from nnlib.figures.distributions import wilson
from nnlib.figures.style import (
    BLUE,
    CLASS_COLORS,
    GRAY,
    GREEN,
    INK,
    ORANGE,
    PINK,
    at_most,
    styled,
    subplots,
)
from nnlib.sweeps import quantiles

# Color, line and marker of a curve: three cues.
LOOKS = (
    (INK, "-", "o"),
    (BLUE, "--", "s"),
    (ORANGE, "-.", "^"),
    (GREEN, ":", "D"),
    (PINK, (0, (5, 1)), "v"),
    (GRAY, (0, (3, 1, 1, 1)), "P"),
)
ACTIVE = "#bcd9ec"
GRID = np.linspace(0, 1, 21)


@styled
def functions_and_slopes(Z, curves, slopes):
    """Functions of z on the left, their slopes on the right; both map a name to values at Z."""
    at_most(LOOKS, "curves", curves)
    figure, axes = subplots(1, 2, height=2.7)
    for ax, values, title in zip(axes, (curves, slopes), ("function", "slope"), strict=True):
        for (name, heights), (color, line, _) in zip(values.items(), LOOKS, strict=False):
            ax.plot(Z, heights, color=color, linestyle=line, label=name)
        ax.set(xlabel="$z$", title=title, xlim=(Z[0], Z[-1]))
        ax.grid(axis="y")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return figure


@styled
def dead_units(networks, X, y):
    """For each network one square per hidden unit: where in the plane the unit is active.

    ``networks`` maps titles to networks with two inputs. A square is the unit square, blue where
    the unit's pre-activation is above 0. Of the points those are drawn at which it is: class 0
    as dots, class 1 as strokes. An orange frame: a unit that is active at none.
    """
    figure, move = moving_dead_units(networks)
    move(networks, X, y)
    return figure


@styled
def moving_dead_units(networks):
    """``dead_units`` of other networks of these sizes; ``move`` takes what that takes."""
    layers = sum(len(net.sizes) - 2 for net in networks.values())
    figure, ax = subplots(height=0.34 * len(networks) + 0.6 * layers)

    @styled
    def move(networks, X, y):
        ax.clear()
        _maps(ax, networks, X, y)

    return figure, move


def _maps(ax, networks, X, y):
    grid = np.stack(np.meshgrid(GRID, GRID), axis=-1).reshape(-1, 2)
    bottom, rows, drawn = 0.0, [], ([], [])
    for title, net in networks.items():
        ax.text(0, bottom, title, va="bottom")
        areas, at_points = net.forward(grid).Z[:-1], net.forward(X).Z[:-1]
        for layer, (area, Z) in enumerate(zip(areas, at_points, strict=True), start=1):
            bottom -= 1.3
            rows.append((bottom + 0.5, f"layer {layer}"))
            _areas(ax, bottom, area)
            for unit, active in enumerate((Z > 0).T):
                corner = np.array([1.3 * unit, bottom])
                _frame(ax, corner, dead=not active.any())
                for label, points in enumerate(drawn):
                    points.extend(corner + X[active & (y[:, 0] == label)])
        bottom -= 0.75
    for points, color, length, width, cap in zip(
        drawn, CLASS_COLORS, (0.02, 0.08), (2.1, 1.2), ("round", "butt"), strict=True
    ):
        _strokes(ax, np.reshape(points, (-1, 2)), length, color=color, lw=width, cap=cap)
    widest = max(max(net.sizes[1:-1]) for net in networks.values())
    ax.set(xlim=(-0.15, 1.3 * widest), ylim=(bottom + 0.55, 0.6), aspect="equal", xticks=[])
    ax.set_yticks(*zip(*rows, strict=True))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _areas(ax, bottom, Z):
    """The areas of a layer's units, side by side, where Z (len(GRID)², units) is above 0."""
    units, gap = Z.shape[1], np.full((len(GRID), 1), np.nan)
    tiles = [np.hstack([tile.reshape(len(GRID), -1), gap]) for tile in Z.T]
    x = np.concatenate([[*(1.3 * unit + GRID), 1.3 * unit + 1.1] for unit in range(units)])
    heights = np.ma.masked_invalid(np.hstack(tiles))
    if heights.max() > 0:  # the level is above 0: a unit that is 0 everywhere is not active
        ax.contourf(x, bottom + GRID, heights, [1e-12, np.inf], colors=[ACTIVE])


def _frame(ax, corner, dead):
    edge, width = (ORANGE, 1.8) if dead else (GRAY, 0.5)
    look = {"facecolor": "none", "edgecolor": edge, "linewidth": width}
    ax.add_patch(Rectangle(corner - 0.05, 1.1, 1.1, **look))
    if dead:
        ax.text(*(corner + 0.5), "dead", color=ORANGE, ha="center", va="center", fontsize=8)


def _strokes(ax, points, length, color, lw, cap):
    """Many small marks as one line with gaps: a tenth of the size of markers in an SVG."""
    gaps = np.full(len(points), np.nan)
    x = np.column_stack([points[:, 0], points[:, 0], gaps])
    y = np.column_stack([points[:, 1] - length / 2, points[:, 1] + length / 2, gaps])
    ax.plot(x.ravel(), y.ravel(), color=color, linewidth=lw, solid_capstyle=cap)


@styled
def gradients_by_depth(depths, norms):
    """Size of the first layer's gradient against the number of hidden layers.

    ``norms`` maps a label to (len(depths), n_seeds): medians as lines, 5–95 % as bars.
    """
    at_most(LOOKS, "norms", norms)
    figure, ax = subplots(height=3.2)
    for i, ((label, values), look) in enumerate(zip(norms.items(), LOOKS, strict=False)):
        color, line, marker = look
        low, middle, high = quantiles(np.transpose(values), (0.05, 0.5, 0.95))
        x = np.array(depths) + 0.09 * (i - (len(norms) - 1) / 2)
        ax.vlines(x, low, high, color=color, linewidth=1.2, alpha=0.5)
        ax.plot(x, middle, color=color, linestyle=line, marker=marker, label=label)
    ax.set(xlabel="hidden layers", ylabel=r"size of $\partial L/\partial W_1$", yscale="log")
    ax.set_xticks(depths)
    ax.grid(axis="y")
    _legend(ax, f"median, 5–95 %\n(n = {np.shape(values)[1]})")
    return figure


@styled
def shares_by_depth(depths, outcomes):
    """The share of runs in which something happened, against the number of hidden layers.

    ``outcomes`` maps a label to bools (len(depths), n_seeds); bars are 95 % intervals (Wilson).
    """
    at_most(LOOKS, "outcomes", outcomes)
    figure, ax = subplots(height=3.0)
    for i, ((label, values), look) in enumerate(zip(outcomes.items(), LOOKS, strict=False)):
        color, line, marker = look
        n = np.shape(values)[1]
        low, high = wilson(np.sum(values, axis=1), n)
        x = np.array(depths) + 0.09 * (i - (len(outcomes) - 1) / 2)
        ax.vlines(x, 100 * low, 100 * high, color=color, linewidth=1.2, alpha=0.5)
        ax.plot(x, 100 * np.mean(values, axis=1), color=color, linestyle=line, marker=marker,
                label=label)  # fmt: skip
    ax.set(xlabel="hidden layers", ylabel="all points right, % of runs", ylim=(-4, 104))
    ax.set_xticks(depths)
    ax.grid(axis="y")
    _legend(ax, f"share, 95 % interval\n(n = {n})")
    return figure


def _legend(ax, title):
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title=title, title_fontsize=8)
