"""Claims about hidden units: each verdict follows the numbers, whatever they say."""

import numpy as np
import pytest

from nnlib import Sweep, sources
from nnlib.sources.claims import hidden_units, more_units
from nnlib.sweeps import labels

N = 50
CLAIMS = (*hidden_units.CLAIMS, *more_units.CLAIMS)
NAMES = [(claim.report, claim.name) for claim in CLAIMS]


def claim(report, name):
    return getattr(sources, report).claim(name)


def spread(value):
    """N results around a value, a little different from each other."""
    return value * (1 + 0.01 * np.linspace(-1, 1, N))


def outcome(report, name, loss=lambda r: 0.1, right=lambda r: 0.9, accuracy=None, end=None):
    """A made-up Sweep over a claim's recipes.

    ``loss``, ``right`` (the share of runs at 100 %), ``accuracy`` (instead) and ``end`` (the
    epoch in which the rule ended the runs) are functions of the recipe.
    """
    recipes = tuple(claim(report, name).experiment.values())
    losses = np.array([spread(loss(r)) for r in recipes])
    accuracies = np.array([np.where(np.arange(N) < N * right(r), 1, 0.5) for r in recipes])
    if accuracy is not None:
        accuracies = np.array([np.minimum(1, spread(accuracy(r))) for r in recipes])
    stopped = np.full(losses.shape, np.nan)
    if end is not None:
        ruled = [r.stop_below is not None for r in recipes]
        stopped[ruled] = [spread(end(r)) for r in recipes if r.stop_below is not None]
    engines = ("compiled",) * len(recipes)
    return Sweep(
        recipes, np.arange(N), engines, losses, accuracies, 1 - accuracies, stopped, None, None
    )


def word(report, name, **results):
    verdict = claim(report, name).verdict(outcome(report, name, **results))
    assert verdict.evidence.endswith(".")
    return verdict.word, verdict.condition


def wide(recipe):
    return max(recipe.sizes) > 10


def positive(recipe):
    return recipe.init == "uniform"


# Each claim with results that fit it, and with others that do not


def test_noise_follows_the_runs():
    assert word("A", "noise", right=lambda r: 0.1 if wide(r) else 0.9) == ("holds", "")
    assert word("A", "noise", right=lambda r: 0.9) == ("false", "")
    assert word("A", "noise", right=lambda r: 0.1 if wide(r) and positive(r) else 0.9) == (
        "holds only under",
        "U(0, 1) weights",
    )


def test_noise_is_not_a_single_pair_of_widths():
    only = (2, 100, 5, 1)
    assert word("A", "noise", right=lambda r: 0.1 if r.sizes == only else 0.9)[0] == "false"


def layer(recipe, number, width):
    return recipe.sizes[number] >= width


def test_the_more_sensitive_layer_is_the_one_that_fails_at_a_smaller_width():
    assert word("A", "layer 2", right=lambda r: 0.1 if layer(r, 2, 30) else 0.9)[0] == "holds"
    assert word("A", "layer 2", right=lambda r: 0.1 if layer(r, 1, 30) else 0.9)[0] == "false"
    assert word("A", "layer 2", right=lambda r: 0.9)[0] == "false"

    def both(recipe):
        second = 20 if recipe.loss == "bce_logits" else 100
        return 0.1 if layer(recipe, 1, 50) or layer(recipe, 2, second) else 0.9

    assert word("A", "layer 2", right=both) == (
        "holds only under",
        "U(0, 1) weights on XOR with bce_logits",
    )


def test_five_to_ten_units_are_best_where_no_other_widths_have_lower_losses():
    def few(recipe):
        return sum(abs(np.log(width / 7)) for width in recipe.sizes[1:3]) + 0.1

    def many(recipe):
        return 1 / recipe.sizes[1]

    assert word("A", "5 to 10 units", loss=few)[0] == "holds"
    assert word("A", "5 to 10 units", loss=many)[0] == "false"
    assert word("A", "5 to 10 units", loss=lambda r: few(r) if positive(r) else many(r)) == (
        "holds only under",
        "U(0, 1) weights on XOR and U(0, 1) weights on linear",
    )


def test_one_wide_layer_is_a_rival_of_five_to_ten_units():
    def one_wide(recipe):
        return 0.01 if recipe.sizes == (2, 10, 50, 1) else recipe.sizes[1]

    assert word("A", "5 to 10 units", loss=one_wide)[0] == "false"


def test_biases_are_indispensable_where_no_budget_helps_without():
    assert word("A", "biases", right=lambda r: 0.9 if r.bias else 0)[0] == "holds"
    assert word("A", "biases", right=lambda r: 0.9)[0] == "false"
    late = word("A", "biases", right=lambda r: 0.9 if r.bias or r.epochs == 10_000 else 0)
    assert late[0] == "false"
    circles = word("A", "biases", right=lambda r: 0.9 if r.bias or r.data == "xor" else 0)
    assert circles == ("holds only under", "U(0, 1) weights on circles and U(−1, 1) weights on "
                       "circles")  # fmt: skip


def test_cost_is_exponential_only_if_doubling_squares_it():
    judge = claim("A", "exponential cost").judge
    assert judge({5: 2.0**5, 10: 2.0**10, 20: 2.0**20, 40: 2.0**40}).word == "holds"
    assert judge({5: 5.0, 10: 40.0, 20: 320.0, 40: 2560.0}).word == "false"
    counts = claim("A", "exponential cost").results()
    assert counts[10] == 2 * 10 + 10 * 10 + 10
    assert judge(counts).word == "false"


