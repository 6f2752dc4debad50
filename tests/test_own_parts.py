"""Activations, losses, optimizers and initialisers of one's own: computed rightly, or refused."""

import copy
import csv
import pickle
from fractions import Fraction

import numpy as np
import pytest

from nnlib import (
    Activation,
    Adam,
    Loss,
    Momentum,
    Network,
    Recipe,
    check_gradients,
    compiled,
    data,
    graph,
    sweep,
    train,
)
from nnlib.activations import ACTIVATIONS, sigmoid, sigmoid_derivative, tanh, tanh_derivative
from nnlib.losses import LOSSES
from nnlib.network import INITIALIZERS

X, Y = data.xor()
SINE = Activation(np.sin, np.cos, "Z")
HARD_TANH = Activation(
    lambda Z: np.clip(Z, -1, 1),
    lambda Z: np.where(abs(Z) < 1, 1.0, 0.0),
    "Z",
    (-1, 1),
    "hard tanh",
)
HINGE = Loss(
    lambda Z, y: np.maximum(0, 1 - (2 * y - 1) * Z),
    lambda Z, y: np.where((2 * y - 1) * Z < 1, 1 - 2 * y, 0.0),
    "Z",
    "hinge",
)
LAYERS = (SINE, SINE, "sigmoid")
LONG = Recipe(activations=LAYERS, init="glorot", lr=0.01, epochs=300)  # "auto" would compile it


def draw(rng, n_out, n_in):
    return rng.normal(0, 0.3, (n_out, n_in))


def loss_at_the_end(run):
    loss, _ = run.network.loss_and_gradients(X, Y, run.recipe.loss)
    return loss


# The right function


def test_registered_name_trains_the_registered_function(monkeypatch):
    monkeypatch.setitem(ACTIVATIONS, "sin", SINE)
    recipe = LONG.replace(activations=("sin", "sin", "sigmoid"))
    assert recipe == LONG
    run = train(recipe, 0)
    assert run.engine == "numpy"
    assert run.loss[-1] == pytest.approx(loss_at_the_end(run), rel=1e-12)


def test_registered_loss_is_trained(monkeypatch):
    monkeypatch.setitem(LOSSES, "hinge", HINGE)
    run = train(LONG.replace(loss="hinge"), 0)
    assert run.engine == "numpy"
    assert run.recipe.loss == HINGE
    assert run.loss[-1] == pytest.approx(loss_at_the_end(run), rel=1e-12)


@pytest.mark.numba
def test_a_rebound_name_changes_what_is_made_later_and_nothing_else(monkeypatch):
    recipe, net = (
        Recipe(activations="tanh", loss="squared", init="he"),
        Network(activations="tanh"),
    )
    before = net.loss_and_gradients(X, Y, "squared")[0]
    monkeypatch.setitem(ACTIVATIONS, "tanh", SINE)
    monkeypatch.setitem(LOSSES, "squared", HINGE)
    monkeypatch.setitem(INITIALIZERS, "he", draw)
    for same in (recipe.replace(), copy.deepcopy(recipe), pickle.loads(pickle.dumps(recipe))):
        assert (same.activations, same.loss, same.init) == ("tanh", "squared", "he")
    assert net.copy().activations == ("tanh",) * 3
    assert net.copy().predict_proba(X).tolist() == net.predict_proba(X).tolist()
    assert net.loss_and_gradients(X, Y, LOSSES["squared_half"])[0] == pytest.approx(before / 2)
    for engine in ("numpy", "compiled"):
        run = train(recipe.replace(epochs=3), 0, engine)
        assert run.network.activations == ("tanh",) * 3
    new = Recipe(activations="tanh", loss="squared", init="he")
    assert (new.activations, new.loss, new.init) == (SINE, HINGE, draw)


def test_a_built_in_given_as_an_object_is_its_name():
    mine = Activation(sigmoid, sigmoid_derivative, "A", name="mine")
    assert Recipe(activations=mine, loss=LOSSES["bce"], init=INITIALIZERS["he"]) == Recipe(
        init="he"
    )
    assert Network(activations=mine).activations == ("sigmoid",) * 3


