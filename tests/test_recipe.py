"""Recipes: their one form, equality by content, and what they refuse."""

import copy
import dataclasses
import itertools
import pickle

import numpy as np
import pytest

from nnlib import SGD, Adagrad, Adam, Momentum, Recipe, RMSprop, data
from nnlib.activations import ACTIVATIONS
from nnlib.losses import CROSS_ENTROPIES

X = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
Y = np.array([[0.0], [1.0], [1.0]])
NAMES = {kind.__name__: kind for kind in (Recipe, SGD, Momentum, Adagrad, RMSprop, Adam)}


def test_default_is_report_a_s_xor_experiment():
    recipe = Recipe()
    assert dataclasses.asdict(recipe) | {"optimizer": None} == {
        "data": "xor", "sizes": (2, 10, 10, 1), "activations": "sigmoid", "bias": False,
        "init": "uniform", "loss": "bce", "reduction": "sum", "gradient": "exact",
        "optimizer": None, "lr": 0.1, "schedule": "halve", "batch_size": 1, "shuffle": False,
        "epochs": 2500, "log_every": 100, "log": "after", "stop_below": None,
    }  # fmt: skip
    assert recipe.optimizer == SGD()


# Equality and hash go by content

DIFFERENT = [
    {}, {"data": "linear"}, {"data": ("linear", 50)}, {"data": (X, Y)}, {"data": (X, 1 - Y)},
    {"data": (X + 1, Y)}, {"data": (X[:2], Y[:2])}, {"sizes": (2, 10, 1)},
    {"activations": ("relu", "relu", "sigmoid")}, {"bias": True}, {"init": "normal"},
    {"loss": "squared"}, {"reduction": "mean"}, {"optimizer": Momentum()},
    {"optimizer": Momentum(0.5)}, {"optimizer": Adam(clock="epoch")}, {"lr": 1.0},
    {"schedule": "constant"}, {"schedule": abs}, {"batch_size": 2}, {"batch_size": "all"},
    {"shuffle": True}, {"epochs": 10}, {"log_every": 1}, {"log": "before"}, {"stop_below": 0.1},
]  # fmt: skip


def test_every_part_counts():
    recipes = [Recipe(**changes) for changes in DIFFERENT]
    for first, second in itertools.combinations(recipes, 2):
        assert first != second
    assert len(set(recipes)) == len(recipes)


@pytest.mark.parametrize("changes", DIFFERENT)
def test_equal_content_is_equal(changes):
    first, second = Recipe(**changes), Recipe(**changes)
    assert first is not second
    assert first == second
    assert hash(first) == hash(second)
    assert {first: "found"}[second] == "found"


def test_points_count_by_value_not_by_object():
    assert Recipe(data=(X, Y)) == Recipe(data=(X.tolist(), Y.astype(int)))
    assert Recipe(data=(X, Y)) == Recipe(data=[X.copy(order="F"), Y.astype(bool)])


def test_other_objects_are_not_equal():
    assert Recipe() != "xor"
    assert Recipe() != dataclasses.asdict(Recipe())


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ({"data": ("linear", 100)}, {"data": "linear"}),
        ({"data": ["linear", np.int64(50)]}, {"data": ("linear", 50)}),
        ({"sizes": [2, 10, 10, 1]}, {"sizes": (2, 10, 10, 1)}),
        ({"sizes": np.array([2, 4, 1])}, {"sizes": (2, 4, 1)}),
        ({"activations": ["sigmoid"] * 3}, {"activations": "sigmoid"}),
        (
            {"activations": ["relu", "relu", "sigmoid"]},
            {"activations": ("relu", "relu", "sigmoid")},
        ),
        ({"bias": np.True_}, {"bias": True}),
        ({"lr": 1}, {"lr": 1.0}),
        ({"batch_size": np.int32(3)}, {"batch_size": 3}),
        ({"stop_below": 1}, {"stop_below": 1.0}),
    ],
)
def test_canonical_forms(given, canonical):
    recipe, expected = Recipe(**given), Recipe(**canonical)
    ((name, value),) = canonical.items()
    assert getattr(recipe, name) == value
    assert type(getattr(recipe, name)) is type(value)
    assert recipe == expected
    assert hash(recipe) == hash(expected)
    assert repr(recipe) == repr(expected)


@pytest.mark.parametrize("changes", [c for c in DIFFERENT if c.get("schedule") is not abs])
def test_repr_evaluates_back(changes):
    recipe = Recipe(**changes)
    if isinstance(changes.get("data", ("",))[0], np.ndarray):
        assert "data=(X of shape (" in repr(recipe)
    else:
        assert eval(repr(recipe), NAMES) == recipe


# Points of one's own are copied and read-only


def test_points_are_copies():
    mine, labels = X.copy(), Y.copy()
    recipe = Recipe(data=(mine, labels))
    mine[:], labels[:] = 7, 1
    np.testing.assert_array_equal(recipe.points(0)[0], X)
    np.testing.assert_array_equal(recipe.points(0)[1], Y)
    assert mine.flags.writeable  # and the caller's arrays stay as they were