def test_more_units_are_faster_by_end_epochs_and_losses():
    def falling(recipe):
        return 1 / recipe.sizes[1]

    def ends(recipe):
        return 4000 / recipe.sizes[1]

    name = "more units, faster"
    assert word("B", name, loss=falling, end=ends)[0] == "holds"
    assert word("B", name, loss=lambda r: 1 / falling(r), end=ends)[0] == "false"
    # the same losses, but the rule ends wide nets later
    assert word("B", name, loss=falling, end=lambda r: r.sizes[1]) == (
        "holds only under",
        "U(0, 1) weights",
    )
    uniform_fails = word("B", name, loss=lambda r: np.inf if positive(r) else falling(r), end=ends)
    assert uniform_fails == ("holds only under", "N(0, 1) weights")


def test_one_unit_is_too_few_unless_a_run_gets_all_points():
    def ten(recipe):
        return 0.9 if wide(recipe) or recipe.sizes[1] == 10 else 0

    assert word("B", "one unit", right=ten)[0] == "holds"
    assert word("B", "one unit", right=lambda r: 0.9)[0] == "false"
    assert word("B", "one unit", right=lambda r: 0)[0] == "false"


def test_more_units_are_more_accurate_where_both_wider_nets_are():
    name = "more units, more accurate"

    def rising(recipe):
        return 0.5 + 0.4 * (recipe.sizes[1] > 5)

    def falling(recipe):
        return 0.9 - 0.4 * (recipe.sizes[1] > 5)

    assert word("D", name, accuracy=rising)[0] == "holds"
    assert word("D", name, accuracy=falling)[0] == "false"
    assert word("D", name, accuracy=lambda r: rising(r) if r.epochs == 20 else falling(r)) == (
        "holds only under",
        "20 epochs of linear",
    )
    one_wins = word("D", name, accuracy=lambda r: 0.5 + 0.4 * (r.sizes[1] == 512))
    assert one_wins[0] == "false"


def test_worse_at_a_tenth_where_both_wider_nets_are():
    def falling(recipe):
        return 0.9 - 0.4 * (recipe.sizes[1] > 5)

    assert word("D", "worse at 0.1", accuracy=falling)[0] == "holds"
    assert word("D", "worse at 0.1", accuracy=lambda r: 0.9)[0] == "false"
    assert word(
        "D", "worse at 0.1", accuracy=lambda r: falling(r) if r.epochs == 200 else 0.9
    ) == ("holds only under", "200 epochs")


def test_the_same_on_linear_means_no_difference_in_either_direction():
    assert word("E", "same on linear", right=lambda r: 0.9)[0] == "holds"
    assert word("E", "same on linear", right=lambda r: 0.9 if wide_e(r) else 0.2)[0] == "false"
    assert word("E", "same on linear", right=lambda r: 0.2 if wide_e(r) else 0.9)[0] == "false"
    late = word("E", "same on linear", right=lambda r: 0.2 if late_and_wide(r) else 0.9)
    assert late == ("holds only under", "1001 epochs")


def wide_e(recipe):
    return recipe.sizes[1] == 8


def late_and_wide(recipe):
    return wide_e(recipe) and recipe.epochs > 1001


def test_two_cannot_where_hardly_any_run_does_and_most_with_eight_do():
    assert word("E", "two cannot", right=lambda r: 0.9 if wide_e(r) else 0)[0] == "holds"
    assert word("E", "two cannot", right=lambda r: 0.9 if wide_e(r) else 0.4)[0] == "false"
    assert word("E", "two cannot", right=lambda r: 0)[0] == "false"

    def signed(recipe):
        return 0.9 if wide_e(recipe) or positive(recipe) else 0

    assert word("E", "two cannot", right=signed) == (
        "holds only under",
        "U(−1, 1) weights and 100001 epochs",
    )


# What the experiments change


CHANGED = {
    ("A", "noise"): {"data", "sizes", "init", "epochs"},
    ("A", "layer 2"): {"data", "sizes", "init", "loss", "epochs"},
    ("A", "5 to 10 units"): {"data", "sizes", "init", "epochs"},
    ("A", "biases"): {"data", "init", "epochs", "bias"},
    ("B", "more units, faster"): {
        "data", "sizes", "init", "gradient", "stop_below", "log", "log_every",
    },
    ("B", "one unit"): {"sizes", "gradient", "epochs", "stop_below", "log", "log_every"},
    ("D", "more units, more accurate"): {"data", "sizes", "epochs", "lr"},
    ("D", "worse at 0.1"): {"sizes", "epochs"},
    ("E", "same on linear"): {"sizes", "epochs"},
    ("E", "two cannot"): {"sizes", "epochs", "init"},
}  # fmt: skip


@pytest.mark.parametrize(("report", "name"), CHANGED)
def test_an_experiment_changes_what_its_test_says_and_nothing_else(report, name):
    recipes = list(claim(report, name).experiment.values())
    texts = [text.split("=")[0] for label in labels(recipes) for text in label.split(", ")]
    fields = set(type(recipes[0]).__dataclass_fields__)
    assert {text for text in texts if text in fields} == CHANGED[report, name]
    assert len(set(recipes)) == len(recipes)


def test_random_signs_are_the_only_difference_of_the_two_uniform_starts():
    claim_recipes = claim("A", "noise").experiment.values()
    starts = {recipe.replace(init="uniform") for recipe in claim_recipes if recipe.data == "xor"}
    assert len(starts) == 5
    assert {r.init for r in claim_recipes if r.data == "linear"} == {
        "uniform",
        "uniform_symmetric",
    }


def test_all_claims_name_their_section():
    assert len(NAMES) == len(set(NAMES)) == 11
    assert all(c.chapter.startswith("06_hidden_units.ipynb#") for c in CLAIMS)
