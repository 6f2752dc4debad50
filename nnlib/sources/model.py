"""What a source is made of: printed figures and how they are judged, claims and their verdicts."""

import re
import textwrap
from collections.abc import Callable
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

WIDTH = 76  # columns of a line that the pages show without scrolling
NO_BREAK = "\N{NO-BREAK SPACE}"
VERDICTS = ("exact", "reproduced", "plausible", "not reproduced", "not testable")


@dataclass(frozen=True)
class Figure:
    """A number that a report prints as a result.

    Attributes
    ----------
    line : where it stands: the line of the report's text
    section : the report's section, and which row or cell
    text : as printed
    value : the number behind it; for an accuracy the Fraction k/n that was rounded
    recipe : name of the experiment in ``Source.recipes``; figures with one name come from one run
    metric : "loss", "accuracy", "mean_absolute_error"; "errors", the number of points missed at
        the end; "end_epoch", the 0-based epoch in which the run ended early, or the number of
        epochs; "output", the ``rank``-th smallest output of the trained network; or "ones", the
        number of points that it calls 1
    epoch : the row of the log; None is the end, and -1, -2, … count back from the last epoch
    variant : name in ``Source.recipes`` of the one other reading, if the report leaves it open
    seed : the seed that the report states, if it does: the figure must come out digit for digit
    why_not : for a figure that cannot be tested, what the report does not say
    """

    line: int
    section: str
    text: str
    value: float | Fraction
    recipe: str | None = None
    metric: str | None = None
    epoch: int | None = None
    rank: int | None = None
    variant: str | None = None
    seed: int | None = None
    why_not: str = ""

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


class Judgement(NamedTuple):
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


class Verdict(NamedTuple):
    """What an experiment says of a claim.

    ``word`` is "holds", "holds only under" or "false"; ``condition`` completes the second;
    ``evidence`` is a sentence with the numbers it follows from.
    """

    word: str
    evidence: str
    condition: str = ""

    def __str__(self):
        text = f"{self.word} {self.condition}".strip() + f": {self.evidence}"
        # A number and its % stay on one line: textwrap does not break at this space.
        together = re.sub(r"(?<=\d) (?=%)", NO_BREAK, text)
        return textwrap.fill(together, WIDTH).replace(NO_BREAK, " ")


@dataclass(frozen=True)
class Claim:
    """A sentence that a report concludes, and the experiment that tests it.

    Attributes
    ----------
    report : "A" to "E"
    name : short, unique within the report, such as "noise"
    line, section : where it stands
    text : in our words
    test : what the experiment compares, one sentence
    experiment : {label: Recipe} for a sweep, or a function without arguments, which computes
        what is to be judged
    judge : from the Sweep, recipes in the order of ``experiment``, or from what the function
        returned, to a Verdict
    chapter : "06_hidden_units.ipynb#Heading-of-the-section", where a reader can change it
    seeds : number of seeds of the sweep
    rows : epochs at which the histories are needed, if they are
    """

    report: str
    name: str
    line: int
    section: str
    text: str
    test: str
    experiment: dict | Callable
    judge: Callable
    chapter: str
    seeds: int = 200
    rows: tuple = ()

    def results(self):
        """The Sweep over the experiment's recipes, or what its function computes."""
        if callable(self.experiment):
            return self.experiment()
        keep = ("history",) if self.rows else ()
        return stored_sweep(list(self.experiment.values()), self.seeds, keep, self.rows)

    def verdict(self, results=None):
        """The verdict that follows from ``results``, by default from those of the experiment."""
        return self.judge(self.results() if results is None else results)


@dataclass(frozen=True, eq=False)
class Source:
    """One of the five reports.

    Attributes
    ----------
    name : "A" to "E"
    title : what it builds, in our words
    recipes : {name: Recipe}, its experiments; "xor" and "linear" are the default ones
    figures : tuple of all Figures it prints
    claims : tuple of all Claims it makes
    unknown : {ingredient: sentence}: what it does not say, and how we read it
    seeds : number of seeds for recipes that take less than the 1000 of the others
    """

    name: str
    title: str
    recipes: dict[str, Recipe]
    figures: tuple
    claims: tuple
    unknown: dict
    seeds: dict = field(default_factory=dict)

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
        return stored_sweep([self.recipes[name]], self.n_seeds(name), keep, needs["history"])

    def single_run(self, name, seed):
        """A Sweep of that experiment with one seed, computed here and now to all digits."""
        name = validation.choice("name", name, tuple(self.recipes))
        return self._single_run(name, validation.integer("seed", seed))

    @cache  # noqa: B019
    def _single_run(self, name, seed):
        keep = tuple(kind for kind, wanted in self.needs(name).items() if wanted)
        return run(self.recipes[name], [seed], "compiled", keep=keep)

    def needs(self, name):
        """What the figures of an experiment need: {"history": epochs, "network": bool}."""
        validation.choice("name", name, tuple(self.recipes))
        of = [f for f in self.figures if name in (f.recipe, f.variant)]
        rows = sorted({f.epoch for f in of if f.epoch is not None})
        return {"history": rows, "network": any(f.metric in ("output", "ones") for f in of)}

    def judge(self, figure):
        """The Judgement of one of the figures.

        "exact": the report states the seed and the printed digits come out. "reproduced": within
        the 5–95 % of our runs; "plausible": within 1–99 %, or within 5–95 % of its variant; else
        "not reproduced". "not testable": the report does not say enough.
        """
        if validation.instance("figure", figure, Figure).why_not:
            return Judgement("not testable", *[np.nan] * 6, 0, np.nan)
        sweep = self.sweep(figure.recipe)
        percentile, other = figure.percentile(sweep), np.nan
        if figure.variant is not None:
            other = figure.percentile(self.sweep(figure.variant))
        (at_100,), (diverged,) = sweep.share_at_100, sweep.share_diverged
        return Judgement(
            self._verdict(figure, percentile, other),
            percentile,
            *quantiles(figure.sample(sweep), (0.05, 0.5, 0.95)),
            at_100,
            diverged,
            len(sweep.seeds),
            other,
        )

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
