"""The README's examples print what the README says, and its table lists the chapters there are."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# A block of Python, and what it prints, if it does.
PAIRS = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", README, re.DOTALL)


@pytest.mark.parametrize(("code", "printed"), PAIRS)
def test_examples_print_what_is_written_below_them(code, printed, capsys):
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == printed


def test_table_lists_every_chapter():
    linked = re.findall(r"\(notebooks/(.*?\.ipynb)\)", README)
    assert linked == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_links_lead_somewhere():
    for target in re.findall(r"\]\((?!http)(.*?)\)", README):
        assert (ROOT / target).exists(), target


def test_commands_are_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in re.findall(r"^    make (\w+)", README, re.MULTILINE):
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
