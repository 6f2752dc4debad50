"""The figures of chapter 7: what layers without activations do, as the networks have it."""

import numpy as np
import pytest

from nnlib import Network, data, figures
from nnlib.figures.style import svg
from nnlib.sweeps import History

X, Y = data.xor()
LINEAR = ("identity", "identity", "sigmoid")


def drawn_points(ax):
    """The points of both classes, class 0 first."""
    return np.vstack([marks.get_offsets() for marks in ax.collections if len(marks.get_offsets())])


def by_class(values):
    return np.concatenate([values[Y[:, 0] == 0], values[Y[:, 0] == 1]])


def test_a_linear_network_is_shown_whole():
    figure = figures.collapse({"linear": Network(activations=LINEAR, rng=0)}, X, Y)
    assert [ax.get_title() for ax in figure.axes[1:3]] == ["100 % shown", "100 % shown"]


def test_of_a_network_with_sigmoids_a_part_is_missing():
    net = Network((2, 10, 10, 1), init="normal", rng=0)
    titles = [ax.get_title() for ax in figures.collapse({"sigmoids": net}, X, Y).axes[1:3]]
    assert all(title != "100 % shown" for title in titles)


def test_distances_are_kept_in_the_plane_of_a_linear_layer():
    net = Network(activations=LINEAR, rng=0)
    layer = figures.collapse({"linear": net}, X, Y).axes[1]
    drawn, A1 = drawn_points(layer), by_class(net.forward(X).A[1])
    expected = np.linalg.norm(A1[:, None] - A1, axis=2)
    np.testing.assert_allclose(np.linalg.norm(drawn[:, None] - drawn, axis=2), expected, atol=1e-9)


def test_the_last_panel_is_the_last_pre_activation():
    net = Network(activations=LINEAR, rng=0)
    points = drawn_points(figures.collapse({"linear": net}, X, Y).axes[3])
    np.testing.assert_allclose(points[:, :1], by_class(net.forward(X).Z[2]))
    assert set(points[:, 1]) == {0}


def test_networks_of_other_depths_are_refused():
    with pytest.raises(ValueError, match=r"networks have \[2, 3\] layers"):
        figures.collapse({"two": Network((2, 3, 1), rng=0), "three": Network(rng=0)}, X, Y)


def test_a_network_that_was_moved_in_is_drawn_like_one_from_the_start():
    large, small = Network(activations=LINEAR, rng=0), Network((2, 3, 3, 1), init="glorot", rng=1)
    for first, net in ((large, small), (small, large)):
        figure, move = figures.moving_collapse({"one": first, "other": small}, X, Y, "one")
        move(net)
        assert svg(figure) == svg(figures.collapse({"one": net, "other": small}, X, Y))


def test_a_network_that_maps_all_points_to_one_can_be_drawn():
    net = Network(activations=LINEAR, rng=0)
    net.weights[2] *= 0
    number_line = figures.collapse({"zero": net}, X, Y).axes[3]
    assert number_line.get_xlim() == (-1, 1)
    assert (drawn_points(number_line) == 0).all()


def test_falls_draw_the_median_of_finished_runs():
    loss = np.array([[9.0, 3.0], [5.0, 1.0], [np.nan, np.nan]])
    history = History(np.array([0, 1]), loss, loss, loss, np.array([True, True, False]))
    figure = figures.falls({"one": ({"runs": history}, 4.0), "two": ({"runs": history}, 2.0)})
    for ax, constant in zip(figure.axes, (4, 2), strict=True):
        median, line = ax.lines
        np.testing.assert_array_equal(median.get_ydata(), [7, 2])
        assert set(line.get_ydata()) == {constant}


def test_divergence_multiplies_the_rates_on_the_right():
    figure = figures.divergence([0.1, 1.0], {"a": [0, 0.5], "b": [0.5, 1]}, {"a": 10, "b": 2}, "x")
    left, right = figure.axes
    np.testing.assert_array_equal(left.lines[0].get_ydata(), [0, 50])
    np.testing.assert_allclose(right.lines[0].get_xdata(), [1, 10])
    np.testing.assert_allclose(right.lines[1].get_xdata(), [0.2, 2])
    np.testing.assert_array_equal(right.lines[1].get_ydata(), [50, 100])


def test_more_curves_than_looks_are_refused():
    four = {name: [0, 1] for name in "abcd"}
    with pytest.raises(ValueError, match="shares holds 4"):
        figures.divergence([0.1, 1.0], four, dict.fromkeys("abcd", 1), "x")
