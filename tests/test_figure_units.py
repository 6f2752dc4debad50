"""Figures of chapter 6: histograms on their derived means, shares and printed numbers in place."""

import numpy as np
import pytest
from matplotlib.patches import StepPatch

from nnlib import figures
from nnlib.figures.distributions import wilson
from nnlib.sweeps import quantiles

RNG = np.random.default_rng(0)
SAMPLES = {
    label: {d: (RNG.normal(m * d, 1, 500), RNG.normal(m * d / 2, 1, 500)) for d in (5, 50)}
    for label, m in (("one sign", 1), ("both signs", 0))
}
MEANS = {d: (d, d / 2) for d in (5, 50)}


def lines(ax, marker):
    return [line for line in ax.lines if line.get_marker() == marker and len(line.get_xdata())]


def test_histograms_stand_on_the_row_of_their_width_and_reach_up_from_it():
    left, right = figures.pre_activations(SAMPLES, MEANS, {}).axes
    for ax, column in ((left, 0), (right, 1)):
        steps = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
        assert len(steps) == 4
        for patch, (row, values) in zip(
            steps,
            [(row, pair[column]) for rows in SAMPLES.values() for row, pair in
             enumerate(rows.values())],
            strict=True,
        ):  # fmt: skip
            heights, edges, baseline = patch.get_data()
            assert baseline == row
            assert min(heights) == pytest.approx(row - 0.8)
            assert max(heights) <= row
            assert (edges[0], edges[-1]) == (values.min(), values.max())


def test_the_two_starts_differ_in_line_and_fill():
    left, _ = figures.pre_activations(SAMPLES, MEANS, {}).axes
    first, second = left.patches[0], left.patches[2]
    assert first.get_linestyle() != second.get_linestyle()
    assert first.get_facecolor()[3] > 0 == second.get_facecolor()[3]


def test_derived_means_are_diamonds_in_their_panels():
    for ax, column in zip(figures.pre_activations(SAMPLES, MEANS, {}).axes, (0, 1), strict=True):
        (diamonds,) = lines(ax, "D")
        np.testing.assert_allclose(diamonds.get_xdata(), [m[column] for m in MEANS.values()])
        np.testing.assert_allclose(diamonds.get_ydata(), [0, 1])


def test_a_single_width_can_be_drawn():
    one = {"U(0, 1)": {30: SAMPLES["one sign"][5]}}
    assert len(figures.pre_activations(one, {30: (5, 2.5)}, {6.9: "slope 0.001"}).axes) == 2


def test_more_starts_than_looks_are_refused():
    three = dict.fromkeys("abc", SAMPLES["one sign"])
    with pytest.raises(ValueError, match="samples holds 3"):
        figures.pre_activations(three, MEANS, {})


def test_shares_stand_at_their_widths_with_wilsons_interval():
    runs = {10: np.arange(20) < 15, 100: np.zeros(20, dtype=bool)}
    (ax,) = figures.shares_by_width({"XOR": {"layer 1": runs}}).axes
    (line,) = lines(ax, "o")
    np.testing.assert_allclose(line.get_xdata(), [10, 100])
    np.testing.assert_allclose(line.get_ydata(), [75, 0])
    segments = ax.collections[0].get_segments()
    np.testing.assert_allclose(segments[0][:, 1], 100 * np.array(wilson(15, 20)))


def test_a_printed_accuracy_stands_among_its_runs():
    values = np.linspace(0.4, 1, 200)
    panels = {"XOR": {"a": (values, 0.5), "b": (values, None)}, "linear": {"a": (values, 1),
              "b": (values, None)}}  # fmt: skip
    figure = figures.accuracies_by_width(panels)
    for ax, printed in zip(figure.axes, (50, 100), strict=True):
        (diamond,) = lines(ax, "D")
        assert diamond.get_xdata() == [printed]
        medians = lines(ax, "|")
        assert len(medians) == 2
        assert medians[0].get_xdata() == pytest.approx(100 * quantiles(values, 0.5))
        dots = lines(ax, "o")
        assert [len(line.get_xdata()) for line in dots] == [30, 30]
