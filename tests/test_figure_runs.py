"""Figures of runs: learning curves, shares of runs, and what wrong gradients do."""

from types import SimpleNamespace

import numpy as np
import pytest

from nnlib import figures
from nnlib.figures.palette import BLUE, GRAY, INK, ORANGE


def run(loss, accuracy=None, every=1, epochs=None):
    """What the figures read of a run: a row every some epochs, and a closing row."""
    rows = every * np.arange(len(loss))
    accuracy = np.linspace(0, 1, len(loss)) if accuracy is None else np.array(accuracy)
    recipe = SimpleNamespace(epochs=rows[-1] if epochs is None else epochs)
    return SimpleNamespace(epochs=rows, loss=np.array(loss), accuracy=accuracy, recipe=recipe)


def by_label(ax):
    return {line.get_label(): line for line in ax.lines}


def xy(line):
    return [np.asarray(values).tolist() for values in line.get_data()]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def bars(ax):
    """The ends of every vertical line drawn with ``vlines``, as (x, low, high)."""
    segments = [s for c in ax.collections if hasattr(c, "get_segments") for s in c.get_segments()]
    return [(s[0][0], s[0][1], round(s[1][1], 9)) for s in segments]


# Learning curves.


def test_each_run_has_a_line_style_and_only_the_constant_is_dashed():
    runs = [run([9.0, 5.0, k]) for k in (1, 2, 3, 4)]
    left, right = figures.learning_curves(runs, list("abcd"), constant_loss=14.5).axes
    styles = {str(line._unscaled_dash_pattern) for line in left.lines}
    assert len(styles) == 5
    assert [line.get_linestyle() for line in left.lines].count("--") == 2  # (5, 1) has no name
    assert left.lines[-1].get_color() == GRAY
    for a, b in zip(left.lines[:4], right.lines, strict=True):
        assert a._unscaled_dash_pattern == b._unscaled_dash_pattern
    assert legend(left) == ["a", "b", "c", "d", "best constant predictor"]


def test_learning_curves_show_loss_and_accuracy_in_percent():
    left, right = figures.learning_curves([run([9.0, 1.0], every=5)], ["a"], 14.5).axes
    assert xy(left.lines[0]) == [[0, 5], [9, 1]]
    assert xy(right.lines[0]) == [[0, 5], [0, 100]]
    assert (left.get_yscale(), right.get_yscale()) == ("log", "linear")
    left, _ = figures.learning_curves([run([9.0, 1.0])], ["a"], 14.5, log=False).axes
    assert left.get_yscale() == "linear"


def test_a_run_without_a_label_is_refused():
    with pytest.raises(ValueError, match=r"labels is .*; it must not be empty"):
        figures.learning_curves([run([1.0, 0.5])], [], 14.5)
    with pytest.raises(
        ValueError, match=r"learning_curves cannot draw this .*zip.*labels is \['a'"
    ):
        figures.learning_curves([run([1.0, 0.5])], ["a", "b"], 14.5)


def test_runs_with_all_points_right_are_counted_by_epochs_and_by_updates():
    firsts = {"a": np.array([300, 100, np.inf, 200]), "b": np.array([50.0, 50.0])}
    epochs, updates = figures.epochs_and_updates(firsts, [20, 100], 1000).axes
    a, b = epochs.lines
    assert xy(a) == [[0, 100, 200, 300, 1000], [0, 25, 50, 75, 75]]
    assert xy(b) == [[0, 50, 50, 1000], [0, 50, 100, 100]]
    assert xy(updates.lines[0]) == [[0, 2000, 4000, 6000, 20_000], [0, 25, 50, 75, 75]]
    assert xy(updates.lines[1])[0] == [0, 5000, 5000, 100_000]
    assert a.get_drawstyle() == "steps-post"
    assert a.get_linestyle() != b.get_linestyle()
    assert [line.get_label() for line in epochs.lines] == ["a (n = 4)", "b (n = 2)"]
    assert epochs.get_ylim() == updates.get_ylim()


def test_more_experiments_than_line_styles_are_refused():
    with pytest.raises(ValueError, match="firsts holds 5"):
        figures.epochs_and_updates(dict.fromkeys("abcde", np.ones(2)), [21] * 5, 2500)


# Wrong gradients.


def test_strips_have_a_dot_for_each_seed_and_a_bar_at_the_median():
    losses = {"right": np.array([0.3, 0.1, 0.2]), "sign": np.array([50.0, 900.0, 200.0])}
    notes = {"right": "3 of 3", "sign": "0 of 3"}
    (ax,) = figures.strips(losses, notes, {0.7: "ln 2", 14.5: "constant"}).axes
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [xy(line)[0] for line in dots] == [[0.1, 0.2, 0.3], [50, 200, 900]]
    for row, line in enumerate(dots):
        assert np.max(np.abs(line.get_ydata() - row)) < 0.36
    assert bars(ax) == [(0.2, -0.36, 0.36), (200, 0.64, 1.36)]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["right", "sign"]
    assert ax.yaxis_inverted()  # the first row is on top
    assert ax.get_xscale() == "log"


def test_strips_write_the_notes_at_the_edge_and_words_above_dashed_lines():
    notes = {"right": "12 of 12", "sign": "0 of 12"}
    losses = {"right": np.array([0.3]), "sign": np.array([50.0])}
    (ax,) = figures.strips(losses, notes, {0.7: "ln 2", 14.5: "constant"}).axes
    written = {text.get_text(): text.get_position() for text in ax.texts}
    assert written["12 of 12"] == (1.02, 0)
    assert written["0 of 12"] == (1.02, 1)
    dashed = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"]
    assert dashed == [written["ln 2"][0], written["constant"][0]] == [0.7, 14.5]


