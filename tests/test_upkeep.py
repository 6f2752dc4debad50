"""What stands beside the code: licences of what others made, attributes, the list of changes."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")


def tracked():
    return [path.relative_to(ROOT) for path in (ROOT / "nnlib").rglob("*")]


def vendored(files):
    """Folders in which something of others stands: a minified script or a font."""
    return {path.parent for path in files if path.name.endswith((".min.js", ".woff", ".woff2"))}


def unnamed(files, text):
    """Folders of others that the text does not name, or that have no licence beside them."""
    return [
        folder
        for folder in sorted(vendored(files))
        if f"`{folder.as_posix()}/`" not in text or folder / "LICENSE" not in files
    ]


def test_what_others_made_is_named_and_keeps_its_licence():
    assert len(vendored(tracked())) == 3
    assert unnamed(tracked(), TEXT) == []


@pytest.mark.parametrize(
    "files", [["a/x.min.js"], ["nnlib/live/d3-contour/x.min.js"]], ids=["unnamed", "no licence"]
)
def test_what_is_not_named_or_has_no_licence_is_found(files):
    assert unnamed([Path(name) for name in files], TEXT) == [Path(files[0]).parent]


def test_the_version_is_in_the_list_of_changes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changes.split("\n## ")[1].startswith(f"{project['version']},")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {project['version']}\n" in citation


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/promises.md"])
def test_pages_name_only_what_is_there(name):
    """Paths and commands that stand in backquotes."""
    text = (ROOT / name).read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    words = text.replace("\n", " ").split("`")[1::2]
    for word in words:
        if word.startswith("make "):
            assert f"\n{word.split()[1]}:" in makefile, word
        elif "/" in word and not set(word) & set(" ()…"):
            path = ROOT / word
            assert path.exists() or "14_name" in word or "report_f" in word, word
