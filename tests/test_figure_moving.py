"""Figures that move show, after a move, what they were given last."""

import numpy as np
import pytest

from nnlib import Network, data, figures, graph
from nnlib.activations import sigmoid, sigmoid_derivative
from nnlib.figures.palette import INK
from nnlib.figures.style import svg

Z = np.linspace(-6, 6, 49)
X, Y = data.xor()
NETS = [Network((2, 4, 3, 1), init="normal", rng=seed) for seed in range(3)]


def words(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def dark(ax):
    return [line for line in ax.lines if line.get_color() == INK and line.get_linewidth() >= 2]


def test_the_tangent_touches_where_it_is_moved():
    A = sigmoid(Z)
    figure, move = figures.moving_tangent(Z, A, sigmoid_derivative(A), (-4, 0))
    for z, a, slope in ((0.0, 0.5, 0.25), (1.0, 0.7, 0.2)):
        move(z, a, slope)
        (tangent,) = [line for line in dark(figure.axes[0]) if len(line.get_xdata()) == 2]
        x, heights = tangent.get_data()
        assert np.mean(x) == pytest.approx(z)
        assert np.mean(heights) == pytest.approx(a)
        assert np.diff(heights) / np.diff(x) == pytest.approx(slope)


def test_the_dots_lie_on_their_curves():
    losses, slopes = {"squared": Z**2}, {"squared": -2 * Z}
    figure, move = figures.moving_losses(Z, losses, slopes)
    move(-3.0)
    ends = [
        [
            line.get_ydata()[0]
            for line in ax.lines
            if line.get_markersize() == 7 and len(line.get_xdata()) == 1
        ]
        for ax in figure.axes
    ]
    assert ends == [[pytest.approx(9)], [pytest.approx(6)]]


@pytest.mark.parametrize(
    ("wrong", "angle"), [([[3, 4]], 0), ([[-3, -4]], 180), ([[-4, 3]], 90), ([[0, 0]], np.nan)]
)
def test_the_angle_between_gradients(wrong, angle):
    figure, move = figures.moving_gradients([(1, 2)])
    (found,) = move([np.array([[3.0, 4.0]])], [np.array(wrong, dtype=float)])
    assert found == pytest.approx(angle, nan_ok=True)
    (dots,) = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    np.testing.assert_allclose(dots.get_xdata(), [0.75, 1])
    np.testing.assert_allclose(dots.get_ydata(), np.array(wrong[0]) / 4)


def test_the_jacobians_of_another_weight_light_up():
    jacobians = graph.jacobians(NETS[0], X[5], Y[5])
    for width in (figures.WIDTH, figures.NARROW):
        figure, light = figures.moving_jacobians(jacobians, width)
        for weight in ((1, 1, 0), (2, 2, 3), None):
            light(weight)
            assert svg(figure) == svg(figures.jacobian_heatmaps(jacobians, weight, width))


def test_a_path_ends_where_it_leaves_the_picture():
    a = b = np.linspace(-1, 1, 9)
    loss = 1 + a**2 + b[:, None] ** 2
    path, losses = np.array([[0, 0], [0.5, 0], [3, 0], [0, 0]]), np.array([1.0, 2.0, np.inf, 1.0])
    figure, move = figures.moving_path(a, b, loss, {"rate 1": (path[:2], losses[:2])})
    move(path, losses)
    left, right = figure.axes
    np.testing.assert_array_equal(dark(left)[-1].get_xdata(), [0, 0.5, 3])
    np.testing.assert_array_equal(dark(right)[-1].get_xdata(), [0, 1, 3])


def test_the_bars_of_a_stack_add_up_to_the_velocity():
    figure, move = figures.moving_stacks(("one",), 4, (-1, 3))
    age = np.arange(4)[:, None] - np.arange(4)
    parts = np.where(age >= 0, (-0.5) ** np.maximum(age, 0), 0.0)
    move({"one": parts}, {"one": [2.0]})
    (ax,) = figure.axes
    heights = np.zeros(5)
    for bar in ax.patches:
        heights[round(bar.get_x() + bar.get_width() / 2)] += bar.get_height()
    np.testing.assert_allclose(heights[1:], parts.sum(axis=1))
    assert [line.get_ydata()[0] for line in ax.lines[1:]] == [2.0, 2.0]


def test_histograms_that_move_are_those_of_their_samples():
    rng = np.random.default_rng(0)

    def rows(shift):
        return {
            5: (rng.normal(shift, 1, 99), rng.normal(0, 1, 99)),
            9: rng.normal(shift, 2, (2, 99)),
        }

    first, second, means = rows(0), rows(3), {5: (3, 0), 9: (3, 3)}
    figure, move = figures.moving_pre_activations({"U": first}, {5: (0, 0), 9: (0, 0)}, {})
    move("V", second, means)
    fresh = figures.pre_activations({"V": second}, means, {})
    assert words(figure) == words(fresh)
    for ax, other in zip(figure.axes, fresh.axes, strict=True):
        for mine, its in zip(ax.patches, other.patches, strict=True):
            for a, b in zip(mine.get_data(), its.get_data(), strict=True):
                np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(ax.lines[0].get_xdata(), other.lines[0].get_xdata())


def test_layers_of_another_network_collapse():
    figure, move = figures.moving_collapse({"a": NETS[0], "b": NETS[1]}, X, Y, "b")
    move(NETS[2])
    fresh = figures.collapse({"a": NETS[0], "b": NETS[2]}, X, Y)
    for ax, other in zip(figure.axes, fresh.axes, strict=True):
        assert ax.get_title() == other.get_title()
        for mine, its in zip(ax.collections, other.collections, strict=True):
            np.testing.assert_allclose(mine.get_offsets(), its.get_offsets())


def test_maps_of_other_networks():
    nets = {"one": Network((2, 4, 3, 1), "relu", init="normal", rng=4)}
    for width in (figures.WIDTH, figures.NARROW):
        figure, move = figures.moving_dead_units(nets, width)
        move({"one": NETS[1]}, X, Y)
        move(nets, X, Y)
        assert svg(figure) == svg(figures.dead_units(nets, X, Y, width))


def test_the_histograms_that_move_are_named_last():
    rows = {5: (np.arange(9.0), np.arange(9.0))}
    figure, move = figures.moving_pre_activations({"U": rows, "V": rows}, {5: (0, 0)}, {})
    first = words(figure)
    move("W", rows, {5: (1, 1)})
    assert (first[0], *first[2:]) == ("V", "U")
    assert words(figure) == [*first[:2], "W"]


@pytest.mark.parametrize(
    "before",
    [
        (np.geomspace(0.1, 9, 50) ** 2, 0.5, 20, "a loss"),
        (np.linspace(-9, 9, 7), 0, 50, "an output"),
        (np.append(np.full(300, 0.5), np.nan), 0.5, 50, "an accuracy"),
    ],
)
def test_a_figure_on_its_distribution_does_not_depend_on_the_last_one(before):
    after = np.geomspace(0.1, 9, 50), 0.7, 40, "a loss"
    figure, move = figures.moving_verdict()
    figure.set_layout_engine("none")  # as an Explorer does, so that nothing jumps
    for these in (before, after):
        fresh = figures.verdict(*these)
        fresh.set_layout_engine("none")
        move(*these)
        assert svg(figure) == svg(fresh)
