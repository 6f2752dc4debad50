"""Many runs at once: ``sweep(recipes, seeds)`` gives a Sweep, a distribution for each recipe."""

import csv
import math
from contextlib import closing
from dataclasses import dataclass, fields
from numbers import Real
from pathlib import Path

import numpy as np

from nnlib import store as stores
from nnlib import validation, workers
from nnlib.activations import Activation
from nnlib.losses import Loss
from nnlib.recipe import Recipe
from nnlib.training import ENGINES

KEEP = ("history", "network")
MEASURES = ("loss", "accuracy", "mean_absolute_error")
MOST_JOBS = 10_000
DIVERGED = {"loss": np.inf, "accuracy": np.nan, "mean_absolute_error": np.inf}


def quantiles(values, q):
    """Quantiles over the first axis, between two runs on a straight line, as ``np.quantile``.

    Here, values may be infinite, and NaN, the accuracy of a diverged run, is below all others.
    What lies among diverged runs is inf for a loss and NaN for an accuracy; without any run, NaN.

    Parameters
    ----------
    values : (n_runs, …)
    q : a share between 0 and 1, or a sequence of them

    Returns
    -------
    Array of shape (…) for one share, else (n_q, …)
    """
    q = validation.array("q", q, "(n_q,)")
    if not ((q >= 0) & (q <= 1)).all():
        raise ValueError(f"q is {q}; every share must be between 0 and 1")
    values = validation.array("values", values, "(n_runs, …)")
    if values.ndim == 0:
        raise ValueError(f"values is {values}; it must be an array of shape (n_runs, …)")
    if len(values) == 0:
        return np.full(q.shape + values.shape[1:], np.nan)
    ordered = np.sort(np.where(np.isnan(values), -np.inf, values), axis=0)
    place = q * (len(values) - 1)
    below = np.floor(place).astype(int)
    low, high = ordered[below], ordered[np.ceil(place).astype(int)]
    share = (place - below).reshape(q.shape + (1,) * (values.ndim - 1))
    with np.errstate(invalid="ignore"):  # inf - inf, where low is the answer
        between = np.where((low == high) | (share == 0), low, low + share * (high - low))
    return np.where(np.isneginf(between), np.nan, between)


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """The histories of one recipe's runs, a column for each row of a run that goes to its end.

    A run that stopped early has its closing row in all later columns, and one that diverged loss
    inf, accuracy NaN and error inf. An unfinished run is NaN throughout.

    Attributes
    ----------
    epochs (n_logged,), as ``Run.epochs``
    loss, accuracy, mean_absolute_error (n_seeds, n_logged)
    finished (n_seeds,) bool
    """

    epochs: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    mean_absolute_error: np.ndarray
    finished: np.ndarray

    def quantiles(self, q=(0.05, 0.5, 0.95), of="loss"):
        """Quantiles over the finished runs at each of ``epochs``: (n_q, n_logged)."""
        validation.choice("of", of, MEASURES)
        return quantiles(getattr(self, of)[self.finished], q)


