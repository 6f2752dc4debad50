"""Explorers: live, as players, and as pictures."""

import base64
import io
import json
import re

import ipywidgets
import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from nnlib import figures
from nnlib.export.chapters import WIDGET_VIEW
from nnlib.figures.style import svg
from nnlib.widgets import Choice, Explorer, Slider
from nnlib.widgets.frames import encoded

WHERE = {"number": "9.1", "caption": "A dot.", "alt": "A dot on a line."}
Z = np.linspace(-2, 2, 5)
FIGURE, TWO = figures.subplots()[0], Slider((1, 2), 1, "z")


def explorer(**controls):
    """A dot that moves; the slider's end is out of its reach."""
    figure, ax = figures.subplots(height=1.5)
    (dot,) = ax.plot([0], [0], "o")
    ax.set(xlim=(-3, 3), ylim=(-3, 3))

    def update(z, side="above"):
        if z == 2:
            raise ValueError("z is 2; it may be less")
        dot.set_data([z], [1 if side == "above" else -1])
        return f"z = {z:g}, {side}"

    return Explorer(figure, update, **WHERE, **({"z": Slider(Z[:4], 0.0, "z")} | controls))


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: a list of (data, metadata)."""
    outputs = []

    def display(data, metadata, raw):
        outputs.append((data, metadata))

    monkeypatch.setattr("nnlib.widgets.explorer.display", display)
    monkeypatch.setattr("nnlib.figures.style.display", display)
    monkeypatch.delenv("NNLIB_PLAYER", raising=False)
    return outputs


def test_each_value_has_its_own_picture_and_always_the_same():
    e = explorer()
    frames = [e.frame(z=z) for z in Z[:4]]
    assert len({data for data, _ in frames}) == 4
    assert [text for _, text in frames] == [
        "z = -2, above",
        "z = -1, above",
        "z = 0, above",
        "z = 1, above",
    ]
    e._draw.cache_clear()
    assert [e.frame(z=z) for z in Z[3::-1]] == frames[::-1]


def test_dragging_changes_the_picture_and_the_text_and_ends_at_the_last_value():
    e = explorer()
    box = e.widget()
    slider, image, text, _ = box.children
    assert isinstance(slider, ipywidgets.SelectionSlider)
    for z in (-1.0, 1.0, -2.0):
        slider.value = z
    assert (image.value, text.value) == (e.frame(z=-2.0)[0], text.value)
    assert "z = -2, above" in text.value
    assert e.values == {"z": -2.0}


def test_a_bad_value_shows_its_error_and_keeps_the_picture():
    e = explorer(z=Slider(Z, 0.0, "z"))
    slider, image, text, _ = e.widget().children
    before = image.value
    slider.value = 2.0
    assert "z is 2; it may be less" in text.value
    assert 'role="alert"' in text.value
    assert image.value == before
    slider.value = 1.0
    assert "z = 1" in text.value


def told(update):
    """What stands below the picture after the slider was moved, and whether the picture stayed."""
    figure, _ = figures.subplots(height=1.5)
    e = Explorer(figure, update, **WHERE, z=Slider((0, 1), 0, "height"))
    slider, image, text, _ = e.widget().children
    before = image.value
    slider.value = 1
    return text.value, image.value == before


def test_a_function_that_forgets_its_text_is_told_and_so_is_what_the_picture_shows():
    text, stayed = told(lambda z: "at rest" if z == 0 else None)
    assert stayed
    assert "update returned None; it must return a line of text" in text
    assert "The picture still shows height = 0." in text


def test_whatever_a_function_raises_is_told():
    text, stayed = told(lambda z: f"{1 / (1 - z)}")
    assert stayed
    assert "ZeroDivisionError: " in text
    assert "The picture still shows height = 0." in text


def test_a_slider_starts_at_the_option_that_is_meant():
    slider = Slider(np.linspace(0, 1, 11), 0.3, "x")
    assert slider.value == np.linspace(0, 1, 11)[3] != 0.3
    assert slider.value in slider.options
    assert Slider((0, 1), True + 0.0, "x").value == 1
    with pytest.raises(ValueError, match=r"value is 0.3001; it must be one of"):
        Slider(np.linspace(0, 1, 11), 0.3001, "x")


def test_a_slider_of_tiny_numbers_starts_only_at_one_of_them():
    assert Slider((1e-15, 2e-15), 2e-15, "x").value == 2e-15
    for other in (0, 1.4e-15, 1e-13):
        with pytest.raises(ValueError, match="it must be one of"):
            Slider((1e-15, 2e-15), other, "x")
    third = np.linspace(-0.3, 0.3, 7)[3]
    assert Slider((-0.1, third + 1e-17, 0.1), 0, "x").value == third + 1e-17


def test_a_frame_is_of_the_options():
    e = explorer()
    assert e.frame(z=-1 + 1e-12) == e.frame(z=-1.0)
    with pytest.raises(ValueError, match=r"z is 0.5; it must be one of"):
        e.frame(z=0.5)
    with pytest.raises(TypeError, match="'side' is no control; there are z"):
        e.frame(side="above")


def test_two_explorers_do_not_share_their_state():
    first, second = explorer(), explorer()
    first.widget().children[0].value = 1.0
    assert second.values == {"z": 0.0}
    assert second.frame()[1] == "z = 0, above"


def test_a_later_cell_may_bind_the_names_anew():
    cells = """