def test_same_functions_train_alike_as_own_parts():
    """tanh under another derivative's letter is no built-in, and its numbers are those of tanh."""
    own = Activation(lambda Z: tanh(Z), tanh_derivative, "A")
    recipe = Recipe(activations=("tanh", "tanh", "sigmoid"), init="glorot", epochs=20)
    expected = train(recipe, 0, "numpy")
    run = train(recipe.replace(activations=(own, own, "sigmoid")), 0)
    assert run.loss.tolist() == expected.loss.tolist()


@pytest.mark.numba
def test_an_initialiser_of_ones_own_in_both_engines():
    recipe = Recipe(init=draw, epochs=30)
    runs = [train(recipe, 3, engine) for engine in ("numpy", "compiled")]
    assert runs[0].loss == pytest.approx(runs[1].loss, rel=1e-9)
    expected = draw(np.random.default_rng(3), 10, 2)
    np.testing.assert_array_equal(Network(init=draw, rng=3).weights[0], expected)


@pytest.mark.parametrize("W", [np.ones((2, 10)), np.full((10, 2), np.nan), 1.0, None])
def test_what_an_initialiser_returns_is_checked(W):
    with pytest.raises((TypeError, ValueError), match=r"init\(rng, 10, 2\) is"):
        Network(init=lambda rng, n_out, n_in: W)


# The check


@pytest.mark.parametrize("method", ["matrix", "jacobian"])
@pytest.mark.parametrize("activation", [SINE, HARD_TANH])
def test_both_gradient_forms_of_own_parts_are_right(activation, method):
    net = Network(activations=(activation, activation, "identity"), bias=True, init="glorot")
    assert check_gradients(net, X, Y, HINGE, method=method).ok
    assert "∂L/∂Z3" in graph.jacobians(net, X[0], Y[0], HINGE)


def at_the_kink(activation):
    """One layer whose pre-activations of four samples are -1, 1, 0.5 and 2, exactly."""
    net = Network.from_parameters([[[1.0]], [[0.7]]], activations=(activation, "sigmoid"))
    return check_gradients(net, [[-1.0], [1.0], [0.5], [2.0]], [[0], [1], [1], [0]])


def test_kinks_are_not_judged():
    check = at_the_kink(HARD_TANH)
    assert check.ok
    assert check.rows[-1].at_kink == 2  # of X
    without = Activation(HARD_TANH.function, HARD_TANH.derivative, "Z")
    assert "X" in at_the_kink(without).refused


@pytest.mark.parametrize("activation", [SINE, HARD_TANH])
def test_a_wrong_derivative_is_refused(activation):
    def wrong(Z):
        return 1.001 * activation.derivative(Z)

    bad = Activation(activation.function, wrong, "Z", activation.kinks)
    net = Network(activations=(bad, bad, "sigmoid"), init="glorot")
    assert not check_gradients(net, X, Y).ok


# What cannot be done is refused by name


