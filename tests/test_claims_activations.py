"""The verdicts on ReLU, kinks and bounds follow the numbers: other results, other verdicts."""

import numpy as np
import pytest
from made_up_runs import CLAIMS, differing, history, made_up, recipes, word

from nnlib.activations import ACTIVATIONS
from nnlib.sources.claims import activations


@pytest.mark.parametrize(
    ("usual", "other", "expected"),
    [(0.99, 0.0, "holds only under"), (0.99, 0.98, "holds"), (0.2, 0.0, "false")],
)
def test_right_within_100_epochs_is_judged_with_both_labels_of_the_origin(usual, other, expected):
    rows = tuple(history([0, 100], [9, 1], [0, share]) for share in (usual, other))
    assert word("relu_100_epochs", made_up("relu_100_epochs", histories=rows)) == expected


@pytest.mark.parametrize("name", ["relu_faster", "relu_faster_on_linear"])
@pytest.mark.parametrize(
    ("relu_losses", "relu_rights", "expected"),
    [
        ([5, 0.9, 0.7], [0, 1, 1], "holds"),
        ([5, 4, 3], [0, 1, 1], "holds only under"),
        ([5, 0.9, 0.7], [0, 0, 1], "holds only under"),
        ([5, 4, 3], [0, 0, 0], "false"),
    ],
)
def test_relu_is_faster_where_accuracy_and_loss_are_sooner(
    name, relu_losses, relu_rights, expected
):
    rows = [0, 100, 1000]
    both = history(rows, [14, 14, 0.2], [0, 0, 1]), history(rows, relu_losses, relu_rights)
    assert word(name, made_up(name, histories=both)) == expected


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        ([[1], [2], [], [3]], "holds"),
        ([[1, 2, 3], [2, 5], []], "false"),
        ([[50], [70], []], "false"),
        ([[], []], "false"),
    ],
)
def test_missed_points_are_at_the_border_if_they_are_single_and_near(ranks, expected):
    assert word("relu_border", ranks) == expected


def test_relu_border_ranks_are_places_in_the_order_of_distances():
    ranks = activations.border_ranks(seeds=3)
    assert len(ranks) == 3
    assert all(1 <= place <= 100 for run in ranks for place in run)


def test_relu_is_efficient_if_an_update_takes_fewer_operations():
    assert word("relu_efficient", {"relu": 1000, "sigmoid": 1800}) == "holds"
    assert word("relu_efficient", {"relu": 1800, "sigmoid": 1800}) == "false"


def test_operations_are_those_of_the_network():
    shared = 2 * (130 + 130 + 110 + 130)  # forward, ∂L/∂W, δ passed down, update
    counts = activations.operations()
    assert counts["relu"] - shared == 20 * 3 + (counts["sigmoid"] - shared) // 21
    assert (counts["sigmoid"] - shared) % 21 == 0
    # 2 r², r⁴; 3 · 6 in the groups; 5 to join them
    assert activations.signs("_tail") == 2 + 18 + 5


def test_a_kink_does_harm_where_fewer_runs_end_right():
    name = "differentiable"
    assert word(name, made_up(name, right=[0.9, 0.5, 0.5, 0.9, 0.9])) == "holds"
    assert word(name, made_up(name, right=[0.9, 0.5, 0.9, 0.9, 0.9])) == "holds only under"
    assert word(name, made_up(name, right=[0.97, 0.97, 0.96, 1.0, 1.0])) == "false"


def test_an_unbounded_output_is_to_blame_where_it_alone_raises_the_loss():
    name = "relu_unbounded"
    blamed, acquitted = [0.1, 9, 0.2, 9], [0.1, 0.1, 9, 9]
    assert word(name, made_up(name, loss=blamed * 4)) == "holds"
    assert word(name, made_up(name, loss=acquitted * 4)) == "false"
    verdict = CLAIMS[name].verdict(made_up(name, loss=blamed + acquitted * 3))
    assert (verdict.word, verdict.condition) == ("holds only under", "XOR, rate 0.1")


# What the experiments change


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("relu_100_epochs", {"data"}),
        ("relu_faster", {"activations"}),
        ("relu_faster_on_linear", {"activations"}),
        ("differentiable", {"activations"}),
    ],
)
def test_experiments_change_one_thing(name, parts):
    first, *others = recipes(name)
    assert all(differing(first, other) == parts for other in others)


def test_only_the_label_of_the_origin_is_changed():
    usual, other = (recipe.points(0) for recipe in recipes("relu_100_epochs"))
    np.testing.assert_array_equal(usual[0], other[0])
    assert np.flatnonzero(usual[1] != other[1]).tolist() == [0]
    assert usual[0][0].tolist() == [0, 0]


def test_unbounded_changes_the_output_or_the_hidden_layers():
    experiment = CLAIMS["relu_unbounded"].experiment
    for label, recipe in experiment.items():
        points, rate, place = label.split(", ")
        assert (recipe.data, recipe.lr) == (points, float(rate))
        names = recipe.activations
        names = (names,) * 3 if isinstance(names, str) else names
        assert (names[-1] == "relu") == (place in ("ReLU at the output only", "ReLU everywhere"))
        assert ("relu" == names[0] == names[1]) == (
            place in ("ReLU in the hidden layers only", "ReLU everywhere")
        )
    assert len(experiment) == 16


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "tanh", "elu"])
def test_the_functions_called_kinked_are_those_that_are(name):
    f, h = ACTIVATIONS[name].function, 1e-7
    left, right = -f(-h) / h, f(h) / h
    assert (abs(left - right) > 0.5) == (name in ("relu", "leaky_relu"))
