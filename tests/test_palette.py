"""The colors of figures: readable by day and by night, and one map between the two."""

import ast
import re
from itertools import combinations
from pathlib import Path

import nbformat
import numpy as np
import pytest
from colors import COLOR_BLIND, contrast, distance
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, is_color_like, to_hex, to_rgb
from matplotlib.figure import Figure

import nnlib
from nnlib.figures import palette
from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, ORANGE, PINK, WHITE, at_night, dark
from nnlib.figures.style import CLASS_COLORS

PACKAGE = Path(nnlib.__file__).parent
HOUSE = PACKAGE / "figures" / "house.mplstyle"
CHAPTERS = sorted((PACKAGE.parent / "notebooks").glob("*.ipynb"))
TEXTS = ("INK", "TICKS", "GRAY", "ORANGE_TEXT")
LINES = ("BLUE", "ORANGE", "GREEN", "PINK", "AXES")


@pytest.mark.parametrize("face", [0, 1], ids=["light", "dark"])
def test_lines_and_texts_stand_out_from_the_ground(face):
    faces = palette.faces()
    ground = faces["WHITE"][face]
    assert {name for name in TEXTS if contrast(faces[name][face], ground) < 4.5} == set()
    assert {name for name in LINES if contrast(faces[name][face], ground) < 3} == set()


@pytest.mark.parametrize("face", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("blindness", COLOR_BLIND)
def test_colors_can_be_told_apart_by_color_blind_readers_too(blindness, face):
    faces = palette.faces()
    lines = [faces[name][face] for name in ("INK", "BLUE", "ORANGE", "GREEN", "PINK")]
    assert min(distance(a, b, blindness) for a, b in combinations(lines, 2)) > 15
    classes = [(color, dark(color))[face] for color in CLASS_COLORS]
    assert distance(*classes, blindness) > 75


def test_contrast_and_distance_say_no():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast(ORANGE, WHITE) < 4.5  # a line's orange is no text's
    assert distance(WHITE, "#000000") == pytest.approx(100, abs=0.1)
    assert distance(GREEN, GRAY) > 40
    assert distance(GREEN, GRAY, "deutan") < 15  # which is why no line's color is this gray


def test_the_chosen_faces_are_met():
    assert {color: dark(color) for color in palette.CHOSEN} == palette.CHOSEN


def test_the_page_has_the_same_paper_and_ink():
    css = (PACKAGE / "export/templates/nnlib-html/style.css").read_text(encoding="utf-8")
    _, night = re.findall(r":root \{([^}]*--paper[^}]*)\}", css)
    assert f"--paper: {dark(WHITE)};" in night
    assert f"--ink: {dark(INK)};" in night


def drawn(face):
    """A figure with soft edges, transparent areas and a color map: its pixels from 0 to 1."""
    figure = Figure(figsize=(4, 3), facecolor=face(WHITE))
    ax = figure.add_axes((0.1, 0.1, 0.8, 0.8), facecolor=face(WHITE))
    ax.spines[:].set_color(face(GRAY))
    ax.tick_params(colors=face(INK))
    field = LinearSegmentedColormap.from_list("field", [face(BLUE), face(WHITE), face(ORANGE)])
    ax.imshow([[0, 1, 2], [2, 1, 0]], cmap=field, extent=(0, 2, 0, 1), interpolation="bilinear")
    ax.fill_between([0, 2], [0.2, 0.3], [0.9, 0.5], color=face(GREEN), alpha=0.4)
    ax.plot([0, 1, 2], [0.1, 0.8, 0.2], "o--", color=face(PINK), alpha=0.7, mec=face(WHITE))
    ax.text(0.3, 1.1, "words", color=face(INK))
    ax.set(xlim=(0, 2.2), ylim=(0, 1.3))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3] / 255


def test_a_figure_at_night_is_the_figure_drawn_in_the_dark_colors():
    light, night = drawn(to_hex), drawn(dark)
    # Both round each color to 1/255, several times where areas lie one over another.
    assert np.abs(at_night(light) - night).max() < 8 / 255
    assert np.abs(at_night(light) - night).mean() < 0.5 / 255
    assert np.abs(at_night(light) - light).max() > 0.8


# Completeness


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_color_of_the_stored_figures_has_a_dark_face(path):
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            svg = output.get("data", {}).get("image/svg+xml", "")
            assert "<image" not in svg  # a photograph must not be turned
            for color in set(re.findall(r"(?:fill|stroke)[:=] ?\"?(#\w+)", svg)):
                face = palette.MATRIX @ [*to_rgb(color), 1]
                assert np.abs(face - face.clip(0, 1)).max() < 0.02, (color, face)
                for least in (3, 4.5):
                    if contrast(color, WHITE) >= least:
                        assert contrast(dark(color), dark(WHITE)) >= least, color


def test_the_house_style_has_no_other_colors():
    named = {light for light, _ in palette.faces().values()}
    found = {
        to_hex(word if word == "white" else f"#{word}")
        for word in re.findall(r"\b(white|[0-9a-fA-F]{6})\b", HOUSE.read_text(encoding="utf-8"))
    }
    assert len(found) > 8
    assert found - named == set()


def literal_colors(source):
    """The colors among the strings of Python source, also inside of strings that are markup."""
    strings = [n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant)]
    strings = [s for s in strings if isinstance(s, str)]
    named = [s for s in strings if re.search("[a-z]{3}", s) and s != "none" and is_color_like(s)]
    return {*named, *re.findall(r"#[0-9a-fA-F]{3,8}\b", " ".join(strings))}


@pytest.mark.parametrize("folder", ["figures", "widgets"])
def test_drawing_code_names_its_colors(folder):
    paths = [p for p in (PACKAGE / folder).rglob("*.py") if p.name != "palette.py"]
    assert len(paths) > 10
    found = {path.name: literal_colors(path.read_text(encoding="utf-8")) for path in paths}
    assert {name: colors for name, colors in found.items() if colors} == {}


def test_literal_colors_are_found():
    assert literal_colors("plot(x, color='white', c='#fff')") == {"white", "#fff"}
    assert literal_colors("f'<path fill=\"#12aB34\"/>{x}', 'tab:blue'") == {"#12aB34", "tab:blue"}
