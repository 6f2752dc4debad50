"""The same training in other libraries, each the way its users would write a fast loop in it."""

import warnings
from functools import cache, partial

import numpy as np

from nnlib import Network

MODULES = ("torch", "jax", "scikit-learn")


def _rates(recipe):
    return np.array([recipe.rate(epoch) for epoch in range(recipe.epochs)])


def pytorch(recipe, seeds):
    """Eager mode with autograd and torch.optim.SGD."""
    import torch

    torch.set_num_threads(1)
    (seed,) = seeds
    X, y = map(torch.tensor, recipe.points(seed))
    start = Network(recipe.sizes, rng=seed).weights
    weights = [torch.tensor(W, requires_grad=True) for W in start]
    optimizer = torch.optim.SGD(weights, lr=recipe.lr)
    for rate in _rates(recipe):
        optimizer.param_groups[0]["lr"] = float(rate)
        for x, label in zip(X, y, strict=True):
            for W in weights:
                x = torch.sigmoid(W @ x)
            loss = -label * torch.log(x + 1e-9) - (1 - label) * torch.log(1 - x + 1e-9)
            optimizer.zero_grad()
            loss.sum().backward()
            optimizer.step()
    return [[W.detach().numpy() for W in weights]]


@cache
def _jax_training(unroll, side_by_side):
    """The compiled function (weights, X, y, rates) → weights, of one run or of many at once."""
    import jax

    jax.config.update("jax_enable_x64", True)

    def loss(weights, x, label):
        for W in weights:  # of the ways to write W x, the fastest in each case
            x = jax.nn.sigmoid(x @ W.T if side_by_side else (W * x).sum(axis=1))
        p = x[0]
        return -label * jax.numpy.log(p + 1e-9) - (1 - label) * jax.numpy.log(1 - p + 1e-9)

    def training(weights, X, y, rates):
        def step(rate, weights, sample):
            gradients = jax.grad(loss)(weights, *sample)
            return [W - rate * g for W, g in zip(weights, gradients, strict=True)], None

        def epoch(weights, rate):
            return jax.lax.scan(partial(step, rate), weights, (X, y[:, 0]), unroll=unroll)

        return jax.lax.scan(epoch, weights, rates)[0]

    many = jax.vmap(training, in_axes=(0, None, None, None)) if side_by_side else training
    return jax.jit(many)


def jax_scan(unroll, recipe, seeds):
    """``jit`` of a ``lax.scan`` over epochs and samples, one run."""
    (seed,) = seeds
    weights = Network(recipe.sizes, rng=seed).weights
    trained = _jax_training(unroll, False)(weights, *recipe.points(seed), _rates(recipe))
    return [[np.asarray(W) for W in trained]]


def jax_vmap(recipe, seeds):
    """The same for all seeds at once, by ``vmap``; they share the points."""
    networks = [Network(recipe.sizes, rng=seed).weights for seed in seeds]
    weights = [np.stack(layer) for layer in zip(*networks, strict=True)]
    trained = _jax_training(1, True)(weights, *recipe.points(0), _rates(recipe))
    return list(zip(*map(np.asarray, trained), strict=True))


def scikit_learn(recipe, seeds):
    """MLPClassifier, which has biases and draws its own weights: what it finds is not ours."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    X, y = recipe.points(0)
    model = MLPClassifier(
        recipe.sizes[1:-1], activation="logistic", solver="sgd", alpha=0, batch_size=1,
        learning_rate_init=recipe.lr, momentum=0, shuffle=False, max_iter=recipe.epochs, tol=0,
        n_iter_no_change=recipe.epochs + 1, random_state=0,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y[:, 0])
    return [model.coefs_]
