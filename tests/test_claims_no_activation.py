"""The claims about networks without activations: verdicts that follow the numbers."""

from dataclasses import fields, replace

import numpy as np
import pytest

from nnlib import Recipe, Sweep, sources
from nnlib.sources.claims.no_activation import ALL, CLAIMS, FIRST, HIDDEN, OUTPUT, RATES, WIDTHS
from nnlib.sweeps import History

N = 60
A, D, E = sources.A.claim, sources.D.claim, sources.E.claim


def outcome(claim, accuracy=0.5, loss=1.0, diverged=0.0):
    """A Sweep over the claim's recipes; each argument is one number, or one for each recipe.

    ``diverged`` is the share of runs that do; they end in their first epoch.
    """
    recipes = tuple(claim.experiment.values())

    def rows(values):
        return np.repeat(np.broadcast_to(values, len(recipes)).astype(float)[:, None], N, axis=1)

    gone = np.arange(N) < N * rows(diverged)
    return Sweep(
        recipes, np.arange(N), ("compiled",) * len(recipes), np.where(gone, np.inf, rows(loss)),
        np.where(gone, np.nan, rows(accuracy)), rows(0.1), np.where(gone, 0, np.nan), None, None,
    )  # fmt: skip


def falling(firsts, ends):
    """Losses that start at 100 and are ``firsts`` after one epoch, for the claim "plummet"."""
    s = outcome(A("losses plummet"), loss=ends)
    histories = []
    for first, end in zip(firsts, ends, strict=True):
        loss = np.repeat([[100.0, first, end]], N, axis=0)
        histories.append(History(np.array([0, 1, 1000]), loss, loss, loss, np.full(N, True)))
    return replace(s, histories=tuple(histories))


def differing(recipes):
    """Names of the parts in which recipes differ."""
    values = {f.name: {getattr(r, f.name) for r in recipes} for f in fields(Recipe)}
    return {name for name, found in values.items() if len(found) > 1}


# Report A


def test_losses_plummet():
    judge = A("losses plummet").judge
    assert judge(falling([60, 2, 60, 2], [1, 1, 1, 1])).word == "holds"
    assert judge(falling([60, 60, 60, 60], [1, 1, 1, 1])).word == "false"
    only = judge(falling([60, 2, 60, 60], [1, 1, 1, 1]))
    assert (only.word, only.condition) == ("holds only under", "the XOR points")
    only = judge(falling([60, 60, 60, 2], [1, 1, 1, 1]))
    assert only.condition == "linear points"


def test_a_plummet_that_the_sigmoids_share_is_none():
    assert A("losses plummet").judge(falling([2, 2, 2, 2], [1, 1, 1, 1])).word == "false"


def test_linear_points_without_activation():
    claim = A("linear without activation")
    assert claim.judge(outcome(claim, accuracy=[1, 0.99])).word == "holds"
    assert claim.judge(outcome(claim, accuracy=[1, 0.98])).word == "false"
    assert claim.judge(outcome(claim, accuracy=[1, 1], diverged=[0, 0.6])).word == "false"


def test_xor_without_activation():
    claim = A("xor without activation")
    assert claim.judge(outcome(claim, accuracy=[1, 16 / 21])).word == "holds"
    assert claim.judge(outcome(claim, accuracy=[11 / 21, 11 / 21])).word == "false"
    one_better = outcome(claim, accuracy=[1, 11 / 21])
    one_better.accuracy[1, 7] = 17 / 21
    assert claim.judge(one_better).word == "false"


def test_span():
    claim = A("span")
    assert claim.judge(outcome(claim, accuracy=[11 / 21, 1])).word == "false"
    assert claim.judge(outcome(claim, accuracy=[11 / 21, 16 / 21])).word == "holds"


def test_output_sigmoid():
    claim = A("output sigmoid")
    assert claim.judge(outcome(claim, accuracy=[11 / 21, 0.5])).word == "holds"
    assert claim.judge(outcome(claim, diverged=1)).word == "holds"
    verdict = claim.judge(outcome(claim, accuracy=[1, 0.98]))
    assert str(verdict).startswith("holds only under a cross-entropy: ")


# Report D


