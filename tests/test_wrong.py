"""The wrong backward passes: each is refused where it is wrong, and accepted where it is right."""

import numpy as np
import pytest
import strategies as own

from nnlib import Network, Recipe, network, train
from nnlib.gradcheck import check_gradients
from nnlib.wrong import LISTINGS, WRONG

GENERAL = tuple(name for name in WRONG if name not in LISTINGS)


def arrays(gradients):
    return [*gradients.weights, *(gradients.biases or []), gradients.inputs]


def refused(name, net, X, y, loss="bce", reduction="sum"):
    """The arrays that the check refuses in this wrong gradient, once the right one has passed."""
    right = check_gradients(net, X, y, loss, reduction)
    assert right.ok, right
    assert right.unjudged == (), right
    return check_gradients(net, X, y, loss, reduction, WRONG[name]).refused


def example(activations="sigmoid", sizes=(2, 4, 4, 1), n=6, seed=0):
    """A network with biases, and points."""
    net = own.make_network(sizes, activations, bias=True, rng=seed)
    return net, *own.make_points(n, sizes[0], seed)


ALL = ("W1", "W2", "W3", "b1", "b2", "b3", "X")


# Where each is wrong


def test_slope_at_activation_is_wrong_from_the_last_layer_on():
    assert refused("slope_at_activation", *example()) == ALL
    # bce_logits needs no slope of the last layer, which is right then
    assert refused("slope_at_activation", *example(), "bce_logits") == (
        "W1",
        "W2",
        "b1",
        "b2",
        "X",
    )
    # relu in layer 2: wrong from layer 1 on
    net, X, y = example(("tanh", "relu", "sigmoid"), seed=4)
    assert refused("slope_at_activation", net, X, y, "bce_logits") == ("W1", "b1", "X")


def test_relu_mask_is_wrong_from_the_first_relu_on():
    assert refused("relu_mask", *example(("tanh", "relu", "sigmoid"), seed=4)) == (
        *("W1", "W2"),
        *("b1", "b2", "X"),
    )
    assert refused("relu_mask", *example(("relu", "tanh", "sigmoid"), seed=4)) == ("W1", "b1", "X")


def test_missing_mean_is_wrong_by_the_factor_n():
    net, X, y = example()
    assert refused("missing_mean", net, X, y, reduction="mean") == ALL
    check = check_gradients(net, X, y, "bce", "mean", WRONG["missing_mean"])
    assert check.worst.analytic == pytest.approx(6 * check.worst.numeric)


def test_missing_eps_is_wrong_where_the_output_is_saturated():
    # ŷ = σ(-17) = 4e-8 and y = 1: ε = 1e-9 is 2.4 % of it.
    net = Network.from_parameters([[[1.0, -2.0]]], [[-17.0]])
    assert refused("missing_eps", net, [[2.0, 1.0]], [[1.0]]) == ("W1", "b1", "X")
    check = check_gradients(net, [[2.0, 1.0]], [[1.0]], method=WRONG["missing_eps"])
    assert check.max_relative_error == pytest.approx(0.0236, rel=0.01)


def test_missing_transpose_is_wrong_below_a_square_matrix():
    assert refused("missing_transpose", *example()) == ("W1", "b1", "X")
    assert refused("missing_transpose", *example(sizes=(4, 4, 3, 1))) == ("X",)


def test_update_in_place_is_right_in_the_last_layer_alone():
    assert refused("update_in_place", *example()) == ("W1", "W2", "b1", "b2", "X")


def test_update_in_place_leaves_the_network_alone():
    net, X, y = example()
    before = net.copy()
    WRONG["update_in_place"](net, X, y, "bce", "sum")
    for W, kept in zip(net.weights, before.weights, strict=True):
        np.testing.assert_array_equal(W, kept)


def test_sign_error_is_wrong_everywhere():
    assert refused("sign_error", *example()) == ALL
    net, X, y = example()
    right, wrong = (f(net, X, y, "bce", "sum") for f in (network.gradients, WRONG["sign_error"]))
    for r, w in zip(arrays(right), arrays(wrong), strict=True):
        np.testing.assert_array_equal(w, -r)


# Where each happens to be right


def test_they_are_accepted_where_the_bug_does_not_show():
    linear = example(("identity", "identity", "sigmoid"))
    assert refused("slope_at_activation", *linear, "bce_logits") == ()
    assert refused("relu_mask", *example()) == ()
    assert refused("missing_mean", *example()) == ()
    assert refused("missing_mean", *example(n=1), reduction="mean") == ()
    assert refused("missing_eps", *example()) == ()  # ε / ŷ is about 1e-9
    assert refused("missing_eps", *example(), "bce_logits") == ()
    assert refused("missing_transpose", *example(sizes=(2, 4, 3, 1))) == ()


