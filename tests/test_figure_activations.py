"""What the figures of chapter 9 show of the numbers they are given."""

import numpy as np
import pytest

from nnlib import Network, data, figures
from nnlib.figures.palette import GRAY, ORANGE, ORANGE_TEXT
from nnlib.figures.style import CLASS_COLORS

X, Y = data.xor()
RELUS = ("relu", "relu", "sigmoid")


def network(W1, W2):
    """Two units in each of two hidden layers."""
    return Network.from_parameters([np.array(W1), np.array(W2), np.ones((1, 2))], None, RELUS)


# Layer 1: x1 - x2, and a unit that is 0 in the whole square. Layer 2: their sum, and 0.
NET = network([[1.0, -1.0], [-1.0, -1.0]], [[1.0, 1.0], [-1.0, -1.0]])


def lines(figure, color):
    (ax,) = figure.axes
    return [line for line in ax.lines if line.get_color() == color]


def squares(figure, color):
    """The lower left corners of the frames of a color, sorted."""
    frames = lines(figure, color)[0].get_xydata().reshape(-1, 6, 2)  # 5 corners and a gap
    return sorted((frames[:, 0] + 0.05).round(9).tolist(), reverse=True)


def area(figure):
    (patch,) = figure.axes[0].patches
    return patch.get_path().to_polygons()


def test_dead_units_are_framed_and_named():
    figure = figures.dead_units({"start": NET}, X, Y)
    assert squares(figure, GRAY) == [[0, -1.3], [0, -2.6]]
    assert squares(figure, ORANGE) == [[1.3, -1.3], [1.3, -2.6]]
    (words,) = [line for line in lines(figure, ORANGE_TEXT) if "dead" in line.get_marker()]
    np.testing.assert_allclose(words.get_xydata(), [[1.8, -0.8], [1.8, -2.1]])
    (ax,) = figure.axes
    assert [t.get_text() for t in ax.texts] == ["start"]
    assert dict(
        zip(ax.get_yticks(), (t.get_text() for t in ax.get_yticklabels()), strict=True)
    ) == {
        -0.8: "layer 1",
        -2.1: "layer 2",
    }


def test_dead_units_draw_the_points_at_which_a_unit_is_active():
    figure = figures.dead_units({"start": NET}, X, Y)
    zeros, ones = (lines(figure, color)[-1].get_xydata() for color in CLASS_COLORS)
    assert len(zeros) == 0  # the rising diagonal is where x1 - x2 is 0
    places = (ones[0::3] + ones[1::3]) / 2  # a stroke is two points and a gap
    active = X[(X[:, 0] > X[:, 1]) & (Y[:, 0] == 1)]
    np.testing.assert_allclose(places[: len(active)], active + np.array([0, -1.3]))
    np.testing.assert_allclose(places[len(active) :], active + np.array([0, -2.6]))


def test_dead_units_color_the_area_where_a_unit_is_active():
    triangles = area(figures.dead_units({"start": NET}, X, Y))
    for corners, bottom in zip(triangles, (-1.3, -2.6), strict=True):
        found = {(x, y) for x, y in (corners - (0, bottom)).round(9) + 0.0}
        assert found == {(0, 0), (1, 0), (1, 1)}


def test_areas_are_as_large_as_the_networks():
    net = Network((2, 6, 6, 1), "relu", bias=True, init="normal", rng=0)
    grid = np.stack(np.meshgrid(*[np.linspace(0.005, 0.995, 100)] * 2), axis=-1).reshape(-1, 2)
    expected = sum((Z > 0).mean(axis=0).sum() for Z in net.forward(grid).Z[:-1])
    found = 0
    for ring in area(figures.dead_units({"one": net}, X, Y)):  # holes run the other way round
        (x, y), (x2, y2) = ring[:-1].T, ring[1:].T
        found += np.sum(x * y2 - x2 * y) / 2
    assert found == pytest.approx(expected, abs=0.03)


def test_a_network_that_is_dead_throughout_can_be_drawn():
    figure = figures.dead_units({"dead": network(-np.ones((2, 2)), np.ones((2, 2)))}, X, Y)
    assert squares(figure, GRAY) == []
    assert len(squares(figure, ORANGE)) == 4
    assert area(figure) == []


def test_functions_and_slopes_draw_both():
    Z = np.linspace(-1, 1, 5)
    figure = figures.functions_and_slopes(Z, {"a": Z, "b": Z**2}, {"a": Z * 0 + 1, "b": 2 * Z})
    left, right = figure.axes
    assert [line.get_ydata().tolist() for line in left.lines] == [Z.tolist(), (Z**2).tolist()]
    assert right.lines[1].get_ydata().tolist() == (2 * Z).tolist()
    looks = {(line.get_color(), line.get_linestyle()) for line in left.lines}
    assert len(looks) == 2


def test_gradients_by_depth_are_medians_and_ranges():
    norms = np.array([np.arange(1, 102.0), np.arange(1, 102.0) / 10])
    (ax,) = figures.gradients_by_depth((1, 2), {"relu": norms}).axes
    assert ax.lines[0].get_ydata().tolist() == [51, 5.1]
    (bars,) = ax.collections
    assert [path[:, 1].tolist() for path in bars.get_segments()] == [[6, 96], [0.6, 9.6]]
    assert "n = 101" in ax.get_legend().get_title().get_text()
    assert ax.get_yscale() == "log"


def test_shares_by_depth_are_percents_with_intervals():
    outcomes = np.array([[True] * 3 + [False] * 7, [True] * 10])
    (ax,) = figures.shares_by_depth((1, 8), {"relu": outcomes}).axes
    assert ax.lines[0].get_ydata().tolist() == [30, 100]
    low, high = ax.collections[0].get_segments()[0][:, 1]
    # Wilson's interval of 3 in 10: Newcombe (1998) and others give 0.108 to 0.603
    assert (low, high) == pytest.approx((10.8, 60.3), abs=0.05)
    assert "n = 10" in ax.get_legend().get_title().get_text()
    both = {"relu": outcomes, "tanh": outcomes[:, :4]}
    (ax,) = figures.shares_by_depth((1, 8), both).axes
    assert "n = 4 or 10" in ax.get_legend().get_title().get_text()


@pytest.mark.parametrize("draw", [figures.gradients_by_depth, figures.shares_by_depth])
def test_no_more_curves_than_looks(draw):
    with pytest.raises(ValueError, match="at most 6"):
        draw((1,), {str(i): np.ones((1, 2)) for i in range(7)})


def test_histograms_of_layers_count_what_is_given():
    figure, move = figures.moving_layers(2)
    rng = np.random.default_rng(0)
    A = [np.full((5, 4), 0.5), rng.uniform(0, 1, (5, 4))]
    delta = [np.array([1e-3, -1e-3, 0.0, 0.0]), np.array([1e-12, 1e-3, 1e-3, 1.0])]
    move(A, delta)
    activations, gradients = (list(ax.patches) for ax in figure.axes)

    def highest(patch, row):
        heights, edges, _ = patch.get_data()
        places = edges[:-1][heights < row - 0.8]
        return places.min(), places.max()

    lowest, last = highest(activations[0], 1)
    assert lowest == last == pytest.approx(0.5, abs=0.05)
    lowest, last = highest(gradients[0], 1)
    assert lowest == last == pytest.approx(-3, abs=0.2)
    first, *_ = gradients[1].get_data()
    assert first[0] < 2  # 1e-12 stands in the first column
    words = [text.get_text() for text in figure.axes[1].texts]
    assert words == ["50% are 0", ""]
