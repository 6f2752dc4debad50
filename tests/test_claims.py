"""Rules say yes and no, and every claim turns both ways with made-up results."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import sources
from nnlib.sources import claim as claims
from nnlib.sources import experiment, measures, rules
from nnlib.sources.claims import CLAIMS
from nnlib.sources.rules import (
    NOT_DECIDED,
    Alike,
    Evidence,
    Higher,
    Lower,
    Measure,
    NotLarger,
    Number,
    Oftener,
    Share,
    Usual,
)
from nnlib.sweeps import History, Sweep

ANY = Measure("anything", lambda results, i: results[i])
N = 200
SPREAD = np.linspace(1, 2, N)
FEW = np.linspace(1, 9, 8)


def share(k, n=N):
    return np.arange(n) < k


def decided(rule, *values, p=None):
    """What a rule says of values, with its own p as the adjusted one."""
    row, up = rule.look("", values if rule.labels else values[0])
    return rule.decide(dataclasses.replace(row, adjusted=row.p if p is None else p), up)


# Rules


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        (Higher, (2 * SPREAD, SPREAD), "yes"),
        (Higher, (SPREAD, 2 * SPREAD), "no"),
        (Higher, (SPREAD, SPREAD), "no"),  # alike
        (Lower, (SPREAD, 2 * SPREAD), "yes"),
        (Lower, (2 * SPREAD, SPREAD), "no"),
        (Lower, (SPREAD, np.full(N, np.inf)), "yes"),
        (Lower, (np.full(N, np.nan), SPREAD), "yes"),  # an accuracy of diverged runs
        (Lower, (FEW, FEW[::-1]), NOT_DECIDED),
        (NotLarger, (SPREAD, SPREAD), "yes"),
        (NotLarger, (SPREAD, 2 * SPREAD), "yes"),
        (NotLarger, (2 * SPREAD, SPREAD), "no"),
        (NotLarger, (FEW, FEW[::-1]), NOT_DECIDED),
        (Oftener, (share(150), share(100)), "yes"),
        (Oftener, (share(100), share(150)), "no"),
        (Oftener, (share(N), share(N)), "no"),
        (Oftener, (share(20, 20), share(20, 20)), NOT_DECIDED),  # alike, but too few to say so
        (Alike, (SPREAD, 1.01 * SPREAD), "yes"),
        (Alike, (SPREAD, 1.5 * SPREAD), "no"),
        (Alike, (FEW, FEW[::-1]), NOT_DECIDED),
        (Alike, (share(N), share(N)), "yes"),
        (Alike, (share(100), share(150)), "no"),
    ],
)
def test_two_experiments_are_compared(kind, values, said):
    assert decided(kind("a", "b", ANY), *values) == said


def test_without_a_small_adjusted_p_nothing_is_larger():
    assert decided(Higher("a", "b", ANY), 2 * SPREAD, SPREAD, p=0.051) == NOT_DECIDED
    assert decided(Higher("a", "b", ANY), 2 * SPREAD, SPREAD, p=0.049) == "yes"


@pytest.mark.parametrize(
    ("rule", "count", "said"),
    [
        (Share("a", ANY), 120, "yes"),
        (Share("a", ANY), 80, "no"),
        (Share("a", ANY), 101, NOT_DECIDED),
        (Share("a", ANY, 0.1, below=True), 5, "yes"),
        (Share("a", ANY, 0.1, below=True), 50, "no"),
        (Share("a", ANY, 0.1, below=True), 20, NOT_DECIDED),
        (Usual("a", ANY), 195, "yes"),
        (Usual("a", ANY), 3, "no"),
        (Usual("a", ANY), 60, "sometimes"),
        (Usual("a", ANY), 180, NOT_DECIDED),
        (Usual("a", ANY), 20, NOT_DECIDED),
    ],
)
def test_a_share_is_held_against_a_threshold(rule, count, said):
    assert decided(rule, share(count)) == said


def test_no_runs_decide_nothing():
    assert decided(Share("a", ANY), np.zeros(0, dtype=bool)) == NOT_DECIDED


@pytest.mark.parametrize(
    ("below", "value", "said"),
    [
        (False, 2, "yes"),
        (False, 1, "no"),
        (True, 0.5, "yes"),
        (True, 1, "no"),
        (True, np.nan, "no"),
    ],
)
def test_a_fact_is_a_number_and_a_threshold(below, value, said):
    assert decided(Number(ANY, 1, below), value) == said


def at(kind="share", low=0.0, high=0.0, adjusted=1.0, value=0.0):
    """Evidence with these numbers, whatever runs would give them."""
    return Evidence(
        "", "a", "b", "anything", N, kind, value, None, low, high, "", 0.0, adjusted, ""
    )


@pytest.mark.parametrize(
    ("rule", "row", "up", "said"),
    [
        # an adjusted p of just 0.05 is none below it
        (Higher("a", "b", ANY), at(low=0.2, high=0.4, adjusted=0.05), 1, NOT_DECIDED),
        (Alike("a", "b", ANY), at(low=0.2, high=0.4, adjusted=0.05), 1, NOT_DECIDED),
        (NotLarger("a", "b", ANY), at(low=0.2, high=0.4, adjusted=0.05), -1, NOT_DECIDED),
        # alike: strictly within 5 points, or 0.9 to 1.1
        (Alike("a", "b", ANY), at(low=-0.049, high=0.049), 0, "yes"),
        (Alike("a", "b", ANY), at(low=-0.05, high=0.04), 0, NOT_DECIDED),
        (Alike("a", "b", ANY), at(low=-0.04, high=0.05), 0, NOT_DECIDED),
        (Alike("a", "b", ANY), at("median", 0.91, 1.09), 0, "yes"),
        (Alike("a", "b", ANY), at("median", 0.9, 1.09), 0, NOT_DECIDED),
        (Alike("a", "b", ANY), at("median", 0.91, 1.1), 0, NOT_DECIDED),
        # for "no", an interval within the bounds must hold equality, its ends included
        (Higher("a", "b", ANY), at(low=0.0, high=0.04), 0, "no"),
        (Higher("a", "b", ANY), at(low=-0.04, high=0.0), 0, "no"),
        (Higher("a", "b", ANY), at(low=0.01, high=0.04), 0, NOT_DECIDED),
        (Higher("a", "b", ANY), at(low=-0.06, high=0.04), 0, NOT_DECIDED),
        (Higher("a", "b", ANY), at("median", 1.0, 1.05), 0, "no"),
        (Higher("a", "b", ANY), at("median", 0.95, 1.0), 0, "no"),
        (Higher("a", "b", ANY), at("median", 1.01, 1.05), 0, NOT_DECIDED),
        # smaller or alike: a clear difference within the bounds is none
        (NotLarger("a", "b", ANY), at(low=0.01, high=0.04, adjusted=0.01), 1, "yes"),
        (NotLarger("a", "b", ANY), at(low=0.01, high=0.06, adjusted=0.01), 1, "no"),
        (NotLarger("a", "b", ANY), at(low=-0.06, high=-0.01, adjusted=0.01), -1, "yes"),
        # an interval that ends at a threshold lies on no side of it
        (Share("a", ANY), at(low=0.5, high=0.7), None, NOT_DECIDED),
        (Share("a", ANY), at(low=0.3, high=0.5), None, NOT_DECIDED),
        (Usual("a", ANY), at(low=0.9, high=1.0), None, NOT_DECIDED),
        (Usual("a", ANY), at(low=0.0, high=0.1), None, NOT_DECIDED),
        (Usual("a", ANY), at(low=0.1, high=0.8), None, NOT_DECIDED),
        (Usual("a", ANY), at(low=0.2, high=0.9), None, NOT_DECIDED),
        (Usual("a", ANY), at(low=0.11, high=0.89), None, "sometimes"),
    ],
)
def test_at_the_bounds(rule, row, up, said):
    assert rule.decide(row, up) == said


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Higher("a", "b", ANY), ["anything: larger in the first than", "p below 0.05; no if",
                                 "the opposite or if both are alike; else"]),
        (Oftener("a", "b", ANY), ["anything: more often in the first"]),
        (Lower("a", "b", ANY), ["anything: smaller in the first"]),
        (NotLarger("a", "b", ANY), ["smaller, or alike, in the first", "the opposite; else not"]),
        (Alike("a", "b", ANY), ["anything: alike", "0.9 to 1.1", "within 5 points", "below 0.05"]),
        (Share("a", ANY, 0.25), ["anything: in more than 25 % of the runs"]),
        (Share("a", ANY, 0.1, below=True), ["anything: in fewer than 10 % of the runs"]),
        (Usual("a", ANY), ["anything: usually", "above 90 %, no if below 10 %"]),
        (Number(ANY, 0.25), ["anything; Yes if this number is above 0.25, else no"]),
        (Number(ANY, 3, below=True), ["is below 3, else no"]),
    ],
)  # fmt: skip
def test_a_rule_says_its_bounds_and_stays_as_it_is(rule, words):
    said = f"{rule.what}; {rule.how}"
    assert all(part in said for part in words)
    with pytest.raises(dataclasses.FrozenInstanceError):
        rule.measure = None


def test_evidence_has_what_was_compared():
    row, up = Oftener("a", "b", ANY).look("on xor", (share(150), share(100)))
    assert (row.setting, row.first, row.second, row.measure) == ("on xor", "a", "b", "anything")
    assert (row.runs, row.kind, row.value, row.other, up) == (N, "share", 0.75, 0.5, 50)
    assert (row.test, row.adjusted, row.decision) == (rules.PAIRED, None, NOT_DECIDED)
    row, up = Share("a", ANY).look("", (share(50),))
    assert (row.second, row.runs, row.kind, row.value, row.other, up) == (
        "", N, "share", 0.25, None, None
    )  # fmt: skip
    assert (row.test, row.p, row.adjusted) == ("Wilson's interval", None, None)
    row, up = Number(ANY, 1).look("", 3)
    assert (row.first, row.runs, row.kind, row.value, row.low, up) == (
        "",
        0,
        "number",
        3,
        None,
        None,
    )
    assert row.test == "computed"


# The statistics


def test_intervals_by_hand():
    # 5 of 10, z = 1.96: (½ + z²/20 ± z √(¼/10 + z²/400)) / (1 + z²/10)
    assert rules.wilson(share(5, 10)) == pytest.approx((0.236593, 0.763407), abs=1e-6)
    # of 8 pairs, 3 have only the first and 1 only the second: (4 - 2)/10 ± z √((0.6 - 0.04)/10)
    a, b = share(4, 8), np.array([0, 1, 0, 0, 1, 0, 0, 0], dtype=bool)
    assert rules.difference(a, b) == pytest.approx((0.2 - 0.463812, 0.2 + 0.463812), abs=1e-6)


def test_holm_is_the_step_down_method():
    assert rules.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert rules.holm([0.6, 0.7]) == pytest.approx([1, 1])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_p_keep_their_order_and_are_no_smaller(p):
    adjusted = rules.holm(p)
    assert np.all(adjusted >= p)
    assert np.all(np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0)
    assert adjusted.max() <= 1


def test_the_sign_test_is_exact_and_two_sided():
    a, b = np.array([1.0] * 8 + [0.0]), np.array([0.0] * 8 + [1.0])
    assert rules.sign_test(a, b) == pytest.approx(2 * (1 + 9) / 2**9)
    assert rules.sign_test(a, b) == rules.sign_test(b, a)
    ties = np.full(50, np.inf)
    assert rules.sign_test(np.append(a, ties), np.append(b, ties)) == rules.sign_test(a, b)
    assert rules.sign_test(ties, ties) == 1


@pytest.mark.parametrize("both", [0.0, 0.5, 0.9])
def test_the_interval_of_a_difference_covers_it(both):
    rng, covered = np.random.default_rng(1), 0
    for _ in range(400):
        shared, a, b = rng.random((3, 100))
        first, second = (np.where(shared < both, shared < 0.4, own < 0.6) for own in (a, b))
        low, high = rules.difference(first, second)
        covered += low <= 0 <= high
    assert covered >= 0.92 * 400


def test_the_interval_of_a_ratio():
    low, high = rules.ratio(1.2 * SPREAD, SPREAD)
    assert (low, high) == pytest.approx((1.2, 1.2))
    wide = rules.ratio(SPREAD, SPREAD[::-1])
    assert wide[0] < 1 < wide[1]
    assert np.isnan(rules.ratio(np.full(N, np.inf), np.full(N, -np.inf))).all()
    assert rules.ratio(np.full(N, np.inf), np.full(N, np.inf)) == (1, 1)


def test_medians_that_most_runs_share_are_alike_only_if_as_many_have_them():
    """At a ceiling every median is the ceiling, whatever the rest of the runs does."""
    half, most = (np.where(share(k), 1.0, 0.5) for k in (120, 190))
    assert np.isnan(rules.ratio(half, most)).all()
    assert decided(Higher("a", "b", ANY), half, most, p=0.5) == NOT_DECIDED
    assert decided(Alike("a", "b", ANY), half, most, p=0.5) == NOT_DECIDED
    assert decided(Alike("a", "b", ANY), half, most) == "no"
    assert rules.ratio(most, most) == (1, 1)
    assert decided(Alike("a", "b", ANY), most, most) == "yes"
    around = np.ones(N)  # half of the runs are not most of them
    around[: N // 4], around[-N // 4 :] = 0.5, 2.0
    assert rules.ratio(around, most) == (1, 1)


# One mechanism


def answers(rule, yes):
    """Values that make a rule say yes or no, one array for each of its labels; or a number."""
    if isinstance(rule, Number):
        return rule.threshold + (-1 if yes == rule.below else 1)
    if isinstance(rule, Share):
        return [share(N if yes != rule.below else 0)]
    if isinstance(rule, Alike):
        return [SPREAD, SPREAD if yes else 2 * SPREAD]
    up = yes == (rule.sign > 0)
    return [2 * SPREAD, SPREAD] if up else [SPREAD, 2 * SPREAD]


def made_up(claim, settings):
    """The claim, its measures replaced by made-up results: yes or no in each of its settings."""
    labels = [] if callable(claim.experiment) else list(claim.experiment)
    changed = {}
    for setting, yes in zip(claim.settings, settings, strict=True):
        checks = []
        for rule in claim.settings[setting]:
            found = answers(rule, yes)
            if labels:
                of = dict(zip([labels.index(label) for label in rule.labels], found, strict=True))
                measure = Measure(rule.measure.words, lambda s, i, of=of: of[i])
            else:
                measure = Measure(rule.measure.words, lambda s, found=found: found)
            checks.append(dataclasses.replace(rule, measure=measure))
        changed[setting] = checks
    return dataclasses.replace(claim, settings=changed)


@pytest.fixture(autouse=True)
def no_family(request, monkeypatch):
    """No other claims' comparisons, but in the test of our own runs."""
    if "our_runs" not in request.node.name:
        monkeypatch.setattr(claims, "_family", dict)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.report}-{claim.name}")
