"""The graph of Jacobians: numbers worked by hand, finite differences, and the matrix form."""

import numpy as np
import pytest
import strategies as own
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import Network, data, graph
from nnlib.activations import ACTIVATIONS
from nnlib.losses import LOSSES, REDUCTIONS

# A 2-2-1 network worked by hand: x = (1, 2), y = 1, relu, then sigmoid, squared error.
#   Z1 = (1·1 - 1·2 + 0.5, 0.5·1 + 0.5·2 - 0.5) = (-0.5, 1),  A1 = relu(Z1) = (0, 1)
#   Z2 = 2·0 + 3·1 - 3 = 0,  ŷ = σ(0) = 0.5,  L = (0.5 - 1)² = 0.25
HAND = Network.from_parameters(
    weights=[[[1.0, -1.0], [0.5, 0.5]], [[2.0, 3.0]]],
    biases=[[0.5, -0.5], [-3.0]],
    activations=("relu", "sigmoid"),
)
JACOBIANS = {
    "∂L/∂ŷ": [[-1.0]],  # 2 (0.5 - 1)
    "∂ŷ/∂Z2": [[0.25]],  # 0.5 · (1 - 0.5)
    "∂Z2/∂W2": [[0.0, 1.0]],  # A1, a row
    "∂Z2/∂b2": [[1.0]],
    "∂Z2/∂A1": [[2.0, 3.0]],  # W2
    "∂A1/∂Z1": [[0.0, 0.0], [0.0, 1.0]],  # the first unit is off
    "∂Z1/∂W1": [[1.0, 2.0, 0.0, 0.0], [0.0, 0.0, 1.0, 2.0]],  # x twice, on the diagonal
    "∂Z1/∂b1": [[1.0, 0.0], [0.0, 1.0]],
    "∂Z1/∂X": [[1.0, -1.0], [0.5, 0.5]],  # W1
}


def test_jacobians_of_the_worked_network():
    found = graph.jacobians(HAND, [1, 2], 1, loss="squared")
    assert list(found) == list(JACOBIANS)
    for name, expected in JACOBIANS.items():
        np.testing.assert_array_equal(found[name], expected, err_msg=name)


def test_a_graph_is_equal_to_itself_only():
    one, other = (graph.build(HAND, [1, 2], 1, loss="squared") for _ in range(2))
    assert len({one, one, other}) == 2


def test_gradients_of_the_worked_network():
    # δ2 = -1 · 0.25 = -0.25;  ∂L/∂A1 = δ2 W2 = (-0.5, -0.75);  δ1 = (0, -0.75)
    found = graph.gradients(HAND, [[1, 2]], [[1]], loss="squared")
    np.testing.assert_array_equal(found.weights[1], [[0, -0.25]])  # δ2 A1ᵀ
    np.testing.assert_array_equal(found.biases[1], [-0.25])
    np.testing.assert_array_equal(found.weights[0], [[0, 0], [-0.75, -1.5]])  # δ1 xᵀ
    np.testing.assert_array_equal(found.biases[0], [0, -0.75])
    np.testing.assert_array_equal(found.inputs, [[-0.375, -0.375]])  # δ1 W1


def test_products_are_the_gradients_in_every_node():
    rows = graph.products(graph.build(HAND, [1, 2], 1, loss="squared"))
    expected = {"L": 1, "ŷ": -1, "Z2": -0.25, "A1": [-0.5, -0.75], "Z1": [0, -0.75]}
    for name, row in expected.items():
        np.testing.assert_array_equal(rows[name], np.atleast_2d(row), err_msg=name)


# Names and order


def names(loss="bce", **parts):
    net = Network(**{"sizes": (2, 3, 4, 1), **parts})
    return " ".join(graph.jacobians(net, [0.1, 0.2], 1, loss))


def test_edges_are_named_in_the_order_of_the_backward_pass():
    without_bias = "∂L/∂ŷ ∂ŷ/∂Z3 ∂Z3/∂W3 ∂Z3/∂A2 ∂A2/∂Z2 ∂Z2/∂W2 ∂Z2/∂A1 ∂A1/∂Z1 ∂Z1/∂W1 ∂Z1/∂X"
    assert names() == without_bias
    assert names(sizes=(2, 3, 1), bias=True) == " ".join(JACOBIANS)
    assert names(sizes=(2, 1)) == "∂L/∂ŷ ∂ŷ/∂Z1 ∂Z1/∂W1 ∂Z1/∂X"


