"""The figures of chapter 8: what is drawn is what was given."""

import numpy as np
import pytest

from nnlib import figures


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


def test_a_path_in_the_valley_moves_and_ends_where_it_is_far_away():
    X, Y = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))
    figure, move = figures.moving_valley(X, Y, X**2 + Y**2, {"best": [1, 0.1, 0.01]})
    valley, losses = figure.axes
    best, chosen = losses.lines
    np.testing.assert_array_equal(best.get_ydata(), [1, 0.1, 0.01])
    path = np.array([[-1, 1], [0, 0.5], [0, 0.1]])
    move(path, np.array([2, 0.25, 0.01]))
    np.testing.assert_array_equal(valley.lines[-1].get_xydata(), path)
    np.testing.assert_array_equal(chosen.get_ydata(), [2, 0.25, 0.01])
    move(np.array([[-1, 1], [0, -40], [0, np.inf]]), np.array([2, 1600, np.inf]))
    np.testing.assert_array_equal(chosen.get_xydata(), [[0, 2], [1, 1600]])


def test_more_things_than_looks_are_refused():
    with pytest.raises(ValueError, match="others holds 5; at most 4"):
        figures.moving_valley([[0]], [[0]], [[1]], {str(i): [1] for i in range(5)})
    with pytest.raises(ValueError, match="paths holds 6; at most 5"):
        figures.valley_paths([[0]], [[0]], [[1]], {str(i): [[0, 0]] for i in range(6)}, {"0": [1]})
    with pytest.raises(ValueError, match="curves holds 6; at most 5"):
        figures.averages([1], {str(i): [1] for i in range(6)}, [1], {"0": [1]})