def test_every_claim_turns_both_ways(claim):
    n = len(claim.settings)
    assert made_up(claim, [True] * n).verdict("made up").word == "holds"
    assert made_up(claim, [False] * n).verdict("made up").word == "false"
    for i, setting in enumerate(claim.settings if n > 1 else ()):
        verdict = made_up(claim, [j == i for j in range(n)]).verdict("made up")
        assert (verdict.word, verdict.condition) == ("holds only", setting)
        assert {row.setting for row in verdict.table if row.decision == "yes"} == {setting}
    labels = [] if callable(claim.experiment) else claim.experiment
    for rule in (rule for checks in claim.settings.values() for rule in checks):
        assert set(rule.labels) <= set(labels)
        assert rule.what[1:] in claim.rule
        assert rule.how in claim.rule


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.report}-{claim.name}")
def test_what_is_printed_fits_the_page(claim):
    text = made_up(claim, [True] * len(claim.settings)).explain("made up")
    assert max(map(len, text.split("\n"))) <= claims.WIDTH
    assert text.endswith((" holds.", " settings."))


def test_labels_are_as_short_as_they_can_be():
    labels = ["XOR, (5, 100), rate 1", "XOR, (10, 10), rate 1"]
    assert claims.shortened(labels, "at rate 1") == {
        "": "", labels[0]: "(5, 100)", labels[1]: "(10, 10)",
    }  # fmt: skip
    assert claims.shortened(["XOR, rate 1"], "on XOR")["XOR, rate 1"] == "(rate 1)"
    assert claims.shortened(["XOR", ""], "on XOR") == {"": "", "XOR": ""}


