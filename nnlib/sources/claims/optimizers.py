"""Claims tested in chapter 8: what Adam, momentum and Adagrad do.

A run "gets near" when at least 95 % of its points are right: 20 of 21, or 95 of 100; report E
counts 100 % and near 100 % as converged.
"""

import numpy as np

from nnlib.optimizers import SGD
from nnlib.sources.claims.optimizer_steps import (
    first_averages,
    judge_bias,
    judge_directions,
    step_angles,
)
from nnlib.sources.judging import clearly_lower, more_often, percent
from nnlib.sources.model import Claim, Verdict
from nnlib.sources.report_a import RECIPES as A
from nnlib.sources.report_c import RECIPES as C
from nnlib.sources.report_e import RECIPES as E

CHAPTER = "08_optimizers.ipynb#"


def near(accuracies):
    """Which runs get near 100 %; a diverged run, whose accuracy is NaN, does not."""
    return accuracies >= 0.95


# Report A: Adam

XOR_ADAM = {
    "SGD": A["xor"],
    "Adam": A["xor adam"],
    "Adam, t counts updates": A["xor adam / clock=step"],
}
XOR_ROWS = (*range(0, 2500, 100), 2500)
LINEAR_ROWS = (*range(0, 1000, 100), 1000)


def judge_xor(happens, what):
    """A judge: whether most starts with Adam do what ``happens(sweep)`` tells, (3, n_runs)."""

    def judge(sweep):
        sgd, adam, step = happens(sweep)
        evidence = (
            f"{what} for {percent(adam)} of the seeds with Adam ({percent(step)} if t counts "
            f"updates), for {percent(sgd)} with SGD."
        )
        if np.mean(adam) >= 0.9:
            return Verdict("holds", evidence)
        if more_often(adam, sgd):
            starts = "most starts" if np.mean(adam) > 0.5 else "some starts"
            return Verdict("holds only under", evidence, starts)
        return Verdict("false", evidence)

    return judge


def right_in_row_100(sweep):
    return [h.accuracy[:, h.epochs.tolist().index(100)] == 1 for h in sweep.histories]


def prints_as_0(sweep):
    return np.abs(sweep.loss) < 5e-6  # 0.00000, or -0.00000


LINEAR_ADAM = {
    "SGD": A["linear"],
    "Adam": A["linear adam"],
    "Adam, t counts updates": A["linear adam / clock=step"],
    "Adam, lr 0.01": A["linear adam"].replace(lr=0.01),
}


def judge_adam_linear(sweep):
    sgd, adam, step, slow = sweep.accuracy >= 0.99
    evidence = (
        f"99 % or more is reached by {percent(adam)} of the seeds with Adam "
        f"({percent(step)} if t counts updates, {percent(slow)} at the rate 0.01), "
        f"by {percent(sgd)} with SGD."
    )
    if not more_often(sgd, adam):
        return Verdict("holds" if np.mean(adam) >= 0.9 else "false", evidence)
    if more_often(slow, adam):
        return Verdict("holds only under", evidence, "a smaller rate than 0.1")
    return Verdict("false", evidence)


SPIKE = 5  # a rise of the summed loss from one logged row to the next; report A's is 9.4


def spikes(losses):
    """Which runs have a spike (n_runs,), and for each spike that a row follows: is it healed?

    Healed: the next row is at least half of the rise below the spike. losses: (n_runs, n_rows).
    """
    rises = np.diff(losses, axis=1)
    run, row = np.nonzero(rises[:, :-1] >= SPIKE)
    healed = losses[run, row + 1] - losses[run, row + 2] >= rises[run, row] / 2
    return (rises >= SPIKE).any(axis=1), healed


def judge_adam_spike(sweep):
    (sgd, _), (adam, healed) = (spikes(h.loss) for h in sweep.histories)
    if len(healed) == 0:
        return Verdict("false", f"no loss of {len(adam)} runs with Adam rises by {SPIKE}.")
    evidence = (
        f"the loss rises by {SPIKE} or more between two rows for {percent(adam)} of the seeds "
        f"with Adam, for {percent(sgd)} with SGD; of {len(healed)} such rises with Adam, "
        f"{percent(healed)} are healed a row later."
    )
    if np.mean(healed) < 0.5:
        return Verdict("false", evidence)
    if more_often(adam, sgd):
        return Verdict("holds only under", evidence, "the spikes that Adam itself makes")
    return Verdict("holds", evidence)


