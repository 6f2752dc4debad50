"""The five reports as data: complete, well read, and judged by their runs."""

import csv
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import Recipe, sources, sweep
from nnlib.sources import stored
from nnlib.sources.judging import by_condition, clearly_lower, median, more_often
from nnlib.sources.model import VERDICTS, WIDTH, Figure, Verdict, log_rows, share

PRINTED = Path(__file__).with_name("printed_results.csv")
DAMAGED = ("9.999999623e-01",)  # a token of report C with one digit too many
FIGURES = [(source, figure) for source in sources.ALL for figure in source.figures]
CLAIMS = [claim for source in sources.ALL for claim in source.claims]


def test_every_printed_result_is_there_and_nothing_else():
    with PRINTED.open(encoding="utf-8", newline="") as file:
        printed = Counter(
            (row["report"], int(row["line"]), row["text"]) for row in csv.DictReader(file)
        )
    ours = Counter((source.name, f.line, f.text) for source, f in FIGURES)
    assert ours == printed


@pytest.mark.parametrize("source", sources.ALL, ids=lambda s: s.name)
def test_figures_name_experiments_and_metrics_or_say_why_not(source):
    for figure in source.figures:
        if figure.why_not:
            assert figure.recipe is None or figure.recipe in source.recipes
            continue
        recipe = source.recipes[figure.recipe]
        assert figure.variant is None or figure.variant in source.recipes
        assert (figure.metric == "output") == (figure.rank is not None)
        if figure.epoch is not None:
            assert figure.epoch % recipe.log_every == 0
            assert figure.epoch < recipe.epochs


def test_values_are_what_is_printed():
    for _, figure in FIGURES:
        if figure.why_not or figure.text in DAMAGED:
            continue
        printed = float(figure.text.rstrip("%")) / (100 if figure.text.endswith("%") else 1)
        error = 0.01 if figure.metric == "accuracy" else 1e-12 * abs(printed)
        assert abs(float(figure.value) - printed) <= error + 1e-15, figure


def test_default_experiments_have_the_same_names_everywhere():
    for source in sources.ALL:
        assert {"xor", "linear"} <= source.recipes.keys()
        assert source.recipes["xor"].data == "xor"
        assert source.recipes["linear"].data == "linear"


def test_the_readings_that_are_settled():
    A, B, C, D, E = (source.recipes["xor"] for source in sources.ALL)
    assert Recipe() == A
    assert (B.gradient, B.init, B.stop_below) == ("listing", "normal_legacy", 0.001)
    assert (C.sizes, C.reduction, C.batch_size, C.epochs) == ((2, 3, 3, 1), "mean", "all", 100_000)
    assert (D.optimizer.momentum, D.loss, D.epochs) == (0.9, "squared_half", 30)
    assert (E.epochs, E.log, E.loss) == (100_001, "before", "squared")


def test_report_b_comes_out_digit_for_digit():
    """Every figure of its XOR experiments: both tables and all 17 rows of the log."""
    figures = [f for f in sources.B.figures if f.recipe and f.recipe.startswith("xor")]
    assert len([f for f in figures if f.metric == "loss"]) == 17
    assert len(figures) == 34
    assert {sources.B.judge(f).verdict for f in figures} == {"exact"}


def test_judgements_follow_the_rule():
    for source, figure in FIGURES:
        verdict, percentile, *_, other = source.judge(figure)
        assert verdict in VERDICTS
        if verdict == "reproduced":
            assert 5 <= percentile <= 95
        if verdict == "not reproduced":
            assert not 1 <= percentile <= 99
            assert not 5 <= other <= 95
        if verdict == "not testable":
            assert figure.why_not


# Judging a figure

RUNS = sweep(Recipe(epochs=3), seeds=8, keep=("history", "network"))


def among(values, text="0.5", metric="loss"):
    """The percentile of a printed text among made-up results."""
    s = replace(RUNS, **{metric: np.array([values], dtype=float)})
    return Figure(1, "", text, float(text), "x", metric).percentile(s)


def test_a_percentile_counts_the_runs_below_and_half_of_those_equal():
    assert among([0.1, 0.2, 0.6, 0.7]) == 50
    assert among([0.1, 0.5, 0.5, 0.7]) == 50
    assert among([0.5, 0.5, 0.5, 0.7]) == 37.5
    assert among([0.6, 0.7]) == 0


def test_equal_means_printed_alike():
    assert among([0.1, 0.12344], text="0.1234") == 75
    assert among([0.1, 0.12346], text="0.1234") == 50