@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """Many runs, recipes × seeds. ``sweep`` makes it; ``print(s.table())`` shows it.

    Attributes
    ----------
    recipes : tuple of n_recipes Recipes
    seeds : (n_seeds,) int
    engines : tuple, for each recipe "numpy" or "compiled"
    loss : (n_recipes, n_seeds), at the end; inf where the run diverged
    accuracy : the same of shares; NaN where the run diverged
    mean_absolute_error : the same; inf where the run diverged
    stopped : the 0-based epoch in which a run stopped early or diverged; NaN where it did not
    finished, diverged : (n_recipes, n_seeds) bool. What Ctrl-C left out is not finished: NaN in
        all arrays, and counted neither in quantiles nor in shares
    histories : with ``keep=("history",)`` a History for each recipe, else None
    networks : with ``keep=("network",)`` an object array (n_recipes, n_seeds) of Networks (None
        where unfinished), else None
    """

    recipes: tuple
    seeds: np.ndarray
    engines: tuple
    loss: np.ndarray
    accuracy: np.ndarray
    mean_absolute_error: np.ndarray
    stopped: np.ndarray
    histories: tuple | None
    networks: np.ndarray | None

    # of ``rows``, for ``figures.table``
    header = ("recipe", "runs", "median loss", "5–95 %", "at 100 %", "diverged")
    form = ("", "", ".4g", ".4g", ".1%", ".1%")

    @property
    def finished(self):
        return ~np.isnan(self.loss)

    @property
    def diverged(self):
        return np.isposinf(self.loss)

    @property
    def share_at_100(self):
        """The share of finished runs that end with every sample right, (n_recipes,)."""
        return self._share(self.accuracy == 1)

    @property
    def share_diverged(self):
        """The share of finished runs that diverged, (n_recipes,)."""
        return self._share(self.diverged)

    def _share(self, which):
        count = self.finished.sum(axis=1)
        return np.where(count > 0, which.sum(axis=1) / np.maximum(count, 1), np.nan)

    def quantiles(self, q=(0.05, 0.5, 0.95), of="loss"):
        """Quantiles over the finished runs of each recipe, diverged ones as the worst.

        Parameters
        ----------
        q : a share between 0 and 1, or a sequence of them
        of : "loss", "accuracy" or "mean_absolute_error"

        Returns
        -------
        (n_recipes,) for one share, else (n_recipes, n_q): inf or NaN (accuracy) among diverged
        runs; NaN for a recipe without finished runs
        """
        validation.choice("of", of, MEASURES)
        rows = zip(getattr(self, of), self.finished, strict=True)
        return np.array([quantiles(values[finished], q) for values, finished in rows])

    def rows(self):
        """A row for each recipe, for ``figures.table`` with ``header`` and ``form``.

        Its cells: what differs between the recipes, the number of finished runs, the median loss,
        (5 % quantile, 95 % quantile), the shares at 100 % and diverged.
        """
        counts, losses = self.finished.sum(axis=1).tolist(), self.quantiles().tolist()
        shares = self.share_at_100.tolist(), self.share_diverged.tolist()
        columns = labels(self.recipes), counts, losses, *shares
        return [
            (label, n, middle, (low, high), right, diverged)
            for label, n, (low, middle, high), right, diverged in zip(*columns, strict=True)
        ]

    def table(self):
        """A row for each recipe, named by what differs between them; aligned, and Markdown."""
        rows = [self.header]
        for label, n, middle, (low, high), *shares in self.rows():
            cells = f"{middle:.4g}", f"{low:.4g} to {high:.4g}", *(f"{p:.1%}" for p in shares)
            rows.append((label, f"{n}", *(cells if n else "----")))
        return _aligned(rows)

    def to_csv(self, path):
        """Write a row for each finished run to ``path``; an older file is replaced.

        The columns: the number of the recipe; what differs between recipes, its loss as
        "loss_function"; seed, loss, accuracy, mean_absolute_error, stopped, diverged. Numbers are
        written to the last bit, those of a diverged run as "inf"; what is NaN is empty.
        """
        path, names = validation.path("path", path), _differing(self.recipes)
        heads = ["loss_function" if name == "loss" else name for name in names]
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["recipe", *heads, "seed", *MEASURES, "stopped", "diverged"])
            for i, j in np.argwhere(self.finished):
                settings = [_short(self.recipes[i], name) for name in names]
                numbers = [getattr(self, name)[i, j] for name in (*MEASURES, "stopped")]
                texts = [
                    "" if np.isnan(number) else repr(float(number)).removesuffix(".0")
                    for number in numbers
                ]
                out.writerow([i, *settings, self.seeds[j], *texts, self.diverged[i, j]])

    def __repr__(self):
        n_recipes, n_seeds = self.loss.shape
        return f"Sweep({n_recipes} recipes × {n_seeds} seeds, {self.finished.sum()} runs finished)"


