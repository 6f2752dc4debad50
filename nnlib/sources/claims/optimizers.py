"""Claims about what Adam, momentum and Adagrad do, tested in chapter 8."""

from itertools import combinations

import numpy as np

from nnlib.network import Network
from nnlib.optimizers import SGD, Adagrad, Adam, Momentum, RMSprop
from nnlib.sources.claim import Claim
from nnlib.sources.experiment import grid
from nnlib.sources.measures import ALMOST, FAILED, LOSS, NEAR, in_row, loss_in_row, missed, ranks
from nnlib.sources.report_a import RECIPES as A
from nnlib.sources.report_c import RECIPES as C
from nnlib.sources.report_e import RECIPES as E
from nnlib.sources.rules import Lower, Measure, Oftener, Share, Usual, fact

CHAPTER = "08_optimizers.ipynb#"
DATA = ("xor", "linear")

XOR_ROWS = (*range(0, 2500, 100), 2500)
LINEAR_ROWS = (*range(0, 1000, 100), 1000)
XOR_ADAM, LINEAR_ADAM = (
    {"SGD": A[name], "Adam": A[f"{name} adam"],
     "Adam, t counts updates": A[f"{name} adam / clock=step"]} for name in DATA
)  # fmt: skip
LINEAR_ADAM["Adam, rate 0.01"] = A["linear adam"].replace(lr=0.01)
ZERO = Measure("the final loss prints as 0.00000", lambda s, i: np.abs(s.loss[i]) < 5e-6)


def adam(measure):
    """Usual with Adam, and more often than with SGD."""
    return [Usual("Adam", measure), Oftener("Adam", "SGD", measure)]


SPIKE = 5  # a rise of the summed loss from one logged row to the next; report A's is 9.4


def spikes(losses):
    """Which runs have a spike (n_runs,), and for each spike that a row follows: is it healed?

    Healed: the next row is at least half of the rise below the spike. losses: (n_runs, n_rows).
    """
    rises = np.diff(losses, axis=1)
    run, row = np.nonzero(rises[:, :-1] >= SPIKE)
    healed = losses[run, row + 1] - losses[run, row + 2] >= rises[run, row] / 2
    return (rises >= SPIKE).any(axis=1), healed


SPIKED = Measure(
    f"the loss rises by {SPIKE} or more between two logged rows",
    lambda s, i: spikes(s.histories[i].loss)[0],
)
HEALED = Measure(
    "half or more of such a rise is gone a row later",
    lambda s, i: spikes(s.histories[i].loss)[1],
)

# Report C, with SGD at the same rate too, and at the same effective step, the rate over 1 − 0.9.
SPEED = [
    C[name].replace(epochs=10_000, log_every=400, **changes)
    for name in DATA
    for changes in ({}, {"optimizer": SGD()}, {"optimizer": SGD(), "lr": 3.0})
]
_full = C["linear"].replace(optimizer=SGD(), epochs=10_000)
STOCHASTIC = [_full, _full.replace(batch_size=1), _full.replace(batch_size=1, epochs=100)]

# Report E, with the same effective steps.
MOMENTUM_01 = [
    recipe
    for name in DATA
    for recipe in (*grid(E[f"{name} momentum"], lr=(0.1, 0.01)), E[name].replace(lr=1.0))
]
MOMENTUM_0001 = [
    recipe
    for name in DATA
    for recipe in (E[f"{name} momentum lr=0.001"], E[name].replace(lr=0.01))
]
ADAGRAD_0001 = [
    *(E[f"{name} adagrad lr=0.001"] for name in DATA),
    E["linear adagrad lr=0.001"].replace(epochs=1_000_001),
    *(E[f"{name} adagrad"].replace(epochs=10) for name in DATA),
]


# Steps without training: averages and angles.