def test_runs_that_diverged_are_the_worst():
    assert among([0.1, np.inf]) == 50
    assert among([np.nan, 1.0], text="1.0", metric="accuracy") == 75


def test_a_row_of_the_log_is_measured_in_its_epoch():
    s = sweep(Recipe(epochs=3, log_every=1), seeds=3, keep=("history",))
    figure = Figure(1, "", "14.5", 14.5, "x", "loss", epoch=1)
    np.testing.assert_array_equal(figure.sample(s), s.histories[0].loss[:, 1])


def test_the_end_epoch_is_that_of_the_stop_or_the_number_of_epochs():
    s = replace(RUNS, stopped=np.array([[260, np.nan] + 6 * [5.0]]))
    assert Figure(1, "", "260", 260, "x", "end_epoch").sample(s)[:2].tolist() == [260, 3]


def test_outputs_are_ranked_and_counted():
    outputs = np.sort(RUNS.networks[0, 4].predict_proba(RUNS.recipes[0].points(4)[0]).ravel())
    figure = Figure(1, "", "0.5", 0.5, "x", "output", rank=2)
    assert figure.sample(RUNS)[4] == outputs[2]
    assert Figure(1, "", "10", 10, "x", "ones").sample(RUNS)[4] == np.sum(outputs > 0.5)


@pytest.mark.parametrize(
    ("text", "n", "value"),
    [("72%", 21, Fraction(15, 21)), ("33%", 21, Fraction(7, 21)), ("52%", 21, Fraction(11, 21)),
     ("80.96%", 21, Fraction(17, 21)), ("0.6667", 21, Fraction(14, 21)), ("100%", 100, 1)],
)  # fmt: skip
def test_an_accuracy_is_the_share_it_is_a_rounding_of(text, n, value):
    assert share(text, n) == value


def test_what_is_no_share_is_refused():
    with pytest.raises(ValueError, match=r"text is '30%'"):
        share("30%", 2)


def test_a_log_becomes_figures():
    figures = log_rows(10, "log", "xor", ("accuracy", "loss"), "0 47.62% 14.8\nend 100% 0.1", 21)
    assert [(f.line, f.epoch, f.metric) for f in figures] == [
        (10, 0, "accuracy"), (10, 0, "loss"), (11, None, "accuracy"), (11, None, "loss"),
    ]  # fmt: skip
    assert figures[0].value == Fraction(10, 21)


# Judging claims


def test_every_claim_has_a_verdict_with_numbers():
    assert len({(c.report, c.name) for c in CLAIMS}) == len(CLAIMS)
    for claim in CLAIMS:
        verdict = claim.verdict()
        assert verdict.word in ("holds", "holds only under", "false"), claim.name
        assert (verdict.word == "holds only under") == bool(verdict.condition), claim.name
        assert any(c.isdigit() for c in verdict.evidence), claim.name


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.report}-{claim.name}")
def test_rows_that_a_claim_needs_are_logged(claim):
    if not callable(claim.experiment):
        for recipe in claim.experiment.values():
            logged = {*range(0, recipe.epochs, recipe.log_every), recipe.epochs}
            assert set(claim.rows) <= logged


def test_a_verdict_is_wrapped_and_keeps_numbers_with_their_percent_signs():
    for shift in range(8):
        text = str(Verdict("holds", shift * "x" + " 97 % of the runs" * 20))
        lines = text.split("\n")
        assert len(lines) > 3
        assert max(map(len, lines)) <= WIDTH
        assert not any(line.startswith("%") for line in lines)
        assert text.count("97 %") == 20


def test_claims_are_found_by_name():
    claim = sources.A.claims[0]
    assert sources.A.claim(claim.name) is claim
    with pytest.raises(ValueError, match="name is 'nonsense'"):
        sources.A.claim("nonsense")


@given(st.lists(st.floats(0, 3), min_size=8, max_size=30), st.data())
def test_lower_is_never_said_of_both(a, data):
    b = data.draw(st.lists(st.floats(0, 3), min_size=8, max_size=30))
    assert not (clearly_lower(a, b) and clearly_lower(b, a))
    assert not clearly_lower(a, a)


