"""Backpropagation against central differences and against autograd, and laws it must obey."""

from dataclasses import replace

import numpy as np
import pytest
import strategies as own
from hypothesis import given

from nnlib import Gradients, Network
from nnlib.activations import ACTIVATIONS
from nnlib.losses import CROSS_ENTROPIES, LOSSES, REDUCTIONS

# Every gradient against central differences


def numerical_gradients(net, X, y, loss, reduction, h=1e-5):
    """[L(θ + h) - L(θ - h)] / 2h, one entry of the parameters and inputs after the other."""

    def value():
        trace = net.forward(X)
        array = trace.Z[-1] if loss == "bce_logits" else trace.output
        each = LOSSES[loss].function(array, y)
        return each.sum() / (len(y) if reduction == "mean" else 1)

    def slope(array):
        result = np.empty_like(array)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + h
            above = value()
            array[index] = kept - h
            result[index] = (above - value()) / (2 * h)
            array[index] = kept
        return result

    net, X = net.copy(), X.copy()
    biases = None if net.biases is None else [slope(b) for b in net.biases]
    return Gradients([slope(W) for W in net.weights], biases, slope(X))


def assert_same_gradients(actual, expected, rtol):
    """Two Gradients agree array by array, to ``rtol`` of the largest entry of all."""
    assert (actual.biases is None) == (expected.biases is None)
    pairs = [
        *zip(actual.weights, expected.weights, strict=True),
        *zip(actual.biases or [], expected.biases or [], strict=True),
        (actual.inputs, expected.inputs),
    ]
    largest = max(np.abs(array).max() for _, array in pairs)
    for a, e in pairs:
        assert a.shape == e.shape
        np.testing.assert_allclose(a, e, rtol=rtol, atol=rtol * largest)


def example(hidden, output, depth, bias):
    """A network of ``depth`` layers and four points, no pre-activation near 0, where kinks are."""
    sizes = (*(2, 4, 3, 3)[:depth], 1)
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        net = own.make_network(sizes, (hidden,) * (depth - 1) + (output,), bias, rng)
        X, _ = own.make_points(4, 2, rng)
        if min(np.abs(Z).min() for Z in net.forward(X).Z) > 0.01:
            return net, X, np.array([[1.0], [0.0], [0.0], [1.0]])
    raise AssertionError("no such example")


def assert_gradients(loss, hidden, output, depth, bias, rtol=1e-7):
    """Compare backpropagation with central differences, summed and averaged."""
    net, X, y = example(hidden, output, depth, bias)
    for reduction in REDUCTIONS:
        _, gradients = net.loss_and_gradients(X, y, loss, reduction)
        expected = numerical_gradients(net, X, y, loss, reduction)
        assert_same_gradients(gradients, expected, rtol)


ALLOWED = [  # a cross-entropy needs a sigmoid output; with squares all layers are the same
    (loss, activation, "sigmoid" if loss in CROSS_ENTROPIES else activation, depth)
    for loss in LOSSES
    for activation in ACTIVATIONS
    for depth in (1, 2, 3, 4)
]


@pytest.mark.parametrize("bias", [False, True], ids=["weights", "biases"])
@pytest.mark.parametrize(("loss", "hidden", "output", "depth"), ALLOWED)
def test_gradients(loss, hidden, output, depth, bias):
    assert_gradients(loss, hidden, output, depth, bias)