def first_averages(n=4000):
    """What the first update uses as the gradient's mean or mean square, over the true one.

    {method: (ratio,)}, averaged over ``n`` gradients from N(1, 1): mean 1, mean square 2.
    """
    g = np.random.default_rng(0).normal(1, 1, n)
    theta, square = [np.zeros(n)], [np.zeros(n)]
    SGD().update(theta, [g], None, 1.0, 1)
    RMSprop().update([np.zeros(n)], [g], square, 1.0, 1)
    return {"SGD": (-np.mean(theta[0]),), "RMSprop": (np.mean(square[0]) / 2,)}


RULES = (SGD(), Momentum(), Adagrad(), RMSprop(), Adam())


def step_angles(moments=(1, 50, 1000)):
    """{pair of optimizers: angles in degrees between their steps at these updates}.

    All get the same gradients: those on SGD's way from report C's start on XOR.
    """
    recipe, rate = C["xor"], C["xor"].lr
    X, y = recipe.points(0)
    net = Network(recipe.sizes, bias=True, init="he", rng=0)
    parameters = [*net.weights, *net.biases]
    states, steps = [rule.start(parameters) for rule in RULES], []
    for t in range(1, max(moments) + 1):
        _, g = net.loss_and_gradients(X, y, reduction="mean")
        gradients = [*g.weights, *g.biases]
        pairs = zip(RULES, states, strict=True)
        taken = [_step(rule, gradients, state, rate, t) for rule, state in pairs]
        if t in moments:
            steps.append(taken)
        SGD().update(parameters, gradients, None, rate, t)
    names = [type(rule).__name__ for rule in RULES]
    return {
        (names[i], names[j]): tuple(_angle(taken[i], taken[j]) for taken in steps)
        for i, j in combinations(range(len(RULES)), 2)
    }


def _step(rule, gradients, state, rate, t):
    """The step as one vector; the state moves on."""
    theta = [np.zeros_like(g) for g in gradients]
    rule.update(theta, gradients, state, rate, t)
    return np.concatenate([p.ravel() for p in theta])


def _angle(a, b):
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def apart(i):
    """The share of pairs of optimizers that step in directions more than 1° apart at a moment."""
    return lambda angles: np.mean([angle[i] >= 1 for angle in angles.values()])


