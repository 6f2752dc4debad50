"""Claims about ReLU beside the sigmoid, kinks, bounds, depth and starts, tested in chapter 9."""

import ast
from pathlib import Path

import numpy as np

import nnlib.compiled
from nnlib import data
from nnlib.network import Network
from nnlib.sources import report_a, report_c, report_e
from nnlib.sources.claim import Claim
from nnlib.sources.experiment import INITS, grid
from nnlib.sources.measures import (
    FIRST_RIGHT,
    LOSS,
    NOT_RIGHT,
    RIGHT,
    first,
    in_row,
    loss_in_row,
    missed,
    ranks,
)
from nnlib.sources.rules import Lower, Measure, Oftener, Share, fact

CHAPTER = "09_activations.ipynb#"
A, C, E = report_a.RECIPES, report_c.RECIPES, report_e.RECIPES
RELU = ("relu", "relu", "sigmoid")
RELU_OUTPUT = ("sigmoid", "sigmoid", "relu")

# The origin is a tie for ReLU: its output is 0.5 whatever the weights.
X, Y = data.xor()
_other = (X, np.where(np.all(X == 0, axis=1, keepdims=True), 1, Y))
TIE = {"ReLU": A["xor relu"], "ReLU, origin labeled 1": A["xor relu"].replace(data=_other)}

# The rows of which the stored runs know; chapter 9 looks at every epoch.
ROWS = (0, 10, 20, 30, 50, 70, *range(100, 2501, 100))
ROWS_LINEAR = (0, 10, 20, 30, 50, 70, *range(100, 401, 50), *range(500, 1001, 100))
FASTER = grid(A["xor"].replace(log_every=10), activations=("sigmoid", RELU))
LOW_LOSS = 1.00398  # what report A prints for ReLU at epoch 100
LOW = Measure(
    f"first epoch, of those in the log, with a loss of {LOW_LOSS} or less",
    lambda s, i: first(s, i, lambda history: history.loss <= LOW_LOSS),
)
SOONER = {
    f"if {words} is the measure": [Lower({"activations": RELU}, {"activations": "sigmoid"}, what)]
    for words, what in (("accuracy", FIRST_RIGHT), ("the loss", LOW))
}

UNBOUNDED = [
    recipe
    for name in ("xor", "linear")
    for recipe in grid(
        E[name], lr=(0.1, 0.001), activations=("sigmoid", RELU_OUTPUT, RELU, "relu")
    )
]


def close(missed):
    """The share of the runs with errors that miss one point, among the ten closest to the line."""
    runs = [run for run in ranks(missed) if run]
    return np.mean([len(run) == 1 and max(run) <= 10 for run in runs]) if runs else np.nan


def operations():
    """Floating-point operations of one update of the 2-10-10-1 network, {hidden layers: number}.

    A product and a sum for each weight in the forward pass, in ∂L/∂W, in the gradient passed down
    (not below layer 1), and in the update. For each sigmoid, what ``compiled.arithmetic``
    computes, and for its slope a difference and two products; for ReLU two comparisons and a
    product.
    """
    sizes = A["xor"].sizes
    weights = [a * b for a, b in zip(sizes[1:], sizes[:-1], strict=True)]
    shared = 2 * (3 * sum(weights) + sum(weights[1:]))
    sigmoid = signs("sigmoid", "exp", "_reduced", "_tail") + 3
    units = sum(sizes[1:-1])
    return {"sigmoid": shared + (units + 1) * sigmoid, "relu": shared + units * 3 + sigmoid}


def signs(*names):
    """How many signs +, −, ·, / stand in the code of some functions of ``compiled.arithmetic``.

    It is read, not imported: only what compiles needs numba.
    """
    text = Path(nnlib.compiled.__file__).with_name("arithmetic.py").read_text(encoding="utf-8")
    trees = [node for node in ast.parse(text).body if getattr(node, "name", None) in names]
    return sum(isinstance(node, ast.BinOp) for tree in trees for node in ast.walk(tree))


