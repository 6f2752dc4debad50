"""Claims tested in chapter 7: what remains of a network without activation functions."""

import numpy as np

from nnlib.sources import report_a, report_d, report_e
from nnlib.sources.judging import more_often, percent
from nnlib.sources.model import Claim, Verdict

CHAPTER = "07_no_activation.ipynb"
BEST_LINE = 16 / 21  # of the XOR points; the chapter tries all lines

# One name for each layer: where activations are removed.
ALL = "identity"
HIDDEN = ("identity", "identity", "sigmoid")
OUTPUT = ("sigmoid", "sigmoid", "identity")
FIRST = ("identity", "sigmoid", "sigmoid")

# Report A


def _from_the_start(recipe):
    """The same training with rows measured before the updates: row 0 is the untrained network."""
    return recipe.replace(log="before", log_every=1)


def _fall(s, i):
    """The share of a run's whole fall of the loss that happens in its first epoch, (n_seeds,)."""
    rows = s.histories[i].epochs.tolist()
    start, first = (s.histories[i].loss[:, rows.index(e)] for e in (0, 1))
    with np.errstate(invalid="ignore"):  # of a diverged run: NaN
        return (start - first) / (start - s.loss[i])


def _judge_plummet(s):
    falls = [_fall(s, i) for i in range(4)]
    quick = [fall >= 0.9 for fall in falls]
    shares = ", ".join(f"{100 * np.median(fall):.1f} %" for fall in falls)
    evidence = (
        f"the first epoch makes {shares} of the whole fall of the loss in the median (XOR with "
        f"and without activation, linear with and without); on XOR it then stays near "
        f"{np.median(s.loss[1]):.2f}."
    )
    xor, linear = more_often(quick[1], quick[0]), more_often(quick[3], quick[2])
    if xor and linear:
        return Verdict("holds", evidence)
    if xor or linear:
        return Verdict("holds only under", evidence, "the XOR points" if xor else "linear points")
    return Verdict("false", evidence)


def _judge_linear(s):
    good = s.accuracy >= 0.99
    median = np.median(np.nan_to_num(s.accuracy[1]))
    evidence = (
        f"{percent(good[1])} of the runs without hidden activations have 99 % or more, median "
        f"{100 * median:.0f} %; with them it is {percent(good[0])}."
    )
    return Verdict("holds" if median >= 0.99 else "false", evidence)


def _judge_xor(s):
    above = np.greater(s.accuracy, BEST_LINE + 1e-9)
    best = round(21 * np.nanmax(s.accuracy[1]))
    evidence = (
        f"without hidden activations the best of {len(s.seeds)} runs gets {best} of 21 points, "
        f"and a line gets 16 at most; with them {percent(above[0])} get more."
    )
    failed = not above[1].any() and more_often(above[0], above[1])
    return Verdict("holds" if failed else "false", evidence)


def _judge_span(s):
    none, first = s.accuracy == 1
    evidence = (
        f"of the networks whose first layer alone has no activation, so that its outputs stay in "
        f"the span of the columns of W1, {percent(first)} learn all of XOR; without any hidden "
        f"activation it is {percent(none)}."
    )
    # The columns of W2 and of W3 span all there is: only the span of W1 could exclude anything.
    return Verdict("false" if more_often(first, none) else "holds", evidence)


def _judge_output(s):
    better = np.greater(s.accuracy, [[11 / 21], [0.75]])  # a constant gets 11/21, or about half
    evidence = (
        f"with squared error and no output activation, {percent(better[0])} of the runs get more "
        f"than the 11 points of a constant on XOR (median {100 * _median(s.accuracy[0]):.0f} %), "
        f"and {percent(better[1])} more than 75 % on linear (median "
        f"{100 * _median(s.accuracy[1]):.0f} %)."
    )
    if np.mean(better) > 0.5:
        return Verdict("holds only under", evidence, "a cross-entropy")
    return Verdict("holds", evidence)


def _median(accuracy):
    return np.median(np.nan_to_num(accuracy))


_SQUARED = {"loss": "squared", "activations": OUTPUT}

