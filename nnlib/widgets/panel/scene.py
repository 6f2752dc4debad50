"""The panel's picture: boundary, network, learning curve and numbers, as one SVG.

What stays while a run is played back is below or above what moves; a player needs it once.
"""

from dataclasses import dataclass
from html import escape
from typing import NamedTuple

import numpy as np

from nnlib.figures.palette import FAINT, GRAY, WHITE
from nnlib.losses import loss_of
from nnlib.network import forward, loss_value, predicted
from nnlib.widgets.panel import curve, nodes
from nnlib.widgets.panel.drawing import (
    BANDS,
    THRESHOLDS,
    landscape,
    line,
    marks,
    rectangle,
    rings,
    text,
)  # fmt: skip

WIDTH, HEIGHT = 800, 500
BOX = (34, 28, 304)  # left, top and side of the square with the boundary
STEPS = 49  # of the grid over the square
EVERY = 6  # of its lines is taken for the small maps
TABLE = (544, 788)
LOGITS = np.log(np.divide(THRESHOLDS, np.subtract(1, THRESHOLDS)))


@dataclass(frozen=True, eq=False)
class Result:
    """What a panel shows: a run and what it is compared with.

    Attributes
    ----------
    run, fine : the Run, and the same with more rows
    networks : {epoch: Network}, those that the scrubber goes through
    points, fresh : (X, y); fresh may be None
    square : low x1, low x2 and side of the square that is drawn
    band : losses of other seeds, (n, rows), or None
    before : the Run, with more rows, that this one is compared with, or None
    """

    run: object
    fine: object
    networks: dict
    points: tuple
    fresh: tuple | None
    square: tuple
    band: np.ndarray | None = None
    before: object = None


class Score(NamedTuple):
    """Accuracy and loss per point."""

    accuracy: float
    loss: float


def picture(result, index, size='width="100%"'):
    """The SVG of the network after the epochs number ``index`` of those that are kept."""
    below, above = fixed(result)
    return frame(head(size, describe(result, index)) + below, moving(result, index), above)


def frame(below, middle, above):
    return f"{below}{middle}{above}</svg>"


def head(size, label):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {size} '
        f'role="img" aria-label="{escape(label)}" font-family="system-ui, sans-serif" fill="none">'
        f"{rectangle(0, 0, WIDTH, HEIGHT, WHITE)}"
    )


def fixed(result):
    """What stays: axes and curves below, the points above."""
    left, top, side = BOX
    below = [curve.axes(result), *_ticks(result.square)]
    X, y = result.points
    places = _places(X, result.square)
    above = [f'<svg x="{left}" y="{top}" width="{side}" height="{side}">']
    for label in (0, 1):
        chosen = y[:, 0] == label
        if chosen.any():
            above.append(marks(*(places[chosen] - (left, top)).T, label))
    target = f'<rect class="nnp-field" x="{left}" y="{top}" width="{side}" height="{side}"'
    above.append(f'</svg>{target} fill="{WHITE}" fill-opacity="0"/>')  # what is clicked on
    return "".join(below), "".join(above)


def moving(result, index):
    """What changes with the epoch: boundary, network, numbers and the place on the curve."""
    epoch = list(result.networks)[index]
    net = result.networks[epoch]
    left, top, side = BOX
    x, y, width = result.square
    steps = np.linspace(0, width, STEPS)
    grid = np.stack(np.meshgrid(x + steps, y + steps), axis=-1).reshape(-1, 2)
    with np.errstate(all="ignore"):
        trace = forward(net, grid)
    output, thresholds = heights(net, trace)
    output = output.reshape(STEPS, STEPS)
    maps = [A.reshape(STEPS, STEPS, -1)[::EVERY, ::EVERY] for A in trace.A[:-1]]
    after = "before training" if epoch == 0 else f"after {plural(epoch, 'epoch')}"
    return "".join(
        [
            text(left, 17, "Decision boundary", bold=True),
            text(left + side, 17, after, anchor="end"),
            landscape(output, left, top, side, thresholds, BANDS, boundary=thresholds[2]),
            _mistakes(net, result),
            nodes.network(net, maps, output[::EVERY, ::EVERY], thresholds),
            curve.cursor(result, epoch),
            _numbers(result, net),
        ]
    )


def heights(net, trace):
    """What the field is drawn from, and its thresholds.

    A sigmoid's pre-activations: its outputs, nearly 0 or 1, would make lines between the grid's
    points jagged.
    """
    if net.activations[-1] == "sigmoid":
        return np.nan_to_num(trace.Z[-1], nan=0, posinf=1e9, neginf=-1e9), LOGITS
    return np.nan_to_num(trace.output, nan=0.5, posinf=1e9, neginf=-1e9), THRESHOLDS


def plural(count, word):
    return f"{count:,}".replace(",", "\u202f") + f" {word}{'' if count == 1 else 's'}"


