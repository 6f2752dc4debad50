"""Who takes part: our own loops, plain C, and the peers that are installed."""

from functools import cache, partial

import numpy as np
import peers
import plain_c
from timing import Contender, close

from nnlib import Adam, Network, Recipe, graph, sweep
from nnlib import train as train_one

C, COMPILED, TEXTBOOK, JACOBIANS = "plain C", "our compiled loop", "our textbook loop", "Jacobians"
SWEEP, TWO = "our sweep, 200 runs", "our sweep, 200 runs, 2 threads"
JAX_SCAN, JAX_UNROLLED = "JAX scan", "JAX scan, unrolled"
JAX_VMAP, PYTORCH, SKLEARN = "JAX vmap, 256 runs", "PyTorch eager", "scikit-learn"

XOR = Recipe()
OTHER_RECIPES = {
    "linear": Recipe(data="linear"),
    "XOR, Adam": Recipe(optimizer=Adam(eps=1e-9, clock="epoch"), lr=0.01),
}
CHECKED = 20  # epochs
say_once = cache(print)


@cache
def c_function():
    function = plain_c.build()
    if function is None:
        raise OSError("there is no C compiler")
    return function


def run_c(recipe, seeds):
    """reference.c."""
    shapes = [W.shape for W in Network(recipe.sizes).weights]
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    flat = [plain_c.c_run(c_function(), recipe, seed) for seed in seeds]
    return [
        [W.reshape(shape) for W, shape in zip(np.split(theta, ends), shapes, strict=True)]
        for theta in flat
    ]


def run(engine, recipe, seeds):
    """``train`` of this library."""
    return [train_one(recipe, seed, engine=engine).network.weights for seed in seeds]


def run_sweep(n_jobs, recipe, seeds):
    """``sweep`` of this library."""
    result = sweep(recipe, seeds, engine="compiled", n_jobs=n_jobs, keep=("network",))
    return [network.weights for network in result.networks[0]]


def jacobians(recipe, seeds):
    """The same updates with explicit Jacobians, as report A computes its gradients."""
    (seed,) = seeds
    X, y = recipe.points(seed)
    net = Network(recipe.sizes, rng=seed)
    for epoch in range(recipe.epochs):
        for i in range(len(X)):
            gradients = graph.gradients(net, X[i : i + 1], y[i : i + 1])
            for W, g in zip(net.weights, gradients.weights, strict=True):
                W -= recipe.rate(epoch) * g
    return [net.weights]


def everybody():
    """The contenders of the XOR default, those that can run here."""
    runs, short = range(200), lambda epochs: XOR.replace(epochs=epochs, log_every=epochs)
    possible = [
        Contender(C, run_c, XOR, repeats=5),
        Contender(COMPILED, partial(run, "compiled"), XOR, repeats=5, ours=True),
        Contender(SWEEP, partial(run_sweep, 1), XOR, runs, ours=True),
        Contender(TWO, partial(run_sweep, 2), XOR, runs, ours=True),
        Contender(JAX_SCAN, partial(peers.jax_scan, 1), XOR),
        Contender(JAX_UNROLLED, partial(peers.jax_scan, 21), XOR),
        Contender(JAX_VMAP, peers.jax_vmap, short(100), range(256)),
        Contender(TEXTBOOK, partial(run, "numpy"), short(100), ours=True),
        Contender(SKLEARN, peers.scikit_learn, short(60), checked=False),
        Contender(JACOBIANS, jacobians, short(20), ours=True),
        Contender(PYTORCH, peers.pytorch, short(20)),
    ]
    return [contender for contender in possible if takes_part(contender)]


def pair(recipe, repeats=1, others=()):
    """Plain C, if it is there, and our compiled loop on some recipe."""
    both = [
        Contender(C, run_c, recipe, repeats=repeats),
        Contender(COMPILED, partial(run, "compiled"), recipe, repeats=repeats, ours=True),
        *others,
    ]
    return [contender for contender in both if takes_part(contender)]


def takes_part(contender):
    """Whether it can run here, said in a line if not; and it must find the textbook's weights."""
    epochs = min(CHECKED, contender.recipe.epochs)
    recipe = contender.recipe.replace(epochs=epochs)
    try:
        found = contender.train(recipe, contender.seeds)
    except (ImportError, OSError, ValueError) as error:
        say_once(f"{contender.name}: left out, {error}")
        return False
    if contender.checked:
        close(found, [textbook(recipe, seed) for seed in contender.seeds], contender.name)
    return True


@cache
def textbook(recipe, seed):
    return [np.array(W) for W in run("numpy", recipe, [seed])[0]]
