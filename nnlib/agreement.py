"""Two ways to the same numbers: a line is printed if they agree, one sentence raised if not."""

from collections.abc import Mapping
from numbers import Integral

import numpy as np

from nnlib import validation
from nnlib.validation import said


class Disagreement(AssertionError):
    """Two computations of the same numbers do not agree; a notebook shows the sentence alone."""

    def _render_traceback_(self):
        """What IPython prints instead of a traceback."""
        return [f"Disagreement: {self}"]


def agree(ours, other, what, rtol=1e-9, atol=0.0, equal_nan=False):
    """Print a line if all numbers a of ``ours`` and b of ``other`` agree, else raise Disagreement.

    They agree if |a - b| <= max(atol, rtol · max(|a|, |b|)), as for ``math.isclose``: neither is
    taken for the truth. With rtol = atol = 0 they must be equal. The line gives the tolerance and
    not the difference found, whose digits differ between processors.

    Parameters
    ----------
    ours, other : numbers, arrays of one shape, or lists, mappings or named tuples of these, such
        as Gradients, with the same entries; an entry None counts as not there. A plain number as
        ``other`` is compared with every entry of an array.
    what : str, what is compared: "the derivative of tanh"
    rtol, atol : relative tolerance, below 1, and absolute tolerance
    equal_nan : bool, whether NaN agrees with NaN; otherwise it agrees with nothing

    Raises
    ------
    Disagreement
        Names both numbers where they are farthest apart, the place and the tolerance; or the
        entries or shapes that differ.
    TypeError, ValueError
        ``ours`` or ``other`` is not numeric, holds no number, or one that float64 would round: an
        integer beyond ±2^53 or a longdouble (a Fraction and a Decimal are rounded); a tolerance is
        out of range, or ``what`` is not text.

    >>> agree([0.25], [0.25000001], "the slope at 0", rtol=1e-6)
    the slope at 0: both agree to a relative 1e-6
    """
    what = _words(what)
    rtol, atol = validation.real("rtol", rtol, 0, below=1), validation.real("atol", atol, 0)
    equal_nan = validation.flag("equal_nan", equal_nan)
    try:
        pairs = list(_pairs(ours, other, what))
    except RecursionError:
        raise ValueError(
            "ours or other holds itself, or lists within too many lists; it must hold numbers"
        ) from None
    count = sum(a.size for _, a, _ in pairs)
    if not count:
        raise ValueError("ours and other hold no number; there must be something to compare")
    misses = [_misses(a, b, rtol, atol, equal_nan) for _, a, b in pairs]
    worst = max(range(len(pairs)), key=lambda i: misses[i].max(initial=0))
    if misses[worst].any():
        raise Disagreement(f"{what}: {_worst(*pairs[worst], misses[worst], rtol, atol)}")
    who = f"{count} of {count}" if count > 1 else "both"
    print(f"{what}: {who} agree {_tolerance(rtol, atol)}")


def _words(what):
    """``what`` in one line."""
    if not isinstance(what, str) or not what.strip():
        raise TypeError(f"what is {said(what)}; it must be words such as 'the derivative of tanh'")
    return " ".join(what.split())


def _pairs(ours, other, what, place=""):
    """(place, array, array) for each two arrays of one shape that are to be compared."""
    parts, others = _parts(ours), _parts(other)
    if parts is None or others is None:
        yield place, *_same_shape(ours, other, what, place)
        return
    if unmatched := sorted(parts.keys() ^ others.keys()):
        one, two = ("first", "second") if unmatched[0] in parts else ("second", "first")
        raise Disagreement(f"{what}: the {one} has an entry {place}{unmatched[0]}, the {two} none")
    for key, part in parts.items():
        yield from _pairs(part, others[key], what, place + key)


def _parts(value):
    """The entries of a list, mapping or named tuple by their places in it; else None."""
    if isinstance(value, Mapping):
        parts = {f"[{key!r}]": part for key, part in value.items()}
    elif hasattr(value, "_asdict"):
        parts = {f".{name}": part for name, part in value._asdict().items()}
    elif isinstance(value, (list, tuple)):
        parts = {f"[{i}]": part for i, part in enumerate(value)}
    else:
        return None
    return {place: part for place, part in parts.items() if part is not None}


