"""Report A's claims about the widths of hidden layers and about biases, tested in chapter 6.

That chapter's other claims, of reports B, D and E on more units or fewer, are in ``more_units``.
"""

import numpy as np

from nnlib.network import Network
from nnlib.sources import report_a
from nnlib.sources.judging import by_condition, clearly_lower, median, more_often, percent
from nnlib.sources.model import Claim, Verdict

CHAPTER = "06_hidden_units.ipynb#"
A = report_a.RECIPES
WEIGHTS = {
    "uniform": "U(0, 1) weights",
    "uniform_symmetric": "U(−1, 1) weights",
    "normal": "N(0, 1) weights",
    "normal_legacy": "N(0, 1) weights",
    "glorot": "Glorot's weights",
    "he": "He's weights",
}


def resized(recipe, hidden, **changes):
    """The recipe with other widths of its two hidden layers, and perhaps other changes."""
    return recipe.replace(sizes=(2, *hidden, 1), **changes)


def hidden(recipe):
    """The widths of the hidden layers."""
    return recipe.sizes[1:-1]


def start(recipe):
    """How the weights are drawn, in words."""
    return WEIGHTS[recipe.init]


def points(recipe):
    """The set of points, in words."""
    return "XOR" if recipe.data == "xor" else str(recipe.data)


def nested(sweep, values, outer, inner):
    """{outer(recipe): {inner(recipe): its row of values}}, in the order of the recipes."""
    found = {}
    for recipe, row in zip(sweep.recipes, values, strict=True):
        found.setdefault(outer(recipe), {})[inner(recipe)] = row
    return found


def listed(words):
    """Words with commas between them, and a full stop."""
    return ", ".join(words) + "."


# Too many neurons contribute noise

PAIRS = ((5, 5), (10, 10), (5, 100), (100, 5), (100, 100))
NOISE = {
    f"{data}, {init}, {pair}": resized(A[data], pair, init=init)
    for data, init in (
        ("xor", "uniform"),
        ("xor", "uniform_symmetric"),
        ("xor", "normal"),
        ("xor", "glorot"),
        ("linear", "uniform"),
        ("linear", "uniform_symmetric"),
    )
    for pair in PAIRS
}


def judge_noise(sweep):
    """With which weights do all pairs with a wide layer fail more often than (10, 10)?"""
    fails, told = {}, []
    right = nested(sweep, sweep.accuracy == 1, lambda r: (start(r), points(r)), hidden)
    for (weights, data), runs in right.items():
        usual = runs[10, 10]
        worse = [more_often(usual, wide) for pair, wide in runs.items() if max(pair) > 10]
        fails.setdefault(weights, []).extend(worse)
        told.append(f"{percent(runs[100, 100])} ({weights}, {data})")
    evidence = "with (100, 100) units the share of runs at 100 % is "
    return by_condition(evidence + listed(told), fails)


# The output is more sensitive to layer 2

LAYER_WIDTHS = (3, 5, 10, 20, 30, 50, 70, 100)
LAYERS = {
    f"{data}, {init}, {loss}, {pair}": resized(A[data], pair, init=init, loss=loss)
    for data, init, loss, swept in (
        ("xor", "uniform", "bce", LAYER_WIDTHS),
        ("xor", "uniform_symmetric", "bce", LAYER_WIDTHS),
        ("xor", "uniform", "bce_logits", (10, 30, 50, 70, 100)),
        ("linear", "uniform", "bce", (10, 30, 50, 70, 100)),
    )
    for width in swept
    for pair in dict.fromkeys(((width, 10), (10, width)))
}


def first_harm(runs, layer):
    """The smallest width above 10 of one hidden layer with clearly fewer runs at 100 %, or inf."""
    other = 1 - layer
    wide = [pair for pair in runs if pair[other] == 10 and pair[layer] > 10]
    harmful = [pair[layer] for pair in wide if more_often(runs[10, 10], runs[pair])]
    return min(harmful, default=np.inf)


def judge_layers(sweep):
    """Which layer needs less units too many before runs fail, wherever a width makes them fail?"""
    cases, told = {}, []
    right = nested(
        sweep,
        sweep.accuracy == 1,
        lambda r: f"{start(r)} on {points(r)}" + ("" if r.loss == "bce" else f" with {r.loss}"),
        hidden,
    )
    for case, runs in right.items():
        first, second = first_harm(runs, 0), first_harm(runs, 1)
        if min(first, second) < np.inf:
            cases[case] = [second < first]
        told.append(f"{_from(first)} and {_from(second)} ({case})")
    evidence = "runs fail more often when layer 1 and when layer 2 has "
    return by_condition(evidence + listed(told), cases)


def _from(width):
    return "no such width" if width == np.inf else f"{width} units"


# 5 to 10 units

ALIKE = tuple((width, width) for width in (2, 3, 5, 7, 10, 15, 20, 30, 50))
FEWER = tuple((width, width) for width in (2, 5, 10, 20, 30))
ADVICE = {
    f"{data}, {init}, {pair}": resized(A[data], pair, init=init)
    for data, init, pairs in (
        ("xor", "uniform", (*ALIKE, (10, 50))),
        ("xor", "uniform_symmetric", (*ALIKE, (10, 50))),
        ("linear", "uniform", (*FEWER, (10, 50))),
        ("linear", "uniform_symmetric", FEWER),
    )
    for pair in pairs
}


