"""What a page asks of the engine beside training, against the library."""

from itertools import pairwise

import node
import numpy as np
import pytest
from tiny import parameters

from nnlib import Adam, Momentum, Network, Recipe, graph, live, train

pytestmark = node.needed
pytest.importorskip("numba")

MIXED = Recipe(
    data=("spirals", 23), sizes=(2, 5, 3, 1), activations=("tanh", "elu", "sigmoid"), bias=True,
    init="glorot", optimizer=Adam(), batch_size=5, shuffle=True, epochs=6, log_every=1, lr=0.05,
    reduction="mean",
)  # fmt: skip
KINDS = {
    "default": Recipe(epochs=4, log_every=1),
    "groups": MIXED,
    "clock": MIXED.replace(optimizer=Adam(clock="epoch"), schedule="constant"),
    "momentum": MIXED.replace(optimizer=Momentum(), batch_size="all", shuffle=False),
}


def flat(net):
    return np.concatenate([array.ravel() for array in parameters(net)])


def asked(tmp_path, *questions):
    sent = [{"ask": ask, "args": args} for ask, *args in questions]
    return node.answers("ask.js", sent, tmp_path)


def numbers(run, k):
    return [float(a[k]) for a in (run.loss, run.accuracy, run.mean_absolute_error)]


