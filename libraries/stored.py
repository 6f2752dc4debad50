"""measured.json: the questions with their measured cells, and the runs; what is wrong in it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

from libraries.cells import HERE, LIBRARIES, questions
from libraries.measuring import same, value

FILE = HERE / "measured.json"
NOISE = 1e-12  # differences of weights below this are rounding, and other ones elsewhere
FACTORS = {"told": 1.02, "as it comes": 10, "ours changed": 100}  # the latter is grown rounding


def load(path=FILE):
    """The content of the file; nothing measured where there is none."""
    if not path.exists():
        return {"libraries": {}, "questions": [], "runs": []}
    return json.loads(path.read_text(encoding="utf-8"))


def save(content, path=FILE):
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def cells_of(content):
    """{id: cell} of a file's content."""
    return {cell["id"]: cell for question in content["questions"] for cell in question["cells"]}


def content(values, runs, old):
    """The file's content: what was measured now, and for other libraries what stood there.

    A cell that gives what it gave keeps its date, so that measuring again changes nothing.

    Parameters
    ----------
    values : {library: {id: value}}
    runs : {library: {run: differences}}
    old : the content so far
    """
    before, today = cells_of(old), datetime.now(UTC).date().isoformat()
    return {
        "libraries": {name: library.name for name, library in LIBRARIES.items()},
        "questions": [_question(q, values, before, today) for q in questions()],
        "runs": _runs(runs, old["runs"], today),
    }


def _question(question, values, before, today):
    kept = {key: getattr(question, key) for key in ("id", "topic", "asks", "bites", "tolerance")}
    ours = {"snippet": question.ours, "value": value(question.ours)}
    cells = [
        _dated(_cell(question, cell, values[cell.library][cell.id]), before.get(cell.id), today)
        if cell.library in values
        else before.get(cell.id)
        for cell in question.cells
    ]
    return kept | {"ours": ours, "cells": [cell for cell in cells if cell]}


def _cell(question, cell, measured):
    """What is stored of a cell; ``missed`` is None where it was known before."""
    library, (guess, why) = LIBRARIES[cell.library], cell.guess or (None, None)
    missed = None if cell.guess is None else not same(measured, guess, question.rtol)
    about = {key: item for key, item in asdict(cell).items() if key in ("library", "way")}
    about |= {"version": library.version, "snippet": cell.snippet, "value": measured}
    return {"id": cell.id} | about | {"guess": guess, "why": why, "missed": missed}


def _runs(runs, old, today):
    before = {(run["run"], run["library"]): run for run in old}
    for library, measured in runs.items():
        for name, found in measured.items():
            about = {"run": name, "library": library, "version": LIBRARIES[library].version}
            row = _dated(about | {"differences": found}, before.get((name, library)), today)
            before[name, library] = row
    return [before[key] for key in sorted(before)]


def _dated(new, old, today):
    """A record with its date: the old one's if nothing else is new."""
    is_old = old is not None and old == new | {"date": old["date"]}
    return new | {"date": old["date"] if is_old else today}


def complaints(stored, library, values, runs):
    """A line for each stored number that is not what was measured again."""
    for question in stored["questions"]:
        for cell in question["cells"]:
            if cell["library"] != library:
                continue
            again = values.get(cell["id"], "not asked any more")
            if again == "not asked any more" or not same(
                cell["value"], again, question["tolerance"]
            ):
                yield f"{cell['id']} is {cell['value']} in the file, and {again}"
    for run in stored["runs"]:
        if run["library"] == library and not _same_run(run, runs[run["run"]]):
            yield f"run {run['run']} in {library}: {run['differences']}, and {runs[run['run']]}"


def _same_run(run, again):
    found = run["differences"]
    if found is None or again is None:
        return found is again
    return found.keys() == again.keys() and all(
        _close(a, b, FACTORS[what])
        for what in found
        for a, b in zip(found[what], again[what], strict=True)
    )


def _close(one, other, factor):
    """Whether two differences of weights are the same, as far as another processor has them."""
    return max(one, other) < NOISE or max(one, other) <= min(one, other) * factor
