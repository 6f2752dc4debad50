"""How fast a page of Chromium trains, as a ratio to the compiled loop in Python.

    python tests/bench/in_page.py

Both train the same recipe in turn, one run after the other, and both tell the time on the wall of
the training alone, the best of three at each turn: in the page, from the question to the worker's
answer, with nothing kept.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
import browsers
import engine_page
from contenders import OTHER_RECIPES
from timing import rounded

from nnlib import Recipe, live, train

RECIPES = {"XOR default": Recipe(), "XOR, Adam": OTHER_RECIPES["XOR, Adam"]}
ROUNDS = 9
TIMED = """async (settings) => {
  const engine = await started, begin = performance.now();
  await engine.train(settings, {kept: []});
  return performance.now() - begin;
}"""


def in_page():
    """For each recipe {ratio, its quartiles, milliseconds of both}; {} without a browser."""
    if browsers.MISSING:
        print(f"no page: {browsers.MISSING}")
        return {}
    with tempfile.TemporaryDirectory() as folder, browsers.browser() as browser:
        opened = browser.new_page()
        opened.goto(engine_page.written(Path(folder)))
        return {name: ratio(opened, recipe) for name, recipe in RECIPES.items()}


def ratio(opened, recipe):
    sent = live.spec(recipe, 0)
    here, there = [], []
    for _ in range(ROUNDS):
        there.append(min(opened.evaluate(TIMED, sent) for _ in range(3)))
        here.append(min(seconds(recipe) for _ in range(3)))
    ratios = [a / (1000 * b) for a, b in zip(there, here, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return {
        "ratio": rounded(middle),
        "low": rounded(low),
        "high": rounded(high),
        "ms in the page": rounded(statistics.median(there)),
        "ms in Python": rounded(1000 * statistics.median(here)),
    }


def seconds(recipe):
    start = time.perf_counter()
    train(recipe, 0, "compiled")
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(in_page(), indent=1))
