"""The computational graph of one sample, with every Jacobian written out.

Each node holds a vector: the sample X, a pre-activation Z_l, a post-activation A_l, the output ŷ,
the loss L, or a parameter, W_l being flattened row by row. Each edge leads from a vector v to a
vector u that is computed from it, and carries the Jacobian ∂u/∂v: the matrix of all ∂u_i/∂v_j, of
shape (size of u, size of v). The gradient of the loss in a node is the product of the Jacobians
along the path from the loss back to that node. Jacobians treat u and v as columns; ∂L/∂v is a row.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlib import validation
from nnlib.activations import activation_of
from nnlib.losses import loss_of
from nnlib.network import Gradients, Network, Trace, check_loss


class Node(NamedTuple):
    """A quantity with its value: a vector, or a weight matrix, which the edges see flattened."""

    name: str
    value: np.ndarray

    @property
    def shape(self):
        return self.value.shape


class Edge(NamedTuple):
    """``target`` is computed from ``source``, and ``jacobian`` is ∂target/∂source."""

    target: str
    source: str
    jacobian: np.ndarray

    @property
    def name(self):
        return f"∂{self.target}/∂{self.source}"


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes in topological order: each stands after all that it is computed from.

    The forward pass can therefore walk along ``nodes``. ``edges`` stand in the opposite order, for
    the backward pass: when it comes to ∂u/∂v, the factor ∂L/∂u is finished.
    """

    nodes: tuple
    edges: tuple

    def __str__(self):
        nodes = [f"{node.name:<6}{node.shape}" for node in self.nodes]
        edges = [f"{edge.name:<10}{edge.jacobian.shape}" for edge in self.edges]
        return "\n".join(["Nodes, forward:", *nodes, "Edges, backward:", *edges])

    __repr__ = __str__


def activation_jacobian(activation, z, a):
    """∂A/∂Z = diag(f′(Z)): each a_i depends on its own z_i alone."""
    activation = activation_of(activation)
    return np.diag(activation.derivative(a if activation.takes == "A" else z))


def weight_jacobian(W, a):
    """∂Z/∂W = I ⊗ aᵀ, of shape (n, n·m): z_i = Σ_j w_ij a_j knows row i of W (n, m) alone."""
    return np.kron(np.eye(len(W)), a)


def build(net, x, y, loss="bce"):
    """The Graph of one sample: x of shape (d_0,) or (1, d_0), y a number, (1,) or (1, 1).

    Z = W a + b gives ∂Z/∂a = W, ∂Z/∂b = I and ∂Z/∂W = I ⊗ aᵀ. The label is a constant and no node.
    For a loss that takes Z_K, as ``bce_logits``, the last edge is ∂L/∂Z_K and ŷ is no node either.
    """
    loss = _check(net, loss)
    net = net.copy()  # later updates of the network in place must not change the graph
    return _build(net, net.forward(_one_sample(x, net.sizes[0])), _one_label(y), loss)


def _build(net, trace, y, loss):
    """The Graph of the one sample that ``trace`` holds."""
    K, loss = len(net.weights), loss_of(loss)
    last = trace.Z[-1] if loss.takes == "Z" else trace.output
    nodes, edges = [Node("X", trace.A[0][0])], []
    for l, W in enumerate(net.weights, start=1):
        below, z, a = nodes[-1], trace.Z[l - 1][0], trace.A[l][0]
        nodes.append(Node(f"W{l}", W))
        edges.append(Edge(f"Z{l}", below.name, W))
        if net.biases is not None:
            nodes.append(Node(f"b{l}", net.biases[l - 1]))
            edges.append(Edge(f"Z{l}", f"b{l}", np.eye(len(W))))
        edges.append(Edge(f"Z{l}", f"W{l}", weight_jacobian(W, below.value)))
        nodes.append(Node(f"Z{l}", z))
        if l < K or loss.takes == "A":
            nodes.append(Node(f"A{l}" if l < K else "ŷ", a))
            jacobian = activation_jacobian(net.activations[l - 1], z, a)
            edges.append(Edge(nodes[-1].name, f"Z{l}", jacobian))
    edges.append(Edge("L", nodes[-1].name, loss.gradient(last, y)))
    nodes.append(Node("L", loss.function(last, y)[0]))
    return Graph(tuple(nodes), tuple(reversed(edges)))


