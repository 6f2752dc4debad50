"""The checker behind test_odd_values.py: what is public, and what is wrong with a call.

A call with an odd value must be refused, by a TypeError or ValueError that names the argument and
says what is allowed, or it must work. Either way it warns of nothing and changes nothing that it
was given.
"""

import dataclasses
import importlib
import inspect
import re
import warnings
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from odd_values import NEVER

from nnlib import Network

ALLOWED = re.compile(r"\b(must|may|needs?|cannot|no)\b")  # a refusal says what is, or is not


class Complaint(NamedTuple):
    """What is wrong with the call of a function whose argument is odd."""

    function: str
    argument: str
    odd: str
    what: str


def public(modules):
    """{name: function or class} of all that these modules offer, methods with their class."""
    found = {}
    for module in map(importlib.import_module, modules):
        for thing in vars(module).values() if not hasattr(module, "__all__") else listed(module):
            if inspect.isfunction(thing) or is_class(thing):
                own = hasattr(module, "__all__") or thing.__module__ == module.__name__
                if own and not thing.__name__.startswith("_"):
                    found |= {name(thing): thing}
    for thing in list(found.values()):
        if is_class(thing):
            found |= {name(method): method for method in methods(thing)}
    return {key: thing for key, thing in found.items() if takes_arguments(thing)}


def is_class(thing):
    """Exceptions are not counted: they take any words."""
    return inspect.isclass(thing) and not issubclass(thing, Exception)


def listed(module):
    return [getattr(module, key) for key in module.__all__]


def methods(kind):
    """The functions that a class defines itself, without those whose names begin with _."""
    for key, thing in vars(kind).items():
        thing = thing.__func__ if isinstance(thing, (classmethod, staticmethod)) else thing
        thing = getattr(thing, "__wrapped__", thing)  # of one that is cached
        if inspect.isfunction(thing) and not key.startswith("_"):
            yield thing


def name(thing):
    """ "network.Network.forward": where a function is defined, and what it is called there."""
    return f"{thing.__module__.removeprefix('nnlib.')}.{thing.__qualname__}"


def takes_arguments(thing):
    return bool(set(inspect.signature(thing).parameters) - {"self", "cls"})


def complaints(function, arguments, odd, key="function", also=(), fixed=()):
    """(number of calls, Complaints) where each of the arguments is each odd value in turn.

    Parameters
    ----------
    arguments : function that makes those of a valid call, by their names
    odd : {name: function that makes the value}
    also : {argument: other names that a refusal may use for it}
    fixed : arguments that are left alone
    """
    valid = arguments()
    usual, found = flaws(function(**valid)), []
    varied = [argument for argument in valid if argument not in fixed]
    for argument in varied:
        names = (argument, *dict(also).get(argument, ()))
        for label, make in odd.items():
            wrong = one_call(function, arguments() | {argument: make()}, names, label, usual)
            found += [Complaint(key, argument, label, what) for what in wrong]
    return len(varied) * len(odd), found


def one_call(function, arguments, names, label, usual=frozenset()):
    """What is wrong with one call, in words."""
    before = {key: picture(value) for key, value in arguments.items()}
    with warnings.catch_warnings(record=True) as leaked:
        warnings.simplefilter("always")
        wrong = list(outcome(function, arguments, names, label, usual))
    wrong += [f"warns: {str(w.message)[:100]}" for w in leaked]
    wrong += [
        f"changes {key}" for key, value in arguments.items() if picture(value) != before[key]
    ]
    return wrong


def outcome(function, arguments, names, label, usual):
    """Call the function; what is wrong with its refusal, or with what it gives."""
    try:
        result = function(**arguments)
    except (TypeError, ValueError) as error:
        text = str(error)
        if not any(re.search(rf"(?<!\w){re.escape(known)}(?!\w)", text) for known in names):
            yield f"refuses without its name: {text[:200]}"
        if not ALLOWED.search(text):
            yield f"refuses without what is allowed: {text[:200]}"
    except OSError as error:  # as open() raises it
        if names[0] not in ("path", "store"):
            yield f"raises {type(error).__name__}: {error}"
    except Exception as error:
        yield f"raises {type(error).__name__}: {str(error)[:200]}"
    else:
        if label in NEVER:
            yield "accepts it"
        yield from (f"gives {flaw}" for flaw in flaws(result) - usual)


def picture(value, depth=4):
    """What must be the same before and after a call: contents of what can be changed."""
    if isinstance(value, np.ndarray):
        mask, plain = np.ma.getmaskarray(value).tobytes(), np.asarray(value)
        content = list(map(id, plain.flat)) if plain.dtype == object else plain.tobytes()
        return plain.dtype.str, plain.shape, value.flags.writeable, content, mask
    if depth == 0:
        return id(value)
    if isinstance(value, (list, tuple, set)):
        return [type(value), *(picture(part, depth - 1) for part in value)]
    if isinstance(value, dict):
        return [(key, picture(part, depth - 1)) for key, part in value.items()]
    if isinstance(value, Network) or dataclasses.is_dataclass(value):
        return picture(vars(value), depth - 1) if hasattr(value, "__dict__") else id(value)
    return bytes(value) if isinstance(value, bytearray) else id(value)


def flaws(result, depth=4):
    """Words for what no result should hold."""
    if isinstance(result, np.ndarray):
        return array_flaws(result)
    if isinstance(result, (float, complex, np.number)):
        return array_flaws(np.asarray(result))
    if isinstance(result, Figure):
        limits = [limit for ax in result.axes for limit in (*ax.get_xlim(), *ax.get_ylim())]
        return array_flaws(np.array(limits)) | infinite(limits)
    parts = []
    if isinstance(result, (list, tuple)):
        parts = result
    elif isinstance(result, dict):
        parts = result.values()
    elif isinstance(result, Network) or dataclasses.is_dataclass(result):
        parts = getattr(result, "__dict__", {}).values()
    return frozenset().union(*(flaws(part, depth - 1) for part in parts if depth > 0))


def array_flaws(array):
    found = set()
    if isinstance(array, np.ma.MaskedArray):
        found.add("a masked array")
    if array.dtype.kind == "c":
        found.add("complex numbers")
    if array.dtype.kind == "f" and np.isnan(array).any():
        found.add("NaN")
    return frozenset(found)


def infinite(limits):
    return frozenset() if np.isfinite(limits).all() else frozenset({"axes without end"})
