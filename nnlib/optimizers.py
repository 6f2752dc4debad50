"""Optimizers: from gradients to the next parameters.

An optimizer holds its hyperparameters but not the learning rate, which the training loop gives at
every step since schedules change it. ``start`` makes the state for a list of parameter arrays;
``update`` changes parameters and state in place. In the formulae θ is a parameter, g its gradient,
t counts updates from 1, and all operations are element by element.

An optimizer of your own needs no base class, only these two methods. What it remembers of a run
stands in ``state``; a recipe compares it with others, so it must be hashable. With an attribute
``clock`` of "epoch", t counts epochs.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from nnlib import validation


def zeros_like(parameters):
    """One array of zeros for each parameter."""
    return [np.zeros_like(p) for p in parameters]


@dataclass(frozen=True)
class SGD:
    """θ ← θ - lr · g.

    >>> theta = np.array([1.0, 2.0])
    >>> SGD().update([theta], [np.array([0.5, -1.0])], None, lr=0.1, t=1)
    >>> theta
    array([0.95, 2.1 ])
    """

    def start(self, parameters):
        """SGD remembers nothing: None."""
        return None

    def update(self, parameters, gradients, state, lr, t):
        for p, g in zip(parameters, gradients, strict=True):
            p -= lr * g


@dataclass(frozen=True)
class Momentum:
    """v ← μ v + lr · g, θ ← θ - v (reports C, D and E; Polyak 1964).

    The rate is inside the velocity. PyTorch keeps it outside; the two agree while it is constant.

    >>> theta, opt = np.array([1.0]), Momentum(0.9)
    >>> state = opt.start([theta])
    >>> for t in (1, 2):
    ...     opt.update([theta], [np.array([1.0])], state, lr=0.1, t=t)
    >>> theta  # 1 - 0.1 - (0.09 + 0.1)
    array([0.71])
    """

    momentum: float = 0.9

    def __post_init__(self):
        validation.settle(self, momentum=validation.share)

    def start(self, parameters):
        """The velocities v = 0."""
        return zeros_like(parameters)

    def update(self, parameters, gradients, state, lr, t):
        for p, g, v in zip(parameters, gradients, state, strict=True):
            v[...] = self.momentum * v + lr * g
            p -= v


@dataclass(frozen=True)
class Adagrad:
    """s ← s + g², θ ← θ - lr · g / (√s + ε), ε outside the root (Duchi et al. 2011; report E)."""

    eps: float = 1e-8

    def __post_init__(self):
        validation.settle(self, eps=validation.nonnegative)

    def start(self, parameters):
        """The sums of squares s = 0."""
        return zeros_like(parameters)

    def update(self, parameters, gradients, state, lr, t):
        for p, g, s in zip(parameters, gradients, state, strict=True):
            s += g * g
            p -= lr * g / (np.sqrt(s) + self.eps)


@dataclass(frozen=True)
class RMSprop:
    """s ← ρ s + (1 - ρ) g², θ ← θ - lr · g / (√s + ε), ε outside the root (Hinton 2012)."""

    decay: float = 0.9
    eps: float = 1e-8

    def __post_init__(self):
        validation.settle(self, decay=validation.share, eps=validation.nonnegative)

    def start(self, parameters):
        """The running means of squares s = 0."""
        return zeros_like(parameters)

    def update(self, parameters, gradients, state, lr, t):
        for p, g, s in zip(parameters, gradients, state, strict=True):
            s[...] = self.decay * s + (1 - self.decay) * g * g
            p -= lr * g / (np.sqrt(s) + self.eps)


class AdamState(NamedTuple):
    """First and second moments, m and s, one array for each parameter."""

    m: list
    s: list


@dataclass(frozen=True)
class Adam:
    """Adam, with ε outside the root (Kingma and Ba 2015, algorithm 1).

    m ← β₁ m + (1 - β₁) g,  s ← β₂ s + (1 - β₂) g²,
    m̂ = m / (1 - β₁ᵗ),  ŝ = s / (1 - β₂ᵗ),  θ ← θ - lr · m̂ / (√ŝ + ε).

    ``clock`` says what the training loop counts in t: every update ("step", as in the paper) or
    every epoch ("epoch"; report A's listing, with eps 1e-9, fits this better).

    >>> theta, opt = np.array([1.0, 1.0]), Adam()
    >>> state = opt.start([theta])
    >>> opt.update([theta], [np.array([5.0, -1e-3])], state, lr=0.1, t=1)
    >>> theta.round(4)  # the first step is lr, whatever the gradient's size
    array([0.9, 1.1])
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    clock: str = "step"

    def __post_init__(self):
        validation.settle(self, beta1=validation.share, beta2=validation.share)
        validation.settle(self, eps=validation.nonnegative, clock=validation.clock)

    def start(self, parameters):
        """Both moments zero."""
        return AdamState(m=zeros_like(parameters), s=zeros_like(parameters))

    def update(self, parameters, gradients, state, lr, t):
        for p, g, m, s in zip(parameters, gradients, *state, strict=True):
            m[...] = self.beta1 * m + (1 - self.beta1) * g
            s[...] = self.beta2 * s + (1 - self.beta2) * g * g
            mhat = m / (1 - self.beta1**t)
            shat = s / (1 - self.beta2**t)
            p -= lr * mhat / (np.sqrt(shat) + self.eps)


OPTIMIZERS = (SGD, Momentum, Adagrad, RMSprop, Adam)


def halve(epoch, epochs):
    """1, and from epoch ``round(epochs / 2)`` on ½ (report A). Python rounds 2.5 to 2.

    >>> [halve(epoch, epochs=4) for epoch in range(4)]
    [1.0, 1.0, 0.5, 0.5]
    """
    return 0.5 if epoch >= round(epochs / 2) else 1.0


# What a learning rate is multiplied with in a 0-based epoch, given the number of epochs.
SCHEDULES = MappingProxyType({"constant": lambda epoch, epochs: 1.0, "halve": halve})
