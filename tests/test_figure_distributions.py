"""Strips, bands and shares over seeds: what is drawn is what the runs give."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from nnlib import figures
from nnlib.figures.distributions import DOTS, wilson
from nnlib.figures.palette import INK
from nnlib.sweeps import History, quantiles


def history(losses, epochs=(0, 100)):
    losses = np.asarray(losses, dtype=float)
    return History(np.array(epochs), losses, losses / 20, losses, np.ones(len(losses), dtype=bool))


def drawn(ax, marker):
    return [line for line in ax.lines if line.get_marker() == marker and len(line.get_xdata())]


def test_a_strip_has_a_dot_for_every_run_and_their_median_and_range():
    values = np.array([1.0, 2.0, 5.0, 10.0])
    (ax,) = figures.distributions({"lr = 1": values}, "loss").axes
    (dots,) = drawn(ax, "o")
    np.testing.assert_allclose(dots.get_xdata(), values)
    (median,) = (line for line in drawn(ax, "|"))
    assert median.get_xdata() == pytest.approx(3.5)
    low, _, high = quantiles(values, (0.05, 0.5, 0.95))
    (bar,) = (line for line in ax.lines if line.get_xdata() == pytest.approx([low, high]))
    assert bar.get_color() == INK


def test_many_runs_are_a_hundred_dots():
    values = np.linspace(1, 2, 1000)
    (ax,) = figures.distributions({"x": values}, "loss").axes
    (dots,) = drawn(ax, "o")
    shares = (np.arange(DOTS) + 0.5) / DOTS
    np.testing.assert_allclose(dots.get_xdata(), np.quantile(values, shares))


def test_runs_that_diverged_are_at_the_edge_and_counted():
    values = np.array([1.0, 2.0, np.inf, np.nan])
    (ax,) = figures.distributions({"x": values}, "loss").axes
    (crosses,) = drawn(ax, "x")
    assert len(crosses.get_xdata()) == 2
    assert (crosses.get_xdata() > 2).all()
    assert [text.get_text() for text in ax.texts] == ["50 % diverged"]


def test_printed_numbers_stand_on_their_strip():
    samples = {"a": np.array([1.0, 2.0]), "b": np.array([3.0, 4.0])}
    (ax,) = figures.distributions(samples, "loss", printed={"b": 3.25}).axes
    (diamond,) = drawn(ax, "D")
    assert (diamond.get_xdata(), diamond.get_ydata()) == ([3.25], [1])


def test_a_strip_of_equal_results_can_be_drawn():
    (ax,) = figures.distributions({"x": np.full(5, 0.0)}, "share", log=False).axes
    assert ax.get_xlim()[0] < 0 < ax.get_xlim()[1]


def test_bands_are_the_quantiles_of_the_runs_and_say_how_many():
    h = history([[10, 1], [20, 2], [30, 3]])
    figure = figures.bands({"lr = 1": h}, constant_loss=14.5)
    (ax,) = figure.axes
    line = next(line for line in ax.lines if line.get_label() == "lr = 1 (n = 3)")
    np.testing.assert_allclose(line.get_ydata(), [20, 2])
    corners = ax.collections[0].get_paths()[0].vertices[:, 1]
    np.testing.assert_allclose((corners.min(), corners.max()), (1.1, 29))
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "best constant predictor" in words
    assert "5–95 % of the runs" in words


def test_the_legend_shows_each_band_in_its_color():
    for labels in (["a"], ["a", "b"]):
        figure = figures.bands(dict.fromkeys(labels, history([[1, 2]])))
        (ax,), (legend,) = figure.axes, figure.legends
        shown = [patch.get_facecolor() for patch in legend.findobj(Rectangle)]
        assert shown == [tuple(drawn.get_facecolor()[0]) for drawn in ax.collections]
        assert len(set(shown)) == len(labels)


def test_bands_of_accuracies_are_in_percent_with_a_printed_log():
    figure = figures.bands(
        {"x": history([[10, 20]])}, of="accuracy", log=False, printed=("report A", [0], [0.5])
    )
    (ax,) = figure.axes
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [50, 100])
    (printed,) = drawn(ax, "D")
    assert printed.get_ydata() == pytest.approx([50])


def test_more_bands_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="histories holds 5"):
        figures.bands(dict.fromkeys("abcde", history([[1, 2]])))


def test_shares_have_wilsons_interval():
    (ax,) = figures.shares({"x": np.array([True] * 9 + [False])}).axes
    (dot,) = drawn(ax, "o")
    assert dot.get_xdata() == pytest.approx([90])
    # Brown, Cai and DasGupta (2001): for 9 of 10 Wilson's interval is 0.596 to 0.982
    np.testing.assert_allclose(wilson(9, 10), (0.5958, 0.9821), atol=1e-4)
    np.testing.assert_allclose(ax.lines[0].get_xdata(), 100 * np.array(wilson(9, 10)))


@pytest.mark.parametrize("k", [0, 7, 20])
def test_wilsons_ends_are_the_shares_that_are_just_not_refused(k):
    n, z = 20, 1.96
    for p in wilson(k, n):
        if 0 < p < 1:
            assert abs(k / n - p) == pytest.approx(z * np.sqrt(p * (1 - p) / n), abs=1e-12)
