"""Networks: passes worked by hand, how they start, predict and copy, and what they refuse.

The gradients in general are tested in test_backward.py.
"""

import numpy as np
import pytest
import strategies as own
from hypothesis import given

from nnlib import Network, Trace, data
from nnlib.network import INITIALIZERS

LN3 = np.log(3)


# A forward and backward pass by hand: 2-2-1, biases, relu then identity, squared error


def relu_example():
    """Z1 = W1 x + b1, A1 = relu(Z1), ŷ = Z2 = W2 A1 + b2, for two samples.

    x = (1, 2), y = 1:   Z1 = (1 - 2 + 0.5, 0.5 + 2 - 0.5) = (-0.5, 2)   A1 = (0, 2)
                         ŷ = 3 · 0 + 2 · 2 - 1 = 3                       L = (3 - 1)² = 4
    x = (3, 1), y = 0:   Z1 = (3 - 1 + 0.5, 1.5 + 1 - 0.5) = (2.5, 2)    A1 = (2.5, 2)
                         ŷ = 3 · 2.5 + 2 · 2 - 1 = 10.5                  L = 10.5² = 110.25
    """
    net = Network.from_parameters(
        weights=[[[1.0, -1.0], [0.5, 1.0]], [[3.0, 2.0]]],
        biases=[[0.5, -0.5], [-1.0]],
        activations=("relu", "identity"),
    )
    return net, np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([[1.0], [0.0]])


def test_forward_by_hand():
    net, X, _ = relu_example()
    trace = net.forward(X)
    np.testing.assert_array_equal(trace.A[0], X)
    np.testing.assert_array_equal(trace.Z[0], [[-0.5, 2.0], [2.5, 2.0]])
    np.testing.assert_array_equal(trace.A[1], [[0.0, 2.0], [2.5, 2.0]])
    np.testing.assert_array_equal(trace.Z[1], [[3.0], [10.5]])
    np.testing.assert_array_equal(trace.output, [[3.0], [10.5]])
    assert (len(trace.Z), len(trace.A)) == (2, 3)


def test_backward_by_hand():
    """The first sample: δ2 = ∂L/∂ŷ · 1 = 2 (3 - 1) = 4,

        ∂L/∂W2 = δ2 A1 = (0, 8)          ∂L/∂b2 = 4
        ∂L/∂A1 = δ2 W2 = (12, 8)         δ1 = (12 · 0, 8 · 1) = (0, 8), as Z1 = (-0.5, 2)
        ∂L/∂W1 = δ1ᵀ x = ((0, 0), (8, 16))
        ∂L/∂b1 = (0, 8)                  ∂L/∂x = δ1 W1 = 8 · (0.5, 1) = (4, 8).

    The second: δ2 = 2 · 10.5 = 21,

        ∂L/∂W2 = (52.5, 42)              ∂L/∂b2 = 21
        ∂L/∂A1 = (63, 42)                δ1 = (63, 42), both units are active
        ∂L/∂W1 = ((189, 63), (126, 42))
        ∂L/∂b1 = (63, 42)                ∂L/∂x = 63 · (1, -1) + 42 · (0.5, 1) = (84, -21).
    """
    net, X, y = relu_example()
    loss, gradients = net.loss_and_gradients(X, y, loss="squared", reduction="sum")
    assert loss == 4 + 110.25
    np.testing.assert_array_equal(gradients.weights[1], [[0 + 52.5, 8 + 42]])
    np.testing.assert_array_equal(gradients.biases[1], [4 + 21])
    np.testing.assert_array_equal(gradients.weights[0], [[0 + 189, 0 + 63], [8 + 126, 16 + 42]])
    np.testing.assert_array_equal(gradients.biases[0], [0 + 63, 8 + 42])
    np.testing.assert_array_equal(gradients.inputs, [[4, 8], [84, -21]])


