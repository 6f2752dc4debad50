"""The claims of chapters 1 to 4 and 10: their verdicts turn when the numbers say otherwise."""

from dataclasses import replace

import numpy as np
import pytest

from nnlib import data
from nnlib.sources.claims import gradients as g
from nnlib.sources.claims import training as t
from nnlib.sweeps import History, Sweep

CLAIMS = (*g.CLAIMS, *t.CLAIMS)
N = 40
FIRST, LATE, NEVER = 100, 1400, np.inf  # rows in which all points are right


def spread(middle):
    """N results around a middle."""
    return middle * np.linspace(0.8, 1.2, N)


def made_up(recipes, **measured):
    """A Sweep with these results: {"accuracy" or another measure: a row of N for each recipe}."""
    ends = {
        name: np.array(measured.get(name, np.ones((len(recipes), N))), dtype=float)
        for name in ("loss", "accuracy", "mean_absolute_error")
    }
    stopped = np.full((len(recipes), N), np.nan)
    arrays = [*ends.values(), stopped, measured.get("histories"), None]
    return Sweep(tuple(recipes), np.arange(N), ("compiled",) * len(recipes), *arrays)


def right(share):
    """Accuracies with all points right in this share of the runs."""
    return np.where(np.arange(N) < share * N, 1.0, 0.9)


def shares(claim, *values):
    return claim(made_up(range(len(values)), accuracy=[right(v) for v in values]))


def first_rows(*rows):
    """A Sweep whose runs have all points right from these rows on, spread a little."""
    histories = []
    for row in rows:
        start = spread(row)
        accuracy = np.where(np.array(t.ROWS) >= start[:, None], 1.0, 0.5)
        none = np.ones_like(accuracy)
        histories.append(History(np.array(t.ROWS), none, accuracy, none, np.ones(N, dtype=bool)))
    recipe = t.POINTS["XOR, 21 points"]
    return made_up([recipe] * len(rows), histories=tuple(histories))


def errors(*middles):
    return t.judge_batches(
        made_up(t.BATCHES, mean_absolute_error=[spread(middle) for middle in middles])
    )


def word(verdict):
    return verdict.word


# Chapters 1, 2, 3 and 10


def test_two_cases_must_not_overflow_where_one_does():
    found = g.branches()
    assert word(g.judge_overflow(found)) == "holds"
    assert g.judge_overflow(found).evidence == (
        "1 / (1 + e^-z) overflows at 2 of the 5 z (-4294967296, -800, -40, -20, 5), the two cases "
        "at none; their values are off by more than 1 % at one"
    )
    bad = found | {-800.0: (True, True, 0.0, 0.0)}
    assert word(g.judge_overflow(bad)) == "false"
    no_need = {z: (False, *rest) for z, (_, *rest) in found.items()}
    assert word(g.judge_overflow(no_need)) == "false"


def test_report_a_cancels_where_the_other_form_does_not():
    _, _, value, right = g.branches()[-40.0]
    assert value == 0
    assert 4e-18 < right < 5e-18


def test_jacobians_cost_what_chapter_3_counts():
    found = g.jacobian_costs((10,))[10]
    assert (found["entries"], found["entries"] - found["zeros"]) == (1521, 261)
    assert found["weights"] == 130


@pytest.mark.parametrize(
    "change", [{"zeros": 0}, {"weights": 10**9}, {"difference": 0.1}], ids=lambda c: next(iter(c))
)
def test_jacobians_must_be_larger_and_mostly_zero(change):
    found = g.jacobian_costs((10, 20))
    assert word(g.judge_jacobians(found)) == "holds"
    assert word(g.judge_jacobians({w: c | change for w, c in found.items()})) == "false"


def test_larger_losses_with_smaller_gradients():
    found = g.updates_against_losses(seeds=1)
    assert word(g.judge_larger(found)) == "holds only under"
    loss, size = found["cross-entropy"]
    assert word(g.judge_larger(found | {"squared error": (loss, size)})) == "holds"
    assert word(g.judge_larger(found | {"cross-entropy": (loss, -size)})) == "false"


def test_agreement_by_hand():
    # of three pairs, (1, 2) and (1, 3) have the larger size with the larger loss, (2, 3) has not
    assert g.agreement((np.array([[1, 2, 3]]), np.array([[1, 3, 2]]))) == pytest.approx(2 / 3)


