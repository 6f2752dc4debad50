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

from nnlib import sweeps, validation
from nnlib.sweeps import MEASURES, History, Sweep, arguments, store

FILE = Path(__file__).with_name("results.npz")


def stored_sweep(recipes, seeds, keep=(), rows=None, progress=False, start=None):
    """The Sweep that ``nnlib.sweep`` gives, where possible read from the file of stored runs.

    The file holds the experiments of the reports' figures and claims, and histories at some epochs
    only. A recipe of which it does not hold all that is asked for, with these seeds and at these
    rows, is run (engine "compiled"), in its own time. So a call gives the same rows however it
    comes by them; those from the file have losses and errors as float32.

    Parameters
    ----------
    recipes, seeds, keep, progress, start : as for ``sweep``
    rows : the epochs of the rows that are wanted of the histories; -1, -2, … count back from the
        end of a run. None is every row that a recipe logs, of which the file holds few

    Returns
    -------
    Sweep
    """
    recipes, seeds = arguments.recipes(recipes), arguments.seeds(seeds)
    keep, start = arguments.keep(keep), arguments.start(start)
    rows, progress = _rows(rows), validation.flag("progress", progress)
    parts = [_read(recipe, seeds, keep, rows, start) for recipe in recipes]
    for i, part in enumerate(parts):
        if part is None:
            how = {"keep": keep, "progress": progress, "start": start}
            parts[i] = _at(sweeps.sweep(recipes[i], seeds, "compiled", **how), rows)
    return joined(parts)


def _rows(rows):
    """Epochs, or what counts back from the end, as a list of ints; None stays None."""
    if rows is None:
        return None
    rows = validation.sequence("rows", rows, "(0, 100, -1)")
    least = -validation.LARGEST
    return [validation.integer(f"rows[{i}]", row, minimum=least) for i, row in enumerate(rows)]


def _at(part, rows):
    """A Sweep of one recipe with these rows of its history; None is all."""
    if part.histories is None or rows is None:
        return part
    (history,) = part.histories
    rows = np.array(rows, dtype=int)
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


def in_order(sweep, recipes):
    """The Sweep of these recipes, in their order, if ``sweep`` has all of them; else itself.

    A recipe that stands in another place beside ones that are not known could be taken for one
    of them, which raises a ValueError.
    """
    known = list(sweep.recipes)
    order = [known.index(recipe) if recipe in known else None for recipe in recipes]
    if None not in order:
        arrays = {n: getattr(sweep, n)[order] for n in (*MEASURES, "stopped")}
        if sweep.histories is not None:
            arrays["histories"] = tuple(sweep.histories[i] for i in order)
        if sweep.networks is not None:
            arrays["networks"] = sweep.networks[order]
        engines = tuple(sweep.engines[i] for i in order)
        return replace(sweep, recipes=tuple(recipes), engines=engines, **arrays)
    moved = [(i, k) for i, k in enumerate(order) if k not in (None, i)]
    if moved:
        (i, k), *_ = moved
        raise ValueError(
            f"results has in place {k} the recipe of place {i}, and not all that are compared; "
            "the recipes must stand in the order of the claim's experiment"
        )
    return sweep


def key(recipe, start=None):
    """16 hexadecimal digits that name an experiment by its content."""
    about = content(recipe) if start is None else [content(recipe), start]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]


def content(recipe):
    """The recipe as text, as in a store; of a schedule that is a function, its factors count."""
    if not callable(recipe.schedule):
        return store.content(recipe)
    factors = [float(recipe.schedule(epoch)).hex() for epoch in range(recipe.epochs)]
    digest = hashlib.sha256(json.dumps(factors).encode()).hexdigest()
    return f"{store.content(recipe.replace(schedule='constant'))}, factors {digest}"


def provenance():
    """{key: {"recipe", "seeds", "epochs", "network", "arithmetic"}} of all that is stored.

    And "start", where all runs begin with one network.
    """
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


def _read(recipe, seeds, keep, rows, start):
    """A Sweep of one recipe from the file, or None if it does not hold all that is wanted."""
    try:
        name = key(recipe, start)
    except ValueError:  # a function of one's own has no key
        return None
    about = provenance().get(name)
    if about is None or seeds.max() >= about["seeds"]:
        return None
    if "network" in keep and not about["network"]:
        return None
    wanted = [*range(0, recipe.epochs, recipe.log_every), recipe.epochs] if rows is None else rows
    if "history" in keep and set(wanted) - set(about["epochs"]):
        return None
    held = {n: a[seeds].astype(float) for n, a in _held(name).items()}
    networks = histories = None
    if "history" in keep:
        columns = [about["epochs"].index(epoch) for epoch in wanted]
        logged = [held[f"history/{n}"][:, columns] for n in MEASURES]
        finished = np.ones(len(seeds), dtype=bool)
        histories = (History(np.array(wanted, dtype=int), *logged, finished),)
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
