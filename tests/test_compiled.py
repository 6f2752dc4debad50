"""The compiled engine gives what the textbook loop gives; "auto" chooses between the two."""

import os
import signal
import threading

import numpy as np
import pytest
from hypothesis import given
from own_process import output
from random_recipes import LISTING, assert_equal_runs, trainings
from tiny import SHORT, TINY, assert_same_network, tiny, two

from nnlib import (
    SGD,
    Adagrad,
    Adam,
    Momentum,
    Network,
    Recipe,
    RMSprop,
    activations,
    compiled,
    losses,
    optimizers,
    train,
)
from nnlib.compiled import block, layout
from nnlib.recipe import LOGS

pytest.importorskip("numba")


# Equal to the textbook loop


@given(trainings())
def test_equals_the_textbook_loop(training):
    recipe, net = training
    kept = {0, recipe.epochs // 2, recipe.epochs}
    runs = [
        train(recipe, 3, engine=engine, network=net, snapshots=kept)
        for engine in ("compiled", "numpy")
    ]
    assert [run.engine for run in runs] == ["compiled", "numpy"]
    assert_equal_runs(*runs, rtol=1e-9)


def test_equality_to_the_textbook_loop_can_fail():
    """A rate that is off by a millionth is seen after 50 updates."""
    recipe = Recipe(data=("moons", 10), epochs=5, schedule="constant")
    run = train(recipe.replace(lr=0.1 * (1 + 1e-6)), 0, engine="compiled")
    with pytest.raises(AssertionError):
        assert_equal_runs(run, train(recipe, 0, engine="numpy"), rtol=1e-9)


@pytest.mark.parametrize("change", [{}, {"data": "linear", "epochs": 500}], ids=["xor", "linear"])
def test_report_a_s_whole_runs(change):
    # Not every seed will do: of linear's, 1 is chaotic for a while, and there the textbook loop
    # itself moves by 1e-3 when one weight at the start is changed by one unit in the last place.
    runs = [train(Recipe(**change), 0, engine=engine) for engine in ("compiled", "numpy")]
    assert_equal_runs(*runs, rtol=1e-9)


def test_report_b_s_listing():
    """Seed 0, 100 units, rate 0.01: the run ends at epoch 260, where the report's own did."""
    recipe = Recipe(
        sizes=(2, 100, 100, 1), lr=0.01, epochs=1000, log="last_sample", log_every=1000,
        stop_below=0.001, **LISTING,
    )  # fmt: skip
    run = train(recipe, 0, engine="compiled")
    assert (run.stopped, run.diverged) == (260, False)
    every = train(recipe.replace(epochs=261, log_every=260, stop_below=None), 0, engine="compiled")
    assert every.loss[1] == pytest.approx(0.000989913869392099, rel=1e-12)


@pytest.mark.parametrize("loss", ["squared", "squared_half"])
@pytest.mark.parametrize("log", LOGS)
def test_divergence(loss, log):
    recipe = TINY.replace(loss=loss, log=log, batch_size="all", lr=2.0, epochs=400, log_every=3)
    kept = range(0, 401, 20)
    runs = [train(recipe, 0, e, network=two(), snapshots=kept) for e in ("compiled", "numpy")]
    assert runs[0].diverged
    assert_equal_runs(*runs, rtol=1e-9)


@pytest.mark.parametrize("stop_below", [None, 0.5, -1.0])
def test_saturated_cross_entropy_without_eps_diverges(stop_below):
    net = Network.from_parameters([[[1000.0]]])
    recipe = Recipe(
        data=([[1.0]], [[1.0]]), sizes=(1, 1), loss="bce_half", epochs=3, log_every=2,
        stop_below=stop_below,
    )  # fmt: skip
    for change in ({}, {"epochs": 0}, {"log_every": 10}):
        changed = recipe.replace(**change)
        runs = [train(changed, 0, engine=e, network=net) for e in ("compiled", "numpy")]
        assert runs[0].diverged
        assert_equal_runs(*runs, rtol=1e-9)


def test_nan_parameters_are_seen_where_the_loss_stays_finite():
    # a relu that is dead for a NaN would hide it
    net = Network.from_parameters([[[np.nan]], [[1.0]]], activations=("relu", "identity"))
    recipe = TINY.replace(sizes=(1, 1, 1), activations=("relu", "identity"), log_every=9)
    for engine in ("compiled", "numpy"):
        assert train(recipe, 0, engine=engine, network=net).diverged


@pytest.mark.parametrize("kind", [Adagrad, RMSprop, Adam])
def test_without_eps_a_dead_unit_diverges_at_once(kind):
    """A gradient of exactly 0 divides 0 by 0, in both engines; padding must not."""
    dead = Network.from_parameters([[[-1.0]], [[1.0]]], activations=("relu", "identity"))
    alive = Network.from_parameters([[[1.5]], [[1.0]]], activations=("relu", "identity"))
    recipe = TINY.replace(
        sizes=(1, 1, 1), activations=("relu", "identity"), optimizer=kind(eps=0.0), lr=0.01
    )
    for net, diverged in ((dead, True), (alive, False)):
        runs = [train(recipe, 0, engine=e, network=net) for e in ("compiled", "numpy")]
        assert runs[0].diverged == diverged
        assert_equal_runs(*runs, rtol=1e-9)


def test_momentum_of_a_dead_unit_is_flushed():
    """μ = ½: after 1100 epochs of no gradient the velocity would be subnormal, and stay so."""
    recipe = Recipe(
        data=([[1.0]], [[1.0]]), sizes=(1, 1), activations="identity", loss="squared_half",
        optimizer=Momentum(0.5), lr=1.0, schedule=lambda e: 1.0 if e == 0 else 0.0, epochs=1200,
    )  # fmt: skip
    net = Network.from_parameters([[[2.0]]], activations="identity")
    alone = block.Block(recipe, [0], [net], [])
    list(alone.stretches())
    assert alone.parts["first"][0, 0] == 0
    ends = [train(recipe, 0, engine=e, network=net) for e in ("compiled", "numpy")]
    assert abs(np.subtract(*(run.network.weights[0].item() for run in ends))) < 1e-300


# The choice of the engine, and life without numba


@pytest.mark.parametrize(
    ("change", "engine"),
    [
        ({}, "compiled"),
        ({"epochs": 239}, "compiled"),  # 239 · 21 = 5019 updates
        ({"epochs": 238}, "numpy"),
        ({"batch_size": "all", "epochs": 4999}, "numpy"),
        ({"batch_size": "all", "epochs": 5000, "sizes": (2, 1)}, "compiled"),
        # 21 · (2 · 77 + 77² + 77) = 129 360 and 21 · (2 · 78 + 78² + 78) = 132 678
        ({"batch_size": "all", "epochs": 5000, "sizes": (2, 77, 77, 1)}, "compiled"),
        ({"batch_size": "all", "epochs": 5000, "sizes": (2, 78, 78, 1)}, "numpy"),
        ({"batch_size": 1, "epochs": 5000, "sizes": (2, 512, 512, 1)}, "compiled"),
        ({"gradient": "sign_error"}, "numpy"),
    ],
)
def test_auto_is_a_fixed_rule(change, engine):
    assert compiled.prefers(Recipe(**change)) == (engine == "compiled")


def test_run_says_which_engine_ran():
    recipe = Recipe(epochs=239)
    assert train(recipe, 0).engine == train(recipe, 0, engine="compiled").engine == "compiled"
    assert train(SHORT, 0).engine == train(recipe, 0, engine="numpy").engine == "numpy"


class Own(SGD):
    """An optimizer that numba has not seen."""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"gradient": "sign_error"}, "gradient is 'sign_error', which only the textbook loop"),
        ({"optimizer": Own()}, r"optimizer is Own\(\), a class of its own"),
    ],
)
def test_what_cannot_be_compiled_is_refused(change, reason):
    with pytest.raises(ValueError, match="engine is 'compiled', which cannot run .*" + reason):
        train(SHORT.replace(**change), 0, engine="compiled")
    with pytest.raises(ValueError, match=reason):
        compiled.run_many(SHORT.replace(**change), [0])


