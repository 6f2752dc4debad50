"""Random recipes for the compiled engine's tests, and two ways to compare Runs."""

import numpy as np
import strategies as own
from hypothesis import strategies as st
from tiny import parameters

from nnlib import SGD, Adagrad, Adam, Momentum, Recipe, RMSprop
from nnlib.recipe import LOGS
from nnlib.wrong import LISTINGS

LISTING = {
    "gradient": "listing",
    "activations": ("relu", "sigmoid", "sigmoid"),
    "bias": True,
    "init": "normal_legacy",
    "loss": "bce_half",
    "schedule": "constant",
}


@st.composite
def optimizers(draw):
    """Every optimizer with hyperparameters in the usual range."""
    share, eps = st.floats(0, 0.95), st.floats(1e-9, 1e-3)
    return draw(
        st.one_of(
            st.just(SGD()),
            st.builds(Momentum, share),
            st.builds(Adagrad, eps),
            st.builds(RMSprop, share, eps),
            st.builds(Adam, share, st.floats(0.5, 0.999), eps, st.sampled_from(("step", "epoch"))),
        )
    )


@st.composite
def trainings(draw, updates=50, largest_lr=0.05):
    """A recipe of at most ``updates`` updates, over all that a recipe can hold, and a network."""
    net, X, y, loss, reduction = draw(own.cases(max_layers=4, max_width=12, max_points=9))
    change = {}
    if draw(st.integers(0, 5)) == 0:  # report B's listing runs on its own kind of network only
        change = LISTING | {"gradient": draw(st.sampled_from(LISTINGS))}
        width = draw(st.integers(1, 6))
        net = own.make_network((X.shape[1], width, width, 1), change["activations"], True, 1)
    size = draw(st.one_of(st.integers(1, 10), st.just("all")))
    batches = 1 if size == "all" else -(-len(X) // size)
    recipe = Recipe(
        data=(X, y), sizes=net.sizes, activations=net.activations, bias=net.biases is not None,
        loss=loss, reduction=reduction, optimizer=draw(optimizers()),
        lr=draw(st.floats(1e-4, largest_lr)), batch_size=size, shuffle=draw(st.booleans()),
        schedule=draw(st.sampled_from(("constant", "halve", lambda epoch: 1 / (1 + epoch)))),
        epochs=draw(st.integers(0, updates // batches)), log_every=draw(st.integers(1, 7)),
        log=draw(st.sampled_from(LOGS)),
        stop_below=draw(st.one_of(st.none(), st.floats(0.01, 5.0))),
    )  # fmt: skip
    return recipe.replace(**{k: v for k, v in change.items() if k != "schedule"}), net


def assert_equal_runs(run, expected, rtol):
    """All that a Run holds, numbers to ``rtol`` of the largest in their array."""
    assert (run.recipe, run.seed) == (expected.recipe, expected.seed)
    assert (run.stopped, run.diverged) == (expected.stopped, expected.diverged)
    assert run.epochs.tolist() == expected.epochs.tolist()
    for name in ("loss", "accuracy", "mean_absolute_error"):
        a, b = getattr(run, name), getattr(expected, name)
        np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-14, err_msg=name)
    assert sorted(run.snapshots) == sorted(expected.snapshots)
    nets = [(run.network, expected.network)] if not run.diverged else []
    nets += [(run.snapshots[e], expected.snapshots[e]) for e in run.snapshots]
    for net, other in nets:
        for a, b in zip(parameters(net), parameters(other), strict=True):
            np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * np.abs(b).max())


def assert_same_bits(run, expected):
    """Every number of two Runs, bit by bit."""
    assert (run.stopped, run.diverged) == (expected.stopped, expected.diverged)
    for name in ("epochs", "loss", "accuracy", "mean_absolute_error"):
        assert getattr(run, name).tobytes() == getattr(expected, name).tobytes(), name
    assert sorted(run.snapshots) == sorted(expected.snapshots)
    nets = [(run.network, expected.network)]
    nets += [(run.snapshots[e], expected.snapshots[e]) for e in run.snapshots]
    for net, other in nets:
        for a, b in zip(parameters(net), parameters(other), strict=True):
            np.testing.assert_array_equal(a, b)
