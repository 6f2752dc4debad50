"""Claims about ReLU beside the sigmoid, and about kinks and bounds, tested in chapter 9.

That chapter's other claims, on vanishing gradients and He's initialization, are in ``depth``.
"""

import ast
from pathlib import Path

import numpy as np

import nnlib
from nnlib import data
from nnlib.sources import report_a, report_c, report_e
from nnlib.sources.judging import by_condition, clearly_lower, median, more_often, percent, row
from nnlib.sources.model import Claim, Verdict
from nnlib.sweeps import sweep

CHAPTER = "09_activations.ipynb#"
A, C, E = report_a.RECIPES, report_c.RECIPES, report_e.RECIPES


def hidden(name):
    """Activations of two hidden layers, and the sigmoid at the output."""
    return name, name, "sigmoid"


# Report A: XOR within 100 epochs

X, Y = data.xor()
ORIGIN = np.all(X == 0, axis=1, keepdims=True)  # a tie: its output is 0.5 whatever the weights
TIE = {
    "ReLU": A["xor relu"],
    "ReLU, origin labeled 1": A["xor relu"].replace(data=(X, np.where(ORIGIN, 1, Y))),
}


def judge_100_epochs(sweep):
    """Is every point right in the row of epoch 100, and is it when the tie should be a 1?"""
    usual, other = (row(history, 100) == 1 for history in sweep.histories)
    evidence = (
        f"after epoch 100 all 21 points are right in {percent(usual)} of the runs, and in "
        f"{percent(other)} where the origin has label 1 instead of 0."
    )
    if np.mean(usual) <= 0.5:
        return Verdict("false", evidence)
    if np.mean(other) > 0.5:
        return Verdict("holds", evidence)
    return Verdict("holds only under", evidence, "the rule that an output of exactly 0.5 is a 0")


# Report A: ReLU beside the sigmoid

ROWS = (0, 10, 20, 30, 50, 70, *range(100, 2501, 100))
ROWS_LINEAR = (0, 10, 20, 30, 50, 70, *range(100, 401, 50), *range(500, 1001, 100))
FASTER = {name: A["xor"].replace(activations=hidden(name), log_every=10)
          for name in ("sigmoid", "relu")}  # fmt: skip
FASTER_LINEAR = {name: recipe.replace(data="linear", epochs=1000)
                 for name, recipe in FASTER.items()}  # fmt: skip
LOW_LOSS = 1.00398  # what report A prints for ReLU at epoch 100


def first_row(history, reached):
    """The first logged epoch of each run in which ``reached`` (n_runs, n_rows); inf if none."""
    first = history.epochs[np.argmax(reached, axis=1)]
    return np.where(reached.any(axis=1), first, np.inf)


def judge_faster(sweep):
    """Which is sooner at 100 % and at a low loss, and which loss is lower in the end?"""
    right = [first_row(history, history.accuracy == 1) for history in sweep.histories]
    low = [first_row(history, history.loss <= LOW_LOSS) for history in sweep.histories]
    evidence = (
        f"in the median all points are right from epoch {median(right[1])} on with ReLU and from "
        f"{median(right[0])} on with the sigmoid, the loss is down to 1.004 at {median(low[1])} "
        f"and {median(low[0])}, and it ends at {median(sweep.loss[1])} and "
        f"{median(sweep.loss[0])}; all points end right in {percent(sweep.accuracy[1] == 1)} and "
        f"{percent(sweep.accuracy[0] == 1)} of the runs."
    )
    measures = {"accuracy as the measure": right, "the loss as the measure": low}
    sooner = {m: clearly_lower(relu, sigmoid) for m, (sigmoid, relu) in measures.items()}
    return by_condition(evidence, sooner)


# Report A: the points that ReLU misses on linear


