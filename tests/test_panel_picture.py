"""The panel's picture and its player: drawn by plain functions, from a run."""

import base64
import html
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from bs4 import BeautifulSoup

from nnlib import Network, Recipe
from nnlib.figures.palette import BLUE, ORANGE
from nnlib.widgets import TuningPanel
from nnlib.widgets.panel import curve, drawing, nodes, outline, paper, scene

QUICK = Recipe(epochs=40, sizes=(2, 4, 3, 1), log_every=5)
NAMES = {"number": "9.9", "caption": "A panel.", "alt": "A panel & its picture."}


def made(recipe=QUICK, **arguments):
    panel = TuningPanel(recipe, **arguments)
    panel.wait(band=True)
    return panel


@pytest.fixture(scope="module")
def panel():
    return made(**NAMES)


RECIPES = {
    "default": Recipe(epochs=20),
    "one layer": QUICK.replace(sizes=(2, 1, 1)),
    "wide and deep": QUICK.replace(
        sizes=(2, 30, 12, 5, 30, 1), activations="tanh", loss="squared"
    ),
    "linear": QUICK.replace(activations="identity", loss="squared", reduction="mean"),
    "one class": QUICK.replace(data=([[0.2, 0.2], [0.4, 0.9]], [[1], [1]])),
    "far points": QUICK.replace(data=([[-5, 3], [40, 9]], [[0], [1]])),
    "dead": QUICK.replace(activations=("relu", "relu", "sigmoid"), lr=10.0, data="linear"),
    "logits": QUICK.replace(loss="bce_logits", data="spirals"),
    "one epoch": QUICK.replace(epochs=1),
}


@pytest.mark.parametrize("name", RECIPES)
def test_every_picture_is_an_svg_without_gaps(name):
    panel = made(RECIPES[name])
    for index in (0, len(panel._result.networks) - 1):
        picture = panel.picture(index)
        root = ElementTree.fromstring(picture)
        assert root.get("role") == "img"
        assert root.get("aria-label") == scene.describe(panel._result, index)
        assert not re.search(r"\bnan|\binf|None", picture.replace("no number", ""))
        for path in root.iter("{http://www.w3.org/2000/svg}path"):
            assert re.fullmatch(r"M-?[\d.]+ -?[\d.]+[\d. lLhvazM-]*", path.get("d"))
            assert not re.search("[lLM][zlLM]", path.get("d"))


def test_the_words_are_the_numbers_of_the_network(panel):
    X, y = QUICK.points(0)
    share = panel.run.network.accuracy(X, y)
    loss = panel.run.loss[-1] / len(X)
    words = scene.describe(panel._result, len(panel._result.networks) - 1)
    assert f"training accuracy {100 * share:.1f}\u00a0%" in words
    assert f"loss per point {loss:.4f}" in words
    assert f"{100 * share:.1f} %" in panel.picture()
    assert scene.short(panel.run.loss[-1]) in panel.picture()


def test_the_field_has_the_colors_of_the_output():
    values = np.tile(np.linspace(0, 1, 21), (21, 1))
    drawn = drawing.landscape(values, 10, 20, 100, drawing.THRESHOLDS, drawing.BANDS, 0.5)
    assert re.findall(r'fill="(#\w+)"', drawn) == drawing.BANDS
    assert drawn.count('stroke-width="16"') == 1
    # its line is where the values are ½, in the middle
    (line,) = re.findall(r'd="M(\d+) (\d+)l(-?\d+) (-?\d+)" stroke', drawn)
    assert (line[0], line[2]) == ("500", "0")


def test_up_is_up():
    values = np.repeat(np.linspace(0, 1, 11), 11).reshape(11, 11)  # grows with x2
    drawn = drawing.landscape(values, 0, 0, 100, (0.5,), ["#000", "#fff"])
    (d,) = re.findall(r'd="([^"]*)" fill="#fff"', drawn)
    start = re.match(r"M\d+ (\d+)", d)
    assert int(start[1]) <= 500  # the upper half
    assert drawn.startswith('<rect x="0" y="0" width="100" height="100" fill="#000"/>')


@pytest.mark.parametrize(("level", "color"), [(0.2, 0), (0.8, 1)])
def test_a_flat_landscape_has_one_color(level, color):
    flat = np.full((5, 5), level)
    drawn = drawing.landscape(flat, 0, 0, 10, (0.5,), ["#000", "#fff"], 0.5)
    assert drawn == f'<rect x="0" y="0" width="10" height="10" fill="{["#000", "#fff"][color]}"/>'


def test_a_path_leaves_out_what_lies_on_a_line():
    assert drawing.trail([[0, 0], [5, 0], [10, 0], [10, 10]]) == "M0 0l10 0 0 10"
    assert drawing.trail([[3, 4]]) == "M3 4"
    x = np.linspace(0, 1, 50)
    curved = np.rint(1000 * np.column_stack([x, x**2])).astype(int).tolist()
    steps = np.array(re.findall(r"(-?\d+) (-?\d+)", drawing.trail(curved)), dtype=int)
    kept = np.cumsum(steps, axis=0)
    assert kept[-1].tolist() == [1000, 1000]
    np.testing.assert_allclose(np.interp(1000 * x, *kept.T), 1000 * x**2, atol=10)


