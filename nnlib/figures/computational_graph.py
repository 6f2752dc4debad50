"""The computational graph: unit by unit, and as blocks with shapes.

All positions are in inches, so that labels keep their distance whatever the network.
"""

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from nnlib import graph, validation
from nnlib.figures.kinds import (
    Net,
    Text,
    drawing,
)
from nnlib.figures.palette import (
    BLUE,
    GRAY,
    INK,
    ORANGE_TEXT,
    PALE,
    PALEST_BLUE,
    WHITE,
)
from nnlib.figures.style import WIDTH

BOX = 0.64  # width of a neuron
ROW = 1.22  # from one neuron of a layer to the next
WIDEST = 3  # neurons in a layer whose weights can still be labelled


def canvas(height, width=WIDTH):
    """A Figure and Axes over all of it, with coordinates in inches."""
    figure = Figure(figsize=(width, height))
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    ax.set_axis_off()
    return figure, ax


def number(value):
    """Three decimals, or a single digit and its power of ten; with a true minus."""
    value = float(np.squeeze(value))
    tiny = 0 < abs(value) < 0.0005
    text = f"{value:.0e}".replace("e-0", "e-") if tiny else f"{value:.3f}"
    return text.replace("-", "−")


def place_of(weight, shapes):
    """``weight`` as (l, i, j), found to be in one of the matrices; None stays None.

    ``shapes`` maps l to the shape of W_l.
    """
    if weight is None:
        return None
    parts = validation.sequence("weight", weight, "(1, 0, 0), for weights[0][0, 0]")
    if len(parts) != 3:
        raise ValueError(f"weight is {weight!r}; it must be (l, i, j), for weights[l - 1][i, j]")
    l, i, j = (validation.integer("a number in weight", part) for part in parts)
    n, m = shapes.get(l, (0, 0))
    if i >= n or j >= m:
        raise ValueError(f"weight is {weight!r}; there is no weights[{l - 1}][{i}, {j}]")
    return l, i, j


@drawing
def computational_graph(net: Net, x, y, loss: Text = "bce", weight=None, width=WIDTH):
    """Every neuron and weight of a small network, for one sample, with values and gradients.

    In black z, a and the weights, as the forward pass computes them; in orange δ = ∂L/∂z and after
    ∂ the derivative of L in the number above, as the backward pass does. δ is ∂L/∂b as well.

    Parameters
    ----------
    net : Network of at most 3 layers and 3 units in each
    x, y, loss : one sample and the loss, as for ``graph.jacobians``
    weight : (l, i, j) highlights all paths from ``net.weights[l - 1][i, j]`` to the loss
    width : in inches, at least 1.7 for each layer and 0.8 more
    """
    whole = graph.build(net, x, y, loss)
    rows, values = graph.products(whole), {node.name: node.value for node in whole.nodes}
    K = len(net.weights)
    if K > 3 or max(net.sizes) > WIDEST:
        raise ValueError(
            f"net has sizes {net.sizes}; at most 3 layers of {WIDEST} units can be labelled: "
            "draw the others with graph_schematic"
        )
    weight = place_of(weight, {l: W.shape for l, W in enumerate(net.weights, start=1)})
    width = validation.real("width", width, minimum=1.7 * K + 0.8, below=100)
    half, foot = ROW * (max(*net.sizes, 2) - 1) / 2 + 0.35, 0.4 if width >= WIDTH else 0.55
    figure, ax = canvas(2 * half + foot + 0.35, width)
    middle, gap = half + foot, (width - 0.12 - (K + 1) * BOX) / K
    xs = [0.06 + BOX / 2 + l * (BOX + gap) for l in range(K + 1)]
    ys = [middle - ROW * (np.arange(d) - (d - 1) / 2) for d in net.sizes]
    values[f"A{K}"] = net.forward(np.atleast_2d(values["X"])).output
    _edges(ax, xs, ys, net.weights, rows, weight)
    _neurons(ax, xs, ys, net.biases, values, rows, weight)
    _loss(ax, xs[-1], middle, values["L"], rows, weight is not None)
    _headings(ax, xs, middle + half + 0.15, K, width)
    return figure


def _edges(ax, xs, ys, weights, rows, weight):
    """All lines from neuron to neuron, with weights and derivatives."""
    for l, W in enumerate(weights, start=1):
        gradient = rows[f"W{l}"].reshape(W.shape)
        for i, j in np.ndindex(W.shape):
            ends = (xs[l - 1] + BOX / 2, ys[l - 1][j]), (xs[l] - BOX / 2, ys[l][i])
            lit = weight is None or _on_path(weight, l, i, j)
            # At this fraction of the way the labels of all edges stand evenly, one below another.
            _edge(ax, *ends, 1 / (len(W) + 1), W[i, j], gradient[i, j], lit, weight is not None)


