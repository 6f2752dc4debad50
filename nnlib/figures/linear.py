"""Networks without activations: what layers do to the plane, how losses fall and explode."""

import numpy as np

from nnlib.figures.curves import band, constant_line
from nnlib.figures.points import field, scatter
from nnlib.figures.style import BLUE, GRAY, GREEN, INK, ORANGE, at_most, styled, subplots

LOOKS = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", "-."))


@styled
def collapse(networks, X, y):
    """The unit square and the points X in every layer of some networks, a row for each network.

    First the input plane with the output as a field, then each hidden layer, seen in the plane in
    which the images of a grid vary most (the share of their variance stands above it), then the
    last pre-activation, a number, on its axis: the vertical line at 0 separates the predictions.

    Parameters
    ----------
    networks : {label: Network}, all with 2 inputs and the same number of layers
    X, y : points and labels
    """
    depths = {len(net.weights) for net in networks.values()}
    if len(depths) != 1:
        raise ValueError(f"networks have {sorted(depths)} layers; all must have the same number")
    (K,) = depths
    figure, axes = subplots(len(networks), K + 1, height=0.5 + 1.55 * len(networks), squeeze=False)
    for row, (label, net) in zip(axes, networks.items(), strict=True):
        _layers(row, label, net, X, y)
    for l, ax in enumerate(axes[-1]):
        ax.set_xlabel("input plane" if l == 0 else f"$z_{K}$" if l == K else f"layer {l}")
    return figure


@styled
def moving_collapse(networks, X, y, label):
    """``collapse`` in which the row called ``label`` shows other networks; ``move(net)``."""
    figure = collapse(networks, X, y)
    K = len(networks[label].weights)
    start = list(networks).index(label) * (K + 1)
    row = figure.axes[start : start + K + 1]

    @styled
    def move(net):
        for ax in row:
            ax.clear()
        _layers(row, label, net, X, y)

    return figure, move


def _layers(row, label, net, X, y):
    """A network in a row of Axes: the input plane, its hidden layers, its last pre-activation."""
    K = len(net.weights)
    trace, grid = net.forward(X), [net.forward(line) for line in _grid_lines()]
    field(row[0], net, low=-0.25, high=1.15, steps=31)
    _shape(row[0], [line.A[0] for line in grid], X, y)
    row[0].set_ylabel(label)
    for l in range(1, K):
        view, share = _main_plane([line.A[l] for line in grid])
        _shape(row[l], [view(line.A[l]) for line in grid], view(trace.A[l]), y)
        row[l].set_aspect("equal", adjustable="datalim")
        row[l].set_title(f"{100 * share:.3g} % shown", size=8)
    _number_line(row[K], trace.Z[-1], y)


def _grid_lines():
    """Five lines across the unit square in each direction, as arrays of points."""
    along, across = np.linspace(0, 1, 17), np.linspace(0, 1, 5)
    upright = [np.column_stack([np.full_like(along, a), along]) for a in across]
    return upright + [line[:, ::-1] for line in upright]


def _main_plane(images):
    """A projection onto the plane in which the images vary most, and its share of the variance."""
    points = np.vstack(images)
    center = points.mean(axis=0)
    _, sizes, axes = np.linalg.svd(points - center, full_matrices=False)
    axes = axes[:2]
    # A singular vector has no sign: the images of (1, 1) and (0, 1) lie right and up.
    ends = images[4][-1] - images[0][0], images[0][-1] - images[4][0]
    signs = [1 if axis @ end >= 0 else -1 for axis, end in zip(axes, ends, strict=True)]
    axes = (axes * np.reshape(signs, (-1, 1))).T
    return lambda A: (A - center) @ axes, np.sum(sizes[:2] ** 2) / np.sum(sizes**2)


def _shape(ax, lines, points, y):
    for line in lines:
        ax.plot(*line.T, color=GRAY, linewidth=0.5, zorder=1)
    scatter(ax, points, y, size=11)
    ax.set(xlabel="", ylabel="", xticks=[], yticks=[])


def _number_line(ax, Z, y):
    ax.axhline(0, color=GRAY, linewidth=0.8, zorder=1)
    ax.axvline(0, color=INK, linewidth=1.3, zorder=1)
    scatter(ax, np.column_stack([Z, np.zeros_like(Z)]), y, size=11)
    ax.set(aspect="auto", xlabel="", ylabel="", yticks=[], ylim=(-1, 1))
    ax.locator_params(axis="x", nbins=3)
    ax.margins(x=0.1)
    ax.spines["left"].set_visible(False)


@styled
def falls(panels):
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


@styled
def divergence(rates, shares, factors, xlabel):
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
