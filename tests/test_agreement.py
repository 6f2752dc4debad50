"""`agree` says yes and no, by name and in one sentence; a notebook shows no traceback."""

import re
from decimal import Decimal
from fractions import Fraction

import export_samples as samples
import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from nnlib import Disagreement, Gradients, Network, agree, data
from nnlib.export import chapters

X, y = data.xor()
NET = Network(rng=0, bias=True)
GRADIENTS = NET.loss_and_gradients(X, y)[1]


def off_by_a_thousandth():
    wrong = NET.loss_and_gradients(X, y)[1]
    wrong.weights[1][3, 5] *= 1.001
    return wrong


@pytest.mark.parametrize(
    ("ours", "other", "tolerances", "line"),
    [
        (1.0, 1.0, {}, "what: both agree to a relative 1e-9"),
        (1.0, 1.0 + 1e-10, {}, "what: both agree to a relative 1e-9"),
        (0.0, 1e-300, {"atol": 1e-12}, "what: both agree to 1e-12 or a relative 1e-9"),
        (0.0, 1e-300, {"rtol": 0, "atol": 2.5e-16}, "what: both agree to 2.5e-16"),
        (1, True, {"rtol": 0}, "what: both agree to the last digit"),
        (np.ones((2, 3)), [[1] * 3] * 2, {}, "what: 6 of 6 agree to a relative 1e-9"),
        (np.ones(3), 1, {"rtol": 1e-4}, "what: 3 of 3 agree to a relative 1e-4"),
        ([np.ones(2), np.ones(3)], (np.ones(2), [1, 1, 1]), {}, None),
        ({"a": 1, "b": [2, 3]}, {"b": np.array([2.0, 3.0]), "a": 1.0}, {}, None),
        ([Fraction(1, 3)], [Decimal(1) / 3], {}, None),
        (2, 2.0, {"rtol": 0.05, "atol": 2**-53}, "to 1.11e-16 or a relative 0.05"),
        (np.inf, np.inf, {"rtol": 0}, None),
        ([np.nan, 1], [np.nan, 1], {"equal_nan": True}, None),
        (Gradients([np.ones(2)], None, None), Gradients([np.ones(2)], None, None), {}, None),
    ],
)
def test_yes(ours, other, tolerances, line, capsys):
    assert agree(ours, other, "what", **tolerances) is None
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert line is None or printed.endswith(line + "\n")


@pytest.mark.parametrize(
    ("ours", "other", "tolerances", "words"),
    [
        (1.0, 1.001, {}, "1 and 1.001 do not agree to a relative 1e-9"),
        (1.0, 1.0 + 1e-8, {}, "1 and 1.00000001 do not agree"),
        (1.0, 1.0 + 2**-52, {"rtol": 0}, "to the last digit"),
        (0.0, 1e-300, {}, "0 and 1e-300 do not agree to a relative 1e-9"),
        (0.0, 2e-12, {"atol": 1e-12}, "1e-12 or a relative 1e-9"),
        ([[1, 2], [3, 4]], np.array([[1, 2], [3.1, 4.2]]), {}, "4 and 4.2 at [1, 1] do"),
        (np.ones(3), [1, 1, 2], {}, "1 and 2 at [2] do not agree"),
        (np.nan, np.nan, {}, "nan and nan do not agree"),
        ([1, np.nan], [1, 2], {"equal_nan": True}, "nan and 2 at [1]"),
        (np.array([1, np.nan]), np.array([np.nan, 1]), {"equal_nan": True}, "1 and nan at [0]"),
        ([np.inf], [1.0], {"rtol": 0.5}, "inf and 1 at [0]"),
        (np.inf, -np.inf, {"rtol": 0.5, "atol": 1e300}, "inf and -inf"),
        (1.5e308, -1.5e308, {"rtol": 0.5}, "1.5e+308 and -1.5e+308"),
        (np.ones((2, 3)), np.ones((3, 2)), {}, "the shapes (2, 3) and (3, 2) differ"),
        (1.0, np.ones(3), {}, "the shapes () and (3,) differ"),
        ([np.ones(2), np.ones(3)], [np.ones(2), 1.0], {}, "at [1] the shapes (3,) and () differ"),
        ({"a": 1}, {"a": 1, "b": 2}, {}, "the second has an entry ['b'], the first none"),
        ([1, 2], [1], {}, "the first has an entry [1], the second none"),
        (GRADIENTS, GRADIENTS._replace(biases=None), {}, "an entry .biases, the second none"),
        (GRADIENTS, off_by_a_thousandth(), {"rtol": 1e-4}, "at .weights[1][3, 5] do not agree"),
    ],
)
def test_no(ours, other, tolerances, words, capsys):
    with pytest.raises(Disagreement, match=re.escape(words)) as stopped:
        agree(ours, other, "the gradient", **tolerances)
    sentence = str(stopped.value)
    assert sentence.startswith("the gradient: ")
    assert "\n" not in sentence
    assert not capsys.readouterr().out


def test_the_worst_place_is_measured_by_what_is_allowed():
    with pytest.raises(Disagreement, match=r"at \['small'\]"):
        agree({"large": 1e6 + 10, "small": 2e-6}, {"large": 1e6, "small": 1e-6}, "it")


