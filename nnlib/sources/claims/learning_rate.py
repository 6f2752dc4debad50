"""Claims about the learning rate, tested in chapter 5."""

import numpy as np

from nnlib import sweeps
from nnlib.sources import report_a, report_b, report_d, report_e
from nnlib.sources.judging import clearly_lower, median, more_often, percent
from nnlib.sources.model import Claim, Verdict

CHAPTER = "05_learning_rate.ipynb#"
A, B, D, E = report_a.RECIPES, report_b.RECIPES, report_d.RECIPES, report_e.RECIPES

# Report A: too small, too large

TOO_SMALL = {
    "0.1": A["xor"],
    "0.01": A["xor lr=0.01"],
    "0.01, ten times the epochs": A["xor lr=0.01"].replace(epochs=25_000),
}
VERY_LONG = {"0.01, ten times the epochs": TOO_SMALL["0.01, ten times the epochs"]}
TOO_LARGE = {"0.1": A["xor"], "1": A["xor lr=1"]}
LAST_ROWS = (*range(1500, 2500, 100), 2500)


def judge_too_small(sweep):
    """Does the small rate fail, and does it still with ten times the epochs?"""
    usual, small, long = sweep.accuracy == 1
    evidence = (
        f"at 0.01, {percent(small)} of the runs end with all points right, at 0.1 "
        f"{percent(usual)}; with ten times the epochs at 0.01, {percent(long)}."
    )
    fails = more_often(usual, small)
    if not fails or more_often(usual, long):
        return Verdict("holds" if fails else "false", evidence)
    return Verdict("holds only under", evidence, "a fixed number of epochs")


def judge_very_long(sweep):
    """Do most runs get there in the end?"""
    (right,) = sweep.accuracy == 1
    (history,) = sweep.histories
    first = history.epochs[np.argmax(history.accuracy[right] == 1, axis=1)]
    when = f", half of these by epoch {np.median(first):.0f}" if right.any() else ""
    evidence = f"{percent(right)} of these runs end with all points right{when}."
    return Verdict("holds" if np.mean(right) > 0.5 else "false", evidence)


def judge_too_large(sweep):
    """Does the large rate reach 100 % less often?"""
    usual, large = sweep.accuracy == 1
    evidence = (
        f"{percent(large)} of the runs at rate 1 end with all points right, "
        f"{percent(usual)} of those at 0.1."
    )
    return Verdict("holds" if more_often(usual, large) else "false", evidence)


def rises(loss):
    """Which runs (n_runs, n_rows) have a loss that goes up by more than 1 % from row to row."""
    return np.any(loss[:, 1:] > 1.01 * loss[:, :-1], axis=1)


def judge_oscillation(sweep):
    """Do the last logged losses go up and down?"""
    usual, large = (h.loss[:, np.isin(h.epochs, LAST_ROWS)] for h in sweep.histories)
    still = large.max(axis=1) < 1.05 * large.min(axis=1)
    evidence = (
        f"over the last 1000 epochs the logged loss rises by more than 1 % in "
        f"{percent(rises(large))} of the runs at rate 1, at 0.1 in {percent(rises(usual))}; "
        f"at rate 1 it stays within 5 % in {percent(still)}."
    )
    if np.mean(rises(large)) > 0.5:
        return Verdict("holds", evidence)
    if more_often(rises(large), rises(usual)):
        return Verdict("holds only under", evidence, "some of the seeds")
    return Verdict("false", evidence)


# Report A: the linear set

SMALL_EFFECT = {
    f"{data}, {rate}": A[f"{data} lr={rate}" if rate != "0.1" else data]
    for data in ("linear", "xor")
    for rate in ("0.01", "0.1", "1")
}
LITTLE_LONGER = {
    f"{epochs} epochs": A["linear lr=0.01"].replace(epochs=epochs)
    for epochs in (1000, 1500, 2000, 10_000)
}


def judge_small_effect(sweep):
    """Is the effect of the rate on linear smaller than on XOR, in accuracy and in loss?"""
    accuracy = np.median(np.nan_to_num(sweep.accuracy), axis=1)  # NaN: diverged, none right
    loss = np.median(sweep.loss, axis=1)
    linear, xor = np.ptp(accuracy[:3]), np.ptp(accuracy[3:])
    linear_factor, xor_factor = (part.max() / part.min() for part in (loss[:3], loss[3:]))
    evidence = (
        f"between the three rates the median accuracy differs by {100 * linear:.0f} points on "
        f"linear and {100 * xor:.0f} on XOR, the median loss by a factor of "
        f"{linear_factor:.0f} on linear and {xor_factor:.0f} on XOR."
    )
    if linear >= xor / 2:
        return Verdict("false", evidence)
    if linear_factor >= xor_factor:
        return Verdict("holds only under", evidence, "accuracy as the measure")
    return Verdict("holds", evidence)