# Report C: momentum


def at_rates(name):
    """Report C's experiment with momentum, with SGD, and with SGD at the same effective step."""
    recipe = C[name].replace(epochs=10_000, log_every=400)
    return {
        f"{name}, momentum, lr 0.3": recipe,
        f"{name}, SGD, lr 0.3": recipe.replace(optimizer=SGD()),
        f"{name}, SGD, lr 3": recipe.replace(optimizer=SGD(), lr=3.0),
    }


SPEED = at_rates("xor") | at_rates("linear")
SPEED_ROWS = tuple(range(0, 10_001, 400))


def judge_speed(sweep):
    early = [h.loss[:, h.epochs.tolist().index(2000)] for h in sweep.histories]
    triples = {"XOR": early[:3], "linear": early[3:]}
    evidence = "median loss after 2000 epochs with momentum, SGD, SGD at ten times the rate: "
    evidence += "; ".join(
        f"{name} " + ", ".join(f"{np.median(loss):.2g}" for loss in losses)
        for name, losses in triples.items()
    )
    evidence += "."
    if not all(clearly_lower(momentum, sgd) for momentum, sgd, _ in triples.values()):
        return Verdict("false", evidence)
    if all(clearly_lower(momentum, matched) for momentum, _, matched in triples.values()):
        return Verdict("holds", evidence)
    return Verdict("holds only under", evidence, "equal rates, not equal effective steps")


STOCHASTIC = {
    "all points": C["linear"].replace(optimizer=SGD(), epochs=10_000),
    "one point, as many epochs": C["linear"].replace(optimizer=SGD(), epochs=10_000, batch_size=1),
    "one point, as many updates": C["linear"].replace(optimizer=SGD(), epochs=100, batch_size=1),
}


def judge_stochastic(sweep):
    full, epochs, updates = sweep.loss
    evidence = (
        f"median loss {np.median(full):.2g} from the full batch, {np.median(epochs):.2g} from "
        f"one point an update in as many epochs, {np.median(updates):.2g} in as many updates."
    )
    if clearly_lower(full, epochs):
        return Verdict("holds", evidence)
    if clearly_lower(full, updates):
        return Verdict("holds only under", evidence, "a count of updates instead of epochs")
    return Verdict("false", evidence)


# Report E: three optimizers at two rates

MOMENTUM_01 = {
    f"{data}, {label}": recipe
    for data in ("xor", "linear")
    for label, recipe in {
        "momentum, lr 0.1": E[f"{data} momentum"],
        "momentum, lr 0.01": E[f"{data} momentum"].replace(lr=0.01),
        "SGD, lr 1": E[data].replace(lr=1.0),
    }.items()
}


def judge_momentum_01(sweep):
    at_01, rescaled, sgd = near(sweep.accuracy).reshape(2, 3, -1).swapaxes(0, 1)
    fails = np.mean(at_01, axis=1) < 0.5
    alone = fails & (np.mean(sgd, axis=1) >= 0.5)  # where SGD, as fast, does not fail
    evidence = "; ".join(
        f"{data}: near 100 % are {percent(a)} of the seeds with momentum at 0.1, {percent(b)} "
        f"at 0.01, {percent(c)} with SGD at 1"
        for data, a, b, c in zip(("XOR", "linear"), at_01, rescaled, sgd, strict=True)
    )
    evidence += "."
    if not fails.any():
        return Verdict("false", evidence)
    if alone.all():
        return Verdict("holds", evidence)
    where = " and ".join(np.array(["XOR", "linear"])[fails])
    both = "" if alone.any() else ", where SGD with that effective step fails, too"
    return Verdict("holds only under", evidence, f"most starts on {where}{both}")


