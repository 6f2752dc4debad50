"""How runs end, what they start from and keep, what is refused, Ctrl-C, and the progress bar."""

import numpy as np
import pytest
import strategies as own
from hypothesis import given
from tiny import (
    SHORT,
    TINY,
    assert_same_network,
    half_squares,
    parameters,
    tiny,
    two,
    weight,
)

from nnlib import SGD, Adam, Network, Recipe, RMSprop, data, train, training
from nnlib.recipe import GRADIENTS

# Ends


def test_a_run_is_equal_to_itself_alone():
    """Two would have to compare whole arrays; so it may stand in a set or be a key."""
    run, other = tiny(), tiny()
    assert len({run, run, other}) == 2


def test_stop_below_is_strict():
    first = tiny().loss[0].item()
    assert tiny(stop_below=first).stopped == 1  # the loss of epoch 0 is not below itself
    run = tiny(stop_below=np.nextafter(first, 9))
    assert run.stopped == 0
    assert run.epochs.tolist() == [0, 1]  # and the closing row comes after one epoch
    assert run.loss.tolist() == [first, first]
    assert weight(run) == pytest.approx(1.14)


@pytest.mark.parametrize(
    ("log", "stopped"),
    [("after", 0), ("before", 1), ("last_sample", 1)],  # 2.609 …; 8.5, 2.609 …; 7.22, 2.536 …
)
def test_stop_below_uses_the_loss_of_the_log(log, stopped):
    run = tiny(log=log, stop_below=3.0, epochs=50)
    assert run.stopped == stopped
    assert run.epochs[-1] == stopped + 1
    assert run.loss[-1] == pytest.approx([half_squares(1.14), half_squares(0.6756)][stopped])


def test_stop_below_is_tested_every_epoch():
    run = tiny(log_every=100, stop_below=1.0, epochs=50)
    assert run.stopped == 1
    assert run.epochs.tolist() == [0, 2]


def test_never_below():
    assert tiny(stop_below=0.0).stopped is None
    assert tiny(stop_below=-5).stopped is None


def test_divergence_is_reported_not_raised():
    """w ← w - lr (5w - 1), full batch: with lr = 2 the error grows ninefold every epoch."""
    run = tiny(batch_size="all", lr=2.0, epochs=500)
    assert run.diverged
    assert 100 < run.stopped < 499
    assert np.isfinite(run.loss).all()
    assert np.isfinite(run.mean_absolute_error).all()
    # |w - 0.2| = 1.8 · 9ᵉ after e epochs, and the loss is ½ · 5 (w - 0.2)² + 0.4
    assert run.loss[:10] == pytest.approx([2.5 * 3.24 * 81.0 ** (e + 1) + 0.4 for e in range(10)])
    assert run.epochs.tolist() == list(range(len(run.loss)))  # no closing row
    assert run.log().splitlines()[-1] == f"Training diverged in epoch {run.stopped}"
    assert run.log().splitlines()[0].startswith("Epochs 0: accuracy: ")
    assert len(run.log().splitlines()) == len(run.loss) + 1
    assert repr(run) == f"Run(seed=0, engine='numpy', diverged, stopped={run.stopped})"


def test_divergence_between_two_rows_is_noticed():
    run = tiny(batch_size="all", lr=2.0, epochs=500, log_every=1000)
    assert run.diverged
    assert run.epochs.tolist() == [0]
    # 1.8 · 9ᵉ passes 1.8 · 10³⁰⁸ at e = 308 / log10 9 = 323 epochs; then the weight is infinite
    assert 320 < run.stopped < 326


def test_saturated_cross_entropy_without_eps_diverges_at_once():
    # σ(1000) is 1: the loss of a right answer is 0 · log 0, NaN
    net = Network.from_parameters([[[1000.0]]])
    recipe = Recipe(data=([[1.0]], [[1.0]]), sizes=(1, 1), loss="bce_half", epochs=3)
    run = train(recipe, seed=0, network=net)
    assert (run.diverged, run.stopped, run.loss.size, run.log()) == (
        True,
        0,
        0,
        "Training diverged in epoch 0",
    )
    unmoved = train(recipe.replace(epochs=0), seed=0, network=net)
    assert (unmoved.diverged, unmoved.stopped, unmoved.loss.size) == (True, None, 0)