def test_a_verdict_is_a_table_in_jupyterlab():
    claim = made_up(sources.A.claim("too_small"), [True, False])
    first, _, header, _, *rows = claim.verdict("made up")._repr_markdown_().split("\n")
    assert first == "The claim holds only with the same number of epochs."
    assert header.count("|") == 7
    assert len(rows) == 2
    assert rows[0].startswith("| with the same number of epochs | rate 0.01, 2500 epochs against ")
    assert rows[0].endswith(" | yes |")
    assert rows[1].endswith(" | no |")


def evidence(setting, decision, value=0.3):
    return Evidence(
        setting, "a", "", "it", N, "share", value, None, 0, 1, "", None, None, decision
    )


@pytest.mark.parametrize(
    ("said", "word", "condition"),
    [
        (["yes", "yes"], "holds", ""),
        (["no", "no"], "false", ""),
        (["yes", "no"], "holds only", "on 0"),
        (["yes", NOT_DECIDED], "holds only", "on 0"),
        (["yes", "sometimes"], "holds only", "on 0"),
        (["no", "sometimes"], "sometimes", ""),
        (["no", NOT_DECIDED], "not decided by these runs", ""),
        ([NOT_DECIDED], "not decided by these runs", ""),
        (["yes", "no", "yes"], "holds only", "on 0 and 2"),
    ],
)
def test_the_word_and_the_condition_follow_from_the_table(said, word, condition):
    verdict = claims.verdict([evidence(f"on {i}", d) for i, d in enumerate(said)])
    assert (verdict.word, verdict.condition) == (word, condition)
    assert verdict.share == (0.3 if word == "sometimes" else None)
    text = str(verdict)
    assert text.endswith(".")
    assert "\n" not in text
    assert condition in text
    assert word in claims.WORDS


