"""What a report concludes, as data: an experiment, the rules that decide, and the verdict."""

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, takewhile
from typing import NamedTuple

from nnlib import validation
from nnlib.sources import rules
from nnlib.sources.experiment import labeled, parts
from nnlib.sources.stored import in_order, stored_sweep
from nnlib.sweeps import Sweep

WIDTH = 76  # columns of a line that the pages show without scrolling
FAMILY = []  # all claims of the reports; ``claims`` enters them
WORDS = ("holds", "holds only", "sometimes", "false", "not decided by these runs")


class Verdict(NamedTuple):
    """What an experiment says of a claim."""

    word: str  # one of WORDS
    condition: str  # where it holds, with its preposition, if "holds only"; else ""
    share: float | None  # of the runs, if "sometimes"
    table: tuple  # the evidence, of rules.Evidence

    def __str__(self):
        if self.word == "sometimes":
            return f"The claim holds sometimes, in {100 * self.share:.0f} % of the runs."
        settings = len({row.setting for row in self.table})
        if self.word in ("holds", "false"):
            start = "The claim holds" if self.word == "holds" else "The claim is false"
            where = {1: ".", 2: " in both settings."}
            return start + where.get(settings, f" in all {settings} settings.")
        if self.word == "holds only":
            return f"The claim holds only {self.condition}."
        return "The claim is not decided by these runs."

    def _repr_markdown_(self):
        from nnlib.sources.tables import markdown

        return markdown(self)


@dataclass(frozen=True, eq=False)
class Claim:
    """A sentence that a report concludes, and the experiment that tests it."""

    report: str  # "A" to "E"
    name: str  # short, unique within the report, such as "noise"
    line: int  # where it stands in the report
    section: str
    chapter: str  # "06_hidden_units.ipynb#Heading-of-the-section", where a reader can change it
    text: str  # in our words
    # Recipes that are run over the same seeds, kept as {label: Recipe}; or a function without
    # arguments that computes a fact.
    experiment: dict | list | Callable
    # {setting in words, with its preposition: rules}, or only the rules if there is one. Words
    # such as "on {data}" stand for a setting for each data set of the experiment. In a setting
    # the claim is true if all its rules say yes.
    settings: dict | list
    seeds: int = 200  # how many
    rows: tuple = ()  # epochs at which the histories are needed, if they are

    def __post_init__(self):
        settings = {"": self.settings} if isinstance(self.settings, list) else self.settings
        if not callable(self.experiment):
            named = isinstance(self.experiment, dict)
            validation.put(self, experiment=self.experiment if named else labeled(self.experiment))
            settings = _filled(settings, self.experiment)
        validation.put(self, settings=settings)

    @property
    def rule(self):
        """The rules in words: a line for each way to decide, with all that it decides on."""
        lines = {}
        for check in (check for checks in self.settings.values() for check in checks):
            lines.setdefault(check.how, {})[check.what] = None
        said = ("; ".join(what) + f". {how}" for how, what in lines.items())
        return "\n".join(line[0].upper() + line[1:] for line in said)

    def results(self):
        """The Sweep over the experiment's recipes, or what its function computes."""
        if callable(self.experiment):
            return self.experiment()
        keep = ("history",) if self.rows else ()
        return stored_sweep(list(self.experiment.values()), self.seeds, keep, self.rows)

    def verdict(self, results=None):
        """The verdict that follows from ``results``, by default from those of the experiment.

        Their p-values are adjusted together with those of all other claims, in which other
        results take the place of the claim's own.
        """
        looked = _looked(self) if results is None else self._look(results)
        own = [row.p for _, row, _ in looked if row.p is not None]
        key = self.report, self.name
        others = [p for name, ps in _family().items() if name != key for p in ps] if own else []
        adjusted = iter(rules.holm([*own, *others])[: len(own)].tolist())
        table = []
        for rule, row, up in looked:
            row = replace(row, adjusted=None if row.p is None else next(adjusted))
            table.append(replace(row, decision=rule.decide(row, up)))
        return verdict(table)

    def explain(self, results=None):
        """The claim, its rule, a line for each comparison, and the verdict, as text to print."""
        found = self.verdict(results)
        said = [f"Report {self.report}: {self.text}", *self.rule.split("\n")]
        for setting, rows in groupby(found.table, lambda row: row.setting):
            rows = list(rows)
            said += [setting[0].upper() + setting[1:] + ":"] if setting else []
            short = shortened(
                [label for row in rows for label in (row.first, row.second)], setting
            )
            named = len({row.measure for row in rows}) > 1
            said += ["- " + described(row, short, named) for row in rows]
        said.append(str(found))
        return "\n".join(wrapped(part) for part in said)

    def _look(self, results):
        """[(rule, Evidence without decision, direction)] for every rule in every setting."""
        labels = [] if callable(self.experiment) else list(self.experiment)
        if labels and isinstance(results, Sweep):
            results = in_order(results, list(self.experiment.values()))
            if len(results.recipes) != len(labels):
                raise ValueError(
                    f"results has {len(results.recipes)} recipes; the claim compares "
                    f"{len(labels)}: " + "; ".join(labels)
                )
        looked = []
        for setting, checks in self.settings.items():
            for rule in checks:
                if labels:
                    places = [labels.index(label) for label in rule.labels]
                    values = [rule.measure.of(results, i) for i in places]
                else:
                    values = rule.measure.of(results)
                looked.append((rule, *rule.look(setting, values)))
        return looked