AT_01 = {
    f"{data}, {name}, lr 0.1": E[data + suffix]
    for data in ("xor", "linear")
    for name, suffix in (("SGD", ""), ("Adagrad", " adagrad"))
}
MOMENTUM_0001 = {
    f"{data}, {label}": recipe
    for data in ("xor", "linear")
    for label, recipe in {
        "momentum, lr 0.001": E[f"{data} momentum lr=0.001"],
        "SGD, lr 0.01": E[data].replace(lr=0.01),
    }.items()
}


def judge_all_near(labels, rows):
    """A judge: it holds if 90 % of the runs of each recipe in ``rows`` get near 100 %."""

    def judge(sweep):
        shares = near(sweep.accuracy).mean(axis=1)
        evidence = "near 100 % of the points are right for " + ", ".join(
            f"{100 * share:.0f} % ({label})" for label, share in zip(labels, shares, strict=True)
        )
        evidence += "."
        good = [shares[i] >= 0.9 for i in rows]
        if all(good):
            return Verdict("holds", evidence)
        if any(good):
            which = ", ".join(labels[i] for i, ok in zip(rows, good, strict=True) if ok)
            return Verdict("holds only under", evidence, which)
        return Verdict("false", evidence)

    return judge


SGD_0001 = {
    "linear, 100 001 epochs": E["linear lr=0.001"],
    "xor, 100 001 epochs": E["xor lr=0.001"],
    "xor, ten times as many": E["xor lr=0.001"].replace(epochs=1_000_001),
}


def judge_sgd_0001(sweep):
    linear, xor, longer = near(sweep.accuracy)
    evidence = (
        f"near 100 % are {percent(linear)} of the seeds on linear, {percent(xor)} on XOR, and "
        f"{percent(longer)} on XOR with ten times the epochs."
    )
    if np.mean(linear) < 0.9 or np.mean(xor) >= 0.1:
        return Verdict("false", evidence)
    if more_often(longer, xor):
        return Verdict("holds only under", evidence, "100 001 epochs")
    return Verdict("holds", evidence)


ADAGRAD_0001 = {
    "xor, lr 0.001": E["xor adagrad lr=0.001"],
    "linear, lr 0.001": E["linear adagrad lr=0.001"],
    "linear, lr 0.001, ten times the epochs": E["linear adagrad lr=0.001"].replace(
        epochs=1_000_001
    ),
    "xor, lr 0.1, 10 epochs": E["xor adagrad"].replace(epochs=10),
    "linear, lr 0.1, 10 epochs": E["linear adagrad"].replace(epochs=10),
}


def judge_adagrad_0001(sweep):
    xor, linear, longer, _, _ = near(sweep.accuracy)
    middles = np.median(sweep.accuracy, axis=1)
    evidence = (
        f"near 100 % are {percent(xor)} of the seeds on XOR and {percent(linear)} on linear, "
        f"and {percent(longer)} on linear with ten times the epochs; medians "
        f"{middles[0]:.3f} and {middles[1]:.2f}, after 10 epochs at 0.1 {middles[3]:.3f} and "
        f"{middles[4]:.2f}."
    )
    if max(np.mean(xor), np.mean(linear)) >= 0.5:
        return Verdict("false", evidence)
    if more_often(longer, linear):
        return Verdict("holds only under", evidence, "100 001 epochs")
    return Verdict("holds", evidence)