def _aligned(rows):
    """Rows of text as a Markdown table; the first row is its head, all but one column numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [[r[0].ljust(widths[0]), *map(str.rjust, r[1:], widths[1:])] for r in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])


def labels(recipes):
    """For each recipe what not all have in common, as "lr=0.1, bias=True"; else its number."""
    recipes = _recipes(recipes)
    differing = _differing(recipes)
    texts = [
        ", ".join(f"{name}={_short(recipe, name)}" for name in differing) for recipe in recipes
    ]
    twice = [text for text in texts if texts.count(text) > 1]  # two functions may have one name
    return [
        f"{text} (recipe {i})" if text and text in twice else text or f"recipe {i}"
        for i, text in enumerate(texts)
    ]


def _differing(recipes):
    """The names of the settings that not all recipes have in common."""
    names, contents = [f.name for f in fields(Recipe)], [recipe._content() for recipe in recipes]
    return [
        name
        for name, values in zip(names, zip(*contents, strict=True), strict=True)
        if any(value != values[0] for value in values)
    ]


def _short(recipe, name):
    value = getattr(recipe, name)
    if isinstance(value, tuple) and name == "activations":
        return tuple(part if isinstance(part, str) else part.name for part in value)
    if isinstance(value, (Activation, Loss)):
        return value.name
    if name == "data" and not isinstance(value, str):
        first, second = value
        return f"{first}({second})" if isinstance(first, str) else f"{len(first)} points"
    return getattr(value, "__name__", value)


# Running


def sweep(recipes, seeds, engine="auto", n_jobs=None, keep=(), store=None, progress=False):
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

    Returns
    -------
    Sweep
    """
    result = None
    try:
        result, *how = _prepared(recipes, seeds, engine, keep, n_jobs, progress)
        if store is None:
            _run(result, *how)
        else:
            pairs = zip(result.recipes, result.engines, strict=True)
            keys = [stores.key(recipe, engine) for recipe, engine in pairs]
            with closing(stores.Store(store)) as file:
                _run(result, *how, file, keys)
        return _settled(result)
    except KeyboardInterrupt:  # in whatever line: the losses say which runs are finished
        result = result or _prepared(recipes, seeds, engine, keep, n_jobs, progress)[0]
        return _settled(result)


def _prepared(recipes, seeds, engine, keep, n_jobs, progress):
    """The arguments of ``sweep``, checked: a Sweep without runs, and how to fill it."""
    recipes, seeds, keep = _recipes(recipes), _seeds(seeds), _keep(keep)
    engines = tuple(_engine(recipe, engine) for recipe in recipes)
    result = _empty(recipes, seeds, engines, keep)
    return result, keep, _jobs(n_jobs), validation.flag("progress", progress)


def _run(result, keep, n_jobs, progress, file=None, keys=()):
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
        with closing(_new_runs(result, keep, n_jobs)) as tasks:
            for i, outcomes in tasks:
                if file:
                    file.add(keys[i], result.recipes[i], result.engines[i], outcomes)
                for outcome in outcomes:
                    _place(result, i, column[outcome.seed], outcome)
                bar.update(len(outcomes))


def _new_runs(result, keep, n_jobs):
    """Do what is not finished; yield (i, Outcomes) of each task."""
    tasks = [
        (i, recipe, seeds, engine, keep)
        for i, (recipe, engine) in enumerate(zip(result.recipes, result.engines, strict=True))
        for seeds in workers.shares(result.seeds[~result.finished[i]].tolist(), engine)
    ]
    # the compiled loop lets go of Python's lock, and threads start at once
    prefer = "processes" if "numpy" in result.engines else "threads"
    return workers.completed(tasks, workers.jobs(n_jobs), prefer)


def _bar(total, progress):
    if progress:
        from tqdm.auto import tqdm  # only here: in a notebook it loads ipywidgets
    else:
        from tqdm import tqdm
    return tqdm(total=total, unit="run", disable=not progress)


def _recipes(recipes):
    if isinstance(recipes, Recipe):
        return (recipes,)
    recipes = validation.sequence("recipes", recipes, "[recipe, recipe.replace(lr=1.0)]")
    if not recipes:
        raise ValueError("recipes is empty; it must hold at least one Recipe")
    return tuple(validation.instance(f"recipes[{i}]", r, Recipe) for i, r in enumerate(recipes))


def _seeds(seeds):
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
        raise ValueError(f"seeds holds {twice} more than once; every seed must be another one")
    return np.array(seeds)


def _keep(keep):
    if isinstance(keep, str):
        raise TypeError(f"keep is {validation.said(keep)}; it must be a sequence of {KEEP}")
    keep = validation.sequence("keep", keep, "('history', 'network')")
    return tuple(validation.choice("keep", name, KEEP) for name in keep)


def _jobs(n_jobs):
    if n_jobs is None:
        return None
    n_jobs = validation.integer("n_jobs, if not None,", n_jobs, -MOST_JOBS, MOST_JOBS)
    if n_jobs == 0:
        raise ValueError("n_jobs is 0; it may be None, at least 1, or -1 for all cores")
    return n_jobs


def _engine(recipe, engine):
    """The loop that ``train`` would take, settled here so that no worker decides otherwise."""
    from nnlib import compiled

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
