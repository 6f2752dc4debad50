"""Experiments of chapter 8 on steps of optimizers, without training: averages and angles."""

from itertools import combinations

import numpy as np

from nnlib.network import Network
from nnlib.optimizers import SGD, Adagrad, Adam, Momentum, RMSprop
from nnlib.sources.model import Verdict
from nnlib.sources.report_c import RECIPES as C


def first_averages(n=4000, late=60):
    """What an update uses as the gradient's mean or mean square, over the true one.

    {method: (after the first update, after ``late`` updates)}, averaged over ``n`` sequences of
    gradients from N(1, 1), whose mean is 1 and whose mean square is 2.
    """
    g = np.random.default_rng(0).normal(1, 1, (late, n))
    at_zero, at_first = np.zeros(n), g[0] ** 2
    ratios = {"SGD": [], "RMSprop": [], "RMSprop, s from the first g²": []}
    for t in range(late):
        theta, zero, first = ([np.zeros(n)] for _ in range(3))
        SGD().update(theta, [g[t]], None, 1.0, t + 1)
        RMSprop().update(zero, [g[t]], [at_zero], 1.0, t + 1)
        RMSprop().update(first, [g[t]], [at_first], 1.0, t + 1)
        for used, values in zip(
            (-theta[0], at_zero / 2, at_first / 2), ratios.values(), strict=True
        ):
            values.append(float(np.mean(used)))
    return {name: (values[0], values[-1]) for name, values in ratios.items()}


def judge_bias(ratios):
    def biased(ratio):
        return abs(ratio - 1) > 0.1

    (sgd, _), (zero, later), (first, _) = ratios.values()
    evidence = (
        f"after one update SGD's step is {sgd:.2f} of the mean gradient, RMSprop's s "
        f"{zero:.2f} of the mean square and {later:.2f} later; with s from the first g², "
        f"{first:.2f} at once."
    )
    if not biased(zero):
        return Verdict("false", evidence)
    if biased(sgd):
        return Verdict("holds", evidence)
    return Verdict("holds only under", evidence, "a start at zero, which SGD does not have")


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


def judge_directions(angles):
    same = np.sum(np.array(list(angles.values())) < 1, axis=0)  # pairs, at each moment
    evidence = (
        f"of {len(angles)} pairs of optimizers with the same gradients, {same[0]} step in one "
        f"direction at the first update, {same[1]} at the 50th and {same[2]} at the 1000th."
    )
    if not same.any():
        return Verdict("holds", evidence)
    if same.all():
        return Verdict("false", evidence)
    return Verdict("holds only under", evidence, "gradients that have just changed")
