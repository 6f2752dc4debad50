"""The tuning panel as it is made: its arguments, the line to copy, the output of its cell."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import SGD, Adam, Momentum, Recipe
from nnlib.export.chapters import WIDGET_VIEW
from nnlib.widgets import TuningPanel
from nnlib.widgets.panel import line
from nnlib.widgets.panel.settings import Settings

QUICK = Recipe(epochs=30, sizes=(2, 4, 3, 1), log_every=5)
NAMES = {"number": "9.9", "caption": "A panel.", "alt": "A panel with a picture."}


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (Recipe(sizes=(2, 1)), "hidden layers"),
        (Recipe(sizes=(3, 2, 1), data=([[0, 0, 0]], [[1]])), "first width"),
        (Recipe(schedule=lambda epoch: 1.0), "schedule is a function"),
        (Recipe(activations=("tanh", "relu", "sigmoid")), "one activation"),
    ],
)
def test_what_it_has_no_control_for_is_refused(recipe, message):
    with pytest.raises(ValueError, match=message):
        TuningPanel(recipe)


def test_without_a_caption_there_is_no_figure():
    with pytest.raises(ValueError, match="caption"):
        TuningPanel(number="1.1", alt="x")


recipes = st.builds(
    Recipe,
    data=st.sampled_from(["xor", "moons", ("linear", 7), ([[0.1, 0.30000000000000004]], [[1]])]),
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=4).map(lambda h: (2, *h, 1)),
    bias=st.booleans(),
    init=st.sampled_from(["uniform", "he", "normal_legacy"]),
    loss=st.sampled_from(["bce", "bce_logits", "squared"]),
    reduction=st.sampled_from(["sum", "mean"]),
    optimizer=st.sampled_from([SGD(), Momentum(), Momentum(0.5), Adam(eps=1e-9, clock="epoch")]),
    lr=st.floats(1e-4, 10),
    schedule=st.sampled_from(["constant", "halve"]),
    batch_size=st.sampled_from([1, 3, "all"]),
    shuffle=st.booleans(),
    epochs=st.integers(1, 3),
    stop_below=st.none() | st.just(0.5),
)
starts = st.none() | st.tuples(st.builds(Recipe, init=st.just("he")), st.integers(0, 9))


@settings(max_examples=60, deadline=None)
@given(recipe=recipes, seed=st.integers(0, 10**6), noise=st.none() | st.floats(0, 1), start=starts)
def test_the_line_makes_the_panel_again(recipe, seed, noise, start):
    own = not isinstance(recipe.data, str) and not isinstance(recipe.data[0], str)
    first = Settings(recipe, seed, None if own else noise, start)
    imports, _, last = line.code(first).rpartition("\n\n")
    names = {}
    exec(imports, names)
    names["TuningPanel"] = Settings  # the same arguments, and nothing is trained
    assert eval(last, names) == first
    assert last.strip() == line.line(first)


def test_the_shortest_line():
    assert line.line(Settings(Recipe())) == "TuningPanel(recipe=Recipe(), seed=0)"


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: a list of (data, metadata)."""
    outputs = []

    def display(data, metadata=None, raw=True):
        outputs.append((data, metadata))

    monkeypatch.setattr("nnlib.widgets.panel.panel.display", display)
    monkeypatch.setattr("nnlib.figures.style.display", display)
    monkeypatch.delenv("NNLIB_PLAYER", raising=False)
    return outputs


def test_in_jupyter_it_is_one_output_with_picture_and_constant_text(shown):
    TuningPanel(QUICK, **NAMES)._ipython_display_()
    (output, metadata), (caption, about) = shown
    assert output.keys() == {"text/plain", "image/svg+xml", "image/png", WIDGET_VIEW}
    assert output["text/plain"] == "<TuningPanel 9.9>"
    assert metadata["image/svg+xml"] == NAMES
    assert caption["text/markdown"] == "**Figure 9.9.** A panel."
    assert about == {"nnlib": {"role": "caption"}}
    assert "<text" not in output["image/svg+xml"]
    assert "<image" not in output["image/svg+xml"]
    assert "24 other seeds" not in output["image/svg+xml"]  # letters are outlines


def test_it_is_stored_the_same_each_time(shown):
    TuningPanel(QUICK, **NAMES)._ipython_display_()
    TuningPanel(QUICK, **NAMES)._ipython_display_()
    for kind in ("image/svg+xml", "image/png"):
        assert shown[0][0][kind] == shown[2][0][kind]


def test_a_copied_panel_is_live_only(shown):
    TuningPanel(QUICK)._ipython_display_()
    ((output, _),) = shown
    assert output.keys() == {"text/plain", WIDGET_VIEW}
