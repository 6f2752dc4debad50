"""Activation functions against arithmetic with 50 digits (mpmath), and the sigmoid's promise."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib.activations import ACTIVATIONS, sigmoid

mpmath.mp.dps = 50
EPS = np.finfo(float).eps
SUBNORMAL = 5e-324  # the smallest positive float64
NORMAL = np.finfo(float).tiny  # the smallest normal one; sigmoid(-708.39) is just above it

EXACT = {
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "identity": lambda z: z,
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else mpmath.mpf(0.01) * z,
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
}
POINTS = np.concatenate([np.linspace(-30, 30, 121), [-1e-3, 1e-3, -1e-9, 1e-9]])


def sigmoid_errors(z, values):
    """Of each value, the relative error, and the absolute one in units of the subnormal."""
    exact = [EXACT["sigmoid"](mpmath.mpf(float(t))) for t in z]
    errors = [abs(mpmath.mpf(float(v)) - e) for v, e in zip(values, exact, strict=True)]
    relative = [float(error / e) for error, e in zip(errors, exact, strict=True)]
    return np.array(relative), np.array([float(error / SUBNORMAL) for error in errors])


def two_branches(z):
    """Report A's sigmoid: 1 / (1 + e⁻ᶻ) where z > 0, else 1 - 1 / (1 + eᶻ)."""
    return 1 / (1 + np.exp(-z)) if z > 0 else 1 - 1 / (1 + np.exp(z))


def assert_derivative(name, z=POINTS, tolerance=2e-15):
    """Compare the library's derivative with mpmath's numerical one of the exact function."""
    activation = ACTIVATIONS[name]
    given_array = activation.function(z) if activation.takes == "A" else z
    with mpmath.workdps(40):
        expected = [float(mpmath.diff(EXACT[name], mpmath.mpf(t))) for t in z if t != 0]
    np.testing.assert_allclose(
        activation.derivative(given_array)[z != 0], expected, rtol=0, atol=tolerance
    )


# The sigmoid's promise


@pytest.mark.parametrize(
    "z",
    [
        np.linspace(-708.39, 40, 1500),
        np.random.default_rng(0).normal(0, 5, 1500),
        np.concatenate([s * 2.0 ** np.arange(-60, 9.4, 0.25) for s in (-1, 1)]),
    ],
    ids=["grid", "normal", "powers"],
)
def test_sigmoid_has_at_most_4_eps_relative_error(z):
    values = sigmoid(z)
    assert values.min() >= NORMAL
    assert sigmoid_errors(z, values)[0].max() <= 4 * EPS


def test_sigmoid_is_within_one_subnormal_below_the_normal_numbers():
    z = np.linspace(-746, -708.4, 800)
    values = sigmoid(z)
    assert values.max() < NORMAL
    assert values[0] == 0  # e⁻⁷⁴⁶ = 0.2 subnormals
    assert sigmoid_errors(z, values)[1].max() <= 1


def test_sigmoid_takes_every_float64_without_a_warning():
    bits = np.random.default_rng(0).integers(0, 2**64, 200_000, dtype=np.uint64)
    z = bits.view(np.float64)  # every exponent, both signs
    bits[np.isnan(z)] |= np.uint64(1 << 51)  # quiet ones: a signaling NaN is there to raise
    with np.errstate(all="raise"):
        values = sigmoid(z)
    assert np.isnan(z).any()
    np.testing.assert_array_equal(np.isnan(values), np.isnan(z))
    finite = values[~np.isnan(z)]
    assert finite.min() >= 0
    assert finite.max() <= 1


@pytest.mark.parametrize(
    ("z", "expected"),
    [
        (np.inf, 1.0), (-np.inf, 0.0), (1.8e308, 1.0), (-1.8e308, 0.0), (0.0, 0.5), (-0.0, 0.5),
        (SUBNORMAL, 0.5), (-SUBNORMAL, 0.5), (NORMAL, 0.5), (-746.0, 0.0), (-4294967296.0, 0.0),
    ],
)  # fmt: skip
def test_sigmoid_at_the_ends(z, expected):
    with np.errstate(all="raise"):
        assert sigmoid(z) == expected


@given(st.floats())
def test_sigmoid_of_one_number_does_not_warn(z):
    with np.errstate(all="raise"):
        value = sigmoid(z)
    assert np.isnan(value) if np.isnan(z) else 0 <= value <= 1