def border_ranks(seeds=100):
    """How the missed points of report A's linear ReLU networks rank by distance from the line.

    A list for each run: 1 is the point closest to the line, 100 the farthest.
    """
    recipe, ranks = A["linear relu"], []
    for net in sweep(recipe, seeds, "compiled", keep=("network",)).networks[0]:
        points, labels = recipe.points(len(ranks))
        place = np.argsort(np.argsort(np.abs(points[:, 0] - points[:, 1]))) + 1
        ranks.append(place[(net.predict(points) != labels)[:, 0]].tolist())
    return ranks


def judge_border(ranks):
    """Do runs with errors mostly miss one point, and only points close to the line?"""
    missed = [run for run in ranks if run]
    one, close = [len(run) == 1 for run in missed], [max(run) <= 10 for run in missed]
    if not missed:
        return Verdict("false", "no run ends with errors.")
    evidence = (
        f"{percent([bool(run) for run in ranks])} of the runs end with errors, {percent(one)} of "
        f"these with one; in {percent(close)} of them all missed points are among the ten of 100 "
        "that are closest to the line."
    )
    return Verdict("holds" if min(np.mean(one), np.mean(close)) > 0.5 else "false", evidence)


# Report A: efficient


def operations():
    """Floating-point operations of one update of the 2-10-10-1 network, {hidden layers: number}.

    A product and a sum for each weight in the forward pass, in ∂L/∂W, in the gradient passed down
    (not below layer 1), and in the update. For each sigmoid, what ``nnlib.arithmetic`` computes,
    and for its slope a difference and two products; for ReLU two comparisons and a product.
    """
    sizes = A["xor"].sizes
    weights = [a * b for a, b in zip(sizes[1:], sizes[:-1], strict=True)]
    shared = 2 * (3 * sum(weights) + sum(weights[1:]))
    sigmoid = signs("sigmoid", "exp", "_reduced", "_tail") + 3
    units = sum(sizes[1:-1])
    return {"sigmoid": shared + (units + 1) * sigmoid, "relu": shared + units * 3 + sigmoid}


def signs(*names):
    """How many signs +, −, ·, / stand in the code of some functions of ``nnlib.arithmetic``.

    It is read, not imported: only what compiles needs numba.
    """
    text = Path(nnlib.__file__).with_name("arithmetic.py").read_text(encoding="utf-8")
    trees = [node for node in ast.parse(text).body if getattr(node, "name", None) in names]
    return sum(isinstance(node, ast.BinOp) for tree in trees for node in ast.walk(tree))


def judge_efficient(counts):
    """Does an update with ReLU take fewer operations?"""
    ratio = counts["relu"] / counts["sigmoid"]
    evidence = (
        f"one update of the 2-10-10-1 network takes {counts['relu']} floating-point operations "
        f"with ReLU and {counts['sigmoid']} with the sigmoid, {100 * ratio:.0f} %."
    )
    return Verdict("holds" if ratio < 1 else "false", evidence)


# Report C: a derivative everywhere

KINKS = {name: A["xor"].replace(activations=hidden(name))
         for name in ("sigmoid", "relu", "leaky_relu", "tanh", "elu")}  # fmt: skip


def judge_kinks(sweep):
    """Do ReLU and leaky ReLU, with their kinks, reach 100 % less often than the sigmoid?"""
    sigmoid, relu, leaky, tanh, elu = sweep.accuracy == 1
    evidence = (
        f"{percent(relu)} and {percent(leaky)} of the runs end with all points right with ReLU "
        f"and leaky ReLU, which have a kink, {percent(sigmoid)} with the sigmoid, and "
        f"{percent(tanh)} and {percent(elu)} with tanh and ELU, smooth like it."
    )
    worse = {"ReLU": more_often(sigmoid, relu), "leaky ReLU": more_often(sigmoid, leaky)}
    return by_condition(evidence, worse)


# Report E: ReLU does not bound the output

PLACES = {
    "sigmoid everywhere": "sigmoid",
    "ReLU at the output only": ("sigmoid", "sigmoid", "relu"),
    "ReLU in the hidden layers only": ("relu", "relu", "sigmoid"),
    "ReLU everywhere": "relu",
}
UNBOUNDED = {
    f"{points}, {rate}, {place}": E[points].replace(activations=names, lr=rate)
    for points in ("xor", "linear")
    for rate in (0.1, 0.001)
    for place, names in PLACES.items()
}


def judge_unbounded(sweep):
    """Where is a ReLU output clearly worse than a sigmoid, and worse than hidden ReLUs?"""
    worse, parts = {}, []
    settings = [f"{points}, rate {rate}" for points in ("XOR", "linear") for rate in (0.1, 0.001)]
    for setting, losses in zip(settings, np.split(sweep.loss, 4), strict=True):
        sigmoid, output, inside, _ = losses
        parts.append(f"{median(sigmoid)}, {median(output)}, {median(inside)} ({setting})")
        worse[setting] = clearly_lower(sigmoid, output) and clearly_lower(inside, output)
    evidence = (
        "the median loss with sigmoids everywhere, ReLU at the output only, and ReLU in the "
        f"hidden layers only: {'; '.join(parts)}."
    )
    return by_condition(evidence, worse)


CLAIMS = (
    Claim(
        "A", "relu_100_epochs", 877, "Extra B",
        "With ReLU in the hidden layers XOR reaches 100 % within 100 epochs.",
        "The accuracy in the row of epoch 100 over many seeds, and the same with the other label "
        "at the origin, so that the tie there counts as an error.",
        TIE, judge_100_epochs, CHAPTER + "A-tie-at-the-origin", rows=(0, 100),
    ),
    Claim(
        "A", "relu_faster", 883, "Extra B",
        "The sigmoid takes clearly more epochs than ReLU to a low loss and a high accuracy.",
        "The same XOR recipe with sigmoids and with ReLUs: first row with every point right, "
        "first row with a loss of 1.00398 or less, loss at the end.",
        FASTER, judge_faster, CHAPTER + "ReLU-beside-the-sigmoid", rows=ROWS,
    ),
    Claim(
        "A", "relu_faster_on_linear", 898, "Extra B",
        "On the linear set the conclusion is the same.",
        "The same linear recipe with sigmoids and with ReLUs: first row with every point right, "
        "first row with a loss of 1.00398 or less, loss at the end.",
        FASTER_LINEAR, judge_faster, CHAPTER + "ReLU-beside-the-sigmoid", seeds=400,
        rows=ROWS_LINEAR,
    ),
    Claim(
        "A", "relu_border", 915, "Extra B",
        "The one point of the linear set that ReLU gets wrong lies very close to the line.",
        "In 100 trained networks, how the missed points rank by their distance from the line.",
        border_ranks, judge_border, CHAPTER + "ReLU-beside-the-sigmoid",
    ),
    Claim(
        "A", "relu_efficient", 888, "Extra B",
        "ReLU is more efficient, since it is simpler to compute than the sigmoid.",
        "The floating-point operations of one update, with an exponential counted as what it "
        "takes in plain arithmetic.",
        operations, judge_efficient, CHAPTER + "What-an-update-costs",
    ),
    Claim(
        "C", "differentiable", 19, "2.1",
        "Activation functions should have a derivative everywhere.",
        "Report A's XOR recipe with the sigmoid, which report C chooses for it, and with two "
        "functions that have a kink.",
        KINKS, judge_kinks, CHAPTER + "A-kink-in-training", rows=(100,),
    ),
    Claim(
        "E", "relu_unbounded", 311, "5.1",
        "ReLU's loss is higher because it does not bound the output to [0, 1].",
        "Report E's recipe at two rates on both sets with ReLU at the output only, in the hidden "
        "layers only, and everywhere.",
        UNBOUNDED, judge_unbounded, CHAPTER + "Output-layer-against-hidden-layers", seeds=50,
    ),
)  # fmt: skip
