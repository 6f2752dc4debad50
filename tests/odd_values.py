"""Odd values: what somebody may hand over by mistake, one list for all functions.

Each is made anew for each call, since some are used up. ``NEVER`` names those that no argument
may take: what is hidden, missing, not real, or beyond all floats would be lost without a word.
"""

import itertools
import pathlib
from decimal import Decimal
from fractions import Fraction

import numpy as np

HUGE = np.longdouble("1e4000")  # infinite where long double is double


class Nullable:
    """What pandas' nullable columns look like to NumPy: an array of objects, one of them NA."""

    def __init__(self, rows):
        self.rows = rows

    def __array__(self, dtype=None, copy=None):
        return np.array(self.rows, dtype=object)


class Anything:
    """A class that can be made of anything."""

    def __init__(self, *args, **kwargs):
        pass


class Unreadable:
    """Something that cannot even be printed."""

    def __repr__(self):
        raise RuntimeError("no words")


def masked(shape):
    return np.ma.array(np.ones(shape), mask=np.arange(np.prod(shape)).reshape(shape) == 0)


def read_only(array):
    array.flags.writeable = False
    return array


def recursive():
    found = []
    found.append(found)
    return found


ODD = {
    # no value at all, or of another kind
    "None": lambda: None,
    "NotImplemented": lambda: NotImplemented,
    "ellipsis": lambda: ...,
    "object": object,
    "type": lambda: Anything,
    "lambda": lambda: lambda *args, **kwargs: None,
    "module": lambda: np,
    "unreadable": Unreadable,
    "slice": lambda: slice(3),
    # texts
    "empty text": lambda: "",
    "text": lambda: "odd",
    "digits": lambda: "1.5",
    "null character": lambda: "a\0b",
    "str_": lambda: np.str_("odd"),
    "bytes": lambda: b"odd",
    "bytearray": lambda: bytearray(b"\1\2"),
    "memoryview": lambda: memoryview(b"\1\2"),
    "path": lambda: pathlib.Path("no such folder") / "no such file",
    # single numbers
    "True": lambda: True,
    "bool_": lambda: np.False_,
    "zero": lambda: 0,
    "minus one": lambda: -1,
    "seven": lambda: 7,
    "half": lambda: 0.5,
    "minus zero": lambda: -0.0,
    "2**31": lambda: 2**31,
    "2**63": lambda: 2**63,
    "10**12": lambda: 10**12,
    "10**400": lambda: 10**400,
    "10**5000": lambda: 10**5000,
    "minus 10**400": lambda: -(10**400),
    "1e308": lambda: 1e308,
    "smallest": lambda: 5e-324,
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "minus inf": lambda: float("-inf"),
    "complex": lambda: 1 + 2j,
    "fraction": lambda: Fraction(1, 3),
    "decimal": lambda: Decimal("0.1"),
    "decimal nan": lambda: Decimal("nan"),
    "float32": lambda: np.float32(0.1),
    "float16 inf": lambda: np.float16("inf"),
    "longdouble": lambda: np.longdouble("0.1"),
    "1e4000": lambda: HUGE,
    "int8": lambda: np.int8(-128),
    "uint64": lambda: np.uint64(2**64 - 1),
    "complex64": lambda: np.complex64(1j),
    "datetime64": lambda: np.datetime64("2026-01-01"),
    "masked constant": lambda: np.ma.masked,
    # sequences and collections
    "empty tuple": tuple,
    "empty list": list,
    "empty dict": dict,
    "empty set": set,
    "pair": lambda: (1, 2),
    "triple": lambda: (2, 3, 1),
    "texts": lambda: ["odd", "even"],
    "Nones": lambda: [None, None],
    "nested": lambda: [[1, 2], [3]],
    "mixed": lambda: [1, "odd", None],
    "dict": lambda: {"odd": 1},
    "set": lambda: {1, 2},
    "range": lambda: range(3),
    "generator": lambda: (i for i in (1, 2)),
    "endless": lambda: itertools.count(),
    "recursive list": recursive,
    "list of masked": lambda: [masked(2), masked(2)],
    # arrays of other shapes
    "0-d": lambda: np.array(0.5),
    "0-d int": lambda: np.array(1),
    "no rows": lambda: np.empty((0, 2)),
    "no columns": lambda: np.empty((3, 0)),
    "1-d": lambda: np.array([0.25, 0.5, 0.75]),
    "column": lambda: np.zeros((3, 1)),
    "two columns": lambda: np.full((3, 2), 0.5),
    "square": lambda: np.eye(3),
    "3-d": lambda: np.ones((2, 2, 2)),
    # arrays of other contents
    "NaNs": lambda: np.full((3, 2), np.nan),
    "infinities": lambda: np.full((3, 2), -np.inf),
    "1e308s": lambda: np.full((3, 2), 1e308),
    "float32s": lambda: np.full((3, 2), 0.1, dtype=np.float32),
    "big-endian": lambda: np.full((3, 2), 0.5, dtype=">f8"),
    "longdoubles": lambda: np.full((3, 2), 0.5, dtype=np.longdouble),
    "1e4000s": lambda: np.full((3, 2), HUGE),
    "bools": lambda: np.ones((3, 2), dtype=bool),
    "ints": lambda: np.arange(6).reshape(3, 2),
    "complexes": lambda: np.full((3, 2), 1j),
    "objects": lambda: np.array([[1, 0.5], [Fraction(1, 2), 2]], dtype=object),
    "huge objects": lambda: np.array([[10**400, 1.0]], dtype=object),
    "object texts": lambda: np.array([["1", "2"]], dtype=object),
    "nullable": lambda: Nullable([[1, 0], [1, 1]]),
    "missing": lambda: Nullable([[1, None], [1, 1]]),
    "strings": lambda: np.array([["1", "2"]]),
    "byte strings": lambda: np.array([b"1", b"2"]),
    "dates": lambda: np.array(["2026-01-01"], dtype="M8[D]"),
    "records": lambda: np.zeros(3, dtype=[("a", float), ("b", int)]),
    "masked": lambda: masked((3, 2)),
    "masked 1-d": lambda: masked(3),
    "read-only": lambda: read_only(np.full((3, 2), 0.5)),
    "non-contiguous": lambda: np.full((6, 4), 0.5)[::2, ::2],
    "Fortran": lambda: np.full((3, 2), 0.5, order="F"),
    "negative strides": lambda: np.arange(6.0).reshape(3, 2)[::-1, ::-1],
}

if np.isinf(HUGE):  # no float64 overflows where long double is no wider
    del ODD["1e4000"], ODD["1e4000s"]

NEVER = frozenset({
    "minus 10**400", "nan", "inf", "minus inf", "complex", "decimal nan", "float16 inf", "1e4000",
    "complex64", "masked constant", "endless", "recursive list", "list of masked", "1e4000s",
    "complexes", "huge objects", "object texts", "missing", "strings", "byte strings", "dates",
    "records", "masked", "masked 1-d", "unreadable",
})  # fmt: skip


def pandas_values():
    """Nullable columns of pandas itself, where it is installed."""
    import pandas

    whole = pandas.array([1, 0, 1], dtype="Int64")
    return {
        "Int64": lambda: pandas.DataFrame({"a": whole, "b": whole}),
        "Float64": lambda: pandas.DataFrame({"a": whole, "b": whole}).astype("Float64"),
        "Series": lambda: pandas.Series(whole),
        "NA": lambda: pandas.DataFrame({"a": pandas.array([1, None], dtype="Int64"), "b": [0, 1]}),
    }