def test_mean_by_hand():
    net, X, y = relu_example()
    loss, gradients = net.loss_and_gradients(X, y, loss="squared", reduction="mean")
    assert loss == 114.25 / 2
    np.testing.assert_array_equal(gradients.weights[0], [[94.5, 31.5], [67, 29]])
    np.testing.assert_array_equal(gradients.inputs, [[2, 4], [42, -10.5]])


# The same with sigmoids: σ(ln 3) = 3/4, σ(-ln 3) = 1/4, and σ′ = 3/16 at both


def sigmoid_example():
    """Without bias, x = (1, 2), y = 1.

    Z1 = (1 · ln 3, 2 · -½ ln 3) = (ln 3, -ln 3)         A1 = (3/4, 1/4)
    Z2 = ln 3 · 3/4 + ln 3 · 1/4 = ln 3                  ŷ = 3/4
    """
    net = Network.from_parameters([[[LN3, 0.0], [0.0, -LN3 / 2]], [[LN3, LN3]]])
    return net, np.array([[1.0, 2.0]]), np.array([[1.0]])


def test_sigmoid_forward_by_hand():
    net, X, _ = sigmoid_example()
    trace = net.forward(X)
    np.testing.assert_allclose(trace.Z[0], [[LN3, -LN3]], rtol=1e-15)
    np.testing.assert_allclose(trace.A[1], [[3 / 4, 1 / 4]], rtol=1e-15)
    np.testing.assert_allclose(trace.Z[1], [[LN3]], rtol=1e-15)
    np.testing.assert_allclose(trace.output, [[3 / 4]], rtol=1e-15)


@pytest.mark.parametrize(
    ("loss", "value", "delta"),
    [
        # δ2 = ∂L/∂ŷ · 3/16
        ("squared_half", 1 / 32, -1 / 4 * 3 / 16),  # ½ (1/4)²; ŷ - y = -1/4
        ("squared", 1 / 16, -1 / 2 * 3 / 16),
        ("bce", np.log(4 / 3), -1 / 4),  # -1/ŷ · 3/16 = -4/3 · 3/16 = -1/4 = ŷ - y
        ("bce_half", np.log(4 / 3) / 2, -1 / 8),
        ("bce_logits", np.log(4 / 3), -1 / 4),
    ],
)
def test_sigmoid_backward_by_hand(loss, value, delta):
    """∂L/∂W2 = δ2 · (3/4, 1/4), ∂L/∂A1 = δ2 · (ln 3, ln 3), δ1 = 3/16 · ∂L/∂A1 =: (d, d).

    ∂L/∂W1 = δ1ᵀ x = ((d, 2d), (d, 2d)), ∂L/∂x = δ1 W1 = (d ln 3, -½ d ln 3).
    """
    net, X, y = sigmoid_example()
    found, gradients = net.loss_and_gradients(X, y, loss=loss)
    d = 3 / 16 * LN3 * delta
    assert found == pytest.approx(value, rel=1e-8)
    np.testing.assert_allclose(gradients.weights[1], [[delta * 3 / 4, delta / 4]], rtol=1e-8)
    np.testing.assert_allclose(gradients.weights[0], [[d, 2 * d], [d, 2 * d]], rtol=1e-8)
    np.testing.assert_allclose(gradients.inputs, [[d * LN3, -d * LN3 / 2]], rtol=1e-8)
    assert gradients.biases is None


# Properties of every network


@given(own.networks(max_layers=1, activations=("sigmoid",)), own.seeds)
def test_bias_is_the_weight_of_a_constant_input(net, seed):
    X, y = own.make_points(5, net.sizes[0], seed)
    bias = np.array([0.3])
    with_bias = Network.from_parameters(net.weights, [bias], net.activations)
    wider = Network.from_parameters([np.hstack([net.weights[0], [bias]])])
    value, gradients = with_bias.loss_and_gradients(X, y)
    wider_value, wider_gradients = wider.loss_and_gradients(np.hstack([X, np.ones((5, 1))]), y)
    assert value == pytest.approx(wider_value, rel=1e-13)
    joined = np.hstack([gradients.weights[0], [gradients.biases[0]]])
    np.testing.assert_allclose(joined, wider_gradients.weights[0], rtol=1e-11, atol=1e-13)