import numpy as np

from nnlib import figures
from nnlib.widgets import Explorer, Slider

unit = "cm"
figure, ax = figures.subplots(height=1.5)
def words(z, *, factor=2):
    return f"{factor * z} {unit}"
e = Explorer(figure, lambda z: words(z), z=Slider(range(3), 0, "z"),
             number="9.1", caption="A dot.", alt="A dot on a line.")
"""
    notebook = {}
    exec(cells, notebook)
    before = [notebook["e"].frame(z=z) for z in (0, 1)]
    exec("unit, words = 'inches', None", notebook)
    notebook["e"]._draw.cache_clear()
    assert [notebook["e"].frame(z=z) for z in (0, 1)] == before
    assert before[1][1] == "2 cm"


def test_in_jupyter_it_is_one_output_with_widget_picture_and_constant_text(shown):
    explorer()._ipython_display_()
    (data, metadata), (caption, about) = shown
    assert data.keys() == {"text/plain", "image/svg+xml", "image/png", WIDGET_VIEW}
    assert data["text/plain"] == "<Explorer 9.1>"
    assert metadata["image/svg+xml"] == WHERE
    assert caption["text/markdown"] == "**Figure 9.1.** A dot."
    assert about == {"nnlib": {"role": "caption"}}


def test_the_picture_is_that_of_the_starting_values_whatever_was_turned(shown):
    explorer()._ipython_display_()
    e = explorer()
    e.frame(z=1.0)
    e._ipython_display_()
    assert shown[0][0]["image/svg+xml"] == shown[2][0]["image/svg+xml"]


def player(shown, monkeypatch, **controls):
    monkeypatch.setenv("NNLIB_PLAYER", "1")
    e = explorer(**controls)
    e._ipython_display_()
    data, metadata = shown[0]
    assert metadata["text/html"] == {"nnlib": "player"}
    assert WIDGET_VIEW not in data
    return e, BeautifulSoup(data["text/html"], "html.parser")


def pixels(picture):
    return Image.open(io.BytesIO(picture)).convert("RGB").tobytes()


def test_the_player_holds_the_live_pictures_in_the_order_of_its_controls(shown, monkeypatch):
    e, soup = player(shown, monkeypatch, side=Choice(("above", "below"), "above", "side"))
    data = json.loads(soup.script.string)
    pictures = [pixels(base64.b64decode(frame)) for frame in data["frames"]]
    live = [e.frame(z=z, side=side) for z in Z[:4] for side in ("above", "below")]
    live = [(pixels(picture), text) for picture, text in live]
    assert list(zip(pictures, data["texts"], strict=True)) == live
    assert len(set(pictures)) == 8


def test_a_player_holds_pictures_for_narrow_screens_in_the_same_order(shown, monkeypatch):
    monkeypatch.setenv("NNLIB_PLAYER", "1")
    (wide, ax), (narrow, slim) = figures.subplots(), figures.subplots(width=figures.NARROW)
    (dot,), (small,) = (axes.plot([0, 2], [0, 0], "o-") for axes in (ax, slim))

    def update(z):
        dot.set_xdata([z, 2])
        small.set_xdata([z, 2])
        return f"z = {z}"

    e = Explorer(wide, update, **WHERE, narrow=narrow, z=Slider((0, 1, 2), 1, "z"))
    started = svg(narrow)
    e._ipython_display_()
    data, metadata = shown[0]
    assert metadata["image/svg+xml"]["narrow"] == started
    kept = json.loads(BeautifulSoup(data["text/html"], "html.parser").script.string)
    assert len(set(kept["narrow"])) == len(kept["frames"]) == 3
    update(2)
    assert pixels(base64.b64decode(kept["narrow"][2])) == pixels(encoded(narrow))


def test_the_player_is_named_for_those_who_do_not_see_it(shown, monkeypatch):
    _, soup = player(shown, monkeypatch, side=Choice(("above", "below"), "below", "side"))
    assert soup.img["alt"] == WHERE["alt"]
    slider, options = soup.input, soup.select_one("select")
    assert slider["aria-valuetext"] == "0"
    assert slider["value"] == "2"
    assert json.loads(slider["data-texts"]) == ["−2", "−1", "0", "1"]
    assert options.select_one("option[selected]").text == "below"
    assert [label["for"] for label in soup.find_all("label")] == [slider["id"], options["id"]]
    assert soup.select_one(".reading")["aria-live"] == "polite"
    assert soup.select_one(".reading").text == "z = 0, below"


def test_the_player_holds_no_script_that_runs_and_no_end_of_script(shown, monkeypatch):
    _, soup = player(shown, monkeypatch, side=Choice(("above", "</script>"), "above", "<b>"))
    assert [s["type"] for s in soup.find_all("script")] == ["application/json"]
    assert not soup.find_all("b")
    assert not re.search("<(?!/?script)", soup.script.string or "<x>")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Slider((1, 2), 3, "z"), "value is 3"),
        (lambda: Slider((1,), 1, "z"), "options is"),
        (lambda: Choice(("a", "a"), "a", "z"), "options is"),
        (lambda: Slider(None, 1, "z"), "options is None; it must be a sequence"),
        (lambda: Slider((1, np.nan), 1, "z"), r"options\[1\] is nan"),
        (
            lambda: Slider((0.01, 0.02), 0.01, "z", ".1f"),
            "form is '.1f', in which several .* '0.0'",
        ),
        (lambda: Slider((1, 2), 1, "z", "q"), "form is 'q', no format of a number"),
        (lambda: Slider((1, 2), 1, None), "label is None; it must be a string"),
        (
            lambda: Choice(((1, 2), (3, 4)), (1, 2), "z"),
            r"options\[0\] is \(1, 2\); it must be a st",
        ),
        (lambda: Explorer(FIGURE, lambda: "", **WHERE), "controls is empty"),
        (lambda: Explorer(FIGURE, None, "1.1", "", "x", z=TWO), "caption is ''"),
        (lambda: Explorer(5, str, **WHERE, z=TWO), "figure is 5; it must be a Figure"),
        (lambda: Explorer(FIGURE, str, **WHERE, narrow=5, z=TWO), "narrow is 5; it must be a F"),
        (lambda: Explorer(FIGURE, 5, **WHERE, z=TWO), "update is 5; it must be a function"),
        (lambda: Explorer(FIGURE, lambda z: None, **WHERE, z=TWO), "update returned None"),
        (lambda: Explorer(FIGURE, str, **WHERE, z=5), "z is 5; it must be a Slider or a Choice"),
    ],
)
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()