def test_lower_and_more_often_say_yes_and_no():
    rng = np.random.default_rng(0)
    low, high = rng.normal(0, 1, 100), rng.normal(1, 1, 100)
    assert clearly_lower(low, high)
    assert not clearly_lower(high, low)
    assert not clearly_lower(low[:50], low[50:])
    assert clearly_lower(np.zeros(20), np.full(20, np.inf))
    assert not clearly_lower(np.zeros(20), np.zeros(20))
    yes, no = np.ones(50, dtype=bool), np.zeros(50, dtype=bool)
    assert more_often(yes, no)
    assert not more_often(no, yes)
    assert not more_often(yes, yes)


def test_mann_and_whitney_by_hand():
    # 3 of the 4 pairs have the first smaller; U has mean 2, variance 2·2·5/12, far from 3 errors
    assert not clearly_lower([1, 3], [2, 4])
    # all 100 pairs: U - 50 = 50 against 3·√(10·10·21/12) = 39.7
    assert clearly_lower(np.arange(10), np.arange(10, 20))
    # all 64 pairs: 32 against 3·√(8·8·17/12) = 28.6; of 36 pairs: 18 against 3·√(36·13/12) = 18.7
    assert clearly_lower(np.arange(8), np.arange(8, 16))
    assert not clearly_lower(np.arange(6), np.arange(6, 12))


def test_a_claim_holds_only_under_the_conditions_in_which_all_of_it_is_true():
    assert by_condition("x", {"a": True, "b": [True, True]}).word == "holds"
    assert by_condition("x", {"a": False, "b": [True, False]}).word == "false"
    some = by_condition("x", {"a": True, "b": [True, False], "c": [True]}, "points ")
    assert (some.word, some.condition) == ("holds only under", "points a and c")


def test_medians_are_written_with_three_digits_or_as_whole_numbers():
    texts = [median([number]) for number in (0.021345, 12.345, 1450.4, np.inf)]
    assert texts == ["0.0213", "12.3", "1450", "inf"]


# The file of stored runs

PLAN = stored.provenance()


def test_the_file_holds_every_experiment():
    from nnlib.sources.__main__ import plan

    for key, (wanted, _) in plan().items():
        held = PLAN[key]
        assert held["recipe"] == wanted["recipe"]
        assert held["seeds"] >= wanted["seeds"]
        assert set(held["epochs"]) >= set(wanted["epochs"])
        assert held["network"] >= wanted["network"]
    assert PLAN.keys() == plan().keys()


def cost(recipe):
    n = 21 if recipe.data == "xor" else 100
    return (
        recipe.epochs
        * n
        * sum(a * b for a, b in zip(recipe.sizes, recipe.sizes[1:], strict=False))
    )


def test_a_sample_computed_again_has_the_same_bits():
    """Every experiment that is quick, one seed each, another one on every day's file."""
    from nnlib.sources.__main__ import plan

    again = [(k, PLAN[k], recipe) for k, (_, recipe) in plan().items() if cost(recipe) < 40e6]
    assert len(again) > 50
    for i, (key, about, recipe) in enumerate(again):
        seed = 7 * i % about["seeds"]
        keep = [k for k, w in (("history", about["epochs"]), ("network", about["network"])) if w]
        s = sweep(recipe, [seed], "compiled", keep=keep)
        for name, values in stored.arrays(s, about["epochs"], about["network"]).items():
            kept = stored._file()[f"{key}/{name}"][[seed]]
            np.testing.assert_array_equal(values, kept, err_msg=f"{about['name']}, {name}")


def test_one_changed_bit_is_seen():
    key, about = next(iter(PLAN.items()))
    changed = stored._file()[f"{key}/loss"].copy()
    changed[0] = np.nextafter(changed[0], np.float32(np.inf))
    with pytest.raises(AssertionError):
        np.testing.assert_array_equal(changed, stored._file()[f"{key}/loss"])


def test_stored_runs_are_what_a_sweep_gives():
    recipe = sources.A.recipes["xor"]
    ours = sources.stored_sweep([recipe, recipe.replace(epochs=2)], seeds=[3, 1], keep=())
    live = sweep([recipe, recipe.replace(epochs=2)], [3, 1], "compiled")
    np.testing.assert_allclose(ours.loss, live.loss, rtol=1e-7)
    np.testing.assert_array_equal(ours.accuracy, live.accuracy)
    assert ours.recipes == live.recipes
    assert ours.seeds.tolist() == [3, 1]


def test_a_schedule_that_is_a_function_is_run_live():
    s = sources.stored_sweep(Recipe(epochs=2, schedule=lambda epoch: 1.0), seeds=2)
    assert s.finished.all()
