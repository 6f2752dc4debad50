"""The report is replaced as a whole, or stays as it was."""

import re
import sys

import export_samples as samples
import nbformat
import pytest

from nnlib.export import __main__ as command
from nnlib.export import chapters, report


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with two chapters which count as executed, and an old report."""
    samples.write_chapters(tmp_path / "notebooks")
    (tmp_path / "report").mkdir()
    for name in report.EXPORTERS:
        (tmp_path / "report" / name).write_bytes(b"the last good report")
    monkeypatch.chdir(tmp_path)
    stored = {path: chapters.read(path) for path in chapters.find()}
    monkeypatch.setattr(chapters, "execute", lambda paths, players=False: stored)
    return tmp_path


def contents(project):
    return {path.name: path.read_bytes() for path in (project / "report").iterdir()}


def build(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["nnlib.export", "report"])
    command.main()


def append_to_second(text):
    """Add a paragraph to the second chapter."""
    notebooks = {path.stem: notebook for path, notebook in chapters.execute(()).items()}
    notebooks[samples.SECOND].cells[-1].source += f"\n\n{text}"


def test_both_files_are_built(project, monkeypatch, capsys):
    notebooks = {path: path.read_bytes() for path in (project / "notebooks").iterdir()}
    build(monkeypatch)
    files = contents(project)
    assert set(files) == {"backprop-report.html", "backprop-report.pdf"}
    assert files["backprop-report.html"].startswith(b"<!DOCTYPE html>")
    assert files["backprop-report.pdf"].startswith(b"%PDF")
    assert {path: path.read_bytes() for path in (project / "notebooks").iterdir()} == notebooks
    printed = capsys.readouterr().out
    assert re.search(r"report/backprop-report\.html  \d\.\d\d MB\n", printed)
    assert re.search(r"2 chapters run in \d+\.\d s, exported in \d+\.\d s", printed)
    build(monkeypatch)
    assert contents(project) == files


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"Wrong: $\sigmoid(x)$", rf"{samples.SECOND}.*\\sigmoid"),
        (f"See [it]({samples.FIRST}.ipynb#Nowhere).", rf"{samples.SECOND}.*#Nowhere"),
    ],
)
def test_what_cannot_be_exported_leaves_the_old_report(project, monkeypatch, text, words):
    before = contents(project)
    append_to_second(text)
    with pytest.raises(SystemExit, match=words):
        build(monkeypatch)
    assert contents(project) == before


@pytest.mark.parametrize("number", [0, 1])
def test_a_crash_of_either_exporter_leaves_the_old_report(project, monkeypatch, number):
    def crash(notebook, kind, folder):
        if kind == list(report.EXPORTERS.values())[number]:
            raise RuntimeError("crash")
        return b"new"

    before = contents(project)
    monkeypatch.setattr(report, "export", crash)
    with pytest.raises(RuntimeError, match="crash"):
        build(monkeypatch)
    assert contents(project) == before


def test_a_full_disk_leaves_the_old_report(project, monkeypatch):
    real = report.Path.write_bytes

    def write_bytes(path, data):
        if "pdf" in path.name:
            raise OSError("no space left on device")
        return real(path, data)

    before = contents(project)
    monkeypatch.setattr(report, "export", lambda notebook, kind, folder: b"new")
    monkeypatch.setattr(report.Path, "write_bytes", write_bytes)
    with pytest.raises(OSError, match="no space"):
        build(monkeypatch)
    assert contents(project) == before


def test_a_failing_cell_leaves_the_old_report(tmp_path, monkeypatch):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    chapter = samples.notebook(samples.markdown("# 1. One"), samples.code("int('x')  # fails"))
    nbformat.write(chapter, folder / "01_one.ipynb")
    old = tmp_path / "report" / "backprop-report.html"
    old.parent.mkdir()
    old.write_bytes(b"the last good report")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=r"01_one\.ipynb, code cell 1 .*fails\): ValueError"):
        build(monkeypatch)
    assert contents(tmp_path) == {old.name: b"the last good report"}
