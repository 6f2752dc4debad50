"""The tuning panel: what its controls do, the run behind the picture, and what it shows."""

import threading
import time
from xml.etree import ElementTree

import numpy as np
import pytest

from nnlib import SGD, Adam, Momentum, Recipe, data, train
from nnlib.widgets import TuningPanel
from nnlib.widgets.panel import controls, session
from nnlib.widgets.panel.settings import NOISE, OWN, Settings

QUICK = Recipe(epochs=30, sizes=(2, 4, 3, 1), log_every=5)
LONG = {"epochs": 100_000, "widths": (64, 64)}


@pytest.fixture
def panel():
    """A panel with a page; nothing goes on behind it at the end."""
    panel = TuningPanel(QUICK)
    panel.page = panel.widget()
    panel.wait(band=True)
    yield panel
    panel.close()
    for thread in threading.enumerate():
        if thread.name == "nnlib-panel":
            thread.join(20)
            assert not thread.is_alive()


def hear(panel, do, *values, serial="1"):
    """A message of the page."""
    panel.page._handle_custom_msg({"do": do, "with": list(values), "serial": serial}, None)
    panel.wait()


def same_run(a, b):
    assert a.recipe == b.recipe
    assert a.seed == b.seed
    for name in ("epochs", "loss", "accuracy", "mean_absolute_error"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert (a.stopped, a.diverged) == (b.stopped, b.diverged)
    same_network(a.network, b.network)
    assert a.snapshots.keys() == b.snapshots.keys()
    for epoch, net in a.snapshots.items():
        same_network(net, b.snapshots[epoch])


def same_network(a, b):
    assert (a.sizes, a.activations) == (b.sizes, b.activations)
    for x, y in zip([*a.weights, *(a.biases or [])], [*b.weights, *(b.biases or [])], strict=True):
        np.testing.assert_array_equal(x, y)


CHANGES = {
    "data": ("moons", {"data": "moons"}),
    "layers": (3, {"sizes": (2, 4, 3, 3, 1)}),
    "widths": ([6], {"sizes": (2, 6, 1)}),
    "activation": ("tanh", {"activations": ("tanh", "tanh", "sigmoid")}),
    "init": ("glorot", {"init": "glorot"}),
    "bias": (True, {"bias": True}),
    "optimizer": ("Momentum", {"optimizer": Momentum()}),
    "lr": (0.5, {"lr": 0.5}),
    "schedule": ("constant", {"schedule": "constant"}),
    "batch_size": ("all", {"batch_size": "all"}),
    "epochs": (12, {"epochs": 12}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_control_changes_its_part_and_the_run_is_that_of_train(panel, name):
    value, parts = CHANGES[name]
    hear(panel, "set", {name: value})
    assert panel.error == ""
    assert panel.recipe == QUICK.replace(**parts)
    assert panel.page.state["values"][name] == value
    kept = session.snapshots(panel.recipe.epochs)
    same_run(panel.run, train(panel.recipe, 0, "compiled", snapshots=kept))


def test_every_control_is_tested():
    assert {*CHANGES, "noise", "seed"} == controls.BY_NAME.keys()


def test_the_seed_and_noise_draw_other_points(panel):
    panel.set(data="circles", seed=3, noise=0.1)
    panel.wait()
    X, y = data.circles(noise=0.1, rng=(3, 1))
    assert (panel.recipe, panel.seed) == (QUICK.replace(data=(X, y)), 3)
    same_run(panel.run, train(panel.recipe, 3, "compiled", snapshots=session.snapshots(30)))
    panel.set(noise=NOISE["circles"])
    assert panel.recipe == QUICK.replace(data="circles")


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
    panel.close()


BAD = [
    ({"lr": 0}, "lr is 0"),
    ({"widths": [0, 3]}, "widths[0] is 0"),
    ({"widths": [400, 400]}, "trains up to"),
    ({"widths": [None]}, "widths[0] is None"),
    ({"layers": 5}, "layers is 5; it must be at most 4"),
    ({"epochs": 0}, "epochs is 0"),
    ({"seed": -1}, "seed is -1"),
    ({"data": "stars"}, "data is 'stars'"),
    ({"optimizer": "LBFGS"}, "optimizer is 'LBFGS'"),
    ({"noise": -0.1}, "noise is -0.1"),
    ({"speed": 1}, "'speed' is no control"),
    ({"init": "normal_legacy", "seed": 2**32}, "below 2"),
]


@pytest.mark.parametrize(("changes", "message"), BAD)
def test_a_bad_value_is_shown_and_nothing_is_changed(panel, changes, message):
    before, picture = panel.settings, panel.page.picture
    hear(panel, "set", changes)
    assert message in panel.page.state["error"]
    assert panel.settings == before
    assert panel.page.picture == picture
    hear(panel, "set", {"lr": 0.3})
    assert panel.page.state["error"] == ""


def test_a_click_adds_a_point_and_a_click_on_it_takes_it_away(panel):
    hear(panel, "click", 0.5, 0.25, 0)
    X, y = panel.recipe.data
    assert panel.page.state["values"]["data"] == OWN
    assert (len(X), X[-1].tolist(), y[-1].tolist()) == (22, [0.5, 0.2], [0.0])
    hear(panel, "click", 0.505, 0.25, 1)
    np.testing.assert_array_equal(panel.recipe.data[0], np.round(data.xor()[0], 3))
    assert panel._result.fresh is None


def test_the_last_point_stays(panel):
    panel.set(data=([[0.5, 0.5]], [[1]]))
    panel.click(0.5, 0.5)
    assert "last point" in panel.error
    assert len(panel.recipe.data[0]) == 1


def test_the_scrubber_shows_the_snapshots(panel):
    epochs = panel.page.state["epochs"]
    assert (epochs[0], epochs[-1]) == (0, 30)
    for index in (0, 3, len(epochs) - 1):
        hear(panel, "scrub", index)
        reached = train(QUICK, 0, "compiled", snapshots=[epochs[index]]).snapshots
        same_network(panel._result.networks[epochs[index]], reached[epochs[index]])
        assert panel.page.picture == panel.picture(index)
        words = f"After {epochs[index]} epochs" if index else "After 0 epochs"
        assert panel.page.state["status"].startswith(words)
    hear(panel, "scrub", 1000)
    assert panel.index == len(epochs) - 1


def test_a_new_run_is_shown_at_its_end(panel):
    hear(panel, "scrub", 2)
    hear(panel, "set", {"lr": 0.2})
    assert panel.page.state["index"] == len(panel.page.state["epochs"]) - 1


def test_the_same_start_keeps_the_weights_that_fit(panel):
    first = panel.run
    hear(panel, "same", True)
    assert panel.page.state["same"]
    hear(panel, "set", {"seed": 7, "widths": [4, 5]})
    start = panel.run.snapshots[0]
    np.testing.assert_array_equal(start.weights[0], first.snapshots[0].weights[0])
    own = train(panel.recipe, 7, "compiled", snapshots=[0]).snapshots[0]
    np.testing.assert_array_equal(start.weights[1], own.weights[1])
    assert panel._result.before.loss[-1] == first.loss[-1]
    assert "before" in panel.page.picture
    network = panel.settings.network()
    kept = session.snapshots(30)
    same_run(panel.run, train(panel.recipe, 7, "compiled", network, kept))
    hear(panel, "same", False)
    same_network(panel.run.snapshots[0], own)
    assert "before<" not in panel.page.picture


def test_before_the_first_run_there_is_nothing_to_scrub():
    panel = TuningPanel(QUICK.replace(epochs=100_000, sizes=(2, 64, 64, 1)))
    panel.page = panel.widget()
    for action in (("scrub", 3), ("click", 0.5, 0.5, 1), ("same", True)):
        panel.page._handle_custom_msg({"do": action[0], "with": action[1:], "serial": "1"}, None)
        assert "still" in panel.page.state["error"]
    assert (panel.run, panel.page.picture) == (None, "")
    panel.close()
    panel._job.thread.join(20)


def test_reset_is_back_at_the_beginning(panel):
    before = panel.page.picture
    hear(panel, "set", {"lr": 0.7, "layers": 1})
    hear(panel, "click", 0.1, 0.9, 1)
    hear(panel, "reset")
    assert (panel.recipe, panel.page.picture) == (QUICK, before)


def test_a_long_run_shows_progress_and_can_be_stopped(panel):
    panel.page._handle_custom_msg({"do": "set", "with": [LONG], "serial": "9"}, None)
    state = panel.page.state
    assert (state["serial"], state["error"]) == ("9", "")
    assert 0 <= state["progress"] < 1
    assert panel.run.recipe == QUICK
    panel.page._handle_custom_msg({"do": "stop"}, None)
    panel.wait()
    assert panel.run.recipe == panel.recipe
    assert 0 <= panel.run.stopped < 100_000
    assert "ended after" in panel.page.state["note"]
    assert panel.page.state["progress"] is None


def test_the_newest_change_wins(panel):
    panel.set(**LONG)
    old = panel._job
    panel.set(epochs=5, widths=(3, 3))
    panel.wait()
    assert old.cancelled.is_set()
    old.thread.join(20)
    assert panel.run.recipe == panel.recipe == QUICK.replace(epochs=5, sizes=(2, 3, 3, 1))


def test_fast_dragging_ends_at_the_last_value(panel):
    for lr in controls.RATES:
        panel.page._handle_custom_msg({"do": "set", "with": [{"lr": lr}], "serial": "a"}, None)
    panel.wait(band=True)
    assert panel.run.recipe.lr == controls.RATES[-1]
    assert panel.page.picture == panel.picture()


def test_closing_the_last_page_ends_the_work_and_opening_one_goes_on(panel):
    for do in ("here", "here", "gone"):
        panel.page._handle_custom_msg({"do": do}, None)
    panel.set(**LONG)
    assert not panel._job.cancelled.is_set()
    panel.page._handle_custom_msg({"do": "gone"}, None)
    panel._job.thread.join(20)
    assert not panel._job.thread.is_alive()
    panel.page._handle_custom_msg({"do": "here"}, None)
    assert panel._job.thread.is_alive()


def test_two_panels_know_nothing_of_each_other(panel):
    other = TuningPanel(QUICK)
    other.set(lr=0.9)
    other.wait(band=True)
    assert panel.recipe == QUICK
    other.close()


def test_the_band_is_made_of_the_other_seeds(panel):
    fine = panel._result.fine.recipe
    expected = [train(fine, seed, "compiled").loss for seed in range(1, session.SEEDS + 1)]
    np.testing.assert_array_equal(panel._result.band, expected)
    assert "24 other seeds" in panel.page.picture
    panel.set(lr=0.2)
    panel.wait()
    assert "other seeds" not in panel.page.picture
    panel.set(lr=0.1)  # known already
    panel.wait()
    assert "24 other seeds" in panel.page.picture


def test_a_diverging_run_is_told():
    panel = TuningPanel(QUICK.replace(activations="identity", loss="squared", lr=10.0, epochs=99))
    panel.page = panel.widget()
    panel.wait(band=True)
    assert panel.run.diverged
    assert "diverged" in panel.page.state["note"]
    ElementTree.fromstring(panel.page.picture)
    kept = session.snapshots(99)
    same_run(panel.run, train(panel.recipe, 0, "compiled", snapshots=kept))


def test_what_only_the_textbook_loop_can_is_trained_by_it_and_cancelled():
    panel = TuningPanel(QUICK.replace(gradient=textbook_gradient()))
    panel.wait(band=True)
    kept = session.snapshots(30)
    same_run(panel.run, train(panel.recipe, 0, "numpy", snapshots=kept))
    panel.set(epochs=100_000)
    assert panel._job.thread.is_alive()
    panel.close()
    panel._job.thread.join(10)
    assert not panel._job.thread.is_alive()


def textbook_gradient():
    from nnlib.wrong import LISTINGS, WRONG

    return next(name for name in WRONG if name not in LISTINGS)


def test_the_page_is_not_sent_a_picture_that_it_has(panel):
    drawn = []
    panel.page.observe(drawn.append, "picture")
    hear(panel, "set", {"lr": -1}, serial="5")
    assert (drawn, panel.page.state["serial"]) == ([], "5")


def test_time_without_a_change_passes_before_the_band_is_trained(panel):
    panel.set(lr=0.11)
    panel.wait()
    job = panel._job
    time.sleep(session.PAUSE / 5)
    assert job.thread.is_alive()
    panel.set(lr=0.12)
    job.thread.join(5)
    assert controls.values(panel.settings)["lr"] == 0.12


def test_the_line_holds_only_what_is_not_usual(panel):
    panel.set(lr=0.2, epochs=2500, widths=(10, 10), seed=3)
    assert panel.line == "TuningPanel(recipe=Recipe(lr=0.2, log_every=5), seed=3)"
