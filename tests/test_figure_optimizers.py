"""The figures of chapter 8: what is drawn is what was given."""

import numpy as np
import pytest

from nnlib import figures


def test_velocity_stacks_pile_the_parts_up():
    parts = np.array([[1.0, 0, 0], [0.5, 2, 0], [0.25, 1, -4]])
    figure = figures.velocity_stacks({"one": parts}, {"one": [3, -1]})
    (ax,) = figure.axes
    bars = [(b.get_x() + b.get_width() / 2, b.get_y(), b.get_height()) for b in ax.patches]
    assert bars == [
        (1, 0, 1), (2, 0, 0.5), (3, 0, 0.25),  # the first gradient at the bottom
        (2, 0.5, 2), (3, 0.25, 1),
        (3, 0, -4),  # a negative one below zero
    ]  # fmt: skip
    velocity, *limits = ax.lines
    np.testing.assert_array_equal(velocity.get_ydata(), [1, 2.5, -2.75])
    assert [line.get_ydata()[0] for line in limits] == [3, -1]


def test_velocity_stacks_have_a_panel_each():
    parts = np.eye(8)
    figure = figures.velocity_stacks({"a": parts, "b": -parts}, {"a": [], "b": [1]})
    assert [ax.get_title() for ax in figure.axes] == ["a", "b"]
    assert all(len(ax.patches) == 8 for ax in figure.axes)


def test_velocity_stacks_leave_out_what_nobody_could_see():
    figure = figures.velocity_stacks({"one": [[1.0, 0], [1e-3, 1]]}, {"one": []})
    assert len(figure.axes[0].patches) == 2


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
        figures.valley_paths([[0]], [[0]], [[1]], {str(i): [[0, 0]] for i in range(6)}, {})
    with pytest.raises(ValueError, match="curves holds 6; at most 5"):
        figures.averages([1], {str(i): [1] for i in range(6)}, [1], {})
