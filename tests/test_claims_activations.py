"""The verdicts of chapter 9's claims follow the numbers: other results, other verdicts."""

import dataclasses

import numpy as np
import pytest

from nnlib import Network, arithmetic, data
from nnlib.activations import ACTIVATIONS
from nnlib.sources.claims import activations as chapter
from nnlib.sweeps import History, Sweep

CLAIMS = {claim.name: claim for claim in chapter.CLAIMS}
N = 200


def made_up(name, loss=0.5, right=1.0, histories=None):
    """A Sweep of a claim's recipes: losses, and the share of runs with every point right."""
    recipes = tuple(CLAIMS[name].experiment.values())
    shape = len(recipes), N
    spread = np.linspace(1, 1.01, N)
    losses = np.broadcast_to(np.reshape(loss, (-1, 1)), shape) * spread
    order = (np.arange(N) + 0.5) / N
    accuracies = np.where(order < np.broadcast_to(np.reshape(right, (-1, 1)), shape), 1.0, 0.9)
    blank = np.full(shape, np.nan)
    engines = ("compiled",) * len(recipes)
    return Sweep(recipes, np.arange(N), engines, losses, accuracies, blank, blank, histories, None)


def history(epochs, losses, rights):
    """A row for each epoch: one loss and the share of runs with every point right in it."""
    order = (np.arange(N) + 0.5)[:, None] / N
    accuracy = np.where(order < np.array(rights), 1.0, 0.9)
    loss = np.array(losses) * np.linspace(1, 1.01, N)[:, None]
    return History(np.array(epochs), loss, accuracy, accuracy, np.ones(N, dtype=bool))


def word(name, results):
    return CLAIMS[name].verdict(results).word


def differing(a, b):
    """The parts in which two recipes differ."""
    parts = (field.name for field in dataclasses.fields(a))
    return {part for part in parts if not np.array_equal(getattr(a, part), getattr(b, part))}


@pytest.mark.parametrize(
    ("usual", "other", "expected"),
    [(0.99, 0.0, "holds only under"), (0.99, 0.98, "holds"), (0.2, 0.0, "false")],
)
def test_relu_100_epochs(usual, other, expected):
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
def test_relu_faster(name, relu_losses, relu_rights, expected):
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
def test_relu_border(ranks, expected):
    assert word("relu_border", ranks) == expected


def test_relu_border_ranks_are_places_in_the_order_of_distances():
    ranks = chapter.border_ranks(seeds=3)
    assert len(ranks) == 3
    assert all(1 <= place <= 100 for run in ranks for place in run)


def test_relu_efficient():
    assert word("relu_efficient", {"relu": 1000, "sigmoid": 1800}) == "holds"
    assert word("relu_efficient", {"relu": 1800, "sigmoid": 1800}) == "false"


def test_operations_are_those_of_the_network():
    shared = 2 * (130 + 130 + 110 + 130)  # forward, ∂L/∂W, δ passed down, update
    counts = chapter.operations()
    assert counts["relu"] - shared == 20 * 3 + (counts["sigmoid"] - shared) // 21
    assert (counts["sigmoid"] - shared) % 21 == 0
    # 2 r², r⁴; 3 · 6 in the groups; 5 to join them
    assert chapter.signs(arithmetic._tail) == 2 + 18 + 5


def test_relu_convergence():
    name = "relu_convergence"
    better, worse = [0.2, 0.9], [0.9, 0.2]
    assert word(name, made_up(name, right=better * 5)) == "holds"
    assert word(name, made_up(name, right=worse * 5)) == "false"
    verdict = CLAIMS[name].verdict(made_up(name, right=worse * 4 + better))
    assert (verdict.word, verdict.condition) == ("holds only under", "eight hidden layers")


def test_differentiable():
    name = "differentiable"
    assert word(name, made_up(name, right=[0.9, 0.5, 0.5, 0.9, 0.9])) == "holds"
    assert word(name, made_up(name, right=[0.9, 0.5, 0.9, 0.9, 0.9])) == "holds only under"
    assert word(name, made_up(name, right=[0.97, 0.97, 0.96, 1.0, 1.0])) == "false"


@pytest.mark.parametrize(
    ("losses", "rights", "expected"),
    [
        ([0.1, 0.2, 0.2, 0.2, 0.2], 0.9, "holds"),
        ([0.2, 0.2, 0.2, 0.2, 0.2], [0.99, 0.5, 0.5, 0.5, 0.5], "holds"),
        ([0.2, 0.2, 0.2, 0.2, 0.3], 0.9, "holds only under"),
        ([0.2, 0.1, 0.1, 0.1, 0.1], 0.9, "false"),
    ],
)
def test_he_faster(losses, rights, expected):
    rows = tuple(history([0, 1000], [0.7, loss], [0, 0]) for loss in losses)
    assert word("he_faster", made_up("he_faster", right=rights, histories=rows)) == expected


def test_he_for_sigmoid():
    assert word("he_for_sigmoid", {"sigmoid": 0.3, "relu": 1.02}) == "false"
    assert word("he_for_sigmoid", {"sigmoid": 1.02, "relu": 3.0}) == "holds"
    factors = chapter.he_factors(layers=3, seeds=3)
    assert factors["sigmoid"] < 0.5 < factors["relu"] < 2


def test_vanishing():
    falling = 0.3 ** np.arange(8.0)[:, None] * np.linspace(0.5, 2, 9)
    assert word("vanishing", falling) == "holds"
    assert word("vanishing", falling[::-1]) == "false"


def test_first_gradients_are_those_of_finite_differences():
    (norm,) = chapter.first_gradients("tanh", "glorot", seeds=1)[1]
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


def test_relu_cures():
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


def test_relu_unbounded():
    name = "relu_unbounded"
    blamed, acquitted = [0.1, 9, 0.2, 9], [0.1, 0.1, 9, 9]
    assert word(name, made_up(name, loss=blamed * 4)) == "holds"
    assert word(name, made_up(name, loss=acquitted * 4)) == "false"
    verdict = CLAIMS[name].verdict(made_up(name, loss=blamed + acquitted * 3))
    assert (verdict.word, verdict.condition) == ("holds only under", "XOR, rate 0.1")


# What the experiments change


def recipes(name):
    return list(CLAIMS[name].experiment.values())


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("relu_100_epochs", {"data"}),
        ("relu_faster", {"activations"}),
        ("relu_faster_on_linear", {"activations"}),
        ("differentiable", {"activations"}),
        ("he_faster", {"init"}),
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


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_rows_are_logged(claim):
    if not callable(claim.experiment):
        for recipe in claim.experiment.values():
            logged = {*range(0, recipe.epochs, recipe.log_every), recipe.epochs}
            assert set(claim.rows) <= logged
