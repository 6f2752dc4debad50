"""Figures on their distribution: what is drawn is what the runs and the reports give."""

import numpy as np
import pytest
from matplotlib.patches import StepPatch

from nnlib import figures
from nnlib.figures.five_reports import LOOKS
from nnlib.figures.palette import GREEN, INK, ORANGE
from nnlib.sources import Comparison
from nnlib.sweeps import quantiles


def comparison(verdict, percentile, variant=np.nan):
    return Comparison(verdict, percentile, 1.0, 2.0, 3.0, 0.5, 0.0, 100, variant)


def marks(ax, marker):
    return [line for line in ax.lines if line.get_marker() == marker and len(line.get_xdata())]


# One figure


def bars(ax):
    """The histogram: (heights, edges)."""
    (steps,) = (patch for patch in ax.patches if isinstance(patch, StepPatch))
    return steps.get_data()[:2]


def test_the_histogram_holds_every_run_and_the_line_stands_at_the_printed_value():
    values = np.geomspace(1, 100, 200)
    (ax,) = figures.verdict(values, 20, 65.2, "loss").axes
    assert sum(bars(ax)[0]) == 200
    (line,) = ax.lines
    assert line.get_xdata() == [20, 20]
    assert line.get_color() == ORANGE
    words = [text.get_text() for text in ax.figure.legends[0].get_texts()]
    assert words == ["1–99 %", "5–95 %", "our runs (n = 200)", "printed: percentile 65.2"]


def test_the_zones_are_quantiles_of_the_runs():
    values = np.linspace(10, 20, 200)
    (ax,) = figures.verdict(values, 12, 20, "loss").axes
    for zone, q in zip(ax.patches, ((0.01, 0.99), (0.05, 0.95)), strict=False):
        ends = zone.get_x(), zone.get_x() + zone.get_width()
        assert ends == pytest.approx(quantiles(values, q))


@pytest.mark.parametrize(
    ("values", "scale"),
    [([0.1, 0.2, 4.0], "log"), ([0.1, 0.2, 0.4], "linear"), ([0.0, 0.1, 40.0], "linear")],
)
def test_a_wide_spread_is_drawn_on_a_logarithmic_axis(values, scale):
    (ax,) = figures.verdict(values, 0.3, 50, "loss").axes
    assert ax.get_xscale() == scale


def test_the_printed_value_may_lie_outside_of_all_runs():
    (ax,) = figures.verdict(np.linspace(1, 2, 50), 7, 100, "loss").axes
    assert ax.get_xlim()[0] < 1
    assert ax.get_xlim()[1] > 7


def test_each_accuracy_has_a_bar_around_it():
    values = 100 * np.array([10, 11, 20, 21, 21, 21]) / 21
    (ax,) = figures.verdict(values, 100, 75, "accuracy in %").axes
    heights, edges = bars(ax)
    middles = ((edges[1:] + edges[:-1]) / 2).round(6)
    found = {middle: n for middle, n in zip(middles, heights, strict=True) if n}
    assert found == {round(100 * k / 21, 6): n for k, n in ((10, 1), (11, 1), (20, 1), (21, 3))}


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_diverged_runs_are_counted(broken):
    (ax,) = figures.verdict([50.0, 60.0, broken, broken], 55, 50, "accuracy in %").axes
    assert [text.get_text() for text in ax.texts] == ["50.0% of the runs diverged"]
    (ax,) = figures.verdict([broken] * 4, 55, 100, "accuracy in %").axes
    assert ax.get_xlim()[0] < 55 < ax.get_xlim()[1]


def test_the_highest_bar_fits():
    (ax,) = figures.verdict(np.repeat([1.0, 2.0, 3.0], (2, 90, 8)), 1, 1, "loss").axes
    assert ax.get_ylim() == (0, pytest.approx(94.5))


def test_equal_runs_can_be_drawn():
    (ax,) = figures.verdict(np.zeros(7), 0, 50, "loss").axes
    assert sum(bars(ax)[0]) == 7


# All figures

REPORTS = {
    "A": {
        "xor": [comparison("reproduced", 20), comparison("reproduced", 60)],
        "linear": [comparison("not reproduced", 100)],
    },
    "B": {"xor": [comparison("exact", 3), comparison("plausible", 99.5, 40)]},
}


def test_every_figure_is_a_mark_at_its_percentile_and_every_run_a_row():
    (ax,) = figures.strips_of_figures(REPORTS).axes
    found = {
        name: sorted(float(x) for line in marks(ax, LOOKS[name][1]) for x in line.get_xdata()
                     if line.get_markerfacecolor() == LOOKS[name][0])
        for name in LOOKS
    }  # fmt: skip
    assert found == {
        "exact": [3], "reproduced": [20, 60], "plausible": [99.5], "not reproduced": [100],
    }  # fmt: skip
    heights = {y for name in LOOKS for line in marks(ax, LOOKS[name][1]) for y in line.get_ydata()}
    assert len(heights) == 3
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["A: 3 figures,\n2 runs", "B: 2 figures,\n1 run"]


def test_a_ring_marks_the_variant_that_makes_a_figure_plausible():
    (ax,) = figures.strips_of_figures(REPORTS).axes
    (ring,) = (line for line in marks(ax, "o") if line.get_markeredgecolor() == INK)
    assert ring.get_xdata().tolist() == [40]
    reports = {"B": {"xor": [comparison("plausible", 98, 40), comparison("exact", 50)]}}
    (ax,) = figures.strips_of_figures(reports).axes
    assert not [line for line in marks(ax, "o") if line.get_markeredgecolor() == INK]
    (diamond,) = marks(ax, "D")
    assert diamond.get_color() == GREEN


# Counts and orders


def test_the_count_found_is_a_line_in_the_histogram_of_counts():
    counts, expected = np.array([3, 4, 4, 5]), np.array([0.1, 0.2, 0.4, 0.2, 0.1])
    figure = figures.chance({"runs": (counts, expected, 9), "figures": (counts, expected, 2)})
    left, right = figure.axes
    assert [line.get_xdata()[0] for line in (left.lines[1], right.lines[1])] == [9, 2]
    assert left.lines[0].get_ydata().tolist() == expected.tolist()
    assert left.get_xlim()[1] > 9
    tops = {round(p.get_x() + p.get_width() / 2): p.get_height() for p in left.patches}
    assert {k: v for k, v in tops.items() if v} == {3: 0.25, 4: 0.5, 5: 0.25}


def test_chances_of_a_wrong_order_are_in_percent():
    (ax,) = figures.wrong_orders([1, 10], {"a": [0.3, 0.1], "b": [0.5, 0.4]}).axes
    assert [line.get_ydata().tolist() for line in ax.lines[:2]] == [[30, 10], [50, 40]]


def test_more_comparisons_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="chances holds 6"):
        figures.wrong_orders([1], dict.fromkeys("abcdef", (0.1,)))