def test_in_a_setting_all_rules_must_say_yes():
    for said, word in (("yes", "holds"), ("no", "false"), (NOT_DECIDED, claims.WORDS[-1])):
        assert claims.verdict([evidence("", "yes"), evidence("", said)]).word == word


def test_settings_are_joined_as_a_phrase():
    assert claims.joined(["on XOR"]) == "on XOR"
    assert claims.joined(["on XOR", "at rate 1"]) == "on XOR and at rate 1"
    assert claims.joined(["at rate 1", "at rate 2", "at rate 3"]) == "at rate 1, 2 and 3"
    assert claims.joined(["after 2 epochs", "after 30 epochs"]) == "after 2 and 30 epochs"
    assert claims.joined(["a b b", "a b"]) == "a b b and b"


def test_values_are_written_as_a_reader_expects():
    written = [claims.shown("median", value) for value in (0.01234, 1400, np.inf)]
    assert written == ["0.0123", "1400", "inf"]
    assert claims.shown("share", 0.0456) == "4.56 %"
    row = dataclasses.replace(evidence("", "yes"), kind="median", other=1.0, low=1.022, high=1.061)
    assert claims.interval(row) == "ratio 1.02 to 1.06"


def test_p_are_adjusted_with_those_of_all_other_claims(monkeypatch):
    claim = made_up(sources.A.claim("one line"), [True])
    (alone,) = claim.verdict("made up").table
    assert alone.adjusted == alone.p
    family = {("A", "one line"): [1e-9, 1e-9], ("B", "nan"): [1e-99] * 4 + [0.5] * 5}
    monkeypatch.setattr(claims, "_family", lambda: family)
    (row,) = claim.verdict("made up").table
    assert row.adjusted == pytest.approx(6 * row.p)  # its own in the family are replaced