def _neurons(ax, xs, ys, biases, values, rows, weight):
    """All inputs and neurons; ``values`` are those of the nodes and of A in the last layer."""
    K = len(xs) - 1
    for l, name in enumerate(["X", *(f"Z{k}" for k in range(1, K + 1))]):
        for i, height in enumerate(ys[l]):
            lines = [("x" if l == 0 else "z", values[name][i], INK)]
            if l > 0:
                lines.append(("ŷ" if l == K else "a", np.ravel(values[f"A{l}"])[i], INK))
            lines.append(("∂" if l == 0 else "δ", rows[name][0, i], ORANGE_TEXT))
            bias = None if l == 0 or biases is None else biases[l - 1][i]
            _box(ax, xs[l], height, lines, bias, weight is None or _above(weight, l, i))


def _on_path(weight, l, i, j):
    """Whether the edge from neuron j to neuron i of layer l lies on a path from the weight."""
    if l == weight[0]:
        return (i, j) == weight[1:]
    return l > weight[0] + 1 or (l == weight[0] + 1 and j == weight[1])


def _above(weight, l, i):
    """Whether neuron i of layer l lies on a path from the weight to the loss."""
    return l > weight[0] or (l == weight[0] and i == weight[1])


def _edge(ax, start, end, fraction, value, gradient, lit, highlight):
    """A line with the weight and, below it, its derivative."""
    color = PALE if not lit else BLUE if highlight else GRAY
    ax.plot(*zip(start, end, strict=True), color=color,
            linewidth=2 if lit and highlight else 0.8, zorder=1)  # fmt: skip
    x, y = (s + fraction * (e - s) for s, e in zip(start, end, strict=True))
    ax.add_patch(Rectangle((x - 0.23, y - 0.11), 0.46, 0.22, color=WHITE, zorder=2))
    texts = ((0.055, number(value), INK), (-0.055, f"∂ {number(gradient)}", ORANGE_TEXT))
    for shift, text, ink in texts:
        ax.text(x, y + shift, text, color=ink if lit else GRAY, fontsize=7, ha="center",
                va="center", zorder=3)  # fmt: skip


def _box(ax, x, y, lines, bias, lit):
    """A neuron: names on the left, numbers on the right, the bias underneath."""
    height = 0.06 + 0.135 * len(lines)
    ax.add_patch(
        FancyBboxPatch(
            (x - BOX / 2 + 0.04, y - height / 2 + 0.04), BOX - 0.08, height - 0.08,
            boxstyle="round,pad=0.04", facecolor=WHITE, edgecolor=INK if lit else GRAY,
            linewidth=1.1, zorder=4,
        )
    )  # fmt: skip
    for k, (name, value, color) in enumerate(lines):
        level, color = y + 0.135 * ((len(lines) - 1) / 2 - k), color if lit else GRAY
        ax.text(x - BOX / 2 + 0.06, level, name, color=color, fontsize=7, va="center", zorder=5)
        ax.text(x + BOX / 2 - 0.05, level, number(value), color=color, fontsize=7, ha="right",
                va="center", zorder=5)  # fmt: skip
    if bias is not None:
        ax.text(x, y - height / 2 - 0.03, f"b {number(bias)}", color=INK if lit else GRAY,
                fontsize=7, ha="center", va="top", zorder=5,
                bbox={"facecolor": WHITE, "edgecolor": "none", "pad": 0.5})  # fmt: skip


def _loss(ax, x, y, value, rows, highlight):
    """The last node, below the output, and the derivative on the edge that leads to it."""
    line = {"color": BLUE, "linewidth": 2} if highlight else {"color": GRAY, "linewidth": 0.8}
    ax.plot([x, x], [y, y - 0.9], **line, zorder=1)
    _box(ax, x, y - 0.9, [("L", value, INK)], None, True)
    if "ŷ" in rows:  # a loss that takes the last pre-activation has no such edge
        ax.text(x - 0.05, y - 0.58, f"∂ {number(rows['ŷ'])}", color=ORANGE_TEXT, fontsize=7,
                ha="right", va="center")  # fmt: skip