def judge_little_longer(sweep):
    """How many of the runs that miss points get them with more epochs?"""
    short, *longer = sweep.accuracy == 1
    if short.all():
        return Verdict("false", "no run misses a point after 1000 epochs.")
    caught = [right[~short] for right in longer]
    evidence = (
        f"{percent(~short)} of the runs miss points after 1000 epochs; of these, "
        f"{', '.join(map(percent, caught))} miss none with 1500, 2000, 10 000."
    )
    _, twice, ten = (np.mean(right) > 0.5 for right in caught)
    if twice or not ten:
        return Verdict("holds" if twice else "false", evidence)
    return Verdict("holds only under", evidence, "ten times the epochs")


def border_points(seeds=100):
    """For each run on linear at 0.01: the 100 distances to the line x1 = x2, and who is missed."""
    recipe = A["linear lr=0.01"]
    runs = sweeps.sweep(recipe, seeds, "compiled", keep=("network",))
    distances, missed = [], []
    for seed, net in zip(runs.seeds.tolist(), runs.networks[0], strict=True):
        X, y = recipe.points(seed)
        distances.append(np.abs(X[:, 0] - X[:, 1]) / np.sqrt(2))
        missed.append((net.predict(X) != y)[:, 0])
    return np.array(distances), np.array(missed)


def judge_border(results):
    """Are the missed points among the ten of their run that are nearest to the line?"""
    distances, missed = results
    ranks = np.argsort(np.argsort(distances, axis=1), axis=1)
    few = (missed.sum(axis=1) > 0) & (missed.sum(axis=1) <= 10)
    near = ranks[few][missed[few]] < 10
    if not near.size:
        return Verdict("false", "no run misses one to ten points.")
    evidence = (
        f"{few.sum()} of {len(missed)} runs miss one to ten points, {near.size} in all, of which "
        f"{percent(near)} are among their run's ten nearest to the line."
    )
    return Verdict("holds" if np.mean(near) > 0.5 else "false", evidence)


# Report B: faster, then diverging. Without the early end all runs have the same epochs.

RATES = ("0.0001", "0.001", "0.01", "0.1")
FASTER = {rate: B[f"linear lr={rate}"] for rate in RATES}
_no_end = {"stop_below": None, "log": "after"}
XOR_RATES = {
    f"{gradient}, {rate}": B["xor"].replace(lr=float(rate), gradient=gradient, **_no_end)
    for gradient in ("listing", "exact")
    for rate in RATES
}
FIGURE_14 = {name: XOR_RATES[name] for name in ("listing, 0.1", "exact, 0.1")}
THRESHOLD = {
    f"{gradient}, {rate:g}": B["linear"].replace(
        lr=rate, epochs=epochs, gradient=gradient, **_no_end
    )
    for rate, epochs in ((0.1, 5000), (10.0, 500))
    for gradient in ("listing", "exact")
}
LAST_EPOCHS = tuple(range(490, 500))
FIGURE_14_ROWS = (0, 10, 20, 30, 40, 60, 80, 100, 120, 150, 200, 250, 300, 400, 499)


def listing_or_both(listing, exact, evidence):
    """The Verdict on what is seen with the listing's gradient, and perhaps with the right one."""
    if not listing:
        return Verdict("false", evidence)
    if exact:
        return Verdict("holds", evidence)
    return Verdict("holds only under", evidence, "the listing's gradient")


def judge_faster(sweep):
    """Do larger rates end earlier, and is the loss over all points then lower, too?"""
    ends = [
        np.where(np.isnan(stopped), recipe.epochs, stopped)
        for stopped, recipe in zip(sweep.stopped, sweep.recipes, strict=True)
    ]
    evidence = (
        f"median end epochs at 0.001, 0.01 and 0.1 are {', '.join(map(median, ends[1:]))}; "
        f"median losses of all points {', '.join(map(median, sweep.loss[1:]))}."
    )
    steps = (1, 2), (2, 3)
    if not all(clearly_lower(ends[more], ends[less]) for less, more in steps):
        return Verdict("false", evidence)
    if all(clearly_lower(sweep.loss[more], sweep.loss[less]) for less, more in steps):
        return Verdict("holds", evidence)
    return Verdict("holds only under", evidence, "its own measure, the loss of the last sample")