def test_bce_logits_leads_from_the_loss_to_the_last_pre_activation():
    assert names("bce_logits", sizes=(2, 1)) == "∂L/∂Z1 ∂Z1/∂W1 ∂Z1/∂X"
    assert names("bce_logits").startswith("∂L/∂Z3 ∂Z3/∂W3 ∂Z3/∂A2")


@given(own.cases(max_width=6))
def test_order_is_topological(case):
    whole = graph.build(case.net, case.X[0], case.y[0], case.loss)
    place = {node.name: i for i, node in enumerate(whole.nodes)}
    finished = {"L"}
    for edge in whole.edges:
        assert place[edge.source] < place[edge.target]  # forward: computed from what stands before
        assert edge.target in finished  # backward: ∂L/∂target is known when it is needed
        finished.add(edge.source)
    assert finished == set(place)


@given(own.cases(max_width=6))
def test_a_jacobian_has_a_row_for_each_number_of_its_target(case):
    whole = graph.build(case.net, case.X[0], case.y[0], case.loss)
    size = {node.name: node.value.size for node in whole.nodes}
    for edge in whole.edges:
        assert edge.jacobian.shape == (size[edge.target], size[edge.source])


def test_graph_prints_nodes_and_edges_with_their_shapes():
    text = str(graph.build(HAND, [1, 2], 1))
    assert "W1    (2, 2)" in text
    assert "∂Z1/∂W1   (2, 4)" in text


# Each Jacobian by itself


@given(st.integers(1, 7), st.integers(1, 7), own.seeds)
def test_weight_jacobian_is_a_kronecker_product_and_the_derivative(n, m, seed):
    rng = np.random.default_rng(seed)
    W, a = rng.normal(size=(n, m)), rng.normal(size=m)
    found = graph.weight_jacobian(W, a)
    assert found.shape == (n, n * m)
    np.testing.assert_array_equal(found, np.kron(np.eye(n), a))
    # Z = W a is linear in W, so that moving one weight by 1 gives the derivative, up to rounding
    moves = np.eye(n * m).reshape(-1, n, m)
    columns = [(W + move) @ a - W @ a for move in moves]
    np.testing.assert_allclose(found, np.transpose(columns), atol=1e-13)
    assert np.count_nonzero(found) == n * m  # the share of zeros is 1 - 1/n


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_jacobian_is_the_derivative(name):
    f, z, h = ACTIVATIONS[name].function, np.array([-1.5, -0.2, 0.3, 2.0]), 1e-6
    moves = h * np.eye(4)
    columns = [(f(z + move) - f(z - move)) / (2 * h) for move in moves]
    found = graph.activation_jacobian(name, z, f(z))
    np.testing.assert_allclose(found, np.transpose(columns), atol=1e-9)
    assert np.count_nonzero(found - np.diag(np.diag(found))) == 0


def test_identity_layer_has_the_identity():
    net = Network((2, 3, 1), ("identity", "sigmoid"))
    np.testing.assert_array_equal(graph.jacobians(net, [1, 2], 0)["∂A1/∂Z1"], np.eye(3))


# The gradients


def assert_close(found, expected, scale):
    """Array by array to 1e-12 of the largest entry that a single sample contributes to it."""
    assert (found.biases is None) == (expected.biases is None)
    pairs = [*zip(found.weights, expected.weights, strict=True)]
    pairs += [*zip(found.biases or [], expected.biases or [], strict=True)]
    pairs += [(found.inputs, expected.inputs)]
    for (a, e), largest in zip(pairs, scale, strict=True):
        np.testing.assert_allclose(a, e, rtol=1e-12, atol=1e-12 * largest)


def largest_terms(case):
    """The largest absolute entry of any sample's gradient, for each array."""
    one = [
        case.net.loss_and_gradients(case.X[[i]], case.y[[i]], case.loss)[1]
        for i in range(len(case.X))
    ]
    arrays = [[*g.weights, *(g.biases or []), g.inputs] for g in one]
    return [max(np.abs(a).max() for a in same) for same in zip(*arrays, strict=True)]


@settings(max_examples=150)
@given(own.cases())
def test_gradients_equal_the_matrix_form(case):
    net, X, y, loss, reduction = case
    expected = net.loss_and_gradients(X, y, loss, reduction)[1]
    assert_close(graph.gradients(net, X, y, loss, reduction), expected, largest_terms(case))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("bias", [False, True])