STARTS = {"sigmoid": "he", "tanh": "glorot", "relu": "he", "leaky_relu": "he", "elu": "he"}
DEPTHS = (1, 2, 3, 4, 6, 8)


def shape(name, layers, width=10):
    """Sizes and activations with some hidden layers of one kind."""
    return (2, *[width] * layers, 1), (*[name] * layers, "sigmoid")


def deep(name, layers, lr=0.03):
    """Report A's XOR recipe with biases, hidden layers of 10, a suitable start, and rate 0.03."""
    sizes, activations = shape(name, layers)
    return A["xor"].replace(
        sizes=sizes, activations=activations, bias=True, init=STARTS[name], lr=lr
    )


def first_gradients(name, init, seeds=100):
    """‖∂L/∂W_1‖ at the start on XOR, under 1 to 8 hidden layers of 10 units: (8, seeds)."""
    norms = []
    for layers in range(1, 9):
        for seed in range(seeds):
            net = Network(*shape(name, layers), bias=True, init=init, rng=seed)
            _, grads = net.loss_and_gradients(X, Y, reduction="mean")
            norms.append(np.linalg.norm(grads.weights[0]))
    return np.reshape(norms, (8, seeds))


def largest_factor(norms):
    """By what one more layer multiplies the median size of the gradient, the largest."""
    middle = np.median(norms, axis=1)
    return np.max(middle[1:] / middle[:-1])


CURES = [deep(name, layers) for layers in DEPTHS for name in STARTS] + [
    deep("sigmoid", layers, lr=0.3) for layers in DEPTHS
]
EIGHT = {"hidden": (10,) * 8}

CONVERGENCE = {
    f"{where}: {kind}": recipe
    for where, pair in {
        **{
            f"report {report}'s {words}": grid(recipes[name], activations=("sigmoid", RELU))
            for report, recipes in (("A", A), ("C", C))
            for name, words in (("xor", "XOR"), ("linear", "linear"))
        },
        "an XOR network with eight hidden layers": (deep("sigmoid", 8), deep("relu", 8)),
    }.items()
    for kind, recipe in zip(("sigmoid", "ReLU"), pair, strict=True)
}
PLACES = dict.fromkeys(label.partition(": ")[0] for label in CONVERGENCE)


def he_factors(layers=8, width=100, seeds=100):
    """By what each layer multiplies the size of δ on its way down, under He's start.

    {activation: (E[δ_1²] / E[δ_layers²]) to the power 1 / 2(layers − 1)}, at the point (1, 1).
    """
    factors = {}
    for name in ("sigmoid", "relu"):
        squares = np.zeros(layers)
        for seed in range(seeds):
            net = Network(*shape(name, layers, width), bias=True, init="he", rng=seed)
            _, grads = net.loss_and_gradients(X[-2:-1], Y[-2:-1])
            squares += [np.mean(b**2) for b in grads.biases[:-1]]  # one sample: δ itself
        factors[name] = float((squares[0] / squares[-1]) ** (1 / (2 * (layers - 1))))
    return factors


def further_off(factors):
    """How much further the sigmoid's factor is from 1 than ReLU's, as a ratio of logarithms."""
    return abs(np.log(factors["sigmoid"])) / abs(np.log(factors["relu"]))


