"""The README's examples print what the README says, and its table lists the chapters there are."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from nnlib import data

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# A block of Python, and what it prints, if it does.
PAIRS = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", README, re.DOTALL)


@pytest.mark.numba
@pytest.mark.parametrize(("code", "printed"), PAIRS)
def test_examples_print_what_is_written_below_them(code, printed, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)  # where the example's own data lie
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize("code", [code for code, _ in PAIRS])
def test_examples_could_be_cells_of_a_chapter(code):
    lines = code.splitlines()
    assert len(lines) <= 12
    assert max(map(len, lines)) <= 80
    for words in re.findall(r'(?:caption|alt)="(.*?)"', code):
        assert len(words) > 40


def points():
    """docs/points.csv, the example's own data: two moons some centimeters wide, 300 points."""
    X, y = data.moons(n=300, noise=0.07, rng=0)
    rows = np.hstack([12 * (X - 0.5), y])
    return "\n".join(
        ["x1,x2,label", *(f"{x1:.2f},{x2:.2f},{label:.0f}" for x1, x2, label in rows)]
    )


def test_the_examples_own_data_are_what_makes_them():
    """After a change, ``python tests/test_readme.py`` writes them anew."""
    assert (ROOT / "docs" / "points.csv").read_text(encoding="utf-8") == points() + "\n"


def test_table_lists_every_chapter():
    linked = re.findall(r"\(notebooks/(.*?\.ipynb)\)", README)
    assert linked == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_links_lead_somewhere():
    for target in re.findall(r"\]\((?!http)(.*?)\)", README):
        assert (ROOT / target).exists(), target


def test_commands_are_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in re.findall(r"^    make ([\w-]+)", README, re.MULTILINE):
        assert re.search(rf"^{command}:", makefile, re.MULTILINE), command


def test_picture_is_the_figure_of_chapter_0():
    """docs/boundary.svg is figure 0.4; after `make notebooks` has changed that, copy it anew."""
    chapter = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
    outputs = [output for cell in chapter.cells for output in cell.get("outputs", [])]
    pictures = [
        output.data["image/svg+xml"]
        for output in outputs
        if "data" in output and "image/svg+xml" in output.data
    ]
    assert (ROOT / "docs" / "boundary.svg").read_text(encoding="utf-8") == pictures[3]


if __name__ == "__main__":
    (ROOT / "docs" / "points.csv").write_text(points() + "\n", encoding="utf-8", newline="")
