"""Claims about the number of hidden units and about biases, tested in chapter 6."""

import numpy as np

from nnlib.network import Network
from nnlib.sources import report_a, report_b, report_d, report_e
from nnlib.sources.judging import clearly_lower, more_often, percent
from nnlib.sources.model import Claim, Verdict

CHAPTER = "06_hidden_units.ipynb#"
A, B, D, E = report_a.RECIPES, report_b.RECIPES, report_d.RECIPES, report_e.RECIPES
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


def by_case(cases, evidence):
    """The verdict on a claim that is true or not in some cases, {name: [bool, …]}."""
    where = [name for name, true in cases.items() if all(true)]
    if len(where) in (0, len(cases)):
        return Verdict("holds" if where else "false", evidence)
    return Verdict("holds only under", evidence, " and ".join(where))


def median(values):
    """The median, to three digits."""
    return f"{np.median(values):.3g}"


def listed(words):
    """Words with commas between them, and a full stop."""
    return ", ".join(words) + "."


# Report A: too many neurons contribute noise

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
    return by_case(fails, "with (100, 100) units the share of runs at 100 % is " + listed(told))


# Report A: the output is more sensitive to layer 2

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
    return by_case(cases, evidence + listed(told))


def _from(width):
    return "no such width" if width == np.inf else f"{width} units"


# Report A: 5 to 10 units

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
    return by_case(cases, evidence + listed(told))


# Report A: biases for complicated patterns

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
    return by_case(needed, evidence + listed(told))


# Report A: what width costs


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


# Report B: more units, faster

UNITS = (10, 50, 100)
NO_RULE = {"stop_below": None, "log": "after", "log_every": 100}
FASTER = {
    f"{data}, {label}, {width}": resized(B[data], (width, width), **changes)
    for label, sets, changes in (
        ("as printed", ("xor", "linear"), {}),
        ("no stop", ("xor", "linear"), NO_RULE),
        ("right gradient", ("xor", "linear"), {"gradient": "exact", **NO_RULE}),
        ("U(0, 1)", ("xor",), {"gradient": "exact", "init": "uniform", **NO_RULE}),
    )
    for data in sets
    for width in UNITS
}


def judge_faster(sweep):
    """With which weights do runs with more units end sooner, or have less loss at the end?"""
    epochs = np.array([[recipe.epochs] for recipe in sweep.recipes])
    ends = np.where(np.isnan(sweep.stopped), epochs, sweep.stopped)
    ruled = np.array([[recipe.stop_below is not None] for recipe in sweep.recipes])
    values = np.where(ruled, ends, sweep.loss)
    cases, told = {}, []
    for (weights, data, rule, gradient), runs in nested(
        sweep,
        values,
        lambda r: (start(r), points(r), r.stop_below is not None, r.gradient),
        lambda r: r.sizes[1],
    ).items():
        few, more, most = (runs[width] for width in UNITS)
        sooner = clearly_lower(more, few), clearly_lower(most, few), not clearly_lower(more, most)
        cases.setdefault(weights, []).extend(sooner)
        numbers = ", ".join(median(runs[width]) for width in UNITS)
        what = "end epoch" if rule else f"loss, {gradient} gradient"
        told.append(f"{numbers} ({what}, {data}, {weights})")
    return by_case(cases, f"medians with {UNITS} units are " + "; ".join(told) + ".")


# Report B: a single unit

ONE = {
    "1 unit, as printed": B["xor (1, 1)"],
    "1 unit, right gradient": B["xor (1, 1)"].replace(gradient="exact"),
    "1 unit, 5000 epochs": B["xor (1, 1)"].replace(gradient="exact", epochs=5000, **NO_RULE),
    "10 units, 5000 epochs": B["xor"].replace(gradient="exact", epochs=5000, **NO_RULE),
}


def judge_one(sweep):
    """Does no run with one unit get everything right, while most with more units do?"""
    one = np.array([max(hidden(recipe)) == 1 for recipe in sweep.recipes])
    best, most = np.nanmax(sweep.accuracy[one]), max(sweep.share_at_100[~one])
    lost = sweep.diverged[one].sum()
    evidence = (
        f"the best of {sweep.accuracy[one].size} runs with one unit gets {21 * best:.0f} of 21 "
        f"points right and {lost} of them diverge; with more units {100 * most:.0f} % of the runs "
        "get all."
    )
    return Verdict("holds" if best < 1 and most > 0.5 else "false", evidence)


# Report D: more units, higher accuracy

ACCURATE = {
    f"{data}, {pair}, {epochs}": resized(D[data], pair, epochs=epochs)
    for data, budgets in (("xor", (30, 300)), ("linear", (20, 200)))
    for pair in ((5, 10), (64, 32), (64, 128), (512, 32))
    for epochs in budgets
}


def judge_accurate(sweep):
    """After how many epochs on which points are the report's wider nets more accurate?"""
    cases, told = {}, []
    accuracy = np.where(sweep.diverged, -1, sweep.accuracy)
    for case, runs in nested(
        sweep, accuracy, lambda r: f"{r.epochs} epochs of {points(r)}", hidden
    ).items():
        steps = ((5, 10), (64, 128)), ((5, 10), (512, 32))
        cases[case] = [clearly_lower(runs[few], runs[many]) for few, many in steps]
        numbers = ", ".join(f"{np.median(row):.3f} with {pair}" for pair, row in runs.items())
        told.append(f"{numbers} ({case})")
    return by_case(cases, "the median accuracy is " + "; ".join(told) + ".")


