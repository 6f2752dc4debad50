"""reference.c, compiled on the spot and called: what the compiled engine is measured against."""

import ctypes
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from nnlib import Adam, Network, Recipe, compiled, train

FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")


def build():
    """The C function ``train``, or None without a C compiler. $CC is heeded, FLAGS are used."""
    compiler = shutil.which(os.environ.get("CC", "gcc"))
    if compiler is None:
        return None
    source = Path(__file__).with_name("reference.c")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "reference.so"
        subprocess.run([compiler, *FLAGS, source, "-o", library, "-lm"], check=True)
        function = ctypes.CDLL(str(library)).train
    whole, number = ctypes.c_int, ctypes.c_double
    numbers = np.ctypeslib.ndpointer(float, flags="C_CONTIGUOUS")
    sizes = np.ctypeslib.ndpointer(np.int32, flags="C_CONTIGUOUS")
    function.argtypes = [
        whole, sizes, numbers, whole, numbers, numbers, whole, numbers,
        whole, number, number, number,
    ]  # fmt: skip
    function.restype = None
    return function


def c_run(function, recipe, seed):
    """The weights, in one flat array, that C trains: what ``train(recipe, seed)`` trains, too."""
    optimizer = recipe.optimizer
    X, y = recipe.points(seed)
    sizes = np.array(recipe.sizes, dtype=np.int32)
    theta = flat(Network(recipe.sizes, init=recipe.init, rng=seed))
    rates = np.array([recipe.rate(epoch) for epoch in range(recipe.epochs)])
    numbers = [getattr(optimizer, name, 0.0) for name in ("beta1", "beta2", "eps")]
    function(
        len(sizes) - 1, sizes, theta, len(X), X, y, recipe.epochs, rates,
        isinstance(optimizer, Adam), *numbers,
    )  # fmt: skip
    return theta


def flat(net):
    """All weights of a network in one array."""
    return np.concatenate([W.reshape(-1) for W in net.weights])


RECIPES = {
    "XOR": Recipe(),
    "linear": Recipe(data="linear", epochs=500),
    "Adam": Recipe(optimizer=Adam(eps=1e-9, clock="epoch"), lr=0.01),
    "64, 128 wide": Recipe(sizes=(2, 64, 128, 1), lr=1e-4, epochs=80),
    "512, 32 wide": Recipe(sizes=(2, 512, 32, 1), lr=1e-5, epochs=40),
}


def compare(name, function, repeats=11, runs=16):
    """Ratios to C, medians of runs in turn: one compiled run, and one of ``runs`` side by side.

    CPU seconds of this process, so that other work on the machine disturbs less.
    """
    recipe = RECIPES[name]
    run = compiled.run_many(recipe, [0])[0]
    np.testing.assert_allclose(flat(run.network), c_run(function, recipe, 0), rtol=1e-9)
    ways = [
        lambda: c_run(function, recipe, 0),
        lambda: train(recipe, 0, engine="compiled"),
        lambda: compiled.run_many(recipe, range(runs)),
    ]
    times = [[_seconds(way) for way in ways] for _ in range(repeats + 1)][1:]
    c = statistics.median(row[0] for row in times)
    one = statistics.median(row[1] / row[0] for row in times)
    many = statistics.median(row[2] / row[0] for row in times) / runs
    return c, one, many


def _seconds(call):
    start = time.process_time()
    call()
    return time.process_time() - start


if __name__ == "__main__":
    function = build()
    print("gcc", *FLAGS)
    for name, recipe in RECIPES.items():
        c, one, many = compare(name, function)
        updates = recipe.epochs * len(recipe.points(0)[0])
        ratios = f"one run {one:.2f}, side by side {many:.2f}"
        print(f"{name:14} C {1e9 * c / updates:6.0f} ns an update; {ratios}")
