"""The panel's picture: one program, whose text is the same in quickjs and in a browser."""

import functools
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from xml.etree import ElementTree

import browsers
import numpy as np
import pytest
import quickjs

from nnlib import Recipe, sweep
from nnlib.figures import palette
from nnlib.live import panel as program
from nnlib.sweeps import quantiles
from nnlib.widgets.panel import outline, picture
from nnlib.widgets.panel.settings import Settings

QUICK = Recipe(epochs=40, sizes=(2, 4, 3, 1), log_every=5)
FAR = ([[-5, 3], [40, 9]], [[0], [1]])
RECIPES = {
    "default": Recipe(epochs=300),
    "trained": Recipe(epochs=400, sizes=(2, 10, 10, 1), init="he", activations="tanh",
                      loss="squared", lr=0.05),
    "one layer": QUICK.replace(sizes=(2, 1, 1)),
    "wide and deep": QUICK.replace(
        sizes=(2, 30, 12, 5, 30, 1), activations="tanh", loss="squared"
    ),
    "linear": QUICK.replace(activations="identity", loss="squared", reduction="mean"),
    "one class": QUICK.replace(data=([[0.2, 0.2], [0.4, 0.9]], [[1], [1]])),
    "far points": QUICK.replace(data=FAR),
    "one point": QUICK.replace(data=([[7, 7]], [[0]])),
    "dead": QUICK.replace(activations=("relu", "relu", "sigmoid"), lr=10.0, data="linear"),
    "logits": QUICK.replace(loss="bce_logits", data="spirals"),
    "half": QUICK.replace(loss="bce_half", data="moons", reduction="mean"),
    "one epoch": QUICK.replace(epochs=1),
    "diverged": QUICK.replace(activations="identity", loss="squared", lr=10.0, epochs=99),
    "stopped": QUICK.replace(stop_below=14.53, epochs=500),
    "before": QUICK.replace(log="before", batch_size="all", data="circles"),
    "last sample": QUICK.replace(log="last_sample", shuffle=True),
    "biases": QUICK.replace(bias=True, init="glorot", lr=1.0, epochs=200),
    "many epochs": QUICK.replace(epochs=12_345, sizes=(2, 2, 1), log_every=1000),
    "leaky": QUICK.replace(activations=("leaky_relu", "leaky_relu", "sigmoid"), init="normal"),
    "elu": QUICK.replace(activations=("elu", "elu", "sigmoid"), data=("linear", 9)),
}  # fmt: skip


@functools.cache
def shown(name):
    return picture.shown(Settings(RECIPES[name], seed=len(name)))


@functools.cache
def drawn(name):
    return program.call("nnPicture.picture", shown(name))


@pytest.mark.parametrize("name", RECIPES)
def test_every_picture_is_an_svg_without_gaps(name):
    root = ElementTree.fromstring(drawn(name))
    assert root.get("role") == "img"
    assert root.get("aria-label") == shown(name)["label"]
    assert not re.search(r"\b(nan|infinity|undefined|null)", drawn(name).lower())
    for path in root.iter("{http://www.w3.org/2000/svg}path"):
        assert re.fullmatch(r"M-?[\d.]+ -?[\d.]+[\d. lLhvazM-]*", path.get("d")), path.get("d")
        assert not re.search("[lLM][zlLM]", path.get("d"))


@browsers.needed
def test_a_browser_writes_the_same_text():
    """All twenty, and their parts by day and by night, at both widths of the curve."""
    assert len(RECIPES) >= 20
    names = ("boundary", "network", "curve", "numbers")
    everything = """(shown) => [nnPicture.picture(shown), ...%s.flatMap((name) => [false, true]
        .map((dark) => nnPicture.part(name, nnPicture.numbered(shown), dark, dark)))]"""
    everything %= json.dumps(names)
    with browsers.browser() as browser:
        page = browser.new_page()
        page.evaluate(f"() => {{ {program.drawing()}; window.all = {everything}; }}")
        context = quickjs.Context()
        context.eval(f"{program.drawing()}; const all = {everything};")
        context.eval("const asked = (text) => JSON.stringify(all(JSON.parse(text)))")
        asked = context.eval("asked")
        for name in RECIPES:
            theirs = page.evaluate("shown => window.all(shown)", shown(name))
            assert len(set(theirs)) == 9
            assert json.loads(asked(json.dumps(shown(name)))) == theirs, name


def test_the_program_calls_nothing_whose_last_bits_differ_between_engines():
    source = (program.HERE / "picture.js").read_text(encoding="utf-8")
    assert not re.search(
        r"Math\.(exp|log|pow|sin|cos|tan|cbrt|hypot|atan|sinh|expm1)|\*\*", source
    )
    assert len(source.splitlines()) <= 420


def test_the_decimal_logarithm_is_one():
    for x in (1e-300, 1e-9, 0.1, 1.0, 2.0, 9.999, 10.0, 12345.678, 1e300):
        assert program.call("nnPicture.log10", x) == pytest.approx(np.log10(x), abs=1e-9)


def test_the_band_is_made_of_the_quantiles_of_the_library():
    rng = np.random.default_rng(0)
    losses = rng.uniform(0, 5, (24, 6))
    losses[3, 2:] = losses[4, 3:] = losses[5, 5] = 1e300
    found = program.call("nnPicture.quantiles", losses.tolist(), 6)
    np.testing.assert_allclose(found, quantiles(losses, (0.05, 0.5, 0.95)), rtol=1e-12)


def test_the_band_holds_the_other_seeds():
    found = shown("biases")
    recipe = RECIPES["biases"].replace(log_every=found["curve"]["epochs"][1])
    expected = sweep([recipe], [0, 1], engine="compiled", keep=("history",)).histories[0].loss
    np.testing.assert_array_equal(found["band"]["losses"][:2], expected)
    assert len(found["band"]["losses"]) == 24


