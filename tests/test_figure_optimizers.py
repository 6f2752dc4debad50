"""The figures of chapter 8: what is drawn is what was given."""

import numpy as np
import pytest

from nnlib import figures


def test_step_sizes_draw_curves_and_the_change():
    updates = np.arange(1, 5)
    figure = figures.step_sizes(updates, {"in": [1, 2, 3, 4], "out": [4, 3, 2, 1]}, (3, "halved"))
    change, inside, outside = figure.axes[0].lines
    assert change.get_xdata() == [3, 3]
    np.testing.assert_array_equal(inside.get_ydata(), [1, 2, 3, 4])
    np.testing.assert_array_equal(outside.get_xdata(), updates)


def test_averages_have_a_panel_for_estimates_and_one_for_factors():
    figure = figures.averages([1, 10], {"m": [0.1, 0.6]}, [1, 5], {"clock": [2.0, 0.3]})
    left, right = figure.axes
    np.testing.assert_array_equal(left.lines[-1].get_ydata(), [0.1, 0.6])
    np.testing.assert_array_equal(right.lines[-1].get_ydata(), [2.0, 0.3])
    assert all(set(ax.lines[0].get_ydata()) == {1} for ax in figure.axes)  # where all is right
    assert right.get_ylim()[1] > 2
    assert left.get_ylim()[1] > 1


def test_valley_paths_draw_each_way_and_its_losses():
    X, Y = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))
    paths = {"a": [[-1, 1], [0, 0.5]], "b": [[-1, 1], [0.5, 0]]}
    figure = figures.valley_paths(X, Y, X**2 + Y**2, paths, {"a": [2, 0.25], "b": [2, 0.5]})
    first, second, *hidden, losses = figure.axes
    np.testing.assert_array_equal(first.lines[0].get_xydata(), paths["a"])
    np.testing.assert_array_equal(second.lines[0].get_xydata(), paths["b"])
    assert not any(ax.get_visible() for ax in hidden)
    assert [line.get_ydata().tolist() for line in losses.lines] == [[2, 0.25], [2, 0.5]]
    assert first.lines[0].get_color() == losses.lines[0].get_color()


def test_more_things_than_looks_are_refused():
    with pytest.raises(ValueError, match="curves holds 6; at most 5"):
        figures.step_sizes([1], {str(i): [1] for i in range(6)}, (1, "halved"))
    with pytest.raises(ValueError, match="paths holds 6; at most 5"):
        figures.valley_paths([[0]], [[0]], [[1]], {str(i): [[0, 0]] for i in range(6)}, {"0": [1]})
    with pytest.raises(ValueError, match="curves holds 6; at most 5"):
        figures.averages([1], {str(i): [1] for i in range(6)}, [1], {"0": [1]})