def test_converging_runs_do_not_diverge():
    run = tiny(batch_size="all", lr=0.2, epochs=500)  # 1 - 0.2 · 5 = 0: w = 0.2 at once
    assert not run.diverged
    assert weight(run) == pytest.approx(0.2, rel=1e-12)


# Networks given, networks kept


def test_given_network_is_the_start_and_stays_as_it_is():
    net = two()
    run = train(TINY, seed=5, network=net)
    assert weight(run) == pytest.approx(0.6756)
    assert net.weights[0].item() == 2.0
    run.network.weights[0][:] = 9
    assert net.weights[0].item() == 2.0


@pytest.mark.parametrize(
    ("network", "error", "message"),
    [
        (Network(sizes=(2, 5, 1)), ValueError, r"sizes=\(2, 5, 1\).*the recipe needs.*2, 10, 10"),
        (Network(bias=True), ValueError, r"bias=True\); the recipe needs .*bias=False"),
        (Network(activations=("relu", "relu", "sigmoid")), ValueError, "'relu'.* recipe needs"),
        ("zeros", TypeError, "network is 'zeros'; it must be a Network or None"),
    ],
)
def test_network_that_does_not_suit_is_refused(network, error, message):
    with pytest.raises(error, match=message):
        train(Recipe(), seed=0, network=network)


def test_snapshots_are_the_networks_after_so_many_epochs():
    run = train(SHORT, seed=2, snapshots=(0, 1, 3, 4, 3))
    assert sorted(run.snapshots) == [0, 1, 3, 4]
    for epochs, net in run.snapshots.items():
        assert_same_network(net, train(SHORT.replace(epochs=epochs), seed=2).network)
    assert_same_network(run.snapshots[0], Network(rng=2))


def test_snapshots_are_apart_from_each_other_and_from_the_end():
    run = train(SHORT, seed=2, snapshots=[4])
    run.snapshots[4].weights[0][:] = 0
    assert run.network.weights[0].all()


def test_snapshots_that_are_not_reached_are_not_kept():
    assert sorted(tinily_stopped().snapshots) == [0, 1]


def tinily_stopped():
    return train(TINY.replace(stop_below=3.0), seed=0, network=two(), snapshots=(0, 1, 2))


@pytest.mark.parametrize(
    ("snapshots", "error", "message"),
    [
        ((5,), ValueError, "snapshots holds 5; it may go up to the 4 epochs"),
        ((-1,), ValueError, r"snapshots\[0\] is -1; it must be at least 0"),
        ((1.5,), TypeError, r"snapshots\[0\] is 1.5; it must be an integer"),
        (3, TypeError, r"snapshots is 3; it must be a sequence such as \(0, 100\)"),
    ],
)
def test_bad_snapshots(snapshots, error, message):
    with pytest.raises(error, match=message):
        train(SHORT, seed=0, snapshots=snapshots)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"recipe": "xor"}, TypeError, "recipe is 'xor'; it must be a Recipe"),
        ({"seed": -1}, ValueError, "seed is -1; it must be at least 0"),
        ({"seed": 0.5}, TypeError, "seed is 0.5; it must be an integer of at least 0"),
        ({"seed": None}, TypeError, "seed is None; it must be an integer of at least 0"),
        ({"engine": "torch"}, ValueError, "engine is 'torch'; it may be 'auto', 'numpy'"),
        ({"progress": 1}, TypeError, "progress is 1; it may be True or False"),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        train(**{"recipe": SHORT, "seed": 0} | arguments)


def test_a_run_knows_where_it_came_from():
    run = train(SHORT, seed=np.int64(3))
    assert (run.recipe, run.seed, run.engine) == (SHORT, 3, "numpy")
    assert type(run.seed) is int


@given(own.cases(max_layers=3, max_width=6))
def test_training_can_be_resumed(case):
    """With plain SGD, two epochs and then three are five."""
    net, X, y, loss, reduction = case
    recipe = Recipe(
        data=(X, y), sizes=net.sizes, activations=net.activations, bias=net.biases is not None,
        loss=loss, reduction=reduction, lr=0.01, schedule="constant", batch_size=2, epochs=5,
    )  # fmt: skip
    first = train(recipe.replace(epochs=2), seed=0, network=net)
    second = train(recipe.replace(epochs=3), seed=1, network=first.network)
    assert_same_network(second.network, train(recipe, seed=2, network=net).network)


