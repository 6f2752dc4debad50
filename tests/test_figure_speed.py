"""The figure of the benchmark: every contender has its bar, from 1 to its ratio."""

import json
from pathlib import Path

import pytest

from nnlib import figures

RESULTS = Path(__file__).parent / "bench" / "results.json"


def test_bars_reach_from_one_to_the_ratios():
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    ax = figures.speed(results).axes[0]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert sorted(names) == sorted(results["contenders"])
    for name, bar in zip(names, ax.patches, strict=True):
        ends = bar.get_x(), bar.get_x() + bar.get_width()
        assert ends == pytest.approx((1, results["contenders"][name]["ratio"]))