# Report D: at 0.1 more units are worse on linear

FAST_RATE = {
    f"{pair}, {epochs}": resized(D["linear lr=0.1"], pair, epochs=epochs)
    for pair in ((5, 10), (64, 128), (512, 32))
    for epochs in (20, 200)
}


def judge_fast_rate(sweep):
    """After how many epochs are both wider nets less accurate than (5, 10)?"""
    cases, told = {}, []
    accuracy = np.where(sweep.diverged, -1, sweep.accuracy)
    for case, runs in nested(sweep, accuracy, lambda r: f"{r.epochs} epochs", hidden).items():
        wide = [row for pair, row in runs.items() if pair != (5, 10)]
        cases[case] = [clearly_lower(row, runs[5, 10]) for row in wide]
        numbers = ", ".join(f"{np.median(row):.3f} with {pair}" for pair, row in runs.items())
        told.append(f"{numbers} ({case})")
    return by_case(cases, "the median accuracy is " + "; ".join(told) + ".")


# Report E: 2 and 8 units on linear

SAME = {
    f"{width}, {epochs}": resized(E["linear"], (width, width), epochs=epochs)
    for width in (2, 8)
    for epochs in (1001, 100_001)
}


def judge_same(sweep):
    """After how many epochs do 2 and 8 units not differ in accuracy?"""
    cases, told = {}, []
    accuracy = np.where(sweep.diverged, -1, sweep.accuracy)
    for case, runs in nested(sweep, accuracy, lambda r: f"{r.epochs} epochs", hidden).items():
        few, many = runs[2, 2], runs[8, 8]
        cases[case] = [not clearly_lower(few, many), not clearly_lower(many, few)]
        told.append(f"{percent(few == 1)} and {percent(many == 1)} ({case})")
    evidence = "with 2 and with 8 units the share of runs at 100 % is "
    return by_case(cases, evidence + listed(told))


# Report E: 2 and 8 units on XOR

TWO = {
    f"{width}, {label}": resized(E["xor"], (width, width), **changes)
    for width in (2, 8)
    for label, changes in (
        ("as printed", {}),
        ("10 001 epochs", {"epochs": 10_001}),
        ("U(−1, 1)", {"init": "uniform_symmetric"}),
    )
}


def judge_two(sweep):
    """In which of the settings do hardly any runs with 2 units succeed, and most with 8?"""
    cases, told = {}, []
    for (weights, epochs), runs in nested(
        sweep, sweep.accuracy == 1, lambda r: (start(r), r.epochs), hidden
    ).items():
        case = f"{weights} and {epochs} epochs"
        cases[case] = [bool(np.mean(runs[2, 2]) < 0.05 and np.mean(runs[8, 8]) > 0.5)]
        told.append(f"{percent(runs[2, 2])} and {percent(runs[8, 8])} ({case})")
    evidence = "with 2 and with 8 units the share of runs at 100 % is "
    return by_case(cases, evidence + listed(told))


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
    Claim(
        "B",
        "more units, faster",
        404,
        "4, b",
        "The more hidden units, the faster the network converges.",
        "10, 50 and 100 units with many weight seeds instead of one: the end epoch under the "
        "report's rule, and without the rule the loss of all points after 500 epochs, with the "
        "listed gradient and the right one, and with U(0, 1) weights.",
        FASTER,
        judge_faster,
        CHAPTER + "More-units-and-faster",
        seeds=100,
    ),
    Claim(
        "B",
        "one unit",
        414,
        "4, b",
        "A network with one unit in each hidden layer is not complex enough for XOR.",
        "One unit with the listed and the right gradient and ten times the epochs, beside ten.",
        ONE,
        judge_one,
        CHAPTER + "A-single-unit",
    ),
    Claim(
        "D",
        "more units, more accurate",
        229,
        "4",
        "On both sets of points, more hidden units give a higher accuracy.",
        "Its three pairs of widths and (64, 32), for its epochs and for ten times as many.",
        ACCURATE,
        judge_accurate,
        CHAPTER + "More-units-and-more-accurate",
        seeds=100,
    ),
    Claim(
        "D",
        "worse at 0.1",
        229,
        "4",
        "On the linear points, more hidden units are worse when the learning rate is 0.1.",
        "Its three pairs of widths at rate 0.1, for its epochs and for ten times as many.",
        FAST_RATE,
        judge_fast_rate,
        CHAPTER + "More-units-and-more-accurate",
        seeds=100,
    ),
    Claim(
        "E",
        "same on linear",
        275,
        "4.2",
        "On the linear points, the number of hidden units does not affect the accuracy much.",
        "2 and 8 units, for its epochs and for a hundredth of them.",
        SAME,
        judge_same,
        CHAPTER + "Two-units-and-eight",
    ),
    Claim(
        "E",
        "two cannot",
        281,
        "4.2",
        "On XOR, 2 hidden units cannot converge well, and 8 can.",
        "2 and 8 units, for its epochs and a tenth of them, and with weights of both signs.",
        TWO,
        judge_two,
        CHAPTER + "Two-units-and-eight",
    ),
)
