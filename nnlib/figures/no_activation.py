"""Networks without activations: what layers do to the plane, how losses fall and explode."""

import numpy as np

from nnlib.figures.curves import band, constant_line
from nnlib.figures.kinds import (
    Curves,
    History,
    Labels,
    Networks,
    Number,
    Places,
    Points,
    Text,
    drawing,
    named,
    together,
)
from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, ORANGE
from nnlib.figures.points import field, scatter
from nnlib.figures.style import at_most, styled, subplots

LOOKS = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", "-."))
# Five lines across the unit square in each direction, as points: (10, 17, 2).
GRID = np.stack(np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 17), indexing="ij"), axis=-1)
GRID = np.concatenate([GRID, GRID[..., ::-1]])


@drawing
def collapse(networks: Networks, X: Points, y: Labels):
    """The unit square and the points X in every layer of some networks, a row for each network.

    First the input plane with the output as a field, then each hidden layer, seen in the plane in
    which the images of a grid vary most (the share of their variance stands above it), then the
    last pre-activation, a number, on its axis: the vertical line at 0 separates the predictions.

    Parameters
    ----------
    networks : {label: Network}, all with 2 inputs and the same number of layers
    X, y : points and labels
    """
    return _rows(networks, X, y)[0]


@drawing
def moving_collapse(networks: Networks, X: Points, y: Labels, label: Text):
    """``collapse`` in which the row called ``label`` shows other networks; ``move(net)``."""
    figure, moves = _rows(networks, X, y)
    return figure, moves[label]


def _rows(networks, X, y):
    depths = {len(net.weights) for net in networks.values()}
    if len(depths) != 1:
        raise ValueError(f"networks have {sorted(depths)} layers; all must have the same number")
    (K,) = depths
    figure, axes = subplots(len(networks), K + 1, height=0.4 + 1.55 * len(networks), squeeze=False)
    moves = {}
    for row, (label, net) in zip(axes, networks.items(), strict=True):
        moves[label] = _row(row, label, X, y)
        moves[label](net)
    for l, ax in enumerate(axes[-1]):
        ax.xaxis.set_visible(True)
        ax.set_xlabel("input plane" if l == 0 else f"$z_{K}$" if l == K else f"layer {l}")
    return figure, moves


def _row(row, label, X, y):
    """A network in a row of Axes: the input plane, its hidden layers, its last pre-activation.

    Returns a function that shows a network in them. It changes artists instead of making them
    anew: dragging a slider must be smooth.
    """
    plane, *hidden, last = row
    _shape(plane, y)(GRID, X)
    plane.yaxis.set_visible(True)
    plane.set_ylabel(label)
    shapes = [(ax.set_title("", size=8, y=1), _shape(ax, y)) for ax in hidden]
    place = _number_line(last, y)

    @styled
    def move(net):
        for old in plane.collections[2:]:  # the first two are the points
            old.remove()
        field(plane, net, low=-0.25, high=1.15, steps=31)
        trace, grid = net.forward(X), net.forward(GRID.reshape(-1, 2))
        for (title, shape), A, images in zip(shapes, trace.A[1:-1], grid.A[1:-1], strict=True):
            images = images.reshape(*GRID.shape[:2], -1)
            view, share = _main_plane(images)
            shape(view(images), view(A))
            title.set_text(f"{100 * share:.3g} % shown")
        place(trace.Z[-1])

    return move


def _main_plane(images):
    """A projection onto the plane in which the images vary most, and its share of the variance."""
    points = images.reshape(-1, images.shape[-1])
    center = points.mean(axis=0)
    _, sizes, axes = np.linalg.svd(points - center, full_matrices=False)
    axes = axes[:2]
    # A singular vector has no sign: the images of (1, 1) and (0, 1) lie right and up.
    ends = images[4, -1] - images[0, 0], images[0, -1] - images[4, 0]
    signs = [1 if axis @ end >= 0 else -1 for axis, end in zip(axes, ends, strict=True)]
    axes = (axes * np.reshape(signs, (-1, 1))).T
    return lambda A: (A - center) @ axes, np.sum(sizes[:2] ** 2) / np.sum(sizes**2)