def judge_advice(sweep):
    """Where do no other widths end with clearly lower losses than the best of 5 to 10?"""
    cases, told = {}, []
    losses = nested(sweep, sweep.loss, lambda r: f"{start(r)} on {points(r)}", hidden)
    for case, runs in losses.items():
        middle = {pair: np.median(row) for pair, row in runs.items()}
        advised = [pair for pair in runs if 5 <= min(pair) <= max(pair) <= 10]
        others = [pair for pair in runs if pair not in advised]
        best, rival = min(advised, key=middle.get), min(others, key=middle.get)
        cases[case] = [not clearly_lower(runs[pair], runs[best]) for pair in others]
        told.append(
            f"{median(runs[best])} with {best} and {median(runs[rival])} with {rival} ({case})"
        )
    evidence = "the lowest median losses with 5 to 10 units in each layer and with others are "
    return by_condition(evidence + listed(told), cases)


# Biases for complicated patterns

BIAS = {
    f"{data}, {init}, {epochs}, {bias}": A["xor"].replace(
        data=data, init=init, epochs=epochs, bias=bias
    )
    for data, budgets in (("xor", (2500, 10_000)), ("circles", (1000, 10_000)))
    for init in ("uniform", "uniform_symmetric")
    for epochs in budgets
    for bias in (False, True)
}


def judge_bias(sweep):
    """Where do most runs succeed with biases, and hardly any without, however long they train?"""
    needed, told, least = {}, [], {}
    right = nested(
        sweep, sweep.accuracy == 1, lambda r: (points(r), start(r), r.epochs), lambda r: r.bias
    )
    for (data, weights, epochs), runs in right.items():
        without, with_biases = runs[False], runs[True]
        indispensable = np.mean(with_biases) > 0.5 and np.mean(without) < 0.05
        needed.setdefault(f"{weights} on {data}", []).append(bool(indispensable))
        least[epochs] = min(least.get(epochs, 1), np.mean(without))
        if more_often(with_biases, without) or more_often(without, with_biases):
            shares = f"{percent(without)} and {percent(with_biases)}"
            told.append(f"{shares} ({data}, {weights}, {epochs} epochs)")
    longest = max(least)
    evidence = (
        f"after {longest} epochs at least {100 * least[longest]:.0f} % of the runs without biases "
        "are at 100 %; where biases change the share, it is without and with them "
    )
    return by_condition(evidence + listed(told), needed)


# What width costs


def sizes_of_networks(narrow=5, doublings=5):
    """{width of both hidden layers: number of weights}, the width doubled again and again."""
    found = {}
    for k in range(doublings + 1):
        width = narrow * 2**k
        found[width] = sum(W.size for W in Network((2, width, width, 1)).weights)
    return found


def judge_cost(counts):
    """By which factors do the weights grow as the width doubles? Exponential: by their squares."""
    weights = np.array([counts[width] for width in sorted(counts)])
    factors = weights[1:] / weights[:-1]
    last = sorted(counts)[-2:]
    evidence = (
        f"from width {last[0]} to {last[1]} the number of weights grows by a factor of "
        f"{factors[-1]:.2f}; doubling a width squares an exponential and multiplies a square by 4."
    )
    exponential = (factors[1:] > 0.9 * factors[:-1] ** 2).all()
    return Verdict("holds" if exponential else "false", evidence)


CLAIMS = (
    Claim(
        "A",
        "noise",
        672,
        "Discussion, B",
        "Few neurons are enough for these data; too many, in either hidden layer, contribute "
        "unwanted noise, and the network puts all points into one class.",
        "Its five pairs of widths, with its U(0, 1) weights and with weights of both signs.",
        NOISE,
        judge_noise,
        CHAPTER + "Is-it-noise",
    ),
    Claim(
        "A",
        "layer 2",
        679,
        "Discussion, B",
        "The output is more sensitive to the number of neurons in hidden layer 2 than in layer 1, "
        "since layer 2 is right before it.",
        "One hidden layer stays at 10 units, the other goes up to 100; weights of one and of both "
        "signs; and the same cross-entropy computed from the last pre-activation.",
        LAYERS,
        judge_layers,
        CHAPTER + "Which-layer-is-more-sensitive",
    ),
    Claim(
        "A",
        "5 to 10 units",
        724,
        "Discussion, D",
        "For data as easy as these, 5 to 10 units in each hidden layer are best.",
        "The final loss with 2 to 50 units in both layers on XOR and 2 to 30 on linear, and with "
        "(10, 50), with weights of one and of both signs.",
        ADVICE,
        judge_advice,
        CHAPTER + "Five-to-ten-units",
    ),
    Claim(
        "A",
        "biases",
        137,
        "Experiment Setups, B",
        "For a rather complicated pattern, biases are indispensable to reach convergence.",
        "XOR and circles without and with biases, short and long, with weights of one and of both "
        "signs.",
        BIAS,
        judge_bias,
        CHAPTER + "With-and-without-biases",
    ),
    Claim(
        "A",
        "exponential cost",
        727,
        "Discussion, D",
        "More hidden units take more time, since the weight matrices grow exponentially.",
        "The number of weights as the width of both hidden layers doubles.",
        sizes_of_networks,
        judge_cost,
        CHAPTER + "What-width-costs",
    ),
)
