"""The arguments of ``sweep`` and of what is called alike: each is checked, and put in one form."""

from numbers import Real

import numpy as np

from nnlib import validation
from nnlib.recipe import Recipe

KEEP = ("history", "network")
MOST_JOBS = 10_000


def recipes(recipes):
    """A tuple of Recipes."""
    if isinstance(recipes, Recipe):
        return (recipes,)
    recipes = validation.sequence("recipes", recipes, "[recipe, recipe.replace(lr=1.0)]")
    if not recipes:
        raise ValueError("recipes is empty; it must hold at least one Recipe")
    return tuple(validation.instance(f"recipes[{i}]", r, Recipe) for i, r in enumerate(recipes))


def seeds(seeds):
    """An array of different integers."""
    if isinstance(seeds, Real):
        most = validation.LONGEST
        return np.arange(validation.integer("seeds, if no sequence,", seeds, 1, most))
    seeds = validation.sequence("seeds", seeds, "(3, 5, 8)")
    seeds = [validation.integer(f"seeds[{i}]", seed) for i, seed in enumerate(seeds)]
    if not seeds:
        raise ValueError("seeds is empty; it must hold at least one seed")
    if len(set(seeds)) < len(seeds):
        twice = next(seed for seed in seeds if seeds.count(seed) > 1)
        raise ValueError(f"seeds holds {twice} more than once; each may stand there once")
    return np.array(seeds)


def keep(keep):
    """A tuple of names."""
    if isinstance(keep, str):
        raise TypeError(f"keep is {validation.said(keep)}; it must be a sequence of {KEEP}")
    keep = validation.sequence("keep", keep, "('history', 'network')")
    return tuple(validation.choice("keep", name, KEEP) for name in keep)


def jobs(n_jobs):
    """A number of workers, or None."""
    if n_jobs is None:
        return None
    n_jobs = validation.integer("n_jobs, if not None,", n_jobs, -MOST_JOBS, MOST_JOBS)
    if n_jobs == 0:
        raise ValueError("n_jobs is 0; it may be None, at least 1, or -1 for all cores")
    return n_jobs


def start(start):
    """A seed, or None."""
    return None if start is None else validation.integer("start, if not None,", start)
