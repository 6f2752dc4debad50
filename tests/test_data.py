"""The point sets: which points, which labels, from which random numbers."""

import mpmath
import numpy as np
import pytest
from own_process import output

from nnlib import data

# Report A's XOR points in their order: (x, y) and label, i/10 down one diagonal and up the other.
XOR_POINTS = [
    (0.0, 0.0, 0), (0.0, 1.0, 1), (0.1, 0.1, 0), (0.1, 0.9, 1), (0.2, 0.2, 0), (0.2, 0.8, 1),
    (0.3, 0.3, 0), (0.3, 0.7, 1), (0.4, 0.4, 0), (0.4, 0.6, 1), (0.5, 0.5, 0), (0.6, 0.6, 0),
    (0.6, 0.4, 1), (0.7, 0.7, 0), (0.7, 0.3, 1), (0.8, 0.8, 0), (0.8, 0.2, 1), (0.9, 0.9, 0),
    (0.9, 0.1, 1), (1.0, 1.0, 0), (1.0, 0.0, 1),
]  # fmt: skip
NOISY = ("circles", "moons", "spirals")
GENERATED = ("linear", *NOISY)


def best_line(X, y):
    """The largest share of labels that a line w·x = c gets right, over 720 directions w."""
    best = 0.0
    for angle in np.linspace(0, 2 * np.pi, 720, endpoint=False):
        order = np.argsort(X @ [np.cos(angle), np.sin(angle)])
        sorted_labels = y[order, 0]
        # the first k points are called 0, the others 1, for k = 0 … n
        zeros_below = np.concatenate([[0], np.cumsum(sorted_labels == 0)])
        ones_above = np.concatenate([np.cumsum((sorted_labels == 1)[::-1])[::-1], [0]])
        best = max(best, (zeros_below + ones_above).max() / len(y))
    return best


def test_xor_is_report_a_s_21_points():
    X, y = data.xor()
    expected = np.array(XOR_POINTS)
    np.testing.assert_allclose(X, expected[:, :2], rtol=0, atol=2e-16)
    np.testing.assert_array_equal(y, expected[:, 2:])


def test_xor_points_have_the_bits_of_the_listing():
    # 0.1 · 3 is 0.30000000000000004 and 1 - 0.1 · 9 is 0.09999999999999998; np.linspace differs
    X, _ = data.xor()
    assert X[6, 0] == 0.1 * 3 != 0.3
    assert X[18, 1] == 1 - 0.1 * 9 != 0.1


def test_best_line_on_xor_gets_16_of_21():
    # One arm of five 1s can be cut off: 11 zeros and 5 ones are right, 5 ones are wrong.
    assert best_line(*data.xor()) == pytest.approx(16 / 21)


def test_linear_labels():
    X, y = data.linear(n=500, rng=3)
    for (x0, x1), label in zip(X, y[:, 0], strict=True):
        assert label == (0 if x0 > x1 else 1)
    assert best_line(X, y) == 1.0


def test_linear_is_uniform_in_the_unit_square():
    X, y = data.linear(n=20_000, rng=0)
    assert X.min() >= 0
    assert X.max() <= 1
    np.testing.assert_allclose(X.mean(axis=0), 1 / 2, atol=0.01)
    np.testing.assert_allclose(X.var(axis=0), 1 / 12, atol=0.002)
    assert y.mean() == pytest.approx(1 / 2, abs=0.015)


@pytest.mark.parametrize("name", NOISY)
def test_no_line_separates(name):
    X, y = data.make(name, n=200, rng=1)
    assert 0.5 <= best_line(X, y) < 0.96


@pytest.mark.parametrize("name", NOISY)
def test_points_lie_in_or_near_the_unit_square(name):
    X, _ = data.make(name, n=2000, rng=1)
    assert X.min() > -0.15
    assert X.max() < 1.15
    assert np.ptp(X, axis=0).min() > 0.35  # and they fill a good part of it


def test_circles_without_noise_are_two_circles():
    X, y = data.circles(n=50, noise=0, rng=0)
    radius = np.hypot(*(X - 0.5).T)
    np.testing.assert_allclose(radius[y[:, 0] == 1], 0.2, rtol=1e-14)
    np.testing.assert_allclose(radius[y[:, 0] == 0], 0.45, rtol=1e-14)


def test_moons_without_noise_are_two_half_circles():
    X, y = data.moons(n=50, noise=0, rng=0)
    upper, lower = X[y[:, 0] == 0], X[y[:, 0] == 1]
    np.testing.assert_allclose(np.hypot(*(upper - [0.375, 0.45]).T), 0.25, rtol=1e-14)
    np.testing.assert_allclose(np.hypot(*(lower - [0.625, 0.55]).T), 0.25, rtol=1e-14)
    assert upper[:, 1].min() >= 0.45
    assert lower[:, 1].max() <= 0.55


