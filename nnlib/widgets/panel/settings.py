"""What is set in a tuning panel: a recipe, a seed, noise, and where the weights start from."""

import functools
from dataclasses import dataclass, replace

import numpy as np

from nnlib import data, validation
from nnlib.network import per_layer
from nnlib.optimizers import OPTIMIZERS
from nnlib.recipe import Recipe, own_parts

OWN = "own points"
NOISE = {"xor": 0.0, "linear": 0.0, "circles": 0.03, "moons": 0.03, "spirals": 0.01}
LAYERS, PARAMETERS, EPOCHS = 4, 100_000, 1_000_000  # at most
KINDS = {kind.__name__: kind for kind in OPTIMIZERS}


@dataclass(frozen=True)
class Settings:
    """All that a panel's run is made of; frozen and validated.

    Parameters
    ----------
    recipe : Recipe; its data a named set, or one's own points (X, y)
    seed : of the run
    noise : standard deviation added to both coordinates of a named set; None is the set's own
    start : (Recipe, seed) whose first weights are kept where the shapes allow; None: the run's own
    """

    recipe: Recipe
    seed: int = 0
    noise: float | None = None
    start: tuple | None = None

    def __post_init__(self):
        validation.instance("recipe", self.recipe, Recipe)
        object.__setattr__(self, "seed", validation.integer("seed", self.seed))
        object.__setattr__(self, "noise", self._own_noise())
        check(self.recipe)
        if self.start is not None:
            origin = Settings(*_origin(self.start))
            object.__setattr__(self, "start", (essential(origin.recipe), origin.seed))

    def _own_noise(self):
        """The noise as a float, or None where it is what the set has anyway."""
        if self.noise is None:
            return None
        noise = validation.real("noise", self.noise, minimum=0, below=1e300)
        if self.set == OWN:
            raise ValueError(f"noise is {noise}; one's own points have none")
        return None if noise == NOISE[self.set] else noise

    @property
    def set(self):
        """The name of the set of points."""
        first = self.recipe.data if isinstance(self.recipe.data, str) else self.recipe.data[0]
        return first if isinstance(first, str) else OWN

    @functools.cached_property
    def trained(self):
        """The recipe that is trained: with noise of one's own, its data are points."""
        if self.noise is None:
            return self.recipe
        n = 100 if isinstance(self.recipe.data, str) else self.recipe.data[1]
        return self.recipe.replace(data=draw(self.set, n, self.noise, self.seed, 1))

    def fresh(self, n=400):
        """Points of the same kind that no run has seen; None for one's own points.

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
        if self.start is None:
            return net
        origin = Settings(*self.start).network()
        pairs = zip(net.weights, origin.weights, strict=False)
        kept = [old if old.shape == new.shape else new for new, old in pairs]
        net.weights[: len(kept)] = kept
        return net

    def replace(self, **changes):
        return replace(self, **changes)


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
    for name, part in own_parts(recipe, ("activations", "init", "loss")):
        raise ValueError(
            f"{name} holds {validation.said(part)}; in the panel it must have a built-in name"
        )
    if len(set(names[:-1])) > 1:
        raise ValueError(
            f"activations is {names}; the panel has one activation for all hidden layers"
        )
    if callable(recipe.schedule):
        raise ValueError("schedule is a function; in the panel it may be 'constant' or 'halve'")
    if type(recipe.optimizer) not in OPTIMIZERS:
        raise ValueError(f"optimizer is {recipe.optimizer!r}; the panel has {', '.join(KINDS)}")
    validation.integer("epochs", recipe.epochs, maximum=EPOCHS)
    for name in ("lr", "epochs"):
        if getattr(recipe, name) <= 0:
            raise ValueError(f"{name} is {getattr(recipe, name)}; it must be more than 0")
