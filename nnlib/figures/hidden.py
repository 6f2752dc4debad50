"""Inside a trained network: its points in hidden space, and the fresh points it gets wrong."""

from nnlib.figures.points import field, scatter
from nnlib.figures.style import CLASS_COLORS, INK, styled, subplots


@styled
def hidden_space(networks, views, X, y):
    """Snapshots of one run: the plane above, the same points in hidden space below.

    ``networks`` is {epoch: Network}; ``views`` is {epoch: (n, 2)}, whose first column is the
    signed distance from the output layer's plane: the line at 0 separates the predictions. Points
    of one class are joined in their order.
    """
    figure, axes = subplots(2, len(networks), height=4.0)
    for column, (epoch, net) in zip(axes.T, networks.items(), strict=True):
        field(column[0], net, steps=41)
        scatter(column[0], X, y, size=12)
        column[0].set(title=f"{epoch} epochs", xlabel="", ylabel="", xticks=(0, 1), yticks=(0, 1))
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


@styled
def fresh_errors(networks, training, fresh, titles):
    """One panel for each network: its field, its training points small, its fresh errors large.

    ``training`` and ``fresh`` hold a pair (X, y) for each network; of the fresh points only those
    that the network gets wrong are drawn.
    """
    figure, axes = subplots(1, len(networks), height=3.7, sharey=True)
    for ax, net, known, (X, y), title in zip(axes, networks, training, fresh, titles, strict=True):
        wrong = (net.predict(X) != y)[:, 0]
        field(ax, net, steps=61)
        scatter(ax, *known, size=12)
        scatter(ax, X[wrong], y[wrong], size=40)
        ax.set_title(title)
        ax.label_outer()
    return figure