def test_listing_of_another_network_is_refused_by_both_engines():
    for engine in ("compiled", "numpy"):
        with pytest.raises(ValueError, match="report B's listing"):
            train(SHORT.replace(gradient="listing"), 0, engine=engine)


WITHOUT = """
import sys
sys.modules["numba"] = None
from nnlib import Recipe, train
print(train(Recipe(epochs=250), 0).engine)
try:
    train(Recipe(), 0, engine="compiled")
except ValueError as error:
    print(error)
"""


def test_without_numba(tmp_path):
    engine, error = output(WITHOUT, tmp_path).splitlines()
    assert engine == "numpy"
    reason = 'numba is not installed (pip install "nnlib[fast]")'
    assert error == f"engine is 'compiled', which cannot run this recipe: {reason}"


def test_import_does_not_load_numba(tmp_path):
    code = "import sys, nnlib, nnlib.compiled; print('numba' in sys.modules)"
    assert output(code, tmp_path) == "False"


# Arguments, Ctrl-C, the bar


def test_networks_are_left_unchanged():
    net = two()
    runs = compiled.run_many(TINY, [0, 1, 2, 3, 4], [net] * 5)
    assert net.weights[0].item() == 2.0
    assert {run.network.weights[0].item() for run in runs} == {
        tiny(batch_size=1).network.weights[0].item()
    }


