"""Activation functions, each beside its derivative.

A layer computes a pre-activation Z and from it the post-activation A = f(Z). Some derivatives are
shortest in A, others need Z: each one says which array it takes, and ``ACTIVATIONS`` records it.
All functions work on arrays of any shape, element by element.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

LEAK = 0.01  # slope of leaky_relu left of zero (Maas, Hannun and Ng 2013)


@np.errstate(under="ignore")  # exp(-746) is 0, which is the right answer
def sigmoid(Z):
    """σ(z) = 1 / (1 + e⁻ᶻ) = eᶻ / (1 + eᶻ), between 0 and 1.

    The first form serves z >= 0 and the second z < 0; min(z, 0) and -|z| say both in one line. No
    exponent is positive and nothing is subtracted: no overflow, relative error at most 4 eps.
    """
    Z = np.asarray(Z, dtype=float)
    return np.exp(np.minimum(Z, 0.0)) / (1.0 + np.exp(-np.abs(Z)))


def sigmoid_derivative(A):
    """σ′ = A (1 - A), from the POST-activation A = σ(Z)."""
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
    """max(z, 0)."""
    return np.maximum(Z, 0.0)


def relu_derivative(Z):
    """1 where the PRE-activation Z > 0, else 0. At the kink z = 0 the choice is 0."""
    return np.where(np.greater(Z, 0), 1.0, 0.0)


def leaky_relu(Z):
    """z where z > 0, else 0.01 z."""
    return np.where(np.greater(Z, 0), Z, LEAK * np.asarray(Z))


def leaky_relu_derivative(Z):
    """1 where the PRE-activation Z > 0, else 0.01."""
    return np.where(np.greater(Z, 0), 1.0, LEAK)


def elu(Z):
    """z where z > 0, else eᶻ - 1 (Clevert, Unterthiner and Hochreiter 2016, with α = 1)."""
    return np.where(np.greater(Z, 0), Z, np.expm1(np.minimum(Z, 0.0)))


def elu_derivative(Z):
    """1 where the PRE-activation Z > 0, else eᶻ. (A + 1 would lose digits near A = -1.)"""
    return np.where(np.greater(Z, 0), 1.0, np.exp(np.minimum(Z, 0.0)))


class Activation(NamedTuple):
    """A function, its derivative, and the array the derivative takes: "Z" or "A"."""

    function: Callable
    derivative: Callable
    takes: str


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, sigmoid_derivative, "A"),
    "relu": Activation(relu, relu_derivative, "Z"),
    "tanh": Activation(tanh, tanh_derivative, "A"),
    "identity": Activation(identity, identity_derivative, "Z"),
    "leaky_relu": Activation(leaky_relu, leaky_relu_derivative, "Z"),
    "elu": Activation(elu, elu_derivative, "Z"),
}
