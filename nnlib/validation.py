"""The door: each check returns the value in its one internal form, or refuses it.

A refusal names the argument, what it was and what it may be.
"""

import inspect
import math
import os
from collections.abc import Callable, Mapping
from itertools import islice, pairwise
from numbers import Integral, Real
from pathlib import Path

import numpy as np

LARGEST = 2**63 - 1  # the largest integer that an array can hold
LONGEST = 10**6  # entries of a sequence: what is longer may never end
HEAVIEST = 10**8  # weights of a network, 0.8 GB
RANDOM = (np.random.Generator, np.random.BitGenerator, np.random.SeedSequence)


def said(value):
    """``value`` as a refusal shows it: its repr, cut where it is long."""
    try:
        text = repr(value)
    except Exception:  # an integer of 5000 digits, or a fault of the value's own class
        name = type(value).__name__
        return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
    return text if len(text) <= 400 else f"{text[:200]} … {text[-50:]}"


def choice(name, value, allowed):
    """``value`` if it is one of the strings ``allowed``, else ValueError."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} is {said(value)}; it may be {', '.join(map(repr, allowed))}")
    return allowed[allowed.index(value)]  # a plain string for NumPy's, too


def flag(name, value):
    """``value`` as a bool; only True and False are accepted."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} is {said(value)}; it may be True or False")
    return bool(value)


def integer(name, value, minimum=0, maximum=LARGEST):
    """``value`` as an int from ``minimum`` to ``maximum``."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} is {said(value)}; it must be an integer of at least {minimum}")
    if value < minimum:
        raise ValueError(f"{name} is {said(value)}; it must be at least {minimum}")
    if value > maximum:
        raise ValueError(f"{name} is {said(value)}; it must be at most {maximum}")
    return int(value)


def real(name, value, minimum=-math.inf, below=math.inf):
    """``value`` as a finite float with ``minimum`` <= value < ``below``."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} is {said(value)}; it must be a number")
    try:
        number = float(value)
    except OverflowError:  # an integer beyond all floats
        number = math.inf
    if not (math.isfinite(number) and minimum <= number < below):
        upper = "" if below == math.inf else f" and below {below:g}"
        lower = "" if minimum == -math.inf else f" of at least {minimum:g}"
        raise ValueError(f"{name} is {said(value)}; it must be a finite number{lower}{upper}")
    return number + 0.0  # -0.0 equals 0.0, and becomes it


def share(name, value):
    """``value`` as a float with 0 <= value < 1."""
    return real(name, value, minimum=0, below=1)


def nonnegative(name, value):
    """``value`` as a finite float of at least 0."""
    return real(name, value, minimum=0)


def put(part, **values):
    """Write fields of a frozen dataclass, which only its ``__post_init__`` may."""
    for name, value in values.items():
        object.__setattr__(part, name, value)


def settle(part, **checks):
    """Bring fields of a frozen dataclass into their one form, which their checks return."""
    put(part, **{name: check(name, getattr(part, name)) for name, check in checks.items()})


def function(name, value):
    """``value`` if it can be called, and be compared in recipes."""
    if not callable(value):
        raise TypeError(f"{name} is {said(value)}; it must be a function")
    if not hashable(value):
        raise TypeError(f"{name} is {said(value)}; it must be hashable, as functions are")
    return value


def letter(name, value):
    """Which array a function takes: "Z", the pre-activation, or "A", the post-activation."""
    return choice(name, value, ("Z", "A"))


def reals(name, value):
    """``value`` as a tuple of finite floats."""
    values = sequence(name, value, "(-1, 1)")
    return tuple(real(f"{name}[{i}]", number) for i, number in enumerate(values))


def name_for(function):
    """The check of a part's name, which is the function's own if it is None."""

    def check(name, value):
        if value is None:
            return getattr(function, "__name__", type(function).__name__)
        if not isinstance(value, str) or not value:
            raise TypeError(f"{name} is {said(value)}; it must be a text, or None")
        return str(value)

    return check


def hashable(value):
    try:
        hash(value)
    except TypeError:
        return False
    return True


def made_of(name, function, *arrays):
    """What ``function`` returns for arrays of one shape; it must be numbers of that shape.

    The arrays are read-only: what a function changes in place is still needed elsewhere.
    """
    shape, returned = arrays[0].shape, "raised"
    for given in arrays:
        given.flags.writeable = False
    try:
        with np.errstate(all="ignore"):
            found = function(*arrays)
        returned = f"returned {said(found)}"
        is_plain = type(found) is np.ndarray  # no list, matrix or masked array
        if is_plain and found.shape == shape and found.dtype.kind in "buif":
            return np.array(found, dtype=float)
        cause = None
    except Exception as error:  # of somebody else's function
        returned, cause = f"raised {error!r}", error
    raise ValueError(
        f"{name} is {said(function)}; given {len(arrays)} read-only arrays of shape {shape}, it "
        f"must return an array of as many numbers, and it {returned}"
    ) from cause


