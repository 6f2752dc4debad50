"""Claims about the learning rate, tested in chapter 5."""

import numpy as np

from nnlib.sources import report_a, report_b, report_d, report_e
from nnlib.sources.claim import Claim
from nnlib.sources.experiment import grid
from nnlib.sources.measures import (
    ACCURACY,
    DIVERGED,
    END,
    ERROR,
    LOSS,
    NOT_RIGHT,
    RIGHT,
    missed,
    ranks,
    row,
)
from nnlib.sources.rules import RARE, Higher, Lower, Measure, Oftener, Share, Usual, fact

CHAPTER = "05_learning_rate.ipynb#"
A, B, D, E = report_a.RECIPES, report_b.RECIPES, report_d.RECIPES, report_e.RECIPES

LAST_ROWS = (*range(1500, 2500, 100), 2500)
LAST_EPOCHS = tuple(range(490, 500))
FIGURE_14_ROWS = (0, 10, 20, 30, 40, 60, 80, 100, 120, 150, 200, 250, 300, 400, 499)


def last(s, i, epochs):
    """The losses of the rows of these epochs."""
    history = s.histories[i]
    return history.loss[:, np.isin(history.epochs, epochs)]


def rises(s, i):
    """Which runs have a loss that goes up by more than 1 % from row to row."""
    losses = last(s, i, LAST_ROWS)
    return np.any(losses[:, 1:] > 1.01 * losses[:, :-1], axis=1)


def usual(s, i):
    """The place of the runs on the same data at rate 0.1, the second of three rates."""
    return i // 3 * 3 + 1


def loses(s, i):
    own, other = (np.nan_to_num(s.accuracy[k]) for k in (i, usual(s, i)))
    return np.abs(own - other)


