"""Many runs at once: what is stored is read, the rest is run, and a Sweep is filled with both."""

import math
from contextlib import closing

import numpy as np

from nnlib import compiled, ctrl_c, validation
from nnlib.sweeps import arguments, workers
from nnlib.sweeps import store as stores
from nnlib.sweeps.result import MEASURES, History, Sweep
from nnlib.training import ENGINES

DIVERGED = {"loss": np.inf, "accuracy": np.nan, "mean_absolute_error": np.inf}


def sweep(
    recipes, seeds, engine="auto", n_jobs=None, keep=(), store=None, progress=False, start=None
):
    """Run every recipe with every seed, each run as ``train`` does it, and keep how they end.

    Runs share nothing, and what they give does not depend on how they are spread: the engine
    "compiled" promises that to the last bit. Work goes through joblib, so that inside
    ``joblib.parallel_config(backend="dask")`` (or "ray") the same call runs on a cluster. Ctrl-C
    ends the sweep and gives back the runs that are finished.

    Parameters
    ----------
    recipes : a Recipe, or a sequence of n_recipes
    seeds : an int k for 0 … k-1, or a sequence of n_seeds different ints, at least 0
    engine : "auto", "numpy" or "compiled", as for ``train``
    n_jobs : number of workers, as in joblib: -1 is all cores, and so is None, unless
        ``parallel_config`` says otherwise
    keep : what to keep besides the ends: "history", "network"; memory grows with it
    store : path of an SQLite file, made if missing. Runs that are in it are not run again, and
        new ones are written as soon as the task they belong to is finished: a task is one run, or
        up to 8 compiled ones. Rows count only for the same recipe, engine and arithmetic. A
        damaged row is run anew, with a RuntimeWarning; a damaged file is refused (ValueError)
    progress : whether to show a progress bar over the runs
    start : None, or the seed of one network, ``recipe.network(start)``, that all runs of a recipe
        begin with; their own seeds then draw the points and the order of the samples only

    Returns
    -------
    Sweep

    >>> from nnlib import Recipe
    >>> recipes = [Recipe(epochs=300), Recipe(epochs=300, lr=1.0)]
    >>> print(sweep(recipes, seeds=3, engine="numpy", n_jobs=1).table())
    | recipe | runs | median loss |         5–95 % | at 100 % | diverged |
    | ------ | ---: | ----------: | -------------: | -------: | -------: |
    | lr=0.1 |    3 |       14.55 | 14.54 to 14.55 |     0.0% |     0.0% |
    | lr=1.0 |    3 |       12.56 | 12.15 to 12.95 |     0.0% |     0.0% |
    """
    result = None
    try:
        result, *how = _prepared(recipes, seeds, engine, keep, n_jobs, progress, start)
        if store is None:
            _run(result, *how)
        else:
            keys = _keys(result, how[-1])
            with closing(stores.Store(store)) as file:
                _run(result, *how, file, keys)
        return _settled(result)
    except KeyboardInterrupt:  # in whatever line: the losses say which runs are finished
        result = result or _prepared(recipes, seeds, engine, keep, n_jobs, progress, start)[0]
        return _settled(result)


def _prepared(recipes, seeds, engine, keep, n_jobs, progress, start):
    """The arguments of ``sweep``, checked: a Sweep without runs, and how to fill it."""
    recipes, seeds = arguments.recipes(recipes), arguments.seeds(seeds)
    keep, n_jobs, start = arguments.keep(keep), arguments.jobs(n_jobs), arguments.start(start)
    engines = tuple(_engine(recipe, engine) for recipe in recipes)
    result = _empty(recipes, seeds, engines, keep)
    return result, keep, n_jobs, validation.flag("progress", progress), start


def _keys(result, start):
    """Of each recipe, the key of its runs in a store.

    A function of its own: from Python 3.12 on a comprehension is a part of the function around it,
    and Ctrl-C in its loop may escape a ``try`` there (github.com/python/cpython/issues/130279).
    """
    pairs = zip(result.recipes, result.engines, strict=True)
    return [stores.key(recipe, engine, start) for recipe, engine in pairs]


