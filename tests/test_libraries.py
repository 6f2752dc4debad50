"""What is stored of other libraries: complete, guessed first, measured again where it can be."""

import copy
import math

import pytest

from libraries import stored
from libraries.cells import LIBRARIES, LINES, questions, read, spread
from libraries.measuring import in_its_process, number, same, value

CONTENT = stored.load()
CELLS = stored.cells_of(CONTENT)
QUESTIONS = {question.id: question for question in questions()}


def test_the_file_holds_each_question_as_it_is_asked():
    assert [entry["id"] for entry in CONTENT["questions"]] == list(QUESTIONS)
    for entry in CONTENT["questions"]:
        question = QUESTIONS[entry["id"]]
        assert entry["asks"] == question.asks
        assert entry["bites"] == question.bites
        assert entry["ours"]["snippet"] == question.ours
        stored_cells = {cell["id"]: cell["snippet"] for cell in entry["cells"]}
        assert stored_cells == {cell.id: cell.snippet for cell in question.cells}


def test_there_are_enough_new_cells_with_version_date_and_a_short_snippet():
    assert sum(cell["missed"] is not None for cell in CELLS.values()) >= 150
    assert len(CELLS) == sum(len(entry["cells"]) for entry in CONTENT["questions"])
    for cell in CELLS.values():
        assert cell["version"]
        assert cell["date"].startswith("20")
        lines = cell["snippet"].split("\n")
        assert 1 <= len(lines) <= LINES, cell["id"]
        assert max(map(len, lines)) <= 120, cell["id"]


def test_guesses_are_those_of_their_file_and_all_are_used():
    guesses = spread(read("guesses.toml"))
    asked = [cell for question in QUESTIONS.values() for cell in question.cells]
    assert len(guesses) == sum(cell.guess is not None for cell in asked)
    for cell in asked:
        entry = CELLS[cell.id]
        assert (entry["guess"], entry["why"]) == (cell.guess or (None, None))
        if cell.guess:
            right = same(entry["value"], cell.guess[0], QUESTIONS[cell.question].rtol)
            assert entry["missed"] is not right


@pytest.mark.parametrize("entry", CONTENT["questions"], ids=lambda entry: entry["id"])
def test_our_own_numbers_are_computed_again(entry):
    assert same(value(entry["ours"]["snippet"]), entry["ours"]["value"], entry["tolerance"])


def installed(name):
    """Skip, with a word, unless the stored version of a library is here."""
    versions = {cell["version"] for cell in CELLS.values() if cell["library"] == name}
    if LIBRARIES[name].version not in versions:
        pytest.skip(f"{' or '.join(versions)} of {LIBRARIES[name].name} is not installed")


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_that_is_here_is_measured_again(name):
    installed(name)
    values, runs = in_its_process(name)
    assert not list(stored.complaints(CONTENT, name, values, runs))


def measured(name):
    """What measuring would give if each stored number of a library were right."""
    runs = {run["run"]: run["differences"] for run in CONTENT["runs"] if run["library"] == name}
    return {cell["id"]: cell["value"] for cell in CELLS.values()}, runs


@pytest.mark.parametrize("name", LIBRARIES)
def test_one_wrong_number_is_noticed_whichever_it_is(name):
    assert not list(stored.complaints(CONTENT, name, *measured(name)))
    for identity, cell in CELLS.items():
        if cell["library"] == name:
            wrong = copy.deepcopy(CONTENT)
            number_there = float(cell["value"])
            off = 1.1 * number_there if math.isfinite(number_there) and number_there else 1e-9
            stored.cells_of(wrong)[identity]["value"] = off
            (line,) = stored.complaints(wrong, name, *measured(name))
            assert line.startswith(identity)


def test_a_wrong_difference_of_a_run_is_noticed():
    for i, run in enumerate(CONTENT["runs"]):
        for what in run["differences"] or ():
            wrong = copy.deepcopy(CONTENT)
            wrong["runs"][i]["differences"][what][1] = 1e3
            lines = list(stored.complaints(wrong, run["library"], *measured(run["library"])))
            assert len(lines) == 1
            assert lines[0].startswith(f"run {run['run']} in {run['library']}")


def test_a_wrong_number_is_noticed_by_measuring_not_only_by_comparing():
    installed("autograd")
    wrong = copy.deepcopy(CONTENT)
    stored.cells_of(wrong)["sigmoid-slope-20/autograd"]["value"] *= 1.001
    (line,) = stored.complaints(wrong, "autograd", *in_its_process("autograd"))
    assert line.startswith("sigmoid-slope-20/autograd is 2.06")


def test_a_cell_that_is_not_asked_any_more_is_noticed():
    values, runs = measured("micrograd")
    del values["relu-slope-0/micrograd"]
    (line,) = stored.complaints(CONTENT, "micrograd", values, runs)
    assert "not asked any more" in line


def test_measuring_again_changes_nothing_not_even_a_date():
    installed("autograd")
    values, runs = in_its_process("autograd")
    old = copy.deepcopy(CONTENT)
    for cell in stored.cells_of(old).values():
        cell["date"] = "2000-01-01"
    again = stored.content({"autograd": values}, {"autograd": runs}, old)
    assert stored.cells_of(again) == stored.cells_of(old)
    assert again["runs"] == old["runs"]


def test_a_new_number_gets_a_new_date():
    installed("autograd")
    values, runs = in_its_process("autograd")
    old = copy.deepcopy(CONTENT)
    cell = stored.cells_of(old)["max-tie/autograd"]
    cell |= {"value": 0.25, "date": "2000-01-01"}
    again = stored.cells_of(stored.content({"autograd": values}, {"autograd": runs}, old))
    assert again["max-tie/autograd"]["value"] == 0.5
    assert again["max-tie/autograd"]["date"] > "2000-01-01"


def test_a_snippet_that_fails_is_named(monkeypatch):
    monkeypatch.setattr("libraries.measuring.sys.executable", "python-that-is-not-there")
    with pytest.raises(FileNotFoundError):
        in_its_process("autograd")
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("result", "expected"),
    [(1 / 3, 0.333333), (True, 1), (7, 7), (math.inf, "inf"), (-math.inf, "-inf"), (0.0, 0.0)],
)
def test_a_number_is_stored_as_json_can_hold_it(result, expected):
    assert number(result) == expected
    assert type(number(result)) is type(expected)


def test_nan_is_nan_and_nothing_else():
    assert number(math.nan) == "nan"
    assert same("nan", math.nan, 0.1)
    assert not same("nan", 0.0, 0.1)


@pytest.mark.parametrize(("one", "other", "rtol", "right"), [
    (1.0, 1.009, 0.01, True), (1.0, 1.02, 0.01, False), (0.0, 1e-30, 0.01, False),
    (0.0, -0.0, 0.01, True), ("inf", "inf", 0.01, True), ("inf", "-inf", 0.01, False),
])  # fmt: skip
def test_same(one, other, rtol, right):
    assert same(one, other, rtol) is right
