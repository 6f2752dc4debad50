"""Figures: the same bytes twice, no figure without words, classes that differ in shape too."""

import base64
import io
import re

import numpy as np
import own_process
import pytest
from PIL import Image

from nnlib import Network, Recipe, data, figures, train
from nnlib.figures import style


@pytest.fixture
def shown(monkeypatch):
    """What ``show`` hands to Jupyter: a list of (bundle, metadata)."""
    calls = []
    monkeypatch.setattr(
        style, "display", lambda bundle, metadata, raw: calls.append((bundle, metadata))
    )
    return calls


def test_show_displays_the_picture_with_its_words_and_then_the_caption(shown):
    figure, ax = figures.subplots()
    ax.plot([0, 1], [0, 1])
    figures.show(figure, number="1.2", caption="A line, $y = x$.", alt="A rising line.")
    (picture, metadata), (caption, role) = shown
    assert picture["image/svg+xml"].startswith("<svg")
    assert metadata["image/svg+xml"] == {
        "number": "1.2",
        "caption": "A line, $y = x$.",
        "alt": "A rising line.",
    }
    bitmap = Image.open(io.BytesIO(base64.b64decode(picture["image/png"])))
    assert bitmap.width == round(144 * figures.WIDTH)  # 1.5 dots for each CSS pixel
    assert metadata["image/png"] == {"width": round(96 * figures.WIDTH)}
    assert caption["text/markdown"] == "**Figure 1.2.** A line, $y = x$."
    assert role == {"nnlib": {"role": "caption"}}


@pytest.mark.parametrize("missing", ["number", "caption", "alt"])
@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_show_refuses_a_figure_without_words(shown, missing, nothing):
    words = {"number": "1.2", "caption": "A line.", "alt": "A line."} | {missing: nothing}
    with pytest.raises(ValueError, match=missing):
        figures.show(figures.subplots()[0], **words)
    assert not shown


def test_show_keeps_a_drawing_for_narrow_screens(shown):
    wide, narrow = figures.subplots()[0], figures.subplots(width=figures.NARROW)[0]
    figures.show(wide, number="1.2", caption="A line.", alt="A line.", narrow=narrow)
    kept = shown[0][1]["image/svg+xml"]["narrow"]
    assert kept == style.svg(narrow) != shown[0][0]["image/svg+xml"]
    with pytest.raises(TypeError, match="narrow"):
        figures.show(wide, number="1.2", caption="A line.", alt="A line.", narrow="narrow")


def test_svg_has_the_same_bytes_twice_and_no_date():
    def draw():
        net = Network(rng=3)
        return style.svg(figures.decisions([net], *data.xor(), titles=["start"]))

    assert draw() == draw()
    assert "<dc:date>" not in draw()


def test_a_figure_drawn_by_hand_can_be_saved_twice():
    """One without a grid of axes: what lays out the others must not touch it."""
    figure = figures.graph_schematic(Network(rng=0), [0.2, 0.8], 1)
    assert style.svg(figure) == style.svg(figure)
    assert style.png(figure) == style.png(figure)


def test_svg_does_not_show_the_last_digits_of_the_arithmetic():
    def draw(shift):
        figure, ax = figures.subplots()
        x = np.linspace(0, 1, 50)
        ax.plot(x, np.sin(6 * x) + shift, marker="o")
        ax.set(xlim=(0, 1), ylim=(-1, 1))
        return style.svg(figure)

    assert draw(1e-12) == draw(0.0)
    assert draw(1e-2) != draw(0.0)  # the rounding hides the noise, not the curve


CURVES = """
import hashlib
import numpy as np
from types import SimpleNamespace
from nnlib import figures
from nnlib.figures.style import svg

epochs = np.arange(0, 2501, 100)
for rate in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3):
    loss = 14.5 * np.exp(-rate * np.arange(26))
    run = SimpleNamespace(epochs=epochs, loss=loss, accuracy=np.linspace(0.5, 1, 26))
    text = svg(figures.learning_curves([run], ["a run"], 14.532))
    print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_svg_is_the_same_without_the_wide_instructions_of_the_processor(tmp_path):
    wide = np.__config__.show(mode="dicts")["SIMD Extensions"].get("found", [])
    if not wide:
        pytest.skip("NumPy uses no wide instructions here that could be switched off")
    here = own_process.output(CURVES, tmp_path)
    there = own_process.output(CURVES, tmp_path, NPY_DISABLE_CPU_FEATURES=" ".join(wide))
    assert len(here.split()) == 6
    assert here == there


def test_svg_does_not_show_the_last_digits_of_the_layout():
    def draw(left, label="words"):
        figure, ax = figures.subplots()
        figure.set_layout_engine("none")
        ax.set_position((left, 0.2, 0.7, 0.7))
        ax.plot([0, 1], [0, 1], marker="o", label=label)
        ax.legend()
        return style.svg(figure)

    assert draw(0.2 + 1e-15) == draw(0.2)
    ids = [set(re.findall(r'id="([pm][^"]*-\d+)"', draw(0.2, label))) for label in ("a", "b")]
    assert all(len(names) >= 3 for names in ids)
    assert not set.intersection(*ids)  # both may stand on one page
    assert set(re.findall(r'url\(#([^)]*)\)|href="#(m[^"]*)"', draw(0.2))) <= {
        *((name, "") for name in re.findall(r'<clipPath id="([^"]*)"', draw(0.2))),
        *(("", name) for name in re.findall(r'<path id="([^"]*)"', draw(0.2))),
    }


def test_rounding_leaves_scales_alone():
    text = style._short_coordinates('<g transform="translate(1.23456 2) scale(0.015625)"/>')
    assert text == '<g transform="translate(1.23 2) scale(0.015625)"/>'


def test_classes_differ_in_shape_as_well_as_color():
    figure, ax = figures.subplots()
    figures.scatter(ax, *data.xor())
    first, second = ax.collections
    assert not np.array_equal(first.get_paths()[0].vertices, second.get_paths()[0].vertices)
    assert not np.array_equal(first.get_facecolor()[0], second.get_facecolor()[0])
    assert len(first.get_offsets()) == 11
    assert len(second.get_offsets()) == 10


def test_the_house_style_stays_inside():
    import matplotlib as mpl

    before = mpl.rcParams["axes.spines.top"]
    figures.subplots()
    assert mpl.rcParams["axes.spines.top"] == before


def test_text_in_figures_is_dark_on_an_opaque_background():
    figure, ax = figures.subplots()
    ax.set_title("readable on any page")
    assert re.search(r'id="patch_1">\s*<path [^>]*style="fill: #ffffff"', style.svg(figure))


def test_learning_curves_draw_the_constant_predictor():
    run = train(Recipe(epochs=3, log_every=1), seed=0)
    figure = figures.learning_curves([run], ["seed 0"], constant_loss=14.532)
    levels = [
        line.get_ydata()[0] for line in figure.axes[0].lines if len(set(line.get_ydata())) == 1
    ]
    assert 14.532 in levels


def test_band_is_the_median_and_the_5_to_95_percent_range():
    figure, ax = figures.subplots()
    losses = np.arange(101.0).reshape(101, 1).repeat(2, axis=1)
    figures.band(ax, [0, 1], losses, "ramp")
    assert ax.lines[0].get_ydata().tolist() == [50, 50]
    vertices = ax.collections[0].get_paths()[0].vertices
    assert {5.0, 95.0} == set(np.round(vertices[:, 1], 9))
