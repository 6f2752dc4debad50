"""The door: each check returns the value in its one internal form, or refuses it.

A refusal names the argument, what it was and what it may be.
"""

import math
import os
from numbers import Integral, Real
from pathlib import Path

import numpy as np


def choice(name, value, allowed):
    """``value`` if it is one of the strings ``allowed``, else ValueError."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} is {value!r}; it may be {', '.join(map(repr, allowed))}")
    return value


def flag(name, value):
    """``value`` as a bool; only True and False are accepted."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} is {value!r}; it may be True or False")
    return bool(value)


def integer(name, value, minimum=0):
    """``value`` as an int of at least ``minimum``."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} is {value!r}; it must be an integer of at least {minimum}")
    if value < minimum:
        raise ValueError(f"{name} is {value}; it must be at least {minimum}")
    return int(value)


def real(name, value, minimum=-math.inf, below=math.inf):
    """``value`` as a finite float with ``minimum`` <= value < ``below``."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} is {value!r}; it must be a number")
    try:
        number = float(value)
    except OverflowError:  # an integer beyond all floats
        number = math.inf
    if not (math.isfinite(number) and minimum <= number < below):
        upper = "" if below == math.inf else f" and below {below:g}"
        lower = "" if minimum == -math.inf else f" of at least {minimum:g}"
        raise ValueError(f"{name} is {value!r}; it must be a finite number{lower}{upper}")
    return number


def sequence(name, value, example):
    """``value`` as a tuple."""
    try:
        return tuple(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}; it must be a sequence such as {example}") from None


def sizes(value):
    """Layer widths as a tuple of ints: the inputs first, one output last."""
    widths = sequence("sizes", value, "(2, 10, 10, 1)")
    if len(widths) < 2:
        raise ValueError(f"sizes is {value!r}; it needs at least two widths, input and output")
    widths = tuple(integer(f"sizes[{i}]", w, minimum=1) for i, w in enumerate(widths))
    if widths[-1] != 1:
        raise ValueError(f"sizes is {widths}; its last width must be 1, since labels are (n, 1)")
    return widths


def generator(value):
    """A NumPy Generator from ``rng``: a seed, a sequence of seeds, or a Generator itself."""
    try:
        if isinstance(value, bool):
            raise TypeError
        return np.random.default_rng(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"rng is {value!r}; it may be a non-negative integer, a sequence of them, "
            "a numpy.random.Generator, or None for a different result every time"
        ) from None


def array(name, value, shape):
    """``value`` as a float64 array of its own; ``shape`` is what the refusal calls for."""
    try:
        found = np.asarray(value)
        if found.dtype.kind not in "buif":
            raise TypeError
    except (TypeError, ValueError):
        raise TypeError(f"{name} is not numeric; it must be an array of shape {shape}") from None
    return found.astype(np.float64)


def inputs(X, width):
    """``X`` as a finite float64 array of shape (n, width), a sample a row."""
    X = array("X", X, f"(n, {width})")
    if X.ndim != 2 or X.shape[1] != width or len(X) == 0:
        raise ValueError(f"X has shape {X.shape}; it must be (n, {width}) with n at least 1")
    if not np.isfinite(X).all():
        bad = int(np.argmax(~np.isfinite(X).all(axis=1)))
        raise ValueError(f"X holds {X[bad]} in row {bad}; every value must be finite")
    return X


def labels(y, n):
    """``y`` as a float64 array of shape (n, 1) that holds only 0. and 1."""
    y = array("y", y, f"({n}, 1)")
    if y.shape != (n, 1):
        raise ValueError(f"y has shape {y.shape}; it must be ({n}, 1), one label for each row")
    wrong = ~np.isin(y, (0.0, 1.0))
    if wrong.any():
        bad = int(np.argmax(wrong))
        raise ValueError(f"y holds {y[bad, 0]} in row {bad}; every label must be 0 or 1")
    return y


def path(name, value):
    """``value`` as a Path; it may be a non-empty str or an os.PathLike of one."""
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(text, str):
        raise TypeError(f"{name} is {value!r}; it must be a path, a str or pathlib.Path")
    try:
        usable = Path(text).name and b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:  # half a letter
        usable = False
    if not usable:
        raise ValueError(f"{name} is {value!r}; it must be the path of a file")
    return Path(text)
