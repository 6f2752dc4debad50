"""The report is replaced as a whole, or stays as it was."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

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
    monkeypatch.setattr(chapters, "execute", lambda paths, players=False, kept=None: stored)
    return tmp_path


def contents(project):
    return {path.name: path.read_bytes() for path in (project / "report").iterdir()}


def build(monkeypatch, *options):
    monkeypatch.setattr(sys, "argv", ["nnlib.export", "report", *options])
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
    assert re.search(r"report/backprop-report\.html  \d\.\d\d MB  SHA-256 [0-9a-f]{64}\n", printed)
    assert re.search(r"2 chapters run in \d+\.\d s, exported in \d+\.\d s", printed)
    build(monkeypatch)
    assert contents(project) == files
    build(monkeypatch, "--chapters", "02")
    assert "\n1 chapter run in " in capsys.readouterr().out


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
    with pytest.raises(SystemExit, match=r"Nothing was written\..* no space"):
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


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "import sys\nsys.exit('bye')",
            r"01_one\.ipynb, code cell 1 \(import sys\): SystemExit: bye",
        ),
        ("raise KeyError('k')", r"01_one\.ipynb, code cell 1 .*KeyError: 'k'"),
    ],
)
def test_a_chapter_that_ends_early_is_named(tmp_path, monkeypatch, source, words):
    (tmp_path / "notebooks").mkdir()
    chapter = samples.notebook(samples.markdown("# 1. One"), samples.code(source))
    nbformat.write(chapter, tmp_path / "notebooks" / "01_one.ipynb")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=words):
        build(monkeypatch)
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"nbformat": 4}', "", "\x00"])
def test_a_chapter_that_is_no_notebook_is_named(project, monkeypatch, text):
    monkeypatch.undo()
    monkeypatch.chdir(project)
    before = contents(project)
    (project / "notebooks" / f"{samples.SECOND}.ipynb").write_text(text)
    with pytest.raises(SystemExit, match=rf"{samples.SECOND}\.ipynb: this is no notebook: \S"):
        build(monkeypatch)
    assert contents(project) == before


def test_ctrl_c_is_one_line_and_leaves_the_old_report(project, monkeypatch, capsys):
    def stop(*arguments):
        raise KeyboardInterrupt

    before = contents(project)
    monkeypatch.setattr(report, "export", stop)
    with pytest.raises(SystemExit) as caught:
        build(monkeypatch)
    assert caught.value.code == 130
    assert capsys.readouterr().err == "Stopped. Nothing was written.\n"
    assert contents(project) == before


def test_a_figure_without_words_is_named_with_its_chapter_and_cell(project, monkeypatch):
    before = contents(project)
    notebooks = {path.stem: notebook for path, notebook in chapters.execute(()).items()}
    figure = notebooks[samples.SECOND].cells[1].outputs[0]
    del figure.metadata["image/svg+xml"]["alt"]
    with pytest.raises(SystemExit, match=rf"{samples.SECOND}, cell 02-cell-1 .*'alt'"):
        build(monkeypatch)
    assert contents(project) == before


def test_two_builds_at_once_do_not_meet(tmp_path):
    path = tmp_path / "report" / "page.html"
    bodies = [bytes([number]) * 10**5 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda body: [chapters.replace({path: body}) for _ in range(15)], bodies))
    assert path.read_bytes() in bodies
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_and_leads_to_what_is_written(tmp_path):
    file, link = tmp_path / "there" / "page.html", tmp_path / "page.html"
    link.symlink_to(file)
    for body in (b"first", b"second"):
        chapters.replace({link: body})
        assert link.is_symlink()
        assert file.read_bytes() == body
    assert list(file.parent.iterdir()) == [file]


STOP = """
import os, signal, sys
from nnlib.export import __main__ as command, chapters
from nnlib.export.chapters import Execution

real = Execution.of_one

async def of_one(self, path, notebook):
    self.bar.update = lambda: os.kill(os.getpid(), signal.SIGINT)
    await real(self, path, notebook)

Execution.of_one = of_one
sys.argv = ["nnlib.export", "report"]
command.main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent another way there")
def test_ctrl_c_while_cells_run(tmp_path):
    (tmp_path / "notebooks").mkdir()
    chapter = samples.notebook(
        samples.markdown("# 1. One"),
        samples.code("1"),
        samples.code("import threading; threading.Event().wait()"),
    )
    nbformat.write(chapter, tmp_path / "notebooks" / "01_one.ipynb")
    done = subprocess.run(
        [sys.executable, "-c", STOP], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 130
    assert done.stderr.splitlines()[-1] == "Stopped. Nothing was written."
    assert "Traceback" not in done.stderr