@pytest.mark.parametrize("name", GENERAL)
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_shapes_are_those_of_the_parameters_at_every_depth(name, depth):
    for bias in (False, True):
        net = own.make_network((*(2, 3, 3, 4)[:depth], 1), "sigmoid", bias, 0)
        X, y = own.make_points(3, 2, 0)
        gradients = WRONG[name](net, X, y, "bce", "mean")
        assert (gradients.biases is None) == (not bias)
        expected = [*net.weights, *(net.biases or []), X]
        assert [g.shape for g in arrays(gradients)] == [p.shape for p in expected]


# Report B's listing


def listed(seed=1, n=6):
    net, X, y = example(("relu", "sigmoid", "sigmoid"), seed=seed, n=n)
    return net, X, y, "bce_half"


def test_each_bug_of_the_listing_is_refused_in_the_arrays_it_reaches():
    assert refused("listing_cache", *listed()) == ("W2",)
    assert refused("listing_sigmoid", *listed()) == ("W1", "W2", "b1", "b2", "X")
    assert refused("listing", *listed()) == ("W1", "W2", "b1", "b2", "X")
    assert refused("listing", *listed(), reduction="mean") == ("W1", "W2", "b1", "b2", "X")


def literal_listing(W1, W2, W3, z1, z3, a2, a3, x, y):
    """Report B's ``backpropagation`` for one sample in columns, with its halves and its bugs."""
    a1 = a2  # the cache
    dA3 = -(np.divide(y, a3) - np.divide(1 - y, 1 - a3))
    s = 1 / (1 + np.exp(-z3))
    dZ3 = dA3 * s * (1 - s)
    dA2 = W3.T @ dZ3
    s = 1 / (1 + np.exp(-dA2))
    dZ2 = dA2 * s * (1 - s)
    dZ1 = W2.T @ dZ2
    dZ1[z1 <= 0] = 0
    return [
        *(dZ1 @ x.reshape(1, 2) / 2, dZ2 @ a1.T / 2, dZ3 @ a2.T / 2),
        *(dZ1[:, 0] / 2, dZ2[:, 0] / 2, dZ3[:, 0] / 2),
    ]


def test_listing_is_what_report_b_computes():
    net, X, y, loss = listed(n=1)
    trace = net.forward(X)
    columns = [array.T for array in (trace.Z[0], trace.Z[2], trace.A[2], trace.A[3])]
    expected = literal_listing(*net.weights, *columns, X, y)
    found = WRONG["listing"](net, X, y, loss, "sum")
    for a, e in zip([*found.weights, *found.biases], expected, strict=True):
        np.testing.assert_allclose(a, e, rtol=1e-13)


REPORT_B = Recipe(
    data="xor",
    sizes=(2, 100, 100, 1),
    activations=("relu", "sigmoid", "sigmoid"),
    bias=True,
    init="normal_legacy",
    loss="bce_half",
    gradient="listing",
    lr=0.01,
    schedule="constant",
    epochs=300,
    log_every=1,
    log="last_sample",
    stop_below=0.001,
)


def test_report_b_run_ends_with_the_printed_digits():
    run = train(REPORT_B, seed=0, engine="numpy")
    assert run.stopped == 260
    assert run.accuracy[-1] == 1
    # Figure 12 of the report prints 0.000989913869392099; another BLAS may round otherwise.
    assert run.loss[260] == pytest.approx(0.000989913869392099, rel=1e-12)
    assert run.loss[244] == pytest.approx(0.0013326222929338067, rel=1e-12)


def test_the_right_gradient_does_not_give_the_printed_run():
    run = train(REPORT_B.replace(gradient="exact"), seed=0, engine="numpy")
    assert run.stopped not in (None, 260)
    assert abs(run.loss[244] - 0.0013326222929338067) > 1e-5


@pytest.mark.parametrize("name", LISTINGS)
def test_listing_refuses_other_networks_by_name(name):
    net, X, y, loss = listed()
    with pytest.raises(ValueError, match="loss is 'bce'; report B's listing"):
        WRONG[name](net, X, y, "bce", "sum")
    wide = own.make_network((2, 4, 3, 1), net.activations, bias=True, rng=0)
    with pytest.raises(ValueError, match=r"sizes is \(2, 4, 3, 1\); .* one width"):
        WRONG[name](wide, X, y, loss, "sum")
    for other in (Network((2, 4, 4, 1)), Network((2, 4, 1)), Network((2, 4, 4, 4, 1))):
        with pytest.raises(ValueError, match=r"activations is .* is written for"):
            WRONG[name](other, X, y, loss, "sum")


# Training with them


@pytest.mark.parametrize("name", GENERAL)
def test_a_recipe_trains_with_them_by_name(name):
    recipe = Recipe(data="linear", sizes=(2, 4, 4, 1), init="glorot", epochs=2, gradient=name)
    assert train(recipe, seed=0, engine="numpy").epochs[-1] == 2


def test_the_sign_error_climbs():
    recipe = Recipe(data="linear", sizes=(2, 1), epochs=20, log_every=20, gradient="sign_error")
    run = train(recipe, seed=0, engine="numpy")
    assert run.loss[-1] > run.loss[0]