def judge_threshold(sweep):
    """Does training leave the finite numbers past 0.001, or at a far larger rate?"""
    past, past_exact, far, far_exact = sweep.diverged
    evidence = (
        f"without the early end, {percent(past)} of the runs at 0.1 leave the finite numbers "
        f"within 5000 epochs, with the right gradient {percent(past_exact)}; at rate 10, "
        f"{percent(far)} and {percent(far_exact)} within 500."
    )
    if np.mean(past) > 0.5:
        return Verdict("holds", evidence)
    if more_often(far, far_exact):
        return Verdict("holds only under", evidence, "the listing's gradient at rate 10")
    if more_often(far, past):
        return Verdict("holds only under", evidence, "rate 10")
    return Verdict("false", evidence)


def judge_xor_rates(sweep):
    """Is the largest rate worse than the one before, with either gradient?"""
    accuracy = np.nan_to_num(sweep.accuracy)
    both = accuracy[:4], accuracy[4:]
    texts = [", ".join(map(percent, np.median(a, axis=1))) for a in both]
    listing, exact = (clearly_lower(a[0], a[2]) and clearly_lower(a[3], a[2]) for a in both)
    evidence = (
        f"median accuracies from 0.0001 to 0.1 are {texts[0]}, with the right gradient "
        f"{texts[1]}; {percent(sweep.diverged)} of all runs leave the finite numbers."
    )
    return listing_or_both(listing, exact, evidence)


def judge_figure_14(sweep):
    """Is the loss lower after epoch 100 than at the start, and higher again at the end?"""
    back = []
    for history in sweep.histories:
        first, middle, last = (history.loss[:, history.epochs == e][:, 0] for e in (0, 100, 499))
        back.append((middle < first) & (last > middle))
    listing, exact = back
    evidence = (
        f"at 0.1 the loss of all points sinks until epoch 100 and is higher again at the end in "
        f"{percent(listing)} of the runs, with the right gradient in {percent(exact)}; "
        f"{percent(sweep.diverged)} of all runs leave the finite numbers."
    )
    return listing_or_both(np.mean(listing) > 0.5, not more_often(listing, exact), evidence)


def judge_swing(sweep):
    """In what share of the last epochs does the loss rise, at the smallest and largest rate?"""
    shares = []
    for history in sweep.histories:
        last = history.loss[:, np.isin(history.epochs, LAST_EPOCHS)]
        shares.append(np.mean(last[:, 1:] > last[:, :-1], axis=1))
    texts = [", ".join(map(percent, four)) for four in (shares[:4], shares[4:])]
    evidence = (
        f"from 0.0001 to 0.1 the loss rises in {texts[0]} of the last epochs, with the right "
        f"gradient in {texts[1]}."
    )
    listing, exact = clearly_lower(shares[0], shares[3]), clearly_lower(shares[4], shares[7])
    return listing_or_both(listing, exact, evidence)


# Reports D and E: the same number of epochs, or the same rate times epochs

SMALLER = {
    f"{data}, {rate:g}, {epochs * times} epochs": D[data].replace(lr=rate, epochs=epochs * times)
    for data, epochs in (("linear", 20), ("xor", 30))
    for rate, times in ((0.1, 1), (0.01, 1), (0.001, 1), (0.01, 10), (0.001, 100))
}
SLOW = {
    f"{data}, {label}": E[data].replace(lr=rate, epochs=epochs)
    for data in ("linear", "xor")
    for label, rate, epochs in (
        ("0.1", 0.1, 100_001),
        ("0.0001", 0.0001, 100_001),
        ("0.001, a tenth of the epochs", 0.001, 10_001),
    )
}


def judge_smaller(sweep):
    """Are smaller rates worse after D's epochs, and for the same rate times epochs?"""
    worse, still = [], []
    for errors in (sweep.mean_absolute_error[:5], sweep.mean_absolute_error[5:]):
        usual, ten, hundred, ten_long, hundred_long = errors
        worse += [clearly_lower(usual, ten), clearly_lower(usual, hundred)]
        still += [clearly_lower(usual, ten_long), clearly_lower(usual, hundred_long)]
    texts = list(map(median, sweep.mean_absolute_error))
    evidence = (
        f"median errors at 0.1, 0.01 and 0.001 are {', '.join(texts[:3])} on linear and "
        f"{', '.join(texts[5:8])} on XOR; with 10 and 100 times the epochs, those of 0.01 and "
        f"0.001 are {', '.join(texts[3:5])} and {', '.join(texts[8:])}."
    )
    if not all(worse) or any(still):
        return Verdict("holds" if all(worse) else "false", evidence)
    return Verdict("holds only under", evidence, "a fixed number of epochs")


