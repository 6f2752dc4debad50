"""Trainings in the report, in Chromium and in Firefox, against Python's, bit by bit.

    python tests/live_check.py              # 300 + 100 + 20 trainings; some minutes

The report is opened from the disk, without a network, and may ask for nothing; where there is none
with the program as it is now, the chapters are exported as they are stored. 300 trainings draw
everything from their seed, 30 of them take up to 2500 epochs; 100 begin with a network that is
handed over; 20 of the first are repeated in Firefox. None may differ in one bit of its points,
parameters, history or snapshots, or in where and how it ended.
"""

import random
import sys
import tempfile
from pathlib import Path

import browsers
import engine_page
import numpy as np
from hypothesis import HealthCheck, given, settings
from live_cases import Case, Handed, differences, random_case
from random_recipes import trainings

from nnlib import live
from nnlib.export import chapters
from nnlib.export import live as live_figures
from nnlib.export.html import HTMLReport
from nnlib.export.merge import merge

ROOT = Path(__file__).parents[1]
REPORT, STORED = ROOT / "report" / "backprop-report.html", ROOT / "build" / "live-check.html"
FIREFOX = 20  # trainings there


def exported():
    """The report's file; if it holds another program than ours, a page of the stored chapters."""
    for file in (REPORT, STORED):
        if file.exists() and live_figures.scripts() in file.read_text(encoding="utf-8"):
            return file
    print("the chapters are exported as they are stored")
    notebook = merge(
        {path.stem: chapters.read(path) for path in chapters.find(ROOT / "notebooks")}
    )
    resources = {"metadata": {"path": str(ROOT / "notebooks")}}
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text(HTMLReport().from_notebook_node(notebook, resources)[0], encoding="utf-8")
    return STORED


def handed_over(count):
    """Recipes of any inputs and depth, each with a network to start from."""
    found = []

    @settings(
        max_examples=10 * count, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(trainings(largest_lr=1.0))
    def collect(training):
        recipe, net = training
        if callable(recipe.schedule) or recipe.init == "normal_legacy":
            recipe = recipe.replace(schedule="halve", init="uniform")
        if live.unsupported(recipe) is None and len(found) < count:
            kept = sorted({0, recipe.epochs // 2, recipe.epochs})
            found.append(
                Case(Handed(recipe, random.Random(len(found)).getrandbits(50)), net, kept)
            )

    collect()
    return found


def main():
    rng = np.random.default_rng(2026)
    groups = {
        "everything drawn from the seed": [random_case(rng) for _ in range(270)],
        "the same, up to 2500 epochs": [random_case(rng, 2501) for _ in range(30)],
        "a network handed over": handed_over(100),
    }
    file = exported()
    address = file.as_uri()
    print(f"{file.relative_to(ROOT)}, from the disk, network off")
    failed = 0
    with browsers.browser() as browser, browsers.offline(browser, address) as open_page:
        page = open_page()
        for name, cases in groups.items():
            answers = engine_page.in_chromium(page, [case.sent() for case in cases])
            failed += report_of(name, cases, answers)
        slow = [case.sent() for case in groups["the same, up to 2500 epochs"]]
        worst = engine_page.in_chromium(page, slow, "longest")
        print(f"longest time between two frames while they train: {worst:.0f} ms")
    print("Chromium asked for nothing, and complained of nothing")
    if engine_page.MISSING:
        print(f"not in Firefox: {engine_page.MISSING}")
    else:
        cases = groups["everything drawn from the seed"][:FIREFOX]
        with tempfile.TemporaryDirectory() as folder:
            sent = [case.sent() for case in cases]
            answers, asked = engine_page.in_firefox(address, sent, Path(folder))
        failed += report_of("in Firefox", cases, answers)
        wrong = engine_page.requests(asked, address)
        print(f"Firefox asked for {', '.join(wrong) or 'nothing'}")
        failed += len(wrong)
    sys.exit(failed > 0)


def report_of(name, cases, answers):
    """Print what differs; how many do."""
    found = differences(cases, answers)
    stopped = sum(answer["stopped"] is not None for answer in answers)
    diverged = sum(answer["diverged"] for answer in answers)
    print(f"{name}: {len(cases)} trainings ({stopped} ended early, {diverged} diverged), "
          f"{len(found)} differ")  # fmt: skip
    for case, names in found:
        print(f"  {', '.join(names)}: {case.settings}")
    return len(found)


if __name__ == "__main__":
    main()
