"""Losses against arithmetic with 50 digits (mpmath), numbers worked by hand, constant outputs."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import data
from nnlib.losses import LOSSES, bce, bce_half, bce_half_gradient, bce_logits, squared

mpmath.mp.dps = 50
ε = mpmath.mpf(1e-9)
LOG = mpmath.log

EXACT = {
    "bce": lambda o, y: -y * LOG(o + ε) - (1 - y) * LOG(1 - o + ε),
    "bce_half": lambda o, y: -LOG(o) / 2 if y == 1 else -LOG(1 - o) / 2,
    # -log σ(z) and -log σ(-z), without a trick: mpmath's e⁸⁰⁰ does not overflow
    "bce_logits": lambda z, y: mpmath.log1p(mpmath.exp(-z if y == 1 else z)),
    "squared": lambda o, y: (o - y) ** 2,
    "squared_half": lambda o, y: (o - y) ** 2 / 2,
}
OUTPUTS = np.concatenate([np.linspace(0.001, 0.999, 101), [1e-6, 1e-12, 1 - 1e-6]])
LOGITS = np.linspace(-40, 40, 161)


def points(name):
    """Arrays (n, 1) of the loss's argument and of labels, each value with both labels."""
    values = LOGITS if LOSSES[name].takes == "Z" else OUTPUTS
    return np.tile(values, 2).reshape(-1, 1), np.repeat([0.0, 1.0], len(values)).reshape(-1, 1)


def assert_gradient(name):
    """Compare the library's gradient with mpmath's numerical one of the exact loss."""
    argument, y = points(name)
    pairs = zip(argument.ravel(), y.ravel(), strict=True)
    expected = [
        float(mpmath.diff(lambda a, t=label: EXACT[name](a, t), mpmath.mpf(value), h=1e-20))
        for value, label in pairs
    ]
    actual = LOSSES[name].gradient(argument, y).ravel()
    # 1 - ŷ is exact, 1 - ŷ + ε is not: near ŷ = 1 the sum rounds by up to 1e-16 of about 1e-6
    np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("name", LOSSES)
def test_values(name):
    argument, y = points(name)
    pairs = zip(argument.ravel(), y.ravel(), strict=True)
    expected = [float(EXACT[name](mpmath.mpf(a), int(label))) for a, label in pairs]
    actual = LOSSES[name].function(argument, y).ravel()
    np.testing.assert_allclose(actual, expected, rtol=1e-14, atol=3e-16)


@pytest.mark.parametrize("name", LOSSES)
def test_gradients(name):
    assert_gradient(name)


@pytest.mark.parametrize("name", LOSSES)
def test_gradient_wrong_by_a_thousandth_is_noticed(name, monkeypatch):
    right = LOSSES[name]
    wrong = replace(right, gradient=lambda argument, y: 1.001 * right.gradient(argument, y))
    monkeypatch.setitem(LOSSES, name, wrong)
    with pytest.raises(AssertionError):
        assert_gradient(name)


@pytest.mark.parametrize(
    ("name", "argument", "y", "value", "gradient"),
    [
        # ŷ = 3/4: -log 3/4 = 0.287682072, its slope -4/3; -log 1/4 = 1.386294361, slope 4
        ("bce", 0.75, 1, 0.287682072, -4 / 3),
        ("bce", 0.75, 0, 1.386294361, 4),
        ("bce_half", 0.75, 1, 0.143841036, -2 / 3),
        ("bce_half", 0.75, 0, 0.693147181, 2),
        # z = ln 3 gives σ(z) = 3/4; the gradient is σ(z) - y
        ("bce_logits", np.log(3), 1, 0.287682072, -0.25),
        ("bce_logits", np.log(3), 0, 1.386294361, 0.75),
        # an output need not lie in (0, 1): (2.5 - 1)² = 2.25
        ("squared", 2.5, 1, 2.25, 3),
        ("squared", 0.2, 0, 0.04, 0.4),
        ("squared_half", 2.5, 1, 1.125, 1.5),
        ("squared_half", 0.2, 0, 0.02, 0.2),
    ],
)
def test_by_hand(name, argument, y, value, gradient):
    arrays = np.array([[argument]]), np.array([[float(y)]])
    assert LOSSES[name].function(*arrays).item() == pytest.approx(value, rel=1e-8)
    assert LOSSES[name].gradient(*arrays).item() == pytest.approx(gradient, rel=1e-8)


