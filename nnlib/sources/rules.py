"""The rules that decide claims: each is a few lines, and says yes, no, sometimes, or not decided.

All recipes of a claim are run over the same seeds, so run s of one is compared with run s of the
other: they share their start, and on linear their points. Both for values and for shares this is
the sign test, an exact binomial test on the pairs that differ; for shares it is McNemar's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from nnlib.sources.experiment import matches, pairs

LEVEL = 0.05  # of the adjusted p
USUAL, RARE = 0.9, 0.1  # shares between them are "sometimes"
ALIKE_RATIO = 0.9, 1.1  # of medians
ALIKE_SHARES = 0.05  # difference of shares
RESAMPLES = 999
PAIRED = "sign test on pairs"
NOT_DECIDED = "not decided"


class Measure(NamedTuple):
    """What is seen in a run: words, and a function.

    The function gives it for a Sweep and the index of a recipe, (n_runs,): bool, or numbers; of
    a fact, it gives one number for what the claim's function has computed.
    """

    words: str
    of: Callable


@dataclass(frozen=True)
class Evidence:
    """One row of a verdict's table."""

    setting: str  # in words, with its preposition; "" if the claim has one setting
    first: str  # a label of the experiment; "" for a fact
    second: str  # "" where nothing is compared
    measure: str  # what is seen, in words
    runs: int  # 0 for a fact
    kind: str  # "share", "median" or "number": what ``value`` and ``other`` are
    value: float  # of ``first``
    other: float | None = None  # of ``second``
    # 95 % interval: Wilson's of one share; of the difference of two shares (Bonett and Price
    # 2012); of the ratio of two medians (bootstrap over pairs); None for a number.
    low: float | None = None
    high: float | None = None
    test: str = "computed"  # or "sign test on pairs", "Wilson's interval"
    p: float | None = None
    adjusted: float | None = None  # after Holm's correction over all claims
    decision: str = NOT_DECIDED  # or "yes", "no", "sometimes"


def holm(p):
    """p-values adjusted by Holm's step-down method (1979), in their order."""
    p = np.asarray(p, dtype=float)
    order = np.argsort(p, kind="stable")
    raised = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return raised[np.argsort(order, kind="stable")]


def sign_test(a, b):
    """Two-sided p that a > b and a < b are equally frequent; equal pairs say nothing."""
    from scipy.stats import binomtest

    more, less = int(np.sum(a > b)), int(np.sum(a < b))
    return 1.0 if more + less == 0 else float(binomtest(more, more + less).pvalue)


def wilson(which):
    """Wilson's 95 % interval of a share."""
    from scipy.stats import binomtest

    if len(which) == 0:
        return 0.0, 1.0
    ends = binomtest(int(np.sum(which)), len(which)).proportion_ci(method="wilson")
    return float(ends.low), float(ends.high)


def difference(a, b):
    """95 % interval of a difference of shares in pairs: Wald's with a pair added each way."""
    n = len(a) + 2
    more, less = (np.sum(a & ~b) + 1) / n, (np.sum(~a & b) + 1) / n
    half = 1.959964 * np.sqrt((more + less - (more - less) ** 2) / n)
    return float(more - less - half), float(more - less + half)


def ratio(a, b):
    """95 % interval of a ratio of medians: bootstrap of pairs; NaN if it makes no sense.

    It makes none where most runs of both have one value, such as an accuracy of 1: all medians
    are then this value, whatever else differs. There the shares of runs with it must be alike.
    """
    top, below = (v == np.median(v) for v in (a, b))
    tied = np.median(a) == np.median(b) and min(np.mean(top), np.mean(below)) > 0.5
    if tied and np.abs(difference(top, below)).max() >= ALIKE_SHARES:
        return np.nan, np.nan
    drawn = np.random.default_rng(0).integers(len(a), size=(RESAMPLES, len(a)))
    with np.errstate(invalid="ignore", divide="ignore"):
        top, below = np.median(a[drawn], axis=1), np.median(b[drawn], axis=1)
        ratios = np.where(top == below, 1, top / below)
    if np.isnan(ratios).any():
        return np.nan, np.nan
    low, high = np.quantile(ratios, (0.025, 0.975), method="nearest")
    return float(low), float(high)


class _Rule:
    """``what`` it looks at and ``how`` that decides, in words."""

    def among(self, experiment):
        """This rule with labels, for each recipe or pair that has the settings it names."""
        if not self.labels or isinstance(self.first, str):
            return [self]
        if len(self.labels) == 1:
            found = [label for label, r in experiment.items() if matches(r, self.first)]
            return [replace(self, first=label) for label in found]
        found = pairs(experiment, *self.labels)
        return [replace(self, first=a, second=b) for a, b in found]


