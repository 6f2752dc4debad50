"""Chapter 8's claims: results that contradict a verdict turn it, and one thing is changed."""

from dataclasses import fields
from pathlib import Path

import nbformat
import numpy as np
import pytest

from nnlib import SGD, Adagrad, Momentum, Recipe, sources
from nnlib.sources.claims import optimizers
from nnlib.sources.claims.optimizer_steps import first_averages, step_angles
from nnlib.sweeps import History, Sweep

N = 60
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
NAMES = [(claim.report, claim.name) for claim in optimizers.CLAIMS]


def claim(report, name):
    return getattr(sources, report).claim(name)


def spread(share, yes, no):
    """N values: ``yes`` for a share of them, ``no`` for the others."""
    return np.where(np.arange(N) < round(share * N), yes, no)


def made(of, loss=None, accuracy=None, histories=None):
    """A Sweep over a claim's recipes with made-up ends, one row a recipe."""
    recipes = tuple(of.experiment.values())
    shape = len(recipes), N
    loss = np.ones(shape) if loss is None else np.array(loss, dtype=float)
    accuracy = np.ones(shape) if accuracy is None else np.array(accuracy, dtype=float)
    assert loss.shape == accuracy.shape == shape
    engines = ("compiled",) * len(recipes)
    nothing = np.full(shape, np.nan)
    return Sweep(recipes, np.arange(N), engines, loss, accuracy, loss, nothing, histories, None)


def history(epochs, loss, accuracy=1.0):
    loss = np.array(loss, dtype=float)
    accuracy = np.broadcast_to(np.asarray(accuracy, dtype=float), loss.shape)
    return History(np.array(epochs), loss, accuracy, loss, np.ones(len(loss), dtype=bool))


def word(of, results):
    verdict = of.judge(results)
    assert (verdict.condition != "") == (verdict.word == "holds only under")
    assert verdict.evidence.endswith(".")
    return verdict.word


@pytest.mark.parametrize(
    ("sgd", "adam", "expected"),
    [(0, 1, "holds"), (0, 0.4, "holds only under"), (0.4, 0.4, "false"), (0.5, 0, "false")],
)
def test_adam_fast_and_adam_zero_follow_the_shares(sgd, adam, expected):
    shares = (sgd, adam, adam)
    rows = [
        history([0, 100], np.ones((N, 2)), np.column_stack([np.zeros(N), spread(share, 1, 0.9)]))
        for share in shares
    ]
    fast, zero = claim("A", "adam fast"), claim("A", "adam zero")
    assert word(fast, made(fast, histories=rows)) == expected
    losses = [spread(share, -2.1e-8, 0.01) for share in shares]
    assert word(zero, made(zero, loss=losses)) == expected


def test_the_condition_of_adam_zero_counts_the_starts():
    zero = claim("A", "adam zero")
    for share, condition in ((0.3, "some starts"), (0.8, "most starts")):
        losses = [spread(s, 0, 1) for s in (0, share, share)]
        assert zero.judge(made(zero, loss=losses)).condition == condition


@pytest.mark.parametrize(
    ("sgd", "adam", "slow", "expected"),
    [
        (1, 0.4, 1, "holds only under"),
        (1, 0.4, 0.4, "false"),
        (1, 1, 1, "holds"),
        (0.4, 0.95, 0, "holds"),
        (0.4, 0.5, 0, "false"),
    ],
)
def test_adam_linear_follows_the_shares(sgd, adam, slow, expected):
    linear = claim("A", "adam linear")
    accuracy = [spread(share, 0.99, 0.5) for share in (sgd, adam, adam, slow)]
    assert word(linear, made(linear, accuracy=accuracy)) == expected


def losses_with_spikes(share, after):
    """Rows 3, 12, ``after``, 3 for a share of the runs, else 3 throughout."""
    return np.where((np.arange(N) < share * N)[:, None], [3, 12, after, 3], [3, 3, 3, 3])