def test_points_are_read_only():
    for array in Recipe(data=(X, Y)).data:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_points_of_a_seed():
    recipe = Recipe(data=("linear", 30))
    expected = np.random.default_rng((5, 1)).uniform(0, 1, (30, 2))
    np.testing.assert_array_equal(recipe.points(5)[0], expected)
    expected = data.linear(rng=(5, 1))[0]
    np.testing.assert_array_equal(Recipe(data="linear").points(5)[0], expected)
    assert len(Recipe(data="linear").points(5)[0]) == 100
    assert len(Recipe(data="moons").points(5)[0]) == 100
    np.testing.assert_array_equal(Recipe().points(5)[0], Recipe().points(6)[0])  # xor is fixed


# Frozen, and replaced


def test_frozen():
    recipe = Recipe()
    with pytest.raises(dataclasses.FrozenInstanceError):
        recipe.lr = 1.0


def test_replace():
    recipe = Recipe(data=(X, Y), bias=True)
    other = recipe.replace(lr=1.0, epochs=3)
    assert (other.lr, other.epochs, other.bias) == (1.0, 3, True)
    assert (recipe.lr, recipe.epochs) == (0.1, 2500)
    assert other == Recipe(data=(X, Y), bias=True, lr=1.0, epochs=3)
    assert recipe.replace() == recipe


def test_replace_checks():
    with pytest.raises(ValueError, match="lr is -1; it must be a finite number of at least 0"):
        Recipe().replace(lr=-1)
    with pytest.raises(TypeError, match="'rate' is no part of a recipe; it has data, sizes, acti"):
        Recipe().replace(rate=1)


# Rates


def test_rates():
    halve = Recipe(lr=0.4, epochs=5)  # round(2.5) = 2
    assert [halve.rate(e) for e in range(5)] == [0.4, 0.4, 0.2, 0.2, 0.2]
    assert {Recipe(lr=0.4, schedule="constant", epochs=5).rate(e) for e in range(5)} == {0.4}
    decay = Recipe(lr=0.4, schedule=lambda epoch: 1 / (1 + epoch))
    assert [decay.rate(e) for e in range(3)] == pytest.approx([0.4, 0.2, 0.4 / 3])


@pytest.mark.parametrize(
    ("factor", "error", "message"),
    [
        (-1, ValueError, r"schedule\(7\) is -1; it must be a finite number of at least 0"),
        (np.nan, ValueError, r"schedule\(7\) is nan; it must be a finite number"),
        (None, TypeError, r"schedule\(7\) is None; it must be a number"),
    ],
)
def test_bad_factors(factor, error, message):
    with pytest.raises(error, match=message):
        Recipe(schedule=lambda epoch: factor).rate(7)


