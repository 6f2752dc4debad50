"""What chapter 3 shows of time and memory: made by tests/bench/costs.py."""

import json
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent / "bench"


@pytest.fixture
def costs(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])
    import costs

    return costs


def test_the_stored_measurement_has_what_the_command_measures(costs):
    stored, again = json.loads(costs.FILE.read_text(encoding="utf-8")), costs.measured((10,))
    assert stored.keys() == again.keys()
    assert stored["widths"] == list(costs.WIDTHS)
    for what in ("seconds", "peak of memory in bytes"):
        assert stored[what].keys() == again[what].keys() == costs.FORMS.keys()
        assert all(len(values) == len(costs.WIDTHS) for values in stored[what].values())
    jacobians, matrices = stored["peak of memory in bytes"].values()
    assert all(a > b for a, b in zip(jacobians, matrices, strict=True))
