"""Wrong gradients: what trains with them, and how far they point away from the right ones."""

import numpy as np

from nnlib.figures.curves import DASHES, constant_line
from nnlib.figures.kinds import (
    Count,
    Curves,
    Grid,
    Number,
    Places,
    Positive,
    Run,
    Text,
    drawing,
    many,
    named,
    together,
)
from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, ORANGE, PALER_ORANGE
from nnlib.figures.style import at_most, subplots

LAYERS = ((BLUE, "o"), (ORANGE, "^"), (GREEN, "s"))


@drawing
def strips(losses: Curves, notes: named(Text), marks: named(Text, 0)):
    """One row of dots for each name in ``losses``, a dot a seed, on a logarithmic axis.

    The line in a row is its median. ``notes`` maps the names to a text at the right edge,
    ``marks`` a loss to the words at the vertical line through it.
    """
    figure, ax = subplots(height=0.9 + 0.31 * len(losses))
    for row, (name, values) in enumerate(losses.items()):
        ax.plot(*_spread(np.sort(values), row, np.diff(np.log(np.sort(values))) < 0.2), "o",
                color=BLUE, markersize=3.5)  # fmt: skip
        ax.vlines(np.median(values), row - 0.36, row + 0.36, color=INK, linewidth=1.6)
        ax.text(1.02, row, notes[name], transform=ax.get_yaxis_transform(), va="center")
    ax.text(1.02, -0.75, "all right", transform=ax.get_yaxis_transform(), va="bottom", size=8)
    for loss, words in marks.items():
        ax.axvline(loss, color=GRAY, linestyle="--", linewidth=1, zorder=0)
        ax.text(loss, -0.75, words, color=GRAY, ha="center", va="bottom", fontsize=8)
    _rows(ax, losses)
    ax.set(xlabel="loss at the end, all 21 points", xscale="log")
    return figure


@drawing
def angles(panels: named(named(Grid)), epochs: Places, what: Text):
    """Angles between wrong and right gradients, one panel for each name in ``panels``.

    ``panels`` maps a name to {layer: degrees of shape (len(epochs), n)}. A marker is the median,
    its line the 5–95 % range; NaN stands for a gradient that is zero and is left out.
    """
    figure, axes = subplots(1, len(panels), height=2.7, sharey=True)
    where = np.arange(len(epochs))
    for ax, (name, layers) in zip(axes, panels.items(), strict=True):
        ax.axhspan(90, 180, color=PALER_ORANGE, linewidth=0, zorder=0)
        for i, (layer, degrees) in enumerate(layers.items()):
            color, marker = LAYERS[i]
            low, middle, high = np.nanquantile(degrees, (0.05, 0.5, 0.95), axis=1)
            x = where + 0.24 * (i - (len(layers) - 1) / 2)
            ax.vlines(x, low, high, color=color, linewidth=1.6)
            ax.plot(x, middle, marker, color=color, markersize=4.5, label=layer)
        ax.set(title=name, xlabel="epochs", ylim=(-6, 150), yticks=(0, 45, 90, 135))
        ax.set_xlim(-0.6, len(epochs) - 0.4)
        ax.set_xticks(where, epochs)
        ax.tick_params(axis="x", labelsize=7.5)
    axes[0].set_ylabel("angle in degrees")
    axes[0].text(-0.4, 145, "uphill", va="top", fontsize=8)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, title=what, loc="outside lower center", ncols=len(labels),
        title_fontsize=8,
    )  # fmt: skip
    return figure


@drawing
def report_b(runs: named(Run), printed: named(Number), constant: Number, bound: Positive):
    """Last-sample loss and accuracy of some runs, by name, with the losses that a report prints.

    ``printed`` is {epoch: loss}; ``constant`` is the loss of the best constant predictor, and
    ``bound`` the loss at which training stops.
    """
    at_most(DASHES, "runs", runs)
    figure, (left, right) = subplots(1, 2, height=2.9)
    for (name, run), line in zip(runs.items(), DASHES, strict=False):
        # The closing row holds another loss, that of all points.
        left.plot(run.epochs[:-1], run.loss[:-1], linestyle=line, label=name)
        right.plot(run.epochs, 21 * run.accuracy, linestyle=line, label=name)
    left.plot(
        list(printed), list(printed.values()), "o", color=INK, markersize=3, label="printed",
        zorder=3,
    )  # fmt: skip
    constant_line(left, constant)
    left.axhline(bound, color=INK, linestyle=":", linewidth=1)
    left.text(2, bound * 0.93, f"stop below {bound:g}", va="top", fontsize=8)
    left.set(xlabel="epoch", ylabel="loss of the last sample", yscale="log")
    left.set_ylim(bottom=bound / 2)
    right.set(xlabel="epoch", ylabel="right points of 21", ylim=(0, 22), yticks=(0, 7, 14, 21))
    left.legend(loc="upper right", bbox_to_anchor=(1, 0.9))
    return figure


