"""Printed figures among our runs: one on its distribution, all of them, and what chance gives."""

import numpy as np

from nnlib.figures.kinds import (
    Curves,
    Number,
    Numbers,
    Places,
    Text,
    drawing,
    having,
    many,
    named,
    together,
)
from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, ORANGE, PALER_BLUE, PALEST_BLUE, PINK
from nnlib.figures.style import WIDTH, at_most, subplots
from nnlib.sweeps import quantiles

ZONES = ((1, 99, PALEST_BLUE), (5, 95, PALER_BLUE))  # percentiles, and their shade
# What a verdict looks like: color, marker and its size.
LOOKS = {
    "exact": (GREEN, "D", 4),
    "reproduced": (BLUE, "o", 3.6),
    "plausible": (ORANGE, "^", 4.6),
    "not reproduced": (PINK, "X", 5),
}
ROW, GAP = 0.07, 0.15  # inches: a run's row, and what lies between two reports
Compared = having("Comparison", "verdict", "percentile", "variant_percentile")


@drawing
def verdict(values: Numbers, printed: Number, percentile: Number, xlabel: Text):
    """A printed figure on its distribution: our runs as a histogram, the printed value as a line.

    Runs that diverged are counted at the right edge. The axis is logarithmic where the runs span
    more than a factor of 30.

    Parameters
    ----------
    values : (n_runs,), inf or NaN where a run diverged
    printed : the printed value
    percentile : where it stands among them, from 0 to 100
    xlabel : what the values are
    """
    figure, move = moving_verdict()
    move(values, printed, percentile, xlabel)
    return figure


@drawing
def moving_verdict():
    """``verdict`` of one figure after the other; ``move`` takes what that takes."""
    figure, ax = subplots(height=2.9)
    figure.get_layout_engine().set(rect=(0, 0, 0.97, 1))  # a number may stand at the right end
    zones = [
        ax.axvspan(0, 1, color=shade, linewidth=0, zorder=0, label=f"{low}–{high} %")
        for low, high, shade in ZONES
    ]
    steps = ax.stairs([1], [0, 1], fill=True, color=BLUE, alpha=0.75, label="our runs")
    line = ax.axvline(0, color=ORANGE, linewidth=1.8, label="printed")
    diverged = ax.text(0.99, 0.95, "", transform=ax.transAxes, ha="right", va="top", fontsize=8)
    ax.set_ylabel("runs")
    ax.xaxis.set_label_coords(0.5, -0.14)  # whatever numbers stand at the axes
    ax.yaxis.set_label_coords(-0.08, 0.5)
    legend = figure.legend(loc="outside upper left", ncols=4)  # whose last words change
    _, _, runs, place = legend.get_texts()

    def move(values, printed, percentile, xlabel):
        values, printed = np.asarray(values, dtype=float), float(printed)
        finite = values[np.isfinite(values)]
        ends = np.array([printed, *finite])
        log = ends.min() > 0 and ends.max() > 30 * ends.min()
        edges = _edges(ends, finite, log)
        counts, _ = np.histogram(finite, edges)
        steps.set_data(counts, edges)
        line.set_xdata([printed, printed])
        for zone, (low, high, _) in zip(zones, ZONES, strict=True):
            _place(zone, quantiles(values, (low / 100, high / 100)), edges)
        ax.set_xscale("linear")  # in which any limits can be set
        ax.set(xlabel=xlabel, xlim=(edges[0], edges[-1]), ylim=(0, 1.05 * max(1, *counts)))
        ax.set_xscale("log" if log else "linear")
        lost = np.mean(~np.isfinite(values))
        diverged.set_text(f"{lost:.1%} of the runs diverged" if lost else "")
        runs.set_text(f"our runs (n = {len(values)})")
        place.set_text(f"printed: percentile {percentile:.3g}")

    return figure, move


def _edges(ends, finite, log):
    """Edges of 40 bins over all ``ends``; of few different values, a bin around each place."""
    ends = np.log10(ends) if log else ends
    span = np.ptp(ends)
    span = span if span > 0 else 0.1 * max(1e-12, abs(ends[0]))
    steps = np.diff(np.unique(finite))
    if not log and len(steps) < 40:  # accuracies: each value in the middle of its bin
        step = steps.min() if len(steps) else span / 10
        step = max(step, span / 60)
        return ends.min() + step * (np.arange(np.ceil(span / step) + 2) - 0.5)
    edges = np.linspace(ends.min() - 0.04 * span, ends.max() + 0.04 * span, 41)
    return 10**edges if log else edges


def _place(zone, ends, edges):
    """Put a zone between two quantiles of the runs; infinite ones are at the edge."""
    low, high = (min(max(edges[0], end), edges[-1]) for end in np.nan_to_num(ends, nan=edges[0]))
    zone.set(x=low, width=high - low)


