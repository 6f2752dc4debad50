"""What is set in a tuning panel: a recipe, a seed, noise, and where the weights start from."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from nnlib import compiled, data, live, validation
from nnlib.live.panel import NOISE, controls
from nnlib.network import per_layer
from nnlib.optimizers import OPTIMIZERS
from nnlib.recipe import Recipe
from nnlib.training import train

OWN = "own points"
TABLE = {control["name"]: control for control in controls()}
LAYERS, PARAMETERS = TABLE["units"]["layers"], TABLE["units"]["parameters"]  # at most
KINDS = {kind.__name__: kind for kind in OPTIMIZERS}
EDGE = re.compile(r"W([1-9]) *\[ *(\d{1,6}) *, *(\d{1,6}) *\]")


@dataclass(frozen=True)
class Settings:
    """All that a panel's run is made of; frozen and validated.

    Parameters
    ----------
    recipe : Recipe; its data a named set, or your own points (X, y)
    seed : of the run
    noise : standard deviation added to both coordinates of a named set; None is the set's own
    start : (Recipe, seed) whose first weights are kept where the shapes allow; None: the run's own
    weights : {"W1[0, 1]": value}, first weights set by hand, or a sequence of such pairs
    """

    recipe: Recipe
    seed: int = 0
    noise: float | None = None
    start: tuple | None = None
    weights: tuple = ()

    def __post_init__(self):
        validation.instance("recipe", self.recipe, Recipe)
        object.__setattr__(self, "seed", validation.integer("seed", self.seed))
        object.__setattr__(self, "noise", self._own_noise())
        check(self.recipe)
        if self.start is not None:
            origin = Settings(*_origin(self.start))
            object.__setattr__(self, "start", (essential(origin.recipe), origin.seed))
        object.__setattr__(self, "weights", _weights(self.weights, self.recipe.sizes))

    def _own_noise(self):
        """The noise as a float, or None where it is what the set has anyway."""
        if self.noise is None:
            return None
        noise = validation.real("noise", self.noise, minimum=0, below=1e300)
        if self.set == OWN:
            raise ValueError(f"noise is {noise}; your own points have none")
        return None if noise == NOISE[self.set] else noise

    @property
    def set(self):
        """The name of the set of points."""
        first = self.recipe.data if isinstance(self.recipe.data, str) else self.recipe.data[0]
        return first if isinstance(first, str) else OWN

    @functools.cached_property
    def trained(self):
        """The recipe that is trained: with noise of your own, its data are points."""
        if self.noise is None:
            return self.recipe
        n = 100 if isinstance(self.recipe.data, str) else self.recipe.data[1]
        return self.recipe.replace(data=draw(self.set, n, self.noise, self.seed, 1))

    def fresh(self, n=400):
        """Points of the same kind that no run has seen; None for your own points.

        The XOR set is 21 fixed points: fresh ones lie anywhere on its two diagonals.
        """
        if self.set == OWN:
            return None
        noise = NOISE[self.set] if self.noise is None else self.noise
        if self.set == "xor":
            rng = np.random.default_rng((self.seed, 4))
            return spread(*diagonals(n, rng), noise, rng)
        return draw(self.set, n, noise, self.seed, 4)

    def network(self):
        """The network that training begins with."""
        net = self.recipe.network(self.seed)
        if self.start is not None:
            origin = Settings(*self.start).network()
            pairs = zip(net.weights, origin.weights, strict=False)
            kept = [old if old.shape == new.shape else new for new, old in pairs]
            net.weights[: len(kept)] = kept
        for name, value in self.weights:
            l, j, i = map(int, EDGE.fullmatch(name).groups())
            net.weights[l - 1][j, i] = value
        return net

    def run(self, log_every=None):
        """The Run, with the recipe's rows or with others."""
        recipe = self.trained
        if log_every is not None:
            recipe = recipe.replace(log_every=log_every)
        engine = "auto" if compiled.unsupported(recipe) else "compiled"
        own = self.start is not None or self.weights
        return train(recipe, self.seed, engine, self.network() if own else None)

    def spec(self):
        """All of it as JSON has it: what the page's program works with."""
        spec = live.spec(self.recipe, self.seed, self.noise, self.start)
        del spec["network"]
        return spec | {"weights": [list(pair) for pair in self.weights]}

    def changed(self, before, after):
        """The settings that ``after`` describes, where these are described by ``before``."""
        recipe = _recipe(self.recipe, before["recipe"], after["recipe"])
        start = self.start
        if after["start"] != before["start"] and after["start"]:
            origin = after["start"]["recipe"]
            start = Recipe(sizes=origin["sizes"], init=origin["init"]), after["start"]["seed"]
        start = start if after["start"] else None
        return Settings(recipe, after["seed"], after["noise"], start, after["weights"])

    def replace(self, **changes):
        return replace(self, **changes)