@drawing
def firsts_and_ends(firsts: Curves, ends: Curves, points: Curves, last: Number):
    """Left: the first epoch with all points right. Right: where a stop rule ends the training.

    ``firsts`` and ``ends`` map names to one epoch a seed, infinite where there is none up to
    ``last``; ``points`` maps the names to the right points at the end. Orange: not all 21.
    """
    figure, axes = subplots(1, 2, height=0.8 + 0.45 * len(firsts), sharey=True)
    never = 1.2 * last
    for row, name in enumerate(firsts):
        _seeds(axes[0], row, firsts[name], np.isfinite(firsts[name]), never)
        _seeds(axes[1], row, ends[name], np.equal(points[name], 21), never)
        middle = min(np.median(firsts[name]), never)
        axes[0].vlines(middle, row - 0.4, row + 0.4, color=INK, linewidth=1.6)
    for ax in axes:
        ax.axvline(1.1 * last, color=GRAY, linestyle="--", linewidth=1)
        ax.set_xticks([0, last // 2, last, never], [0, last // 2, last, "never"])
        _rows(ax, firsts)
    axes[0].set(xlabel="first row with all 21 points right")
    axes[1].set(xlabel="row where the rule ends the run")
    return figure


def _seeds(ax, row, epochs, good, never):
    """A mark for each seed: a blue dot where it is good, else an orange triangle."""
    order = np.argsort(epochs, kind="stable")
    epochs = np.minimum(epochs, never)[order]
    x, heights = _spread(epochs, row, np.diff(epochs) < 0.03 * never)
    for value, color, marker in ((True, BLUE, "o"), (False, ORANGE, "^")):
        chosen = np.asarray(good)[order] == value
        ax.plot(x[chosen], heights[chosen], marker, color=color, markersize=3.5)


def _spread(values, row, close):
    """Sorted values and heights around ``row``; close neighbors stand above one another."""
    places, heights = (0, 1, -1, 2, -2, 3, -3), [row]
    k = 0
    for near in close:
        k = (k + 1) % len(places) if near else 0
        heights.append(row + 0.12 * places[k])
    return values, np.array(heights)


def _rows(ax, names):
    """The names as labels of the rows 0, 1, …, the first on top."""
    ax.set_yticks(range(len(names)), list(names))
    ax.set_ylim(len(names) - 0.5, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")


@drawing
def moving_gradients(shapes: many(together(Count, Count))):
    """Every component of a wrong gradient against the right one; ``move(right, wrong)``.

    One panel for each weight matrix, of the given ``shapes``. ``move`` takes two lists of arrays
    and returns the angle between them in each layer, in degrees. Components are in units of the
    largest right one of their layer; what is beyond 2 stands at the edge. Those that coincide are
    one dot.
    """
    figure, axes = subplots(1, len(shapes), height=2.75, sharey=True, squeeze=False)
    axes = axes[0]
    dots, titles = [], []
    for l, (ax, color, marker) in enumerate(
        zip(axes, (BLUE, ORANGE, GREEN), ("o", "^", "s"), strict=False), start=1
    ):
        ax.plot([-1, 1], [-1, 1], color=GRAY, linewidth=1, linestyle="--")
        ax.axhline(0, color=GRAY, linewidth=0.5)
        look = {"color": color, "markersize": 5, "markeredgewidth": 0, "linestyle": "none"}
        dots.append(ax.plot([], [], marker, **look)[0])
        titles.append(ax.set_title(f"$W_{l}$: 180°"))
        ax.set(xlim=(-1.15, 1.15), ylim=(-2.15, 2.15), xlabel="right component")
        ax.set(xticks=(-1, 0, 1), yticks=range(-2, 3))
    axes[0].set_ylabel("wrong component")

    def move(right, wrong):
        angles = []
        for l, (r, w) in enumerate(zip(right, wrong, strict=True)):
            r, w = r.ravel(), w.ravel()
            unit = max(np.abs(r).max(), 1e-300)
            places = np.column_stack([r / unit, np.clip(w / unit, -2, 2)]).round(3)
            dots[l].set_data(*np.unique(places, axis=0).T)
            length = np.linalg.norm(r) * np.linalg.norm(w)
            cosine = r @ w / length if length > 0 else np.nan
            angles.append(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
            angle = "no angle" if np.isnan(angles[-1]) else f"{angles[-1]:.0f}°"
            titles[l].set_text(f"$W_{l + 1}$: {angle}")
        return angles

    return figure, move
