"""The learning rate: accuracies by rate, paths on a loss surface, and pace."""

import numpy as np

from nnlib.figures.curves import DASHES, band, constant_line
from nnlib.figures.kinds import (
    Grid,
    History,
    Number,
    Numbers,
    Places,
    Run,
    Surface,
    drawing,
    named,
    together,
)
from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, ORANGE, PINK
from nnlib.figures.style import LINES, at_most, subplots
from nnlib.sweeps import quantiles

LOOKS = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), (PINK, "v"))


@drawing
def accuracies_by_rate(
    panels: named(named(named(Numbers))),
    printed: named(named(named(Number))),
    guess: named(Number),
):
    """For each rate of each report the accuracy of its runs: median, 5–95 %, the printed number.

    Parameters
    ----------
    panels : {title: {report: {rate: (n_runs,) accuracies}}}, at most 4 reports; NaN, the accuracy
        of a run that diverged, is below all others and drawn as 0
    printed : the same, with the number that the report prints
    guess : {title: accuracy of always answering one class}, a dashed line
    """
    figure, axes = subplots(1, len(panels), height=3.0, sharey=True, squeeze=False)
    for ax, (title, reports) in zip(axes[0], panels.items(), strict=True):
        at_most(LOOKS, f"panels[{title!r}]", reports)
        ax.axhline(100 * guess[title], color=GRAY, linestyle="--", linewidth=1, label="one class")
        for i, (report, by_rate) in enumerate(reports.items()):
            rates = np.array(list(by_rate)) * 10 ** (0.17 * (i - (len(reports) - 1) / 2))
            bars = np.nan_to_num([quantiles(a, (0.05, 0.5, 0.95)) for a in by_rate.values()])
            low, middle, high = 100 * bars.T
            color, marker = LOOKS[i]
            ax.vlines(rates, low, high, color=color, linewidth=2)
            ax.plot(rates, middle, marker, color=color, markersize=5, label=report)
            numbers = [100 * printed[title][report][rate] for rate in by_rate]
            ax.plot(rates, numbers, "D", color=INK, markersize=4.5, fillstyle="none", zorder=4)
        ax.set(title=title, xlabel="learning rate", xscale="log")
    axes[0, 0].plot([], [], "D", color=INK, markersize=4.5, fillstyle="none", label="printed")
    axes[0, 0].set(ylabel="accuracy in %", ylim=(-3, 104))
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=6)
    return figure


@drawing
def pace(histories: named(History), rates: named(Number), constant_loss: Number):
    """Bands of losses against the epochs, and once more against rate × epochs.

    ``histories`` and ``rates`` are {label: History} and {label: rate}; row e of a history is
    measured after e + 1 epochs, and its last row at the end. Row 0 is left out: on a log axis it
    would be far away.
    """
    at_most(LOOKS, "histories", histories)
    figure, axes = subplots(1, 2, height=2.9, sharey=True)
    for (label, history), (color, _), line in zip(histories.items(), LOOKS, DASHES, strict=False):
        trained = np.minimum(history.epochs + 1, history.epochs[-1])[1:]
        for ax, x in zip(axes, (trained, trained * rates[label]), strict=True):
            band(ax, x, history.loss[:, 1:], label, color, line)
    for ax, label in zip(axes, ("epochs", "rate × epochs"), strict=True):
        constant_line(ax, constant_loss)
        ax.set(xlabel=label, yscale="log")
    axes[0].set_xscale("log")
    axes[0].set_ylabel("loss")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


@drawing
def sinks_and_rises(
    last: History,
    seed_0: Run,
    listing: History,
    exact: History,
    constants: together(Number, Number),
):
    """Report B's figure 14 over many seeds.

    Left: the loss of an epoch's last sample, of the runs of the History ``last`` and of the run of
    seed 0, the report's own. Right: the loss of all points, Histories with the listing's gradient
    and the right one. ``constants`` : loss of the best constant predictor, on the left and right.
    """
    figure, axes = subplots(1, 2, height=3.3)
    left, right = axes
    band(left, last.epochs[:-1], last.loss[:, :-1], "listing", ORANGE, "-.")
    left.plot(seed_0.epochs[:-1], seed_0.loss[:-1], color=INK, linewidth=1,
              label="listing, the report's seed")  # fmt: skip
    band(right, listing.epochs, listing.loss, "listing", ORANGE, "-.")
    band(right, exact.epochs, exact.loss, "right gradient", BLUE, "-")
    words = {}
    for ax, title, constant in zip(
        axes, ("last sample of the epoch", "all points"), constants, strict=True
    ):
        constant_line(ax, constant)
        ax.set(title=title, xlabel="epoch", yscale="log")
        handles, labels = ax.get_legend_handles_labels()
        words |= dict(zip(labels, handles, strict=True))
    left.set_ylabel("loss")
    figure.legend(words.values(), words.keys(), loc="outside lower center", ncols=2)
    return figure


@drawing
def moving_path(a: Places, b: Places, loss: Surface, paths: named(together(Grid, Numbers))):
    """Paths down a loss surface, and the loss along them; ``move(path, losses)`` moves a dark one.

    Parameters
    ----------
    a, b, loss : the surface, (n_a,), (n_b,) and (n_b, n_a)
    paths : {label: (path (steps, 2), losses (steps,))}, at most four, which stay
    """
    at_most(LINES, "paths", paths)
    figure, (left, right) = subplots(1, 2, height=3.3)
    levels = np.geomspace(loss.min() * 1.12, loss.max(), 9)
    left.contour(a, b, loss, levels=levels, colors=GRAY, linewidths=0.7, alpha=0.6)
    looks = [
        (color, line, 1.2, 1, label) for (color, line), label in zip(LINES, paths, strict=False)
    ]
    drawn = []
    for color, line, width, order, label in [*looks, (INK, "-", 2, 4, "chosen")]:
        look = {"color": color, "linestyle": line, "linewidth": width, "zorder": order}
        pair = left.plot([], [], marker="o", markersize=2.5, **look)
        drawn.append((*pair, *right.plot([], [], label=label, **look)))

    def place(lines, path, losses):
        outside = (path < (a[0], b[0])).any(axis=1) | (path > (a[-1], b[-1])).any(axis=1)
        lines[0].set_data(*path[: np.argmax(outside) + 1 if outside.any() else len(path)].T)
        seen = np.isfinite(losses)
        lines[1].set_data(np.flatnonzero(seen), losses[seen])

    for lines, (path, losses) in zip(drawn, paths.values(), strict=False):
        place(lines, path, losses)
        left.plot(*path[0], "s", color=INK, markersize=5, zorder=5)
    highest = loss.max() * 2
    left.set(xlim=(a[0], a[-1]), ylim=(b[0], b[-1]), xlabel="flat direction, $p$")
    left.set_ylabel("steep direction, $q$")
    steps = max(len(losses) for _, losses in paths.values())
    right.set(xlabel="step", ylabel="loss", yscale="log", xlim=(-0.5, steps - 0.5))
    right.set_ylim(loss.min() * 0.9, highest)
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return figure, lambda path, losses: place(drawn[-1], path, losses)
