"""The tables of all printed figures, and how a run of our own would stand in them."""

import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from nnlib import Recipe, sources, sweep
from nnlib.sources import tables
from nnlib.sources.model import Comparison, Figure

RUNS = sweep(Recipe(epochs=3), seeds=4, keep=("history",))
TO = "\N{NO-BREAK SPACE}to "
LOSS = Figure(7, "log, epoch 0", "0.5", 0.5, "x", "loss")


def made_up(values, metric="loss"):
    return replace(RUNS, **{metric: np.array([values], dtype=float)})


def comparison(verdict="reproduced", percentile=50.0, variant=np.nan):
    return Comparison(verdict, percentile, 0.1, 0.25, 0.8, 0.5, 0.0, 100, variant)


# Our own runs


@pytest.mark.parametrize(
    "values", [[0.1, 0.2, 0.3, 0.4], [0.3, 0.1, 0.3, 0.3], [np.inf, 0.1, np.inf, 0.2]]
)
def test_an_own_percentile_is_what_the_run_would_get_in_print(values):
    s = made_up(values)
    for value, percentile in zip(values, LOSS.own_percentiles(s), strict=True):
        assert replace(LOSS, value=value).percentile(s) == percentile


def test_own_percentiles_by_hand():
    assert LOSS.own_percentiles(made_up([0.1, 0.4, 0.2, 0.3])).tolist() == [12.5, 87.5, 37.5, 62.5]
    assert LOSS.own_percentiles(made_up([0.11, 0.1, 0.13, 0.4])).tolist() == [
        37.5,
        37.5,
        37.5,
        87.5,
    ]
    accuracy = replace(LOSS, text="50%", value=Fraction(1, 2), metric="accuracy")
    broken = made_up([np.nan, 1, 1, 0.5], "accuracy")
    assert accuracy.own_percentiles(broken).tolist() == [12.5, 75, 75, 37.5]


def test_their_mean_is_50():
    for values in ([0.1, 0.4, 0.2, 0.3], [0.1, 0.1, 0.1, 0.3]):
        assert np.mean(LOSS.own_percentiles(made_up(values))) == 50


def test_an_accuracy_stored_with_less_digits_is_still_the_same_share():
    s = made_up(np.float32([10 / 21, 11 / 21, 10 / 21, 0]), "accuracy")
    figure = Figure(1, "", "47.62%", Fraction(10, 21), "x", "accuracy")
    assert figure.percentile(s) == 50


# Cells


@pytest.mark.parametrize(
    ("metric", "number", "text"),
    [("loss", 0.123456, "0.123"), ("accuracy", 20 / 21, "95.2%"), ("accuracy", 1, "100%"),
     ("end_epoch", 331.0, "331"), ("loss", 0.00012345, "1.2e−4"), ("loss", 0.0, "0"),
     ("output", 6.9e-6, "6.9e−6"),
     ("output", 0.9999982, "1\N{NO-BREAK SPACE}−\N{NO-BREAK SPACE}1.8e−6"),
     ("loss", np.inf, "diverged"), ("accuracy", np.nan, "diverged")],
)  # fmt: skip
def test_our_results_are_written_short(metric, number, text):
    assert tables.value(replace(LOSS, metric=metric), number) == text


def test_printed_texts_stay_as_they_are_unless_they_are_long():
    assert tables.printed(replace(LOSS, text="14.81254", value=14.81254)) == "14.81254"
    assert tables.printed(replace(LOSS, text="100.00%", value=Fraction(1))) == "100.00%"
    long = replace(LOSS, text="0.0011549600386722742", value=0.0011549600386722742)
    assert tables.printed(long) == "1.155e−3"


def test_rows():
    row = tables.figure_row(LOSS, comparison("not reproduced"))
    assert row == (
        7,
        "log, epoch 0",
        "0.5",
        "0.25",
        TO.join(("0.1", "0.8")),
        "50",
        "not reproduced",
    )
    row = tables.figure_row(LOSS, comparison("plausible", 99.5, 40))
    assert row[-2:] == ("99.5 (40)", "plausible")
    untested = replace(LOSS, why_not="not said")
    row = tables.figure_row(untested, comparison("not testable"))
    assert row == (7, "log, epoch 0", "0.5", "", "", "", "not testable")


def test_what_the_row_before_says_is_not_said_again():
    following = replace(LOSS, section="log, epoch 100")
    assert tables.figure_row(following, comparison(), LOSS)[1] == "epoch 100"
    other = replace(LOSS, section="table, epoch 100")
    assert tables.figure_row(other, comparison(), LOSS)[1] == "table, epoch 100"
    alone, single = replace(LOSS, section="alone"), replace(LOSS, section="single")
    assert tables.figure_row(alone, comparison(), single)[1] == "alone"


def test_spans():
    assert tables.span("1", "1") == "1"
    assert tables.span("95%", "100%") == f"95{TO}100%"
    assert tables.span("95%", "diverged") == f"95%{TO}diverged"


def test_a_row_of_outputs_counts_each():
    outputs = [
        (replace(LOSS, line=7 + i, section=f"3, XOR, output {9 - i}", metric="output", rank=i,
                 value=0.1 * (i + 1)), comparison(word, place))
        for i, (word, place) in enumerate(
            [("reproduced", 20), ("reproduced", 30), ("not reproduced", 99.5)])
    ]  # fmt: skip
    assert tables.group_row(outputs) == (
        "7–9",
        f"3, XOR, outputs, rank 1{TO}3",
        f"0.1{TO}0.3",
        "0.25",
        f"0.1{TO}0.8",
        f"20{TO}99.5",
        "2 reproduced + 1 not reproduced",
    )


def test_percentiles_have_a_decimal_in_the_tails():
    assert [tables.place(p) for p in (0, 4.96, 12.3, 89.96, 95.04, 99.98, 100)] == (
        ["0", "5.0", "12", "90", "95.0", "100.0", "100"]
    )


@pytest.mark.numba
@pytest.mark.parametrize("source", sources.ALL, ids=lambda s: s.name)
def test_every_figure_is_counted(source):
    counted = 0
    for *_, verdicts in tables.figures_rows(source):
        numbers = re.findall(r"(\d+) ", verdicts)
        counted += sum(map(int, numbers)) if numbers else 1
    assert counted == len(source.figures)


@pytest.mark.numba
@pytest.mark.parametrize("source", sources.ALL, ids=lambda s: s.name)
def test_no_table_is_wider_than_a_page(source):
    """A table whose longest words do not fit is set small, and not broken over pages."""
    rows = [tables.HEADER, *tables.figures_rows(source)]
    longest = [max(len(word) for cell in column for word in str(cell).split(" ")) for column in
               zip(*rows, strict=True)]  # fmt: skip
    assert sum(longest) <= 75, longest