@dataclass(frozen=True)
class Compared(_Rule):
    """Two recipes of an experiment, by labels or by their settings; see its subclasses."""

    first: str | dict
    second: str | dict
    measure: Measure

    labels = property(lambda self: (self.first, self.second))

    def look(self, setting, values):
        """The Evidence so far, from the values of both labels; the decision waits for Holm's p."""
        a, b = values
        bools = a.dtype == bool
        if not bools:
            a, b = (np.where(np.isnan(v), -np.inf, v) for v in (a, b))  # accuracy: the worst
        low, high = difference(a, b) if bools else ratio(a, b)
        middle = np.mean if bools else np.median
        about = setting, *self.labels, self.measure.words, len(a), "share" if bools else "median"
        ends = float(middle(a)), float(middle(b)), low, high, PAIRED, sign_test(a, b)
        return Evidence(*about, *ends), float(np.sum(a > b) - np.sum(a < b))

    def alike(self, row):
        """Does the whole interval lie within the bounds of "alike"?"""
        least, most = (-ALIKE_SHARES, ALIKE_SHARES) if row.kind == "share" else ALIKE_RATIO
        return least < row.low and row.high < most


class Higher(Compared):
    """The measure is larger, or more frequent, in ``first``: yes, no (less, or alike)."""

    sign, said, otherwise = 1, "larger", " or if both are alike"

    @property
    def what(self):
        return f"{self.measure.words}: {self.said} in the first than in the second experiment"

    @property
    def how(self):
        return (
            f"Yes if the sign test on pairs of runs says so with an adjusted p below {LEVEL}; "
            f"no if it says the opposite{self.otherwise}; else not decided."
        )

    def decide(self, row, up):
        if row.adjusted < LEVEL:
            return "yes" if self.sign * up > 0 else "no"
        equal = 0 if row.kind == "share" else 1
        return "no" if self.alike(row) and row.low <= equal <= row.high else NOT_DECIDED


class Oftener(Higher):
    """What the measure sees happens more often in ``first``."""

    said = "more often"


class Lower(Higher):
    """The measure is smaller, or sooner, in ``first``."""

    sign, said = -1, "smaller"


class NotLarger(Lower):
    """The measure is smaller in ``first``, or both are alike: nothing speaks for ``second``."""

    said, otherwise = "smaller, or alike,", ""

    def decide(self, row, up):
        if row.adjusted < LEVEL and up > 0 and not self.alike(row):
            return "no"
        return "yes" if row.adjusted < LEVEL or self.alike(row) else NOT_DECIDED


class Alike(Compared):
    """Both are alike: yes if the interval lies inside the bounds, no if they clearly differ."""

    what = property(lambda self: f"{self.measure.words}: alike in two experiments")
    how = (
        f"Yes if the 95 % interval lies inside {ALIKE_RATIO[0]} to {ALIKE_RATIO[1]} (ratio of "
        f"medians) or within {100 * ALIKE_SHARES:.0f} points (shares); no if the sign test on "
        f"pairs of runs tells them apart with an adjusted p below {LEVEL}; else not decided."
    )

    def decide(self, row, up):
        return "yes" if self.alike(row) else "no" if row.adjusted < LEVEL else NOT_DECIDED


@dataclass(frozen=True)
class Share(_Rule):
    """The share of runs is above (or, with ``below``, below) a threshold: so is its interval."""

    first: str | dict
    measure: Measure
    threshold: float = 0.5
    below: bool = False

    how = (
        "Yes or no if Wilson's 95 % interval of the share lies on one side of it; else not "
        "decided."
    )
    labels = property(lambda self: (self.first,))

    @property
    def what(self):
        side = "fewer" if self.below else "more"
        return f"{self.measure.words}: in {side} than {100 * self.threshold:.0f} % of the runs"

    def look(self, setting, values):
        (which,) = values
        value = float(np.mean(which)) if len(which) else np.nan
        about = setting, self.first, "", self.measure.words, len(which), "share", value, None
        return Evidence(*about, *wilson(which), "Wilson's interval"), None

    def decide(self, row, up):
        if row.low > self.threshold:
            return "no" if self.below else "yes"
        return NOT_DECIDED if row.high >= self.threshold else "yes" if self.below else "no"


@dataclass(frozen=True)
class Usual(Share):
    """It happens in nearly all runs: yes; in hardly any: no; in between: sometimes."""

    what = property(lambda self: f"{self.measure.words}: usually")
    how = (
        f"Yes if Wilson's 95 % interval of the share lies above {100 * USUAL:.0f} %, no if below "
        f"{100 * RARE:.0f} %, sometimes if between these; else not decided."
    )

    def decide(self, row, up):
        if row.low > USUAL or row.high < RARE:
            return "yes" if row.low > USUAL else "no"
        return "sometimes" if row.low > RARE and row.high < USUAL else NOT_DECIDED


@dataclass(frozen=True)
class Number(_Rule):
    """A fact: a computed number is above (or, with ``below``, below) a threshold."""

    measure: Measure
    threshold: float
    below: bool = False

    labels = ()
    what = property(lambda self: self.measure.words)

    @property
    def how(self):
        side = "below" if self.below else "above"
        return f"Yes if this number is {side} {self.threshold:g}, else no."

    def look(self, setting, value):
        return Evidence(setting, "", "", self.measure.words, 0, "number", float(value)), None

    def decide(self, row, up):
        met = row.value < self.threshold if self.below else row.value > self.threshold
        return "yes" if met else "no"


def fact(words, of, threshold, below=False):
    """The Number of a measure in words and a function of what a claim has computed."""
    return Number(Measure(words, of), threshold, below)
