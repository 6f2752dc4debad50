"""Claims tested in chapter 7: what remains of a network without activation functions."""

import numpy as np

from nnlib.sources import report_a, report_d, report_e
from nnlib.sources.claim import Claim
from nnlib.sources.experiment import changed, grid
from nnlib.sources.measures import ALMOST, DIVERGED, RIGHT, row
from nnlib.sources.rules import RARE, Measure, Oftener, Share

CHAPTER = "07_no_activation.ipynb#"
A, D, E = report_a.RECIPES, report_d.RECIPES, report_e.RECIPES

# One name for each layer: where activations are removed.
ALL = "identity"
HIDDEN = ("identity", "identity", "sigmoid")
OUTPUT = ("sigmoid", "sigmoid", "identity")


def _quick(s, i):
    start, first = (row(s, i, epoch, "loss") for epoch in (0, 1))
    with np.errstate(invalid="ignore"):  # of a diverged run: NaN
        return (start - first) / (start - s.loss[i]) >= 0.9


def above(k, n, words="more than {:.0f} % of the points are right"):
    """More than k of n points are right."""
    return Measure(words.format(100 * k / n), lambda s, i: s.accuracy[i] > k / n + 1e-9)


QUICK = Measure("the first epoch makes 90 % of the fall of the loss", _quick)
RIGHT_BY_LINE = 16  # of the 21 points of XOR; chapter 7 tries all lines
ABOVE = above(RIGHT_BY_LINE, 21, "more points are right than one line can separate, 16 of 21")

SPAN = {
    "no hidden activation": A["xor identity"],
    "none in layer 1": A["xor"].replace(activations=("identity", "sigmoid", "sigmoid")),
}
SQUARED = [A[name].replace(loss="squared", activations=OUTPUT) for name in ("xor", "linear")]

WIDTHS = ((5, 10), (64, 128), (512, 32))
RATES = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5)
BOUNDED = [
    changed(D["linear lr=0.1"], hidden=widths, activations=where, loss=loss)
    for widths in WIDTHS[:2]
    for loss, places in (
        ("squared_half", ("sigmoid", ALL, OUTPUT, HIDDEN)),
        ("bce_logits", ("sigmoid", HIDDEN)),
    )
    for where in places
]

EXPLODES = [
    recipe
    for name in ("xor", "linear")
    for recipe in (E[name], *grid(E[name].replace(activations=ALL), lr=(0.1, 0.01, 0.001)))
]
LEARNS = [
    E[name].replace(**changes)
    for name in ("xor", "linear")
    for changes in ({}, {"activations": HIDDEN}, {"activations": ALL, "lr": 0.001})
]


def rarely(data, *where):
    return [Share({"data": data, "activations": list(where)}, ALMOST, RARE, below=True)]


CLAIMS = (
    Claim("A", "losses plummet", 718, "Discussion C", CHAPTER + "With-a-sigmoid-at-the-output",
          "Without activation functions in the hidden layers the loss falls very fast on both "
          "sets.",
          [A[name].replace(log="before", log_every=1)  # row 0 is the untrained network
           for name in ("xor", "xor identity", "linear", "linear identity")],
          {"on {data}": [Oftener({"activations": HIDDEN}, {"activations": "sigmoid"}, QUICK)]},
          rows=(0, 1, 2, 5, 10, 20, 50, *range(100, 1001, 100))),
    Claim("A", "linear without activation", 718, "Discussion C",
          CHAPTER + "With-a-sigmoid-at-the-output",
          "The linear points are still classified well (99 %) without hidden activations.",
          [A["linear"], A["linear identity"]], [Share({"activations": HIDDEN}, ALMOST)],
          seeds=1000),
    Claim("A", "xor without activation", 720, "Discussion C",
          CHAPTER + "With-a-sigmoid-at-the-output",
          "Without hidden activations XOR is not learned, since it is not linearly separable.",
          [A["xor"], A["xor identity"]],
          [Share({"activations": HIDDEN}, ABOVE, RARE, below=True),
           Oftener({"activations": "sigmoid"}, {"activations": HIDDEN}, ABOVE)], seeds=1000),
    Claim("A", "span", 720, "Discussion C", CHAPTER + "The-span-is-not-the-reason",
          "Without hidden activations XOR fails because outputs cannot leave the span of the "
          "weight matrices' columns.",
          # The columns of W2 and of W3 span all there is: only W1's could exclude anything.
          SPAN, [Share("none in layer 1", RIGHT, RARE, below=True)]),
    Claim("A", "output sigmoid", 261, "Forward Pass, and Discussion C",
          CHAPTER + "Without-a-sigmoid-at-the-output",
          "Without the sigmoid at the output no prediction, loss or accuracy could be computed.",
          SQUARED,
          {f"on {words} with squared error": [Share({"data": name}, above(k, n), below=True)]
           for name, words, k, n in (("xor", "XOR", 11, 21), ("linear", "linear", 75, 100))}),
    Claim("D", "nan", 231, "4 Discussion", CHAPTER + "When-the-numbers-explode",
          "Without any activation function the outputs become NaN after a few epochs.",
          grid(D["linear no-activation"], hidden=WIDTHS, lr=RATES),
          {"at rate {lr}": [Share({"lr": [0.1, 0.01, 0.001]}, DIVERGED)]}),
    Claim("D", "bounded", 231, "4 Discussion", CHAPTER + "Which-activation-prevents-it",
          "Activation functions keep values between 0 and 1, and this prevents the explosion.",
          BOUNDED,
          {"for the output's activation": [
              Oftener({"activations": OUTPUT}, {"activations": "sigmoid"}, DIVERGED)],
           "for hidden activations with {loss}": [
              Oftener({"activations": HIDDEN}, {"activations": "sigmoid"}, DIVERGED)]}),
    Claim("E", "too large explodes", 287, "4.3", CHAPTER + "When-the-numbers-explode",
          "Without activation functions the loss explodes if the learning rate is too large.",
          EXPLODES,
          {"on {data}": [
              Oftener({"activations": ALL, "lr": 0.1}, {"activations": "sigmoid"}, DIVERGED),
              Oftener({"activations": ALL, "lr": 0.1}, {"lr": 0.001}, DIVERGED)]}),
    Claim("E", "cannot learn", 287, "4.3", CHAPTER + "Without-a-sigmoid-at-the-output",
          "Without activation functions the model cannot learn well: 88 % on linear, 33 % on XOR.",
          LEARNS,
          {"on XOR": rarely("xor", ALL, HIDDEN),
           "on linear without any activation": rarely("linear", ALL),
           "on linear with the output's sigmoid": rarely("linear", HIDDEN)}, seeds=50),
)  # fmt: skip
