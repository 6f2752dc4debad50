"""What drawing functions take: kinds of arguments, which stand in their signatures.

``help(figures.tangents)`` shows them, and ``drawing`` holds every call against them.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import matplotlib.axes
import matplotlib.colors
import matplotlib.figure
import numpy as np

from nnlib import validation
from nnlib.figures.style import NotDrawn, styled
from nnlib.network import Network
from nnlib.validation import said

FAR = 1e100  # what is beyond has no place on an axis: its squares and sums overflow


SEVERAL = (tuple, list, np.ndarray)


def drawing(function):
    """A drawing function, in the house style, that refuses by name what it cannot draw.

    First each argument is held against the kind in the signature. Whether arguments fit together
    shows in drawing: what is raised there is said with the shapes of all of them.
    """
    signature, draw = inspect.signature(function), styled(function)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        given = signature.bind(*args, **kwargs)
        for name, value in given.arguments.items():
            kind = signature.parameters[name].annotation
            if isinstance(kind, Kind):
                given.arguments[name] = kind(name, value)
        try:
            return draw(*given.args, **given.kwargs)
        except NotDrawn:
            raise
        except (TypeError, ValueError, LookupError) as error:
            texts = (f"{name} is {_brief(value)}" for name, value in given.arguments.items())
            reason = f"{type(error).__name__}: {error}"
            raise NotDrawn(
                f"{function.__name__} cannot draw this ({reason}): {', '.join(texts)}"
            ) from error

    return wrapper


def _brief(value):
    """A value in a few words: of an array its shape, of a dict the same of what it holds."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_brief(part)}' for key, part in value.items())}}}"
    return said(value)


@dataclass(frozen=True)
class Kind:
    """What an argument must be, in words; ``check(name, value)`` returns the value, or refuses."""

    words: str
    check: Callable

    def __call__(self, name, value):
        return self.check(name, value)

    def __repr__(self):
        return self.words


def numbers(shape, ndim=None, finite=False, empty=False):
    """Arrays of numbers: integers and bools stay what they are, all else becomes float64."""

    def check(name, value):
        found = validation.array(name, value, shape)
        if ndim not in (None, found.ndim) or (found.size == 0 and not empty):
            raise ValueError(f"{name} has shape {found.shape}; it must be {shape}, and not empty")
        if finite and not (np.abs(found) < FAR).all():
            raise ValueError(f"{name} holds NaN or more than {FAR:g}; it must fit on an axis")
        whole = np.asarray(value)
        return whole if whole.dtype.kind in "bui" else found

    return Kind(f"{'finite ' if finite else ''}numbers {shape}", check)


def points(name, value):
    """Points in the plane, (n, 2), of which there may be none."""
    found = validation.array(name, value, "(n, 2)")
    if found.ndim != 2 or found.shape[1] != 2:
        raise ValueError(f"{name} has shape {found.shape}; it must be (n, 2), a point a row")
    if not (np.abs(found) < FAR).all():
        raise ValueError(f"{name} holds NaN or more than {FAR:g}; it must fit on an axis")
    return found


def labels(name, value):
    """Labels (n, 1), 0 or 1."""
    found = validation.array(name, value, "(n, 1)")
    return validation.labels(found, len(found) if found.ndim else 1, name)


def number(name, value):
    """A number that fits on an axis, as it is."""
    validation.real(name, value, minimum=-FAR, below=FAR)
    return value


def positive(name, value):
    """A number above 0 that fits on an axis, as it is."""
    validation.real(name, value, minimum=1 / FAR, below=FAR)
    return value


def color(name, value):
    """A color as matplotlib knows it: a name, "#rrggbb", or a tuple."""
    if not isinstance(value, (str, tuple)) or not matplotlib.colors.is_color_like(value):
        raise ValueError(f"{name} is {said(value)}; it must be a color such as 'tab:blue'")
    return value


def line(name, value):
    """A line style as matplotlib knows it: a text such as "--", or (0, (5, 1))."""
    if not isinstance(value, (str, tuple)):
        raise TypeError(f"{name} is {said(value)}; it must be a line style such as '--'")
    return value


def count(name, value):
    """An integer from 1 to 1000."""
    return validation.integer(name, value, minimum=1, maximum=1000)


def instance(kind):
    """Instances of a class."""
    return Kind(kind.__name__, lambda name, value: validation.instance(name, value, kind))


def having(words, *attributes):
    """Whatever has the attributes of a class that are drawn."""

    def check(name, value):
        if not all(hasattr(value, attribute) for attribute in attributes):
            raise TypeError(f"{name} is {said(value)}; it must be a {words}")
        return value

    return Kind(words, check)


def named(kind, least=1):
    """Dicts of a kind, with ``least`` entries or more."""
    words = f"{{name: {kind}}}"

    def check(name, value):
        if not isinstance(value, Mapping):
            raise TypeError(f"{name} is {said(value)}; it must be a dict {words}")
        if len(value) < least:
            raise ValueError(f"{name} is {said(value)}; it must not be empty")
        return {key: kind(f"{name}[{key!r}]", part) for key, part in value.items()}

    return Kind(words, check)


def many(kind):
    """Sequences of a kind, not empty."""

    def check(name, value):
        parts = validation.sequence(name, value, f"[{kind}, {kind}]")
        if not parts:
            raise ValueError(f"{name} is {said(value)}; it must not be empty")
        return [kind(f"{name}[{i}]", part) for i, part in enumerate(parts)]

    return Kind(f"[{kind}, …]", check)


def together(*kinds):
    """Tuples of these kinds."""
    words = f"({', '.join(map(str, kinds))})"

    def check(name, value):
        rows = isinstance(value, np.ndarray) and value.ndim > 1  # an array of so many rows will do
        parts = tuple(value) if rows else validation.sequence(name, value, words)
        if len(parts) != len(kinds):
            raise ValueError(f"{name} holds {len(parts)} things; it must be {words}")
        pairs = zip(kinds, parts, strict=True)
        return tuple(kind(f"{name}[{i}]", part) for i, (kind, part) in enumerate(pairs))

    return Kind(words, check)


def optional(kind):
    """None, or a kind."""
    return Kind(
        f"{kind} or None", lambda name, value: None if value is None else kind(name, value)
    )


Numbers = numbers("(n,)", 1)  # they may be inf and NaN: runs that diverged
Places = numbers("(n,)", 1, finite=True)  # on an axis
Marks = numbers("(n,)", 1, finite=True, empty=True)
Grid = numbers("(n, m)", 2)
Surface = numbers("(n, m)", 2, finite=True)
Values = numbers("(n, …)")
Points, Labels = Kind("points (n, 2)", points), Kind("labels (n, 1)", labels)
Number, Positive = Kind("number", number), Kind("number above 0", positive)
Count = Kind("integer from 1 to 1000", count)
Text, Flag = Kind("string", validation.text), Kind("bool", validation.flag)
Color, Line = Kind("color", color), Kind("line style", line)
Pair = together(Number, Number)
Corner = Kind("number, or a pair", lambda n, v: (Pair if isinstance(v, SEVERAL) else Number)(n, v))
Function = Kind("function", validation.function)
Axes = instance(matplotlib.axes.Axes)
Figure = instance(matplotlib.figure.Figure)
Net = instance(Network)
Run = having("Run", "epochs", "loss")
History = having("History", "epochs", "loss", "finished")
Curves = named(Numbers)
Networks = named(Net)
