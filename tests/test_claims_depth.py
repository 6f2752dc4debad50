"""The verdicts on depth and He's start follow the numbers: other results, other verdicts."""

import numpy as np
import pytest
from made_up_runs import CLAIMS, differing, history, made_up, recipes, word

from nnlib import Network, data
from nnlib.sources.claims import depth


def test_relu_converges_better_where_more_of_its_runs_end_right():
    name = "relu_convergence"
    better, worse = [0.2, 0.9], [0.9, 0.2]
    assert word(name, made_up(name, right=better * 5)) == "holds"
    assert word(name, made_up(name, right=worse * 5)) == "false"
    verdict = CLAIMS[name].verdict(made_up(name, right=worse * 4 + better))
    assert (verdict.word, verdict.condition) == ("holds only under", "eight hidden layers")


@pytest.mark.parametrize(
    ("losses", "rights", "expected"),
    [
        ([0.1, 0.2, 0.2, 0.2, 0.2], 0.9, "holds"),
        ([0.2, 0.2, 0.2, 0.2, 0.2], [0.99, 0.5, 0.5, 0.5, 0.5], "holds"),
        ([0.2, 0.2, 0.2, 0.2, 0.3], 0.9, "holds only under"),
        ([0.2, 0.1, 0.1, 0.1, 0.1], 0.9, "false"),
    ],
)
def test_he_is_faster_than_starts_with_higher_losses_or_fewer_right(losses, rights, expected):
    rows = tuple(history([0, 1000], [0.7, loss], [0, 0]) for loss in losses)
    assert word("he_faster", made_up("he_faster", right=rights, histories=rows)) == expected


def test_he_is_for_the_activation_with_which_the_gradient_keeps_its_size():
    assert word("he_for_sigmoid", {"sigmoid": 0.3, "relu": 1.02}) == "false"
    assert word("he_for_sigmoid", {"sigmoid": 1.02, "relu": 3.0}) == "holds"


def test_under_he_relu_keeps_the_gradients_size_and_the_sigmoid_does_not():
    factors = depth.he_factors(layers=3, seeds=3)
    assert factors["sigmoid"] < 0.5 < factors["relu"] < 2


def test_a_gradient_vanishes_if_each_layer_makes_it_smaller():
    falling = 0.3 ** np.arange(8.0)[:, None] * np.linspace(0.5, 2, 9)
    assert word("vanishing", falling) == "holds"
    assert word("vanishing", falling[::-1]) == "false"


def test_first_gradients_are_those_of_finite_differences():
    (norm,) = depth.first_gradients("tanh", "glorot", seeds=1)[1]
    X, y = data.xor()
    net = Network((2, 10, 10, 1), ("tanh", "tanh", "sigmoid"), True, "glorot", rng=0)

    def loss():
        p = net.predict_proba(X)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    W, slopes, h = net.weights[0], [], 1e-5
    for i in np.ndindex(W.shape):
        W[i] += h
        above = loss()
        W[i] -= 2 * h
        slopes.append((above - loss()) / (2 * h))
        W[i] += h
    assert norm == pytest.approx(np.linalg.norm(slopes), rel=1e-5)


def test_cures_are_the_activations_that_beat_the_sigmoid_at_both_rates():
    name = "relu_cures"
    eight = {label: " 8 " in label for label in CLAIMS[name].experiment}

    def outcome(**shares):
        kinds = {label: label.split(",")[0] for label in eight}
        rights = [shares.get(kinds[label], 0.0) if deep else 1.0 for label, deep in eight.items()]
        return CLAIMS[name].verdict(made_up(name, right=rights))

    assert outcome(relu=0.9, leaky_relu=0.9, elu=0.9).word == "holds"
    assert outcome(relu=0.9, leaky_relu=0.9).condition == "relu and leaky_relu"
    assert outcome(sigmoid=0.9, relu=0.9, leaky_relu=0.9, elu=0.9).word == "false"
    assert outcome(tanh=1.0).word == "false"


# What the experiments change


def test_ways_to_start_differ_in_the_start_only():
    first, *others = recipes("he_faster")
    assert all(differing(first, other) == {"init"} for other in others)


def test_convergence_compares_pairs_that_differ_in_the_hidden_layers():
    every = recipes("relu_convergence")
    for sigmoid, relu in zip(every[::2], every[1::2], strict=True):
        assert differing(sigmoid, relu) == {"activations"}
        assert set(relu.activations[:-1]) == {"relu"}
        assert relu.activations[-1] == "sigmoid"


def test_cures_differ_in_activation_start_and_depth():
    first, *others = recipes("relu_cures")
    assert all(
        differing(first, other) <= {"sizes", "activations", "init", "lr"} for other in others
    )
    for label, recipe in CLAIMS["relu_cures"].experiment.items():
        assert f", {len(recipe.sizes) - 2} hidden layers" in label
        assert recipe.lr == (0.3 if "rate 0.3" in label else 0.03)
