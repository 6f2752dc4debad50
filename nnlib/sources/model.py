"""What a source is made of: recipes, claims, and printed figures compared with our runs."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from nnlib import validation
from nnlib.recipe import Recipe
from nnlib.sources.stored import logged, stored_sweep
from nnlib.sweeps import Sweep, quantiles
from nnlib.sweeps import sweep as run

NO_BREAK = "\N{NO-BREAK SPACE}"
VERDICTS = ("exact", "reproduced", "plausible", "not reproduced", "not testable")


@dataclass(frozen=True)
class Figure:
    """A number that a report prints as a result."""

    line: int  # where it stands: the line of the report's text
    section: str  # the report's section, and which row or cell
    text: str  # as printed
    value: float | Fraction  # behind it; for an accuracy the Fraction k/n that was rounded
    recipe: str | None = None  # name in ``Source.recipes``; figures with one name are of one run
    # "loss", "accuracy", "mean_absolute_error"; "errors", the number of points missed at the end;
    # "end_epoch", the 0-based epoch in which the run ended early, or the number of epochs;
    # "output", the ``rank``-th smallest output of the trained network; or "ones", the number of
    # points that it calls 1.
    metric: str | None = None
    epoch: int | None = None  # the row of the log; None is the end, -1, -2, … count from the last
    rank: int | None = None
    variant: str | None = None  # name of the one other reading, if the report leaves it open
    seed: int | None = None  # if the report states it: the figure must come out digit for digit
    why_not: str = ""  # for a figure that cannot be tested, what the report does not say

    def sample(self, sweep):
        """This quantity in every run of a one-recipe Sweep, (n_seeds,); inf or NaN: diverged."""
        if len(validation.instance("sweep", sweep, Sweep).recipes) != 1:
            raise ValueError(f"sweep is {sweep!r}; it must be of one recipe")
        (recipe,) = sweep.recipes
        if self.metric == "end_epoch":
            return np.where(np.isnan(sweep.stopped[0]), recipe.epochs, sweep.stopped[0])
        if self.metric == "errors":
            return np.round((1 - sweep.accuracy[0]) * len(recipe.points(0)[0]))
        if self.metric in ("output", "ones"):
            outputs = _sorted_outputs(sweep)
            ones = (outputs > 0.5).sum(axis=1).astype(float)
            return ones if self.metric == "ones" else outputs[:, self.rank]
        if self.epoch is None:
            return getattr(sweep, self.metric)[0]
        return logged(sweep, self.epoch, self.metric)

    def percentile(self, sweep):
        """The mid-rank percentile of the printed value: runs below it, and half of those equal.

        Equal is what would be printed alike: the runs' values are rounded as ``text`` is.
        """
        values, printed = self._ranked(sweep), self._as_printed(float(self.value))
        return 100 * (np.mean(values < printed) + np.mean(values == printed) / 2)

    def own_percentiles(self, sweep):
        """The percentile that each run would get if a report had printed it, (n_seeds,)."""
        _, place, counts = np.unique(self._ranked(sweep), return_inverse=True, return_counts=True)
        return (100 * (np.cumsum(counts) - counts / 2) / len(place))[place]

    def _ranked(self, sweep):
        """The runs' values as they would be printed; a diverged run's accuracy is the lowest."""
        values = self.sample(sweep)
        return self._as_printed(np.where(np.isnan(values), -np.inf, values))

    def _as_printed(self, values):
        if self.metric == "accuracy":
            # Counts of the same n: equal or clearly different; histories are stored as float32.
            return np.round(values, 6)
        digits = -Decimal(self.text.rstrip("%")).as_tuple().exponent
        return np.round(values, digits)


@lru_cache(maxsize=4)
def _sorted_outputs(sweep):
    """The outputs of every network for its own points, (n_seeds, n), in increasing order."""
    pairs = zip(sweep.networks[0], sweep.seeds.tolist(), strict=True)
    (recipe,) = sweep.recipes
    return np.array(
        [np.sort(net.predict_proba(recipe.points(seed)[0]).ravel()) for net, seed in pairs]
    )


class Comparison(NamedTuple):
    """How a printed figure stands in the distribution over seeds; NaN if not testable."""

    verdict: str
    percentile: float
    low: float  # 5 % quantile of the runs
    median: float
    high: float  # 95 % quantile
    share_at_100: float
    share_diverged: float
    n: int
    variant_percentile: float


@dataclass(frozen=True, eq=False)
class Source:
    """One of the five reports."""

    name: str  # "A" to "E"
    title: str  # what it builds, in our words
    recipes: dict[str, Recipe]  # its experiments; "xor" and "linear" are the default ones
    figures: tuple  # all that it prints
    claims: tuple  # all that it makes
    unknown: dict  # {ingredient: sentence}: what it does not say, and how we read it
    # Number of seeds for recipes that take less than the 1000 of the others.
    seeds: dict = field(default_factory=dict)
    # {recipe's name: seed}, where the report states the seed of the weights and not of the points:
    # every run begins with that network, and its own seed draws the points.
    starts: dict = field(default_factory=dict)
    # {ingredient of ``unknown``: names of the recipes that read it so}, where the reading was
    # chosen because it gives the printed figures.
    fitted: dict = field(default_factory=dict)

    def claim(self, name):
        """The claim of that name."""
        claims = {claim.name: claim for claim in self.claims}
        return claims[validation.choice("name", name, tuple(claims))]

    def n_seeds(self, recipe):
        """How many seeds the experiment of that name is run with."""
        return self.seeds.get(validation.choice("recipe", recipe, tuple(self.recipes)), 1000)

    def sweep(self, name):
        """The Sweep of that experiment, with the rows and networks that its figures need."""
        return self._sweep(validation.choice("name", name, tuple(self.recipes)))

    @cache  # noqa: B019  there are five sources, and they stay
    def _sweep(self, name):
        needs = self.needs(name)
        keep = tuple(kind for kind, wanted in needs.items() if wanted)
        wanted = self.n_seeds(name), keep, needs["history"]
        return stored_sweep([self.recipes[name]], *wanted, start=self.starts.get(name))

    def single_run(self, name, seed):
        """A Sweep of that experiment with one seed, computed here and now to all digits."""
        name = validation.choice("name", name, tuple(self.recipes))
        return self._single_run(name, validation.integer("seed", seed))

    @cache  # noqa: B019
    def _single_run(self, name, seed):
        keep = tuple(kind for kind, wanted in self.needs(name).items() if wanted)
        start = self.starts.get(name)
        return run(self.recipes[name], [seed], "compiled", keep=keep, start=start)

    def needs(self, name):
        """What the figures of an experiment need: {"history": epochs, "network": bool}."""
        validation.choice("name", name, tuple(self.recipes))
        of = [f for f in self.figures if name in (f.recipe, f.variant)]
        rows = sorted({f.epoch for f in of if f.epoch is not None})
        return {"history": rows, "network": any(f.metric in ("output", "ones") for f in of)}

    def compare(self, figure):
        """One of the figures among our runs.

        "exact": the report states the seed and the printed digits come out. "reproduced": within
        the 5–95 % of our runs; "plausible": within 1–99 %, or within 5–95 % of its variant; else
        "not reproduced". "not testable": the report does not say enough.
        """
        if validation.instance("figure", figure, Figure).why_not:
            return Comparison("not testable", *[np.nan] * 6, 0, np.nan)
        sweep = self.sweep(figure.recipe)
        percentile, other = figure.percentile(sweep), np.nan
        if figure.variant is not None:
            other = figure.percentile(self.sweep(figure.variant))
        (at_100,), (diverged,) = sweep.share_at_100, sweep.share_diverged
        return Comparison(
            self._verdict(figure, percentile, other),
            percentile,
            *quantiles(figure.sample(sweep), (0.05, 0.5, 0.95)),
            at_100,
            diverged,
            len(sweep.seeds),
            other,
        )

    def is_fitted(self, figure):
        """Whether a figure is compared by a reading that was chosen because it gives such figures.

        So are those of a recipe in ``fitted``, and those that are plausible by the percentile of
        a variant in it. They say less than the others: a wrong reading may fit as well.
        """
        if validation.instance("figure", figure, Figure).recipe in self.fitted_recipes:
            return True
        return figure.variant in self.fitted_recipes and self.needs_variant(figure)

    def needs_variant(self, figure):
        """Whether a figure is plausible by the percentile of its variant only."""
        comparison = self.compare(figure)
        return comparison.verdict == "plausible" and not 1 <= comparison.percentile <= 99

    @property
    def fitted_recipes(self):
        """The names of the experiments that read something as ``fitted`` says, a set."""
        return {name for names in self.fitted.values() for name in names}

    def _verdict(self, figure, percentile, other):
        if figure.seed is not None:
            (ours,) = figure.sample(self.single_run(figure.recipe, figure.seed))
            if figure._as_printed(ours) == figure._as_printed(float(figure.value)):
                return "exact"
        if 5 <= percentile <= 95:
            return "reproduced"
        if 1 <= percentile <= 99 or 5 <= other <= 95:
            return "plausible"
        return "not reproduced"


# How figures are written down


def share(text, n):
    """The Fraction k/n that a printed accuracy such as "47.62%" or "0.88" is a rounding of."""
    printed = Fraction(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    nearest = Fraction(round(printed * n), n)
    if abs(nearest - printed) > Fraction(1, 100):
        raise ValueError(f"text is {text!r}, which is no share of {n}")
    return nearest


def log_rows(first_line, section, recipe, columns, rows, n, step=1, **more):
    """The Figures of a printed log.

    ``rows`` holds a line for each printed row: the epoch ("end" for the closing row), and a text
    for each metric in ``columns``; ``first_line`` is the line of the first row, and ``step`` the
    number of lines from one row to the next.
    """
    figures = []
    for i, row in enumerate(rows.strip().splitlines()):
        epoch, *texts = row.split()
        at = None if epoch == "end" else int(epoch)
        for metric, text in zip(columns, texts, strict=True):
            value = share(text, n) if metric == "accuracy" else float(text)
            place = f"{section}, {'end' if at is None else f'epoch {at}'}"
            line = first_line + step * i
            figures.append(Figure(line, place, text, value, recipe, metric, at, **more))
    return figures
