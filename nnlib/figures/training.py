"""Training: learning curves, the points in hidden space, and those that are predicted wrongly."""

import numpy as np

from nnlib import validation
from nnlib.figures.curves import DASHES, constant_line
from nnlib.figures.kinds import (
    Curves,
    Flag,
    Labels,
    Networks,
    Number,
    Places,
    Points,
    Run,
    Text,
    drawing,
    many,
    named,
    together,
)
from nnlib.figures.palette import INK
from nnlib.figures.points import field, scatter, window
from nnlib.figures.style import CLASS_COLORS, WIDTH, at_most, subplots


@drawing
def hidden_space(networks: Networks, views: named(Points), X: Points, y: Labels, width=WIDTH):
    """Snapshots of one run: the plane above, the same points in hidden space below.

    ``networks`` is {epoch: Network}; ``views`` is {epoch: (n, 2)}, whose first column is the
    signed distance from the output layer's plane: the line at 0 separates the predictions. Points
    of one class are joined in their order. Below text width, in inches, two panels stand in a row.
    """
    wide = validation.real("width", width, minimum=2, below=100) >= WIDTH
    columns = len(networks) if wide else 2
    rows = -(-len(networks) // columns)
    figure, axes = subplots(2 * rows, columns, height=4.0 if wide else 3.2 * rows, width=width,
                            squeeze=False)  # fmt: skip
    above, below = axes[:rows], axes[rows:]
    for plane, hidden, (epoch, net) in zip(above.flat, below.flat, networks.items(), strict=False):
        field(plane, net, *window(X), steps=41)
        scatter(plane, X, y, size=12)
        plane.set(title=f"{epoch} epochs", xlabel="", ylabel="")
        plane.locator_params(nbins=1)
        _view(hidden, views[epoch], y)
        hidden.set_title("" if wide else f"{epoch} epochs")
    for ax in (*above.flat, *below.flat):
        ax.set_visible(ax.has_data())
    for first, second in zip(above[:, 0], below[:, 0], strict=True):
        first.set_ylabel("input: $x_2$")
        second.set_ylabel("hidden: main\ndirection of the rest")
    figure.supxlabel("above: $x_1$" + ("  ·  " if wide else "\n")
                     + "below: signed distance from the plane $z_3 = 0$", size=9)  # fmt: skip
    return figure


def _view(ax, view, y):
    """The points in hidden space, each class joined, and the plane as a line, seen edge on."""
    ax.axvline(0, color=INK, linewidth=1.3)
    for label, color in enumerate(CLASS_COLORS):
        ax.plot(*view[y[:, 0] == label].T, color=color, linewidth=0.8, alpha=0.6)
    scatter(ax, view, y, size=14)
    ax.set(aspect="auto", xlabel="", ylabel="")
    ax.margins(0.12)
    ax.locator_params(nbins=3)
    ax.tick_params(labelsize=7.5)


@drawing
def truth_and_prediction(
    networks: Networks,
    training: many(together(Points, Labels)),
    fresh: many(together(Points, Labels)),
):
    """A row for each network: the true labels, its predictions, and its errors on fresh points.

    ``networks`` is {title: Network}; ``training`` and ``fresh`` hold a pair (X, y) for each. Rings
    are around training points that the network gets wrong. The last panel has its output as a
    field, and of the fresh points only the wrong ones.
    """
    figure, axes = subplots(len(networks), 3, height=2.3 * len(networks), sharex=True, sharey=True,
                            squeeze=False)  # fmt: skip
    corners = window(np.concatenate([X for X, _ in (*training, *fresh)]))
    for row, (title, net), (X, y), points in zip(
        axes, networks.items(), training, fresh, strict=True
    ):
        truth, prediction, errors = row
        predicted = net.predict(X)
        scatter(truth, X, y, size=16)
        scatter(prediction, X, predicted, size=16)
        _rings(prediction, X[(predicted != y)[:, 0]])
        field(errors, net, *corners)
        wrong = (net.predict(points[0]) != points[1])[:, 0]
        scatter(errors, points[0][wrong], points[1][wrong], size=22)
        for ax, words in zip(row, ("truth", "prediction", "fresh errors"), strict=True):
            ax.set_title(f"{title}: {words}")
            ax.label_outer()
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _rings(ax, X):
    ax.scatter(*X.T, s=90, facecolors="none", edgecolors=INK, linewidths=1.2, zorder=4)


@drawing
def learning_curves(runs: many(Run), labels: many(Text), constant_loss: Number, log: Flag = True):
    """Loss and accuracy of some runs of one experiment against the epochs.

    ``constant_loss`` is the loss of the best predictor that ignores its inputs: a gray line, since
    a curve that does not get below it has learned nothing from them.
    """
    figure, (left, right) = subplots(1, 2, height=2.7)
    for i, (run, label) in enumerate(zip(runs, labels, strict=True)):
        line = DASHES[i % len(DASHES)]
        left.plot(run.epochs, run.loss, linestyle=line, label=label)
        right.plot(run.epochs, 100 * run.accuracy, linestyle=line)
    constant_line(left, constant_loss)
    left.set(xlabel="epoch", ylabel="loss", yscale="log" if log else "linear")
    right.set(xlabel="epoch", ylabel="accuracy in %", ylim=(-3, 103))
    left.legend(loc="best")
    return figure


@drawing
def epochs_and_updates(firsts: Curves, samples: Places, last: Number):
    """The share of runs that have all points right, against epochs and against updates.

    Parameters
    ----------
    firsts : {label: (n_runs,)} of at most 4 experiments: the first epoch after which all points
        are right, inf in a run where there is none
    samples : number of updates in an epoch, for each of them
    last : number of epochs in a run
    """
    at_most(DASHES, "firsts", firsts)
    figure, axes = subplots(1, 2, height=3.0, sharey=True)
    for (label, rows), n, line in zip(firsts.items(), samples, DASHES, strict=False):
        shares = 100 * np.arange(len(rows) + 1) / len(rows)
        reached = np.concatenate([[0], np.sort(rows)])
        end = np.isfinite(reached).sum()
        epochs = np.append(reached[:end], last)
        text = f"{label} (n = {len(rows)})"
        for ax, x in zip(axes, (epochs, n * epochs), strict=True):
            y = np.append(shares[:end], shares[end - 1])
            ax.plot(x, y, linestyle=line, drawstyle="steps-post", label=text)
    for ax, label in zip(axes, ("epoch", "update"), strict=True):
        ax.set(xlabel=label, xscale="log", ylim=(-3, 103))
        ax.grid(axis="y")
    axes[0].set_ylabel("runs with all points right, in %")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure
