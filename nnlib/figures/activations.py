"""Activation functions at work: their shapes, dead units, gradients and training under depth."""

from itertools import pairwise
from textwrap import fill

import numpy as np
from contourpy import contour_generator
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from nnlib import validation
from nnlib.figures.distributions import wilson
from nnlib.figures.kinds import (
    Count,
    Curves,
    Grid,
    Labels,
    Networks,
    Places,
    Points,
    drawing,
    named,
)
from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, ORANGE, ORANGE_TEXT, PINK, SOFT_BLUE
from nnlib.figures.style import CLASS_COLORS, WIDTH, at_most, subplots
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
GRID = np.linspace(0, 1, 21)
SIDE = 1.3  # from a unit's square to the next
FRAME = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]) * 1.1 - 0.05


@drawing
def functions_and_slopes(Z: Places, curves: Curves, slopes: Curves):
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


@drawing
def dead_units(networks: Networks, X: Points, y: Labels, width=WIDTH):
    """For each network one square per hidden unit: where in the plane the unit is active.

    ``networks`` maps titles to networks with two inputs. A square is the unit square, blue where
    the unit's pre-activation is above 0. Of the points those are drawn at which it is: class 0
    as dots, class 1 as strokes. An orange frame: a unit that is active at none. Below text width,
    in inches, all is smaller but the words.
    """
    figure, move = moving_dead_units(networks, width)
    move(networks, X, y)
    return figure


@drawing
def moving_dead_units(networks: Networks, width=WIDTH):
    """``dead_units`` of other networks of these sizes; ``move`` takes what that takes."""
    layers = sum(len(net.sizes) - 2 for net in networks.values())
    wide = validation.real("width", width, minimum=3, below=100) >= WIDTH
    height = 0.34 * len(networks) + (0.6 if wide else 0.28) * layers
    figure, ax = subplots(height=height, width=width)
    corners = _write(ax, networks, wide)
    thick = 1 if wide else 0.55
    areas = ax.add_patch(PathPatch(Path.make_compound_path(), color=SOFT_BLUE, linewidth=0))
    square = {"solid_joinstyle": "miter", "solid_capstyle": "projecting"}
    (active,) = ax.plot([], [], color=GRAY, linewidth=0.5, **square)
    (dead,) = ax.plot([], [], color=ORANGE, linewidth=1.8 * thick, **square)
    # The word is a marker: 40 texts would take longer than all the rest.
    word = {"marker": r"$\mathrm{dead}$", "markersize": 20 if wide else 14, "markeredgewidth": 0}
    (words,) = ax.plot([], [], color=ORANGE_TEXT, linestyle="none", **word)
    # Moved to whole pixels, small points leave their diagonals.
    first, second = ({"color": color, "snap": False} for color in CLASS_COLORS)
    (dots,) = ax.plot([], [], linewidth=2.1 * thick, solid_capstyle="round", **first)
    (strokes,) = ax.plot([], [], linewidth=1.2 * thick, solid_capstyle="butt", **second)

    def move(networks, X, y):
        rings, alive, gone, seen = [], [], [], ([], [])
        for corner, heights, is_active in _units(networks, corners, X):
            rings += [corner + ring for ring in _rings(heights)]
            (alive if is_active.any() else gone).append(corner)
            for label, points in enumerate(seen):
                points.extend(corner + X[is_active & (y[:, 0] == label)])
        areas.set_path(Path.make_compound_path(*(Path(ring, closed=True) for ring in rings)))
        _repeat(active, FRAME, alive)
        _repeat(dead, FRAME, gone)
        words.set_data(*np.reshape(gone, (-1, 2)).T + 0.5)
        _repeat(dots, [(0, -0.01), (0, 0.01)], seen[0])
        _repeat(strokes, [(0, -0.04), (0, 0.04)], seen[1])

    return figure, move


def _write(ax, networks, wide):
    """Titles and names of layers; the lower left corners of squares, a list for each network."""
    bottom, rows, corners = 0.0, {}, []
    for title, net in networks.items():
        if not wide:
            title = fill(title, 44)
            bottom -= 0.35 + 0.8 * title.count("\n")
        ax.text(0, bottom, title, va="bottom")
        corners.append([])
        for layer, units in enumerate(net.sizes[1:-1], start=1):
            bottom -= SIDE
            rows[bottom + 0.5] = f"layer {layer}"
            corners[-1].append([np.array([SIDE * unit, bottom]) for unit in range(units)])
        bottom -= 0.75
    widest = max(max(net.sizes[1:-1]) for net in networks.values())
    ax.set(xlim=(-0.15, SIDE * widest), ylim=(bottom + 0.55, 0.6), aspect="equal", xticks=[])
    ax.set_yticks(list(rows), list(rows.values()))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return corners


