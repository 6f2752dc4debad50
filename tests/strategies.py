"""Shared hypothesis strategies: networks, points with labels, and a loss that suits the network.

Hypothesis draws the structure and one seed; NumPy draws the numbers from that seed. So parameters
are generic (no two pre-activations at the kink of a ReLU by design), and shrinking works on what a
reader can see: fewer layers, smaller widths, fewer points.
"""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from nnlib import Network
from nnlib.activations import ACTIVATIONS
from nnlib.losses import CROSS_ENTROPIES, LOSSES, REDUCTIONS

SMOOTH = ("sigmoid", "tanh", "identity")  # f is infinitely differentiable; elu only once at 0
KINKED = ("relu", "leaky_relu")  # f has no derivative at 0


class Case(NamedTuple):
    """All that a gradient needs."""

    net: Network
    X: np.ndarray
    y: np.ndarray
    loss: str
    reduction: str


def losses_for(output_activation):
    """The names of the losses that DESIGN allows with this last activation."""
    allowed = output_activation == "sigmoid"
    return tuple(name for name in LOSSES if allowed or name not in CROSS_ENTROPIES)


def make_network(sizes, activations, bias, rng, scale=1.0):
    """Normal weights of variance ``scale``² / n_in, and normal biases of deviation 0.5 ``scale``.

    Pre-activations then stay of order 1 at every width and depth, and no sigmoid is saturated.
    """
    rng = np.random.default_rng(rng)
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    weights = [rng.normal(0, scale / np.sqrt(n_in), (n_out, n_in)) for n_out, n_in in shapes]
    biases = [rng.normal(0, 0.5 * scale, n_out) for n_out, _ in shapes] if bias else None
    return Network.from_parameters(weights, biases, activations)


def make_points(n, width, rng):
    """``n`` normal points with ``width`` coordinates, and a random label for each."""
    rng = np.random.default_rng(rng)
    return rng.normal(0, 1, (n, width)), rng.integers(0, 2, (n, 1)).astype(float)


seeds = st.integers(0, 2**32 - 1)


@st.composite
def networks(draw, max_layers=5, max_width=20, activations=tuple(ACTIVATIONS), output=None):
    """A random Network of 1 to ``max_layers`` layers; ``output`` fixes its last activation."""
    n_layers = draw(st.integers(1, max_layers))
    widths = draw(st.lists(st.integers(1, max_width), min_size=n_layers, max_size=n_layers))
    name = st.sampled_from(activations)
    names = draw(st.lists(name, min_size=n_layers, max_size=n_layers))
    if output is not None:
        names[-1] = output
    return make_network((*widths, 1), names, draw(st.booleans()), draw(seeds))


@st.composite
def points(draw, width, max_points=6):
    """A pair (X, y) of 1 to ``max_points`` points with ``width`` coordinates."""
    return make_points(draw(st.integers(1, max_points)), width, draw(seeds))


@st.composite
def cases(draw, max_layers=5, max_width=20, max_points=6, activations=tuple(ACTIVATIONS)):
    """A Case: a network, points, and a loss and reduction that it allows."""
    # half of all cases end in a sigmoid, so that every loss turns up often
    output = draw(st.sampled_from(("sigmoid", None)))
    net = draw(networks(max_layers, max_width, activations, output))
    X, y = draw(points(net.sizes[0], max_points))
    loss = draw(st.sampled_from(losses_for(net.activations[-1])))
    return Case(net, X, y, loss, draw(st.sampled_from(REDUCTIONS)))
