"""Tables of printed figures and of claims, as the appendix of chapter 11 shows them."""

import numpy as np

from nnlib.sources.claim import interval, shown
from nnlib.sources.model import NO_BREAK

HEADER = ("line", "where", "printed", "median", "5–95 %", "pct.", "verdict")
EVIDENCE = ("claim", "compared", "measure", "found", "adjusted p", "decision")
MINUS = "−"


def figures_rows(source):
    """The rows of ``figures.table`` for all figures of a report, one each, in its text's order.

    Outputs of a trained network are many, and their percentiles hardly differ from one to the
    next: a row holds ten neighbors by rank, and says how many of them got which verdict.
    """
    rows, grouped, before = [], set(), None
    compared = [(figure, source.compare(figure)) for figure in source.figures]
    for figure, comparison in compared:
        if figure.rank is None:
            rows.append(figure_row(figure, comparison, before))
        elif figure.recipe not in grouped:
            grouped.add(figure.recipe)
            outputs = [pair for pair in compared if pair[0].rank is not None]
            outputs = [pair for pair in outputs if pair[0].recipe == figure.recipe]
            outputs.sort(key=lambda pair: pair[0].rank)
            rows += [group_row(outputs[i : i + 10]) for i in range(0, len(outputs), 10)]
        before = figure
    return rows


def figure_row(figure, comparison, before=None):
    """The row of one figure; of one that cannot be tested, without numbers.

    Where the row ``before`` is of the same section, only the last part of it is written.
    """
    section, _, last = figure.section.rpartition(", ")
    again = before is not None and section == before.section.rpartition(", ")[0] != ""
    cells = figure.line, last if again else figure.section, printed(figure)
    if comparison.verdict == "not testable":
        return (*cells, "", "", "", comparison.verdict)
    low, middle, high = (value(figure, v) for v in comparison[2:5])
    return (*cells, middle, span(low, high), percentile(comparison), comparison.verdict)


def group_row(group):
    """The row of outputs that are neighbors by rank."""
    (first, one), (last, other) = group[0], group[-1]
    lines = sorted(figure.line for figure, _ in group)
    ranks = span(f"{first.rank + 1}", f"{last.rank + 1}")
    section = first.section.rpartition(", ")[0] + ", outputs, " if first.rank == 0 else ""
    verdicts = [comparison.verdict for _, comparison in group]
    counts = " + ".join(f"{verdicts.count(v)} {v}" for v in dict.fromkeys(verdicts))
    places = sorted(comparison.percentile for _, comparison in group)
    return (
        "–".join(dict.fromkeys((f"{lines[0]}", f"{lines[-1]}"))),
        f"{section}rank {ranks}",
        span(value(first, float(first.value)), value(last, float(last.value))),
        span(value(first, one.median), value(last, other.median)),
        span(value(first, one.low), value(last, other.high)),
        span(place(places[0]), place(places[-1])),
        counts,
    )


def printed(figure):
    """The text as printed; a long number is cut to five digits."""
    return figure.text if len(figure.text) <= 8 else short(float(figure.value), 5)


def value(figure, number):
    """One of our results, written short; accuracies in percent, outputs near 1 from there."""
    if not np.isfinite(number):
        return "diverged"
    if figure.metric == "accuracy":
        return f"{100 * number:.3g}%"
    if figure.metric == "output" and number > 0.9:
        return f"1{NO_BREAK}{MINUS}{NO_BREAK}{short(1 - number, 3)}"
    return short(number, 4 if figure.metric in ("ones", "errors", "end_epoch") else 3)


def short(number, digits):
    """A number in few digits, below 0.01 in one less and without zeros: 0.0123, 1.2e−3."""
    if 0 < abs(number) < 0.01:
        mantissa, _, exponent = f"{number:.{digits - 2}e}".partition("e")
        return f"{float(mantissa):g}e{int(exponent)}".replace("-", MINUS)
    return f"{number:.{digits}g}"


def percentile(comparison):
    """The percentile; behind it, in parentheses, that of the variant."""
    own, other = place(comparison.percentile), comparison.variant_percentile
    return own if np.isnan(other) else f"{own} ({place(other)})"


def place(percentile):
    """A percentile, with a decimal where it matters: in the tails, but for 0 and 100."""
    tail = 0 < percentile < 10 or 90 < percentile < 100
    return f"{percentile:.1f}" if tail else f"{percentile:.0f}"


def span(low, high):
    """Two ends, or one where they are written alike; the first one's percent sign is left out."""
    if low == high:
        return low
    return f"{low.rstrip('%') if high.endswith('%') else low}{NO_BREAK}to {high}"


def evidence_rows(source):
    """The rows of ``figures.table`` for all comparisons that decide the claims of a report."""
    return [
        evidence_row(row, ", ".join(part for part in (claim.name, row.setting) if part))
        for claim in source.claims
        for row in claim.verdict().table
    ]


def evidence_row(row, place):
    """The cells of one row of Evidence."""
    values = (shown(row.kind, value) for value in (row.value, row.other) if value is not None)
    found = " and ".join(values)
    if row.low is not None:
        found += f" [{interval(row)}], {row.runs} runs"
    p = None if row.adjusted is None else short(row.adjusted, 3)
    compared = " against ".join(part for part in (row.first, row.second) if part)
    return place, compared or "computed", row.measure, found, p, row.decision


def markdown(verdict):
    """A Verdict's sentence and its evidence as a table, which JupyterLab shows."""
    header = ("setting", *EVIDENCE[1:])
    rows = [evidence_row(row, row.setting) for row in verdict.table]
    lines = [header, ["---"] * len(header), *rows]
    cells = (" | ".join(cell or "" for cell in line) for line in lines)
    return "\n".join([f"{verdict}\n", *(f"| {line} |" for line in cells)])