@pytest.mark.numba
def test_compiled_store_and_file_refuse_by_name(tmp_path):
    with pytest.raises(
        ValueError, match=r"activations holds Activation\(sin\), which only the te"
    ):
        train(LONG, 0, "compiled")
    assert "Loss(hinge)" in compiled.unsupported(Recipe(loss=HINGE))
    for changes, name in (
        ({"activations": LAYERS}, "activations"), ({"loss": HINGE}, "loss"),
        ({"init": draw}, "init"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"store cannot tell .* recipe's {name} holds"):
            sweep(Recipe(**changes), 1, store=tmp_path / "runs.sqlite")
    with pytest.raises(ValueError, match=r"activations holds Activation\(sin\).*no file"):
        Network(activations=LAYERS).save(tmp_path / "net.npz")
    assert list(tmp_path.iterdir()) == []


def test_a_file_does_not_take_a_rebound_name(tmp_path, monkeypatch):
    net = Network(activations="tanh")
    net.save(tmp_path / "net.npz")
    monkeypatch.setitem(ACTIVATIONS, "tanh", SINE)
    assert Network.load(tmp_path / "net.npz").activations == ("tanh",) * 3


def test_an_own_output_with_a_cross_entropy_is_refused():
    with pytest.raises(ValueError, match=r"needs 'sigmoid' .* which is Activation\(sin\)"):
        Recipe(activations=SINE)
    assert Recipe(activations=SINE, loss=HINGE).activations == SINE


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((5, np.cos, "Z"), "function is 5; it must be a function"),
        ((np.sin, None, "Z"), "derivative is None"),
        ((np.sin, np.cos, "z"), "takes is 'z'; it may be 'Z', 'A'"),
        ((np.sin, np.cos, "Z", 0), "kinks is 0; it must be a sequence"),
        ((np.sin, np.cos, "Z", (np.inf,)), r"kinks\[0\] is inf"),
        ((np.sin, np.cos, "Z", (), 5), "name is 5"),
        ((np.sin, lambda Z: 1.0, "Z"), "derivative is .* it returned 1.0"),
        ((np.sin, lambda Z: Z.sort(), "Z"), "derivative is .* it raised .*read-only"),
        ((lambda Z: Z.sum(axis=0), np.cos, "Z"), "function is .* it returned"),
    ],
)
def test_bad_parts(parts, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Activation(*parts)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((5, np.subtract, "A"), "function is 5; it must be a function"),
        ((np.subtract, None, "A"), "gradient is None; it must be a function"),
        ((np.subtract, np.subtract, "a"), "takes is 'a'; it may be 'Z', 'A'"),
        ((np.subtract, np.subtract, "A", 5), "name is 5"),
        ((np.subtract, lambda o, y: 1.0, "A"), "gradient is .* it returned 1.0"),
        ((lambda o, y: (o - y).sum(), np.subtract, "A"), "function is .* it returned"),
    ],
)
def test_bad_parts_of_a_loss(parts, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Loss(*parts)


def test_a_loss_is_tried_between_0_and_1():
    """A function that has no value at 0 or 1, as a cross-entropy, is welcome."""
    seen = []

    def gradient(output, y):
        seen.append((output.ravel().tolist(), y.ravel().tolist()))
        return output - y

    Loss(np.subtract, gradient, "A")
    ((outputs, labels),) = seen
    assert all(0 < output < 1 for output in outputs)
    assert {*labels} == {0, 1}


def test_parts_are_equal_by_their_functions_and_not_by_names_or_kinks():
    assert Activation(np.sin, np.cos, "Z", (1,), "mine") == SINE
    assert Activation(np.sin, np.cos, "A") != SINE
    assert Activation(np.sin, np.sin, "Z") != SINE
    loss = Loss(np.subtract, np.add, "A")
    assert Loss(np.subtract, np.add, "A", "mine") == loss
    assert Loss(np.subtract, np.add, "Z") != loss
    assert Loss(np.subtract, np.subtract, "A") != loss
    assert (repr(loss), repr(HINGE)) == ("Loss(subtract)", "Loss(hinge)")
    assert (repr(SINE), repr(HARD_TANH)) == ("Activation(sin)", "Activation(hard tanh)")


# Processes


def test_lambdas_go_to_other_processes():
    own = Activation(lambda Z: np.sin(Z), lambda Z: np.cos(Z), "Z")
    recipe = Recipe(activations=(own, own, "sigmoid"), init="glorot", epochs=5)
    there, here = (sweep(recipe, 3, n_jobs=n) for n in (2, 1))
    assert there.loss.tolist() == here.loss.tolist()


def test_what_another_process_cannot_read_is_said(tmp_path):
    file = (tmp_path / "log").open("w")
    own = Activation(lambda Z: (file, np.sin(Z))[1], np.cos, "Z")
    with file, pytest.raises(ValueError, match="recipes holds one that no other process can read"):
        sweep(Recipe(activations=(own, own, "sigmoid"), epochs=5), 3, n_jobs=2)


def test_names_in_tables_and_csv(tmp_path):
    two = [Activation(lambda Z: np.sin(Z), np.cos, "Z") for _ in range(2)]
    recipes = [LONG.replace(epochs=2, activations=(a, a, "sigmoid")) for a in (SINE, *two)]
    s = sweep(recipes, 2, n_jobs=1)
    assert "| activations=('sin', 'sin', 'sigmoid') " in s.table()
    assert "(recipe 1)" in s.table()
    assert "(recipe 2)" in s.table()
    s.to_csv(tmp_path / "runs.csv")
    with (tmp_path / "runs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["loss"]) for row in rows] == s.loss.ravel().tolist()
    assert [(row["recipe"], row["seed"]) for row in rows][:3] == [
        ("0", "0"),
        ("0", "1"),
        ("1", "0"),
    ]
    assert rows[0]["activations"] == "('sin', 'sin', 'sigmoid')"
    assert {(row["stopped"], row["diverged"]) for row in rows} == {("", "False")}


# Optimizers, and one value for one recipe


class Sign:
    """No subclass of ours."""

    def start(self, parameters):
        return None

    def update(self, parameters, gradients, state, lr, t):
        for p, g in zip(parameters, gradients, strict=True):
            p -= lr * np.sign(g)


class Unfinished:
    def start(self, parameters):
        return None


class Unhashable(Sign):
    __hash__ = None


def test_an_optimizer_needs_no_base_class():
    run = train(Recipe(optimizer=Sign(), lr=0.001, batch_size="all", epochs=200), 0)
    assert run.engine == "numpy"
    assert run.loss[-1] < run.loss[0]


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (Unfinished(), r"optimizer is .*no method update\(parameters, gradients, state, lr, t\)"),
        (Sign, "optimizer is <class .*; it must be an object"),
        (Unhashable(), "optimizer is .*hashable"),
        (None, "optimizer is None, which has no method start"),
    ],
)
def test_what_an_optimizer_lacks_is_named(optimizer, message):
    with pytest.raises(TypeError, match=message):
        Recipe(optimizer=optimizer)


