"""Losses, each beside its gradient.

Every function takes the network's output ŷ (n, 1), or for ``bce_logits`` the last pre-activation
Z (n, 1), and the labels y (n, 1), and returns an array (n, 1): one value for each sample. What is
made of them, a sum or a mean, is the ``reduction``. Wherever the name of a loss may stand, a
``Loss`` of your own may, too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from nnlib import validation
from nnlib.activations import sigmoid

EPS = 1e-9  # ε_loss of report A


def bce(output, y):
    """Binary cross-entropy with ε = 1e-9 in both logarithms (report A, section Neural Network).

    L = -y log(ŷ + ε) - (1 - y) log(1 - ŷ + ε). Where ŷ = y exactly, L = -log(1 + ε) ≈ -1e-9.

    >>> bce(np.array([[0.5]]), np.array([[1.0]]))
    array([[0.69314718]])
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

    >>> bce_logits(np.array([[-800.0], [0.0]]), np.array([[1.0], [1.0]]))
    array([[8.00000000e+02],
           [6.93147181e-01]])
    """
    return np.maximum(Z, 0) - y * Z + np.log1p(np.exp(-np.abs(Z)))


def bce_logits_gradient(Z, y):
    """∂L/∂z = σ(z) - y: the derivative of the loss and of the sigmoid in one.

    Where σ(z) rounds to y, as for y = 1 from z = 37 on, it is 0, while the loss is still positive.

    >>> bce_logits_gradient(np.array([[0.0]]), np.array([[1.0]]))
    array([[-0.5]])
    """
    return sigmoid(Z) - y


def squared(output, y):
    """(ŷ - y)² (report E).

    >>> squared(np.array([[0.5]]), np.array([[1.0]]))
    array([[0.25]])
    """
    return (output - y) ** 2


def squared_gradient(output, y):
    """∂L/∂ŷ = 2 (ŷ - y).

    >>> squared_gradient(np.array([[0.5]]), np.array([[1.0]]))
    array([[-1.]])
    """
    return 2 * (output - y)


def squared_half(output, y):
    """½ (ŷ - y)² (report D: its gradient is the error)."""
    return 0.5 * (output - y) ** 2


def squared_half_gradient(output, y):
    """∂L/∂ŷ = ŷ - y."""
    return output - y


@dataclass(frozen=True, repr=False)
class Loss:
    """A loss and its gradient. Two are equal if the first three of their parts are.

    ValueError or TypeError if a part is not what it must be, or a function does not return an
    array (n, 1).

    Parameters
    ----------
    function : L, from an array (n, 1) and the labels y (n, 1) to the losses (n, 1)
    gradient : ∂L/∂ŷ or ∂L/∂z, from the same two arrays, (n, 1)
    takes : the first of them: "A", the output ŷ, or "Z", the last pre-activation (the logits)
    name : how it is printed; None is the name of the function

    >>> four = Loss(lambda A, y: (A - y) ** 4, lambda A, y: 4 * (A - y) ** 3, "A", name="four")
    >>> four
    Loss(four)
    """

    function: Callable
    gradient: Callable
    takes: str
    name: str | None = field(default=None, compare=False)

    def __post_init__(self):
        validation.settle(
            self,
            function=validation.function,
            gradient=validation.function,
            takes=validation.letter,
            name=validation.name_for(self.function),
        )
        output, y = np.array([[0.25], [0.5], [0.75]]), np.array([[0.0], [1.0], [1.0]])
        validation.made_of("function", self.function, output, y)
        validation.made_of("gradient", self.gradient, output, y)

    def __repr__(self):
        return f"Loss({self.name})"


LOSSES = {
    "bce": Loss(bce, bce_gradient, "A"),
    "bce_half": Loss(bce_half, bce_half_gradient, "A"),
    "bce_logits": Loss(bce_logits, bce_logits_gradient, "Z"),
    "squared": Loss(squared, squared_gradient, "A"),
    "squared_half": Loss(squared_half, squared_half_gradient, "A"),
}
BUILT_IN_LOSSES = MappingProxyType(dict(LOSSES))  # whatever becomes of the table
CROSS_ENTROPIES = ("bce", "bce_half", "bce_logits")
REDUCTIONS = ("sum", "mean")


def loss_of(loss):
    """The Loss that is meant by itself, or by the name of a built-in one."""
    return BUILT_IN_LOSSES[loss] if isinstance(loss, str) else loss