def _same_shape(ours, other, what, place):
    """Both as arrays; a plain number instead of an array is repeated."""
    a, b = _array(f"ours{place}", ours), _array(f"other{place}", other)
    if b.ndim == 0 and place == "":
        b = np.broadcast_to(b, a.shape)
    if a.shape != b.shape:
        where = f"at {place} " if place else ""
        raise Disagreement(f"{what}: {where}the shapes {a.shape} and {b.shape} differ")
    return a, b


def _array(name, value):
    """``value`` as float64; fractions and decimals are rounded."""
    try:
        found = np.ma.asanyarray(value) if np.ma.isMaskedArray(value) else np.asarray(value)
        if found.dtype.kind not in "buifO" or np.ma.isMaskedArray(value):
            raise TypeError
        numbers = _rounded(found) if found.dtype.kind == "O" else found
    except (TypeError, ValueError, OverflowError):
        raise TypeError(
            f"{name} is not numeric; it must hold real numbers only, within ±1.8e308"
        ) from None
    for entry in filter(_is_rounded, _extremes(found)):
        if isinstance(entry, Integral):
            raise ValueError(f"{name} holds {said(int(entry))}; integers must lie within ±2^53")
        raise ValueError(
            f"{name} holds {said(entry)}, which float64 would round; longdoubles must not be finer"
        )
    return validation.within_range(name, numbers, "it must hold numbers that float64 can hold")


def _rounded(found):
    """An array of numbers as objects, as float64."""
    if any(isinstance(entry, (str, bytes)) for entry in found.flat):
        raise TypeError
    rounded = np.reshape([float(entry) for entry in found.flat], found.shape)
    if any(np.isinf(a) and a != entry for a, entry in zip(rounded.flat, found.flat, strict=True)):
        raise ValueError
    return rounded


def _extremes(found):
    """Entries among which the largest integer is, or all where float64 may round others."""
    if found.dtype.kind == "O" or found.dtype == np.longdouble:
        return found.flat
    return (found.min(), found.max()) if found.dtype.kind in "iu" and found.size else ()


def _is_rounded(entry):
    """Whether it is an integer or a longdouble which another one may be equal to as float64."""
    if isinstance(entry, np.longdouble):
        return np.isfinite(entry) and float(entry) != entry
    return isinstance(entry, Integral) and abs(int(entry)) > 2**53


def _misses(a, b, rtol, atol, equal_nan):
    """0 where a and b agree, else |a - b| over what is allowed, inf where nothing is."""
    with np.errstate(all="ignore"):
        size, difference = np.maximum(np.abs(a), np.abs(b)), np.abs(a - b)
        allowed = np.maximum(atol, np.where(np.isfinite(size), rtol * size, 0))
        close = (a == b) | (difference <= allowed) | (equal_nan & np.isnan(a) & np.isnan(b))
        return np.where(close, 0, np.nan_to_num(difference / allowed, nan=np.inf, posinf=np.inf))


def _worst(place, a, b, misses, rtol, atol):
    """The sentence about the numbers that are farthest apart."""
    index = np.unravel_index(np.argmax(misses), misses.shape)
    place += str([int(i) for i in index]) if index else ""
    one, two = _texts(float(a[index]), float(b[index]))
    where = f" at {place}" if place else ""
    return (
        f"{one} and {two}{where} do not agree {_tolerance(rtol, atol)}; look at what was changed "
        "last in this cell or above it, a number or a formula"
    )


def _tolerance(rtol, atol):
    """ "to 1e-12 or a relative 1e-9"."""
    words = [kind + _size(size) for kind, size in (("", atol), ("a relative ", rtol)) if size]
    return f"to {' or '.join(words)}" if words else "to the last digit"


def _size(size):
    """A tolerance as text: 0.05, 1e-4, 8.88e-16."""
    if size >= 1e-3:
        return f"{size:.3g}"
    mantissa, exponent = f"{size:.2e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def _texts(a, b):
    """Both numbers with as many digits as it takes to see that they differ, four at least."""
    texts = ((f"{a:.{digits}g}", f"{b:.{digits}g}") for digits in range(4, 18))
    return next((pair for pair in texts if pair[0] != pair[1]), (f"{a:g}", f"{b:g}"))