@pytest.mark.parametrize(
    ("sgd", "adam", "after", "expected"),
    [
        (0, 0.5, 3, "holds only under"),
        (0.5, 0.5, 3, "holds"),
        (0, 0.5, 11, "false"),  # not healed
        (0.5, 0, 3, "false"),  # nothing to heal
    ],
)
def test_adam_spike_asks_who_makes_them_and_whether_they_heal(sgd, adam, after, expected):
    spike = claim("A", "adam spike")
    rows = [history(range(4), losses_with_spikes(share, after)) for share in (sgd, adam)]
    assert word(spike, made(spike, histories=rows)) == expected


def test_a_spike_in_the_last_row_is_seen_but_has_no_row_to_heal_in():
    seen, healed = optimizers.spikes(np.array([[1.0, 1.0, 9.0], [9.0, 3.0, 2.0]]))
    assert seen.tolist() == [True, False]
    assert len(healed) == 0


def test_half_of_the_rise_is_healed():
    _, healed = optimizers.spikes(np.array([[2.0, 10.0, 6.0], [2.0, 10.0, 6.1]]))
    assert healed.tolist() == [True, False]


def test_bias_is_that_of_a_start_at_zero():
    bias = claim("A", "bias")
    ratios = first_averages()
    assert word(bias, ratios) == "holds only under"
    assert ratios["RMSprop"][0] == pytest.approx(0.1, rel=0.1)
    assert word(bias, ratios | {"SGD": (0.5, 1.0)}) == "holds"
    assert word(bias, ratios | {"RMSprop": (1.0, 1.0)}) == "false"


@pytest.mark.parametrize(
    ("momentum", "sgd", "matched", "expected"),
    [
        (1, 5, 1, "holds only under"),
        (1, 5, 3, "holds"),
        (5, 5, 1, "false"),
        (5, 1, 1, "false"),
    ],
)
def test_momentum_is_compared_at_two_rates(momentum, sgd, matched, expected):
    speed = claim("C", "momentum")
    noise = np.linspace(0.9, 1.1, N)
    rows = [
        history([0, 2000], np.outer(noise, [9, middle])) for middle in 2 * (momentum, sgd, matched)
    ]
    assert word(speed, made(speed, histories=rows)) == expected


@pytest.mark.parametrize(
    ("middles", "expected"),
    [((2, 1, 3), "holds only under"), ((1, 2, 3), "holds"), ((3, 1, 2), "false")],
)
def test_stochastic_is_slow_or_not(middles, expected):
    slow = claim("C", "stochastic")
    losses = np.outer(middles, np.linspace(0.9, 1.1, N))
    assert word(slow, made(slow, loss=losses)) == expected


def test_directions():
    directions = claim("C", "directions")
    angles = step_angles((1, 30, 50))
    assert len(angles) == 10
    assert angles["SGD", "Momentum"][0] == pytest.approx(0, abs=1e-6)
    assert word(directions, angles) == "holds only under"
    assert word(directions, dict.fromkeys(angles, (60, 60, 60))) == "holds"
    assert word(directions, angles | {("SGD", "Momentum"): (0, 0, 0)}) == "false"


@pytest.mark.parametrize("name", ["0.1 good", "momentum 0.001"])
def test_all_near_counts_the_runs(name):
    of = claim("E", name)
    n = len(of.experiment)
    for shares, expected in (
        ([1] * n, "holds"),
        ([1] + [0.5] * (n - 1), "holds only under"),
        ([0.5] * n, "false"),
    ):
        accuracy = [spread(share, 0.96, 0.52) for share in shares]
        assert word(of, made(of, accuracy=accuracy)) == expected


def test_diverged_runs_are_not_near():
    assert optimizers.near(np.array([np.nan, 1.0, 20 / 21, 0.94])).tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("momentum", "sgd", "expected"),
    [
        ((0.1, 0.1), (1, 1), "holds"),  # momentum fails where SGD as fast does not
        ((0.7, 0.1), (1, 0), "holds only under"),
        ((0.1, 0.1), (0, 0), "holds only under"),
        ((0.7, 0.9), (1, 1), "false"),
    ],
)
def test_momentum_01_asks_whether_the_rate_is_to_blame(momentum, sgd, expected):
    of = claim("E", "momentum 0.1")
    shares = [s for m, other in zip(momentum, sgd, strict=True) for s in (m, 1, other)]
    accuracy = [spread(share, 1, 0.5) for share in shares]
    assert word(of, made(of, accuracy=accuracy)) == expected


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((1, 0, 0), "holds"),
        ((1, 0, 0.6), "holds only under"),
        ((1, 0.6, 1), "false"),
        ((0.5, 0, 0), "false"),
    ],
)
def test_sgd_0001_with_more_epochs(shares, expected):
    of = claim("E", "sgd 0.001")
    accuracy = [spread(share, 1, 0.52) for share in shares]
    assert word(of, made(of, accuracy=accuracy)) == expected


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((0, 0, 0), "holds"),
        ((0, 0, 0.4), "holds only under"),
        ((0.6, 0, 0), "false"),
        ((0, 1, 1), "false"),
    ],
)
def test_adagrad_0001_with_more_epochs(shares, expected):
    of = claim("E", "adagrad 0.001")
    accuracy = [spread(share, 1, 0.5) for share in (*shares, 0, 0)]
    assert word(of, made(of, accuracy=accuracy)) == expected


# The experiments change what they say


def changes(a, b):
    """The names of the fields in which two recipes differ."""
    names = {f.name for f in fields(Recipe)}
    return {name for name in names if getattr(a, name) != getattr(b, name)}


def test_only_the_optimizer_or_the_rate_is_changed():
    sgd, adam, step = optimizers.XOR_ADAM.values()
    assert sgd.optimizer == SGD()
    assert changes(sgd, adam) == changes(adam, step) == {"optimizer"}
    sgd, adam, step, slow = optimizers.LINEAR_ADAM.values()
    assert changes(sgd, adam) == {"optimizer"}
    assert (changes(adam, slow), slow.lr) == ({"lr"}, 0.01)


def test_rates_are_matched_by_one_minus_the_momentum():
    runs = list(optimizers.SPEED.values())
    for momentum, sgd, matched in (runs[:3], runs[3:]):
        assert changes(momentum, sgd) == {"optimizer"}
        assert changes(sgd, matched) == {"lr"}
        assert matched.lr == pytest.approx(momentum.lr / (1 - momentum.optimizer.momentum))
    runs = list(optimizers.MOMENTUM_01.values())
    for fast, rescaled, sgd in (runs[:3], runs[3:]):
        assert (fast.optimizer, fast.lr) == (Momentum(0.9), 0.1)
        assert changes(fast, rescaled) == {"lr"}
        assert rescaled.lr == pytest.approx(0.1 * (1 - 0.9))
        assert sgd.lr == pytest.approx(0.1 / (1 - 0.9))
    runs = list(optimizers.MOMENTUM_0001.values())
    for momentum, sgd in (runs[:2], runs[2:]):
        assert changes(momentum, sgd) == {"optimizer", "lr"}
        assert sgd.lr == pytest.approx(momentum.lr / (1 - 0.9))


def test_as_many_epochs_and_as_many_updates():
    full, epochs, updates = optimizers.STOCHASTIC.values()
    assert changes(full, epochs) == {"batch_size"}
    assert full.epochs == updates.epochs * 100  # 100 points, one update each


def test_ten_times_the_epochs_of_report_e():
    _, xor, longer = optimizers.SGD_0001.values()
    assert (changes(xor, longer), longer.epochs) == ({"epochs"}, 1_000_001)
    xor, linear, longer, *early = optimizers.ADAGRAD_0001.values()
    assert (changes(linear, longer), longer.epochs) == ({"epochs"}, 1_000_001)
    for slow, fast in zip((xor, linear), early, strict=True):
        assert slow.optimizer == fast.optimizer == Adagrad()
        assert changes(slow, fast) == {"lr", "epochs"}
        assert (fast.lr / slow.lr) ** 2 == pytest.approx(slow.epochs / fast.epochs, rel=1e-4)


@pytest.mark.parametrize(("report", "name"), NAMES)
def test_claims_are_complete(report, name):
    of = claim(report, name)
    notebook, _, anchor = of.chapter.partition("#")
    cells = nbformat.read(NOTEBOOKS / notebook, as_version=4).cells
    assert any(cell.source.startswith(f"## {anchor.replace('-', ' ')}\n") for cell in cells)
    if not callable(of.experiment):
        for recipe in of.experiment.values():
            logged = {*range(0, recipe.epochs, recipe.log_every), recipe.epochs}
            assert set(of.rows) <= logged
