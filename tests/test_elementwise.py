"""The compiled loop's formulas, each alone: against the textbook's, at the ends, and at NaN."""

import math

import numpy as np
import pytest

numba = pytest.importorskip("numba")

from nnlib import activations, losses  # noqa: E402
from nnlib.compiled import elementwise, layout  # noqa: E402

V = (0,) * 4  # as long as a row
Z = np.array(
    [-np.inf, -800, -3, -1, -0.25, -0.0, 0.0, 1e-9, 0.25, 1, 3, 30, 800, np.inf, np.nan, 2]
)
OUTPUTS = np.array([0.001, 0.25, 0.5, 0.75, 0.999])
TINY = 2.0**-1022


@numba.njit(error_model="numpy")
def activate(kind, m, Z, A, rows):
    elementwise.activate(kind, m, Z, A, rows, V)


@numba.njit(error_model="numpy")
def multiply_slope(kind, m, Z, A, delta, rows):
    elementwise.multiply_slope(kind, m, Z, A, delta, rows, V)


@numba.njit(error_model="numpy")
def losses_of(kind, z, a, y, value, gradient):
    for i in range(len(a)):
        value[i] = elementwise.loss_of(kind, z[i], a[i], y[i])
        gradient[i] = elementwise.loss_gradient(kind, a[i], y[i])


@numba.njit(error_model="numpy")
def others(x, y, low):
    return (
        elementwise.distance(x, y),
        elementwise.hit(x, y),
        elementwise.unless_finite(x, low),
        elementwise.flushed(x, low),
        elementwise.times_listing_slope(x),
    )


# Five rows of four: Z, A and δ begin in rows 0, 5 and 10; what is not asked for stays as it was.


@pytest.mark.parametrize("name", layout.ACTIVATIONS)
def test_activations_and_slopes_are_the_textbook_s(name):
    kind, activation = layout.ACTIVATIONS.index(name), activations.ACTIVATIONS[name]
    m = np.full(60, 7.0)
    m[:16] = Z
    activate(kind, m, 0, 5, 4)
    A = m[20:36].copy()
    np.testing.assert_allclose(A, activation.function(Z), rtol=2e-15, atol=0)
    m[40:56] = delta = np.linspace(-2, 3, 16)
    multiply_slope(kind, m, 0, 5, 10, 4)
    with np.errstate(under="ignore"):
        slope = activation.derivative(A if activation.takes == "A" else Z)
    finite = ~np.isnan(Z)  # at NaN a step has its slope left of zero in both
    np.testing.assert_allclose(m[40:56][finite], (delta * slope)[finite], rtol=1e-14, atol=1e-300)
    np.testing.assert_array_equal(m[:16], Z)
    assert (m[[*range(16, 20), *range(36, 40), *range(56, 60)]] == 7).all()


def test_only_the_rows_that_are_asked_for_are_computed():
    m = np.full(60, 0.25)
    activate(elementwise.TANH, m, 1, 6, 3)
    assert np.flatnonzero(m != 0.25).tolist() == [*range(24, 36)]
    multiply_slope(elementwise.TANH, m, 1, 6, 11, 3)
    assert np.flatnonzero(m != 0.25).tolist() == [*range(24, 36), *range(44, 56)]


@pytest.mark.parametrize("label", [0.0, 1.0])
@pytest.mark.parametrize("name", layout.LOSSES)
def test_losses_and_gradients_are_the_textbook_s(name, label):
    loss, y = losses.LOSSES[name], np.full(len(OUTPUTS), label)
    z = np.log(OUTPUTS / (1 - OUTPUTS))
    value, gradient = np.empty_like(y), np.empty_like(y)
    losses_of(layout.LOSSES.index(name), z, OUTPUTS, y, value, gradient)
    taken = z if loss.takes == "Z" else OUTPUTS
    np.testing.assert_allclose(value, loss.function(taken, y), rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(gradient, loss.gradient(taken, y), rtol=1e-13, atol=1e-16)


def test_losses_at_the_ends():
    """ŷ = y and ŷ = 1 - y exactly: ε = 1e-15 stays inside bce's logarithm; bce_half has none."""
    ends, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])
    for name in ("bce", "bce_half"):
        value, gradient = np.empty(4), np.empty(4)
        losses_of(layout.LOSSES.index(name), ends, ends, y, value, gradient)
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(value, losses.LOSSES[name].function(ends, y), rtol=1e-14)
            right = losses.LOSSES[name].gradient(ends, y)
        np.testing.assert_allclose(gradient, right, rtol=1e-14)


def test_the_loss_of_logits_far_out():
    """log(1 + eᶻ) - y z: of z = ±800 it is 800 or 0, without an overflow; NaN stays NaN."""
    z, y = np.array([800.0, -800.0, 800.0, -800.0, np.nan]), np.array([0.0, 1.0, 1.0, 0.0, 0.0])
    value, gradient = np.empty(5), np.empty(5)
    losses_of(elementwise.BCE_LOGITS, z, z, y, value, gradient)
    np.testing.assert_array_equal(value, [800, 800, 0, 0, np.nan])


@pytest.mark.parametrize(
    ("a", "y", "right"),
    [
        (0.5, 0.0, 1),
        (0.5, 1.0, 0),
        (0.51, 1.0, 1),
        (0.51, 0.0, 0),
        (0.2, 0.0, 1),
        (math.nan, 0.0, 1),
    ],
)
def test_a_prediction_is_right_or_wrong(a, y, right):
    assert others(a, y, 1.0)[1] == right
    assert others(a, y, 1.0)[0] == abs(a - y) or math.isnan(a)


@pytest.mark.parametrize(
    ("x", "finite", "kept"),
    [
        (0.0, 0.25, 0.0), (-3.0, 0.25, -3.0), (TINY, 0.25, TINY), (-TINY, 0.25, -TINY),
        (math.inf, 1.0, math.inf), (-math.inf, 1.0, -math.inf), (math.nan, 1.0, math.nan),
    ],
)  # fmt: skip
def test_what_is_not_finite_is_marked_and_kept(x, finite, kept):
    assert others(x, 0.0, 0.25)[2] == finite
    np.testing.assert_array_equal(others(x, 0.0, TINY)[3], kept)


def test_only_subnormal_numbers_are_flushed():
    for x in (TINY / 2, -TINY / 2, 2.0**-1074, -(2.0**-1074)):
        assert others(x, 0.0, TINY)[3] == 0
        assert others(x, 0.0, 0.0)[3] == x


@pytest.mark.parametrize("delta", [-1.5, -0.25, 0.25, 2.0])
def test_the_slope_of_report_b_s_listing(delta):
    s = 1 / (1 + math.exp(-2 * delta))
    assert others(delta, 0.0, 0.0)[4] == pytest.approx(delta * s * (1 - s), rel=1e-14)


def test_elu_is_e_to_the_z_minus_one():
    m = np.zeros(60)
    m[:4] = -1e-12, -0.5, 0.5, 1e-12
    activate(elementwise.ELU, m, 0, 5, 1)
    np.testing.assert_allclose(
        m[20:24], [math.expm1(-1e-12), math.expm1(-0.5), 0.5, 1e-12], rtol=1e-15
    )
