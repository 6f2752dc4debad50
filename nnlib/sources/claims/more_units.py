"""What reports B, D and E claim of more or fewer hidden units, tested in chapter 6."""

import numpy as np

from nnlib.sources import report_b, report_d, report_e
from nnlib.sources.claims.hidden_units import (
    CHAPTER,
    hidden,
    listed,
    nested,
    points,
    resized,
    start,
)
from nnlib.sources.judging import by_condition, clearly_lower, median, percent
from nnlib.sources.model import Claim, Verdict

B, D, E = report_b.RECIPES, report_d.RECIPES, report_e.RECIPES

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
    return by_condition(f"medians with {UNITS} units are " + "; ".join(told) + ".", cases)


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
    return by_condition("the median accuracy is " + "; ".join(told) + ".", cases)


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
    return by_condition("the median accuracy is " + "; ".join(told) + ".", cases)


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
    return by_condition(evidence + listed(told), cases)


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
    return by_condition(evidence + listed(told), cases)


CLAIMS = (
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
