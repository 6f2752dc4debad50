"""What a sweep gives: how many runs end, their histories and networks, and quantiles of them."""

import csv
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from nnlib import validation
from nnlib.activations import Activation
from nnlib.losses import Loss
from nnlib.recipe import Recipe
from nnlib.sweeps import arguments

MEASURES = ("loss", "accuracy", "mean_absolute_error")


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
    recipes = arguments.recipes(recipes)
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