@pytest.mark.parametrize("name", LOSSES)
def test_one_value_a_sample(name):
    argument, y = np.full((5, 1), 0.3), np.ones((5, 1))
    assert LOSSES[name].function(argument, y).shape == (5, 1)
    assert LOSSES[name].gradient(argument, y).shape == (5, 1)


# What the ε does, and what happens without


def test_bce_is_minus_1e_9_at_an_exact_match():
    for label in (0.0, 1.0):  # -log(1 + ε) = -ε + ε²/2 …
        assert bce(label, label) == pytest.approx(-1e-9, rel=1e-6)


def test_bce_is_finite_at_the_worst_miss():
    # -log(1e-9) = 9 ln 10 = 20.7233, less log(1 + 1e-9)
    assert bce(0.0, 1.0) == pytest.approx(9 * np.log(10), rel=1e-9)
    assert bce(1.0, 0.0) == pytest.approx(9 * np.log(10), rel=1e-6)
    assert LOSSES["bce"].gradient(0.0, 1.0) == pytest.approx(-1e9)


def test_bce_half_at_saturation_is_nan_or_infinite_without_a_warning():
    one, zero = np.array([[1.0]]), np.array([[0.0]])
    assert np.isnan(bce_half(one, one))  # 1 · log 1 + 0 · log 0
    assert np.isnan(bce_half(zero, zero))
    assert bce_half(one, zero) == bce_half(zero, one) == np.inf
    assert np.isnan(bce_half_gradient(one, one))  # 0 / 0
    assert bce_half_gradient(zero, one) == -np.inf
    assert bce_half_gradient(one, zero) == np.inf


@given(st.floats(-800, 800), st.sampled_from([0.0, 1.0]))
def test_bce_logits_is_the_exact_cross_entropy(z, y):
    with np.errstate(all="raise"):
        value = bce_logits(z, y)
    exact = float(EXACT["bce_logits"](mpmath.mpf(z), int(y)))
    assert value == pytest.approx(exact, rel=1e-15, abs=5e-324)


@pytest.mark.parametrize("size", [800.0, 1e300])
def test_bce_logits_far_out(size):
    with np.errstate(all="raise"):
        # log(1 + e⁸⁰⁰) = 800 + log(1 + e⁻⁸⁰⁰) = 800 in float64, where e⁸⁰⁰ itself overflows
        assert bce_logits(size, 0.0) == bce_logits(-size, 1.0) == size
        assert bce_logits(size, 1.0) == bce_logits(-size, 0.0) == 0
        assert LOSSES["bce_logits"].gradient(size, 0.0) == 1
        assert LOSSES["bce_logits"].gradient(-size, 1.0) == -1


def test_bce_half_is_half_of_bce_but_for_the_ε():
    argument, y = points("bce_half")
    inner = (argument > 0.01) & (argument < 0.99)
    twice = 2 * bce_half(argument, y)[inner]
    np.testing.assert_allclose(twice, bce(argument, y)[inner], atol=1e-7)
    assert (twice != bce(argument, y)[inner]).mean() > 0.9


# Constant predictors on the 21 XOR points, 11 of label 0 and 10 of label 1


def test_one_half_everywhere():
    _, y = data.xor()
    half = np.full_like(y, 0.5)
    assert bce(half, y).sum() == pytest.approx(21 * np.log(2), rel=1e-8)  # 14.55609
    assert bce_logits(np.zeros_like(y), y).sum() == pytest.approx(14.55609, abs=5e-6)
    assert squared(half, y).sum() == 21 / 4


def test_best_constants():
    # The best constant is the share of 1s, 10/21, for cross-entropy and squares alike:
    # 11 log(21/11) + 10 log(21/10) = 14.5323, and 21 · (10/21) · (11/21) = 110/21 = 5.2381.
    _, y = data.xor()
    best = np.full_like(y, 10 / 21)
    assert bce(best, y).sum() == pytest.approx(14.532, abs=5e-4)
    assert squared(best, y).sum() == pytest.approx(5.238, abs=5e-4)
    for loss in (bce, squared):
        for other in (best - 0.01, best + 0.01):
            assert loss(other, y).sum() > loss(best, y).sum()
