"""How the cost of our loops grows: with updates, width, batch and the number of runs."""

from functools import partial

from contenders import COMPILED, XOR, C, pair, run, run_sweep
from timing import Contender, compare, rounded

from nnlib import Recipe, compiled

ROUNDS = 5
WIDTHS = ((10, 10), (30, 30), (100, 100), (300, 300), (512, 32))
NUMPY, SWEEP = "NumPy", "sweep"


def growth():
    """All tables, {title: rows}; a row is a dict."""
    return {
        "updates": [updates(epochs) for epochs in (25, 250, 2500, 12500)],
        "width": [width(widths) for widths in WIDTHS],
        "runs": [runs(count) for count in (1, 2, 4, 8, 16, 64)],
        "batch": [batch(widths, size) for widths in WIDTHS for size in (1, 10, "all")],
    }


def updates(epochs):
    """The XOR default, shorter and longer."""
    recipe = XOR.replace(epochs=epochs)
    found = compare(pair(recipe, repeats=3), COMPILED, ROUNDS)
    return {"updates": 21 * epochs} | _beside_c(found, COMPILED)


def width(widths):
    """Other hidden layers, one sample at a time."""
    recipe = Recipe(sizes=(2, *widths, 1), lr=0.01)
    recipe = recipe.replace(epochs=min(2500, 2_000_000 // _parameters(recipe)))
    found = compare(pair(recipe), COMPILED, ROUNDS)
    return {"hidden": _by(widths)} | _beside_c(found, COMPILED)


def runs(count):
    """More runs of the XOR default in one sweep on one thread; the cost is that of one run."""
    several = Contender(SWEEP, partial(run_sweep, 1), XOR, range(count), ours=True)
    found = compare(pair(XOR, others=[several]), SWEEP, ROUNDS)
    return {"runs": count} | _beside_c(found, SWEEP)


def batch(widths, size):
    """100 points in batches of some size: compiled, NumPy, and which of them "auto" takes."""
    recipe = Recipe(data="linear", sizes=(2, *widths, 1), lr=0.001, batch_size=size)
    auto = COMPILED if compiled.prefers(recipe.replace(epochs=5000)) else NUMPY
    epochs = min(100, max(3, 150_000 // _parameters(recipe)))
    recipe = recipe.replace(epochs=epochs, log_every=epochs)
    loops = {COMPILED: "compiled", NUMPY: "numpy"}
    found = compare(
        [Contender(name, partial(run, engine), recipe) for name, engine in loops.items()],
        COMPILED,
        3,
    )
    ours, numpy = found[COMPILED]["µs an update"], found[NUMPY]["µs an update"]
    return {
        "hidden": _by(widths),
        "batch": 100 if size == "all" else size,
        "compiled, µs an update": ours,
        "NumPy, µs an update": numpy,
        "compiled / NumPy": rounded(1 / found[NUMPY]["ratio"]),
        "auto takes": "compiled" if auto == COMPILED else "numpy",
    }


def _beside_c(found, name):
    """The cost of ours, and its ratio to plain C's if that took part."""
    row = {"µs an update": found[name]["µs an update"]}
    if C in found:
        row |= {"C, µs an update": found[C]["µs an update"]}
        row |= {"ratio to C": rounded(1 / found[C]["ratio"])}
    return row


def _parameters(recipe):
    return sum(a * b for a, b in zip(recipe.sizes, recipe.sizes[1:], strict=False))


def _by(widths):
    return " × ".join(map(str, widths))