def test_spirals_without_noise_turn_one_and_a_half_times():
    X, y = data.spirals(n=400, noise=0, rng=0)
    radius, direction = np.hypot(*(X - 0.5).T), np.arctan2(*(X - 0.5).T[::-1])
    assert radius.min() >= 0.05
    assert radius.max() <= 0.47
    # from radius 0.05 to 0.47 the arm turns by 3π; the arm of label 1 starts half a turn ahead
    turned = 3 * np.pi * (radius - 0.05) / 0.42 + np.pi * y[:, 0]
    np.testing.assert_allclose(np.cos(direction - turned), 1, atol=1e-12)


def test_directions_are_cosine_and_sine():
    turns = np.array([[0.0], [0.25], [0.5], [0.75], [1.0], [2.25]])
    corners = [[1, 0], [0, 1], [-1, 0], [0, -1], [1, 0], [0, 1]]
    assert data._direction(turns).tolist() == corners  # exactly
    turns = np.linspace(-1, 3, 801).reshape(-1, 1)
    with mpmath.workdps(40):
        angles = [2 * mpmath.pi * mpmath.mpf(float(t)) for t in turns[:, 0]]
        exact = [[mpmath.cos(a), mpmath.sin(a)] for a in angles]
        pairs = zip(data._direction(turns).ravel().tolist(), np.ravel(exact), strict=True)
        assert max(abs(ours - true) for ours, true in pairs) < 2e-16


POINTS = """
import hashlib
from nnlib import data
bits = hashlib.sha256()
for name in data.GENERATORS:
    for seed in range(50):
        bits.update(data.make(name, rng=(seed, 1))[0].tobytes())
print(bits.hexdigest())
"""


def test_the_points_have_the_same_bits_on_an_old_processor(tmp_path):
    """NumPy's own sine and cosine differ there; ours are sums and products."""
    plain = output(POINTS, tmp_path)
    names = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    old = output(POINTS, tmp_path, NPY_DISABLE_CPU_FEATURES=" ".join(names))
    assert old == plain


@pytest.mark.parametrize("name", NOISY)
def test_noise_is_a_standard_deviation(name):
    make = data.GENERATORS[name]
    clean, _ = make(n=4000, noise=0, rng=5)
    noisy, _ = make(n=4000, noise=0.05, rng=5)
    np.testing.assert_allclose((noisy - clean).std(axis=0), 0.05, rtol=0.05)
    np.testing.assert_allclose((noisy - clean).mean(axis=0), 0, atol=0.003)


@pytest.mark.parametrize("name", GENERATED)
@pytest.mark.parametrize("n", [2, 7, 100])
def test_shapes_types_and_labels(name, n):
    X, y = data.make(name, n=n, rng=0)
    assert X.shape == (n, 2)
    assert y.shape == (n, 1)
    assert X.dtype == y.dtype == np.float64
    assert set(y.ravel()) <= {0.0, 1.0}
    if name in NOISY:
        assert y.sum() == n // 2  # an odd point is a 0


@pytest.mark.parametrize("name", GENERATED)
def test_seed_decides(name):
    X, y = data.make(name, rng=4)
    same_X, same_y = data.make(name, rng=np.random.default_rng(4))
    np.testing.assert_array_equal(X, same_X)
    np.testing.assert_array_equal(y, same_y)
    assert not np.array_equal(X, data.make(name, rng=5)[0])


def test_generator_goes_on():
    rng = np.random.default_rng(0)
    assert not np.array_equal(data.linear(rng=rng)[0], data.linear(rng=rng)[0])


def test_xor_returns_arrays_of_its_own():
    data.xor()[0][:] = 7
    assert data.xor()[0].max() == 1


def test_linear_takes_one_point_and_the_others_need_two():
    assert data.linear(n=1)[0].shape == (1, 2)
    with pytest.raises(ValueError, match="n is 0; it must be at least 1"):
        data.linear(n=0)
    for name in NOISY:
        with pytest.raises(ValueError, match="n is 1; it must be at least 2"):
            data.make(name, n=1)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n": 2.5}, TypeError, "n is 2.5; it must be an integer of at least 2"),
        ({"n": True}, TypeError, "n is True; it must be an integer"),
        ({"noise": -0.1}, ValueError, "noise is -0.1; it must be a finite number of at least 0"),
        ({"noise": np.nan}, ValueError, "noise is nan; it must be a finite number of at least 0"),
        ({"noise": "0.1"}, TypeError, "noise is '0.1'; it must be a number"),
        ({"rng": "zero"}, ValueError, "rng is 'zero'; it may be a non-negative integer"),
        ({"rng": -1}, ValueError, "rng is -1; it may be a non-negative integer"),
    ],
)
def test_bad_arguments_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        data.circles(**arguments)


def test_unknown_name_is_refused():
    allowed = "name is 'ring'; it may be 'xor', 'linear', 'circles', 'moons', 'spirals'"
    with pytest.raises(ValueError, match=allowed):
        data.make("ring")