@given(own.cases(max_layers=3, max_width=6, activations=own.SMOOTH))
def test_a_small_step_lowers_the_loss(case):
    net, X, y, loss, reduction = case
    recipe = Recipe(
        data=(X, y), sizes=net.sizes, activations=net.activations, bias=net.biases is not None,
        loss=loss, reduction=reduction, lr=1e-4, batch_size="all", epochs=1, log="before",
    )  # fmt: skip
    before, after = train(recipe, seed=0, network=net).loss
    assert after <= before


# Ctrl-C


def interrupting(monkeypatch, at):
    """Let the gradient number ``at``, counted from 0, be a Ctrl-C."""
    exact, calls = GRADIENTS["exact"], iter(range(10**9))

    def gradient(*arguments):
        if next(calls) == at:
            raise KeyboardInterrupt
        return exact(*arguments)

    monkeypatch.setattr(training, "GRADIENTS", {"exact": gradient})


@pytest.mark.parametrize("progress", [False, True])
def test_ctrl_c_gives_back_the_finished_epochs(progress, monkeypatch):
    expected = train(SHORT.replace(epochs=2), seed=0)
    interrupting(monkeypatch, at=2 * 21 + 10)  # in the middle of epoch 2
    run = train(SHORT, seed=0, snapshots=(1, 3), progress=progress)
    assert_same_network(run.network, expected.network)
    assert run.epochs.tolist() == [0, 1, 2]
    assert run.loss.tolist() == expected.loss.tolist()
    assert run.stopped == 1
    assert not run.diverged
    assert sorted(run.snapshots) == [1]
    assert run.log() == expected.log().replace("finished", "stopped in epoch 1")


def test_ctrl_c_in_the_first_epoch_gives_back_the_start(monkeypatch):
    interrupting(monkeypatch, at=5)
    run = train(SHORT, seed=0)
    assert_same_network(run.network, Network(rng=0))
    assert run.epochs.tolist() == [0]
    assert run.stopped == 0


class HalfUpdated(SGD):
    """SGD that is interrupted in update 30, when only the first array has moved."""

    def update(self, parameters, gradients, state, lr, t):
        super().update(parameters[:1], gradients[:1], state, lr, t)
        if t == 30:
            raise KeyboardInterrupt
        super().update(parameters[1:], gradients[1:], state, lr, t)


def test_ctrl_c_within_an_update_leaves_no_half_of_it():
    run = train(SHORT.replace(optimizer=HalfUpdated()), seed=0)
    assert_same_network(run.network, train(SHORT.replace(epochs=1), seed=0).network)
    assert run.stopped == 0


# The bar


def test_progress_shows_a_bar(capsys):
    train(SHORT, seed=0, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "4/4" in err
    assert "epoch" in err


def test_no_progress_shows_nothing(capsys):
    train(SHORT, seed=0)
    assert capsys.readouterr() == ("", "")


def test_progress_does_not_change_the_numbers():
    assert train(SHORT, 0, progress=True).loss.tolist() == train(SHORT, 0).loss.tolist()


def test_a_row_measured_before_the_updates_that_diverge_stands():
    recipe = Recipe(sizes=(2, 4, 4, 1), activations="identity", loss="squared", lr=3.0,
                    schedule="constant", log="before", log_every=1, epochs=50)  # fmt: skip
    run = train(recipe, seed=0)
    outputs = Network(recipe.sizes, "identity", rng=0).predict_proba(data.xor()[0])
    assert (run.diverged, run.stopped, run.epochs.tolist()) == (True, 0, [0])
    assert run.loss == pytest.approx(np.sum((outputs - data.xor()[1]) ** 2), rel=1e-12)
    assert train(recipe.replace(log="after"), seed=0).loss.size == 0


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_every_nan_of_a_diverged_run_has_the_same_bits(engine):
    """Which NaN an operation makes, and with which sign, differs between processors."""
    if engine == "compiled":
        pytest.importorskip("numba")
    nans = 0
    for optimizer in (Adam(eps=0.0), RMSprop(eps=0.0), SGD()):
        recipe = Recipe(
            sizes=(2, 4, 1), activations=("relu", "identity"), loss="squared", epochs=200,
            init="normal", lr=3.0, optimizer=optimizer, bias=True,
        )  # fmt: skip
        for seed in range(5):
            run = train(recipe, seed, engine=engine)
            for array in parameters(run.network):
                found = array[np.isnan(array)].view(np.uint64)
                assert set(found.tolist()) <= {0x7FF8000000000000}
                nans += found.size
    assert nans > 0