# What is refused


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        # names
        ({"data": "ring"}, ValueError, "data is 'ring'; it may be 'xor', 'linear', 'cir"),
        ({"data": ("ring", 5)}, ValueError, "data is 'ring'; it may be 'xor'"),
        ({"activations": "swish"}, ValueError, "activations is 'swish'; it may be 'sigmoid'"),
        ({"activations": ("relu",)}, ValueError, "activations is .*; it may be one name or 3"),
        ({"init": "zeros"}, ValueError, "init is 'zeros'; it may be 'uniform', 'uniform_symm"),
        ({"loss": "hinge"}, ValueError, "loss is 'hinge'; it may be 'bce', 'bce_half', 'bce_log"),
        ({"reduction": "max"}, ValueError, "reduction is 'max'; it may be 'sum', 'mean'"),
        ({"gradient": "right"}, ValueError, "gradient is 'right'; it may be 'exact'"),
        ({"log": "during"}, ValueError, "log is 'during'; it may be 'after', 'before', 'last_sa"),
        ({"schedule": "half"}, ValueError, "schedule, if no function, is 'half'; it may be 'co"),
        ({"schedule": None}, ValueError, "schedule, if no function, is None; it may be 'const"),
        ({"optimizer": "adam"}, TypeError, "optimizer is 'adam', which has no method start"),
        ({"optimizer": Adam}, TypeError, r"optimizer is <class .*; it must be an object"),
        # numbers
        ({"lr": -0.1}, ValueError, "lr is -0.1; it must be a finite number of at least 0"),
        ({"lr": np.inf}, ValueError, "lr is inf; it must be a finite number of at least 0"),
        ({"lr": "0.1"}, TypeError, "lr is '0.1'; it must be a number"),
        ({"epochs": -1}, ValueError, "epochs is -1; it must be at least 0"),
        ({"epochs": 10.0}, TypeError, "epochs is 10.0; it must be an integer of at least 0"),
        ({"log_every": 0}, ValueError, "log_every is 0; it must be at least 1"),
        ({"batch_size": 0}, ValueError, "batch_size, if not 'all', is 0; it must be at least 1"),
        ({"batch_size": "al"}, TypeError, "batch_size, if not 'all', is 'al'; it must be an int"),
        ({"stop_below": np.nan}, ValueError, "stop_below is nan; it must be a finite number"),
        ({"stop_below": "0.1"}, TypeError, "stop_below is '0.1'; it must be a number"),
        ({"bias": "yes"}, TypeError, "bias is 'yes'; it may be True or False"),
        ({"shuffle": 1}, TypeError, "shuffle is 1; it may be True or False"),
        # sizes
        ({"sizes": (2,)}, ValueError, r"sizes is \(2,\); it needs at least two widths"),
        ({"sizes": (2, 5, 3)}, ValueError, r"sizes is \(2, 5, 3\); its last width must be 1"),
        ({"sizes": (2, -5, 1)}, ValueError, r"sizes\[1\] is -5; it must be at least 1"),
        ({"sizes": (3, 5, 1)}, ValueError, "sizes starts with 3; 'xor' has 2 inputs"),
        # points
        ({"data": ("xor", 50)}, ValueError, r"data is \('xor', 50\); 'xor' always has 21 points"),
        ({"data": ("linear", 0)}, ValueError, "data's n is 0; it must be at least 1"),
        ({"data": ("moons", 1)}, ValueError, "data's n is 1; it must be at least 2"),
        ({"data": ("moons", 9.5)}, TypeError, "data's n is 9.5; it must be an integer"),
        ({"data": None}, TypeError, r"data is None; it may be a name, \(name, n\), or \(X, y\)"),
        ({"data": (X, Y, Y)}, TypeError, r"it may be a name, \(name, n\), or \(X, y\)"),
        ({"data": X}, TypeError, r"it may be a name, \(name, n\), or \(X, y\)"),
        ({"data": (X[:, :1], Y)}, ValueError, r"X has shape \(3, 1\); it must be \(n, 2\)"),
        ({"data": (X[:, [0, 1, 1]], Y)}, ValueError, r"starts with 2: sizes=\(3, 10, 10"),
        ({"data": (X[0], Y)}, ValueError, r"X has shape \(2,\); it must be \(n, 2\)"),
        ({"data": (X[:0], Y[:0])}, ValueError, r"X has shape \(0, 2\).* n at least 1"),
        ({"data": (X, Y[:2])}, ValueError, r"y has shape \(2, 1\); it must be \(3, 1\)"),
        ({"data": (X, Y.ravel())}, ValueError, r"y has shape \(3,\); it must be \(3, 1\)"),
        ({"data": (X, 2 * Y)}, ValueError, "y holds 2.0 in row 1; every label must be 0 or 1"),
        ({"data": (X, Y - 1)}, ValueError, "y holds -1.0 in row 0; every label must be 0 or 1"),
        ({"data": (X * np.nan, Y)}, ValueError, "X holds .*nan.* in row 0; every value must be"),
        ({"data": (np.full_like(X, np.inf), Y)}, ValueError, "X holds .*inf.* in row 0; every"),
        ({"data": (X, Y * np.nan)}, ValueError, "y holds nan in row 0; every label must be 0 or"),
        ({"data": (X.astype(str), Y)}, TypeError, r"data's X is not .* shape \(n, 2\)"),
    ],
)  # fmt: skip
def test_bad_parts(arguments, error, message):
    with pytest.raises(error, match=message):
        Recipe(**arguments)


@pytest.mark.parametrize("loss", CROSS_ENTROPIES)
@pytest.mark.parametrize("output", [name for name in ACTIVATIONS if name != "sigmoid"])
def test_cross_entropy_needs_a_sigmoid_output(loss, output):
    message = f"loss is '{loss}', a cross-entropy: it needs 'sigmoid' .* which is '{output}'"
    with pytest.raises(ValueError, match=message):
        Recipe(loss=loss, activations=("sigmoid", "sigmoid", output))
    assert Recipe(loss="squared", activations=("sigmoid", "sigmoid", output))


@pytest.mark.parametrize(
    "changes",
    [
        {"activations": "sigmoid"},
        {"sizes": (2, 10, 9, 1)},
        {"loss": "bce"},
    ],
)
def test_report_b_s_listing_wants_report_b_s_network(changes):
    listing = {
        "gradient": "listing",
        "sizes": (2, 10, 10, 1),
        "activations": ("relu", "sigmoid", "sigmoid"),
        "loss": "bce_half",
    }
    assert Recipe(**listing).gradient == "listing"
    with pytest.raises(ValueError, match=f"^{next(iter(changes))} is .*listing"):
        Recipe(**listing | changes)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda r: pickle.loads(pickle.dumps(r))])
def test_copies_are_equal_and_read_only_too(copied):
    recipe = Recipe(data=(np.array([[0.0, 1.0]]), np.array([[1.0]])), lr=0.3)
    other = copied(recipe)
    assert other == recipe
    assert hash(other) == hash(recipe)
    assert not any(array.flags.writeable for array in other.data)


def test_a_number_beyond_all_floats_is_refused_by_name():
    with pytest.raises(ValueError, match=r"^lr is 1000"):
        Recipe(lr=10**400)
