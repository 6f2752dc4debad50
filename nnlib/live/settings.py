"""What a page is told of a run, as JSON, and what it cannot run, by name."""

import numpy as np

from nnlib import compiled, validation
from nnlib.network import per_layer
from nnlib.recipe import Recipe, own_parts
from nnlib.runs import arrays, start_network

LARGEST = 2**53 - 1  # the largest seed: a page's whole numbers end here
POINTS = 10**6  # at most: a page has 2 GB for all


def unsupported(recipe):
    """Why a page cannot run the recipe with the library's bits, as a phrase; None if it can."""
    validation.instance("recipe", recipe, Recipe)
    for name, part in own_parts(recipe):
        return f"{name} holds {part!r}, a function, which no page can hold"
    if recipe.init == "normal_legacy":
        return (
            "init is 'normal_legacy', whose numbers go through the C library's logarithm, which "
            "no browser has"
        )
    if not isinstance(recipe.data, str) and _count(recipe.data) > POINTS:
        return f"data has {_count(recipe.data):,} points; a page has room for {POINTS:,}"
    if getattr(recipe.optimizer, "eps", 1) == 0:
        return (
            f"optimizer is {recipe.optimizer!r}: without ε, what a page's kernel pads rows with "
            "would be 0 / 0"
        )
    return compiled.outside(recipe)


def spec(recipe, seed, noise=None, start=None, network=None):
    """All that a page needs to train, for ``json.dumps``; the same bits as ``train`` come out.

    Parameters
    ----------
    recipe : Recipe; ValueError names what a page cannot run
    seed : int, from 0 to 2**53 - 1
    noise : standard deviation added to both coordinates of a named set; None is the set's own
    start : (Recipe, seed) whose first weights are kept where the shapes allow, or None
    network : Network to start from, or None
    """
    reason = unsupported(recipe)
    if reason:
        raise ValueError(f"a page cannot run this recipe: {reason}")
    seed = _seed("seed", seed)
    if noise is not None:
        noise = validation.real("noise", noise, minimum=0, below=1e300)
        if not isinstance(_data(recipe.data), (str, list)):
            raise ValueError(f"noise is {noise}; your own points have none")
    flat = None
    if network is not None:
        net = start_network(recipe, seed, network)
        flat = np.concatenate([array.ravel() for array in arrays(net)]).tolist()
    return {
        "recipe": plain(recipe),
        "seed": seed,
        "noise": noise,
        "start": None if start is None else _start(start),
        "network": flat,
    }


def _seed(name, seed):
    return validation.integer(name, seed, maximum=LARGEST)


def _start(start):
    parts = validation.sequence("start", start, "(Recipe(), 0)")
    if len(parts) != 2:
        raise ValueError(f"start is {validation.said(start)}; it must be (Recipe, seed)")
    recipe, seed = validation.instance("start[0]", parts[0], Recipe), parts[1]
    reason = unsupported(recipe)
    if reason:
        raise ValueError(f"a page cannot draw the start's weights: {reason}")
    recipe = {"sizes": recipe.sizes, "init": recipe.init}
    return {"recipe": recipe, "seed": _seed("start[1]", seed)}


def plain(recipe):
    """The recipe in words and numbers."""
    kind = recipe.optimizer
    return vars(recipe) | {
        "data": _data(recipe.data),
        "sizes": list(recipe.sizes),
        "activations": list(per_layer(recipe.activations, len(recipe.sizes) - 1)),
        "optimizer": {"name": type(kind).__name__, **vars(kind)},
    }


def _count(data):
    return data[1] if isinstance(data[0], str) else len(data[1])


def _data(data):
    if isinstance(data, str) or isinstance(data[0], str):
        return data if isinstance(data, str) else list(data)
    X, y = data
    return {"X": X.tolist(), "y": y[:, 0].tolist()}