@given(own.networks(activations=("identity",)), own.seeds)
def test_without_activation_it_is_one_linear_map(net, seed):
    X, _ = own.make_points(4, net.sizes[0], seed)
    net = Network.from_parameters(net.weights, None, net.activations)
    product = np.eye(net.sizes[0])
    for W in net.weights:
        product = W @ product
    np.testing.assert_allclose(net.predict_proba(X), X @ product.T, rtol=1e-9, atol=1e-12)


@given(own.cases())
def test_shapes(case):
    net, X, y, loss, reduction = case
    trace = net.forward(X)
    assert [Z.shape for Z in trace.Z] == [(len(X), d) for d in net.sizes[1:]]
    assert [A.shape for A in trace.A] == [(len(X), d) for d in net.sizes]
    gradients = net.backward(trace, y, loss, reduction)
    assert [g.shape for g in gradients.weights] == [W.shape for W in net.weights]
    assert gradients.inputs.shape == X.shape
    if net.biases is None:
        assert gradients.biases is None
    else:
        assert [g.shape for g in gradients.biases] == [b.shape for b in net.biases]


@given(own.cases())
def test_nothing_given_is_changed(case):
    net, X, y, loss, reduction = case
    before = [a.copy() for a in (*net.weights, *(net.biases or []), X, y)]
    net.loss_and_gradients(X, y, loss, reduction)
    after = [*net.weights, *(net.biases or []), X, y]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


# Predictions


def test_exactly_one_half_is_0():
    # relu without bias at the origin: all zero, σ(0) = 0.5; np.round(0.5) is 0, too
    net = Network(activations=("relu", "relu", "sigmoid"))
    assert net.predict_proba([[0.0, 0.0]]) == 0.5
    assert net.predict([[0.0, 0.0]]) == 0.0
    assert net.accuracy([[0.0, 0.0]], [[0]]) == 1.0


def test_threshold():
    net = Network.from_parameters([[[1.0]]], activations="identity")
    X = np.array([[0.5], [np.nextafter(0.5, 1)], [-3.0], [1e9]])
    np.testing.assert_array_equal(net.predict(X), [[0], [1], [0], [1]])
    assert net.accuracy(X, [[1], [1], [0], [0]]) == 0.5


def test_nan_is_0():
    net = Network.from_parameters([[[np.nan, 1.0]]])
    assert np.isnan(net.predict_proba([[1.0, 1.0]]))
    assert net.predict([[1.0, 1.0]]) == 0.0


# Parameters at the start


@pytest.mark.parametrize(
    ("init", "mean", "variance"),
    [
        ("uniform", 1 / 2, 1 / 12),
        ("uniform_symmetric", 0, 1 / 3),
        ("normal", 0, 1),
        ("normal_legacy", 0, 1),
        ("he", 0, 2 / 150),  # 2 / n_in
        ("glorot", 0, 2 / (150 + 250)),  # 2 / (n_in + n_out)
    ],
)
def test_initial_weights(init, mean, variance):
    W = Network(sizes=(2, 150, 250, 1), init=init, rng=0).weights[1]
    assert W.shape == (250, 150)
    # 37 500 numbers: the standard error of the mean is sd / 194, of the variance about 1 %
    assert W.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance) / 194)
    assert W.var() == pytest.approx(variance, rel=0.04)


@pytest.mark.parametrize(
    ("init", "low", "high"),
    [("uniform", 0, 1), ("uniform_symmetric", -1, 1), ("glorot", -np.sqrt(0.015), np.sqrt(0.015))],
)
def test_uniform_bounds(init, low, high):
    W = Network(sizes=(2, 150, 250, 1), init=init, rng=0).weights[1]  # √(6 / 400) = √0.015
    assert W.min() == pytest.approx(low, abs=1e-3 * (high - low))
    assert W.max() == pytest.approx(high, abs=1e-3 * (high - low))
    assert low <= W.min() < W.max() <= high