def test_seeds_of_nearly_the_same_loss_do_not_cover_one_another():
    losses = {"right": np.array([0.3, 0.3, 0.3, 0.3]), "sign": np.array([1.0, 100.0])}
    (ax,) = figures.strips(losses, dict.fromkeys(losses, ""), {}).axes
    same, apart = (line.get_ydata() for line in ax.lines)
    assert len(set(same)) == 4
    assert apart.tolist() == [1, 1]


def test_angles_show_the_median_and_the_range_without_the_zero_gradients():
    ramp = np.arange(101.0)
    degrees = [np.append(ramp, np.nan), np.append(ramp / 2, np.nan)]
    panels = {"one": {"$W_1$": degrees}, "two": {"$W_1$": degrees, "$W_2$": degrees}}
    figure = figures.angles(panels, [0, 60], "gradient of")
    one, two = figure.axes
    assert [one.get_title(), two.get_title()] == ["one", "two"]
    assert xy(one.lines[0]) == [[0, 1], [50, 25]]
    assert bars(one) == [(0, 5, 95), (1, 2.5, 47.5)]
    first, second = two.lines
    assert first.get_marker() != second.get_marker()
    assert first.get_color() != second.get_color()
    assert np.all(first.get_xdata() < second.get_xdata())  # side by side
    assert [tick.get_text() for tick in two.get_xticklabels()] == ["0", "60"]


def test_beyond_90_degrees_is_uphill():
    figure = figures.angles({name: {"W": [[20.0]]} for name in "ab"}, [0], "gradient of")
    for ax in figure.axes:
        (uphill,) = ax.patches
        assert uphill.get_y() == 90
        assert uphill.get_height() == 90
        assert 90 in ax.get_yticks()
    assert [text.get_text() for text in figure.axes[0].texts] == ["uphill"]
    assert figure.legends[0].get_title().get_text() == "gradient of"


def test_report_b_leaves_the_closing_row_out_of_the_losses_of_the_last_sample():
    runs = {"both bugs": run([0.5, 0.1, 99.0]), "right": run([0.2, 0.05, 99.0])}
    left, right = figures.report_b(runs, {1: 0.1, 2: 0.09}, constant=0.37, bound=0.001).axes
    lines = by_label(left)
    assert xy(lines["both bugs"]) == [[0, 1], [0.5, 0.1]]
    assert xy(lines["right"]) == [[0, 1], [0.2, 0.05]]
    assert lines["right"].get_linestyle() != lines["both bugs"].get_linestyle()
    printed = lines["printed"]
    assert (printed.get_marker(), printed.get_linestyle()) == ("o", "None")
    assert xy(printed) == [[1, 2], [0.1, 0.09]]
    assert xy(right.lines[0]) == [[0, 1, 2], [0, 10.5, 21]]
    assert left.get_yscale() == "log"


def test_report_b_marks_the_constant_and_the_bound():
    left, _ = figures.report_b({"a": run([0.5, 0.1, 9.0])}, {1: 0.1}, 0.37, bound=0.001).axes
    constant = by_label(left)["best constant predictor"]
    assert (constant.get_linestyle(), constant.get_ydata()[0]) == ("--", 0.37)
    (bound,) = (line for line in left.lines if line.get_linestyle() == ":")
    assert bound.get_ydata()[0] == 0.001
    (words,) = left.texts
    assert words.get_text() == "stop below 0.001"
    assert left.get_ylim()[0] == 0.0005  # room for the words below the bound
    assert 0.0005 < words.get_position()[1] < 0.001


FIRSTS = {"right": [10, 30, 20], "both bugs": [np.inf, 40, np.inf]}
ENDS = {"right": [50, np.inf, np.inf], "both bugs": [0, np.inf, np.inf]}
POINTS = {"right": [21, 21, 21], "both bugs": [14, 21, 20]}


def marks(ax, marker):
    """(x, row) of every mark of this shape."""
    chosen = [line for line in ax.lines if line.get_marker() == marker]
    return sorted((x, round(y)) for line in chosen for x, y in zip(*line.get_data(), strict=True))


def test_what_never_happens_stands_beyond_the_last_epoch():
    left, right = figures.firsts_and_ends(FIRSTS, ENDS, POINTS, last=100).axes
    assert marks(left, "o") == [(10, 0), (20, 0), (30, 0), (40, 1)]
    assert marks(left, "^") == [(120, 1), (120, 1)]
    assert marks(right, "o") == [(50, 0), (120, 0), (120, 0), (120, 1)]
    assert marks(right, "^") == [(0, 1), (120, 1)]
    for ax in (left, right):
        (dashed,) = (line for line in ax.lines if line.get_linestyle() == "--")
        assert 100 < dashed.get_xdata()[0] < 120
        assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "50", "100", "never"]
        looks = {line.get_marker(): line.get_color() for line in ax.lines if line != dashed}
        assert looks == {"o": BLUE, "^": ORANGE}


def test_the_median_of_the_firsts_may_be_never():
    left, right = figures.firsts_and_ends(FIRSTS, ENDS, POINTS, last=100).axes
    assert bars(left) == [(20, -0.4, 0.4), (120, 0.6, 1.4)]
    assert bars(right) == []
    assert left.collections[0].get_color()[0][:3] == pytest.approx([int(INK[1:3], 16) / 255] * 3)
    assert [tick.get_text() for tick in left.get_yticklabels()] == list(FIRSTS)
