"""The arithmetic of the compiled engine against mpmath, number by number and in vectors."""

import math

import mpmath
import numpy as np
import pytest

numba = pytest.importorskip("numba")

from nnlib import activations  # noqa: E402
from nnlib.compiled import arithmetic  # noqa: E402
from nnlib.compiled.vectors import formula, load, store  # noqa: E402

TINY = 2.0**-1022  # the smallest normal number
LEAST = 2.0**-1074  # the smallest number
FUNCTIONS = {
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "log": mpmath.log,
    "log1p": mpmath.log1p,
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
}


def compile_both(function):
    """The formula as a function of an array: once with numbers, once with rows of eight."""
    inner = formula(function)

    @numba.njit(error_model="numpy")
    def single(x, result):
        for i in range(len(x)):
            result[i] = inner(x[i])

    @numba.njit(error_model="numpy")
    def rows(x, result, V):
        for i in range(len(x) // len(V)):
            store(result, i, inner(load(x, i, V)))

    return single, rows


@pytest.fixture(scope="module", params=FUNCTIONS)
def compiled(request):
    """The name of a function, and the function of an array, checked to be one for any width."""
    single, rows = compile_both(getattr(arithmetic, request.param))

    def call(x):
        x = np.asarray(x, dtype=float)
        padded = np.concatenate([x, np.ones(-len(x) % 8)])
        one, eight = np.empty_like(padded), np.empty_like(padded)
        single(padded, one)
        rows(padded, eight, (0,) * 8)
        np.testing.assert_array_equal(one, eight)
        return one[: len(x)]

    return request.param, call


def arguments(name):
    """Arguments of every size: moderate, near 0, tiny, and up to the bounds of the function."""
    rng = np.random.default_rng(0)
    sign = rng.choice([-1.0, 1.0], 500)
    spread = 10.0 ** rng.uniform(-323, 308, 1000)
    x = [rng.uniform(-1, 1, 1000), rng.uniform(-40, 40, 500)]
    x += [sign * 10 ** rng.uniform(-20, 0, 500)]
    x += [spread, -spread, [LEAST, -LEAST, TINY, -TINY]]
    if name in ("exp", "expm1", "sigmoid"):
        x += [rng.uniform(-746, 710, 1000), rng.uniform(-746, -708, 500)]
    if name in ("log", "log1p"):
        x += [rng.uniform(0.5, 2, 1000), 1 + rng.uniform(-1e-6, 1e-6, 500)]
    x = np.concatenate(x)
    return x[x > {"log": 0, "log1p": -1}.get(name, -math.inf)]


def units(got, x, function):
    """Errors in units of the last place of the right result."""
    errors = []
    with mpmath.workprec(200):
        for a, b in zip(x, got, strict=True):
            right = function(mpmath.mpf(float(a)))
            rounded = float(right)
            if math.isinf(rounded):
                errors.append(0.0 if b == rounded else math.inf)
            else:
                errors.append(float(abs(mpmath.mpf(float(b)) - right) / np.spacing(abs(rounded))))
    return np.array(errors)


def test_error_is_below_three_units(compiled):
    name, call = compiled
    x = arguments(name)
    errors = units(call(x), x, FUNCTIONS[name])
    assert errors.max() < 3, (x[errors.argmax()], errors.max())


def test_units_can_see_an_error():
    x = np.array([0.3])
    assert units(np.exp(x) * (1 + 1e-15), x, mpmath.exp).max() > 3


def test_where_there_is_nothing_to_round(compiled):
    name, call = compiled
    right = {
        "exp": [1, 1, 0, math.inf],
        "expm1": [0, 0, -1, math.inf],
        "log": [-math.inf, -math.inf, math.nan, math.inf],
        "log1p": [0, 0, math.nan, math.inf],
        "tanh": [0, 0, -1, 1],
        "sigmoid": [0.5, 0.5, 0, 1],
    }
    got = call([0.0, -0.0, -math.inf, math.inf, math.nan])
    np.testing.assert_array_equal(got, [*right[name], math.nan])


@pytest.mark.parametrize(
    ("name", "x", "right"),
    [
        ("exp", [-746.0, -745.13, 709.78], [0, LEAST, None]),
        ("exp", [709.79, 1e300, -1e300], [math.inf, math.inf, 0]),
        ("expm1", [709.78, 709.79, -1e300, -40], [None, math.inf, -1, -1]),
        ("log", [1.0, -1.0, -LEAST], [0, math.nan, math.nan]),
        ("log1p", [-1.0, -1.1, 1e308], [-math.inf, math.nan, None]),
        ("tanh", [1e300, -1e300, LEAST], [1, -1, LEAST]),
        ("sigmoid", [1e300, -1e300, 40.0, -745.13], [1, 0, 1, LEAST]),
    ],
)  # fmt: skip
def test_at_the_bounds(name, x, right):
    result = np.empty(len(x))
    compile_both(getattr(arithmetic, name))[0](np.array(x), result)
    exact = [float(FUNCTIONS[name](v)) if r is None else r for v, r in zip(x, right, strict=True)]
    np.testing.assert_allclose(result, exact, rtol=1e-15, atol=0)


def test_agrees_with_the_textbook_s_sigmoid():
    x = np.linspace(-800, 800, 4001)
    result = np.empty_like(x)
    compile_both(arithmetic.sigmoid)[0](x, result)
    np.testing.assert_allclose(result, activations.sigmoid(x), rtol=1e-15, atol=LEAST)