def test_results_of_other_recipes_are_refused(runs):
    with pytest.raises(
        ValueError, match=r"results has 1 recipes; the claim compares 2: rate 0\.1; "
    ):
        sources.A.claim("oscillation").verdict(runs)


def made_of(recipes, accuracies):
    """A Sweep of recipes in whose runs all points are right as often as is said."""
    accuracy = np.array([np.where(share(k), 1.0, 0.5) for k in accuracies])
    ends = 1 - accuracy, accuracy, 1 - accuracy, np.full_like(accuracy, np.nan)
    return Sweep(tuple(recipes), np.arange(N), ("compiled",) * len(recipes), *ends, None, None)


def test_recipes_are_found_in_any_order_and_among_others():
    claim = sources.A.claim("too_small")
    usual, slow, longer = claim.experiment.values()
    for recipes, right in (
        ((usual, slow, longer), (200, 0, 200)),
        ((longer, usual, slow), (200, 200, 0)),
        ((slow, sources.A.recipes["linear"], usual, longer), (0, 100, 200, 200)),
    ):
        verdict = claim.verdict(made_of(recipes, right))
        assert (verdict.word, verdict.condition) == (
            "holds only",
            "with the same number of epochs",
        )
    # A reader's own recipe stands for the one in its place, but must not be taken for another.
    own = made_of((usual, slow.replace(lr=0.02), longer), (200, 0, 200))
    assert claim.verdict(own).condition == "with the same number of epochs"
    with pytest.raises(ValueError, match="results has in place 2 the recipe of place 1"):
        claim.verdict(made_of((usual, slow.replace(lr=0.02), slow), (200, 0, 200)))


