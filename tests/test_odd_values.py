"""Whatever is handed over: every public function refuses it by name, or works.

Each argument of one valid call of each function (odd_calls.py) is every odd value (odd_values.py)
in turn; odd_checker.py says what is wrong.
"""

import pkgutil
import warnings
from fnmatch import fnmatchcase

import numpy as np
import odd_calls
import pytest
from odd_checker import complaints, public
from odd_values import NEVER, ODD, pandas_values

import nnlib
from nnlib import Network, data, validation

FOUND = public(odd_calls.PUBLIC)
LEAST = 15_000  # calls


def excepted(name):
    return any(fnmatchcase(name, pattern) for pattern in odd_calls.EXCEPTIONS)


def judged(name, odd=ODD):
    """(number of calls, Complaints) of a function in the table."""
    function, valid = odd_calls.CALLS[name]()
    return complaints(
        function,
        lambda: odd_calls.CALLS[name]()[1],
        odd,
        name,
        odd_calls.ALSO.get(name, {}),
        [argument for argument in valid if excepted(f"{name}({argument})")],
    )


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Files with odd names are written to a folder of their own; nothing is displayed."""
    monkeypatch.chdir(tmp_path)
    for module in ("nnlib.figures.style", "nnlib.widgets.explorer"):
        monkeypatch.setattr(f"{module}.display", lambda *args, **kwargs: None)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.numba if name in odd_calls.COMPILED else ())
        for name in sorted(odd_calls.CALLS)
    ],
)
def test_odd_values_are_refused_by_name_or_work(name):
    calls, found = judged(name)
    assert found == []
    assert calls >= len(ODD)


@pytest.mark.parametrize("name", ["network.Network.forward", "network.Network.accuracy"])
def test_so_are_pandas_columns(name):
    pytest.importorskip("pandas")
    assert judged(name, pandas_values())[1] == []


def test_every_public_function_has_a_valid_call_or_a_reason():
    assert [name for name in FOUND if name not in odd_calls.CALLS and not excepted(name)] == []
    assert set(odd_calls.CALLS) <= set(FOUND)


def test_the_table_makes_thousands_of_calls():
    arguments = sum(len(odd_calls.CALLS[name]()[1]) for name in odd_calls.CALLS)
    assert arguments * len(ODD) >= LEAST


def test_every_exception_is_of_something():
    names = [*FOUND, *(f"{n}({a})" for n in odd_calls.CALLS for a in odd_calls.CALLS[n]()[1])]
    for pattern in odd_calls.EXCEPTIONS:
        assert any(fnmatchcase(name, pattern) for name in names), pattern


def test_no_function_is_both_tried_and_excepted():
    assert [name for name in odd_calls.CALLS if excepted(name)] == []


def test_every_module_is_public_or_internal():
    modules = {f"nnlib.{info.name}" for info in pkgutil.iter_modules(nnlib.__path__)}
    assert modules == {*odd_calls.PUBLIC, *odd_calls.INTERNAL} - {"nnlib"}


def test_what_no_function_may_take_is_in_the_list():
    assert set(ODD) >= NEVER - {"1e4000", "1e4000s"}


# The checker finds what it is for.


def good(n):
    validation.integer("n", n)
    return 0.5


def raises_another_kind(n):
    return n.size


def names_another_argument(n):
    return validation.integer("m", n)


def says_nothing_of_what_is_allowed(n):
    if n != 1:
        raise ValueError("n is odd")


def warns_of_something(n):
    warnings.warn("beware", stacklevel=2)
    return validation.integer("n", n)


def warns_before_it_refuses(n):
    np.float64(1e308) * 10
    return validation.integer("n", n)


def changes_its_input(n):
    if isinstance(n, list):
        n.append(0)
    return validation.integer("n", n)


def changes_an_array(n):
    if isinstance(n, np.ndarray) and n.dtype.kind == "f" and n.flags.writeable:
        n *= 0
        n += 17
    return validation.integer("n", n)


def changes_another_input(n, seen=None):
    seen["n"] = 1
    return validation.integer("n", n)


def takes_whatever_comes(n):
    return 0.5


def gives_nan(n):
    return np.array([0.5 if n == 1 else np.nan])


BAD = [
    (raises_another_kind, "raises AttributeError"),
    (names_another_argument, "refuses without its name: m is"),
    (says_nothing_of_what_is_allowed, "refuses without what is allowed"),
    (warns_of_something, "warns: beware"),
    (warns_before_it_refuses, "warns: overflow"),
    (changes_its_input, "changes n"),
    (changes_an_array, "changes n"),
    (takes_whatever_comes, "accepts it"),
    (gives_nan, "gives NaN"),
]


def words(function, arguments, odd=ODD):
    return {found.what for found in complaints(function, arguments, odd)[1]}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("function", "complaint"), BAD)
def test_the_checker_says_no(function, complaint):
    def one():
        return {"n": np.ones(())[()].astype(int) if function is raises_another_kind else 1}

    assert any(what.startswith(complaint) for what in words(function, one))


def test_the_checker_sees_other_arguments_that_are_changed():
    found = words(changes_another_input, lambda: {"n": 1, "seen": {}}, {"seven": lambda: 7})
    assert "changes seen" in found


def test_the_checker_says_yes():
    assert words(good, lambda: {"n": 1}) == set()


def test_a_function_without_a_call_is_found(monkeypatch):
    monkeypatch.setattr(good, "__module__", "nnlib.data")
    monkeypatch.setattr(data, "good", good, raising=False)
    found = public(["nnlib.data"])
    assert "data.good" in found
    assert "data.good" not in odd_calls.CALLS
    assert "network.Network.forward" in public(["nnlib"])
    assert found["data.linear"] is data.linear


# Some of what it found, in words.


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.ma.array([[1.0, 2.0]], mask=[[True, False]]), "X is a masked array, and its mask"),
        ([np.ma.array([1.0, 2.0])], "X is a masked array"),
        (np.array([[1.0, None]], dtype=object), "an array of objects, which holds None"),
        ([[10**400, 1.0]], r"X holds numbers beyond ±1.8e308"),
        ([[1, 2], [3]], "X is not numeric: its rows differ in shape"),
    ],
)
def test_inputs_that_are_no_numbers(X, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Network().forward(X)


def test_numbers_as_objects_are_numbers():
    X = np.array([[1, 0.5]], dtype=object)
    np.testing.assert_array_equal(Network().predict_proba(X), Network().predict_proba([[1, 0.5]]))