def test_gradients_equal_the_matrix_form_on_xor(loss, reduction, bias):
    X, y = data.xor()
    net = Network((2, 10, 10, 1), "sigmoid", bias, "glorot", rng=1)
    case = own.Case(net, X, y, loss, reduction)
    expected = net.loss_and_gradients(X, y, loss, reduction)[1]
    assert_close(graph.gradients(net, X, y, loss, reduction), expected, largest_terms(case))


def test_a_batch_is_the_sum_or_the_mean_of_its_samples():
    X, y = data.linear(n=4, rng=3)
    net = Network((2, 3, 1), bias=True, init="glorot")
    single = [graph.gradients(net, X[[i]], y[[i]]) for i in range(4)]
    whole, mean = (graph.gradients(net, X, y, reduction=r) for r in ("sum", "mean"))
    for l in range(2):
        np.testing.assert_allclose(whole.weights[l], sum(g.weights[l] for g in single), rtol=1e-13)
        np.testing.assert_allclose(mean.weights[l], whole.weights[l] / 4, rtol=1e-14)
        np.testing.assert_allclose(mean.biases[l], whole.biases[l] / 4, rtol=1e-14)
    np.testing.assert_allclose(whole.inputs, np.vstack([g.inputs for g in single]), rtol=1e-13)
    np.testing.assert_allclose(mean.inputs, whole.inputs / 4, rtol=1e-14)


# The door


@pytest.mark.parametrize("x", [[1, 2], [[1, 2]], np.array([1.0, 2.0])])
@pytest.mark.parametrize("y", [1, 1.0, [1], [[1]], np.array([1.0])])
def test_a_sample_may_be_a_vector_or_a_row(x, y):
    found = graph.jacobians(HAND, x, y, "squared")
    np.testing.assert_array_equal(found["∂L/∂ŷ"], [[-1.0]])


def test_a_graph_does_not_follow_later_updates():
    net = HAND.copy()
    found = graph.jacobians(net, [1, 2], 1)
    net.weights[1] += 1
    np.testing.assert_array_equal(found["∂Z2/∂A1"], [[2, 3]])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((None, [1, 2], 1), TypeError, "net is None; it must be a Network"),
        ((HAND, [[1, 2], [3, 4]], 1), ValueError, r"x has shape \(2, 2\); it must be one sample"),
        ((HAND, [1, 2, 3], 1), ValueError, r"x has shape \(1, 3\); it must be \(n, 2\)"),
        ((HAND, [1, np.nan], 1), ValueError, "every value must be finite"),
        ((HAND, [1, 2], [1, 0]), ValueError, r"y has shape \(2,\); it must be one label"),
        ((HAND, [1, 2], 0.5), ValueError, r"y holds 0.5 .* every label must be 0 or 1"),
        ((HAND, [1, 2], 1, "hinge"), ValueError, "loss is 'hinge'; it may be"),
    ],
)
def test_bad_input_is_refused_by_name(arguments, error, message):
    with pytest.raises(error, match=message):
        graph.jacobians(*arguments)


def test_gradients_refuse_bad_input_by_name():
    X, y = data.xor()
    with pytest.raises(ValueError, match="reduction is 'max'; it may be"):
        graph.gradients(HAND, X, y, reduction="max")
    with pytest.raises(ValueError, match=r"y has shape \(20, 1\)"):
        graph.gradients(HAND, X, y[:20])
    with pytest.raises(ValueError, match="needs 'sigmoid' as the last activation"):
        graph.gradients(Network((2, 1), "relu"), X, y)
    with pytest.raises(TypeError, match="it must be a Network"):
        graph.gradients("net", X, y)


def test_a_saturated_batch_has_the_same_digits_in_both_forms():
    """σ(z) - y keeps few digits near saturation: both forms must start from the same bits."""
    rng = np.random.default_rng(0)
    X, y = rng.uniform(-3, 3, (7, 2)), np.ones((7, 1))
    for seed in range(20):
        net = Network((2, 9, 9, 9, 1), ("elu", "elu", "elu", "sigmoid"), rng=seed)
        exact = net.loss_and_gradients(X, y, "bce_logits")[1]
        found = graph.gradients(net, X, y, "bce_logits")
        for a, b in zip(found.weights, exact.weights, strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-12 * np.abs(b).max())