def _ticks(square):
    """The axes of the square; 0, ½ and 1 where it is the usual one."""
    left, top, side = BOX
    x, y, width = square
    usual = width < 2
    spots = (0, 0.5, 1) if usual else (x + 0.1 * width, x + 0.9 * width)
    parts = []
    for spot in spots:
        place = left + (spot - x) / width * side
        parts.append(text(place, top + side + 14, f"{spot:.3g}", 11, "middle", GRAY))
        spot = spot if usual else spot - x + y
        place = top + side - (spot - y) / width * side
        parts.append(text(left - 5, place + 4, f"{spot:.3g}", 11, "end", GRAY))
    parts.append(text(left + 0.7 * side, top + side + 14, "x₁", 12, "middle"))
    parts.append(text(left - 5, top + 0.3 * side + 4, "x₂", 12, "end"))
    return parts


def _places(X, square):
    """Where points stand in the picture."""
    left, top, side = BOX
    x, y, width = square
    share = (X - (x, y)) / width
    return np.column_stack([left + side * share[:, 0], top + side * (1 - share[:, 1])])


def _mistakes(net, result):
    """A ring around every training point that the network gets wrong."""
    X, y = result.points
    with np.errstate(all="ignore"):
        wrong = (predicted(forward(net, X).output) != y)[:, 0]
    if not wrong.any():
        return ""
    left, top, side = BOX
    places = _places(X[wrong], result.square) - (left, top)
    inner = rings(*places.T)
    return f'<svg x="{left}" y="{top}" width="{side}" height="{side}">{inner}</svg>'


def score(net, points, recipe):
    """How well a network does on some points."""
    X, y = points
    with np.errstate(all="ignore"):
        trace = forward(net, X)
        loss = loss_value(trace, y, recipe.loss, "mean")
    return Score(float(np.mean(predicted(trace.output) == y)), loss)


def constant_loss(result):
    """The loss of the best constant output, in the units of the history."""
    recipe, (_, y) = result.run.recipe, result.points
    share = float(y.mean())
    if share in (0, 1):
        return None
    loss = loss_of(recipe.loss)
    level = np.log(share / (1 - share)) if loss.takes == "Z" else share
    each = loss.function(np.full_like(y, level), y)
    return float(each.sum() if recipe.reduction == "sum" else each.mean())


def _numbers(result, net):
    """Accuracy and loss on training and on fresh points."""
    left, right = TABLE
    rows = [(f"training ({len(result.points[0])})", result.points)]
    if result.fresh is not None:
        rows.append((f"fresh ({len(result.fresh[0])})", result.fresh))
    parts = [
        text(left, 385, "points", 11.5, color=GRAY),
        text(right - 84, 385, "accuracy", 11.5, "end", GRAY),
        text(right, 385, "loss per point", 11.5, "end", GRAY),
        line(left, 392, right, 392, FAINT),
    ]
    scores = [score(net, points, result.run.recipe) for _, points in rows]
    for k, ((name, _), found) in enumerate(zip(rows, scores, strict=True)):
        y = 412 + 24 * k
        parts += [
            text(left, y, name, 13),
            text(right - 84, y, f"{100 * found.accuracy:.1f} %", 14, "end", bold=True),
            text(right, y, short(found.loss), 14, "end", bold=True),
        ]
    if result.run.recipe.reduction == "sum":
        n = len(result.points[0])
        total = n * scores[0].loss
        note = f"loss of all {n} training points: {short(total)}"
        parts.append(text(left, 414 + 24 * len(rows), note, 11.5, color=GRAY))
    return "".join(parts)


def short(value):
    """A number to three figures, without an exponent where it is readable."""
    value = float(value)  # a NumPy number would compare to a NumPy bool
    if not np.isfinite(value):
        return "∞" if value > 0 else "no number"
    if value != 0 and not 1e-4 <= abs(value) < 10_000:
        digits, exponent = f"{value:.1e}".replace("-", "−", value < 0).split("e")
        return f"{digits}·10{str(int(exponent)).translate(curve.SUPERSCRIPT)}"
    words = f"{value:.4f}" if abs(value) < 1 else f"{value:.4g}"
    return words.replace("-", "−")


def describe(result, index):
    """What the picture shows, in words."""
    epoch = list(result.networks)[index]
    net, recipe = result.networks[epoch], result.run.recipe
    known = score(net, result.points, recipe)
    words = [
        f"After {plural(epoch, 'epoch')}: training accuracy {100 * known.accuracy:.1f}\u00a0%",
        f"loss per point {short(known.loss)}",
    ]
    if result.fresh is not None:
        fresh = score(net, result.fresh, recipe)
        words.append(f"on fresh points {100 * fresh.accuracy:.1f}\u00a0% and {short(fresh.loss)}")
    if result.run.diverged:
        words.append("then the numbers left the finite range")
    return ", ".join(words) + "."
