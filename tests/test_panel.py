"""The tuning panel in Python: what is set, its run, its line, and the output of its cell."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import SGD, Activation, Adam, Momentum, Recipe, data, train
from nnlib.data import NAMES as SETS
from nnlib.export.chapters import WIDGET_VIEW
from nnlib.live import panel as program
from nnlib.network import BUILT_IN_INITIALIZERS
from nnlib.optimizers import OPTIMIZERS, SCHEDULES
from nnlib.widgets import TuningPanel
from nnlib.widgets.panel.settings import NOISE, OWN, Settings

QUICK = Recipe(epochs=30, sizes=(2, 4, 3, 1), log_every=5)
NAMES = {"number": "9.9", "caption": "A panel.", "alt": "A panel with a picture."}


@pytest.fixture
def panel():
    return TuningPanel(QUICK)


def same_run(a, b):
    assert a.recipe == b.recipe
    assert a.seed == b.seed
    for name in ("epochs", "loss", "accuracy", "mean_absolute_error"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    for W, V in zip(a.network.weights, b.network.weights, strict=True):
        np.testing.assert_array_equal(W, V)


CHANGES = {
    "data": ("moons", {"data": "moons"}),
    "layers": (3, {"sizes": (2, 4, 3, 3, 1)}),
    "units": ([6], {"sizes": (2, 6, 1)}),
    "activation": ("tanh", {"activations": ("tanh", "tanh", "sigmoid")}),
    "init": ("glorot", {"init": "glorot"}),
    "bias": (True, {"bias": True}),
    "optimizer": ("Momentum", {"optimizer": Momentum()}),
    "lr": (0.5, {"lr": 0.5}),
    "schedule": ("constant", {"schedule": "constant"}),
    "batch_size": ("all", {"batch_size": "all"}),
    "epochs": (12, {"epochs": 12}),
}


@pytest.mark.numba
@pytest.mark.parametrize("name", CHANGES)
def test_each_control_changes_its_part_and_the_run_is_that_of_train(panel, name):
    value, parts = CHANGES[name]
    panel.set(**{name: value})
    assert panel.recipe == QUICK.replace(**parts)
    same_run(panel.run, train(panel.recipe, 0, "compiled"))


def test_every_control_is_tested():
    assert {*CHANGES, "noise", "seed"} == {control["name"] for control in program.controls()}


def test_the_table_offers_what_the_library_has_and_a_page_can_run():
    table = {control["name"]: control.get("options") for control in program.controls()}
    assert table["data"] == [*SETS, OWN]
    assert table["init"] == [name for name in BUILT_IN_INITIALIZERS if name != "normal_legacy"]
    assert table["optimizer"] == [kind.__name__ for kind in OPTIMIZERS]
    assert table["schedule"] == [*SCHEDULES]
    for name in ("noise", "lr", "epochs"):
        assert table[name] == sorted(set(table[name]))


@pytest.mark.numba
def test_the_seed_and_noise_draw_other_points(panel):
    panel.set(data="circles", seed=3, noise=0.1)
    X, y = data.circles(noise=0.1, rng=(3, 1))
    assert (panel.recipe, panel.seed) == (QUICK.replace(data=(X, y)), 3)
    same_run(panel.run, train(panel.recipe, 3, "compiled"))
    panel.set(noise=NOISE["circles"])
    assert panel.recipe == QUICK.replace(data="circles")


def test_numpy_values_are_values_too(panel):
    panel.set(lr=np.float64(0.25), epochs=np.int64(7), units=np.array([3, 2]), bias=np.True_)
    assert panel.recipe == QUICK.replace(lr=0.25, epochs=7, sizes=(2, 3, 2, 1), bias=True)


@pytest.mark.parametrize("name", NOISE)
def test_a_set_with_its_own_noise_is_the_named_set(name):
    noisy = Settings(QUICK.replace(data=name), 2, NOISE[name] + 0.1)
    assert Settings(QUICK.replace(data=name), 2, NOISE[name]).noise is None
    X, y = QUICK.replace(data=name).points(2)
    assert np.array_equal(noisy.trained.data[1], y)
    assert not np.array_equal(noisy.trained.data[0], X)
    fresh, labels = noisy.fresh()
    assert (fresh.shape, labels.shape) == ((400, 2), (400, 1))


def test_fresh_xor_points_lie_on_the_diagonals():
    X, y = Settings(Recipe(), 5).fresh()
    np.testing.assert_allclose(X[:, 1], np.where(y[:, 0] == 1, 1 - X[:, 0], X[:, 0]))
    assert y.mean() == 0.5


def test_the_first_optimizer_keeps_its_own_numbers():
    panel = TuningPanel(QUICK.replace(optimizer=Adam(eps=1e-9)))
    panel.set(optimizer="SGD")
    assert panel.recipe.optimizer == SGD()
    panel.set(optimizer="Adam")
    assert panel.recipe.optimizer == Adam(eps=1e-9)


def test_own_points_begin_with_those_that_are_shown(panel):
    panel.set(data=OWN)
    X, y = data.xor()
    np.testing.assert_array_equal(panel.recipe.data[0], X.round(3))
    np.testing.assert_array_equal(panel.recipe.data[1], y)
    assert panel.settings.fresh() is None
    panel.set(data=([[0.5, 0.25]], [[1]]))
    assert panel.recipe.data[0].tolist() == [[0.5, 0.25]]


BAD = [
    ({"lr": 0}, "lr is 0"),
    ({"lr": float("nan")}, "lr is nan"),
    ({"lr": "fast"}, "lr is 'fast'"),
    ({"lr": object}, "lr is <class 'object'>"),
    ({"units": [0, 3]}, "units[0] is 0"),
    ({"units": [400, 400]}, "trains up to"),
    ({"units": [None]}, "units[0] is None"),
    ({"layers": 5}, "layers is 5; it must be at most 4"),
    ({"epochs": 0}, "epochs is 0"),
    ({"epochs": 10**7}, "epochs is 10000000; it must be at most 1000000"),
    ({"seed": -1}, "seed is -1"),
    ({"seed": 1.5}, "seed is 1.5"),
    ({"data": "stars"}, "data is 'stars'"),
    ({"optimizer": "LBFGS"}, "optimizer is 'LBFGS'"),
    ({"noise": -0.1}, "noise is -0.1"),
    ({"bias": 1}, "bias is 1"),
    ({"speed": 1}, "'speed' is no control"),
    ({"init": "normal_legacy"}, "init is 'normal_legacy'"),
    ({"seed": 2, "lr": -1}, "lr is -1"),
]


@pytest.mark.parametrize(("changes", "message"), BAD)
def test_a_bad_value_is_refused_and_nothing_is_changed(panel, changes, message):
    before = panel.settings
    with pytest.raises((TypeError, ValueError)) as caught:
        panel.set(**changes)
    assert message in str(caught.value)
    assert panel.settings == before


@pytest.mark.numba
def test_the_same_start_keeps_the_weights_that_fit():
    panel = TuningPanel(QUICK.replace(sizes=(2, 4, 5, 1)), 7, start=(QUICK, 0))
    first, own = QUICK.network(0), panel.recipe.network(7)
    network = panel.settings.network()
    np.testing.assert_array_equal(network.weights[0], first.weights[0])
    np.testing.assert_array_equal(network.weights[1], own.weights[1])
    same_run(panel.run, train(panel.recipe, 7, "compiled", network))


@pytest.mark.numba
def test_first_weights_can_be_set_by_hand():
    panel = TuningPanel(QUICK, weights={"W1[3,1]": 5, "W3[0, 2]": -1.5})
    network = QUICK.network(0)
    network.weights[0][3, 1], network.weights[2][0, 2] = 5, -1.5
    same_run(panel.run, train(QUICK, 0, "compiled", network))
    assert panel.line.endswith('weights={"W1[3, 1]": 5.0, "W3[0, 2]": -1.5})')
    panel.set(units=[4, 3])
    assert panel.settings.weights
    panel.set(units=[4, 2])  # their edges are no longer there
    assert panel.settings.weights == ()


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"W1[4, 0]": 1}, "weights names 'W1[4, 0]'"),
        ({"W4[0, 0]": 1}, "weights names 'W4[0, 0]'"),
        ({"b1[0]": 1}, "weights names 'b1[0]'"),
        ({3: 1}, "weights names 3"),
        ({"W1[0, 0]": "x"}, "weights['W1[0, 0]'] is 'x'"),
        (5, "weights is 5"),
    ],
)
def test_other_weights_are_refused(weights, message):
    with pytest.raises((TypeError, ValueError)) as caught:
        TuningPanel(QUICK, weights=weights)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (Recipe(sizes=(2, 1)), "hidden layers"),
        (Recipe(sizes=(3, 2, 1), data=([[0, 0, 0]], [[1]])), "first width"),
        (Recipe(schedule=lambda epoch: 1.0), "schedule"),
        (Recipe(activations=("tanh", "relu", "sigmoid")), "one activation"),
        (Recipe(init="normal_legacy"), "init is 'normal_legacy'"),
        (Recipe(activations=(Activation(np.sin, np.cos, "Z"),) * 2 + ("sigmoid",)), "activations"),
    ],
)
def test_what_a_page_cannot_train_is_refused_by_name(recipe, message):
    with pytest.raises(ValueError, match=message):
        TuningPanel(recipe)


def test_without_a_caption_there_is_no_figure():
    with pytest.raises(ValueError, match="caption"):
        TuningPanel(number="1.1", alt="x")


# The line

recipes = st.builds(
    Recipe,
    data=st.sampled_from(["xor", "moons", ("linear", 7), ([[0.1, 0.30000000000000004]], [[1]])]),
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=4).map(lambda h: (2, *h, 1)),
    bias=st.booleans(),
    init=st.sampled_from(["uniform", "he", "glorot"]),
    loss=st.sampled_from(["bce", "bce_logits", "squared"]),
    reduction=st.sampled_from(["sum", "mean"]),
    optimizer=st.sampled_from([SGD(), Momentum(), Momentum(0.5), Adam(eps=1e-9, clock="epoch")]),
    lr=st.floats(1e-4, 10),
    schedule=st.sampled_from(["constant", "halve"]),
    batch_size=st.sampled_from([1, 3, "all"]),
    shuffle=st.booleans(),
    epochs=st.integers(1, 3),
    stop_below=st.none() | st.just(0.5),
)
starts = st.none() | st.tuples(st.builds(Recipe, init=st.just("he")), st.integers(0, 9))


@settings(max_examples=60, deadline=None)
@given(
    recipe=recipes, seed=st.integers(0, 2**53 - 1), noise=st.none() | st.floats(0, 1), start=starts
)
def test_the_line_makes_the_panel_again(recipe, seed, noise, start):
    own = not isinstance(recipe.data, str) and not isinstance(recipe.data[0], str)
    first = Settings(recipe, seed, None if own else noise, start, {"W1[0, 0]": 0.1})
    imports, _, last = program.call("nnSettings.code", first.spec()).rpartition("\n\n")
    names = {}
    exec(imports, names)
    names["TuningPanel"] = Settings  # the same arguments, and nothing is trained
    assert eval(last, names) == first
    assert last.strip() == program.call("nnSettings.line", first.spec())
    assert first.changed(first.spec(), json.loads(json.dumps(first.spec()))) == first


def test_the_line_holds_only_what_is_not_usual(panel):
    assert TuningPanel().line == "TuningPanel(recipe=Recipe(), seed=0)"
    panel.set(lr=0.2, epochs=2500, units=(10, 10), seed=3)
    assert panel.line == "TuningPanel(recipe=Recipe(lr=0.2, log_every=5), seed=3)"


# In Jupyter


@pytest.mark.numba
def test_what_is_turned_on_the_page_is_known_in_python_and_the_other_way(panel):
    page = panel.widget()
    assert panel.widget() is page
    turned = program.call("nnSettings.changed", page.settings, "lr", 0.7, page.first, None)
    page.set_state({"settings": turned})
    assert panel.recipe == QUICK.replace(lr=0.7)
    same_run(panel.run, train(panel.recipe, 0, "compiled"))
    panel.set(seed=5)
    assert page.settings["seed"] == 5
    assert page.settings["recipe"]["lr"] == 0.7
    assert page.first == TuningPanel(QUICK).settings.spec()


def test_a_page_that_cannot_train_gets_the_picture(panel):
    page = panel.widget()
    assert page.picture == ""
    page._handle_custom_msg({"do": "picture"}, [])
    assert page.picture == panel.picture()
    assert page.picture.startswith("<svg")


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: a list of (data, metadata)."""
    outputs = []

    def display(data, metadata=None, raw=True):
        outputs.append((data, metadata))

    monkeypatch.setattr("nnlib.widgets.panel.panel.display", display)
    monkeypatch.setattr("nnlib.figures.style.display", display)
    return outputs


