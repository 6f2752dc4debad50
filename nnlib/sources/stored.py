"""Runs that take too long for a chapter, kept in a small file beside this module.

``python -m nnlib.sources`` (``make sweeps``) computes them; ``stored_sweep`` reads them. For every
recipe the file says what was run, with which seeds, and which version of the arithmetic computed
it; a test runs a sample again and fails if one bit differs.
"""

import hashlib
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from nnlib import store, sweeps, validation
from nnlib.sweeps import MEASURES, History, Sweep

FILE = Path(__file__).with_name("results.npz")


def stored_sweep(recipes, seeds, keep=(), rows=None, progress=False):
    """The Sweep that ``nnlib.sweep`` gives, where possible read from the file of stored runs.

    Recipes that the file does not hold, or not with as many seeds, are run (engine "compiled"), so
    that a changed recipe works as well, in its own time. Losses and errors are kept as float32,
    and histories at some epochs only.

    Parameters
    ----------
    recipes, seeds, keep, progress : as for ``sweep``
    rows : the epochs at which histories are wanted; -1, -2, … count back from the end of a run.
        None is all there are

    Returns
    -------
    Sweep
    """
    recipes = sweeps._recipes(recipes)
    seeds, keep = sweeps._seeds(seeds), sweeps._keep(keep)
    rows, progress = _rows(rows), validation.flag("progress", progress)
    parts = [_read(recipe, seeds, keep) for recipe in recipes]
    for i, part in enumerate(parts):
        if part is None:
            parts[i] = sweeps.sweep(recipes[i], seeds, "compiled", keep=keep, progress=progress)
    return joined([_at(part, rows) for part in parts])


def _rows(rows):
    """Epochs, or what counts back from the end, as a list of ints; None stays None."""
    if rows is None:
        return None
    rows = validation.sequence("rows", rows, "(0, 100, -1)")
    least = -validation.LARGEST
    return [validation.integer(f"rows[{i}]", row, minimum=least) for i, row in enumerate(rows)]


def _at(part, rows):
    """A Sweep of one recipe with these rows of its history; None: all but those from the end."""
    if part.histories is None:
        return part
    (history,) = part.histories
    rows = history.epochs[history.epochs >= 0] if rows is None else np.array(rows, dtype=int)
    if not np.isin(rows[rows >= 0], history.epochs).all():
        raise ValueError(f"rows is {rows.tolist()}; epochs must be some of {history.epochs}")
    shape = len(part.seeds), len(rows)
    columns = [np.reshape([logged(part, e, n) for e in rows], shape[::-1]).T for n in MEASURES]
    return replace(part, histories=(History(rows, *columns, history.finished),))


def joined(parts):
    """One Sweep of Sweeps over the same seeds, recipes one after the other."""
    arrays = [np.concatenate([getattr(p, n) for p in parts]) for n in (*MEASURES, "stopped")]
    return Sweep(
        tuple(recipe for p in parts for recipe in p.recipes),
        parts[0].seeds,
        tuple(engine for p in parts for engine in p.engines),
        *arrays,
        None if parts[0].histories is None else tuple(h for p in parts for h in p.histories),
        None if parts[0].networks is None else np.concatenate([p.networks for p in parts]),
    )


def key(recipe):
    """16 hexadecimal digits that name a recipe by its content."""
    return hashlib.sha256(json.dumps(store.content(recipe)).encode()).hexdigest()[:16]


def provenance():
    """{key: {"recipe", "seeds", "epochs", "network", "arithmetic"}} of all that is stored."""
    return _file()["provenance"]


@cache
def _file():
    """What the file holds, {name: array}, and its provenance."""
    if not FILE.exists():
        return {"provenance": {}}
    with np.load(FILE) as file:
        return dict(file) | {"provenance": json.loads(str(file["provenance"]))}


def _held(name):
    """The arrays of one key, {name: array over its seeds}."""
    return {n.partition("/")[2]: a for n, a in _file().items() if n.startswith(name)}


def _read(recipe, seeds, keep):
    """A Sweep of one recipe from the file, or None if it does not hold all that is wanted."""
    try:
        name = key(recipe)
    except ValueError:  # a schedule that is a function has no key
        return None
    about = provenance().get(name)
    if about is None or seeds.max() >= about["seeds"]:
        return None
    if ("history" in keep and not about["epochs"]) or ("network" in keep and not about["network"]):
        return None
    held = {n: a[seeds].astype(float) for n, a in _held(name).items()}
    networks = histories = None
    if "history" in keep:
        logged = [held[f"history/{n}"] for n in MEASURES]
        histories = (History(np.array(about["epochs"]), *logged, np.ones(len(seeds), dtype=bool)),)
    if "network" in keep:
        networks = np.array([[None] * len(seeds)], dtype=object)
        networks[0] = [store.network(recipe, p) for p in held["parameters"]]
    ends = [held[n][None] for n in (*MEASURES, "stopped")]
    return Sweep((recipe,), seeds, ("compiled",), *ends, histories, networks)


def logged(sweep, epoch, metric):
    """One row of the log in every run of a Sweep of one recipe, (n_seeds,).

    ``epoch`` below 0 counts from the end of each run, -1 being the last epoch that it trained.
    """
    (recipe,), (history,) = sweep.recipes, sweep.histories
    rows, values = history.epochs.tolist(), getattr(history, metric)
    if epoch in rows:
        return values[:, rows.index(epoch)]
    trained = np.where(np.isnan(sweep.stopped[0]), recipe.epochs, sweep.stopped[0] + 1)
    places = np.searchsorted(history.epochs, np.maximum(trained + epoch, 0))
    return values[np.arange(len(values)), places]


def arrays(sweep, epochs, network):
    """What the file keeps of a Sweep of one recipe: {name: array over seeds}."""
    with np.errstate(over="ignore"):
        kept = {
            "loss": _single(sweep.loss[0]),
            "accuracy": sweep.accuracy[0],
            "mean_absolute_error": _single(sweep.mean_absolute_error[0]),
            "stopped": sweep.stopped[0],
        }
        for n in MEASURES if epochs else ():
            kept[f"history/{n}"] = np.stack([logged(sweep, e, n) for e in epochs], axis=1)
            kept[f"history/{n}"] = kept[f"history/{n}"].astype(np.float32)
    if network:
        kept["parameters"] = np.array([store.parameters(net) for net in sweep.networks[0]])
    return kept


def known(name, wanted):
    """What the file holds for a key, if it is what is ``wanted`` or more; else None.

    ``wanted`` is a provenance; seeds and epochs may be fewer, all else must be equal.
    """
    held = provenance().get(name)
    if (
        held is None
        or held["arithmetic"] != wanted["arithmetic"]
        or held["seeds"] < wanted["seeds"]
    ):
        return None
    if set(wanted["epochs"]) - set(held["epochs"]) or wanted["network"] > held["network"]:
        return None
    return held, _held(name)


def _single(values):
    """As float32, in which no finite number becomes infinite: that would mean divergence."""
    largest = np.finfo(np.float32).max
    return np.where(np.isinf(values), values, np.minimum(values, largest)).astype(np.float32)


def save(plan, results):
    """Write the file: ``plan`` is {key: provenance}, ``results`` {key: what ``arrays`` gave}."""
    flat = {f"{name}/{n}": a for name, kept in results.items() for n, a in kept.items()}
    part = FILE.with_suffix(".part.npz")
    np.savez_compressed(part, provenance=json.dumps(plan), **flat)
    part.replace(FILE)
    _file.cache_clear()