def test_a_seed_must_give_the_same_again():
    xor, linear = ([260, 260], [0.25, 0.25]), ([300, 375], [0.1, 0.2])
    assert word(g.judge_seed((xor, linear))) == "holds only under"
    assert word(g.judge_seed((xor, xor))) == "holds"
    assert word(g.judge_seed((linear, linear))) == "false"


def nan_sweep(*diverged):
    losses = [np.where(right(share) == 1, np.inf, 1.0) for share in diverged]
    last = [np.full((N, 1), 1e-4)] * 5
    histories = tuple(
        History(np.array([299]), loss, loss, loss, np.ones(N, dtype=bool)) for loss in last
    )
    return made_up(g.NAN.values(), loss=losses, histories=histories)


def test_a_small_loss_must_end_in_nan():
    assert word(g.judge_nan(nan_sweep(0, 0, 0.6, 0.6, 0))) == "false"
    assert word(g.judge_nan(nan_sweep(1, 1, 1, 1, 1))) == "holds"
    listing = g.judge_nan(nan_sweep(1, 0, 1, 1, 1))
    assert (listing.word, listing.condition) == ("holds only under", "its own gradient")


# Chapter 4


@pytest.mark.parametrize(
    ("values", "expected"),
    [((0.9, 0, 1, 0.8, 0, 1), "holds"), ((0.9, 0, 1, 0.4, 0, 1), "holds only under XOR"),
     ((0.1, 1, 1, 0.9, 1, 1), "holds only under linear"), ((0.1, 1, 1, 0.1, 1, 1), "false")],
)  # fmt: skip
def test_most_runs_must_reach_all_points_with_the_chosen_epochs(values, expected):
    assert str(shares(t.judge_chosen, *values)).startswith(expected)


def test_xor_must_take_longer():
    assert word(t.judge_longer(first_rows(LATE, FIRST))) == "holds"
    assert word(t.judge_longer(first_rows(FIRST, FIRST))) == "false"
    assert word(t.judge_longer(first_rows(FIRST, NEVER))) == "false"
    per_update = t.judge_longer(first_rows(LATE, LATE / 2))  # 100 updates an epoch against 21
    assert per_update.condition == "a count of epochs instead of updates"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((LATE, LATE / 5, FIRST, FIRST), "holds only under a count of epochs"),
        ((LATE, LATE / 10, FIRST, FIRST), "holds only under points as one reason"),
        ((LATE, LATE / 5, LATE, LATE / 5), "holds:"),
        ((LATE, LATE, FIRST, FIRST), "false"),
    ],
)
def test_more_points_must_help(rows, expected):
    assert str(t.judge_points(first_rows(*rows))).startswith(expected)


def test_a_line_must_be_quicker():
    assert word(t.judge_line(first_rows(LATE, FIRST))) == "holds"
    assert word(t.judge_line(first_rows(LATE, LATE))) == "false"


@pytest.mark.parametrize(
    ("middles", "expected"),
    [
        ((0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1), "holds:"),
        ((0.1, 0.1, 0.5, 0.5, 0.5, 0.1, 0.1), "holds only under sums and as many epochs:"),
        (
            (0.1, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1),
            "holds only under sums, as many epochs, and a small",
        ),
        ((0.1, 0.5, 0.5, 0.01, 0.01, 0.1, 0.5), "false"),
    ],
)
def test_the_batch_must_not_matter(middles, expected):
    assert str(errors(*middles)).startswith(expected)


@pytest.mark.parametrize(
    ("values", "expected"),
    [((0.9, 1, 0.9, 1), "holds"), ((0.9, 1, 0.2, 1), "holds only under linear"),
     ((0.2, 1, 0.9, 1), "holds only under XOR"), ((0.2, 1, 0.2, 1), "false")],
)  # fmt: skip
def test_most_runs_must_converge_in_time(values, expected):
    assert str(shares(t.judge_converged, *values)).startswith(expected)


@pytest.mark.parametrize(
    ("values", "expected"),
    [((1, 1, 0.95, 1), "holds:"), ((1, 1, 0.6, 1), "holds only under most starts, not all, on X"),
     ((1, 1, 0.2, 1), "false")],
)  # fmt: skip
def test_few_units_must_do(values, expected):
    assert str(shares(t.judge_small, *values)).startswith(expected)