# Experiments


GRID = experiment.grid(sources.A.recipes["xor"], bias=(False, True), lr=(0.1, 1.0))


def test_recipes_are_named_by_what_differs():
    assert [*experiment.labeled(GRID)] == [
        "without biases, rate 0.1", "without biases, rate 1",
        "with biases, rate 0.1", "with biases, rate 1",
    ]  # fmt: skip
    both = [sources.A.recipes[name] for name in ("xor", "linear")]
    assert [*experiment.labeled(both)] == ["XOR", "linear"]  # their epochs go with the points
    longer = [both[0].replace(epochs=10_000), *both]
    assert [*experiment.labeled(longer)][:2] == ["XOR, 10 000 epochs", "XOR, 2500 epochs"]
    with pytest.raises(ValueError, match="they must differ in"):
        experiment.labeled([both[0], both[0].replace(log_every=1)])
    with pytest.raises(ValueError, match="recipes is empty"):
        experiment.labeled([])


def test_pairs_differ_in_what_is_named_and_in_nothing_else():
    labeled = experiment.labeled(GRID)
    assert experiment.pairs(labeled, {"lr": 1.0}, {"lr": 0.1}) == [
        ("without biases, rate 1", "without biases, rate 0.1"),
        ("with biases, rate 1", "with biases, rate 0.1"),
    ]
    free = experiment.pairs(labeled, {"lr": 1.0, "bias": True}, {"bias": ..., "lr": [0.1]})
    assert [second for _, second in free] == ["without biases, rate 0.1", "with biases, rate 0.1"]


