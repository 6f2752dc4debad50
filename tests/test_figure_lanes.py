"""The figures of chapter 12: what is drawn is what was given."""

import numpy as np

from nnlib import figures
from nnlib.sweeps import History


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_memory_layouts_show_both_orders():
    figure = figures.memory_layouts(count=2, chosen=1)
    boxes = [text for text in texts(figure.axes[0]) if len(text) == 2]
    assert " ".join(boxes) == "a1 a2 b1 b2 c1 c2 d1 d2 a1 b1 c1 d1 a2 b2 c2 d2"


def test_memory_layouts_outline_the_chosen_parameter():
    figure = figures.memory_layouts(count=3, chosen=3)
    bold = [text.get_text() for text in figure.axes[0].texts if text.get_weight() == "bold"]
    assert bold == 2 * ["a3", "b3", "c3", "d3"]


def test_ulp_errors_draw_each_and_the_half():
    x = np.array([-1.0, 0.0, 1.0])
    figure = figures.ulp_errors(x, {"one": [1, 2, 3], "two": [0.1, 0.2, 0.3]})
    one, two, half = figure.axes[0].lines
    np.testing.assert_array_equal(one.get_ydata(), [1, 2, 3])
    np.testing.assert_array_equal(two.get_xdata(), x)
    assert set(half.get_ydata()) == {0.5}


def test_parting_draws_no_difference_at_its_floor():
    figure = figures.parting([0.0, 1e-3], {"runs": ([0, 4], [0.0, 0.1])})
    left, right = figure.axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), [2.0**-53, 1e-3])
    np.testing.assert_array_equal(right.lines[0].get_ydata(), [2.0**-53, 0.1])


def test_band_and_log_leaves_out_unfinished_runs():
    epochs = np.array([0, 1])
    loss = np.array([[3.0, 1.0], [5.0, 3.0], [np.nan, np.nan]])
    history = History(epochs, loss, loss, loss, np.array([True, True, False]))
    figure = figures.band_and_log(history, epochs, [4.0, 2.5], "printed", constant=4.5)
    median, printed, constant = figure.axes[0].lines
    np.testing.assert_array_equal(median.get_ydata(), [4.0, 2.0])
    np.testing.assert_array_equal(printed.get_ydata(), [4.0, 2.5])
    assert set(constant.get_ydata()) == {4.5}
