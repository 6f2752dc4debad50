"""The figures of chapter 5: what is drawn is what was given."""

from types import SimpleNamespace

import numpy as np
import pytest

from nnlib import figures
from nnlib.sweeps import History

EPOCHS = np.array([0, 100, 200, 300])
LOSS = np.array([[8.0, 4.0, 2.0, 1.0], [8.0, 6.0, 4.0, 3.0], [8.0, 8.0, 6.0, np.inf]])
HISTORY = History(EPOCHS, LOSS, LOSS, LOSS, np.full(3, True))


def medians(ax):
    return [line.get_ydata() for line in ax.lines if "median" in line.get_label()]


def test_accuracies_are_medians_and_bars_in_percent():
    figure = figures.accuracies_by_rate(
        {"XOR": {"report A": {0.1: np.array([0.5, 0.6, 1.0]), 1.0: np.array([np.nan, 0.5, 0.5])}}},
        {"XOR": {"report A": {0.1: 0.9, 1.0: 0.4}}},
        {"XOR": 11 / 21},
    )
    (ax,) = figure.axes
    guess, middle, printed, _ = ax.lines
    np.testing.assert_allclose(guess.get_ydata(), 1100 / 21)
    np.testing.assert_allclose(middle.get_ydata(), [60, 50])
    np.testing.assert_allclose(printed.get_ydata(), [90, 40])
    first, second = ax.collections[0].get_segments()
    np.testing.assert_allclose(first[:, 1], [51, 96])
    assert second[:, 1].min() == 0  # a run that diverged


def test_five_reports_are_too_many_to_tell_apart():
    reports = {f"report {name}": {0.1: np.ones(3)} for name in "ABCDE"}
    with pytest.raises(ValueError, match="at most 4"):
        figures.accuracies_by_rate({"XOR": reports}, {"XOR": {"A": {0.1: 1}}}, {"XOR": 0.5})


def test_pace_counts_epochs_and_multiplies_by_the_rate():
    figure = figures.pace({"slow": HISTORY}, {"slow": 0.01}, constant_loss=8.0)
    left, right = (ax.lines[0] for ax in figure.axes)
    np.testing.assert_allclose(left.get_xdata(), [101, 201, 300])
    np.testing.assert_allclose(right.get_xdata(), [1.01, 2.01, 3.0])
    np.testing.assert_allclose(right.get_ydata(), [6, 4, 3])


def test_sinks_and_rises_leave_out_the_closing_row_of_another_loss():
    seed_0 = SimpleNamespace(epochs=EPOCHS, loss=LOSS[0])
    figure = figures.sinks_and_rises(HISTORY, seed_0, HISTORY, HISTORY, (0.4, 7.3))
    left, right = figure.axes
    assert [len(y) for y in medians(left)] == [3]
    assert [len(y) for y in medians(right)] == [4, 4]
    assert [set(ax.lines[-1].get_ydata()) for ax in figure.axes] == [{0.4}, {7.3}]