def test_nan():
    claim = D("nan")
    assert claim.judge(outcome(claim, diverged=1)).word == "holds"
    assert claim.judge(outcome(claim)).word == "false"
    products = [rate * d1 * d2 for d1, d2 in WIDTHS for rate in RATES]
    verdict = claim.judge(outcome(claim, diverged=np.greater(products, 1.5)))
    assert verdict.word == "holds only under"
    assert verdict.condition.endswith("c from 1.6 to 2.5")
    assert "0.05 for (5, 10), 0.0002 for (64, 128), 0.0001 for (512, 32)" in verdict.evidence


def test_bounded():
    claim = D("bounded")
    # none, all, output, hidden; with cross-entropy none, hidden; for two widths

    def verdict(*shares):
        return claim.judge(outcome(claim, diverged=shares * 2))

    assert verdict(0, 1, 0, 0, 0, 0).word == "holds"
    assert verdict(0, 0, 0, 0, 0, 0).word == "false"
    assert verdict(1, 1, 1, 1, 1, 1).word == "false"
    condition = verdict(0, 1, 0, 0, 0, 1).condition
    assert condition == "bounded hidden layers where the loss is a cross-entropy"
    both = verdict(0, 1, 1, 1, 0, 0).condition
    assert both == "bounded outputs and bounded hidden layers where the loss is squared error"


# Report E


def test_explodes():
    claim = E("too large explodes")
    assert claim.judge(outcome(claim, diverged=[0, 1, 0.5, 0] * 2)).word == "holds"
    assert claim.judge(outcome(claim, diverged=0)).word == "false"
    assert claim.judge(outcome(claim, diverged=[0, 1, 1, 1] * 2)).word == "false"
    assert claim.judge(outcome(claim, diverged=[1, 1, 0, 0] * 2)).word == "false"


def test_cannot_learn():
    claim = E("cannot learn")
    verdict = claim.judge(outcome(claim, accuracy=[1, 11 / 21, 7 / 21, 1, 1, 0.85]))
    assert verdict.condition.startswith("XOR, and on linear only")
    failing = outcome(claim, accuracy=[1, 11 / 21, 7 / 21, 1, 0.9, 0.85])
    assert claim.judge(failing).word == "holds"
    assert claim.judge(outcome(claim, accuracy=1)).word == "false"


# The experiments differ in what their tests say


@pytest.mark.parametrize(
    ("claim", "parts"),
    [
        (A("losses plummet"), {"data", "epochs", "activations"}),
        (A("linear without activation"), {"activations"}),
        (A("xor without activation"), {"activations"}),
        (A("span"), {"activations"}),
        (A("output sigmoid"), {"data", "epochs"}),
        (D("nan"), {"sizes", "lr"}),
        (D("bounded"), {"sizes", "activations", "loss"}),
        (E("too large explodes"), {"data", "activations", "lr"}),
        (E("cannot learn"), {"data", "activations", "lr"}),
    ],
)
def test_experiments_differ_in_nothing_else(claim, parts):
    assert differing(claim.experiment.values()) == parts


def removed(claim):
    return [recipe.activations for recipe in claim.experiment.values()]


def test_what_is_removed():
    assert removed(A("losses plummet")) == ["sigmoid", HIDDEN] * 2
    assert removed(A("span")) == [HIDDEN, FIRST]
    assert removed(A("output sigmoid")) == [OUTPUT] * 2
    assert set(removed(D("nan"))) == {ALL}
    assert removed(D("bounded")) == ["sigmoid", ALL, OUTPUT, HIDDEN, "sigmoid", HIDDEN] * 2
    assert removed(E("too large explodes")) == ["sigmoid", ALL, ALL, ALL] * 2
    assert removed(E("cannot learn")) == ["sigmoid", HIDDEN, ALL] * 2


def test_rows_are_in_every_history():
    claim = A("losses plummet")
    for recipe in claim.experiment.values():
        assert recipe.log == "before"
        assert recipe.log_every == 1
        assert max(claim.rows) <= recipe.epochs


def test_every_claim_names_a_section_of_the_chapter():
    assert {claim.chapter.partition("#")[0] for claim in CLAIMS} == {"07_no_activation.ipynb"}