def test_run_many_of_nothing():
    assert compiled.run_many(SHORT, []) == []


def test_one_network_for_each_seed():
    with pytest.raises(ValueError, match="networks has 1 entries; it needs one for each seed"):
        compiled.run_many(TINY, [0, 1], [two()])


def interrupting(monkeypatch, at):
    """Let Ctrl-C be heard after ``at`` stretches of one epoch each."""
    monkeypatch.setattr(block, "STRETCH", 1)
    go_on, calls = block.Block._go_on, iter(range(10**9))

    def interrupted(self, end):
        go_on(self, end)
        if next(calls) == at:
            raise KeyboardInterrupt

    monkeypatch.setattr(block.Block, "_go_on", interrupted)


@pytest.mark.parametrize("progress", [False, True])
def test_ctrl_c_gives_back_the_finished_epochs(progress, monkeypatch):
    expected = train(SHORT.replace(epochs=2), 0, engine="compiled")
    interrupting(monkeypatch, at=1)
    run = train(SHORT, 0, engine="compiled", snapshots=(1, 3), progress=progress)
    assert_same_network(run.network, expected.network)
    assert run.epochs.tolist() == [0, 1, 2]
    assert run.loss.tolist() == expected.loss.tolist()
    assert (run.stopped, run.diverged, sorted(run.snapshots)) == (1, False, [1])


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_ends_run_many(threads, monkeypatch):
    interrupting(monkeypatch, at=1)
    with pytest.raises(KeyboardInterrupt):
        compiled.run_many(SHORT, range(40), threads=threads)


def test_a_real_ctrl_c_is_heard_after_the_stretch(monkeypatch):
    """The signal comes while compiled code runs; that goes on to the end of its epochs."""
    recipe = Recipe(epochs=200_000, log_every=1000)
    train(recipe.replace(epochs=1), 0, engine="compiled")
    go_on = block.Block._go_on

    def with_signal(self, end):
        def send():
            while not self.counters[0]:  # until the kernel has finished an epoch
                pass
            os.kill(os.getpid(), signal.SIGINT)

        if self.counters[0] == 0:
            threading.Thread(target=send).start()
        go_on(self, end)

    with monkeypatch.context() as patch:
        patch.setattr(block.Block, "_go_on", with_signal)
        run = train(recipe, 0, engine="compiled")
    assert 0 < run.stopped < 100_000
    assert run.epochs[-1] == run.stopped + 1
    # before 100 000 the rate is not halved
    short = recipe.replace(epochs=int(run.epochs[-1]), schedule="constant")
    assert_same_network(run.network, train(short, 0, engine="compiled").network)


@pytest.mark.parametrize("seed", [-1, 0.5, None])
def test_bad_seeds(seed):
    with pytest.raises((TypeError, ValueError), match=rf"seeds\[\d\] is {seed}; it must be a"):
        compiled.run_many(SHORT, [0, seed])


def test_progress_shows_a_bar(capsys):
    train(SHORT, 0, engine="compiled", progress=True)
    assert "4/4" in capsys.readouterr().err
    train(SHORT, 0, engine="compiled")
    assert capsys.readouterr() == ("", "")


def test_every_word_of_a_recipe_has_its_code():
    from nnlib.compiled import elementwise, kernel

    kinds = tuple(kind.__name__ for kind in optimizers.OPTIMIZERS)
    for module, codes, words in (
        (elementwise, layout.ACTIVATIONS, activations.ACTIVATIONS),
        (elementwise, layout.LOSSES, losses.LOSSES),
        (kernel, layout.OPTIMIZERS, kinds),
        (kernel, layout.LOGS, LOGS),
    ):
        assert set(codes) == set(words)
        assert [getattr(module, name.upper()) for name in codes] == [*range(len(codes))]
