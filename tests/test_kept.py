"""What a build keeps: taken again where nothing changed, made anew where anything did."""

from importlib import metadata
from pathlib import Path

import nbformat
import pytest
import yaml

from nnlib.export import chapters, kept, report
from nnlib.export.kept import Kept

ROOT = Path(__file__).parents[1]


@pytest.fixture
def source(tmp_path):
    """A folder of two chapters that count how often they were executed."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("01_one", "02_two"):
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [
            nbformat.v4.new_markdown_cell(f"# {name}", id=f"{name}-a"),
            nbformat.v4.new_code_cell(
                f"with open('../{name}.txt', 'a') as file:\n    _ = file.write('x')\nprint(1 + 1)",
                id=f"{name}-b",
            ),
        ]
        chapters.write(folder / f"{name}.ipynb", notebook)
    return folder


def executed(source, **options):
    """Execute the chapters; how often each of them has run so far, and the notebooks."""
    keeper = Kept(source, source.parent / "kept", **options)
    notebooks = chapters.execute(chapters.find(source), kept=keeper)
    runs = [len(p.read_text()) for p in sorted(source.parent.glob("0*.txt"))]
    return runs, [nbformat.writes(notebook) for notebook in notebooks.values()]


def change(path, cell, text):
    notebook = chapters.read(path)
    notebook.cells[cell].source += text
    chapters.write(path, notebook)


def test_an_unchanged_chapter_is_not_executed_again(source):
    runs, first = executed(source)
    assert runs == [1, 1]
    assert executed(source) == ([1, 1], first)
    change(source / "01_one.ipynb", 0, " and a word")
    runs, second = executed(source)
    assert runs == [1, 1]
    assert "and a word" in second[0]
    assert second[1] == first[1]


def test_what_changed_is_executed(source):
    executed(source)
    change(source / "02_two.ipynb", 1, "\nprint(3)")
    assert executed(source)[0] == [1, 2]
    assert executed(source, fresh=True)[0] == [2, 3]
    (source / "helper.py").write_text("number = 1\n")
    assert executed(source)[0] == [3, 4]


def test_what_ran_before_a_chapter_failed_is_kept(source):
    change(source / "02_two.ipynb", 1, "\n1 / 0")
    with pytest.raises(chapters.ChapterError, match="ZeroDivisionError"):
        chapters.execute(chapters.find(source), jobs=1, kept=Kept(source, source.parent / "kept"))
    change(source / "02_two.ipynb", 1, ".5")
    assert executed(source)[0] == [1, 2]


def test_a_damaged_entry_counts_as_not_there(source):
    _, first = executed(source)
    for path in (source.parent / "kept").iterdir():
        data = bytearray(path.read_bytes())
        data[-3] ^= 1
        path.write_bytes(data)
    assert executed(source) == ([2, 2], first)


def test_the_key_follows_the_library_the_packages_and_the_environment(tmp_path, monkeypatch):
    def key():
        return kept.surroundings(tmp_path / "notebooks")

    (tmp_path / "notebooks").mkdir()
    library = tmp_path / "library"
    library.mkdir()
    (library / "code.py").write_text("a = 1")
    (library / "data.npz").write_bytes(b"1")
    monkeypatch.setattr(kept, "LIBRARY", library)
    found = [key()]
    assert key() == found[0]
    (library / "code.py").write_text("a = 2")
    found.append(key())
    (library / "data.npz").write_bytes(b"2")
    found.append(key())
    (tmp_path / "libraries").mkdir()
    (tmp_path / "libraries" / "measured.json").write_text("{}")
    found.append(key())
    monkeypatch.setenv("NUMBA_OPT", "0")
    found.append(key())
    kept.packages.cache_clear()
    monkeypatch.setattr(kept.metadata, "distributions", list)
    found.append(key())
    monkeypatch.undo()
    kept.packages.cache_clear()
    assert len(set(found)) == len(found) == 6


def test_only_the_latest_entries_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "ENTRIES", 3)
    keeper = Kept(tmp_path, tmp_path / "kept")
    for text in "abcde":
        keeper.write(keeper.path(text), text.encode())
    assert len(list((tmp_path / "kept").iterdir())) == 3


def test_where_nothing_can_be_kept_all_is_made(tmp_path):
    (tmp_path / "file").write_text("")
    keeper = Kept(tmp_path, tmp_path / "file")
    keeper.write(keeper.path("a"), b"a")
    assert keeper.read(keeper.path("a")) is None


def test_chapters_are_chosen_by_number(source):
    assert [path.name for path in chapters.find(source, "2")] == ["02_two.ipynb"]
    assert len(chapters.find(source, "01, 02")) == 2
    with pytest.raises(ValueError, match="there is no chapter 7 in "):
        chapters.find(source, "1 7")


def test_two_builds_in_two_folders_give_the_same_bytes(source, tmp_path):
    files = []
    for name in ("a", "b"):
        report.build(source, tmp_path / name, keep=tmp_path / f"kept-{name}")
        files.append({p.name: p.read_bytes() for p in sorted((tmp_path / name).iterdir())})
    assert files[0] == files[1]
    assert len(files[0]) == 2


def test_the_citation_names_this_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license"} <= cited.keys()
    assert cited["version"] == metadata.version("nnlib")