CLAIMS = (
    Claim("A", "relu_100_epochs", 877, "Extra B", CHAPTER + "A-tie-at-the-origin",
          "With ReLU in the hidden layers XOR reaches 100 % within 100 epochs.", TIE,
          {"if an output of exactly 0.5 is a 0": [Share("ReLU", in_row(100))],
           "if the origin, where the output is 0.5, has label 1": [
               Share("ReLU, origin labeled 1", in_row(100))]}, rows=(0, 100)),
    Claim("A", "relu_faster", 883, "Extra B", CHAPTER + "ReLU-beside-the-sigmoid",
          "The sigmoid takes clearly more epochs than ReLU to a low loss and a high accuracy.",
          FASTER, SOONER, rows=ROWS),
    Claim("A", "relu_faster_on_linear", 898, "Extra B", CHAPTER + "ReLU-beside-the-sigmoid",
          "On the linear set, too, the sigmoid takes clearly more epochs than ReLU.",
          [recipe.replace(data="linear", epochs=1000) for recipe in FASTER], SOONER,
          seeds=400, rows=ROWS_LINEAR),
    Claim("A", "relu_border", 915, "Extra B", CHAPTER + "ReLU-beside-the-sigmoid",
          "The one point of the linear set that ReLU gets wrong lies very close to the line.",
          lambda: missed(A["linear relu"]),
          [fact("share of the runs with errors that miss one point, among the ten closest to the "
                "line", close, 0.5)]),
    Claim("A", "relu_efficient", 888, "Extra B", CHAPTER + "What-an-update-costs",
          "ReLU is more efficient, since it is simpler to compute than the sigmoid.", operations,
          [fact("operations with ReLU over those with the sigmoid",
                lambda counts: counts["relu"] / counts["sigmoid"], 1, below=True)]),
    Claim("C", "differentiable", 19, "2.1", CHAPTER + "A-kink-in-training",
          "Activation functions should have a derivative everywhere.",
          grid(A["xor"], activations=("sigmoid", *((name, name, "sigmoid") for name in (
              "relu", "leaky_relu", "tanh", "elu")))),
          {f"for {words}": [
              Oftener({"activations": (name, name, "sigmoid")}, {"activations": "sigmoid"},
                      NOT_RIGHT)]
           for name, words in (("relu", "ReLU"), ("leaky_relu", "leaky ReLU"))}, rows=(100,)),
    Claim("E", "relu_unbounded", 311, "5.1", CHAPTER + "Output-layer-against-hidden-layers",
          "ReLU's loss is higher because it does not bound the output to [0, 1].", UNBOUNDED,
          {"at rate {lr}": [
              Lower({"activations": ["sigmoid", RELU]}, {"activations": RELU_OUTPUT}, LOSS)]},
          seeds=50),
    Claim("A", "relu_convergence", 890, "Extra B", CHAPTER + "Is-ReLU-the-better-choice",
          "Networks with ReLU tend to converge better (after Krizhevsky, Sutskever and Hinton).",
          CONVERGENCE,
          {f"for {place}": [Oftener(f"{place}: ReLU", f"{place}: sigmoid", RIGHT)]
           for place in PLACES}),
    Claim("C", "he_faster", 33, "2.2", CHAPTER + "Five-ways-to-start",
          "He's initialization speeds up the learning of networks with sigmoids.",
          grid(C["xor"].replace(log_every=1000),
               init=("he", "glorot", "normal", "uniform_symmetric", "uniform")),
          {f"against {INITS[init]}": [Lower({"init": "he"}, {"init": init}, loss_in_row(1000))]
           for init in ("glorot", "normal", "uniform_symmetric", "uniform")},
          rows=(1000, 5000, 100_000)),
    Claim("C", "he_for_sigmoid", 33, "2.2", CHAPTER + "What-He-and-Glorot-are-for",
          "He's initialization is designed for networks whose activation is the sigmoid.",
          he_factors,
          [fact("distance of the sigmoid's factor from 1, divided by that of ReLU's, in "
                "logarithms", further_off, 1, below=True)]),
    Claim("C", "vanishing", 173, "4.1", CHAPTER + "The-gradient-through-eight-layers",
          "With the sigmoid the gradient shrinks towards the input, the more so in deeper "
          "networks.", lambda: first_gradients("sigmoid", "he"),
          [fact("largest factor by which one more layer multiplies the gradient", largest_factor,
                1, below=True)]),
    Claim("C", "relu_cures", 175, "4.1", CHAPTER + "Does-training-follow",
          "ReLU, PReLU or ELU instead of the sigmoid cure the shrinking gradient.",
          CURES,  # leaky ReLU stands for PReLU
          {f"with {words}": [
              Oftener({"activations": shape(name, 8)[1], **EIGHT},
                      {"activations": "sigmoid", "lr": ..., **EIGHT}, RIGHT)]
           for name, words in (("relu", "ReLU"), ("leaky_relu", "leaky ReLU"), ("elu", "ELU"))}),
)  # fmt: skip