CLAIMS = (
    Claim("A", "adam fast", 816, "Extra A, XOR", CHAPTER + "Adam-on-XOR",
          "With Adam, XOR's points are all right within 100 epochs: it speeds training up.",
          XOR_ADAM, adam(in_row(100)), rows=XOR_ROWS),
    Claim("A", "adam zero", 816, "Extra A, XOR", CHAPTER + "Adam-on-XOR",
          "With Adam, the loss on XOR drops to 0.",
          XOR_ADAM, adam(ZERO), rows=XOR_ROWS),
    Claim("A", "adam linear", 839, "Extra A, linear", CHAPTER + "Adam-on-linear",
          "On the linear data, too, Adam does well: 99 %.", LINEAR_ADAM,
          {"at rate 0.1": [Usual("Adam", ALMOST)],
           "at rate 0.01": [Usual("Adam, rate 0.01", ALMOST)]}, rows=LINEAR_ROWS),
    Claim("A", "adam spike", 839, "Extra A, linear", CHAPTER + "Adam-on-linear",
          "A spike of the loss is a passing oddity: Adam brings the weights back within 100 "
          "epochs.", {name: LINEAR_ADAM[name] for name in ("SGD", "Adam")},
          {"if the spike is Adam's own": [Oftener("Adam", "SGD", SPIKED), Share("Adam", HEALED)],
           "if Adam heals spikes of others": [Oftener("SGD", "Adam", SPIKED)]},
          seeds=1000, rows=LINEAR_ROWS),
    Claim("A", "adam border", 839, "Extra A, linear", CHAPTER + "Adam-on-linear",
          "The one point that Adam gets wrong on linear lies on the line.",
          lambda: missed(A["linear adam"]),
          [fact("largest rank of a run's one missed point by its distance from the line, of 100 "
                "points", lambda missed: max(run[0] for run in ranks(missed) if len(run) == 1),
                10, below=True)]),
    Claim("A", "bias", 754, "Extra A", CHAPTER + "Bias-correction",
          "Averages need a bias correction, since methods such as SGD and RMSprop are biased.",
          first_averages,
          {words: [fact(f"error of {name}'s average after one update, as a share",
                        lambda ratios, name=name: abs(ratios[name][0] - 1), 0.1)]
           for name, words in (("SGD", "for SGD"),
                               ("RMSprop", "for RMSprop with an average that starts at zero"))}),
    Claim("C", "momentum", 33, "2.2", CHAPTER + "Does-momentum-speed-learning-up",
          "Momentum speeds up learning.", SPEED,
          {f"on {words} at equal {steps}": [
              Lower({"data": name, "optimizer": Momentum()}, {"optimizer": SGD(), "lr": rate},
                    loss_in_row(2000))]
           for name, words in (("xor", "XOR"), ("linear", "linear"))
           for rate, steps in ((0.3, "rates"), (3.0, "effective steps"))},
          rows=tuple(range(0, 10_001, 400))),
    Claim("C", "stochastic", 179, "4.2", CHAPTER + "Full-batch-is-not-stochastic",
          "Stochastic gradient descent is slow and takes many iterations.", STOCHASTIC,
          {f"if {words} are counted": [
              Lower({"batch_size": "all"}, {"batch_size": 1, "epochs": epochs}, LOSS)]
           for words, epochs in (("epochs", 10_000), ("updates", 100))}),
    Claim("C", "directions", 179, "4.2", CHAPTER + "Five-rules-side-by-side",
          "Each optimizer has an updating direction of its own.",
          step_angles,
          {f"at update {moment}": [
              fact("share of the pairs of optimizers with steps over 1° apart", apart(i), 0.5)]
           for i, moment in enumerate((1, 50, 1000))}),
    Claim("E", "0.1 good", 350, "5.2", CHAPTER + "Report-E-at-its-large-rate",
          "At the rate 0.1 SGD and Adagrad converge quickly, to 100 % or near it.",
          [recipe for name in DATA for recipe in grid(E[name], optimizer=(SGD(), Adagrad()))],
          {"on {data} with {optimizer}": [Share({}, NEAR)]}),
    Claim("E", "momentum 0.1", 352, "5.2", CHAPTER + "Report-E-at-its-large-rate",
          "At the rate 0.1 momentum cannot converge well.",
          MOMENTUM_01, {"on {data}": [Share({"optimizer": Momentum(), "lr": 0.1}, FAILED)]},
          seeds=50),
    Claim("E", "momentum 0.001", 356, "5.2", CHAPTER + "Report-E-at-its-small-rate",
          "At the rate 0.001 momentum converges well on both sets, to 100 % or near it.",
          MOMENTUM_0001, {"on {data}": [Share({"optimizer": Momentum()}, NEAR)]}, seeds=50),
    Claim("E", "sgd 0.001", 356, "5.2", CHAPTER + "Report-E-at-its-small-rate",
          "At the rate 0.001 SGD does well on linear, and not on XOR.",
          [E["linear lr=0.001"], *grid(E["xor lr=0.001"], epochs=(100_001, 1_000_001))],
          {f"for {words}": [Share({"data": "linear"}, NEAR),
                            Share({"data": "xor", "epochs": epochs}, FAILED)]
           for words, epochs in (("100 001 epochs", 100_001),
                                 ("ten times as many epochs on XOR", 1_000_001))}, seeds=50),
    Claim("E", "adagrad 0.001", 356, "5.2", CHAPTER + "Report-E-at-its-small-rate",
          "At the rate 0.001 Adagrad cannot converge well on either set.", ADAGRAD_0001,
          {"for {epochs} epochs on {data}": [Share({"lr": 0.001}, FAILED)]}, seeds=25),
)  # fmt: skip