def claim_of(settings):
    return claims.Claim("A", "made up", 1, "1", "chapter", "It is so.", GRID, settings)


def test_words_stand_for_the_settings_of_the_experiment():
    rule = Oftener({"lr": 1.0}, {"lr": 0.1}, ANY)
    assert claim_of([rule]).settings.keys() == {""}
    assert [len(checks) for checks in claim_of([rule]).settings.values()] == [2]
    split = claim_of({"{bias}": [rule]})
    assert [*split.settings] == ["without biases", "with biases"]
    assert dataclasses.replace(split, seeds=3).settings == split.settings
    with pytest.raises(ValueError, match="finds no recipes on XOR"):
        claim_of({"on {data}": [rule], "on XOR": [Share({"lr": 7.0}, ANY)]})


# What is measured


@pytest.fixture(scope="module")
def runs():
    """Three made-up runs of one recipe: right from the start, near at last, and diverged."""
    recipe = sources.A.recipes["xor"]
    accuracy = np.array([[1, 1, 1], [0.5, 0.5, 0.96], [0.5, np.nan, np.nan]])
    loss = np.array([[3, 2, 1], [3, 2, 4], [3, np.inf, np.inf]])
    ended = np.array([[np.nan, np.nan, 7.0]])
    history = History(np.array([0, 100, 2500]), loss, accuracy, loss, np.ones(3, dtype=bool))
    ends = loss[None, :, -1], accuracy[None, :, -1], loss[None, :, -1], ended
    return Sweep((recipe,), np.arange(3), ("compiled",), *ends, (history,), None)


@pytest.mark.parametrize(
    ("measure", "found"),
    [
        (measures.LOSS, [1, 4, np.inf]),
        (measures.RIGHT, [True, False, False]),
        (measures.NOT_RIGHT, [False, True, True]),
        (measures.NEAR, [True, True, False]),
        (measures.FAILED, [False, False, True]),
        (measures.ALMOST, [True, False, False]),
        (measures.DIVERGED, [False, False, True]),
        (measures.END, [2500, 2500, 7]),
        (measures.FIRST_RIGHT, [0, np.inf, np.inf]),
        (measures.FIRST_UPDATE, [0, np.inf, np.inf]),
        (measures.in_row(100), [True, False, False]),
        (measures.loss_in_row(100), [2, 2, np.inf]),
    ],
)
def test_measures(runs, measure, found):
    assert np.array_equal(measure.of(runs, 0), found)


ANGLES = {
    ("SGD", "Momentum"): (0, 5, 5),
    ("SGD", "Adam"): (0, 0, 9),
    ("Adam", "Adagrad"): (0, 9, 9),
}
CLOSE = np.arange(20.0)[None] / 20
MISSED = np.arange(20)[None] == 3


def misses(*places):
    """Runs that miss the points at these places from the line."""
    return np.repeat(CLOSE, len(places), axis=0), np.array(
        [np.isin(np.arange(20), p) for p in places]
    )


