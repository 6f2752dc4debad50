"""Claims tested in chapters 1, 2, 3 and 10: about functions, gradients, and an early end."""

import numpy as np

from nnlib import data, graph, losses, training
from nnlib.activations import sigmoid, sigmoid_derivative
from nnlib.network import Network
from nnlib.sources import report_b, report_c
from nnlib.sources.claim import Claim
from nnlib.sources.experiment import grid
from nnlib.sources.measures import DIVERGED
from nnlib.sources.rules import RARE, Share, fact
from nnlib.sweeps import sweep

B, C = report_b.RECIPES, report_c.RECIPES
X, Y = data.xor()

# Report A: the sigmoid in two cases


def branches(zs=(-4294967296.0, -800.0, -40.0, -20.0, 5.0)):
    """{z: (does 1 / (1 + e^-z) overflow, does what report A takes for this z)}."""

    def one(z):
        return 1 / (1 + np.exp(-z))

    def other(z):
        return 1 - 1 / (1 + np.exp(z))

    return {z: (_overflows(one, z), _overflows(one if z > 0 else other, z)) for z in zs}


def _overflows(function, z):
    try:
        with np.errstate(over="raise", under="ignore"):
            function(z)
    except FloatingPointError:
        return True
    return False


def overflows(column):
    """At how many of the z a form overflows."""
    return lambda found: sum(bool(row[column]) for row in found.values())


# Report A: products of Jacobians


def jacobian_costs(widths=(10, 30, 100)):
    """What one sample's gradient takes by Jacobians, for two hidden layers of each width.

    {width: {"entries", "zeros", "weights"}}: entries of the Jacobians on the paths to the weights,
    each of which is one multiplication from the loss backwards; how many of them are 0, which the
    matrix form saves; entries of the gradient.
    """
    found = {}
    for width in widths:
        net = Network((2, width, width, 1), init="glorot", rng=0)
        jacobians = graph.jacobians(net, X[5], Y[5])
        used = [J for name, J in jacobians.items() if name not in ("∂L/∂ŷ", "∂Z1/∂X")]
        entries = sum(J.size for J in used)
        zeros = entries - sum(np.count_nonzero(J) for J in used)
        weights = sum(W.size for W in net.weights)
        found[width] = {"entries": entries, "zeros": zeros, "weights": weights}
    return found


def least_zeros(found):
    """The smallest share of zeros among the entries of the Jacobians, over the widths."""
    return min(counts["zeros"] / counts["entries"] for counts in found.values())


def least_entries(found):
    """The smallest number of entries of the Jacobians for each weight."""
    return min(counts["entries"] / counts["weights"] for counts in found.values())


# Report A: what stands on a diagonal


def diagonal(seed=0):
    """The diagonal of ∂A1/∂Z1 of one sample, its activations, and their slopes: (3, units)."""
    net = Network((2, 10, 10, 1), init="glorot", rng=seed)
    A1 = net.forward(X[5:6]).A[1][0]
    return np.diag(graph.jacobians(net, X[5], Y[5])["∂A1/∂Z1"]), A1, A1 * (1 - A1)


# Report B: what its seed fixes


def same_seed(draws=20):
    """Report B's runs with seed 0 again and again: (XOR's, linear's), each (end epochs, losses).

    XOR with 100 units twice, its log's last row; linear with the same weights and ``draws`` sets
    of points.
    """
    xor = B["xor (100, 100) epochs=300"]
    again = [sweep(xor, [0], "compiled", keep=("history",)) for _ in range(2)]
    ends = [int(s.stopped[0, 0]) for s in again]
    last = [float(s.histories[0].loss[0, end]) for s, end in zip(again, ends, strict=True)]
    sets = [B["linear"].replace(data=data.linear(100, rng=draw)) for draw in range(draws)]
    linear = sweep(sets, [0], "compiled")
    stopped = np.where(np.isnan(linear.stopped), B["linear"].epochs, linear.stopped)[:, 0]
    return (ends, last), (stopped.astype(int).tolist(), linear.loss[:, 0].tolist())


def results_of(which):
    """How many results one seed has on XOR (0) or linear (1): end epochs, and losses."""
    return lambda results: max(len(set(found)) for found in results[which])


# Report B: NaN. The last one of XOR is not halved, so half the rate; its gradient ŷ − y has no
# denominator.