def judge_slow(sweep):
    """Does the loss sink, but less far than at 0.1, on both sets?"""
    behind = []
    for i in (0, 3):
        start = sweep.histories[i + 1].loss[:, 0]
        sinks = clearly_lower(sweep.loss[i + 1], start)
        behind.append(sinks and clearly_lower(sweep.loss[i], sweep.loss[i + 1]))
    losses = [f"{np.median(loss):.4g}" for loss in sweep.loss]
    evidence = (
        f"median losses at 0.1 and 0.0001 are {losses[0]} and {losses[1]} on linear, {losses[3]} "
        f"and {losses[4]} on XOR; 0.001 with a tenth of the epochs ends with {losses[2]} and "
        f"{losses[5]}."
    )
    return Verdict("holds" if all(behind) else "false", evidence)


CLAIMS = (
    Claim("A", "too_small", 584, "Discussion A",
          "Too small a rate is likely to fail to find an optimum.",
          "XOR at rate 0.01 beside 0.1, then with ten times the epochs.",
          TOO_SMALL, judge_too_small, CHAPTER + "Too-small-is-slow"),
    Claim("A", "very_long", 587, "Discussion A",
          "A small rate can still find the optimum, but that takes very long.",
          "XOR at rate 0.01 with ten times the epochs.",
          VERY_LONG, judge_very_long, CHAPTER + "Too-small-is-slow",
          rows=(*range(0, 25_000, 1000), 25_000)),
    Claim("A", "too_large", 587, "Discussion A",
          "Too large a rate is likely to fail to converge.",
          "XOR at rate 1 beside 0.1: the share of runs that end with all points right.",
          TOO_LARGE, judge_too_large, CHAPTER + "Too-large-gets-stuck"),
    Claim("A", "oscillation", 587, "Discussion A",
          "With too large a rate the losses of the last epochs oscillate.",
          "XOR at rate 1 beside 0.1: the losses logged over the last 1000 epochs.",
          TOO_LARGE, judge_oscillation, CHAPTER + "Too-large-gets-stuck", rows=LAST_ROWS),
    Claim("A", "small_effect", 628, "Discussion A",
          "On the linear set, which has more and easier points, the rate has no big effect.",
          "Three rates on both sets: how far apart median accuracies and median losses are.",
          SMALL_EFFECT, judge_small_effect, CHAPTER + "On-linear-the-loss-still-tells"),
    Claim("A", "little_longer", 634, "Discussion A",
          "At 0.01 on linear, a little longer training may reach 100 %.",
          "Of the runs that miss points after 1000 epochs, how many miss none with twice as many.",
          LITTLE_LONGER, judge_little_longer, CHAPTER + "On-linear-the-loss-still-tells"),
    Claim("A", "border", 634, "Discussion A",
          "The points missed at rate 0.01 on linear are border cases.",
          "The distances to the line of missed points among those of all points of their run.",
          border_points, judge_border, CHAPTER + "Which-points-are-missed"),
    Claim("B", "swing", 5, "1",
          "The rate decides how strongly the training swings.",
          "The same runs: in how many of the last epochs the loss of all points rises.",
          XOR_RATES, judge_swing, CHAPTER + "Report-B-and-its-gradient", rows=LAST_EPOCHS),
    Claim("B", "faster", 377, "4a, linear",
          "The larger the rate, the faster the convergence.",
          "Linear at the four rates: end epochs, and the losses of all points.",
          FASTER, judge_faster, CHAPTER + "Report-B-and-its-gradient"),
    Claim("B", "threshold", 377, "4a, linear",
          "Beyond the threshold of its early end, training begins to diverge.",
          "Linear without the early end, at 0.1 for 5000 epochs and at 10, with both gradients.",
          THRESHOLD, judge_threshold, CHAPTER + "Not-converging-is-not-diverging"),
    Claim("B", "xor_rates", 387, "4a, XOR",
          "The larger the rate, the better at first; in the end all diverges.",
          "XOR at the four rates without the early end, with both gradients.",
          XOR_RATES, judge_xor_rates, CHAPTER + "Report-B-and-its-gradient"),
    Claim("B", "figure_14", 387, "4a, XOR",
          "The loss converges until about epoch 100, and then diverges.",
          "XOR at 0.1 without the early end, with both gradients: the loss of all points.",
          FIGURE_14, judge_figure_14, CHAPTER + "Report-B-and-its-gradient", rows=FIGURE_14_ROWS),
    Claim("D", "smaller", 227, "4",
          "Smaller rates give worse results; 0.1 is best on both sets.",
          "Both sets at three rates, with D's epochs and with the same rate times epochs.",
          SMALLER, judge_smaller, CHAPTER + "Too-small-is-slow"),
    Claim("E", "slow", 237, "4.1",
          "With too small a rate, the loss decreases slowly.",
          "Both sets at 0.1 and 0.0001, and at 0.001 with a tenth of the epochs.",
          SLOW, judge_slow, CHAPTER + "Too-small-is-slow", rows=(0,)),
)  # fmt: skip