def jacobians(net, x, y, loss="bce"):
    """{name of the edge: its Jacobian}, in the order of the backward pass; see ``build``.

    "∂L/∂ŷ", "∂ŷ/∂Z3", "∂Z3/∂W3", "∂Z3/∂b3", "∂Z3/∂A2", "∂A2/∂Z2", … "∂Z1/∂b1", "∂Z1/∂X".

    >>> from nnlib import Network
    >>> net = Network(sizes=(2, 3, 1), rng=0)
    >>> for edge, J in jacobians(net, [0.0, 1.0], 1).items():
    ...     print(edge, J.shape)
    ∂L/∂ŷ (1, 1)
    ∂ŷ/∂Z2 (1, 1)
    ∂Z2/∂W2 (1, 3)
    ∂Z2/∂A1 (1, 3)
    ∂A1/∂Z1 (3, 3)
    ∂Z1/∂W1 (3, 6)
    ∂Z1/∂X (3, 2)
    """
    return {edge.name: edge.jacobian for edge in build(net, x, y, loss).edges}


def products(graph):
    """{name of the node: ∂L/∂node, a row}: the Jacobians multiplied from the loss backwards.

    Each node feeds exactly one other, so a single path leads from the loss to each, and one
    product does for it: ∂L/∂v = ∂L/∂u · ∂u/∂v. The row ∂L/∂u is shared by all paths through u.
    """
    rows = {"L": np.eye(1)}
    for edge in validation.instance("graph", graph, Graph).edges:
        rows[edge.source] = rows[edge.target] @ edge.jacobian
    return rows


def gradients(net, X, y, loss="bce", reduction="sum"):
    """The Gradients of a batch: ``products`` for each sample, summed or averaged over samples.

    >>> from nnlib import Network
    >>> net = Network(sizes=(2, 3, 1), rng=0)
    >>> X, y = np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([[1.0], [0.0]])
    >>> _, exact = net.loss_and_gradients(X, y)
    >>> np.allclose(gradients(net, X, y).weights[0], exact.weights[0])
    True
    """
    loss = _check(net, loss, reduction)
    X = validation.inputs(X, net.sizes[0])
    y = validation.labels(y, len(X))
    Z, A = net.forward(X)
    rows = []
    for i in range(len(X)):
        one = Trace([z[i : i + 1] for z in Z], [a[i : i + 1] for a in A])
        rows.append(products(_build(net, one, y[i : i + 1], loss)))
    divisor = len(X) if reduction == "mean" else 1

    def total(letter, parameters):
        """The sums for W1, W2, … or b1, b2, …, each in its parameter's shape."""
        named = enumerate(parameters, start=1)
        return [
            sum(row[f"{letter}{l}"] for row in rows).reshape(p.shape) / divisor for l, p in named
        ]

    return Gradients(
        weights=total("W", net.weights),
        biases=None if net.biases is None else total("b", net.biases),
        inputs=np.concatenate([row["X"] for row in rows]) / divisor,
    )


def _check(net, loss, reduction="sum"):
    validation.instance("net", net, Network)
    return check_loss(loss, reduction, net.activations[-1])


def _one_sample(x, width):
    x = validation.array("x", x, f"({width},) or (1, {width})")
    x = validation.inputs(np.atleast_2d(x), width, "x")
    if len(x) != 1:
        raise ValueError(
            f"x has shape {x.shape}; it must be one sample, ({width},) or (1, {width})"
        )
    return x


def _one_label(y):
    y = validation.array("y", y, "(1,) or (1, 1)")
    if y.size != 1:
        raise ValueError(f"y has shape {y.shape}; it must be one label: a number, (1,) or (1, 1)")
    return validation.labels(y.reshape(1, 1), 1)
