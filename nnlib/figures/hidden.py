"""A trained network's points: as it sees them in hidden space, and those it gets wrong."""

import numpy as np

from nnlib.figures.kinds import Labels, Networks, Points, drawing, many, named, together
from nnlib.figures.palette import INK
from nnlib.figures.points import field, scatter, window
from nnlib.figures.style import CLASS_COLORS, subplots


@drawing
def hidden_space(networks: Networks, views: named(Points), X: Points, y: Labels):
    """Snapshots of one run: the plane above, the same points in hidden space below.

    ``networks`` is {epoch: Network}; ``views`` is {epoch: (n, 2)}, whose first column is the
    signed distance from the output layer's plane: the line at 0 separates the predictions. Points
    of one class are joined in their order.
    """
    figure, axes = subplots(2, len(networks), height=4.0, squeeze=False)
    for column, (epoch, net) in zip(axes.T, networks.items(), strict=True):
        field(column[0], net, *window(X), steps=41)
        scatter(column[0], X, y, size=12)
        column[0].set(title=f"{epoch} epochs", xlabel="", ylabel="")
        column[0].locator_params(nbins=1)
        _view(column[1], views[epoch], y)
    axes[0, 0].set_ylabel("input: $x_2$")
    axes[1, 0].set_ylabel("hidden: main\ndirection of the rest")
    figure.supxlabel("above: $x_1$  ·  below: signed distance from the plane $z_3 = 0$", size=9)
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
