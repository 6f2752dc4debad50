"""Losses, each beside its gradient.

Every function takes the network's output ŷ (n, 1), or for ``bce_logits`` the last pre-activation
Z (n, 1), and the labels y (n, 1), and returns an array (n, 1): one value for each sample. What is
made of them, a sum or a mean, is the ``reduction``.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnlib.activations import sigmoid

EPS = 1e-9  # ε_loss of report A


def bce(output, y):
    """Binary cross-entropy with ε = 1e-9 in both logarithms (report A, section Neural Network).

    L = -y log(ŷ + ε) - (1 - y) log(1 - ŷ + ε). Where ŷ = y exactly, L = -log(1 + ε) ≈ -1e-9.
    """
    return -y * np.log(output + EPS) - (1 - y) * np.log(1 - output + EPS)


def bce_gradient(output, y):
    """∂L/∂ŷ = (1 - y) / (1 - ŷ + ε) - y / (ŷ + ε)."""
    return (1 - y) / (1 - output + EPS) - y / (output + EPS)


@np.errstate(divide="ignore", invalid="ignore")  # 0 · log 0 is NaN here, as in the report
def bce_half(output, y):
    """Half of the cross-entropy, without ε (report B, section 5a).

    L = -½ (y log ŷ + (1 - y) log(1 - ŷ)): infinite or NaN where ŷ is exactly 0 or 1.
    """
    return -0.5 * (y * np.log(output) + (1 - y) * np.log(1 - output))


@np.errstate(divide="ignore", invalid="ignore")
def bce_half_gradient(output, y):
    """∂L/∂ŷ = -½ (y / ŷ - (1 - y) / (1 - ŷ)): infinite or NaN where ŷ is exactly 0 or 1."""
    return -0.5 * (y / output - (1 - y) / (1 - output))


@np.errstate(under="ignore")
def bce_logits(Z, y):
    """Cross-entropy from the last pre-activation z, where ŷ = σ(z).

    L = max(z, 0) - y z + log(1 + e^-|z|): the exact loss without ε, finite for every finite z.
    """
    return np.maximum(Z, 0) - y * Z + np.log1p(np.exp(-np.abs(Z)))


def bce_logits_gradient(Z, y):
    """∂L/∂z = σ(z) - y: the derivative of the loss and of the sigmoid in one.

    Where σ(z) rounds to y, as for y = 1 from z = 37 on, it is 0, while the loss is still positive.
    """
    return sigmoid(Z) - y


def squared(output, y):
    """(ŷ - y)² (report E)."""
    return (output - y) ** 2


def squared_gradient(output, y):
    """∂L/∂ŷ = 2 (ŷ - y)."""
    return 2 * (output - y)


def squared_half(output, y):
    """½ (ŷ - y)² (report D: its gradient is the error)."""
    return 0.5 * (output - y) ** 2


def squared_half_gradient(output, y):
    """∂L/∂ŷ = ŷ - y."""
    return output - y


class Loss(NamedTuple):
    """A loss, its gradient, and the array both take: "A" (the output ŷ) or "Z" (the logits)."""

    function: Callable
    gradient: Callable
    takes: str


LOSSES = {
    "bce": Loss(bce, bce_gradient, "A"),
    "bce_half": Loss(bce_half, bce_half_gradient, "A"),
    "bce_logits": Loss(bce_logits, bce_logits_gradient, "Z"),
    "squared": Loss(squared, squared_gradient, "A"),
    "squared_half": Loss(squared_half, squared_half_gradient, "A"),
}
CROSS_ENTROPIES = ("bce", "bce_half", "bce_logits")
REDUCTIONS = ("sum", "mean")