_xor = B["xor (100, 100) epochs=300"].replace(stop_below=None)
_linear = B["linear"].replace(stop_below=None, log="after", log_every=100, lr=0.1)
# So that a condition says no more than was run: no other rate, and no wider layers on linear.
AT_01 = DIVERGED._replace(words="the run at rate 0.1 diverges")
NAN = [
    *grid(_xor, lr=(0.1, 3.0), gradient=("listing", "exact")),
    _xor.replace(gradient="exact", loss="bce_logits", lr=1.5),
    *grid(_linear, gradient=("listing", "exact"), hidden=((10, 10), (50, 50))),
]

# Report C: the loss and the update


def updates_against_losses(seeds=10):
    """{what: (losses, sizes of the gradient)}, each (n_groups, n): pairs in one group compare.

    One sample with label 1 under two losses, and report C's network along its training on XOR.
    """
    z = np.linspace(-8, 8, 321)
    p = sigmoid(z)
    squared = losses.squared_gradient(p, 1) * sigmoid_derivative(p)
    return {
        "cross-entropy": (losses.bce_logits(z, 1)[None], np.abs(p - 1)[None]),
        "squared error": (losses.squared(p, 1)[None], np.abs(squared)[None]),
        "all points": along_training(seeds),
    }


def along_training(seeds):
    """The losses and the lengths of the gradient, (seeds, 101), every 100 epochs."""
    recipe = C["xor"].replace(epochs=10_000)
    pairs = []
    for seed in range(seeds):
        run = training.train(recipe, seed, "compiled", snapshots=range(0, 10_001, 100))
        for net in run.snapshots.values():
            loss, g = net.loss_and_gradients(X, Y, "bce", "mean")
            length = np.sqrt(sum(np.sum(a**2) for a in [*g.weights, *g.biases]))
            pairs.append((loss, length))
    return tuple(np.transpose(pairs).reshape(2, seeds, -1))


def agreement(pairs):
    """The share of all pairs with different losses in which the larger has the larger size."""
    larger = total = 0
    for loss, size in zip(*pairs, strict=True):
        i, j = np.triu_indices(len(loss), 1)
        product = (loss[i] - loss[j]) * (size[i] - size[j])
        larger, total = larger + np.sum(product > 0), total + np.sum(loss[i] != loss[j])
    return larger / total


CLAIMS = (
    Claim("A", "overflow", 90, "A. The Sigmoid Function",
          "01_sigmoid.ipynb#The-first-form-overflows",
          "For very negative z, e^-z would overflow; a second form for negative z prevents this.",
          branches,
          [fact("values of z at which 1 / (1 + e^-z) overflows", overflows(0), 0),
           fact("values of z at which the two cases overflow", overflows(1), 0.5, below=True)]),
    Claim("A", "jacobians", 536, "Results D", "03_computational_graph.ipynb#What-the-zeros-cost",
          "Products of explicit Jacobians take longer and more memory: most entries are zeros.",
          jacobian_costs,
          [fact("smallest share of zeros in the Jacobians", least_zeros, 0.5),
           fact("entries for each weight, the fewest", least_entries, 1)]),
    Claim("A", "diagonal", 390, "Backward Pass",
          "03_computational_graph.ipynb#What-the-zeros-cost",
          "On the diagonal of ∂A/∂Z stand the activations.",
          diagonal,
          [fact("largest difference between the diagonal and the activations",
                lambda found: np.abs(found[0] - found[1]).max(), 1e-9, below=True)]),
    Claim("C", "larger loss", 38, "2.3",
          "02_network_and_loss.ipynb#A-larger-loss-is-not-a-larger-update",
          "The larger the loss, the greater the update.",
          updates_against_losses,
          {words: [fact("share of pairs in which the larger loss has the larger gradient",
                        lambda pairs, name=name: agreement(pairs[name]), 0.995)]
           for name, words in (("cross-entropy", "for one sample with cross-entropy"),
                               ("squared error", "for one sample with squared error"),
                               ("all points", "for all points with cross-entropy"))}),
    Claim("B", "seed", 34, "2b", "10_wrong_gradients.ipynb#Report-B,-digit-for-digit",
          "The random seed 0 ensures that every training gives the same result.", same_seed,
          {f"on {name}": [fact("different results of one seed", results_of(i), 1.5, below=True)]
           for i, name in enumerate(("XOR", "linear"))}),
    Claim("B", "nan", 361, "3d", "10_wrong_gradients.ipynb#Its-NaN",
          "A loss below 0.001 makes denominators so small that NaN results: hence the early end.",
          NAN,
          {"on {data} with {hidden} units and the {gradient} gradient": [
              Share({"lr": 0.1}, AT_01, RARE)]}, seeds=100),
)  # fmt: skip
