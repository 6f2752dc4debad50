"""Three runs of the reports: where they start, and how far ours has come after some updates."""

from dataclasses import dataclass

import numpy as np

from nnlib import Network, Recipe, sources
from nnlib.network import gradients
from nnlib.runs import arrays


@dataclass(frozen=True)
class Start:
    """A recipe and what a library needs of it: points, parameters, and the sample or samples."""

    recipe: Recipe

    @property
    def points(self):
        return self.recipe.points(0)

    @property
    def network(self):
        recipe = self.recipe
        return Network(recipe.sizes, recipe.activations, recipe.bias, recipe.init, rng=0)

    def batch(self, t):
        """The samples of update t, from 0: one by one in their order, or all."""
        n = len(self.points[0])
        return np.arange(n) if self.recipe.batch_size == "all" else np.arange(t % n, t % n + 1)

    def changed(self, **changes):
        """The start of another recipe; biases that are added are zero."""
        return Start(self.recipe.replace(**changes))

    def ours(self, updates):
        """The weights after some updates by the textbook's functions."""
        recipe, net, (X, y) = self.recipe, self.network, self.points
        state = recipe.optimizer.start(arrays(net))
        for t in range(updates):
            i = self.batch(t)
            grads = gradients(net, X[i], y[i], recipe.loss, recipe.reduction)
            recipe.optimizer.update(arrays(net), arrays(grads), state, recipe.lr, t + 1)
        return net.weights


STARTS = {
    "A": Start(sources.A.recipes["xor adam / clock=step"]),
    "C": Start(sources.C.recipes["xor"]),
    "E": Start(sources.E.recipes["xor adagrad"]),
}


# What one would have to change in ours to do as the library does, when it was told all it takes.
CHANGES = {
    ("A", "torch"): {"loss": "bce_logits"},
    ("A", "jax"): {"loss": "bce_logits"},
    ("A", "sklearn"): {"loss": "bce_logits", "bias": True},
    ("C", "torch"): {"loss": "bce_logits"},
    ("C", "jax"): {"loss": "bce_logits"},
    ("C", "sklearn"): {"loss": "bce_logits"},
}
UPDATES = (1, 1000)


def differences(name, library, train):
    """{what: differences after 1 and 1000 updates}; None where the library cannot do the run."""
    start = STARTS[name]
    ours = [start.ours(n) for n in UPDATES]
    told = [train(name, start, n, told=True) for n in UPDATES]
    if told[0] is None:
        return None
    plain = [train(name, start, n, told=False) for n in UPDATES]
    found = {"as it comes": _distances(ours, plain), "told": _distances(ours, told)}
    if (name, library) in CHANGES:
        changed = start.changed(**CHANGES[name, library])
        found["ours changed"] = _distances([changed.ours(n) for n in UPDATES], told)
    return found


def _distances(ours, theirs):
    return [_distance(a, b) for a, b in zip(ours, theirs, strict=True)]


def _distance(ours, theirs):
    """The largest difference of two weights, with two digits."""
    pairs = zip(ours, theirs, strict=True)
    return float(f"{max(abs(a - b).max() for a, b in pairs):.2g}")
