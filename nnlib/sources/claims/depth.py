"""Claims about vanishing gradients, what cures them, and He's initialization: chapter 9."""

import numpy as np

from nnlib import data
from nnlib.network import Network
from nnlib.sources import report_a, report_c
from nnlib.sources.claims.activations import CHAPTER, hidden
from nnlib.sources.judging import by_condition, clearly_lower, median, more_often, percent, row
from nnlib.sources.model import Claim, Verdict

A, C = report_a.RECIPES, report_c.RECIPES
X, Y = data.xor()

# Reports A and C: deep networks

INITS = {"sigmoid": "he", "tanh": "glorot", "relu": "he", "leaky_relu": "he", "elu": "he"}
DEPTHS = (1, 2, 3, 4, 6, 8)


def shape(name, layers, width=10):
    """Sizes and activations with some hidden layers of one kind."""
    return (2, *[width] * layers, 1), (*[name] * layers, "sigmoid")


def deep(name, layers, lr=0.03):
    """Report A's XOR recipe with biases, hidden layers of 10, a suitable start, and rate 0.03."""
    sizes, activations = shape(name, layers)
    return A["xor"].replace(
        sizes=sizes, activations=activations, bias=True, init=INITS[name], lr=lr
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


def judge_vanishing(norms):
    """Does the gradient of the first layer shrink with each further layer?"""
    middle = np.median(norms, axis=1)
    factors = middle[1:] / middle[:-1]
    evidence = (
        f"the median size of the first layer's gradient goes from {middle[0]:.2g} with one hidden "
        f"layer to {middle[-1]:.2g} with eight; each layer more multiplies it by "
        f"{factors.min():.2f} to {factors.max():.2f}."
    )
    return Verdict("holds" if factors.max() < 1 else "false", evidence)


CURES = {f"{name}, {layers} hidden layers": deep(name, layers)
         for layers in DEPTHS for name in INITS} | {
         f"sigmoid at rate 0.3, {layers} hidden layers": deep("sigmoid", layers, lr=0.3)
         for layers in DEPTHS}  # fmt: skip


def judge_cures(sweep):
    """Do networks with eight hidden layers learn XOR with the cures, and without?"""
    right = dict(zip(CURES, sweep.accuracy == 1, strict=True))
    right = {label.split(",")[0]: runs for label, runs in right.items() if " 8 " in label}
    evidence = "with eight hidden layers all points end right in " + ", ".join(
        f"{percent(runs)} ({name})" for name, runs in right.items()
    )
    sigmoids = right["sigmoid"], right["sigmoid at rate 0.3"]
    cured = {
        name: all(more_often(right[name], runs) for runs in sigmoids)
        for name in ("relu", "leaky_relu", "elu")
    }
    return by_condition(evidence + ".", cured)


CONVERGENCE = {
    "report A's XOR": (A["xor"], A["xor relu"]),
    "report A's linear": (A["linear"], A["linear relu"]),
    "report C's XOR": (C["xor"], C["xor"].replace(activations=hidden("relu"))),
    "report C's linear": (C["linear"], C["linear"].replace(activations=hidden("relu"))),
    "eight hidden layers": (deep("sigmoid", 8), deep("relu", 8)),
}


def judge_convergence(sweep):
    """In which of the settings does ReLU reach 100 % more often than the sigmoid, where less?"""
    right = sweep.accuracy == 1
    pairs = dict(zip(CONVERGENCE, zip(right[::2], right[1::2], strict=True), strict=True))
    evidence = "all points end right with ReLU and with the sigmoid in " + ", ".join(
        f"{percent(relu)} and {percent(sigmoid)} of the runs ({name})"
        for name, (sigmoid, relu) in pairs.items()
    )
    better = {name: more_often(relu, sigmoid) for name, (sigmoid, relu) in pairs.items()}
    return by_condition(evidence + ".", better)


# Report C: He's initialization

HE = {init: C["xor"].replace(init=init, log_every=1000)
      for init in ("he", "glorot", "normal", "uniform_symmetric", "uniform")}  # fmt: skip
HE_ROWS = (1000, 5000, 100_000)


def judge_he_speeds(sweep):
    """Is He's start sooner at a low loss, or more often at 100 %, than the others around zero?"""
    right = sweep.accuracy == 1
    early = [row(history, 1000, "loss") for history in sweep.histories]
    names = [recipe.init for recipe in sweep.recipes]
    evidence = "all points end right in " + ", ".join(
        f"{percent(right[i])} ({name}: loss {median(early[i])} at epoch 1000)"
        for i, name in enumerate(names)
    )
    beaten = {
        names[i]: clearly_lower(early[0], early[i]) or more_often(right[0], right[i])
        for i in range(1, len(names))
    }
    return by_condition(evidence + ".", beaten, "comparison with ")


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


def judge_he_for_sigmoid(factors):
    """With which activation does He's start keep the gradient's size?"""
    evidence = (
        f"from layer to layer the size of the gradient is multiplied by {factors['sigmoid']:.2f} "
        f"with the sigmoid and by {factors['relu']:.2f} with ReLU."
    )
    off = {name: abs(np.log(factor)) for name, factor in factors.items()}
    return Verdict("holds" if off["sigmoid"] < off["relu"] else "false", evidence)


CLAIMS = (
    Claim(
        "A", "relu_convergence", 890, "Extra B",
        "Networks with ReLU tend to converge better (after Krizhevsky, Sutskever and Hinton).",
        "Five recipes with sigmoids in the hidden layers beside the same with ReLUs: share of "
        "runs that end with every point right.",
        {f"{name}: {kind}": recipe for name, pair in CONVERGENCE.items()
         for kind, recipe in zip(("sigmoid", "ReLU"), pair, strict=True)},
        judge_convergence, CHAPTER + "Is-ReLU-the-better-choice",
    ),
    Claim(
        "C", "he_faster", 33, "2.2",
        "He's initialization speeds up the learning of networks with sigmoids.",
        "Report C's XOR recipe with five ways to start: loss after 1000 epochs, share of runs "
        "that end with every point right.",
        HE, judge_he_speeds, CHAPTER + "Five-ways-to-start", rows=HE_ROWS,
    ),
    Claim(
        "C", "he_for_sigmoid", 33, "2.2",
        "He's initialization is designed for networks whose activation is the sigmoid.",
        "The factor by which the gradient's size changes from layer to layer under this start: "
        "kept (1) is what it is meant for.",
        he_factors, judge_he_for_sigmoid, CHAPTER + "What-He-and-Glorot-are-for",
    ),
    Claim(
        "C", "vanishing", 173, "4.1",
        "With the sigmoid the gradient shrinks towards the input, the more so in deeper networks.",
        "The size of the first layer's gradient at the start, under 1 to 8 hidden layers with "
        "report C's initialization.",
        lambda: first_gradients("sigmoid", "he"), judge_vanishing,
        CHAPTER + "The-gradient-through-eight-layers",
    ),
    Claim(
        "C", "relu_cures", 175, "4.1",
        "ReLU, PReLU or ELU instead of the sigmoid solve it.",
        "Networks with eight hidden layers on XOR: share of runs that end with every point right, "
        "for the sigmoid also at ten times the rate; leaky ReLU stands for PReLU.",
        CURES, judge_cures, CHAPTER + "Does-training-follow",
    ),
)  # fmt: skip