CLAIMS_A = (
    Claim(
        "A",
        "losses plummet",
        718,
        "Discussion C",
        "Without activation functions in the hidden layers the loss falls very fast on both sets.",
        "The share of the whole fall that the first epoch makes, with and without activation.",
        {
            f"{data}, {name}": _from_the_start(report_a.RECIPES[f"{data}{key}"])
            for data in ("xor", "linear")
            for name, key in (("hidden sigmoids", ""), ("no hidden activation", " identity"))
        },
        _judge_plummet,
        f"{CHAPTER}#With-a-sigmoid-at-the-output",
        rows=(0, 1, 2, 5, 10, 20, 50, *range(100, 1001, 100)),
    ),
    Claim(
        "A",
        "linear without activation",
        718,
        "Discussion C",
        "The linear points are still classified well (99 %) without hidden activations.",
        "The default linear recipe with hidden sigmoids and without.",
        {
            "hidden sigmoids": report_a.RECIPES["linear"],
            "no hidden activation": report_a.RECIPES["linear identity"],
        },
        _judge_linear,
        f"{CHAPTER}#With-a-sigmoid-at-the-output",
        seeds=1000,
    ),
    Claim(
        "A",
        "xor without activation",
        720,
        "Discussion C",
        "Without hidden activations XOR is not learned, since it is not linearly separable.",
        "The default XOR recipe with hidden sigmoids and without, beside the best line.",
        {
            "hidden sigmoids": report_a.RECIPES["xor"],
            "no hidden activation": report_a.RECIPES["xor identity"],
        },
        _judge_xor,
        f"{CHAPTER}#With-a-sigmoid-at-the-output",
        seeds=1000,
    ),
    Claim(
        "A",
        "span",
        720,
        "Discussion C",
        "The reason is that outputs cannot leave the span of the columns of the weight matrices.",
        "XOR without activation in both hidden layers, and in the first alone, whose outputs "
        "stay in the span of its columns as well.",
        {
            "no hidden activation": report_a.RECIPES["xor identity"],
            "none in layer 1": report_a.RECIPES["xor"].replace(activations=FIRST),
        },
        _judge_span,
        f"{CHAPTER}#The-span-is-not-the-reason",
    ),
    Claim(
        "A",
        "output sigmoid",
        261,
        "Forward Pass, and Discussion C",
        "Without the sigmoid at the output no prediction, loss or accuracy could be computed.",
        "The default recipes with squared error and no activation at the output.",
        {data: report_a.RECIPES[data].replace(**_SQUARED) for data in ("xor", "linear")},
        _judge_output,
        f"{CHAPTER}#Without-a-sigmoid-at-the-output",
    ),
)

# Report D

WIDTHS = ((5, 10), (64, 128), (512, 32))
RATES = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5)
PRINTED_RATES = (0.1, 0.01, 0.001)


def _judge_nan(s):
    shares = s.share_diverged.reshape(len(WIDTHS), len(RATES))
    own = shares[:, [RATES.index(rate) for rate in PRINTED_RATES]] >= 0.5
    thresholds = [min(np.array(RATES)[row >= 0.5], default=np.inf) for row in shares]
    from_rates = ", ".join(
        f"{rate:g} for {widths}" for rate, widths in zip(thresholds, WIDTHS, strict=True)
    )
    evidence = (
        f"half of the runs or more diverge from a rate of {from_rates}; of report D's own rates "
        f"and widths these are {own.sum()} of {own.size} cases; {percent(s.stopped == 0)} of all "
        f"runs diverge in their first epoch, {percent(s.stopped > 0)} later."
    )
    if own.all():
        return Verdict("holds", evidence)
    if not own.any():
        return Verdict("false", evidence)
    products = [r * d1 * d2 for r, (d1, d2) in zip(thresholds, WIDTHS, strict=True)]
    low, high = min(products), max(products)
    condition = f"rates above c divided by both hidden widths, c from {low:.2g} to {high:.2g}"
    return Verdict("holds only under", evidence, condition)


def _removals():
    """{label: Recipe}: report D's linear recipe at rate 0.1, activations removed in places."""
    base = report_d.RECIPES["linear lr=0.1"]
    cases = {
        "none removed": {},
        "all removed": {"activations": ALL},
        "output removed": {"activations": OUTPUT},
        "hidden removed": {"activations": HIDDEN},
        "none removed, cross-entropy": {"loss": "bce_logits"},
        "hidden removed, cross-entropy": {"loss": "bce_logits", "activations": HIDDEN},
    }
    return {
        f"({d1}, {d2}), {name}": base.replace(sizes=(2, d1, d2, 1), **changes)
        for d1, d2 in WIDTHS[:2]
        for name, changes in cases.items()
    }


def _judge_bounded(s):
    # Both widths in one row of runs for each case.
    none, everything, output, hidden, none_ce, hidden_ce = np.hstack(np.split(s.diverged, 2))
    evidence = (
        f"of the runs diverge: {percent(none)} with all sigmoids, {percent(everything)} with "
        f"none, {percent(output)} with hidden ones only, {percent(hidden)} with the output's "
        f"only; with cross-entropy {percent(hidden_ce)} with the output's only and "
        f"{percent(none_ce)} with all."
    )
    if not more_often(everything, none):
        return Verdict("false", evidence)
    where = [
        name
        for name, part, whole in (
            ("bounded outputs", output, none),
            ("bounded hidden layers where the loss is squared error", hidden, none),
            ("bounded hidden layers where the loss is a cross-entropy", hidden_ce, none_ce),
        )
        if more_often(part, whole)
    ]
    if not where:
        return Verdict("holds", evidence)
    return Verdict("holds only under", evidence, " and ".join(where))