def test_weights_show_sign_and_size():
    net = Network.from_parameters([[[1.2, -2.0]], [[0.01]]])
    places = nodes.positions(net.sizes)
    first = nodes._weights(net.weights[0], places[0], places[1])
    strokes = re.findall(r'stroke="(#\w+)" stroke-width="([\d.]+)"', first)
    assert sorted(strokes) == sorted([(BLUE, "3.0"), (ORANGE, "2.2")])
    assert nodes._weights(np.zeros((1, 1)), places[1], places[2]).count("<path") == 0


def test_of_a_wide_layer_the_first_ten_are_drawn():
    panel = made(QUICK.replace(sizes=(2, 30, 3, 1)))
    assert [len(spots) for spots in nodes.positions((2, 30, 3, 1))] == [2, 10, 3, 1]
    assert ">10 of 30<" in panel.picture()
    assert ">3 units<" in panel.picture()


@pytest.mark.parametrize("epochs", [1, 2, 3, 7, 30, 100, 2500, 70_000, 100_000])
def test_the_axis_of_epochs_has_a_few_round_numbers(epochs):
    marks = curve.nice(epochs)
    assert 1 <= len(marks) <= 7
    assert marks[0] == 0
    assert max(marks) <= epochs


def test_the_axis_of_the_loss_spans_whole_powers_of_ten(panel):
    low, high = curve.limits(panel._result)
    losses = np.append(panel._result.fine.loss, scene.constant_loss(panel._result))
    assert 10.0**low <= losses.min() <= losses.max() <= 10.0**high
    left, top, right, bottom = curve.AREA
    assert curve.height(10.0**high, low, high) == top
    assert curve.height(10.0**low, low, high) == bottom
    assert curve.height(np.inf, low, high) == top


def test_the_constant_predictor_is_the_best_one(panel):
    X, y = QUICK.points(0)
    p = y.mean()
    expected = -len(y) * (p * np.log(p) + (1 - p) * np.log(1 - p))
    assert scene.constant_loss(panel._result) == pytest.approx(expected)
    logits = made(QUICK.replace(loss="bce_logits"))
    assert scene.constant_loss(logits._result) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.01422, "0.0142"),
        (1.5, "1.5"),
        (65.883, "65.88"),
        (1234.5, "1234"),
        (5e6, "5.0·10⁶"),
        (-9.4e-10, "−9.4·10⁻¹⁰"),
        (0.0, "0.0000"),
        (np.inf, "∞"),
        (np.nan, "no number"),
    ],
)
def test_numbers_are_short(value, words):
    assert scene.short(value) == words


def test_letters_become_outlines_and_nothing_else_changes(panel):
    live = panel.picture()
    paths = outline.outlined(live)
    assert "<text" not in paths
    assert ElementTree.fromstring(paths) is not None
    assert paths.count("<path") == live.count("<path") + live.count("<text")
    assert outline.png(paths, 400).startswith(b"\x89PNG")


def test_the_player_holds_the_live_pictures(panel):
    soup = BeautifulSoup(paper.player(panel), "html.parser")
    found = json.loads(soup.script.string)
    epochs = json.loads(soup.input["data-texts"])
    kept = list(panel._result.networks)
    assert len(found["frames"]) == len(set(found["frames"])) == len(epochs) >= 12
    for frame, text, epoch in zip(found["frames"], found["texts"], epochs, strict=True):
        index = kept.index(int(epoch))
        live = panel.picture(index, f'width="{scene.WIDTH}" height="{scene.HEIGHT}"')
        label = html.escape(scene.describe(panel._result, index))
        alt = html.escape(NAMES["alt"])
        assert found["head"] + frame + found["tail"] == live.replace(label, alt)
        assert text == scene.describe(panel._result, index)
    last = base64.b64decode(soup.img["src"].partition(",")[2]).decode()
    assert last == found["head"] + found["frames"][-1] + found["tail"]
    assert soup.img["alt"] == NAMES["alt"]
    assert soup.label["for"] == soup.input["id"]


def test_the_player_of_the_default_is_small(monkeypatch):
    monkeypatch.setenv("NNLIB_PLAYER", "1")
    outputs = []
    monkeypatch.setattr(
        "nnlib.widgets.panel.panel.display", lambda data, **rest: outputs.append((data, rest))
    )
    monkeypatch.setattr("nnlib.figures.style.display", lambda *a, **k: None)
    TuningPanel(**NAMES)._ipython_display_()
    ((data, rest),) = outputs
    assert rest["metadata"]["text/html"] == {"nnlib": "player"}
    assert data.keys() == {"text/plain", "image/svg+xml", "image/png", "text/html"}
    assert 100_000 < len(data["text/html"].encode()) < 400_000