@drawing
def strips_of_figures(reports: named(named(many(Compared))), width=WIDTH):
    """Every printed figure as a mark at its percentile, one strip a report, one row in it a run.

    Parameters
    ----------
    reports : {report: {run: its Comparisons}}. A small ring is the percentile in the variant, for
        figures that are plausible because of it
    width : in inches; below text width the names of the marks take two lines
    """
    runs = [len(report) for report in reports.values()]
    height = ROW * sum(runs) + GAP * len(runs)
    figure, ax = subplots(height=height + 0.95, width=width)
    for low, high, shade in ZONES:
        ax.axvspan(low, high, color=shade, linewidth=0, zorder=0)
    place, middles = 0.0, []
    for report in reports.values():
        if place:
            ax.axhline(place - (ROW + GAP) / 2, color=GRAY, linewidth=0.4)
        middles.append(place + ROW * (len(report) - 1) / 2)
        for comparisons in report.values():
            _row(ax, place, comparisons)
            place += ROW
        place += GAP
    counts = [sum(map(len, report.values())) for report in reports.values()]
    labels = [
        f"{name}: {count} figures,\n{n} run{'s' * (n > 1)}"
        for name, count, n in zip(reports, counts, runs, strict=True)
    ]
    ax.set_yticks(middles, labels)
    ax.tick_params(axis="y", length=0)
    ax.set(xlabel="percentile among our runs", xlim=(-2, 102), ylim=(place - GAP, -GAP))
    ax.set_xticks((0, 5, 25, 50, 75, 95, 100) if width >= WIDTH else (5, 25, 50, 75, 95))
    for name, (color, marker, size) in LOOKS.items():
        ax.plot([], [], marker, color=color, markersize=size, linestyle="none", label=name)
    ax.plot([], [], "o", color=INK, markerfacecolor="none", markersize=4, markeredgewidth=0.7,
            linestyle="none", label="its variant")  # fmt: skip
    ncols = 5 if width >= WIDTH else 3
    figure.legend(loc="outside upper center", ncols=ncols, columnspacing=1.2)
    return figure


def _row(ax, place, comparisons):
    """The figures of one run: a thin line from the lowest to the highest, and their marks."""
    percentiles = [j.percentile for j in comparisons]
    ax.plot([min(percentiles), max(percentiles)], [place, place], color=GRAY, linewidth=0.5)
    for name, (color, marker, size) in LOOKS.items():
        found = [j.percentile for j in comparisons if j.verdict == name]
        ax.plot(found, np.full(len(found), place), marker, color=color, markersize=size,
                alpha=0.65, markeredgewidth=0, linestyle="none", clip_on=False)  # fmt: skip
    saved = [
        j.variant_percentile
        for j in comparisons
        if j.verdict == "plausible" and not 1 <= j.percentile <= 99
    ]
    ax.plot(saved, np.full(len(saved), place), "o", color=INK, markerfacecolor="none",
            markersize=4, markeredgewidth=0.7, linestyle="none")  # fmt: skip


@drawing
def chance(panels: named(together(Numbers, Numbers, Number))):
    """How many figures lie outside 5–95 % where all are true, and how many do.

    Parameters
    ----------
    panels : {title: (counts, expected, found)}. ``counts``, one for each imagined reading, is a
        histogram; ``expected`` are the probabilities of 0, 1, 2, … of independent figures, a
        line; ``found`` is the count in the reports
    """
    figure, axes = subplots(1, len(panels), height=2.7)
    for ax, (title, (counts, expected, found)) in zip(np.ravel(axes), panels.items(), strict=True):
        right = max(np.quantile(counts, 0.998), found) * 1.1 + 2
        width = max(1, round(right / 40))
        ax.hist(counts, np.arange(-0.5, right + width, width), density=True, color=BLUE, alpha=0.7,
                label="all true, rows of one run together")  # fmt: skip
        ax.plot(np.arange(len(expected)), expected, color=INK, linestyle="--", linewidth=1.1,
                label="all true and independent")  # fmt: skip
        ax.axvline(found, color=ORANGE, linewidth=1.8, label="the reports")
        ax.set(title=title, xlabel="number outside 5–95 %", xlim=(-0.5, right), yticks=())
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.spines["left"].set_visible(False)
    handles, labels = np.ravel(axes)[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


ORDERS = ((BLUE, "o", "-"), (ORANGE, "^", "-."), (GREEN, "s", ":"), (PINK, "D", (0, (5, 1))),
          (INK, "v", "--"))  # fmt: skip


@drawing
def wrong_orders(n_runs: Places, chances: Curves):
    """The chance that a comparison shows the wrong order, against the runs of each side.

    ``chances`` maps the names of comparisons, at most 5, to a chance for each of ``n_runs``.
    """
    at_most(ORDERS, "chances", chances)
    figure, ax = subplots(height=2.9)
    for (name, values), (color, marker, line) in zip(chances.items(), ORDERS, strict=False):
        ax.plot(n_runs, 100 * np.asarray(values), color=color, marker=marker, linestyle=line,
                markersize=4, label=name)  # fmt: skip
    ax.axhline(50, color=GRAY, linewidth=0.8)
    ax.text(n_runs[-1], 51, "a coin", color=GRAY, ha="right", va="bottom", fontsize=8)
    ax.set(xscale="log", xlabel="runs of each setting (their medians are compared)",
           ylabel="wrong order, in %", ylim=(-2, 58))  # fmt: skip
    ax.set_xticks(n_runs, n_runs)
    ax.minorticks_off()
    figure.legend(loc="outside upper center", ncols=2)
    return figure