ITSELF = [1.0]
ITSELF.append(ITSELF)


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        (("1", "1", "it"), TypeError, "ours is not numeric"),
        ((1, "1", "it"), TypeError, "other is not numeric"),
        ((1, None, "it"), TypeError, "other is not numeric"),
        ((1j, 1, "it"), TypeError, "ours is not numeric"),
        (([1, "a"], [1, 2], "it"), TypeError, r"ours\[1\] is not numeric"),
        (([1, [2, 3]], np.ones(3), "it"), TypeError, "ours is not numeric"),
        ((np.array(None), 1, "it"), TypeError, "ours is not numeric"),
        (([], [], "it"), ValueError, "hold no number"),
        ((ITSELF, ITSELF, "it"), ValueError, "ours or other holds itself"),
        ((np.ones((0, 2)), np.ones((0, 2)), "it"), ValueError, "hold no number"),
        ((1, 1, 1e-9), TypeError, "what is 1e-09; it must be words"),
        ((1, 1, " "), TypeError, "what is ' '"),
        ((1, 1, "it", -1e-9), ValueError, "rtol is -1e-09"),
        ((1, 1, "it", 1), ValueError, "rtol is 1; .* below 1"),
        ((1, 1, "it", 0, -1), ValueError, "atol is -1"),
        ((1, 1, "it", 0, np.nan), ValueError, "atol is nan"),
        ((1, 1, "it", 0, "1"), TypeError, "atol is '1'"),
        ((1, 1, "it", 0, 0, 1), TypeError, "equal_nan is 1"),
    ],
)
def test_what_cannot_be_compared_is_refused_by_name(arguments, kind, words):
    with pytest.raises(kind, match=words):
        agree(*arguments)


@given(st.floats(allow_nan=False), st.floats(allow_nan=False), st.floats(0, 0.5), st.floats(0, 1))
def test_both_sides_count_alike_and_as_for_isclose(a, b, rtol, atol):
    def says(*numbers):
        try:
            agree(*numbers, "it", rtol, atol)
        except Disagreement:
            return False
        return True

    size = max(abs(a), abs(b))
    expected = a == b or (size < np.inf and abs(a - b) <= max(rtol * size, atol))
    assert says(a, b) == says(b, a) == expected


@pytest.mark.parametrize(
    "large", [2**53 + 1, 10**400, np.array([3, -(2**53) - 1]), np.uint64(2**64 - 1), [[2**60]]]
)
def test_integers_that_float64_would_round_are_refused(large):
    """Else 2^53 and 2^53 + 1 would agree to the last digit."""
    for ours, other in ((2**53, large), (large, large)):
        with pytest.raises((ValueError, TypeError), match=r"ours|other.* within ±"):
            agree(ours, other, "x", rtol=0)


BEYOND = np.longdouble(1) + np.finfo(np.longdouble).eps


@pytest.mark.skipif(float(BEYOND) == BEYOND, reason="long double is double")
@pytest.mark.parametrize("fine", [BEYOND, [BEYOND], np.array([1, BEYOND], object)])
def test_longdoubles_that_float64_would_round_are_refused(fine):
    for ours, other in ((1, fine), (fine, fine)):
        with pytest.raises(ValueError, match=r"longdouble.*float64 would round"):
            agree(ours, other, "x", rtol=0)


def test_longdoubles_that_float64_holds_are_compared(capsys):
    L = np.longdouble
    agree([L(1) / 4, L("inf"), L("nan")], [0.25, np.inf, np.nan], "x", rtol=0, equal_nan=True)
    with pytest.raises(Disagreement):
        agree(L(1), L(1) / 4, "x")


def test_integers_that_float64_holds_are_compared(capsys):
    agree([2**53, -(2**53), np.array([], int)], [2.0**53, -(2**53), np.array([])], "x", rtol=0)


def test_the_line_is_one_line(capsys):
    agree(1, 1, "words\nin two\n lines")
    assert capsys.readouterr().out == "words in two lines: both agree to a relative 1e-9\n"


WRONG = "from nnlib import agree\nagree(2, 2.002, 'the derivative')"
SENTENCE = "Disagreement: the derivative: 2 and 2.002 do not agree to a relative 1e-9; look at "


def test_ipython_shows_the_sentence_and_no_traceback(capsys):
    InteractiveShell().run_cell(WRONG)
    printed = capsys.readouterr().out
    assert printed.startswith(SENTENCE)
    assert printed.count("\n") == 1


def test_a_chapter_stops_there_and_the_report_says_the_sentence_once(tmp_path):
    cells = [samples.code("print(1)"), samples.code(WRONG), samples.code("print('after')")]
    path = tmp_path / "01_wrong.ipynb"
    nbformat.write(samples.notebook(samples.markdown("# 1. Wrong"), *cells), path)
    with pytest.raises(chapters.ChapterError) as stopped:
        chapters.execute([path])
    message = str(stopped.value)
    assert message.startswith(f"{path}, code cell 2 (from nnlib import agree): {SENTENCE}")
    assert "\n" not in message
    assert message.count("2.002") == 1


@pytest.mark.parametrize(
    "value",
    [
        np.ma.array([1, 2], mask=[0, 1], dtype=object), np.array(["1.5", 2], dtype=object),
        [Decimal("1e400"), 1],
    ],
    ids=["masked objects", "texts as objects", "beyond float64"],
)  # fmt: skip
def test_what_is_no_number_that_float64_can_hold_is_refused(value):
    with pytest.raises((TypeError, ValueError), match="ours"):
        agree(value, np.array([1.0, 2.0]), "x")
