"""Claims about the widths of hidden layers and about biases, tested in chapter 6."""

from itertools import pairwise

import numpy as np

from nnlib.network import Network
from nnlib.sources import report_a, report_b, report_d, report_e
from nnlib.sources.claim import Claim
from nnlib.sources.experiment import changed, grid
from nnlib.sources.measures import (
    ACCURACY,
    DIVERGED,
    END,
    FAILED,
    LOSS,
    NEAR,
    NOT_RIGHT,
    RIGHT,
)
from nnlib.sources.rules import (
    RARE,
    Alike,
    Higher,
    Lower,
    Measure,
    NotLarger,
    Oftener,
    Share,
    fact,
)

CHAPTER = "06_hidden_units.ipynb#"
A, B, D, E = report_a.RECIPES, report_b.RECIPES, report_d.RECIPES, report_e.RECIPES
BOTH = ("uniform", "uniform_symmetric")

# Too many units contribute noise.
PAIRS = ((5, 5), (10, 10), (5, 100), (100, 5), (100, 100))
NOISE = [
    *grid(A["xor"], init=(*BOTH, "normal", "glorot"), hidden=PAIRS),
    *grid(A["linear"], init=BOTH, hidden=PAIRS),
]


# The output is more sensitive to layer 2.
def beside(*widths):
    """Each width in one hidden layer, beside 10 units in the other."""
    return [pair for n in widths for pair in dict.fromkeys(((n, 10), (10, n)))]


LAYERS = [
    *grid(A["xor"], init=BOTH, hidden=beside(3, 5, 10, 20, 30, 50, 70, 100)),
    *grid(A["xor"], loss=("bce_logits",), hidden=beside(10, 30, 50, 70, 100)),
    *grid(A["linear"], hidden=beside(10, 30, 50, 70, 100)),
]

# 5 to 10 units are best.
EQUAL = [(n, n) for n in (2, 3, 5, 7, 10, 15, 20, 30, 50)]
FEWER = [(n, n) for n in (2, 5, 10, 20, 30)]
OTHERS = [(2, 2), (3, 3), (15, 15), (20, 20), (30, 30), (50, 50), (10, 50)]
ADVICE = [
    *grid(A["xor"], init=BOTH, hidden=(*EQUAL, (10, 50))),
    *grid(A["linear"], hidden=(*FEWER, (10, 50))),
    *grid(A["linear"], init=("uniform_symmetric",), hidden=FEWER),
]


def best_advised(sweep, i):
    """The runs' losses; of (10, 10), those of the best median among the widths of 5 to 10."""
    recipe = sweep.recipes[i]
    if recipe.sizes[1:-1] != (10, 10):
        return sweep.loss[i]
    rivals = [
        loss
        for other, loss in zip(sweep.recipes, sweep.loss, strict=True)
        if {*other.sizes[1:-1]} <= {*range(5, 11)}
        and (other.data, other.init) == (recipe.data, recipe.init)
    ]
    return min(rivals, key=np.median)


BEST = Measure("loss at the end, the best of 5 to 10 units against others", best_advised)

# Biases for complicated patterns.
BIASES = [
    *grid(A["xor"], init=BOTH, epochs=(2500, 10_000), bias=(False, True)),
    *grid(A["xor"], data=("circles",), init=BOTH, epochs=(1000, 10_000), bias=(False, True)),
]


def sizes_of_networks(narrow=5, doublings=5):
    """{width of both hidden layers: number of weights}, the width doubled again and again."""
    found = {}
    for k in range(doublings + 1):
        width = narrow * 2**k
        found[width] = sum(W.size for W in Network((2, width, width, 1)).weights)
    return found


def growth(counts):
    """The least ratio of a factor to the square of the one before, as the width doubles.

    Doubling a width squares the factor of an exponential, and leaves that of a square.
    """
    weights = np.array([counts[width] for width in sorted(counts)])
    factors = weights[1:] / weights[:-1]
    return np.min(factors[1:] / factors[:-1] ** 2)


# Report B with its early end and without, with the listing's gradient and the right one.
NO_END = {"stop_below": None, "log": "after", "log_every": 100}
WIDER = [(10, 10), (50, 50), (100, 100)]
FASTER = [
    recipe
    for changes in ({}, NO_END, {"gradient": "exact", **NO_END})
    for name in ("xor", "linear")
    for recipe in grid(B[name].replace(**changes), hidden=WIDER)
] + grid(B["xor"].replace(gradient="exact", init="uniform", **NO_END), hidden=WIDER)
_one = changed(B["xor"], hidden=(1, 1))
ONE = [
    _one,
    _one.replace(gradient="exact"),
    *grid(B["xor"].replace(gradient="exact", epochs=5000, **NO_END), hidden=((1, 1), (10, 10))),
]

WIDE = [(64, 128), (512, 32)]
ACCURATE = [
    changed(D[name], hidden=pair, epochs=epochs)
    for name, epochs in (("xor", 30), ("xor", 300), ("linear", 20), ("linear", 200))
    for pair in ((5, 10), (64, 32), *WIDE)
]
AT_01 = grid(D["linear lr=0.1"], hidden=((5, 10), *WIDE), epochs=(20, 200))

# Report E: 2 and 8 units.
TWO = [
    changed(E["xor"], hidden=pair, **changes)
    for pair in ((2, 2), (8, 8))
    for changes in ({}, {"epochs": 10_001}, {"init": "uniform_symmetric"})
]


CLAIMS = (
    Claim("A", "noise", 672, "Discussion, B", CHAPTER + "Is-it-noise",
          "Few units are enough for these data; too many, in either hidden layer, contribute "
          "unwanted noise, and the network puts all points into one class.", NOISE,
          {"with weights from {init}": [
              Oftener({"hidden": list(PAIRS[2:])}, {"hidden": (10, 10)}, NOT_RIGHT)]}),
    Claim("A", "layer 2", 679, "Discussion, B", CHAPTER + "Which-layer-is-more-sensitive",
          "The output is more sensitive to the number of units in hidden layer 2 than in layer "
          "1, since layer 2 is right before it.", LAYERS,
          {"with weights from {init} on {data} with {loss}": [
              Oftener({"hidden": (10, n)}, {"hidden": (n, 10)}, NOT_RIGHT)
              for n in (20, 30, 50, 70, 100)]}),
    Claim("A", "5 to 10 units", 724, "Discussion, D", CHAPTER + "Five-to-ten-units",
          "For data as easy as these, 5 to 10 units in each hidden layer are best.", ADVICE,
          {"with weights from {init} on {data}": [
              NotLarger({"hidden": (10, 10)}, {"hidden": OTHERS}, BEST)]}),
    Claim("A", "biases", 137, "Experiment Setups, B", CHAPTER + "With-and-without-biases",
          "For a rather complicated pattern, biases are indispensable to reach convergence.",
          BIASES,
          {"with weights from {init} on {data}": [
              Share({"bias": True}, RIGHT), Share({"bias": False}, RIGHT, RARE, below=True)]}),
    Claim("A", "exponential cost", 727, "Discussion, D", CHAPTER + "What-width-costs",
          "More hidden units take more time, since the weight matrices grow exponentially.",
          sizes_of_networks,
          [fact("growth of the number of weights when the width doubles, over the square of its "
                "growth one doubling before", growth, 0.9)]),
    Claim("B", "more units, faster", 404, "4, b", CHAPTER + "More-units-and-faster",
          "The more hidden units, the faster the network converges.", FASTER,
          {"with weights from {init}": [
              Lower({"hidden": more, "stop_below": end}, {"hidden": few, "stop_below": end}, what)
              for end, what in ((0.001, END), (None, LOSS))
              for few, more in pairwise(WIDER)]}, seeds=100),
    Claim("B", "more units, NaN", 404, "4, b", "10_wrong_gradients.ipynb#Its-NaN",
          "Past the loss at which training is stopped, more hidden units lead to NaN.",
          grid(B["linear"].replace(lr=0.1, **NO_END), gradient=("listing", "exact"),
               hidden=WIDER[:2]),
          {"with the {gradient} gradient": [
              Oftener({"hidden": (50, 50)}, {"hidden": (10, 10)}, DIVERGED)]}, seeds=100),
    Claim("B", "one unit", 414, "4, b", CHAPTER + "A-single-unit",
          "A network with one unit in each hidden layer is not complex enough for XOR.", ONE,
          [Share({"hidden": (1, 1)}, RIGHT, RARE, below=True),
           Share({"hidden": (10, 10)}, RIGHT)]),
    Claim("D", "more units, more accurate", 229, "4", CHAPTER + "More-units-and-more-accurate",
          "On both sets of points, more hidden units give a higher accuracy.", ACCURATE,
          {"after {epochs} epochs on {data}": [
              Higher({"hidden": WIDE}, {"hidden": (5, 10)}, ACCURACY)]}, seeds=100),
    Claim("D", "worse at 0.1", 229, "4", CHAPTER + "More-units-and-more-accurate",
          "On the linear points, more hidden units are worse when the learning rate is 0.1.",
          AT_01,
          {"after {epochs} epochs": [Lower({"hidden": WIDE}, {"hidden": (5, 10)}, ACCURACY)]},
          seeds=100),
    Claim("E", "same on linear", 275, "4.2", CHAPTER + "Two-units-and-eight",
          "On the linear points, the number of hidden units does not affect the accuracy much.",
          grid(E["linear"], hidden=((2, 2), (8, 8)), epochs=(1001, 100_001)),
          {"after {epochs} epochs": [Alike({"hidden": (2, 2)}, {"hidden": (8, 8)}, RIGHT)]}),
    Claim("E", "two cannot", 281, "4.2", CHAPTER + "Two-units-and-eight",
          "On XOR, 2 hidden units cannot converge well, and 8 can.",
          TWO,
          {"with weights from {init}": [
              Share({"hidden": (2, 2)}, FAILED), Share({"hidden": (8, 8)}, NEAR)]}),
)  # fmt: skip