def test_in_jupyter_it_is_one_output_with_picture_and_constant_text(shown):
    panel = TuningPanel(QUICK, **NAMES)
    panel._ipython_display_()
    (output, metadata), (caption, about) = shown
    assert output.keys() == {"text/plain", "image/svg+xml", "image/png", WIDGET_VIEW}
    assert output["text/plain"] == "<TuningPanel 9.9>"
    assert metadata["image/svg+xml"] == NAMES | {"live": panel.settings.spec()}
    assert caption["text/markdown"] == "**Figure 9.9.** A panel."
    assert about == {"nnlib": {"role": "caption"}}
    assert "<text" not in output["image/svg+xml"]
    assert "<image" not in output["image/svg+xml"]
    assert "24 other seeds" not in output["image/svg+xml"]  # letters are outlines


def test_it_is_stored_the_same_each_time(shown):
    TuningPanel(QUICK, **NAMES)._ipython_display_()
    TuningPanel(QUICK, **NAMES)._ipython_display_()
    for kind in ("image/svg+xml", "image/png"):
        assert shown[0][0][kind] == shown[2][0][kind]


def test_a_copied_panel_is_live_only(shown):
    TuningPanel(QUICK)._ipython_display_()
    ((output, _),) = shown
    assert output.keys() == {"text/plain", WIDGET_VIEW}
