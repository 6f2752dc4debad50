"""How fast our loops are beside other ways to do the same, as ratios to plain C.

    python tests/bench/bench.py

Every contender trains report A's default network on the XOR points, one sample at a time, and must
find the textbook loop's weights before it is timed (scikit-learn draws its own). All take turns on
one thread unless their name says otherwise; what counts is CPU time, and of the ratios within a
round the median. Who is not installed is left out; without gcc our compiled loop stands for C.
Writes last.json and last.svg beside this file. results.json is a run with all peers, which chapter
12 shows: to renew it, copy last.json over it and re-run the chapter.
"""

import os

PINNED = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"), "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
}
os.environ.update(PINNED)  # before NumPy and JAX are loaded

import json
import platform
import subprocess
from importlib import metadata
from pathlib import Path

import contenders
import peers
import plain_c
from building import building
from growth import growth
from in_page import in_page
from latency import latency
from page import opening
from startup import startup
from targets import targets
from timing import compare, rounded

ROUNDS = 7
HERE = Path(__file__).parent


def main():
    results = {"made with": provenance(), "startup": startup()}
    taking_part = contenders.everybody()
    base = taking_part[0].name
    results["ratios to"] = base
    results["contenders"] = compare(taking_part, base, ROUNDS)
    results["recipes"] = recipes()
    results["growth"] = growth()
    results["in a page"] = in_page()
    results["latency"] = latency()
    results["page"] = opening()
    results["building"] = building()
    results["targets"] = targets(results)
    results["wall / CPU"] = _occupied(results["contenders"][base])
    show(results)
    text = json.dumps(results, indent=1, ensure_ascii=False)
    (HERE / "last.json").write_text(text + "\n", encoding="utf-8")
    draw(results)


def recipes():
    """Our compiled loop beside C on other recipes than the XOR default."""
    found = {}
    for name, recipe in contenders.OTHER_RECIPES.items():
        both = contenders.pair(recipe, repeats=3)
        found[name] = compare(both, both[0].name, ROUNDS)
    return found


def _occupied(result):
    return rounded(result["µs on the wall"] / result["µs an update"])


def provenance():
    """Versions and settings; nothing that names this machine."""
    packages = {name: _version(name) for name in ("numpy", "numba", *peers.MODULES)}
    python = {"python": platform.python_version()}
    settings = {"C flags": " ".join(plain_c.FLAGS), "rounds": ROUNDS, "environment": PINNED}
    return python | packages | {"C compiler": _compiler()} | settings


def _compiler():
    """What the C compiler says about itself; None if there is none."""
    command = [os.environ.get("CC", "gcc"), "--version"]
    try:
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except OSError:
        return None
    return printed.splitlines()[0]


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def show(results):
    print("\n" + ", ".join(f"{k} {v}" for k, v in results["made with"].items() if v))
    columns = ("ratio", "low", "high", "µs an update")
    title = f"XOR default; ratio to {results['ratios to']}"
    table(title, _named(results["contenders"], columns))
    for name, found in results["recipes"].items():
        table(name, _named(found, columns))
    for name, rows in results["growth"].items():
        table(f"growth with {name}", rows)
    seconds = [{"": what, "seconds": value} for what, value in results["startup"].items()]
    table("before the first update", seconds)
    if results["in a page"]:
        rows = [{"": name} | found for name, found in results["in a page"].items()]
        table("trained in a page of Chromium; ratio to the compiled loop", rows)
    if results["latency"]:
        rows = [{"": what} | found for what, found in results["latency"].items()]
        table("key press to painted picture, ms", rows)
    if results["page"]:
        rows = [{"": what} | found for what, found in results["page"].items()]
        table("opening the report, ms until DOMContentLoaded", rows)
    rows = [{"": what} | found for what, found in results["building"].items()]
    table("building the report, s on the wall; ratio to a build of all", rows)
    table("promises", results["targets"])
    print(f"\nOne thread, time on the wall / CPU time: {results['wall / CPU']:.2f}.")
    print("Far above 1, others use the cores too, and times on the wall say little.")


def _named(found, columns):
    return [{"": name} | {c: result[c] for c in columns} for name, result in found.items()]


def table(title, rows):
    """Print rows of equal keys, numbers to four figures."""
    lines = [list(rows[0]), *([_text(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print(f"\n{title}")
    for first, *others in lines:
        cells = [f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True)]
        print("  ".join([f"{first:{widths[0]}}", *cells]))


def _text(value):
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def draw(results):
    """last.svg, where matplotlib is installed."""
    try:
        from nnlib import figures
        from nnlib.figures.style import svg
    except ImportError as error:
        print(f"no figure: {error}")
        return
    (HERE / "last.svg").write_text(svg(figures.speed(results)), encoding="utf-8")


if __name__ == "__main__":
    main()
