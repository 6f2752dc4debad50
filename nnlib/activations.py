"""Activation functions, each beside its derivative.

A layer computes a pre-activation Z and from it the post-activation A = f(Z). Some derivatives are
shortest in A, others need Z: each one says which array it takes, and ``ACTIVATIONS`` records it.
All functions work on arrays of any shape, element by element. Wherever the name of one may stand,
an ``Activation`` of your own may, too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from nnlib import validation

LEAK = 0.01  # slope of leaky_relu left of zero (Maas, Hannun and Ng 2013)


@np.errstate(under="ignore")  # exp(-746) is 0, which is the right answer
def sigmoid(Z):
    """σ(z) = 1 / (1 + e⁻ᶻ) = eᶻ / (1 + eᶻ), between 0 and 1.

    The first form serves z >= 0 and the second z < 0; min(z, 0) and -|z| say both in one line. No
    exponent is positive and nothing is subtracted: no overflow, relative error at most 4 eps.

    >>> sigmoid([-1000, 0, 1000])
    array([0. , 0.5, 1. ])
    """
    Z = np.asarray(Z, dtype=float)
    return np.exp(np.minimum(Z, 0.0)) / (1.0 + np.exp(-np.abs(Z)))


def sigmoid_derivative(A):
    """σ′ = A (1 - A), from the POST-activation A = σ(Z).

    >>> sigmoid_derivative(sigmoid([-2, 0, 2]))
    array([0.10499359, 0.25      , 0.10499359])
    """
    return A * (1.0 - A)


def tanh(Z):
    """tanh z = (eᶻ - e⁻ᶻ) / (eᶻ + e⁻ᶻ), between -1 and 1."""
    return np.tanh(Z)


def tanh_derivative(A):
    """tanh′ = 1 - A², from the POST-activation A = tanh(Z)."""
    return 1.0 - A * A


def identity(Z):
    """f(z) = z: a layer without activation."""
    return np.asarray(Z)


def identity_derivative(Z):
    """f′ = 1, whatever array is given."""
    return np.ones_like(Z)


def relu(Z):
    """max(z, 0).

    >>> relu([-1, 0, 2])
    array([0., 0., 2.])
    """
    return np.maximum(Z, 0.0)


def relu_derivative(Z):
    """1 where the PRE-activation Z > 0, else 0. At the kink z = 0 the choice is 0.

    >>> relu_derivative([-1, 0, 2])
    array([0., 0., 1.])
    """
    return np.where(np.greater(Z, 0), 1.0, 0.0)


def leaky_relu(Z):
    """z where z > 0, else 0.01 z.

    >>> leaky_relu([-1, 0, 2])
    array([-0.01,  0.  ,  2.  ])
    """
    return np.where(np.greater(Z, 0), Z, LEAK * np.asarray(Z))


def leaky_relu_derivative(Z):
    """1 where the PRE-activation Z > 0, else 0.01."""
    return np.where(np.greater(Z, 0), 1.0, LEAK)


def elu(Z):
    """z where z > 0, else eᶻ - 1 (Clevert, Unterthiner and Hochreiter 2016, with α = 1).

    >>> elu([-1, 0, 2])
    array([-0.63212056,  0.        ,  2.        ])
    """
    return np.where(np.greater(Z, 0), Z, np.expm1(np.minimum(Z, 0.0)))


def elu_derivative(Z):
    """1 where the PRE-activation Z > 0, else eᶻ. (A + 1 would lose digits near A = -1.)"""
    return np.where(np.greater(Z, 0), 1.0, np.exp(np.minimum(Z, 0.0)))


@dataclass(frozen=True, repr=False)
class Activation:
    """A function of z and its derivative. Two are equal if the first three of their parts are.

    ValueError or TypeError if a part is not what it must be, or a function does not return an
    array for an array.

    Parameters
    ----------
    function : f, from an array Z to A = f(Z) of the same shape, element by element
    derivative : f′, from the array that it takes to one of the same shape
    takes : that array, "Z" or "A"
    kinks : the values of z at which f or f′ has a corner or a jump; ``check_gradients`` does not
        judge across them
    name : how it is printed; None is the name of the function

    >>> Activation(np.sin, np.cos, takes="Z")
    Activation(sin)
    """

    function: Callable
    derivative: Callable
    takes: str
    kinks: tuple = field(default=(), compare=False)
    name: str | None = field(default=None, compare=False)

    def __post_init__(self):
        validation.settle(
            self,
            function=validation.function,
            derivative=validation.function,
            takes=validation.letter,
            kinks=validation.reals,
            name=validation.name_for(self.function),
        )
        Z = np.array([[-0.5, 0.25], [0.5, 2.0]])
        A = validation.made_of("function", self.function, Z)
        validation.made_of("derivative", self.derivative, A if self.takes == "A" else Z)

    def __repr__(self):
        return f"Activation({self.name})"


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, sigmoid_derivative, "A"),
    "relu": Activation(relu, relu_derivative, "Z", kinks=(0,)),
    "tanh": Activation(tanh, tanh_derivative, "A"),
    "identity": Activation(identity, identity_derivative, "Z"),
    "leaky_relu": Activation(leaky_relu, leaky_relu_derivative, "Z", kinks=(0,)),
    "elu": Activation(elu, elu_derivative, "Z", kinks=(0,)),  # elu′ has a corner there, no jump
}
BUILT_IN_ACTIVATIONS = MappingProxyType(dict(ACTIVATIONS))  # whatever becomes of the table


def activation_of(layer):
    """The Activation of a network's layer, which holds it, or the name of a built-in one."""
    return BUILT_IN_ACTIVATIONS[layer] if isinstance(layer, str) else layer
