"""Chapters are executed two at a time, stored alike by every run, and a failure is named."""

import sys

import export_samples as samples
import nbformat
import psutil
import pytest

from nnlib.export import __main__ as command
from nnlib.export import chapters

PIECES = "import sys, time\nfor k in range(3):\n    print(k, flush=True)\n    time.sleep(0.05)"
SLIDER = "import ipywidgets\nipywidgets.IntSlider()"


def write(folder, **notebooks):
    """Write notebooks of one heading and these code cells; their paths."""
    folder.mkdir(exist_ok=True)
    for name, cells in notebooks.items():
        chapter = samples.notebook(samples.markdown(f"# {name[:3]}"), *cells)
        nbformat.write(chapter, folder / f"{name[1:]}.ipynb")
    return chapters.find(folder)


def run(monkeypatch, folder, *arguments):
    """`python -m nnlib.export ARGUMENTS` in this folder."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["nnlib.export", *arguments])
    command.main()


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def kernels():
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "ipykernel" in " ".join(child.cmdline())]


def test_two_runs_store_the_same_bytes(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "notebooks"
    cells = [
        samples.code(PIECES, samples.stdout("stale"), count=7),
        samples.code("1 / 0", tags=["raises-exception"]),
        samples.code(SLIDER),
        samples.code("from pathlib import Path\nPath.cwd().name"),
    ]
    write(folder, _01_a=cells, _02_b=[samples.code("print('b')")])
    run(monkeypatch, tmp_path, "notebooks")
    first = contents(folder)
    run(monkeypatch, tmp_path, "notebooks")
    assert contents(folder) == first
    assert set(first) == {"01_a.ipynb", "02_b.ipynb"}
    assert "notebooks/02_b.ipynb" in capsys.readouterr().out
    assert first["01_a.ipynb"].endswith(b"}\n")
    check_stored(chapters.read(folder / "01_a.ipynb"))
    assert not kernels()


def test_some_chapters_are_run_alone_each_time_and_the_others_stay(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "notebooks"
    cells = [samples.code("from pathlib import Path\nPath('../ran').open('a').write('x')")]
    write(folder, _01_a=[samples.code("1 / 0")], _02_b=cells)
    unfinished = tmp_path / command.UNFINISHED / "of a call for all"
    unfinished.parent.mkdir(parents=True)
    unfinished.write_bytes(b"")
    before = contents(folder)
    for _ in range(2):
        run(monkeypatch, tmp_path, "notebooks", "--chapters", "02")
    assert capsys.readouterr().out == 2 * "notebooks/02_b.ipynb\n"
    assert (tmp_path / "ran").read_text() == "xx"
    after = contents(folder)
    assert after["01_a.ipynb"] == before["01_a.ipynb"]
    assert after["02_b.ipynb"] != before["02_b.ipynb"]
    assert list(unfinished.parent.iterdir()) == [unfinished]


@pytest.mark.parametrize(
    "call",
    [
        "handout --chapters 02",
        "handout --fresh",
        "notebooks --edition teacher",
        "notebooks --fresh",
    ],
)
def test_an_option_that_a_command_does_not_have_is_refused(call, tmp_path, monkeypatch, capsys):
    with pytest.raises(SystemExit):
        run(monkeypatch, tmp_path, *call.split())
    assert f"unrecognized arguments: {call.partition(' ')[2]}" in capsys.readouterr().err


def check_stored(notebook):
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert "version" not in notebook.metadata.language_info
    assert [cell.id for cell in notebook.cells] == [f"cell-{k}" for k in range(5)]
    cells = notebook.cells[1:]
    assert [cell.execution_count for cell in cells] == [1, 2, 3, 4]
    assert all(set(cell.metadata) <= {"tags"} for cell in cells)
    (pieces,), (error,), (slider,), (cwd,) = (cell.outputs for cell in cells)
    assert (pieces.name, pieces.text) == ("stdout", "0\n1\n2\n")
    assert (error.ename, error.traceback) == (
        "ZeroDivisionError",
        ["ZeroDivisionError: division by zero"],
    )
    assert slider.data == {"text/plain": "IntSlider(value=0)"}
    assert cwd.data["text/plain"] == "'notebooks'"


def test_a_failing_cell_is_named_and_stops_everything(tmp_path, monkeypatch):
    folder = tmp_path / "notebooks"
    monkeypatch.setattr(chapters, "SECONDS_PER_CELL", None)
    slow = [samples.code("import threading\nthreading.Event().wait()")]  # has no end of its own
    failing = [samples.code("print(1)"), samples.code("\nassert 1 == 2, 'why'\nprint(2)")]
    write(folder, _01_slow=slow, _02_failing=failing, _03_waiting=slow)
    before = contents(folder)
    with pytest.raises(SystemExit) as stopped:
        run(monkeypatch, tmp_path, "notebooks")
    words = stopped.value.code
    summary = "02_failing.ipynb, code cell 2 (assert 1 == 2, 'why'): AssertionError: why"
    assert words.split("notebooks/")[1] == summary
    assert "\x1b" not in words
    assert contents(folder) == before
    assert not kernels()


def test_a_cell_without_end_and_a_dying_kernel(tmp_path, monkeypatch):
    paths = write(tmp_path, _01_a=[samples.code("while True:\n    pass")])
    with monkeypatch.context() as patch:
        patch.setattr(chapters, "SECONDS_PER_CELL", 1)
        with pytest.raises(chapters.ChapterError, match=r"01_a.*\(while True:\): not finished"):
            chapters.execute(paths)
    paths = write(tmp_path, _01_a=[samples.code("import os\nos._exit(1)")])
    with pytest.raises(chapters.ChapterError, match=r"01_a.*\(import os\): the kernel died"):
        chapters.execute(paths)


def test_cleaning_keeps_what_belongs_to_the_chapter():
    chapter = samples.first_chapter()
    chapter.cells[2].metadata["execution"] = {"iopub.status.busy": "2024-01-01T00:00:00Z"}
    chapter.metadata["widgets"] = {"state": {}}
    chapters.clean(chapter)
    expected = samples.first_chapter()
    expected.cells[3].outputs = [samples.stdout("0\n1\n")]
    expected.cells[7].outputs[0].traceback = ["ValueError: lr must be positive, not -1"]
    assert chapter == expected


def test_what_is_printed_on_both_streams_keeps_its_order():
    err = nbformat.v4.new_output("stream", name="stderr", text="e")
    cell = samples.code("x", samples.stdout("a"), samples.stdout("b"), err, samples.stdout("c"))
    chapters.clean_outputs(cell)
    assert [(output.name, output.text) for output in cell.outputs] == [
        ("stdout", "ab"),
        ("stderr", "e"),
        ("stdout", "c"),
    ]


def test_no_chapters_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no chapters"):
        chapters.find(tmp_path)