def test_uniform_is_drawn_layer_by_layer_from_default_rng():
    rng = np.random.default_rng(7)
    expected = [rng.uniform(0, 1, shape) for shape in ((10, 2), (10, 10), (1, 10))]
    for W, E in zip(Network(rng=7).weights, expected, strict=True):
        np.testing.assert_array_equal(W, E)


def test_normal_legacy_is_report_b_s():
    state = np.random.RandomState(0)
    expected = [state.randn(*shape) for shape in ((100, 2), (100, 100), (1, 100))]
    net = Network(sizes=(2, 100, 100, 1), bias=True, init="normal_legacy", rng=0)
    for W, E in zip(net.weights, expected, strict=True):
        np.testing.assert_array_equal(W, E)
    assert net.weights[0][0, 0] == 1.764052345967664  # RandomState(0)'s well-known first number


def test_biases_start_at_zero():
    net = Network(sizes=(2, 3, 1), bias=True)
    assert [b.tolist() for b in net.biases] == [[0.0, 0.0, 0.0], [0.0]]
    assert Network(sizes=(2, 3, 1)).biases is None


@pytest.mark.parametrize("init", INITIALIZERS)
def test_seed_decides(init):
    first, same, other = (Network(init=init, rng=seed).weights[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_generator_is_used_up():
    rng = np.random.default_rng(0)
    first, second = Network(rng=rng), Network(rng=rng)
    assert not np.array_equal(first.weights[0], second.weights[0])
    np.testing.assert_array_equal(first.weights[0], Network(rng=0).weights[0])


def test_from_parameters_and_copy_take_copies():
    weights, biases = [np.ones((1, 2))], [np.zeros(1)]
    net = Network.from_parameters(weights, biases)
    copy = net.copy()
    weights[0][:], biases[0][:] = 7, 7
    copy.weights[0][:], copy.biases[0][:] = 9, 9
    assert net.weights[0].tolist() == [[1, 1]]
    assert net.biases[0].tolist() == [0]


def test_layers_that_do_not_follow_each_other_are_refused():
    with pytest.raises(ValueError, match=r"weights\[1\] has shape \(1, 4\); .* must be 3"):
        Network.from_parameters([np.ones((3, 2)), np.ones((1, 4))])


def test_lists_and_integers_are_taken():
    net = Network.from_parameters([[[1, 2]]], activations="identity")
    assert net.weights[0].dtype == np.float64
    value, gradients = net.loss_and_gradients([[3, 4]], [[True]], loss="squared_half")
    assert value == 50  # ŷ = 3 + 8 = 11, ½ (11 - 1)²
    assert gradients.weights[0].tolist() == [[30, 40]]


def test_repr():
    net = Network(sizes=[2, 3, 1], activations=["relu", "sigmoid"], bias=True)
    assert repr(net) == "Network(sizes=(2, 3, 1), activations=('relu', 'sigmoid'), bias=True)"


def test_backward_needs_a_trace():
    net = Network()
    with pytest.raises(TypeError, match="trace is a ndarray; it must be what forward returned"):
        net.backward(np.zeros((1, 1)), [[1]])
    assert isinstance(net.forward([[0.0, 1.0]]), Trace)


def test_a_trace_of_other_widths_is_refused():
    X, y = data.xor()
    trace = Network((2, 3, 1)).forward(X)
    for sizes in ((2, 4, 1), (2, 1), (2, 3, 3, 1)):
        with pytest.raises(ValueError, match=r"^trace has arrays of the shapes .*\(21, 3\)"):
            Network(sizes).backward(trace, y)


def test_a_flag_is_no_seed():
    with pytest.raises(ValueError, match=r"^rng is True"):
        Network(rng=True)