@pytest.mark.parametrize("name", KINDS)
def test_steps_one_by_one_are_the_epoch(name, tmp_path):
    recipe = KINDS[name]
    run = train(recipe, 3, "compiled", snapshots=range(recipe.epochs + 1))
    n = len(recipe.points(3)[0])
    size = n if recipe.batch_size == "all" else recipe.batch_size
    (states,) = asked(tmp_path, ("walked", live.spec(recipe, 3), 2, -(-n // size)))
    first, *between, before_last, last = states
    assert first["parameters"] == flat(run.snapshots[2]).tolist()
    assert before_last["parameters"] == flat(run.snapshots[3]).tolist()
    assert last["parameters"] == flat(run.snapshots[4]).tolist()
    assert [s["epoch"] for s in (first, before_last, last)] == [2, 3, 4]
    assert list(before_last["training"].values()) == numbers(run, 2)
    assert [s["sample"] for s in between] == list(range(size, n, size))
    assert sorted(first["order"]) == list(range(n))
    assert first["rate"] == recipe.rate(2)
    changed = [s["parameters"] for s in states]
    assert all(a != b for a, b in pairwise(changed))


def test_one_step_is_plain_gradient_descent_on_its_batch(tmp_path):
    recipe = MIXED.replace(optimizer=Recipe().optimizer, schedule="constant")
    states = asked(tmp_path, ("walked", live.spec(recipe, 0), 0, 2))[0]
    X, y = recipe.points(0)
    net = recipe.network(0)
    for before, after in pairwise(states[:3]):
        batch = before["batch"]
        assert len(batch) == 5
        grads = net.loss_and_gradients(X[batch], y[batch], recipe.loss, recipe.reduction)[1]
        for array, g in zip(parameters(net), parameters(grads), strict=True):
            array -= before["rate"] * g
        np.testing.assert_allclose(after["parameters"], flat(net), rtol=1e-12, atol=1e-14)


SINGLE = [
    Recipe(),
    Recipe(sizes=(2, 3, 1), activations=("relu", "sigmoid"), bias=True, loss="bce_half"),
    Recipe(sizes=(2, 4, 2, 1), activations=("tanh", "elu", "identity"), bias=True, loss="squared"),
    Recipe(sizes=(2, 3, 3, 1), loss="bce_logits", reduction="mean", init="uniform_symmetric"),
]


@pytest.mark.parametrize("recipe", SINGLE)
def test_the_trace_of_a_sample_is_the_librarys(recipe, tmp_path):
    net, x, y = recipe.network(4), np.array([0.3, -0.8]), 1.0
    question = "trace", live.spec(recipe, 4), flat(net).tolist(), x.tolist(), y
    (found,) = asked(tmp_path, question)
    trace = net.forward(x[None])
    loss, grads = net.loss_and_gradients(x[None], [[y]], recipe.loss)
    rows = graph.products(graph.build(net, x, y, recipe.loss))
    close = {"rtol": 1e-13, "atol": 1e-15}
    np.testing.assert_allclose(found["loss"], loss, **close)
    for l, layer in enumerate(found["layers"], start=1):
        np.testing.assert_allclose(layer["z"], trace.Z[l - 1][0], **close)
        np.testing.assert_allclose(layer["a"], trace.A[l][0], **close)
        np.testing.assert_allclose(layer["delta"], rows[f"Z{l}"][0], **close)
        np.testing.assert_allclose(layer["gradient"], grads.weights[l - 1].ravel(), **close)
        assert layer["weights"] == net.weights[l - 1].ravel().tolist()
        if recipe.bias:
            np.testing.assert_allclose(layer["bias_gradient"], grads.biases[l - 1], **close)
    assert found["output"] == found["layers"][-1]["a"][0]


def test_measures_and_fields_are_those_of_the_run(tmp_path):
    run = train(MIXED, 1, "compiled")
    X, y = MIXED.points(1)
    spec, theta = live.spec(MIXED, 1), flat(run.network).tolist()
    measured, field, points, start = asked(
        tmp_path,
        ("measure", spec, theta, X.ravel().tolist(), y.ravel().tolist()),
        ("field", spec, theta, X.ravel().tolist()),
        ("points", spec),
        ("network", spec),
    )
    assert list(measured.values()) == numbers(run, -1)
    trace = run.network.forward(X)
    for l in range(3):
        np.testing.assert_allclose(field["Z"][l], trace.Z[l].ravel(), rtol=1e-13, atol=1e-15)
        np.testing.assert_allclose(field["A"][l], trace.A[l + 1].ravel(), rtol=1e-13, atol=1e-15)
    assert points["X"] == X.ravel().tolist()
    assert start == flat(MIXED.network(1)).tolist()


def test_a_run_starts_from_the_network_it_is_given(tmp_path):
    net = Network((2, 10, 10, 1), init="normal", rng=77)
    (run,) = asked(tmp_path, ("train", live.spec(Recipe(epochs=5), 2, network=net)))
    expected = train(Recipe(epochs=5), 2, "compiled", network=net)
    assert run["parameters"] == flat(expected.network).tolist()
    assert [frame["epoch"] for frame in run["frames"]] == [0, 1, 2, 3, 4, 5]
    assert list(run["frames"][-1]["training"].values()) == numbers(expected, -1)


def test_the_band_is_of_runs_with_their_own_points_and_weights(tmp_path):
    recipe = Recipe(data=("moons", 20), sizes=(2, 3, 1), epochs=7, log_every=2)
    (curves,) = asked(tmp_path, ("curves", live.spec(recipe, 0), [4, 9]))
    for curve, seed in zip(curves, (4, 9), strict=True):
        assert curve["loss"] == train(recipe, seed, "compiled").loss.tolist()


def test_a_training_is_called_off_or_stopped_and_questions_are_answered_meanwhile(tmp_path):
    recipe = Recipe(epochs=1_000_000, log_every=1000)
    (found,) = asked(tmp_path, ("interrupted", live.spec(recipe, 0)))
    assert found["gone"] == "AbortError"
    assert 0 < found["finished"] < recipe.epochs
    assert found["last"] == found["finished"] - 1
    assert found["epochs"][-1] == found["finished"]
    assert len(found["shares"]) >= 2
    assert found["shares"] == sorted(found["shares"])
    assert found["other"]["loss"] > 0
    assert found["rows"] == 1 + 50_000 // recipe.log_every


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"init": "normal_legacy"}, "normal_legacy"),
        ({"loss": "huber"}, "huber"),
        ({"optimizer": {"name": "Adam", "eps": 0}}, "eps"),
        ({"data": ["linear", 20_000_000]}, "20000000 points"),
    ],
)
def test_settings_that_no_run_has_are_refused(change, word, tmp_path):
    spec = live.spec(Recipe(epochs=1), 0)
    spec["recipe"] |= change
    assert word in asked(tmp_path, ("train", spec))[0]["error"]


def test_normal_numbers_are_numpys_with_those_of_the_far_tail(tmp_path):
    # A difference in the last bit of a logarithm shows in one normal number of forty million.
    (found,) = asked(tmp_path, ("normals", [5, 3], 300_000))
    rng = np.random.default_rng((5, 3))
    expected = rng.standard_normal(300_000)
    assert found["tail"] == expected[np.abs(expected) > found["r"]].tolist()
    assert len(found["tail"]) >= 50
    assert found["last"] == expected[-100:].tolist()