def loss_factor(s, i):
    own, other = s.loss[i], s.loss[usual(s, i)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.maximum(own / other, other / own)


def swing(s, i):
    losses = last(s, i, LAST_EPOCHS)
    return np.mean(losses[:, 1:] > losses[:, :-1], axis=1)


def comes_back(s, i):
    start, middle, end = (row(s, i, epoch, "loss") for epoch in (0, 100, 499))
    return (middle < start) & (end > middle)


RISES = Measure("logged loss rises by more than 1 % over the last 1000 epochs", rises)
LOSES = Measure("difference of accuracy from the same run at rate 0.1", loses)
LOSS_FACTOR = Measure("factor between the loss and that of the same run at rate 0.1", loss_factor)
CAUGHT = Measure("no point is missed any more, of runs that miss some after 1000 epochs",
                 lambda s, i: s.accuracy[i][s.accuracy[0] != 1] == 1)  # fmt: skip
SWING = Measure("share of the last ten epochs in which the loss rises", swing)
BACK = Measure(
    "loss lower at epoch 100 than at the start, and higher again at the end", comes_back
)
SINKS = Measure("the loss falls", lambda s, i: s.loss[i] < row(s, i, 0, "loss"))


def near(missed):
    """The share of the missed points that are among their run's ten nearest to the line.

    Of runs that miss one to ten points; NaN if there are none.
    """
    few = [run for run in ranks(missed) if 0 < len(run) <= 10]
    return np.mean(np.concatenate(few) <= 10) if few else np.nan


# Report B without its early end: all runs have the same epochs.
_free_xor, _free_linear = (
    B[name].replace(stop_below=None, log="after") for name in ("xor", "linear")
)
BOTH = ("listing", "exact")
XOR_RATES = grid(_free_xor, gradient=BOTH, lr=(0.0001, 0.001, 0.01, 0.1))
THRESHOLD = [
    recipe
    for rate, epochs in ((0.1, 5000), (10.0, 500))
    for recipe in grid(_free_linear.replace(lr=rate, epochs=epochs), gradient=BOTH)
]

# Report D: the same number of epochs, or the same rate times epochs.
SMALLER = [
    D[name].replace(lr=rate, epochs=epochs * times)
    for name, epochs in (("linear", 20), ("xor", 30))
    for rate, times in ((0.1, 1), (0.01, 1), (0.001, 1), (0.01, 10), (0.001, 100))
]
SLOW = [
    E[name].replace(lr=rate, epochs=epochs)
    for name in ("linear", "xor")
    for rate, epochs in ((0.1, 100_001), (0.0001, 100_001), (0.001, 10_001))
]

CLAIMS = (
    Claim("A", "too_small", 584, "Discussion A", CHAPTER + "Too-small-is-slow",
          "Too small a rate is likely to fail to find an optimum.",
          [*grid(A["xor"], lr=(0.1, 0.01)), A["xor"].replace(lr=0.01, epochs=25_000)],
          {f"with {words} epochs": [
              Oftener({"lr": 0.01, "epochs": epochs}, {"lr": 0.1}, NOT_RIGHT)]
           for words, epochs in (("the same number of", 2500), ("ten times the", 25_000))}),
    Claim("A", "very_long", 587, "Discussion A", CHAPTER + "Too-small-is-slow",
          "A small rate can still find the optimum, but that takes very long.",
          {"rate 0.01, ten times the epochs": A["xor"].replace(lr=0.01, epochs=25_000)},
          [Share("rate 0.01, ten times the epochs", RIGHT)],
          rows=(*range(0, 25_000, 1000), 25_000)),
    Claim("A", "too_large", 587, "Discussion A", CHAPTER + "Too-large-gets-stuck",
          "Too large a rate is likely to fail to converge.",
          grid(A["xor"], init=("uniform", "uniform_symmetric", "normal", "glorot"),
               bias=(False, True), lr=(0.1, 1.0)),
          {"{bias} and with weights from {init}": [Oftener({"lr": 1.0}, {"lr": 0.1}, NOT_RIGHT)]}),
    Claim("A", "oscillation", 587, "Discussion A", CHAPTER + "Too-large-gets-stuck",
          "With too large a rate the losses of the last epochs oscillate.",
          grid(A["xor"], lr=(0.1, 1.0)),
          [Oftener({"lr": 1.0}, {"lr": 0.1}, RISES), Usual({"lr": 1.0}, RISES)], rows=LAST_ROWS),
    Claim("A", "small_effect", 628, "Discussion A", CHAPTER + "On-linear-the-loss-still-tells",
          "On the linear set, which has more and easier points, the rate has no big effect.",
          [*grid(A["linear"], lr=(0.01, 0.1, 1.0)), *grid(A["xor"], lr=(0.01, 0.1, 1.0))],
          {f"if {words} are compared": [
              Lower({"data": "linear", "lr": lr}, {"data": "xor", "lr": lr, "epochs": ...}, what)
              for lr in (0.01, 1.0)]
           for words, what in (("accuracies", LOSES), ("losses", LOSS_FACTOR))}),
    Claim("A", "little_longer", 634, "Discussion A", CHAPTER + "On-linear-the-loss-still-tells",
          "At 0.01 on linear, a little longer training may reach 100 %.",
          grid(A["linear"].replace(lr=0.01), epochs=(1000, 1500, 2000, 10_000)),
          {"after {epochs} epochs": [
              Share({"epochs": [1500, 2000, 10_000]}, CAUGHT)]}),
    Claim("A", "border", 634, "Discussion A", CHAPTER + "Which-points-are-missed",
          "The points missed at rate 0.01 on linear are border cases.",
          lambda: missed(A["linear"].replace(lr=0.01)),
          [fact("share of the missed points among their run's ten nearest to the line", near,
                0.5)]),
    Claim("B", "swing", 5, "1", CHAPTER + "Report-B-and-its-gradient",
          "The rate decides how strongly the training swings.", XOR_RATES,
          {"with the {gradient} gradient": [Lower({"lr": 0.0001}, {"lr": 0.1}, SWING)]},
          rows=LAST_EPOCHS),
    Claim("B", "faster", 377, "4a, linear", CHAPTER + "Report-B-and-its-gradient",
          "The larger the rate, the faster the convergence.",
          grid(B["linear"], lr=(0.0001, 0.001, 0.01, 0.1)),
          {f"if the loss of {words} is the measure": [
              Lower({"lr": 0.01}, {"lr": 0.001}, what), Lower({"lr": 0.1}, {"lr": 0.01}, what)]
           for words, what in (("the last sample", END), ("all points", LOSS))}),
    Claim("B", "threshold", 377, "4a, linear", CHAPTER + "Not-converging-is-not-diverging",
          "Beyond the threshold of its early end, training begins to diverge.", THRESHOLD,
          {"at rate {lr} with the {gradient} gradient": [Share({}, DIVERGED, RARE)]}),
    Claim("B", "xor_rates", 387, "4a, XOR", CHAPTER + "Report-B-and-its-gradient",
          "The larger the rate, the better at first; in the end all diverges.", XOR_RATES,
          {"with the {gradient} gradient": [
              Higher({"lr": 0.01}, {"lr": [0.0001, 0.1]}, ACCURACY)]}),
    Claim("B", "figure_14", 387, "4a, XOR", CHAPTER + "Report-B-and-its-gradient",
          "The loss converges until about epoch 100, and then diverges.",
          grid(_free_xor, lr=(0.1,), gradient=BOTH),
          {"with the {gradient} gradient": [Share({}, BACK)]}, rows=FIGURE_14_ROWS),
    Claim("D", "smaller", 227, "4", CHAPTER + "Too-small-is-slow",
          "Smaller rates give worse results; 0.1 is best on both sets.", SMALLER,
          {"with the same number of epochs": [Lower({"lr": 0.1}, {"lr": [0.01, 0.001]}, ERROR)],
           "with the same product of rate and epochs": [
               Lower({"lr": 0.1}, {"lr": [0.01, 0.001], "epochs": [200, 300, 2000, 3000]},
                     ERROR)]}),
    Claim("E", "slow", 237, "4.1", CHAPTER + "Too-small-is-slow",
          "With too small a rate, the loss decreases slowly.", SLOW,
          {"on {data}": [Usual({"lr": 0.0001}, SINKS), Lower({"lr": 0.1}, {"lr": 0.0001}, LOSS)]},
          rows=(0,)),
)  # fmt: skip
