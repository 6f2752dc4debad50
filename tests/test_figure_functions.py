"""Figures of given numbers: descent, functions, losses, and the plane of a network."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

from nnlib import Network, figures
from nnlib.figures.palette import BLUE, GRAY, INK, ORANGE

Z = np.linspace(-2, 2, 5)
# ŷ = σ(10 x1 - 5): class 1 is the right half of the plane.
HALF = Network.from_parameters([[[10.0, 0.0]]], [[-5.0]])
X = np.array([[0.1, 0.2], [0.4, 0.9], [0.6, 0.1], [0.9, 0.8]])
Y = np.array([[0], [1], [1], [0]])  # HALF gets the second and the fourth wrong
WRONG = X[[1, 3]]
RUN = SimpleNamespace(epochs=Z, loss=Z, accuracy=Z)


def loss(w):
    return 4 * (np.asarray(w) - 1.5) ** 2


def slope(w):
    return 8 * (w - 1.5)


def lines(ax, style=None, color=None):
    """The lines of a style and a color, without those that are markers only."""
    return [
        line
        for line in ax.lines
        if line.get_linestyle() != "None"
        and style in (None, line.get_linestyle())
        and color in (None, line.get_color())
    ]


def markers(ax):
    return [line for line in ax.lines if line.get_marker() not in ("None", None)]


def points(line):
    return np.transpose(line.get_data()).tolist()


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def different_looks(drawn):
    """Whether lines differ in style, and would without their color."""
    return len({str(line._unscaled_dash_pattern) for line in drawn}) == len(drawn)


# Descent.


def test_steps_go_downhill_from_points_on_the_curve():
    (ax,) = figures.steps_downhill(loss, slope, (0.0, 2.5), rate=0.1, low=-1, high=4).axes
    (curve,) = lines(ax, color=GRAY)
    np.testing.assert_allclose(curve.get_ydata(), loss(curve.get_xdata()))
    assert curve.get_xdata()[[0, -1]].tolist() == [-1, 4]
    arrows = np.array([(a.xyann, a.xy) for a in ax.texts if a.arrow_patch])
    np.testing.assert_allclose(arrows, [[(0, 9), (1.2, 9)], [(2.5, 4), (1.7, 4)]])
    assert [t.get_text() for t in ax.texts if t.get_text()] == ["slope −12", "slope +8"]
    assert [points(line) for line in markers(ax)] == [[[0, 9]], [[2.5, 4]]]
    assert [line.get_marker() for line in markers(ax)] == ["o", "s"]


def test_tangents_of_the_descent_are_dashed_and_touch_the_curve():
    (ax,) = figures.steps_downhill(loss, slope, (0.0, 2.5), rate=0.1, low=-1, high=4).axes
    for line, w in zip(lines(ax, "--"), (0.0, 2.5), strict=True):
        (x0, y0), (x1, y1) = points(line)
        assert (y1 - y0) / (x1 - x0) == pytest.approx(slope(w))
        assert y0 + (w - x0) * slope(w) == pytest.approx(loss(w))


def test_each_path_has_a_panel_of_the_same_scale_and_starts_in_dark():
    paths = [0.0, 0.5, 0.8], np.array([0.0, 1.2, 1.4])
    axes = figures.descent_paths(loss, paths, ["slow", "fast"], low=-1, high=4).axes
    assert [ax.get_title() for ax in axes] == ["slow", "fast"]
    assert axes[0].get_ylim() == axes[1].get_ylim()
    for ax, path in zip(axes, paths, strict=True):
        walked, start = markers(ax)
        assert points(walked) == [[w, loss(w)] for w in path]
        assert points(start) == [[0, 9]]
        assert start.get_color() == INK
        assert [text.get_text() for text in ax.texts] == ["start"]
    assert len({markers(ax)[0].get_marker() for ax in axes}) == 2


def test_a_path_without_a_title_is_refused():
    with pytest.raises(ValueError, match="zip"):
        figures.descent_paths(loss, [[0.0], [1.0]], ["only one"], low=-1, high=4)


# Functions.


def test_functions_differ_in_line_style_too():
    (ax,) = figures.functions(Z, {"up": Z, "down": -Z, "even": Z**2}, ylabel="height").axes
    assert [line.get_ydata().tolist() for line in ax.lines] == [
        Z.tolist(),
        (-Z).tolist(),
        (Z**2).tolist(),
    ]
    assert legend(ax) == ["up", "down", "even"]
    assert different_looks(ax.lines)
    assert ax.get_xlim() == (-2, 2)
    assert ax.get_ylabel() == "height"


def test_tangents_have_the_slope_that_stands_below():
    top, bottom = figures.tangents(Z, Z**2, 2 * np.abs(Z), points=(-1, 1)).axes
    drawn = [line for line in lines(top) if line.get_color() != INK]
    assert len(drawn) == 2
    for line in drawn:
        (x0, y0), (x1, y1) = points(line)
        assert (y1 - y0) / (x1 - x0) == pytest.approx(2)
        assert (y0 + y1) / 2 == pytest.approx(1)
    assert different_looks(drawn)
    assert [text.get_text() for text in bottom.texts] == ["2.000", "2.000"]
    assert [text.get_ha() for text in bottom.texts] == ["right", "left"]  # outside of the bell
    assert [line.get_marker() for line in markers(top)] == ["o", "s"]


def test_errors_below_the_floor_stand_on_it():
    errors = {"coarse": np.full(5, 1e-3), "exact": np.zeros(5)}
    figure = figures.relative_errors([(Z, errors), (Z + 9, errors)], floor=1e-15)
    for ax in figure.axes:
        coarse, exact = ax.lines
        assert set(coarse.get_ydata()) == {1e-3}
        assert set(exact.get_ydata()) == {1e-15}
        assert different_looks(ax.lines)
        assert coarse.get_marker() != exact.get_marker()
        assert ax.get_yscale() == "log"
        assert ax.get_ylim()[0] < 1e-15
    assert [ax.get_xlim() for ax in figure.axes] == [(-2, 2), (7, 11)]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["coarse", "exact"]


def test_measured_errors_are_dots_between_two_bounds():
    steps = np.logspace(-8, -1, 8)
    (ax,) = figures.step_errors(steps, steps**2 + 1e-16 / steps, steps**2, 1e-16 / steps).axes
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    truncation, rounding, measured = ax.lines
    assert (truncation.get_linestyle(), rounding.get_linestyle()) == ("--", "-.")
    assert (measured.get_linestyle(), measured.get_marker()) == ("None", "o")
    assert np.all(measured.get_ydata() >= truncation.get_ydata())
    assert legend(ax) == ["truncation, slope 2", "rounding, slope −1", "measured"]


def test_a_chain_stands_beside_its_bound():
    lengths = np.arange(1, 4)
    slopes = {"W = 1": [0.2, -0.04, 0.008], "W = 3": [0.5, 0.1, 0.01]}
    bounds = {"W = 3": 0.75**lengths, "W = 1": 0.25**lengths}
    (ax,) = figures.chains(lengths, slopes, bounds).axes
    assert ax.get_yscale() == "log"
    for label, line, bound in zip(slopes, ax.lines[::2], ax.lines[1::2], strict=True):
        assert line.get_label() == label
        assert line.get_ydata().tolist() == np.abs(slopes[label]).tolist()
        assert bound.get_ydata().tolist() == bounds[label].tolist()
        assert bound.get_color() == line.get_color()
    assert different_looks(ax.lines[::2])
    assert ax.get_xticks().tolist() == [1, 2, 3]


# Losses and layers.


def test_layers_draw_every_neuron_and_every_weight():
    (ax,) = figures.layers((2, 3, 1)).axes
    assert [len(column.get_offsets()) for column in ax.collections] == [2, 3, 1]
    assert len(ax.lines) == 2 * 3 + 3 * 1
    texts = [text.get_text() for text in ax.texts]
    assert "$W_1$\n(3, 2)" in texts
    assert "$W_2$\n(1, 3)" in texts
    assert "$A_0 = X$\n($n$, 2)" in texts
    assert texts[-1].startswith("$Z_2,\\ A_2$$\\ = \\hat{y}$")


def test_losses_and_the_sizes_of_their_slopes_have_a_panel_each():
    losses = {"steep": -2 * Z + 4, "flat": -Z + 2}
    slopes = {"steep": np.full(5, -2.0), "flat": np.full(5, -1.0)}
    figure = figures.loss_and_slope(Z, losses, slopes, marks=(-1,))
    left, right = figure.axes
    for ax, heights in ((left, (6, 3)), (right, (2, 1))):
        assert [points(dot) for dot in markers(ax)] == [[[-1, h]] for h in heights]
        assert different_looks(lines(ax)[:2])
    assert [set(line.get_ydata()) for line in lines(right)[:2]] == [{2.0}, {1.0}]
    (words,) = figure.legends
    assert [text.get_text() for text in words.get_texts()] == ["steep", "flat"]


def test_the_size_of_the_slope_is_drawn_against_the_loss():
    losses = {"a": np.array([0.0, 1.0, 2.0]), "b": np.array([0.0, 0.5, 1.0])}
    slopes = {"b": np.array([0.0, -0.3, 0.0]), "a": np.array([0.0, -0.6, -0.9])}
    (ax,) = figures.slope_against_loss(losses, slopes).axes
    assert [points(line) for line in ax.lines] == [
        [[0, 0], [1, 0.6], [2, 0.9]],
        [[0, 0], [0.5, 0.3], [1, 0]],
    ]
    assert different_looks(ax.lines)


def test_the_best_constant_has_a_dot_with_its_loss():
    c = np.linspace(0, 1, 101)
    figure = figures.constant_predictors(
        c, {"squares": (c - 0.5) ** 2 + 5, "line": 10 + c}, {"squares": 0.5, "line": 0}
    )
    assert [ax.get_title() for ax in figure.axes] == ["squares", "line"]
    assert [points(markers(ax)[0]) for ax in figure.axes] == [[[0.5, 5]], [[0, 10]]]
    assert [ax.texts[0].get_text() for ax in figure.axes] == ["5.000", "10.000"]
    # At the left edge the number stands beside the axis, not across it.
    assert [ax.texts[0].get_ha() for ax in figure.axes] == ["center", "left"]


@pytest.mark.parametrize(
    ("draw", "name"),
    [
        (lambda five: figures.functions(Z, dict.fromkeys(five, Z)), "curves"),
        (lambda five: figures.tangents(Z, Z, Z, range(5)), "points"),
        (lambda five: figures.chains(Z, dict.fromkeys(five, Z), {"a": Z}), "slopes"),
        (lambda five: figures.steps_downhill(loss, slope, range(5), 1, 0, 5), "weights"),
        (lambda five: figures.descent_paths(loss, [[0]] * 5, list(five), 0, 5), "paths"),
        (lambda five: figures.loss_and_slope(Z, dict.fromkeys(five, Z), {"a": Z}), "losses"),
        (lambda five: figures.slope_against_loss(dict.fromkeys(five, Z), {"a": Z}), "losses"),
        (lambda five: figures.report_b(dict.fromkeys(five, RUN), {0: 1}, 1, 1), "runs"),
    ],
)
def test_more_than_can_be_told_apart_is_refused_and_not_left_out(draw, name):
    with pytest.raises(ValueError, match=rf"^{name} holds 5; at most [34] can be told apart$"):
        draw("abcde")


# Networks in the plane.


def test_decisions_have_a_boundary_where_the_output_is_a_half():
    figure = figures.decisions([HALF, Network(rng=0)], X, Y, ["half", "start"])
    assert [ax.get_title() for ax in figure.axes] == ["half", "start"]
    contour = next(c for c in figure.axes[0].collections if to_hex(c.get_edgecolor()[0]) == INK)
    (boundary,) = contour.get_paths()
    np.testing.assert_allclose(boundary.vertices[:, 0], 0.5, atol=1e-12)
    assert figure.axes[1].get_ylabel() == ""


FAR = np.array([[-3.0, 0.2], [5.0, 1.0], [0.5, 0.5], [2.0, 0.9]])


def drawn_inside(ax):
    """The points that an Axes with equal scales shows within its limits, and its limits."""
    assert ax.get_aspect() == 1
    box = np.array([ax.get_xlim(), ax.get_ylim()]).T
    points = np.concatenate([c.get_offsets() for c in ax.collections if len(c.get_offsets()) > 1])
    return points[((box[0] < points) & (points < box[1])).all(axis=1)], box


def test_a_field_reaches_as_far_as_the_points():
    figure = figures.decisions([HALF, Network(rng=0)], FAR, Y, ["half", "start"])
    for ax in figure.axes:
        points, box = drawn_inside(ax)
        assert sorted(points.tolist()) == sorted(FAR.tolist())
        np.testing.assert_allclose(box, [[-3.8, -4.2], [5.8, 5.4]])
        x1, x2 = ax.collections[0].get_datalim(ax.transData).get_points().T
        np.testing.assert_allclose(np.column_stack([x1, x2]), box)  # nothing is left uncolored


def paths_of_the_field(net):
    _, ax = figures.subplots()
    figures.field(ax, net, -1, 1)
    return [path.vertices.tolist() for each in ax.collections for path in each.get_paths()]


def test_a_field_does_not_show_the_last_bit_of_a_product(monkeypatch):
    """Here the border goes along points of the grid, where one bit decides on which side it is."""
    diagonal = Network.from_parameters([[[0.7, 0.7]]], [[0.0]])
    predict_proba = Network.predict_proba
    assert (predict_proba(diagonal, np.array([[0.25, -0.25]])) == 0.5).all()
    found = [paths_of_the_field(diagonal)]
    rng = np.random.default_rng(0)
    with monkeypatch.context() as patch:
        patch.setattr(
            Network,
            "predict_proba",
            lambda net, X: predict_proba(net, X) * (1 + rng.uniform(-3e-16, 3e-16, (len(X), 1))),
        )
        found.append(paths_of_the_field(diagonal))
    assert found[0] == found[1]


def test_all_figures_of_points_reach_as_far():
    hidden = figures.hidden_space({0: HALF}, {0: FAR}, FAR, Y)
    assert len(drawn_inside(hidden.axes[0])[0]) == len(FAR)
    rows = {"near": HALF, "far": HALF}
    wrong = 1 - HALF.predict(FAR)
    figure = figures.truth_and_prediction(rows, [(X, Y)] * 2, [(X, Y), (FAR, wrong)])
    assert len(drawn_inside(figure.axes[5])[0]) == len(FAR)


def test_the_window_of_the_unit_square_stays():
    assert figures.window(X) == (-0.1, 1.1)
    for points in (X + 0.01, X - 0.01, X[:1] + 7):
        low, high = figures.window(points)
        assert ((low < points) & (points < high)).all()
        assert np.ptp(high - low) < 1e-12
    with pytest.raises(ValueError, match=r"X holds \[ *0. nan\] in row 1"):
        figures.window(np.array([[0, 0], [0, np.nan]]))


def test_a_wrong_prediction_wears_a_ring():
    figure = figures.truth_and_prediction({"half": HALF}, [(X, Y)], [(X, Y)])
    truth, prediction, _ = figure.axes
    assert [ax.get_title() for ax in (truth, prediction)] == ["half: truth", "half: prediction"]
    assert _offsets(truth, size=16) == X[[0, 3, 1, 2]].tolist()  # class 0, then class 1
    assert _offsets(prediction, size=16) == X.tolist()
    assert _offsets(prediction, size=90) == WRONG.tolist()
    assert len(prediction.collections[-1].get_facecolor()) == 0


def test_only_wrong_fresh_points_are_drawn():
    fresh = [(X, Y), (X, HALF.predict(X))]
    figure = figures.truth_and_prediction({"some": HALF, "none": HALF}, [(X, Y)] * 2, fresh)
    some, none = figure.axes[2::3]
    assert _offsets(some, size=22) == X[[3, 1]].tolist()  # class 0, then class 1
    assert _offsets(none, size=22) == []


def _offsets(ax, size):
    """The points drawn in this size, those of class 0 first."""
    scatters = [c for c in ax.collections if isinstance(c, PathCollection)]
    chosen = [c for c in scatters if c.get_sizes().tolist() == [size]]
    return [point for c in chosen for point in c.get_offsets().tolist()]


def test_hidden_space_joins_each_class_and_marks_the_plane():
    view = np.array([[-1.0, 0.0], [-0.5, 0.3], [0.5, 0.2], [1.0, 0.1]])
    y = np.array([[0], [0], [1], [1]])
    networks = {0: Network(rng=0), 50: HALF}
    figure = figures.hidden_space(networks, {0: view, 50: 2 * view}, X, y)
    above, below = figure.axes[:2], figure.axes[2:]
    assert [ax.get_title() for ax in above] == ["0 epochs", "50 epochs"]
    for ax, scale in zip(below, (1, 2), strict=True):
        plane, first, second = ax.lines
        assert plane.get_xdata() == [0, 0]
        assert points(first) == (scale * view[:2]).tolist()
        assert points(second) == (scale * view[2:]).tolist()
        assert (first.get_color(), second.get_color()) == (BLUE, ORANGE)
        low, high = ax.get_xlim()
        assert low < -scale < scale < high
    for ax in above:
        assert _offsets(ax, size=12) == X.tolist()
    assert "hidden" in below[0].get_ylabel()
    assert "signed distance" in figure.get_supxlabel()


@pytest.mark.parametrize("epochs", [(0, 9, 20, 50), (0, 9, 50)])
def test_a_narrow_hidden_space_draws_the_same_in_rows_of_two(epochs):
    networks, views = dict.fromkeys(epochs, HALF), {e: X * (e + 1) for e in epochs}
    wide, narrow = (
        figures.hidden_space(networks, views, X, Y, width)
        for width in (figures.WIDTH, figures.NARROW)
    )
    shown = [ax for ax in narrow.axes if ax.get_visible()]
    assert len({ax.get_subplotspec().colspan.start for ax in shown}) == 2
    for ax, other in zip(shown, wide.axes, strict=True):
        assert [points(line) for line in ax.lines] == [points(line) for line in other.lines]
        for size in (12, 14):
            assert _offsets(ax, size) == _offsets(other, size)
    assert [ax.get_title() for ax in shown] == [f"{e} epochs" for e in epochs] * 2
