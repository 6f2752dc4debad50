"""Claims tested in chapter 4: about epochs, points, batches, and whole recipes."""

import numpy as np

from nnlib import data
from nnlib.sources import report_a, report_c, report_d
from nnlib.sources.judging import clearly_lower, more_often, percent
from nnlib.sources.model import Claim, Verdict

A, C, D = report_a.RECIPES, report_c.RECIPES, report_d.RECIPES
X, Y = data.xor()

# Report A: how long to train

CHOSEN = {
    f"{name}, {epochs} epochs": A[name].replace(epochs=epochs)
    for name, chosen in (("xor", 2500), ("linear", 1000))
    for epochs in (chosen, chosen // 2, 2 * chosen)
}


def judge_chosen(sweep):
    """Do most runs end with all points right, on each set?"""
    xor, linear = sweep.accuracy[:3] == 1, sweep.accuracy[3:] == 1
    evidence = (
        f"all points are right in {percent(xor[0])} of the runs on XOR ({percent(xor[1])} with "
        f"half the epochs, {percent(xor[2])} with twice as many), on linear in "
        f"{percent(linear[0])} ({percent(linear[1])}, {percent(linear[2])})"
    )
    likely = [np.mean(xor[0]) > 0.5, np.mean(linear[0]) > 0.5]
    if all(likely):
        return Verdict("holds", evidence)
    if not any(likely):
        return Verdict("false", evidence)
    return Verdict("holds only under", evidence, "XOR" if likely[0] else "linear data")


# Report A: why XOR takes longer. Row e is measured after e epochs, that is e · n updates, at one
# rate, so that row e of the repeated points is row 5 e of the 21, bit for bit; rows come in fives.

_steady = A["xor"].replace(schedule="constant", log="before", log_every=10)
FEW_ROWS = (20, 40, 60, 80, 100, 120, 160, 200, 240, 280, 320, 400, 500)
ROWS = tuple(sorted({*FEW_ROWS, *(5 * e for e in FEW_ROWS)} - {300}))  # there is no 1500
POINTS = {
    "XOR, 21 points": _steady,
    "XOR, 105 points": _steady.replace(data=(np.tile(X, (5, 1)), np.tile(Y, (5, 1)))),
    "linear, 21 points": _steady.replace(data=("linear", 21)),
    "linear, 100 points": _steady.replace(data="linear"),
}
LONGER = {name: POINTS[name] for name in ("XOR, 21 points", "linear, 100 points")}
LINE = {
    "labels of XOR": _steady,
    "labels of a line": _steady.replace(data=(X, np.where(X[:, 1:] > 0.55, 1.0, 0.0))),
}


def reached(history):
    """The first row in which all points are right, (n_runs,); inf where there is none."""
    right = history.accuracy == 1
    return np.where(right.any(axis=1), history.epochs[right.argmax(axis=1)], np.inf)


def judge_longer(sweep):
    """Does XOR reach 100 % later than linear, in epochs and in updates?"""
    xor, linear = (reached(history) for history in sweep.histories)
    evidence = (
        f"half of the runs have all points right by epoch {np.median(xor):.0f} on XOR, "
        f"{np.median(linear):.0f} on linear, which is {21 * np.median(xor):.0f} and "
        f"{100 * np.median(linear):.0f} updates; {percent(np.isinf(xor))} and "
        f"{percent(np.isinf(linear))} do not in {sweep.recipes[0].epochs} epochs"
    )
    if not clearly_lower(linear, xor):
        return Verdict("false", evidence)
    if clearly_lower(21 * xor, 100 * linear):
        return Verdict("holds only under", evidence, "a count of epochs instead of updates")
    return Verdict("holds", evidence)


def judge_points(sweep):
    """Do more points help, also per update, and is XOR as quick as linear with as many?"""
    xor, xor_105, linear, linear_100 = (reached(history) for history in sweep.histories)
    middles = [f"{np.median(rows):.0f}" for rows in (xor, xor_105, linear, linear_100)]
    evidence = (
        "half of the runs have all points right by epoch {} on XOR with 21 points and by {} with "
        "these repeated five times, by {} on linear with 21 points and {} with 100; counted in "
        "updates, XOR takes {:.0f} and {:.0f}".format(
            *middles, 21 * np.median(xor), 105 * np.median(xor_105)
        )
    )
    if not clearly_lower(xor_105, xor):
        return Verdict("false", evidence)
    if not clearly_lower(linear, xor):  # with as many points, XOR takes no longer
        return Verdict("holds", evidence)
    if clearly_lower(105 * xor_105, 21 * xor):
        return Verdict("holds only under", evidence, "points as one reason among others")
    return Verdict("holds only under", evidence, "a count of epochs instead of updates")


def judge_line(sweep):
    """Are labels that a line can part learned sooner, at the same places?"""
    xor, line = (reached(history) for history in sweep.histories)
    evidence = (
        f"at the same 21 places, in the same order, half of the runs have all points right by "
        f"epoch {np.median(xor):.0f} with XOR's labels and by {np.median(line):.0f} with labels "
        f"that a line can part"
    )
    return Verdict("holds" if clearly_lower(line, xor) else "false", evidence)


# Report C: epochs and units

CONVERGED = {
    "linear, 2500 epochs": C["linear"].replace(epochs=2500),
    "linear, 20 000 epochs": C["linear"],
    "XOR, 10 000 epochs": C["xor"].replace(epochs=10_000),
    "XOR, 100 000 epochs": C["xor"],
}
SMALL = {
    "linear, (2, 2)": CONVERGED["linear, 2500 epochs"],
    "linear, (10, 10)": CONVERGED["linear, 2500 epochs"].replace(sizes=(2, 10, 10, 1)),
    "XOR, (3, 3)": CONVERGED["XOR, 10 000 epochs"],
    "XOR, (10, 10)": CONVERGED["XOR, 10 000 epochs"].replace(sizes=(2, 10, 10, 1)),
}


def judge_converged(sweep):
    """Have most runs all points right by then, on both sets?"""
    linear, linear_end, xor, xor_end = sweep.accuracy == 1
    evidence = (
        f"all points are right in {percent(linear)} of the runs after 2500 epochs on linear "
        f"({percent(linear_end)} after 20 000), and in {percent(xor)} after 10 000 on XOR "
        f"({percent(xor_end)} after 100 000)"
    )
    quick = [np.mean(linear) > 0.5, np.mean(xor) > 0.5]
    if all(quick):
        return Verdict("holds", evidence)
    if not any(quick):
        return Verdict("false", evidence)
    return Verdict("holds only under", evidence, "linear data" if quick[0] else "XOR")


def judge_small(sweep):
    """Do the narrow networks succeed, and as often as those of 10 and 10 units?"""
    linear, linear_10, xor, xor_10 = sweep.accuracy == 1
    evidence = (
        f"all points are right with 2 and 2 units in {percent(linear)} of the runs on linear, "
        f"with 10 and 10 in {percent(linear_10)}; on XOR with 3 and 3 in {percent(xor)}, with "
        f"10 and 10 in {percent(xor_10)}"
    )
    if min(np.mean(linear), np.mean(xor)) < 0.5:
        return Verdict("false", evidence)
    behind = [more_often(linear_10, linear), more_often(xor_10, xor)]
    if any(behind):
        sets = " and ".join(np.array(["linear", "XOR"])[behind])
        return Verdict("holds only under", evidence, f"most starts, not all, on {sets}")
    return Verdict("holds", evidence)


# Report D: the batch

_d = D["linear lr=0.1"]
BATCHES = {
    "1": _d,
    "all, sums, as many epochs": _d.replace(batch_size="all"),
    "all, means, as many epochs": _d.replace(batch_size="all", reduction="mean"),
    "all, sums, as many updates": _d.replace(batch_size="all", epochs=100 * _d.epochs),
    "all, means, as many updates": _d.replace(
        batch_size="all", reduction="mean", epochs=100 * _d.epochs
    ),
    "1, rate and epochs 1:10": _d.replace(lr=0.01, epochs=10 * _d.epochs),
    "all, sums, rate and epochs 1:10": _d.replace(
        batch_size="all", lr=0.01, epochs=10 * _d.epochs
    ),
}


def judge_batches(sweep):
    """Is the error with batch 1 that of the full batch, in one of the ways to compare them?"""
    one, *others, one_slow, slow = sweep.mean_absolute_error
    middles = [f"{np.median(errors):.3f}" for errors in sweep.mean_absolute_error]
    evidence = (
        "at rate 0.1 the median error is {} with batch 1; with the full batch {} (sums) and {} "
        "(means) after as many epochs, {} and {} after as many updates; at a tenth of the rate, "
        "with ten times the epochs, {} with batch 1 and {} with sums of the full batch".format(
            *middles
        )
    )
    names = [
        "sums and as many epochs",
        "means and as many epochs",
        "sums and as many updates",
        "means and as many updates",
    ]
    same = [_alike(one, errors) for errors in others]
    if all(same):
        return Verdict("holds", evidence)
    if any(same):
        kept = [name for name, ok in zip(names, same, strict=True) if ok]
        return Verdict("holds only under", evidence, "; or ".join(kept))
    if _alike(one_slow, slow):
        return Verdict("holds only under", evidence, "sums, as many epochs, and a small rate")
    return Verdict("false", evidence)


def _alike(a, b):
    return not clearly_lower(a, b) and not clearly_lower(b, a)


# Report D: settings without a number of epochs

PERFECT = {
    f"{name}, epochs times {times}": D[f"{name} (512, 32)"].replace(
        lr=0.01, epochs=times * D[name].epochs
    )
    for times in (1, 10)
    for name in ("linear", "xor")
}


def judge_perfect(sweep):
    """Are all points right in most runs, after our reading's epochs or ten times as many?"""
    shares = np.mean(sweep.accuracy == 1, axis=1)
    linear, xor, linear_long, xor_long = (f"{100 * share:.0f} %" for share in shares)
    evidence = (
        f"all points are right in {linear} of the runs on linear and in {xor} on XOR, with ten "
        f"times the epochs in {linear_long} and {xor_long}"
    )
    likely = shares > 0.5
    if likely[:2].all():
        return Verdict("holds", evidence)
    if likely[2:].all():
        return Verdict("holds only under", evidence, "ten times the epochs")
    if likely.any():
        where = ("linear data" if likely[::2].any() else "XOR") + (
            "" if likely[:2].any() else " and ten times the epochs"
        )
        return Verdict("holds only under", evidence, where)
    return Verdict("false", evidence)


_xor_or_linear = "04_training.ipynb#XOR-against-linear"
_recipes = "04_training.ipynb#Five-recipes-side-by-side"

CLAIMS = (
    Claim(
        "A", "epochs", 304, "Train and Test",
        "2500 epochs on XOR and 1000 on linear will most likely reach 100 %.",
        "The default experiments, and with half and twice the epochs: who ends at 100 %?",
        CHOSEN, judge_chosen, "04_training.ipynb#What-a-seed-decides",
    ),
    Claim(
        "A", "longer", 522, "Results D",
        "XOR takes more epochs than linear data to reach 100 %.",
        "Both sets at rate 0.1 for 2500 epochs: the first row in which all points are right.",
        LONGER, judge_longer, _xor_or_linear, rows=ROWS,
    ),
    Claim(
        "A", "few points", 528, "Results D",
        "One reason is that XOR has 21 points and linear 100.",
        "XOR's points once and five times, linear with 21 and with 100 points: the first row in "
        "which all are right, in epochs and in updates.",
        POINTS, judge_points, _xor_or_linear, rows=ROWS,
    ),
    Claim(
        "A", "one line", 530, "Results D",
        "Another reason is that XOR needs more than one line.",
        "XOR's 21 places in their order, with XOR's labels and with those of the line x2 = 0.55.",
        LINE, judge_line, _xor_or_linear, rows=ROWS,
    ),
    Claim(
        "C", "no huge network", 31, "2.2",
        "For data this easy no huge network is needed.",
        "Its widths beside 10 and 10 units: who has all points right after 2500 epochs (linear) "
        "and 10 000 (XOR)?",
        SMALL, judge_small, _recipes,
    ),
    Claim(
        "C", "converged", 167, "3",
        "Training takes less than 2500 epochs on linear and 10 000 on XOR to converge.",
        "Who has all points right by then, and who at the end?",
        CONVERGED, judge_converged, _recipes,
    ),
    Claim(
        "D", "batch", 135, "2.3",
        "A batch of one sample does not affect the result, since the data have no outliers.",
        "Linear at rate 0.1 with batch 1 and with the full batch: sums and means, as many epochs "
        "and as many updates; and both with sums at a tenth of the rate, ten times the epochs.",
        BATCHES, judge_batches, "04_training.ipynb#How-many-samples-make-an-update",
    ),
    Claim(
        "D", "perfect", 183, "3, table 1",
        "With (512, 32) units and rate 0.01 the results are perfect on both sets.",
        "These settings with our reading's number of epochs, and with ten times as many.",
        PERFECT, judge_perfect, _recipes, seeds=50,
    ),
)  # fmt: skip