def _headings(ax, xs, top, K, width):
    """Above each column its arrays, and below all the two directions."""
    names = ["$X$", *(f"$Z_{l},\\ A_{l}$" for l in range(1, K)), f"$Z_{K},\\ \\hat{{y}}$"]
    for x, name in zip(xs, names, strict=True):
        ax.text(x, top, name, ha="center")
    for l in range(1, K + 1):
        ax.text((xs[l - 1] + xs[l]) / 2, top, f"$W_{l}$", ha="center")
    ax.text(0.06, 0.1 if width >= WIDTH else 0.27, "value: forward, left to right →", color=INK,
            fontsize=8)  # fmt: skip
    ax.text(width - 0.06, 0.1, "← δ and ∂, derivatives of L: backward, right to left",
            color=ORANGE_TEXT, fontsize=8, ha="right")  # fmt: skip


@drawing
def graph_schematic(net: Net, x, y, loss: Text = "bce", width=WIDTH):
    """The graph in blocks: every node with its shape, every edge with its Jacobian's shape.

    ``net`` has at most 3 layers; x, y and loss are as for ``graph.jacobians``. In orange the shape
    of each Jacobian, in the place of the edge that carries it. Below text width, in inches, the
    graph runs down the page.
    """
    whole = graph.build(net, x, y, loss)
    if len(net.weights) > 3:
        raise ValueError(f"net has {len(net.weights)} layers; at most 3 fit on the page")
    shapes = {node.name: node.shape for node in whole.nodes}
    jacobians = {edge.source: edge for edge in whole.edges}
    chain = [name for name in shapes if name[0] not in "Wb"]
    width = validation.real("width", width, minimum=3, below=100)
    wide = width >= WIDTH
    if wide:
        height, pitch, reach = 2.45, (width - 0.52) / (len(chain) - 1), (0.23, 0.18)
        # Neighboring labels stand at two heights: a pitch is narrower than some of them.
        foot, beside, line, levels = 0.42, 0.95, 1.55, (2.2, 1.95)
    else:
        height, pitch, reach = 0.6 * len(chain) - 0.08, 0.6, (0.18, 0.23)
        foot, beside, line, *levels = width / 2 + np.array([-1.02, -0.32, 0.38, 0.98, 0.98])
    figure, ax = canvas(height, width)

    def at(along, across):
        return (along, across) if wide else (across, height - along)

    along = {name: 0.26 + i * pitch for i, name in enumerate(chain)}
    for name, following in pairwise(chain):
        start, end = along[name] + reach[0], along[following] - reach[0]
        _arrow(ax, at(start, line), at(end, line))
        middle, level = (start + end) / 2, levels[chain.index(name) % 2]
        stem = zip(at(middle, line + 0.03), at(middle, level - 0.1), strict=True)
        ax.plot(*stem, color=PALE, linewidth=0.7, zorder=0)
        _jacobian_label(ax, *at(middle, level), jacobians[name])
    for name, place in along.items():
        _block(ax, *at(place, line), name, shapes[name])
    for name in shapes:
        if name[0] in "Wb":
            target = along[f"Z{name[1:]}"]
            side = 0 if net.biases is None else -0.36 if name[0] == "W" else 0.36
            start, end = at(target + side, foot + reach[1]), at(target + side / 3, line - 0.19)
            _arrow(ax, start, end)
            _block(ax, *at(target + side, foot), name, shapes[name])
            _jacobian_label(ax, *at(target + side, beside), jacobians[name])
    return figure


def _arrow(ax, start, end):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": GRAY, "lw": 0.9,
                "shrinkA": 0, "shrinkB": 0, "mutation_scale": 8})  # fmt: skip


def _block(ax, x, y, name, shape):
    """A node: its name, and below it its shape."""
    color = PALEST_BLUE if name[0] in "Wb" else WHITE
    ax.add_patch(
        FancyBboxPatch((x - 0.2, y - 0.15), 0.4, 0.3, boxstyle="round,pad=0.03", zorder=3,
                       facecolor=color, edgecolor=INK, linewidth=1)
    )  # fmt: skip
    ax.text(x, y + 0.07, name, ha="center", va="center", fontsize=8, zorder=4)
    text = "×".join(map(str, shape))
    ax.text(x, y - 0.08, text, ha="center", va="center", fontsize=7, color=INK, zorder=4)


def _jacobian_label(ax, x, y, edge):
    text = f"{edge.name}\n{edge.jacobian.shape[0]}×{edge.jacobian.shape[1]}"
    ax.text(x, y, text, ha="center", va="center", fontsize=7, color=ORANGE_TEXT, linespacing=1.25,
            bbox={"facecolor": WHITE, "edgecolor": "none", "pad": 1}, zorder=5)  # fmt: skip