@pytest.mark.parametrize("wrong", ACTIVATIONS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_activation_derivative_wrong_by_a_thousandth(wrong, hidden, monkeypatch):
    """The comparison refuses where the wrong derivative is used, and only there."""
    right = ACTIVATIONS[wrong]
    patched = replace(right, derivative=lambda array: 1.001 * right.derivative(array))
    monkeypatch.setitem(ACTIVATIONS, wrong, patched)
    arguments = {"loss": "bce_logits", "hidden": hidden, "output": "sigmoid", "depth": 3}
    # bce_logits does not use the derivative of its sigmoid, so only the hidden layers count
    if hidden == wrong:
        with pytest.raises(AssertionError):
            assert_gradients(bias=True, **arguments)
    else:
        assert_gradients(bias=True, **arguments)


@pytest.mark.parametrize("wrong", LOSSES)
@pytest.mark.parametrize("loss", LOSSES)
def test_loss_gradient_wrong_by_a_thousandth(wrong, loss, monkeypatch):
    right = LOSSES[wrong]
    patched = replace(right, gradient=lambda argument, y: 1.001 * right.gradient(argument, y))
    monkeypatch.setitem(LOSSES, wrong, patched)
    if loss == wrong:
        with pytest.raises(AssertionError):
            assert_gradients(loss, "tanh", "sigmoid", depth=2, bias=False)
    else:
        assert_gradients(loss, "tanh", "sigmoid", depth=2, bias=False)


@given(own.cases(activations=own.SMOOTH), own.seeds)
def test_slope_along_a_random_direction(case, seed):
    """d/dh L(θ + h·v) at h = 0 is the inner product of the gradient and v, for all θ at once."""
    net, X, y, loss, reduction = case
    _, gradients = net.loss_and_gradients(X, y, loss, reduction)
    rng, h = np.random.default_rng(seed), 1e-5
    above, below, expected, size = net.copy(), net.copy(), 0.0, 0.0
    for part in ("weights", "biases"):
        for l, gradient in enumerate(getattr(gradients, part) or []):
            v = rng.normal(size=gradient.shape) / np.sqrt(gradient.size)
            getattr(above, part)[l] += h * v
            getattr(below, part)[l] -= h * v
            expected += (gradient * v).sum()
            size += np.abs(gradient * v).sum()
    high, low = (n.loss_and_gradients(X, y, loss, reduction)[0] for n in (above, below))
    assert (high - low) / (2 * h) == pytest.approx(expected, abs=1e-6 * (1 + size + high))


# The same loss and gradients from autograd (HIPS)


def autograd_loss(parameters, X, y, activations, loss, reduction, anp):
    """The loss of a network, written in autograd's NumPy with formulae of its own."""
    functions = {
        "sigmoid": lambda Z: (1 + anp.tanh(Z / 2)) / 2,
        "relu": lambda Z: Z * (Z > 0),
        "tanh": anp.tanh,
        "identity": lambda Z: Z,
        "leaky_relu": lambda Z: anp.where(Z > 0, Z, 0.01 * Z),
        "elu": lambda Z: anp.where(Z > 0, Z, anp.exp(anp.where(Z > 0, 0.0, Z)) - 1),
    }
    losses = {
        "bce": lambda Z, A: -anp.log(anp.where(y == 1, A, 1 - A) + 1e-9),
        "bce_half": lambda Z, A: -anp.log(anp.where(y == 1, A, 1 - A)) / 2,
        "bce_logits": lambda Z, A: anp.logaddexp(0.0, anp.where(y == 1, -Z, Z)),
        "squared": lambda Z, A: (A - y) * (A - y),
        "squared_half": lambda Z, A: (A - y) * (A - y) / 2,
    }
    A = X
    for (W, b), name in zip(parameters, activations, strict=True):
        Z = anp.dot(A, anp.transpose(W)) + b
        A = functions[name](Z)
    total = anp.sum(losses[loss](Z, A))
    return total / len(y) if reduction == "mean" else total


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_autograd_gives_the_same(loss, hidden):
    autograd = pytest.importorskip("autograd", reason="autograd (HIPS) is not installed")
    anp = pytest.importorskip("autograd.numpy")
    output = "sigmoid" if loss in CROSS_ENTROPIES else hidden
    for seed, (depth, bias, reduction) in enumerate(
        (depth, bias, reduction)
        for depth in (1, 2, 3)
        for bias in (False, True)
        for reduction in REDUCTIONS
    ):
        sizes, names = (*(2, 5, 4)[:depth], 1), (hidden,) * (depth - 1) + (output,)
        net = own.make_network(sizes, names, bias, seed)
        X, y = own.make_points(7, 2, seed)
        biases = net.biases or [np.zeros(len(W)) for W in net.weights]
        parameters = list(zip(net.weights, biases, strict=True))
        arguments = (y, net.activations, loss, reduction, anp)
        expected = autograd_loss(parameters, X, *arguments)
        by_parameter = autograd.grad(autograd_loss, 0)(parameters, X, *arguments)
        by_input = autograd.grad(autograd_loss, 1)(parameters, X, *arguments)
        value, gradients = net.loss_and_gradients(X, y, loss, reduction)
        assert value == pytest.approx(expected, rel=1e-12)
        weights, biases = map(list, zip(*by_parameter, strict=True))
        expected = Gradients(weights, biases if bias else None, by_input)
        assert_same_gradients(gradients, expected, rtol=1e-12)


# Laws


@given(own.cases())
def test_batch_is_the_sum_of_its_samples(case):
    net, X, y, loss, _ = case
    value, gradients = net.loss_and_gradients(X, y, loss, "sum")
    single = [net.loss_and_gradients(X[[i]], y[[i]], loss, "sum") for i in range(len(X))]
    assert value == pytest.approx(sum(v for v, _ in single), rel=1e-12)
    expected = Gradients(
        [sum(g.weights[l] for _, g in single) for l in range(len(net.weights))],
        net.biases and [sum(g.biases[l] for _, g in single) for l in range(len(net.weights))],
        np.vstack([g.inputs for _, g in single]),
    )
    assert_same_gradients(gradients, expected, rtol=1e-12)


@given(own.cases())
def test_mean_is_the_sum_over_n(case):
    net, X, y, loss, _ = case
    total, summed = net.loss_and_gradients(X, y, loss, "sum")
    mean, averaged = net.loss_and_gradients(X, y, loss, "mean")
    n = len(X)
    assert mean * n == pytest.approx(total, rel=1e-13)
    biases = averaged.biases and [b * n for b in averaged.biases]
    scaled = Gradients([W * n for W in averaged.weights], biases, averaged.inputs * n)
    assert_same_gradients(scaled, summed, rtol=1e-12)


@given(own.cases(max_layers=3), own.seeds)
def test_order_of_hidden_units_does_not_matter(case, seed):
    """Rows of W_1 and columns of W_2 exchanged alike: same output, gradients exchanged alike."""
    net, X, y, loss, reduction = case
    if len(net.weights) == 1:
        return
    order = np.random.default_rng(seed).permutation(net.sizes[1])

    def exchanged(weights, biases):
        weights = [weights[0][order], weights[1][:, order], *weights[2:]]
        return weights, biases and [biases[0][order], *biases[1:]]

    other = Network.from_parameters(*exchanged(net.weights, net.biases), net.activations)
    value, gradients = net.loss_and_gradients(X, y, loss, reduction)
    other_value, other_gradients = other.loss_and_gradients(X, y, loss, reduction)
    assert other_value == pytest.approx(value, rel=1e-12)
    expected = Gradients(*exchanged(gradients.weights, gradients.biases), gradients.inputs)
    assert_same_gradients(other_gradients, expected, rtol=1e-11)