def _units(networks, corners, X):
    """Of each unit its square's corner, its Z (n, n) on the grid, and at which X it is active."""
    grid = np.stack(np.meshgrid(GRID, GRID), axis=-1).reshape(-1, 2)
    for net, layers in zip(networks.values(), corners, strict=True):
        Z = zip(layers, net.forward(grid).Z[:-1], net.forward(X).Z[:-1], strict=True)
        for squares, heights, at_points in Z:
            heights = heights.T.reshape(-1, len(GRID), len(GRID))
            yield from zip(squares, heights, (at_points > 0).T, strict=True)


def _rings(heights):
    """The closed borders of the areas where heights (n, n) over the unit square are above 0."""
    contours = contour_generator(GRID, GRID, heights, fill_type="OuterOffset")
    # The level is above 0: a unit that is 0 everywhere is not active.
    for points, ends in zip(*contours.filled(1e-12, np.inf), strict=True):
        for start, end in pairwise(ends):
            yield _straightened(points[start:end])


def _straightened(ring):
    """A closed ring without the points at which it stands still or goes straight on."""
    steps = np.diff(ring, axis=0)
    moves = np.abs(steps).max(axis=1) > 1e-9
    ring, ahead = ring[:-1][moves], steps[moves]
    behind = np.roll(ahead, 1, axis=0)
    ring = ring[np.abs(behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0]) > 1e-9]
    return np.concatenate([ring, ring[:1]])


def _repeat(line, shape, places):
    """One line with gaps that draws a shape at many places: a tenth of the size in an SVG."""
    points = np.reshape(places, (-1, 1, 2)) + np.vstack([shape, (np.nan, np.nan)])
    line.set_data(*points.reshape(-1, 2).T)


@drawing
def gradients_by_depth(depths: Places, norms: named(Grid)):
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


@drawing
def moving_layers(layers: Count):
    """Histograms of what the units of each layer send on, and of the gradients that come back.

    One row for each of the hidden layers, the first at the top. ``move(A, delta)`` takes two lists
    of arrays, one for each layer: post-activations, and gradients by the pre-activations, of which
    the powers of ten are shown. What lies beyond an axis stands in its last column; a value that
    is far more frequent than all others is cut to the height of its row. Zeros have no power of
    ten: their share stands beside the row.
    """
    figure, axes = subplots(1, 2, height=0.9 + 0.3 * layers, sharey=True)
    edges = np.linspace(-1.025, 3.025, 82), np.linspace(-8, 1, 64)
    labels = "post-activation $A$", r"size of $\delta$, powers of ten"
    moving = []
    for ax, places, color, label in zip(axes, edges, (BLUE, ORANGE), labels, strict=True):
        for row in range(1, layers + 1):
            flat = np.full(len(places) - 1, float(row))
            moving.append(ax.stairs(flat, places, baseline=row, fill=True, color=color))
        ax.set(xlabel=label, xlim=(places[0], places[-1]), ylim=(layers + 0.4, 0))
        ax.grid(axis="x")
    axes[0].set(ylabel="hidden layer", yticks=range(1, layers + 1))
    axes[1].set(xlim=(-8, 3.4), xticks=range(-8, 2, 2))
    zeros = [axes[1].text(3.3, row - 0.12, "", ha="right") for row in range(1, layers + 1)]

    def move(A, delta):
        for row, (a, d) in enumerate(zip(A, delta, strict=True), start=1):
            sizes = np.abs(d[d != 0])
            share = 1 - sizes.size / np.size(d)
            zeros[row - 1].set_text(f"{share:.0%} are 0" if share else "")
            for patch, values, places in zip(
                moving[row - 1 :: layers], (np.ravel(a), np.log10(sizes)), edges, strict=True
            ):
                inside = np.clip(
                    values, (places[0] + places[1]) / 2, (places[-2] + places[-1]) / 2
                )
                counts = np.histogram(inside, places)[0]
                unit = max(np.partition(counts, -2)[-2], 0.2 * counts.max(), 1)
                patch.set_data(row - 0.85 * np.minimum(counts / unit, 1), places, baseline=row)

    return figure, move


@drawing
def shares_by_depth(depths: Places, outcomes: named(Grid)):
    """The share of runs in which something happened, against the number of hidden layers.

    ``outcomes`` maps a label to bools (len(depths), n_seeds); bars are 95 % intervals (Wilson).
    """
    at_most(LOOKS, "outcomes", outcomes)
    figure, ax = subplots(height=3.0)
    counts = sorted({np.shape(values)[1] for values in outcomes.values()})
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
    _legend(ax, f"share, 95 % interval\n(n = {' or '.join(map(str, counts))})")
    return figure


def _legend(ax, title):
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title=title, title_fontsize=8)
