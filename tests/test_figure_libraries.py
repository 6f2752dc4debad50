"""The figure of the libraries' answers: every number has its mark, in the row of its question."""

import pytest

from nnlib import figures

VALUES = {"first": {"ours": 1e-3, "one": 1e-5}, "second": {"ours": 1e-4, "other": 2e-4}}


def test_every_number_is_marked_in_its_row():
    ax = figures.answers(VALUES, "length of the step").axes[0]
    rows = [label.get_text() for label in ax.get_yticklabels()]
    assert rows == list(VALUES)
    marked = {
        (rows[round(y)], line.get_label()): x
        for line in ax.lines
        if line.get_label() in ("ours", "one", "other")
        for x, y in zip(*line.get_data(), strict=True)
    }
    assert marked == {(q, name): x for q, found in VALUES.items() for name, x in found.items()}


def test_libraries_that_could_not_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="libraries holds 9; at most 8"):
        figures.answers({"all": dict.fromkeys("abcdefghi", 1.0)}, "")
