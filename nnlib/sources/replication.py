"""The replication as data: ``make data`` writes all figures and claims with what became of them.

The JSON file holds everything from which chapter 11 counts, and the schema says what its parts
mean; the CSV file has a row for each figure, each claim, and each row of a claim's evidence. They
stand beside the HTML report:

    report/backprop-replication.json, .schema.json and .csv
"""

import csv
import json
import shutil
from dataclasses import asdict, fields
from fractions import Fraction
from pathlib import Path

import numpy as np

from nnlib.recipe import Recipe
from nnlib.sources import ALL
from nnlib.sources.stored import provenance

SCHEMA = Path(__file__).with_name("replication.schema.json")
NAME = "backprop-replication"
DIVERGED = "diverged"  # where a quantile of the runs lies among those without finite numbers
COLUMNS = (
    *("kind", "report", "line", "section", "name", "text", "value", "experiment", "metric"),
    *("epoch", "rank", "variant", "why_not", "runs", "low", "median", "high", "share_at_100"),
    *("share_diverged", "percentile", "variant_percentile", "outside_share", "fitted", "rule"),
    *("evidence", "verdict", "condition", "share"),
)


def record(sources=ALL):
    """All that the JSON file holds: dictionaries, lists, text, numbers, true, false and None."""
    arithmetic = sorted({about["arithmetic"] for about in provenance().values()})
    return {
        "$schema": f"{NAME}.schema.json",
        "arithmetic": arithmetic,
        "reports": [_report(source) for source in sources],
        "experiments": [
            _experiment(source, name) for source in sources for name in source.recipes
        ],
        "figures": [_figure(source, figure) for source in sources for figure in source.figures],
        "claims": [_claim(claim) for source in sources for claim in source.claims],
    }


def _report(source):
    return {
        "name": source.name,
        "title": source.title,
        "not_said": source.unknown,
        "fitted": {what: list(names) for what, names in source.fitted.items()},
    }


def _experiment(source, name):
    """An experiment, and how many of its figures each of our own runs would have outside 5–95 %.

    The second list counts the closing figure only: the last loss, or else the last figure.
    """
    figures = [f for f in source.figures if f.recipe == name and counts(source, f)]
    outside = np.zeros((len(figures), source.n_seeds(name)), dtype=int)
    if figures:
        outside[:] = [is_outside(f.own_percentiles(source.sweep(name))) for f in figures]
    return {
        "report": source.name,
        "name": name,
        "settings": settings(source.recipes[name]),
        "seeds": source.n_seeds(name),
        "start": source.starts.get(name),
        "fitted": name in source.fitted_recipes,
        "outside": outside.sum(axis=0).tolist() if figures else [],
        "outside_at_the_end": (outside[closing(figures)] > 0).tolist() if figures else [],
    }


def counts(source, figure):
    """Whether a figure has a percentile that is evidence: it can be tested, and is not exact."""
    return source.compare(figure).verdict not in ("exact", "not testable")


def is_outside(percentiles):
    return (percentiles < 5) | (percentiles > 95)


def closing(figures):
    """The place of the figure with which a run ends: its last loss, or else its last figure."""
    losses = [i for i, f in enumerate(figures) if f.metric in ("loss", "mean_absolute_error")]
    return (losses or range(len(figures)))[-1]


def settings(recipe):
    """A Recipe as {name: text, number, true, false, None or lists of these}."""
    return {f.name: _plain(getattr(recipe, f.name)) for f in fields(Recipe)}


def _plain(value):
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return value.tolist()
    if callable(value):
        return value.__name__
    return value if value is None or isinstance(value, (str, int, float)) else repr(value)


def _figure(source, figure):
    comparison = source.compare(figure)
    tested = not figure.why_not
    spread = {
        "low": comparison.low,
        "median": comparison.median,
        "high": comparison.high,
        "share_at_100": comparison.share_at_100,
        "share_diverged": comparison.share_diverged,
        "percentile": comparison.percentile,
    }
    outside = None
    if counts(source, figure):
        own = figure.own_percentiles(source.sweep(figure.recipe))
        outside = float(np.mean(is_outside(own)))
    return {
        "report": source.name,
        "line": figure.line,
        "section": figure.section,
        "text": figure.text,
        "value": _number(figure.value),
        "experiment": figure.recipe,
        "metric": figure.metric,
        "epoch": figure.epoch,
        "rank": figure.rank,
        "variant": figure.variant,
        "seed": figure.seed,
        "why_not": figure.why_not or None,
        "runs": comparison.n,
        **{name: _number(value) if tested else None for name, value in spread.items()},
        "variant_percentile": _number(comparison.variant_percentile) if figure.variant else None,
        "outside_share": outside,
        "fitted": source.is_fitted(figure),
        "verdict": comparison.verdict,
    }


def _number(value):
    """A JSON number, or "diverged"."""
    if isinstance(value, Fraction):
        return float(value)
    return _plain(np.asarray(value).item()) if np.isfinite(value) else DIVERGED


def _claim(claim):
    verdict = claim.verdict()
    compared = {} if callable(claim.experiment) else claim.experiment
    return {
        "report": claim.report,
        "name": claim.name,
        "line": claim.line,
        "section": claim.section,
        "text": claim.text,
        "chapter": claim.chapter,
        "rule": claim.rule,
        "seeds": claim.seeds if compared else None,
        "compared": {label: settings(recipe) for label, recipe in compared.items()},
        "evidence": [_evidence(row) for row in verdict.table],
        "verdict": verdict.word,
        "condition": verdict.condition,
        "share": verdict.share,
    }


def _evidence(row):
    """A row of a verdict's table; infinite or undefined numbers are text."""
    return {
        name: str(cell) if isinstance(cell, float) and not np.isfinite(cell) else cell
        for name, cell in asdict(row).items()
    }


def rows(data):
    """The rows of the CSV file, dictionaries, from what ``record`` gave."""
    for figure in data["figures"]:
        yield {"kind": "figure", **figure}
    for claim in data["claims"]:
        yield {"kind": "claim", **claim, "evidence": None, "runs": claim["seeds"]}
        for cells in claim["evidence"]:
            text = "; ".join(f"{name}: {cell}" for name, cell in cells.items())
            about = {name: claim[name] for name in ("report", "name", "line")}
            yield {"kind": "evidence", **about, "evidence": text}


def _text(data):
    """As JSON, each report, experiment, figure and claim on a line of its own."""
    parts = []
    for name, value in data.items():
        each = value if isinstance(value, list) else [value]
        text = ",\n".join(json.dumps(v, ensure_ascii=False, allow_nan=False) for v in each)
        parts.append(f'"{name}": [\n{text}\n]' if isinstance(value, list) else f'"{name}": {text}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def write(folder):
    """Write the three files into a folder, which is made if it is not there."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    data = record()
    (folder / f"{NAME}.json").write_text(_text(data), encoding="utf-8")
    shutil.copyfile(SCHEMA, folder / f"{NAME}.schema.json")
    with (folder / f"{NAME}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        out.writeheader()
        out.writerows(rows(data))


if __name__ == "__main__":
    write("report")