CLAIMS_D = (
    Claim(
        "D",
        "nan",
        231,
        "4 Discussion",
        "Without any activation function the outputs become NaN after a few epochs.",
        "All activations removed, for each width and for rates from 0.1 to 0.00001.",
        {
            f"({d1}, {d2}), lr={rate:g}": report_d.RECIPES["linear no-activation"].replace(
                sizes=(2, d1, d2, 1), lr=rate
            )
            for d1, d2 in WIDTHS
            for rate in RATES
        },
        _judge_nan,
        f"{CHAPTER}#When-the-numbers-explode",
    ),
    Claim(
        "D",
        "bounded",
        231,
        "4 Discussion",
        "Activation functions keep values between 0 and 1, and this prevents the explosion.",
        "At rate 0.1 the activations of all, of the hidden, or of the output layer are removed; "
        "the hidden ones with cross-entropy, too.",
        _removals(),
        _judge_bounded,
        f"{CHAPTER}#Which-activation-prevents-it",
    ),
)

# Report E


def _diverged(s, activations, lr):
    """Which runs of such recipes diverged, on both sets."""
    which = [(recipe.activations, recipe.lr) == (activations, lr) for recipe in s.recipes]
    return s.diverged[which].ravel()


def _judge_explode(s):
    large, middle, small = (_diverged(s, ALL, lr) for lr in (0.1, 0.01, 0.001))
    sigmoid = _diverged(s, "sigmoid", 0.1)
    evidence = (
        f"without activations {percent(large)} of the runs on both sets diverge at 0.1, "
        f"{percent(middle)} at 0.01 and {percent(small)} at 0.001; with sigmoids at 0.1 it is "
        f"{percent(sigmoid)}."
    )
    follows = more_often(large, sigmoid) and more_often(large, small)
    return Verdict("holds" if follows else "false", evidence)


def _judge_learn(s):
    xor, linear = s.accuracy[:3], s.accuracy[3:]
    medians = [100 * _median(a) for a in (*xor, *linear)]
    evidence = (
        "median accuracies with all sigmoids, with the output's only, and with none: "
        "XOR {:.0f}, {:.0f}, {:.0f} %, linear {:.0f}, {:.0f}, {:.0f} %.".format(*medians)
    )
    fails_on_xor = not np.greater(xor[1:], BEST_LINE + 1e-9).any()
    if not fails_on_xor:
        return Verdict("false", evidence)
    if medians[4] < 99:
        return Verdict("holds", evidence)
    return Verdict(
        "holds only under", evidence, "XOR, and on linear only without the output's sigmoid"
    )


CLAIMS_E = (
    Claim(
        "E",
        "too large explodes",
        287,
        "4.3",
        "Without activation functions the loss explodes if the learning rate is too large.",
        "All activations removed, at three rates; the default with sigmoids beside them.",
        {
            f"{data}, {name}": recipe
            for data in ("xor", "linear")
            for name, recipe in {
                "sigmoids, lr=0.1": report_e.RECIPES[data],
                "none, lr=0.1": report_e.RECIPES[data].replace(activations=ALL),
                "none, lr=0.01": report_e.RECIPES[f"{data} no-activation"],
                "none, lr=0.001": report_e.RECIPES[f"{data} no-activation / lr=0.001"],
            }.items()
        },
        _judge_explode,
        f"{CHAPTER}#When-the-numbers-explode",
    ),
    Claim(
        "E",
        "cannot learn",
        287,
        "4.3",
        "Without activation functions the model cannot learn well: 88 % on linear, 33 % on XOR.",
        "All sigmoids, the output's only, and none (at rate 0.001, where it does not diverge).",
        {
            f"{data}, {name}": recipe
            for data in ("xor", "linear")
            for name, recipe in {
                "all sigmoids": report_e.RECIPES[data],
                "hidden removed": report_e.RECIPES[data].replace(activations=HIDDEN),
                "all removed": report_e.RECIPES[f"{data} no-activation / lr=0.001"],
            }.items()
        },
        _judge_learn,
        f"{CHAPTER}#Without-a-sigmoid-at-the-output",
        seeds=50,
    ),
)

CLAIMS = CLAIMS_A + CLAIMS_D + CLAIMS_E