@given(st.floats(-700, 700))
def test_sigmoid_is_symmetric(z):
    # σ(z) + σ(-z) = 1
    assert sigmoid(z) + sigmoid(-z) == pytest.approx(1, abs=4 * EPS)


def test_two_branch_form_loses_digits_where_ours_does_not():
    """What chapter 1 shows: 1 - 1 / (1 + eᶻ) cancels, and report A's sigmoid with it."""
    z = np.array([-10.0, -20.0, -30.0, -36.0])
    branches = np.array([two_branches(t) for t in z])
    relative = sigmoid_errors(z, branches)[0]
    assert (np.diff(relative) > 0).all()
    assert relative[2] == pytest.approx(1e-3, rel=0.1)  # at -30
    assert sigmoid_errors(z, sigmoid(z))[0].max() <= 4 * EPS
    for t in (-38.0, -50.0, -700.0):  # 1 + eᶻ is 1 there
        assert two_branches(t) == 0 < sigmoid(t)


# All of them: values, derivatives, the array the derivative takes


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values(name):
    expected = [float(EXACT[name](mpmath.mpf(float(t)))) for t in POINTS]
    np.testing.assert_allclose(ACTIVATIONS[name].function(POINTS), expected, rtol=4 * EPS, atol=0)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives(name):
    assert_derivative(name)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivative_wrong_by_a_thousandth_is_noticed(name, monkeypatch):
    right = ACTIVATIONS[name]
    wrong = replace(right, derivative=lambda array: 1.001 * right.derivative(array))
    monkeypatch.setitem(ACTIVATIONS, name, wrong)
    with pytest.raises(AssertionError):
        assert_derivative(name)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_derivative_of_the_pre_activation_is_noticed(name, monkeypatch):
    # (for relu, leaky_relu and elu at Z > 0 either array has the right sign: no mistake to notice)
    monkeypatch.setitem(ACTIVATIONS, name, replace(ACTIVATIONS[name], takes="Z"))
    with pytest.raises(AssertionError):
        assert_derivative(name)


@pytest.mark.parametrize(
    ("name", "z", "value", "slope"),
    [
        # σ(ln 3) = 3/4, σ′ = 3/4 · 1/4
        # tanh(ln 3) = (3 - 1/3) / (3 + 1/3) = 4/5, tanh′ = 1 - 16/25
        ("sigmoid", np.log(3), 0.75, 0.1875),
        ("sigmoid", -np.log(3), 0.25, 0.1875),
        ("tanh", np.log(3), 0.8, 0.36),
        ("identity", -2.0, -2.0, 1.0),
        ("relu", 2.0, 2.0, 1.0),
        ("relu", -2.0, 0.0, 0.0),
        ("leaky_relu", -2.0, -0.02, 0.01),
        ("elu", -np.log(4), -0.75, 0.25),  # e^(-ln 4) - 1
        ("elu", 2.0, 2.0, 1.0),
    ],
)
def test_by_hand(name, z, value, slope):
    activation = ACTIVATIONS[name]
    Z = np.array([[z]])
    A = activation.function(Z)
    assert A.item() == pytest.approx(value, rel=1e-15)
    array = {"Z": Z, "A": A}[activation.takes]
    assert activation.derivative(array).item() == pytest.approx(slope, rel=1e-14)


@pytest.mark.parametrize(("name", "slope"), [("relu", 0.0), ("leaky_relu", 0.01), ("elu", 1.0)])
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_at_the_kink(name, slope, zero):
    assert ACTIVATIONS[name].function(zero) == 0
    assert ACTIVATIONS[name].derivative(np.array(zero)) == slope


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "relu"])
def test_flat_far_from_zero(name):
    activation = ACTIVATIONS[name]
    Z = np.array([-1e300, -np.inf])
    array = activation.function(Z) if activation.takes == "A" else Z
    np.testing.assert_array_equal(activation.derivative(array), 0.0)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 1), (2, 3, 4)])
def test_shapes(name, shape):
    Z = np.random.default_rng(0).normal(size=shape)
    assert np.shape(ACTIVATIONS[name].function(Z)) == shape
    assert np.shape(ACTIVATIONS[name].derivative(Z)) == shape


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nan_stays_nan(name):
    assert np.isnan(ACTIVATIONS[name].function(np.nan))