@pytest.mark.parametrize(
    ("values", "expected"),
    [((1, 1, 1, 1), "holds:"), ((0, 0.9, 1, 1), "holds only under ten times"),
     ((0, 0.9, 0, 1), "holds only under XOR:"), ((1, 0, 1, 0), "holds only under linear"),
     ((0, 0.2, 0, 1), "holds only under XOR and ten times the epochs:"),
     ((0, 0, 0, 0), "false")],
)  # fmt: skip
def test_results_must_be_perfect(values, expected):
    assert str(shares(t.judge_perfect, *values)).startswith(expected)


# The experiments


def differences(first, second):
    """Names of the fields in which two recipes differ."""
    fields = first.__dataclass_fields__
    same = [first.replace(**{name: getattr(second, name)}) == first for name in fields]
    return {name for name, equal in zip(fields, same, strict=True) if not equal}


def test_experiments_change_what_they_say():
    a, b, c, d = t.POINTS.values()
    assert differences(a, b) == differences(a, c) == differences(a, d) == {"data"}
    assert differences(*t.LINE.values()) == {"data"}
    assert differences(*list(t.SMALL.values())[:2]) == {"sizes"}
    assert differences(*list(t.SMALL.values())[2:]) == {"sizes"}
    assert differences(*list(t.CONVERGED.values())[:2]) == {"epochs"}
    assert differences(*list(t.PERFECT.values())[::2]) == {"epochs"}
    assert differences(*list(t.CHOSEN.values())[:2]) == {"epochs"}
    one, *batches = t.BATCHES.values()
    assert [differences(one, recipe) for recipe in batches] == [
        {"batch_size"}, {"batch_size", "reduction"}, {"batch_size", "epochs"},
        {"batch_size", "reduction", "epochs"}, {"lr", "epochs"}, {"batch_size", "lr", "epochs"},
    ]  # fmt: skip
    listing, exact, large, *_ = g.NAN.values()
    assert differences(listing, exact) == {"gradient"}
    assert differences(listing, large) == {"lr"}
    assert all(recipe.stop_below is None for recipe in g.NAN.values())


def test_the_line_parts_the_same_points_in_the_same_order():
    xor, line = (recipe.points(0) for recipe in t.LINE.values())
    np.testing.assert_array_equal(xor[0], line[0])
    assert xor[1].sum() == line[1].sum()
    np.testing.assert_array_equal(line[1][:, 0], xor[0][:, 1] > 0.55)
    # in both, neighbors in the order have different labels, but for one pair
    assert [np.sum(np.diff(labels[:, 0]) == 0) for _, labels in (xor, line)] == [1, 0]


def test_rows_of_the_repeated_points_are_those_of_the_points():
    X, y = data.xor()
    assert all(5 * row in t.ROWS for row in t.ROWS if 100 < row <= 500)
    repeated, labels = t.POINTS["XOR, 105 points"].points(0)
    np.testing.assert_array_equal(repeated, np.tile(X, (5, 1)))
    np.testing.assert_array_equal(labels, np.tile(y, (5, 1)))


def test_rows_exist_in_every_run():
    for claim in CLAIMS:
        for recipe in () if callable(claim.experiment) else claim.experiment.values():
            assert all(row % recipe.log_every == 0 for row in claim.rows)
            assert all(row <= recipe.epochs for row in claim.rows)


def test_first_row_with_all_points_right():
    epochs, right = np.array([0, 100, 200]), np.array([[0.5, 1, 0.9], [0.5, 0.5, 0.5]])
    history = History(epochs, right, right, right, np.ones(2, dtype=bool))
    assert t.reached(history).tolist() == [100, np.inf]


def test_claims_lead_to_their_chapters():
    chapters = {claim.chapter.partition("#")[0] for claim in CLAIMS}
    assert chapters == {
        "01_sigmoid.ipynb", "02_network_and_loss.ipynb", "03_computational_graph.ipynb",
        "04_training.ipynb", "10_wrong_gradients.ipynb",
    }  # fmt: skip


def test_a_made_up_sweep_can_be_turned_by_replacing_one_array():
    sweep = made_up(t.CONVERGED, accuracy=[right(1)] * 4)
    assert word(t.judge_converged(sweep)) == "holds"
    assert word(t.judge_converged(replace(sweep, accuracy=0 * sweep.accuracy))) == "false"