def _filled(settings, experiment):
    """The settings with their words filled in, and their rules with labels."""
    filled = {}
    for words, checks in settings.items():
        split, unused = parts(words, experiment), list(checks)
        for setting, part in split.items():
            for check in checks:
                if found := check.among(part):
                    filled.setdefault(setting, []).extend(found)
                    unused = [other for other in unused if other is not check]
        if unused:
            raise ValueError(f"{unused[0]} finds no recipes {words}; there are {[*experiment]}")
    return filled


@cache
def _looked(claim):  # claims are told apart by identity
    return claim._look(claim.results())


@cache
def _family():
    """{(report, name): the p-values of its comparisons}, of all claims' own results."""
    return {
        (claim.report, claim.name): [row.p for _, row, _ in _looked(claim) if row.p is not None]
        for claim in FAMILY
        if not callable(claim.experiment)
    }


def verdict(table):
    """The Verdict that a table of Evidence with its decisions comes to.

    In a setting in which one rule says no the claim is false, and true if all say yes. "holds
    only" names all settings in which it is true; in the others it is not, or not decided.
    """
    settings = {}
    for row in table:
        settings.setdefault(row.setting, []).append(row.decision)
    found = {setting: _together(said) for setting, said in settings.items()}
    met = [setting for setting, decision in found.items() if decision == "yes"]
    said = set(found.values())
    if said == {"yes"}:
        return Verdict("holds", "", None, tuple(table))
    if met:
        return Verdict("holds only", joined(met), None, tuple(table))
    if "sometimes" in said:
        share = next(row.value for row in table if row.decision == "sometimes")
        return Verdict("sometimes", "", share, tuple(table))
    word = "false" if said == {"no"} else WORDS[-1]
    return Verdict(word, "", None, tuple(table))


def _together(said):
    if "no" in said:
        return "no"
    if rules.NOT_DECIDED in said:
        return rules.NOT_DECIDED
    return "sometimes" if "sometimes" in said else "yes"


def described(row, short, named=False):
    """One row of Evidence in words, with short labels; ``named``: with what is measured."""
    values = [shown(row.kind, v) for v in (row.value, row.other) if v is not None]
    places = [short[label] for label in (row.first, row.second)]
    text = (row.measure + ": ") * (named or row.kind == "number")
    text += " against ".join(map(" ".join, zip(values, places, strict=False))).strip()
    if row.kind != "number":
        text += f" of {row.runs} runs" if row.kind == "share" else f", {row.runs} runs"
        text += f"; 95 %: {interval(row)}"
    if row.p is not None:
        text += f"; pairs, p {row.p:.1g}, adjusted {row.adjusted:.1g}"
    return f"{text}: {row.decision}"


def shortened(labels, setting):
    """{label: in parentheses, what it alone says}: not what all do, or a lone one's setting."""
    split = {label: re.split(r", (?![^(]*\))", label) for label in labels if label}
    shared = set.intersection(*map(set, split.values())) if len(split) > 1 else setting
    short = {"": ""}
    for label, words in split.items():
        own = [part for part in words if part not in shared]
        bare = len(own) == 1 and own[0].startswith("(")
        short[label] = own[0] if bare else f"({', '.join(own)})" if own else ""
    return short


def wrapped(text):
    """A paragraph in lines that fit the page; no line begins with a percent sign."""
    text = text.replace(" %", "\N{NO-BREAK SPACE}%")
    filled = textwrap.fill(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return filled.replace("\N{NO-BREAK SPACE}%", " %")


def shown(kind, value):
    """A share in percent, or another number in three digits, from 1000 on a whole one."""
    if kind == "share":
        return f"{100 * value:.3g} %"
    return f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"


def interval(row):
    """The 95 % interval: of the share, of the difference in points, of the ratio of medians."""
    if row.low is None:
        return ""
    if row.kind == "share":
        ends = f"{100 * row.low:.1f} to {100 * row.high:.1f}".replace("-", "−")
        return f"{ends} %" if row.other is None else f"difference {ends} points"
    if row.low != row.low:
        return "no ratio, most values are equal or infinite"
    # Three digits: with two, an end of 1.06 would read as the bound of "alike", 1.1.
    return f"ratio {shown(row.kind, row.low)} to {shown(row.kind, row.high)}"


def joined(settings):
    """Settings as one phrase; words with which all begin, or end, are written once."""
    split = [setting.split() for setting in settings]
    start = end = 0
    if len(split) > 1:
        start = _shared(split)
        end = _shared([words[start:][::-1] for words in split])
    middle = [" ".join(words[start : len(words) - end]) for words in split]
    phrase = middle[0] if len(middle) == 1 else ", ".join(middle[:-1]) + " and " + middle[-1]
    return " ".join([*split[0][:start], phrase, *split[0][len(split[0]) - end :]])


def _shared(lists):
    """With how many equal words all lists begin; each keeps one that is its own."""
    columns = zip(*(words[:-1] for words in lists), strict=False)
    return len([*takewhile(lambda column: len(set(column)) == 1, columns)])
