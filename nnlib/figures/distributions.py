"""Many runs in one picture: how a result spreads over seeds, and where a printed number stands."""

import numpy as np
from matplotlib.legend_handler import HandlerTuple

from nnlib.figures.curves import DASHES, constant_line
from nnlib.figures.kinds import (
    Curves,
    Flag,
    History,
    Number,
    Numbers,
    Places,
    Text,
    drawing,
    named,
    optional,
    together,
)
from nnlib.figures.palette import BLUE, GREEN, INK, ORANGE, PINK, WHITE
from nnlib.figures.style import at_most, subplots
from nnlib.sweeps import quantiles

COLORS = (BLUE, ORANGE, GREEN, PINK)
DOTS = 100  # of a strip: with more runs, each dot stands for as many


@drawing
def distributions(
    samples: Curves, xlabel: Text, printed: optional(named(Number, 0)) = None, log: Flag = True
):
    """One strip for each experiment: its runs as dots, their median and 5–95 % range.

    With more than 100 runs the dots are the percentiles ½, 1½, … 99½ of the runs. Runs that
    diverged are dots at the right edge, and counted there.

    Parameters
    ----------
    samples : {label: (n_runs,)} results, inf where a run diverged (NaN counts as diverged, too)
    xlabel : what they are
    printed : {label: number} to mark on some of the strips: what a report printed
    log : logarithmic axis; all finite results must be above 0
    """
    printed = {} if printed is None else printed
    figure, ax = subplots(height=0.75 + 0.42 * len(samples))
    samples = {label: np.where(np.isnan(v), np.inf, v) for label, v in samples.items()}
    ax.set_xscale("log" if log else "linear")
    finite = np.concatenate([v[np.isfinite(v)] for v in samples.values()])
    ends = np.array([*finite, *map(float, printed.values())])
    low, high, edge = _limits(ends, log, any(np.isinf(v).any() for v in samples.values()))
    for row, (label, values) in enumerate(samples.items()):
        strip(ax, row, values, edge)
        if label in printed:
            ax.plot(float(printed[label]), row, "D", color=ORANGE, markersize=6, zorder=5,
                    markeredgecolor=WHITE, linestyle="none")  # fmt: skip
    ax.set_yticks(range(len(samples)), [f"{k} (n = {len(v)})" for k, v in samples.items()])
    ax.set(xlabel=xlabel, xlim=(low, high), ylim=(len(samples) - 0.45, -0.55))
    ax.plot([], [], color=INK, linewidth=2, marker="|", markersize=9, label="median, 5–95 %")
    if printed:
        ax.plot([], [], "D", color=ORANGE, linestyle="none", label="printed in the report")
    figure.legend(loc="outside upper right", ncols=2)
    return figure


def _limits(ends, log, edge):
    """Ends of the axis, and where runs that diverged are drawn (None without any)."""
    ends = np.log10(ends) if log else ends
    span = max(np.ptp(ends), 0.1 if log else 1e-3 * max(1, np.abs(ends).max()))
    marks = ends.min() - 0.05 * span, ends.max() + (0.42 if edge else 0.05) * span
    place = ends.max() + 0.13 * span
    low, high, place = (10**m for m in (*marks, place)) if log else (*marks, place)
    return low, high, place if edge else None


def strip(ax, row, values, edge=None, most=DOTS):
    """Runs as at most so many dots around the line ``row``, with their median and 5–95 % range.

    ``edge`` is where infinite values are drawn; without it there must be none.
    """
    few = len(values) <= most
    dots = np.sort(values) if few else quantiles(values, (np.arange(most) + 0.5) / most)
    count = len(dots)
    offsets = 0.28 * (2 * (np.arange(count) * 0.6180339887 % 1) - 1)  # evenly spread, not random
    seen = np.isfinite(dots)
    ax.plot(dots[seen], row + offsets[seen], "o", color=BLUE, alpha=0.45, markersize=2.4,
            markeredgewidth=0, linestyle="none")  # fmt: skip
    low, middle, high = quantiles(values, (0.05, 0.5, 0.95))
    shown = [edge if np.isinf(v) else v for v in (low, middle, high)]
    ax.plot([shown[0], shown[2]], [row, row], color=INK, linewidth=2, zorder=4)
    ax.plot(shown[1], row, "|", color=INK, markersize=11, markeredgewidth=2, zorder=4)
    diverged = np.isinf(values).sum()
    if diverged:
        ax.plot(np.full((~seen).sum(), edge), row + offsets[~seen], "x", color=PINK,
                alpha=0.7, markersize=3.5, linestyle="none")  # fmt: skip
        ax.annotate(f"{100 * diverged / len(values):.0f} % diverged", (edge, row), (7, 0),
                    textcoords="offset points", va="center", fontsize=7.5)  # fmt: skip