def _run(result, keep, n_jobs, progress, start, file=None, keys=()):
    """Fill the arrays of a Sweep: first from the store's file, then with new runs."""
    column = {seed: j for j, seed in enumerate(result.seeds.tolist())}
    with _bar(result.loss.size, progress) as bar:
        for i, key in enumerate(keys):
            for outcome in file.find(key, result.recipes[i], keep):
                if outcome.seed in column:
                    _place(result, i, column[outcome.seed], outcome)
        bar.update(int(result.finished.sum()))
        if result.finished.all():
            return
        with closing(_new_runs(result, keep, n_jobs, start)) as tasks:
            for i, outcomes in tasks:
                with ctrl_c.deferred():  # what is stored is given back, too
                    if file:
                        file.add(keys[i], result.recipes[i], result.engines[i], outcomes)
                    for outcome in outcomes:
                        _place(result, i, column[outcome.seed], outcome)
                bar.update(len(outcomes))


def _new_runs(result, keep, n_jobs, start):
    """Do what is not finished; yield (i, Outcomes) of each task."""
    tasks = [
        (i, recipe, seeds, engine, keep, start)
        for i, (recipe, engine) in enumerate(zip(result.recipes, result.engines, strict=True))
        for seeds in workers.shares(result.seeds[~result.finished[i]].tolist(), engine)
    ]
    # the compiled loop lets go of Python's lock, and threads start at once
    prefer = "processes" if "numpy" in result.engines else "threads"
    return workers.completed(tasks, workers.jobs(n_jobs), prefer)


class NoBar:
    """In place of a tqdm bar, which starts a thread that stays even if nothing is shown."""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def update(self, n):
        pass


def _bar(total, progress):
    if not progress:
        return NoBar()
    from tqdm.auto import tqdm  # only here: in a notebook it loads ipywidgets

    return tqdm(total=total, unit="run")


def _engine(recipe, engine):
    """The loop that ``train`` would take, settled here so that no worker decides otherwise."""
    validation.choice("engine", engine, ENGINES)
    if engine == "compiled":
        compiled.check_supported(recipe)
    preferred = engine == "auto" and compiled.prefers(recipe)
    return "compiled" if preferred or engine == "compiled" else "numpy"


def _empty(recipes, seeds, engines, keep):
    """A Sweep of which no run is finished."""
    shape = len(recipes), len(seeds)
    ends = [np.full(shape, np.nan) for _ in range(4)]
    histories = networks = None
    if "history" in keep:
        histories = tuple(_empty_history(recipe, len(seeds)) for recipe in recipes)
    if "network" in keep:
        networks = np.full(shape, None)
    return Sweep(recipes, seeds, engines, *ends, histories, networks)


def _empty_history(recipe, n_seeds):
    epochs = np.array([*range(0, recipe.epochs, recipe.log_every), recipe.epochs])
    measured = [np.full((n_seeds, len(epochs)), np.nan) for _ in MEASURES]
    return History(epochs, *measured, np.zeros(n_seeds, dtype=bool))


def _place(result, i, j, outcome):
    """Write the Outcome of recipe i and seed j where it belongs."""
    if result.networks is not None:
        result.networks[i, j] = stores.network(result.recipes[i], outcome.parameters)
    if result.histories is not None:
        _place_history(result.histories[i], j, outcome)
    for name in (*MEASURES[1:], "stopped", "loss"):  # with its loss a run counts as finished
        getattr(result, name)[i, j] = getattr(outcome, name)


def _place_history(history, j, outcome):
    diverged = math.isinf(outcome.loss)
    for name, values in zip(MEASURES, outcome.history[1:], strict=True):
        logged = values if diverged else values[:-1]
        row = getattr(history, name)[j]
        row[: len(logged)] = logged
        row[len(logged) :] = DIVERGED[name] if diverged else values[-1]


def _settled(result):
    """The Sweep, in which a run that is not finished is NaN throughout, in its history too."""
    for name in (*MEASURES, "stopped"):
        getattr(result, name)[~result.finished] = np.nan
    for history, finished in zip(result.histories or (), result.finished, strict=False):
        history.finished[:] = finished
        for name in MEASURES:
            getattr(history, name)[~finished] = np.nan
    if result.networks is not None:
        result.networks[~result.finished] = None
    return result
