"""What the loops promise, and whether this run of the benchmark bears it out."""

from contenders import COMPILED, JAX_SCAN, JAX_UNROLLED, JAX_VMAP, PYTORCH, SWEEP, TWO, C
from timing import rounded


def targets(results):
    """Rows (promise, limit, measured, holds); a promise about somebody who is missing is left out.

    Limits with "≤" are upper ones, with "≥" lower ones.
    """
    rows = []
    for promise, sign, limit, measure in PROMISES:
        try:
            value = measure(results)
        except KeyError:
            continue
        holds = value <= limit if sign == "≤" else value >= limit
        row = {"promise": promise, "limit": f"{sign} {limit:g}", "measured": rounded(value)}
        rows.append(row | {"holds": bool(holds)})
    return rows


def _to_c(recipe):
    def measure(results):
        found = results["recipes"][recipe]
        return found[COMPILED]["ratio"] / found[C]["ratio"]

    return measure


def _times(slower, faster):
    """How many times the cost of ``faster`` another contender of the XOR default has."""
    return lambda results: _xor(results, slower) / _xor(results, faster)


def _xor(results, name):
    return results["contenders"][name]["ratio"]


def _two_threads(results):
    """How much sooner a sweep is ready with two threads: on the wall, on cores that are free."""
    one, two = (results["contenders"][name]["µs on the wall"] for name in (SWEEP, TWO))
    return one / two


def _two_cores(results):
    """The same if both cores were ours alone: by CPU time, of which two threads use some more."""
    return 2 * _xor(results, SWEEP) / _xor(results, TWO)


def _widest(results):
    rows = results["growth"]["width"]
    return max(row["ratio to C"] for row in rows[1:])  # KeyError without C


def _full_batch(results):
    """The worst of what "auto" takes over what NumPy needs, full batches."""
    return _worst(row for row in results["growth"]["batch"] if row["batch"] == 100)


def _any_batch(results):
    return _worst(results["growth"]["batch"])


def _worst(rows):
    return max(row["compiled / NumPy"] if row["auto takes"] == "compiled" else 1 for row in rows)


def _more_than_numpy(results):
    return results["startup"]["import nnlib"] - results["startup"]["import numpy"]


def _first(how):
    return lambda results: results["startup"][f"first compiled run, {how}"]


def _median(what):
    return lambda results: results["latency"][what]["median"]


def _opening(results):
    if not results["page"]:
        raise KeyError("page")
    return results["page"]["ratio"]["ms"]


def _building(what):
    return lambda results: results["building"][what]["ratio"]


def _in_page(recipe):
    return lambda results: results["in a page"][recipe]["ratio"]


EXTRA = "not promised: "
PROMISES = (
    ("XOR, one run / C", "≤", 1.25, _times(COMPILED, C)),
    ("linear, one run / C", "≤", 1.25, _to_c("linear")),
    ("Adam, one run / C's Adam", "≤", 1.3, _to_c("XOR, Adam")),
    ("JAX scan / one run", "≥", 3, _times(JAX_SCAN, COMPILED)),
    (f"{EXTRA}JAX scan, unrolled / one run", "≥", 3, _times(JAX_UNROLLED, COMPILED)),
    ("PyTorch eager / one run", "≥", 600, _times(PYTORCH, COMPILED)),
    ("sweep of 200, a run and core / C", "≤", 0.45, _times(SWEEP, C)),
    (f"{EXTRA}the same with 2 threads", "≤", 0.45, _times(TWO, C)),
    ("JAX vmap of 256, a run / sweep", "≥", 1.8, _times(JAX_VMAP, SWEEP)),
    ("sweep, 1 thread / 2 threads, on the wall", "≥", 1.8, _two_threads),
    (f"{EXTRA}2 × CPU time of 1 thread / of 2", "≥", 1.8, _two_cores),
    ("wider networks at batch 1 / C, worst", "≤", 1.0, _widest),
    ("full batch, what auto takes / NumPy, worst", "≤", 1.0, _full_batch),
    (f"{EXTRA}any batch, the same", "≤", 1.0, _any_batch),
    ("first run, nothing cached, seconds", "≤", 3, _first("nothing cached")),
    ("first run, from the cache, seconds", "≤", 0.3, _first("from the cache")),
    ("import nnlib beyond NumPy, seconds", "≤", 0.1, _more_than_numpy),
    ("panel's slider in the page, median in ms", "≤", 60, _median("panel in the page")),
    ("panel's slider in JupyterLab, median in ms", "≤", 60, _median("panel in JupyterLab")),
    ("the page's longest frame, ms", "≤", 100, _median("longest frame while training")),
    ("XOR in a page / one run", "≤", 1.6, _in_page("XOR default")),
    ("Adam in a page / one run", "≤", 2.2, _in_page("XOR, Adam")),
    ("the report opens / the page of 9bbb6a9", "≤", 0.4, _opening),
    ("the report built again / built, nothing changed", "≤", 0.1, _building("nothing changed")),
    ("the report built again / built, one word", "≤", 0.35, _building("one word changed")),
)