def _shape(ax, y):
    """A panel without axes for grid and points; returns a function that places them."""
    scatter(ax, np.zeros((len(y), 2)), y, size=14)
    marks = ax.collections[:]
    # One line with gaps; above a field (1), below its boundary (2).
    (line,) = ax.plot([], [], color=GRAY, linewidth=0.5, zorder=1.5)
    ax.set(xlabel="", ylabel="", xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.xaxis.set_visible(False)
    ax.yaxis.set_visible(False)

    def place(grid, points):
        gaps = np.full((len(grid), 1, 2), np.nan)
        line.set_data(*np.concatenate([grid, gaps], axis=1).reshape(-1, 2).T)
        _place(marks, points, y)
        low, high = grid.min(axis=(0, 1)), grid.max(axis=(0, 1))
        (x1, x2), reach = (low + high) / 2, 0.54 * np.max(high - low) or 1
        ax.set(xlim=(x1 - reach, x1 + reach), ylim=(x2 - reach, x2 + reach))

    return place


def _number_line(ax, y):
    ax.axhline(0, color=GRAY, linewidth=0.8, zorder=1)
    ax.axvline(0, color=INK, linewidth=1.3, zorder=1)
    scatter(ax, np.zeros((len(y), 2)), y, size=14)
    marks = ax.collections[:]
    ax.set(aspect="auto", xlabel="", ylabel="", ylim=(-1, 1))
    ax.yaxis.set_visible(False)
    ax.locator_params(axis="x", nbins=3)
    ax.spines["left"].set_visible(False)

    def place(Z):
        _place(marks, np.column_stack([Z, np.zeros_like(Z)]), y)
        low, high = min(Z.min(), 0), max(Z.max(), 0)
        gap = 0.1 * (high - low) or 1
        ax.set_xlim(low - gap, high + gap)

    return place


def _place(marks, points, y):
    for label, mark in enumerate(marks):
        mark.set_offsets(points[y[:, 0] == label])


@drawing
def falls(panels: named(together(named(History), Number))):
    """How the losses of many runs fall from the untrained network on, one panel for each set.

    Parameters
    ----------
    panels : {title: ({label: History}, constant)}: at most 3 histories whose row 0 is the start,
        and the loss of the best constant predictor
    """
    figure, axes = subplots(1, len(panels), height=3.0, squeeze=False)
    for ax, (title, (histories, constant)) in zip(axes[0], panels.items(), strict=True):
        at_most(LOOKS, "histories", histories)
        for (label, history), (color, _, line) in zip(histories.items(), LOOKS, strict=False):
            band(ax, history.epochs, history.loss[history.finished], label, color, line)
        constant_line(ax, constant)
        ax.set(title=title, xlabel="epochs", yscale="log")
        ax.set_xscale("symlog", linthresh=1, linscale=0.5)
        ax.set_xticks([0, 1, 10, 100, 1000], [0, 1, 10, 100, 1000])
        ax.set_xlim(-0.1, 1.1 * history.epochs[-1])
    axes[0, 0].set_ylabel("loss")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


@drawing
def divergence(rates: Places, shares: Curves, factors: named(Number), xlabel: Text):
    """The share of diverged runs against the learning rate, and against the rate times a factor.

    Parameters
    ----------
    rates : (n_rates,)
    shares : {label: (n_rates,)}, at most 3
    factors : {label: number}, by which the rates are multiplied on the right
    xlabel : what the products are
    """
    at_most(LOOKS, "shares", shares)
    figure, axes = subplots(1, 2, height=2.8, sharey=True)
    rates = np.asarray(rates)
    for (label, share), (color, marker, line) in zip(shares.items(), LOOKS, strict=False):
        for ax, x in zip(axes, (rates, rates * factors[label]), strict=True):
            ax.plot(x, 100 * np.asarray(share), color=color, marker=marker, linestyle=line,
                    markersize=4, label=label)  # fmt: skip
    for ax, words in zip(axes, ("learning rate", xlabel), strict=True):
        ax.set(xlabel=words, xscale="log")
        ax.grid(axis="y")
    axes[0].set_ylabel("diverged runs in %")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure
