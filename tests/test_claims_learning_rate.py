"""The verdicts of chapter 5's claims follow the numbers: other results, other verdicts."""

import dataclasses

import numpy as np
import pytest

from nnlib import sources
from nnlib.recipe import Recipe
from nnlib.sources.claims import learning_rate as chapter
from nnlib.sweeps import History, Sweep

CLAIMS = {claim.name: claim for claim in chapter.CLAIMS}
N = 100
ORDER = (np.arange(N) + 0.5) / N
SPREAD = np.linspace(0.99, 1.01, N)


def right(*shares):
    """Accuracies (n_recipes, N) of which these shares are 1, the others 0.6."""
    return np.where(np.reshape(shares, (-1, 1)) > ORDER, 1.0, 0.6)


def near(*values):
    """N values a little around each of these."""
    return np.reshape(values, (-1, 1)) * SPREAD


def diverging(*shares):
    """Losses (n_recipes, N) of which these shares are infinite."""
    return np.where(np.reshape(shares, (-1, 1)) > ORDER, np.inf, 1.0)


def history(epochs, losses, accuracies=None):
    losses = np.asarray(losses, dtype=float) * np.ones((N, 1))
    accuracies = losses if accuracies is None else accuracies
    return History(np.array(epochs), losses, accuracies, losses, np.full(N, True))


def made_up(name, loss=None, accuracy=None, error=None, stopped=None, histories=None):
    recipes = tuple(CLAIMS[name].experiment.values())
    blank = np.ones((len(recipes), N))
    parts = [blank if part is None else part for part in (loss, accuracy, error)]
    stopped = np.full(blank.shape, np.nan) if stopped is None else stopped
    engines = ("compiled",) * len(recipes)
    return Sweep(recipes, np.arange(N), engines, *parts, stopped, histories, None)


def word(name, **results):
    verdict = CLAIMS[name].verdict(made_up(name, **results))
    assert verdict.evidence.endswith(".")
    return verdict.word


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((0.96, 0.0, 0.97), "holds only under"),
        ((0.96, 0.0, 0.1), "holds"),
        ((0.96, 0.95, 0.97), "false"),
    ],
)
def test_too_small(shares, expected):
    assert word("too_small", accuracy=right(*shares)) == expected


@pytest.mark.parametrize(("share", "expected"), [(0.9, "holds"), (0.2, "false"), (0.0, "false")])
def test_very_long(share, expected):
    accuracy = right(share)
    rows = (history([0, 25_000], [[9, 1]], np.column_stack([0 * accuracy[0], accuracy[0]])),)
    assert word("very_long", accuracy=accuracy, histories=rows) == expected


@pytest.mark.parametrize(("share", "expected"), [(0.1, "holds"), (0.93, "false")])
def test_too_large(share, expected):
    assert word("too_large", accuracy=right(0.96, share)) == expected


@pytest.mark.parametrize(
    ("share", "expected"), [(0.9, "holds"), (0.3, "holds only under"), (0.01, "false")]
)
def test_oscillation(share, expected):
    falls = np.linspace(2, 1, len(chapter.LAST_ROWS)) * np.ones((N, 1))
    swings = np.where(np.arange(falls.shape[1]) % 2, 1.5, 1.0)
    large = np.where(ORDER[:, None] < share, swings, falls)
    rows = history(chapter.LAST_ROWS, falls), history(chapter.LAST_ROWS, large)
    assert word("oscillation", histories=rows) == expected


def test_oscillation_reads_only_the_last_rows():
    early = history((0, 100, *chapter.LAST_ROWS), [[1, 9, *[1] * len(chapter.LAST_ROWS)]])
    assert word("oscillation", histories=(early, early)) == "false"


@pytest.mark.parametrize(
    ("linear", "losses", "expected"),
    [
        ((0.97, 1, 1), (2, 1, 1), "holds"),
        ((0.97, 1, 1), (900, 1, 1), "holds only under"),
        ((0.6, 1, 1), (2, 1, 1), "false"),
    ],
)
def test_small_effect(linear, losses, expected):
    accuracy = np.ones(N) * np.reshape([*linear, 0.52, 1, 0.52], (-1, 1))
    assert word("small_effect", accuracy=accuracy, loss=near(*losses, 80, 1, 60)) == expected


@pytest.mark.parametrize(
    ("shares", "expected", "condition"),
    [
        ((0.5, 0.9, 0.9, 1), "holds", ""),
        ((0.5, 0.6, 0.9, 1), "holds", ""),
        ((0.5, 0.6, 0.6, 1), "holds only under", "ten times the epochs"),
        ((0.5, 0.5, 0.6, 0.6), "false", ""),
        ((1, 1, 1, 1), "false", ""),
    ],
)
def test_little_longer(shares, expected, condition):
    results = made_up("little_longer", accuracy=right(*shares))
    verdict = CLAIMS["little_longer"].verdict(results)
    assert (verdict.word, verdict.condition) == (expected, condition)


def test_border():
    distances = np.tile(np.linspace(0, 0.5, 100), (3, 1))
    nearest = distances < 0.02
    judge = CLAIMS["border"].verdict
    assert judge((distances, nearest)).word == "holds"
    assert judge((distances, distances > 0.48)).word == "false"
    assert judge((distances, distances < 0)).word == "false"  # nobody is missed


def test_border_leaves_out_runs_that_guess():
    distances = np.tile(np.linspace(0, 0.5, 100), (2, 1))
    missed = np.array([distances[0] < 0.01, distances[0] > 0.25])
    assert "1 of 2 runs" in CLAIMS["border"].verdict((distances, missed)).evidence


@pytest.mark.parametrize(
    ("ends", "losses", "expected"),
    [
        ((500, 500, 300, 50), (30, 15, 5, 1), "holds"),
        ((500, 500, 300, 50), (30, 15, 5, 6), "holds only under"),
        ((500, 300, 300, 350), (30, 15, 5, 1), "false"),
    ],
)
def test_faster(ends, losses, expected):
    assert word("faster", stopped=near(*ends), loss=near(*losses)) == expected


@pytest.mark.parametrize(
    ("shares", "expected", "condition"),
    [
        ((0.9, 0.0, 0.9, 0.0), "holds", ""),
        ((0.04, 0.0, 0.5, 0.0), "holds only under", "the listing's gradient at rate 10"),
        ((0.04, 0.0, 0.5, 0.5), "holds only under", "rate 10"),
        ((0.0, 0.0, 0.0, 0.0), "false", ""),
    ],
)
def test_threshold(shares, expected, condition):
    verdict = CLAIMS["threshold"].verdict(made_up("threshold", loss=diverging(*shares)))
    assert (verdict.word, verdict.condition) == (expected, condition)


RISES_AND_FALLS, RISES = (0.5, 0.7, 0.9, 0.6), (0.5, 0.7, 0.9, 1.0)


@pytest.mark.parametrize(
    ("listing", "exact", "expected"),
    [
        (RISES_AND_FALLS, RISES, "holds only under"),
        (RISES_AND_FALLS, RISES_AND_FALLS, "holds"),
        (RISES, RISES, "false"),
    ],
)
def test_xor_rates(listing, exact, expected):
    assert word("xor_rates", accuracy=near(*listing, *exact)) == expected


def test_xor_rates_counts_a_diverged_run_as_the_worst():
    accuracy = near(*RISES, *RISES)
    accuracy[3] = np.nan
    assert word("xor_rates", accuracy=accuracy) == "holds only under"


@pytest.mark.parametrize(
    ("listing", "exact", "expected"),
    [(0.7, 0.0, "holds only under"), (0.7, 0.7, "holds"), (0.2, 0.0, "false")],
)
def test_figure_14(listing, exact, expected):
    rows = tuple(
        history([0, 100, 499], np.where(ORDER[:, None] < share, [7, 4, 6], [7, 4, 1]))
        for share in (listing, exact)
    )
    assert word("figure_14", histories=rows) == expected


@pytest.mark.parametrize(
    ("listing", "exact", "expected"),
    [(1, 1, "holds"), (1, 0, "holds only under"), (0, 0, "false"), (0, 1, "false")],
)
def test_swing(listing, exact, expected):
    calm = np.linspace(2, 1, len(chapter.LAST_EPOCHS)) * np.ones((N, 1))
    swinging = calm + 0.5 * (np.arange(calm.shape[1]) % 2)
    rows = [
        history(chapter.LAST_EPOCHS, swinging if swings else calm)
        for swings in (0, 0, 0, listing, 0, 0, 0, exact)
    ]
    assert word("swing", histories=tuple(rows)) == expected


@pytest.mark.parametrize(
    ("long", "expected"), [((0.06, 0.06), "holds only under"), ((0.2, 0.3), "holds")]
)
def test_smaller(long, expected):
    assert word("smaller", error=near(*2 * (0.07, 0.4, 0.5, *long))) == expected


def test_smaller_is_false_where_no_rate_is_worse():
    assert word("smaller", error=near(*2 * (0.07, 0.4, 0.07, 0.06, 0.06))) == "false"


@pytest.mark.parametrize(
    ("losses", "start", "expected"),
    [
        ((1e-4, 5, 5), 8, "holds"),
        ((5, 5, 5), 8, "false"),  # no slower than 0.1
        ((1e-4, 9, 9), 8, "false"),  # it does not decrease
    ],
)
def test_slow(losses, start, expected):
    rows = tuple(history([0], near(start).T) for _ in range(6))
    assert word("slow", loss=near(*losses, *losses), histories=rows) == expected


# The experiments change what their claims say.


def differing(a, b):
    """The parts in which two recipes differ."""
    names = (field.name for field in dataclasses.fields(Recipe))
    return {name for name in names if getattr(a, name) != getattr(b, name)}


@pytest.mark.parametrize(
    ("experiment", "pairs", "changed"),
    [
        (chapter.TOO_SMALL, [(0, 1)], {"lr"}),
        (chapter.TOO_SMALL, [(1, 2)], {"epochs"}),
        (chapter.TOO_LARGE, [(0, 1)], {"lr"}),
        (chapter.SMALL_EFFECT, [(0, 1), (0, 2), (3, 4), (3, 5)], {"lr"}),
        (chapter.SMALL_EFFECT, [(0, 3), (1, 4), (2, 5)], {"data", "epochs"}),
        (chapter.LITTLE_LONGER, [(0, 1), (0, 2), (0, 3)], {"epochs"}),
        (chapter.FASTER, [(0, 1), (0, 2), (0, 3)], {"lr"}),
        (chapter.XOR_RATES, [(0, 1), (0, 3), (4, 7)], {"lr"}),
        (chapter.XOR_RATES, [(0, 4), (3, 7)], {"gradient"}),
        (chapter.FIGURE_14, [(0, 1)], {"gradient"}),
        (chapter.THRESHOLD, [(0, 1), (2, 3)], {"gradient"}),
        (chapter.SMALLER, [(0, 1), (0, 2), (5, 6), (5, 7)], {"lr"}),
        (chapter.SMALLER, [(1, 3), (2, 4), (6, 8), (7, 9)], {"epochs"}),
        (chapter.SLOW, [(0, 1), (3, 4)], {"lr"}),
    ],
)
def test_one_thing_is_changed(experiment, pairs, changed):
    recipes = list(experiment.values())
    for i, j in pairs:
        assert differing(recipes[i], recipes[j]) == changed


@pytest.mark.parametrize("experiment", [chapter.SMALLER, chapter.SLOW])
def test_runs_with_fewer_epochs_have_the_same_rate_times_epochs(experiment):
    last = {"smaller": (0, 3, 4), "slow": (1, 2)}["smaller" if len(experiment) == 10 else "slow"]
    recipes = list(experiment.values())
    half = len(recipes) // 2
    for data in (recipes[:half], recipes[half:]):
        products = [data[i].lr * data[i].epochs for i in last]
        np.testing.assert_allclose(products, products[0], rtol=1e-3)


def test_rows_are_rows_of_every_recipe():
    for claim in chapter.CLAIMS:
        for recipe in claim.experiment.values() if claim.rows else ():
            for epoch in claim.rows:
                assert epoch == recipe.epochs or epoch % recipe.log_every == 0
                assert epoch <= recipe.epochs


def test_recipes_are_those_of_the_reports():
    assert chapter.TOO_SMALL["0.1"] == sources.A.recipes["xor"]
    assert list(chapter.FASTER.values())[2] == sources.B.recipes["linear"]
    assert list(chapter.SLOW.values())[3] == sources.E.recipes["xor"]


def test_border_points_are_those_of_the_runs():
    distances, missed = chapter.border_points(seeds=2)
    assert distances.shape == missed.shape == (2, 100)
    assert distances.min() > 0
    assert distances.max() < 1