def part(name, value, kind, registry, built_in):
    """An Activation, Loss or other part in its one form: a built-in by its name, or itself.

    A name means what ``registry`` holds now, so that nothing changes if it is bound anew later.
    """
    found = registry.get(value) if isinstance(value, str) else value
    if not isinstance(found, kind) or not hashable(found):
        what = "a function" if kind is Callable else f"of the class {kind.__name__}"
        raise ValueError(
            f"{name} is {said(value)}; it may be {', '.join(map(repr, registry))}, or {what}"
        )
    return next((known for known, entry in built_in.items() if entry == found), found)


def clock(name, value):
    """What t counts in an optimizer: "step", each update, or "epoch"."""
    return choice(name, value, ("step", "epoch"))


METHODS = {"start": "(parameters)", "update": "(parameters, gradients, state, lr, t)"}


def optimizer(name, value):
    """``value`` if it has what ``optimizers`` says that an optimizer must have."""
    if isinstance(value, type):
        example = f"{value.__name__}()"
        raise TypeError(f"{name} is {said(value)}, a class; it must be an object, {example}")
    for method, arguments in METHODS.items():
        if not _takes(getattr(value, method, None), arguments.count(",") + 1):
            needed = " and ".join(map("".join, METHODS.items()))
            raise TypeError(
                f"{name} is {said(value)}, which has no method {method}{arguments}; it must have "
                f"the methods {needed}, as SGD() and those beside it in nnlib.optimizers"
            )
    if not hashable(value):
        raise TypeError(f"{name} is {said(value)}; it must be hashable, as a frozen dataclass is")
    clock(f"{name}.clock", getattr(value, "clock", "step"))
    return value


def takes(name, value, arguments):
    """``value`` if it can be called with so many arguments, as far as Python can tell."""
    if not _takes(value, arguments.count(",") + 1):
        raise TypeError(f"{name} is {said(value)}; it must be a function of {arguments}")
    return value


def _takes(function, count):
    """Whether a function can be called with so many arguments, as far as Python can tell."""
    try:
        inspect.signature(function).bind(*range(count))
    except (TypeError, ValueError) as error:  # ValueError: of a function written in C
        return isinstance(error, ValueError)
    return True


def instance(name, value, kind):
    """``value`` if it is an instance of the class ``kind``, else TypeError."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise TypeError(f"{name} is {said(value)}; it must be {article} {kind.__name__}")
    return value


def text(name, value):
    """``value`` if it is a string, else TypeError."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {said(value)}; it must be a string")
    return value


def sequence(name, value, example):
    """``value`` as a tuple. A text, a dict, or an array of several dimensions is none."""
    try:
        none = isinstance(value, (str, bytes, bytearray, memoryview, Mapping))
        if none or getattr(value, "ndim", 1) != 1:
            raise TypeError
        parts = tuple(islice(value, LONGEST + 1))
    except TypeError:
        raise TypeError(
            f"{name} is {said(value)}; it must be a sequence such as {example}"
        ) from None
    if len(parts) > LONGEST:
        raise ValueError(f"{name} is {said(value)}; it must hold at most {LONGEST} entries")
    return parts


def sizes(value):
    """Layer widths as a tuple of ints: the inputs first, one output last."""
    widths = sequence("sizes", value, "(2, 10, 10, 1)")
    if len(widths) < 2:
        raise ValueError(f"sizes is {said(value)}; it needs at least two widths, input and output")
    widths = tuple(integer(f"sizes[{i}]", w, minimum=1) for i, w in enumerate(widths))
    if widths[-1] != 1:
        raise ValueError(
            f"sizes is {widths}; its last width must be 1: a network has one output, "
            "and labels are 0 or 1"
        )
    if sum(a * b for a, b in pairwise(widths)) > HEAVIEST:
        raise ValueError(f"sizes is {widths}; it may make at most {HEAVIEST} weights")
    return widths