LOSSES = "cross-entropy", "squared error", "all points"
FACTS = [
    ("A", "overflow", {1.0: (True, False), 2.0: (False, False)}, "holds"),
    ("A", "overflow", {1.0: (True, True)}, "false"),
    ("A", "overflow", {1.0: (False, False)}, "false"),
    ("A", "jacobians", {10: {"zeros": 60, "entries": 100, "weights": 20}}, "holds"),
    ("A", "jacobians", {10: {"zeros": 40, "entries": 100, "weights": 20}}, "false"),
    ("A", "diagonal", ([0.7], np.array([0.7]), [0.21]), "holds"),
    ("A", "diagonal", ([0.21], np.array([0.7]), [0.21]), "false"),
    ("B", "seed", (([1, 1], [2, 2]), ([3], [4])), "holds"),
    ("B", "seed", (([1, 1], [2, 2]), ([3, 5], [4, 4])), "holds only"),
    ("C", "larger loss", dict.fromkeys(LOSSES, ([FEW], [FEW])), "holds"),
    ("C", "larger loss", dict.fromkeys(LOSSES, ([FEW], [-FEW])), "false"),
    ("A", "border", (CLOSE, MISSED), "holds"),
    ("A", "border", (CLOSE, MISSED[:, ::-1]), "false"),
    ("A", "border", (CLOSE, ~(MISSED | ~MISSED)), "false"),
    ("A", "exponential cost", {1: 2, 2: 4, 4: 16, 8: 256}, "holds"),
    ("A", "exponential cost", {1: 2, 2: 8, 4: 32, 8: 128}, "false"),
    ("A", "adam border", (CLOSE, MISSED), "holds"),
    ("A", "adam border", (CLOSE, MISSED[:, ::-1]), "false"),
    ("A", "bias", {"SGD": (1.5, 1), "RMSprop": (0.1, 1)}, "holds"),
    ("A", "bias", {"SGD": (1, 1), "RMSprop": (1, 1)}, "false"),
    ("C", "directions", dict.fromkeys(ANGLES, (9, 9, 9)), "holds"),
    ("C", "directions", ANGLES, "holds only"),
    ("A", "relu_border", misses([], [3], [19]), "false"),
    ("A", "relu_border", misses([], [3], [2], [1, 5]), "holds"),
    ("A", "relu_border", misses([], []), "false"),
    ("A", "relu_efficient", {"relu": 90, "sigmoid": 100}, "holds"),
    ("A", "relu_efficient", {"relu": 110, "sigmoid": 100}, "false"),
    ("C", "he_for_sigmoid", {"sigmoid": 0.99, "relu": 0.5}, "holds"),
    ("C", "he_for_sigmoid", {"sigmoid": 0.3, "relu": 0.98}, "false"),
    ("C", "vanishing", np.array([[4.0], [2], [1]]), "holds"),
    ("C", "vanishing", np.array([[4.0], [2], [3]]), "false"),
]  # fmt: skip


@pytest.mark.parametrize(("report", "name", "results", "word"), FACTS)
def test_facts_turn_with_what_is_computed(report, name, results, word):
    assert getattr(sources, report).claim(name).verdict(results).word == word


def test_every_fact_is_turned():
    facts = {(claim.report, claim.name) for claim in CLAIMS if callable(claim.experiment)}
    assert facts == {(report, name) for report, name, *_ in FACTS}


# All claims


def test_names_are_unique_and_rows_are_logged():
    assert len({(c.report, c.name) for c in CLAIMS}) == len(CLAIMS)
    for claim in CLAIMS:
        for recipe in () if callable(claim.experiment) else claim.experiment.values():
            assert set(claim.rows) <= {*range(0, recipe.epochs, recipe.log_every), recipe.epochs}


def test_the_library_does_not_import_scipy():
    code = "import sys, nnlib, nnlib.sources; print('scipy' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


@pytest.mark.parametrize(
    ("report", "name", "word", "condition"),
    [
        ("A", "noise", "holds only", "with weights from U(0, 1)"),
        ("A", "exponential cost", "false", ""),
        ("A", "adam zero", "sometimes", ""),
        ("A", "relu_faster_on_linear", "holds", ""),
        ("E", "momentum 0.1", "holds only", "on linear"),
        ("C", "momentum", "holds", ""),
        ("C", "directions", "holds", ""),
        (
            *("A", "too_large", "holds only"),
            "without biases and with weights from U(0, 1) and Glorot's range",
        ),
        ("A", "adam fast", "sometimes", ""),
        ("D", "batch", "holds only", "at rate 0.01"),
        ("E", "two cannot", "holds only", "with weights from U(0, 1)"),
        ("B", "threshold", "holds only", "at rate 10 with the listing's gradient"),
        ("B", "more units, NaN", "holds only", "with the listing's gradient"),
    ],
)
def test_verdicts_on_our_runs(report, name, word, condition):
    verdict = getattr(sources, report).claim(name).verdict()
    assert verdict.word == word
    assert condition is None or verdict.condition == condition