CLAIMS = (
    Claim(
        "A", "adam fast", 816, "Extra A, XOR",
        "With Adam, XOR's points are all right within 100 epochs: it speeds training up.",
        "Report A's XOR experiment with SGD and with Adam: which runs are at 100 % in row 100?",
        XOR_ADAM, judge_xor(right_in_row_100, "in row 100 all points are right"),
        CHAPTER + "Adam-on-XOR", rows=XOR_ROWS,
    ),
    Claim(
        "A", "adam zero", 816, "Extra A, XOR",
        "With Adam, the loss on XOR drops to 0.",
        "Report A's XOR experiment with SGD and with Adam: which final losses print as 0?",
        XOR_ADAM, judge_xor(prints_as_0, "the final loss prints as 0"),
        CHAPTER + "Adam-on-XOR", rows=XOR_ROWS,
    ),
    Claim(
        "A", "adam linear", 839, "Extra A, linear",
        "On the linear data, too, Adam does well: 99 %.",
        "Report A's linear experiment with SGD, with Adam, and with Adam at a tenth of the rate.",
        LINEAR_ADAM, judge_adam_linear, CHAPTER + "Adam-on-linear", rows=LINEAR_ROWS,
    ),
    Claim(
        "A", "adam spike", 839, "Extra A, linear",
        "A spike of the loss is a passing oddity: Adam brings the weights back within 100 epochs.",
        "Report A's linear experiment with SGD and with Adam: how often does the loss jump, and "
        "is it down again a row later?",
        {name: LINEAR_ADAM[name] for name in ("SGD", "Adam")}, judge_adam_spike,
        CHAPTER + "Adam-on-linear", seeds=1000, rows=LINEAR_ROWS,
    ),
    Claim(
        "A", "bias", 754, "Extra A",
        "Averages need a bias correction, since methods such as SGD and RMSprop are biased.",
        "What SGD and RMSprop use as mean and mean square, over the true ones, with s from zero "
        "and with s from the first square.",
        first_averages, judge_bias, CHAPTER + "Bias-correction",
    ),
    Claim(
        "C", "momentum", 33, "2.2",
        "Momentum speeds learning up.",
        "Report C's experiments with momentum 0.9, with SGD at the same rate, and with SGD at "
        "the rate over 1 - 0.9: the loss after 2000 epochs.",
        SPEED, judge_speed, CHAPTER + "Does-momentum-speed-learning-up", rows=SPEED_ROWS,
    ),
    Claim(
        "C", "stochastic", 179, "4.2",
        "Stochastic gradient descent is slow and takes many iterations.",
        "Report C's linear experiment without momentum, with the full batch as it is and with "
        "one point an update: as many epochs, and as many updates.",
        STOCHASTIC, judge_stochastic, CHAPTER + "Full-batch-is-not-stochastic",
    ),
    Claim(
        "C", "directions", 179, "4.2",
        "Each optimizer has an updating direction of its own.",
        "The angles between the steps of five optimizers that get the same gradients.",
        step_angles, judge_directions, CHAPTER + "Five-rules-side-by-side",
    ),
    Claim(
        "E", "0.1 good", 350, "5.2",
        "At the rate 0.1 SGD and Adagrad converge quickly, to 100 % or near it.",
        "Report E's experiments with SGD and Adagrad at 0.1: which runs get near 100 %?",
        AT_01, judge_all_near(list(AT_01), (0, 1, 2, 3)),
        CHAPTER + "Report-E-at-its-large-rate",
    ),
    Claim(
        "E", "momentum 0.1", 352, "5.2",
        "At the rate 0.1 momentum cannot converge well.",
        "Momentum at 0.1 and at 0.1 · (1 - 0.9) = 0.01, and SGD at 0.1 / (1 - 0.9) = 1.",
        MOMENTUM_01, judge_momentum_01, CHAPTER + "Report-E-at-its-large-rate", seeds=50,
    ),
    Claim(
        "E", "momentum 0.001", 356, "5.2",
        "At the rate 0.001 momentum converges well on both sets, to 100 % or near it.",
        "Momentum at 0.001, beside SGD at 0.001 / (1 - 0.9) = 0.01.",
        MOMENTUM_0001, judge_all_near(list(MOMENTUM_0001), (0, 2)),
        CHAPTER + "Report-E-at-its-small-rate", seeds=50,
    ),
    Claim(
        "E", "sgd 0.001", 356, "5.2",
        "At the rate 0.001 SGD does well on linear, and not on XOR.",
        "SGD at 0.001 on both sets, and on XOR with ten times the epochs.",
        SGD_0001, judge_sgd_0001, CHAPTER + "Report-E-at-its-small-rate", seeds=50,
    ),
    Claim(
        "E", "adagrad 0.001", 356, "5.2",
        "At the rate 0.001 Adagrad cannot converge well on either set.",
        "Adagrad at 0.001 on both sets, on linear with ten times the epochs, and at 0.1 with 10 "
        "epochs, which should come to the same.",
        ADAGRAD_0001, judge_adagrad_0001, CHAPTER + "Report-E-at-its-small-rate", seeds=25,
    ),
)  # fmt: skip