def test_equal_recipes_give_equal_numbers():
    beta = np.float32(0.9)
    assert type(Adam(beta1=beta).beta1) is float
    assert Momentum(Fraction(1, 2)) == Momentum(0.5)
    given = [Recipe(optimizer=Adam(beta1=b), lr=0.01, epochs=20) for b in (beta, float(beta))]
    assert given[0] == given[1]
    losses = [train(recipe, 0, "numpy").loss.tolist() for recipe in given]
    assert losses[0] == losses[1]
    assert str(Momentum(-0.0)) == "Momentum(momentum=0.0)"
    assert type(Recipe(loss=np.str_("squared")).loss) is str


def test_own_points_print_short():
    X, y = data.moons(n=300)
    assert len(repr(Recipe(data=(X, y)))) < 400


@pytest.mark.parametrize(
    "returned", [np.ndarray.tolist, np.asmatrix, np.ma.asarray], ids=["list", "matrix", "masked"]
)
def test_a_part_returns_plain_arrays(returned):
    with pytest.raises(ValueError, match="it must return an array of as many numbers"):
        Activation(lambda Z: returned(np.sin(Z)), np.cos, "Z")
    with pytest.raises(ValueError, match="it must return an array of as many numbers"):
        Loss(lambda o, y: returned((o - y) ** 2), lambda o, y: 2 * (o - y), "A")


def test_layers_that_differ_in_their_kinks_stay_apart():
    plain, known = Activation(np.abs, np.sign, "Z"), Activation(np.abs, np.sign, "Z", kinks=(0,))
    recipe = Recipe(activations=(plain, known, plain), loss="squared")
    assert [layer.kinks for layer in recipe.activations] == [(), (0.0,), ()]
    assert [layer.kinks for layer in recipe.network().activations] == [(), (0.0,), ()]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"init": lambda rng: 1.0}, r"init is .*; it must be a function of \(rng, n_out, n_in\)"),
        ({"schedule": lambda epoch, epochs: 1.0}, r"schedule is .*; it must be a function of \(e"),
    ],
)
def test_functions_with_other_arguments_are_refused_at_the_door(change, message):
    with pytest.raises(TypeError, match=message):
        Recipe(**change)