@drawing
def bands(
    histories: named(History),
    constant_loss: optional(Number) = None,
    of: Text = "loss",
    log: Flag = True,
    printed: optional(together(Text, Places, Numbers)) = None,
):
    """Median and 5–95 % range over the runs of some experiments, against the epochs.

    Parameters
    ----------
    histories : {label: History} of at most 4 sweeps
    constant_loss : loss of the best predictor that ignores its inputs, a gray line
    of : "loss", "accuracy" (drawn in percent) or "mean_absolute_error"
    log : logarithmic axis
    printed : (label, epochs, values) of one run, such as a report's log: marks, no line of ours
    """
    at_most(COLORS, "histories", histories)
    figure, ax = subplots(height=3.0)
    scale, ranges = 100 if of == "accuracy" else 1, []
    for (label, history), color, line in zip(histories.items(), COLORS, DASHES, strict=False):
        low, middle, high = scale * history.quantiles(of=of)
        n = history.finished.sum()
        look = {"color": color, "alpha": 0.18, "linewidth": 0}
        ranges.append(ax.fill_between(history.epochs, low, high, **look))
        ax.plot(history.epochs, middle, color=color, linestyle=line, label=f"{label} (n = {n})")
    if printed is not None:
        label, epochs, values = printed
        ax.plot(epochs, scale * np.asarray(values, dtype=float), "D", color=INK, markersize=3.2,
                linestyle="none", label=label)  # fmt: skip
    if constant_loss is not None:
        constant_line(ax, constant_loss)
    words = "accuracy in %" if of == "accuracy" else of.replace("_", " ")
    ax.set(xlabel="epoch", ylabel=words, yscale="log" if log else "linear")
    handles, labels = ax.get_legend_handles_labels()
    figure.legend(  # a patch in each band's color, side by side
        [*handles, tuple(ranges)], [*labels, "5–95 % of the runs"], loc="outside upper center",
        ncols=2, handler_map={tuple: HandlerTuple(ndivide=None, pad=0)},
    )  # fmt: skip
    return figure


@drawing
def shares(outcomes: Curves, xlabel: Text = "share of runs in %"):
    """The share of runs in which something happened, with its 95 % interval (Wilson 1927).

    ``outcomes`` : {label: (n_runs,) bool}
    """
    figure, ax = subplots(height=0.75 + 0.3 * len(outcomes))
    for row, values in enumerate(outcomes.values()):
        low, high = wilson(values.sum(), len(values))
        ax.plot([100 * low, 100 * high], [row, row], color=BLUE, linewidth=2.2)
        ax.plot(100 * np.mean(values), row, "o", color=INK, markersize=5)
    ax.set_yticks(range(len(outcomes)), [f"{k} (n = {len(v)})" for k, v in outcomes.items()])
    ax.set(xlabel=xlabel, xlim=(-3, 103), ylim=(len(outcomes) - 0.5, -0.5))
    ax.plot([], [], "o-", color=BLUE, markerfacecolor=INK, label="share, 95 % interval")
    figure.legend(loc="outside upper right")
    return figure


def wilson(k, n, z=1.96):
    """The interval of a share k/n that Wilson (1927) gives: shares it is within z errors of."""
    center = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(k * (n - k) / n + z * z / 4)
    return center - half, center + half
