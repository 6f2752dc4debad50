"""Sets of labelled points in the plane.

Every set is a pair ``X`` of shape (n, 2) and ``y`` of shape (n, 1), both float64; labels are 0.
and 1. All points lie in or near the unit square, so that one pair of axes fits them all. The same
seed gives the same bits on every machine: no sine or cosine of a library is used.
"""

import math
from types import MappingProxyType

import numpy as np

from nnlib import validation

MOST = 10**8  # points of a set, 2.4 GB


def linear(n=100, rng=0):
    """Uniform points in the unit square; label 0 where x > y, else 1.

    The line x = y separates the classes (report A, section Introduction, A).

    Parameters
    ----------
    n : int, from 1 to 10**8
    rng : seed or numpy.random.Generator

    Returns
    -------
    X (n, 2), y (n, 1)

    >>> X, y = linear(n=3, rng=0)
    >>> X.shape, y.shape
    ((3, 2), (3, 1))
    >>> y.ravel() == (X[:, 0] <= X[:, 1])
    array([ True,  True,  True])
    """
    n = validation.integer("n", n, minimum=1, maximum=MOST)
    X = validation.generator(rng).uniform(0, 1, (n, 2))
    y = np.where(X[:, :1] > X[:, 1:], 0.0, 1.0)
    return X, y


def xor():
    """The 21 points of report A: two crossing diagonals of the unit square.

    For i = 0 … 10 the point (i/10, i/10) has label 0 and (i/10, 1 - i/10) label 1; the center is
    listed once, with label 0 (report A, section Introduction, A). No line gets more than 16 right.

    >>> X, y = xor()
    >>> len(X), int(y.sum())
    (21, 10)
    """
    points, labels = [], []
    for i in range(11):
        t = 0.1 * i
        points.append((t, t))
        labels.append(0.0)
        if i != 5:
            points.append((t, 1 - t))
            labels.append(1.0)
    return np.array(points), np.array(labels).reshape(-1, 1)


def circles(n=100, noise=0.03, rng=0):
    """Two rings around (0.5, 0.5): radius 0.2 has label 1, radius 0.45 label 0.

    ``noise`` is the standard deviation added to both coordinates, in units of the square.
    """
    turns, y, noise = _two_classes(n, noise, rng)
    radius = np.where(y == 1, 0.2, 0.45)
    return 0.5 + radius * _direction(turns) + noise, y


def moons(n=100, noise=0.03, rng=0):
    """Two interleaved half circles of radius 0.25; the lower one has label 1.

    ``noise`` is the standard deviation added to both coordinates, in units of the square.
    """
    turns, y, noise = _two_classes(n, noise, rng)
    center = np.where(y == 1, [0.625, 0.55], [0.375, 0.45])
    return center + np.where(y == 1, -0.25, 0.25) * _direction(turns / 2) + noise, y


def spirals(n=100, noise=0.01, rng=0):
    """Two arms of one and a half turns around (0.5, 0.5), a half turn apart.

    ``noise`` is the standard deviation added to both coordinates, in units of the square.
    """
    turns, y, noise = _two_classes(n, noise, rng)
    radius = 0.05 + 0.42 * turns
    return 0.5 + radius * _direction(1.5 * turns + 0.5 * y) + noise, y


def _two_classes(n, noise, rng):
    """Turns (n, 1) in [0, 1), labels (n, 1), the first half 0, and noise (n, 2)."""
    n = validation.integer("n", n, minimum=2, maximum=MOST)
    noise = validation.real("noise", noise, minimum=0, below=1e300)  # no sum becomes infinite
    rng = validation.generator(rng)
    y = np.repeat([0.0, 1.0], [n - n // 2, n // 2]).reshape(-1, 1)
    return rng.uniform(0, 1, (n, 1)), y, noise * rng.standard_normal((n, 2))


def _direction(turns):
    """(cos 2πt, sin 2πt), of shape (n, 2), for turns t (n, 1).

    For the angle x = 2πr to the nearest quarter turn, |r| <= 1/8, Taylor's sums up to x¹⁷ are
    exact to 2e-16; quarter turns exchange the two and their signs. Sums and products of
    float64 are the same everywhere, which a library's cosine is not.
    """
    quarters = np.floor(4 * turns + 0.5)
    x = 2 * math.pi * (turns - quarters / 4)
    cosine, sine, square = 0.0, 0.0, x * x
    for k in range(16, -1, -2):  # 1 - x²/2! + x⁴/4! - …  and  x - x³/3! + …, from the inside
        sign = 1 - k % 4
        cosine = sign / math.factorial(k) + square * cosine
        sine = sign / math.factorial(k + 1) + square * sine
    odd, negative = quarters % 2 == 1, quarters % 4 >= 2
    x1, x2 = np.where(odd, -(x * sine), cosine), np.where(odd, cosine, x * sine)
    return np.where(negative, -1.0, 1.0) * np.hstack([x1, x2])


GENERATORS = MappingProxyType(
    {"linear": linear, "circles": circles, "moons": moons, "spirals": spirals}
)
NAMES = ("xor", *GENERATORS)


def make(name, n=100, rng=0):
    """The set called ``name``, one of ``NAMES``; ``n`` and ``rng`` do not concern "xor".

    >>> X, y = make("moons", n=6)
    >>> y.ravel()
    array([0., 0., 0., 1., 1., 1.])
    """
    validation.choice("name", name, NAMES)
    return xor() if name == "xor" else GENERATORS[name](n=n, rng=rng)