def _recipe(recipe, before, after):
    """The recipe with what differs between two descriptions of it."""
    parts = {name: value for name, value in after.items() if value != before[name]}
    if "optimizer" in parts:
        name, *_ = parts["optimizer"].values()
        numbers = {key: v for key, v in parts["optimizer"].items() if key != "name"}
        parts["optimizer"] = KINDS[name](**numbers)
    data = parts.get("data")
    if isinstance(data, dict):
        parts["data"] = data["X"], [[label] for label in data["y"]]
    elif isinstance(data, list):
        parts["data"] = tuple(data)
    return recipe.replace(**parts)


def _weights(weights, sizes):
    """First weights set by hand, as ((name, value), …); a network of ``sizes`` must have them."""
    pairs = list(weights.items()) if isinstance(weights, Mapping) else weights
    pairs = () if pairs is None else pairs
    found = {}
    for pair in validation.sequence("weights", pairs, '{"W1[0, 1]": 5.0}'):
        parts = validation.sequence("weights", pair, '{"W1[0, 1]": 5.0}')
        name, value = parts if len(parts) == 2 else (pair, None)
        edge = EDGE.fullmatch(name) if isinstance(name, str) else None
        l, j, i = map(int, edge.groups()) if edge else (0, 0, 0)
        if not (1 <= l < len(sizes) and j < sizes[l] and i < sizes[l - 1]):
            raise ValueError(
                f"weights names {validation.said(name)}; it may name weights of the network such "
                'as "W1[0, 1]", into the first unit of layer 1 from the second input'
            )
        found[f"W{l}[{j}, {i}]"] = validation.real(f"weights[{name!r}]", value, -1e300, 1e300)
    return tuple(found.items())


def _origin(start):
    """``start`` as (Recipe, seed), or refused."""
    parts = validation.sequence("start", start, "(Recipe(), 0)")
    if len(parts) != 2:
        raise ValueError(f"start is {validation.said(start)}; it must be (Recipe, seed)")
    recipe = validation.instance("start[0]", parts[0], Recipe)
    return recipe, validation.integer("start[1]", parts[1])


def essential(recipe):
    """The parts of a recipe that its first weights depend on, with defaults for the rest."""
    names = per_layer(recipe.activations, len(recipe.sizes) - 1)
    loss = "bce" if names[-1] == "sigmoid" else "squared"
    return Recipe(sizes=recipe.sizes, activations=names, init=recipe.init, loss=loss)


def draw(name, n, noise, seed, stream):
    """A named set with any noise, from ``default_rng((seed, stream))``."""
    if name in ("xor", "linear"):
        X, y = data.make(name, n=n, rng=(seed, stream))
        return spread(X, y, noise, np.random.default_rng((seed, stream, 1)))
    return data.GENERATORS[name](n=n, noise=noise, rng=(seed, stream))


def spread(X, y, noise, rng):
    return X + noise * rng.standard_normal(X.shape), y


def diagonals(n, rng):
    """``n`` points anywhere on the two diagonals of the XOR set, half of them on each."""
    t, y = rng.uniform(0, 1, (n, 1)), np.repeat([0.0, 1.0], [n - n // 2, n // 2]).reshape(-1, 1)
    return np.hstack([t, np.where(y == 1, 1 - t, t)]), y


def check(recipe):
    """Refuse what the panel has no control or no room for."""
    hidden = recipe.sizes[1:-1]
    if recipe.sizes[0] != 2:
        raise ValueError(f"sizes is {recipe.sizes}; its first width must be 2, to be drawn")
    if not 1 <= len(hidden) <= LAYERS:
        raise ValueError(f"sizes is {recipe.sizes}; the panel has 1 to {LAYERS} hidden layers")
    count = sum(a * b for a, b in zip(recipe.sizes, recipe.sizes[1:], strict=False))
    if count > PARAMETERS:
        raise ValueError(
            f"sizes is {recipe.sizes}, {count:,} weights; the panel trains up to {PARAMETERS:,}"
        )
    names = per_layer(recipe.activations, len(recipe.sizes) - 1)
    if len(set(names[:-1])) > 1:
        raise ValueError(
            f"activations is {names}; the panel has one activation for all hidden layers"
        )
    reason = live.unsupported(recipe)
    if reason:
        raise ValueError(f"the panel cannot train this recipe in a browser: {reason}")
    validation.integer("epochs", recipe.epochs, maximum=TABLE["epochs"]["maximum"])
    for name in ("lr", "epochs"):
        if getattr(recipe, name) <= 0:
            raise ValueError(f"{name} is {getattr(recipe, name)}; it must be more than 0")