def test_the_constant_predictor_is_the_best_one():
    y = [0, 1, 1, 1, 0]
    p = 0.6
    entropy = -p * np.log(p) - (1 - p) * np.log(1 - p)
    cases = {"bce": entropy, "bce_half": entropy / 2, "bce_logits": entropy}
    cases |= {"squared": p * (1 - p), "squared_half": p * (1 - p) / 2}
    for loss, each in cases.items():
        for reduction, n in (("sum", 5), ("mean", 1)):
            found = program.call(
                "nnPicture.constant", {"loss": loss, "reduction": reduction, "y": y}
            )
            assert found == pytest.approx(n * each, abs=1e-9)
    assert (
        program.call("nnPicture.constant", {"loss": "bce", "reduction": "sum", "y": [1]}) is None
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.01422, "0.0142"), (1.5, "1.5"), (65.883, "65.88"), (1234.5, "1235"), (5e6, "5.0·10⁶"),
        (-9.4e-10, "−9.4·10⁻¹⁰"), (0.0, "0.0000"), (-0.25, "−0.2500"),
    ],
)  # fmt: skip
def test_numbers_are_short(value, words):
    assert program.call("nnPicture.short", value) == words


@pytest.mark.parametrize("epochs", [1, 2, 3, 7, 30, 100, 2500, 70_000, 100_000])
def test_the_axis_of_epochs_has_a_few_round_numbers(epochs):
    marks = program.call("nnPicture.nice", epochs)
    assert 1 <= len(marks) <= 7
    assert marks[0] == 0
    assert max(marks) <= epochs


def field(values, boundary=None):
    steps = len(values)
    flat = np.asarray(values, float).ravel().tolist()
    return program.call("nnPicture.landscape", flat, steps, 0, 0, 100, [0.5], ["#000", "#fff"],
                        boundary)  # fmt: skip


def test_the_boundary_is_where_the_values_are_a_half():
    values = np.tile(np.linspace(0, 1, 21), (21, 1))  # grows to the right
    drawn = field(values, 0.5)
    (line,) = re.findall(r'd="M(\d+) (\d+)l(-?\d+) (-?\d+)" stroke', drawn)
    assert (line[0], line[2]) == ("500", "0")
    assert {int(line[1]), int(line[1]) + int(line[3])} == {0, 1000}
    (area,) = re.findall(r'd="([^"]*)" fill="#fff"', drawn)
    assert area.endswith("z")
    assert re.match(r"M(\d+) ", area)[1] in ("500", "1000")


def test_the_first_row_is_above():
    values = np.repeat(np.linspace(1, 0, 11), 11).reshape(11, 11)
    (area,) = re.findall(r'd="([^"]*)" fill="#fff"', field(values))
    assert int(re.match(r"M\d+ (\d+)", area)[1]) <= 500


@pytest.mark.parametrize(("level", "color"), [(0.2, "#000"), (0.8, "#fff")])
def test_a_flat_field_has_one_color(level, color):
    drawn = field(np.full((5, 5), level), 0.5)
    assert drawn == f'<rect x="0" y="0" width="100" height="100" fill="{color}"/>'


def test_a_path_leaves_out_what_lies_on_a_line():
    trail = functools.partial(program.call, "nnPicture.trail")
    assert trail([[0, 0], [5, 0], [10, 0], [10, 10]]) == "M0 0l10 0 0 10"
    assert trail([[3, 4]]) == "M3 4"
    x = np.linspace(0, 1, 50)
    curved = np.rint(1000 * np.column_stack([x, x**2])).astype(int).tolist()
    steps = np.array(re.findall(r"(-?\d+) (-?\d+)", trail(curved)), dtype=int)
    kept = np.cumsum(steps, axis=0)
    assert kept[-1].tolist() == [1000, 1000]
    np.testing.assert_allclose(np.interp(1000 * x, *kept.T), 1000 * x**2, atol=10)


def test_at_night_every_color_has_its_dark_face():
    for light, dark in palette.faces().values():
        night = program.call("nnPicture.atNight", light)
        ours, theirs = (
            np.array([int(c[k : k + 2], 16) for k in (1, 3, 5)]) for c in (night, dark)
        )
        assert np.abs(ours - theirs).max() <= 1  # halves are rounded otherwise in Python
    assert program.call("nnPicture.atNight", "no color: #12 &#39;") == "no color: #12 &#39;"


def test_letters_become_outlines_and_nothing_else_changes():
    live = drawn("default")
    paths = outline.outlined(live)
    assert "<text" not in paths
    assert ElementTree.fromstring(paths) is not None
    assert paths.count("<path") == live.count("<path") + live.count("<text")
    assert outline.png(paths, 400).startswith(b"\x89PNG")


def test_the_vendored_contours_are_those_of_npm(tmp_path):
    folder = Path(program.HERE, "d3-contour")
    version = re.search(r"d3-contour (\S+)", (folder / "VERSION").read_text())[1]
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    command = ["npm", "pack", f"d3-contour@{version}", "--pack-destination", str(tmp_path)]
    made = subprocess.run(command, capture_output=True, timeout=100, cwd=tmp_path)
    if made.returncode:
        pytest.skip("npm's registry does not answer")
    with tarfile.open(next(tmp_path.glob("*.tgz"))) as package:
        for name, place in (("d3-contour.min.js", "dist/"), ("LICENSE", "")):
            published = package.extractfile(f"package/{place}{name}").read()
            ours = (folder / name).read_bytes()
            assert hashlib.sha256(ours).digest() == hashlib.sha256(published).digest()