def generator(value):
    """A NumPy Generator from ``rng``: a seed, a sequence of seeds, or a Generator itself."""
    if value is None or isinstance(value, RANDOM):
        return np.random.default_rng(value)
    try:
        single = isinstance(value, Integral)
        seeds = (value,) if single else sequence("rng", value, "(0, 1)")
        seeds = [integer("rng", seed, maximum=math.inf) for seed in seeds]
    except (TypeError, ValueError):
        raise ValueError(
            f"rng is {said(value)}; it may be a non-negative integer, a sequence of them, "
            "a numpy.random.Generator, or None for a different result every time"
        ) from None
    return np.random.default_rng(seeds[0] if single else seeds)


def array(name, value, shape):
    """``value`` as a float64 array of its own; ``shape`` is what the refusal calls for.

    An array of objects is accepted if each is a real number. A masked array is refused, for its
    mask would be ignored, and so is a finite number that no float64 can hold.
    """
    called_for = f"it must be an array of shape {shape}"
    if _masked(value):
        raise TypeError(
            f"{name} is a masked array, and its mask would be ignored; {called_for}: "
            "fill the gaps, or leave those rows out"
        )
    try:
        found = np.asarray(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is not numeric: its rows differ in shape; {called_for}") from None
    if found.dtype.kind == "O":
        return _of_objects(name, found, called_for)
    if found.dtype.kind not in "buif":
        raise TypeError(f"{name} is not numeric but {found.dtype.name}; {called_for}")
    return within_range(name, found, called_for)


def _masked(value, depth=2):
    """Whether it is a masked array, or a list or tuple that holds one."""
    if isinstance(value, (list, tuple)) and depth > 0:
        return any(_masked(part, depth - 1) for part in value)
    return isinstance(value, np.ma.MaskedArray)


def _of_objects(name, found, called_for):
    """Numbers out of an array of objects, such as pandas makes of its nullable columns."""
    for thing in found.flat:
        if not isinstance(thing, (Real, np.bool_)):
            raise TypeError(
                f"{name} is not numeric but an array of objects, which holds {said(thing)}; "
                f"{called_for}: replace what is missing, then convert it with astype(float)"
            )
    try:
        return within_range(name, found, called_for)
    except OverflowError:  # an integer beyond all floats
        raise ValueError(f"{name} holds numbers beyond ±1.8e308; {called_for}") from None


@np.errstate(over="ignore")
def within_range(name, found, called_for):
    """An array of numbers as float64, if no finite one of them becomes infinite."""
    numbers = found.astype(np.float64)
    if found.dtype.itemsize > 8 or found.dtype.kind == "O":
        beyond = np.isinf(numbers) & (found != numbers)
        if beyond.any():
            raise ValueError(f"{name} holds numbers beyond ±1.8e308; {called_for}")
    return numbers


def numbers(name, value, ndim=1):
    """``value`` as a float64 array of ``ndim`` dimensions, not empty; it may hold inf and NaN."""
    shape = "(n,)" if ndim == 1 else f"({', '.join('nmk'[:ndim])})"
    found = array(name, value, shape)
    if found.ndim != ndim or found.size == 0:
        raise ValueError(f"{name} has shape {found.shape}; it must be {shape}, and not empty")
    return found


def inputs(X, width, name="X"):
    """``X`` as a finite float64 array of shape (n, width), a sample a row."""
    X = array(name, X, f"(n, {width})")
    if X.ndim != 2 or X.shape[1] != width or len(X) == 0:
        raise ValueError(f"{name} has shape {X.shape}; it must be (n, {width}) with n at least 1")
    if not np.isfinite(X).all():
        bad = int(np.argmax(~np.isfinite(X).all(axis=1)))
        raise ValueError(f"{name} holds {X[bad]} in row {bad}; every value must be finite")
    return X


def labels(y, n, name="y"):
    """``y`` as a float64 array of shape (n, 1) that holds only 0. and 1."""
    y = array(name, y, f"({n}, 1)")
    if y.shape != (n, 1):
        raise ValueError(
            f"{name} has shape {y.shape}; it must be ({n}, 1), one label for each row, 0 or 1"
        )
    wrong = ~np.isin(y, (0.0, 1.0))
    if wrong.any():
        bad = int(np.argmax(wrong))
        raise ValueError(
            f"{name} holds {y[bad, 0]} in row {bad}; every label must be 0 or 1, the two classes "
            "that one output can tell apart"
        )
    return y


def path(name, value):
    """``value`` as a Path; it may be a non-empty str or an os.PathLike of one."""
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(text, str):
        raise TypeError(f"{name} is {said(value)}; it must be a path, a str or pathlib.Path")
    try:
        usable = Path(text).name and b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:  # half a letter
        usable = False
    if not usable:
        raise ValueError(f"{name} is {said(value)}; it must be the path of a file")
    return Path(text)
