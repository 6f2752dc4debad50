"""The gradient check: finite differences judge the gradients that any method computes.

The numeric derivative n in a number θ is the central difference (L(θ+h) - L(θ-h)) / 2h with
h = 10⁻⁵ max(1, |θ|). Two things spoil it: the rounding of L, some ε |L| / h, and curvature, which
shows in how n changes when h is doubled. Their sum is the uncertainty of n. As long as it exceeds
10⁻⁴ |n|, h is made ten times longer, up to 10⁻². The relative error of the analytic derivative a
is |a - n| / max(|a|, |n|), as in https://cs231n.github.io/neural-networks-3/#gradcheck.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlib import graph, network, validation
from nnlib.activations import activation_of
from nnlib.losses import loss_of
from nnlib.network import Gradients, Network, check_loss

TOLERANCE = 1e-4  # a larger relative error is refused
STEPS = (1e-5, 1e-4, 1e-3, 1e-2)
METHODS = {"matrix": network.gradients, "jacobian": graph.gradients}


class Entry(NamedTuple):
    """One derivative, computed both ways: ``array`` is "W1", …, "b1", … or "X"."""

    array: str
    index: tuple
    analytic: float
    numeric: float
    relative_error: float


class Row(NamedTuple):
    """What was found in one array: how many entries were judged, how many not, and why."""

    array: str
    shape: tuple
    verdict: str
    judged: int = 0
    too_small: int = 0
    at_kink: int = 0
    max_relative_error: float = np.nan
    worst: Entry | None = None

    def __str__(self):
        error = "-"
        if self.judged:  # within the tolerance the digits are noise, other ones on each processor
            wrong = self.max_relative_error > TOLERANCE
            error = f"{self.max_relative_error:.2g}" if wrong else f"< {TOLERANCE:.0e}"
        counts = f"{self.judged:>6}{self.too_small:>11}{self.at_kink:>11}{error:>20}"
        return f"{self.array:<7}{self.shape!s:<12}{counts}  {self.verdict}"


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """The verdict on some gradients: a Row for each array. ``print`` shows them as a table."""

    rows: tuple

    @property
    def ok(self):
        """Whether no array is refused and at least one entry was judged."""
        return not self.refused and any(row.judged for row in self.rows)

    @property
    def refused(self):
        """The names of the arrays that are wrong, missing, or of a wrong shape."""
        return tuple(row.array for row in self.rows if row.verdict.startswith("refused"))

    @property
    def unjudged(self):
        """The names of the arrays in which nothing could be judged."""
        return tuple(row.array for row in self.rows if row.verdict == "nothing judged")

    @property
    def worst(self):
        """The worst Entry of all, None if nothing was judged."""
        return max((row.worst for row in self.rows if row.judged), key=_badness, default=None)

    @property
    def max_relative_error(self):
        """The largest relative error of all judged entries, NaN if there are none."""
        return max((row.max_relative_error for row in self.rows if row.judged), default=np.nan)

    def __str__(self):
        head = "array  shape       judged  too small  at a kink  max relative error  verdict"
        accepted = "Accepted as far as judged." if self.unjudged else "Accepted."
        texts = [f"Refused: {', '.join(self.refused)}." if self.refused else accepted]
        if not self.refused and not self.ok:
            texts = ["Not accepted."]
        if self.unjudged:
            texts.append(f"Nothing could be judged in {', '.join(self.unjudged)}.")
        if self.max_relative_error > TOLERANCE:
            array, index, a, n, _ = self.worst
            place = f"{array}[{', '.join(map(str, index))}]"
            texts.append(f"Worst entry: {place}, analytic {a:.5g}, numeric {n:.5g}.")
        return "\n".join([head, *map(str, self.rows), " ".join(texts)])

    def __repr__(self):
        return f"GradientCheck(ok={self.ok}, refused={self.refused}, unjudged={self.unjudged})"


def _badness(entry):
    """Relative errors to two digits; equal ones are ordered by the difference."""
    return float(f"{entry.relative_error:.1e}"), abs(entry.analytic - entry.numeric)


class Numeric(NamedTuple):
    """Arrays of one shape: central differences, their uncertainty, and whether a kink is near."""

    value: np.ndarray
    uncertainty: np.ndarray
    at_kink: np.ndarray


def check_gradients(net, X, y, loss="bce", reduction="sum", method="matrix"):
    """Judge the gradients that ``method`` computes, entry by entry, by central differences.

    An entry is wrong when its relative error exceeds 10⁻⁴ and |a - n| exceeds the uncertainty. It
    is too small to judge when the uncertainty covers |a - n| and exceeds 10⁻⁴ max(|a|, |n|). It is
    at a kink, and not judged, when a pre-activation crosses a kink of its activation within the
    step: 0 for relu, leaky_relu and elu, else ``Activation.kinks``. A sample that stands exactly
    at a kink, as the origin does where biases are zero, is left out if others are left; its row
    of X then counts as at a kink.

    Parameters
    ----------
    net, X, y, loss, reduction : as for ``Network.loss_and_gradients``
    method : "matrix", "jacobian", or a function f(net, X, y, loss, reduction) -> Gradients, which
        is given copies

    Returns
    -------
    GradientCheck

    >>> from nnlib import data, wrong
    >>> net, (X, y) = Network(rng=0), data.xor()
    >>> check_gradients(net, X, y).ok
    True
    >>> print(check_gradients(net, X, y, method=wrong.sign_error))
    array  shape       judged  too small  at a kink  max relative error  verdict
    W1     (10, 2)         20          0          0                   2  refused
    W2     (10, 10)       100          0          0                   2  refused
    W3     (1, 10)         10          0          0                   2  refused
    X      (21, 2)         42          0          0                   2  refused
    Refused: W1, W2, W3, X. Worst entry: W3[0, 7], analytic -10.555, numeric 10.555.
    """
    validation.instance("net", net, Network)
    loss = check_loss(loss, reduction, net.activations[-1])
    X = validation.inputs(X, net.sizes[0])
    y = validation.labels(y, len(X))
    if not callable(method):
        method = METHODS[validation.choice("method, if no function,", method, tuple(METHODS))]
    with np.errstate(all="ignore"):
        losses, sides = _evaluate(net, X, y, loss)
        if not np.isfinite(losses).all():
            raise ValueError(f"net has a loss of {losses.sum()} on X; it must be finite")
        kept = (sides != 0).all(axis=1)
        if not kept.any():
            kept[:] = True
        found = _returned(method(net.copy(), X[kept], y[kept], loss, reduction))
        numeric = _numeric_gradients(net.copy(), X, y, loss, kept)
        divisor = kept.sum() if reduction == "mean" else 1
        if "X" in found:
            found["X"] = _padded(found["X"], kept)
        rows = [
            _row(name, found.get(name), numeric.get(name), divisor) for name in numeric | found
        ]
    return GradientCheck(tuple(rows))


def _returned(gradients):
    """The arrays by name of the Gradients that a method returned; they may hold NaN."""
    if not isinstance(gradients, Gradients):
        raise TypeError(f"method returned {validation.said(gradients)}; it must return Gradients")
    weights, biases, inputs = gradients
    weights = validation.sequence("method's weights", weights, "[W1, W2]")
    if biases is not None:
        biases = validation.sequence("method's biases", biases, "[b1, b2], or None")
    named = _named(weights, biases, inputs)
    return {n: validation.array(f"method's {n}", a, "its parameter") for n, a in named.items()}


def _named(weights, biases, inputs):
    """{"W1": …, "b1": …, "X": …}, without what is None."""
    named = {f"W{l}": W for l, W in enumerate(weights, start=1)}
    if biases is not None:
        named |= {f"b{l}": b for l, b in enumerate(biases, start=1)}
    named["X"] = inputs
    return {name: array for name, array in named.items() if array is not None}


def _padded(inputs, kept):
    """∂L/∂X with rows of zeros for the samples that were left out."""
    if np.ndim(inputs) != 2 or len(inputs) != kept.sum():
        return inputs
    padded = np.zeros((len(kept), np.shape(inputs)[1]))
    padded[kept] = inputs
    return padded


def _numeric_gradients(net, X, y, loss, kept):
    """{name: Numeric} for the sum of the losses of the kept samples; changes net meanwhile."""
    weights = [_differences(W, net, X[kept], y[kept], loss) for W in net.weights]
    biases = [_differences(b, net, X[kept], y[kept], loss) for b in net.biases or []]
    # Moving one input changes the loss of its own sample only: the others would add but noise.
    samples = [(X[i : i + 1].copy(), y[i : i + 1]) for i in range(len(X))]
    each = [_differences(x, net, x, target, loss) for x, target in samples]
    inputs = Numeric(*map(np.concatenate, zip(*each, strict=True)))
    inputs.at_kink[~kept] = True
    return _named(weights, biases, inputs)


def _differences(p, net, X, y, loss):
    """The Numeric of the summed loss in each entry of p, an array of net, or X."""
    noise = _rounding(net, X, y, loss)
    out = Numeric(np.full(p.shape, np.nan), np.full(p.shape, np.inf), np.zeros(p.shape, bool))
    for i in np.ndindex(p.shape):
        theta = p[i]
        for step in STEPS:
            h = step * max(1.0, abs(theta))
            moved = []
            for k in (-2, -1, 1, 2):
                p[i] = theta + k * h
                moved.append(_evaluate(net, X, y, loss))
            p[i] = theta
            (low2, sides_low), (low, _), (high, _), (high2, sides_high) = moved
            if (sides_low != sides_high).any():
                out.at_kink[i] = step == STEPS[0]  # a longer step is given up
                break
            n, doubled = (high - low).sum() / (2 * h), (high2 - low2).sum() / (4 * h)
            uncertainty = noise / h + abs(n - doubled)
            if abs(n - out.value[i]) > uncertainty + out.uncertainty[i]:
                break  # a longer step that contradicts a shorter one has left the slope's region
            if uncertainty < out.uncertainty[i]:
                out.value[i], out.uncertainty[i] = n, uncertainty
            hopeless = noise * step / STEPS[-1] > TOLERANCE * h * (abs(n) + uncertainty)
            if uncertainty <= TOLERANCE * abs(n) or hopeless:
                break  # precise enough, or not even the longest step would make it so
    return out


def _evaluate(net, X, y, loss):
    """Each sample's loss (n,), and on which side of each kink its pre-activations are (n, …)."""
    trace, loss = network.forward(net, X), loss_of(loss)
    last = trace.Z[-1] if loss.takes == "Z" else trace.output
    sides = [
        np.sign(Z - kink)
        for Z, activation in zip(trace.Z, net.activations, strict=True)
        for kink in activation_of(activation).kinks
    ]
    return loss.function(last, y)[:, 0], np.hstack([np.ones((len(X), 1)), *sides])


def _rounding(net, X, y, loss):
    """A bound on the rounding error of the summed loss: 10 ε Σ (1 + |L| + |v ∂L/∂v|).

    v is what the loss takes, ŷ or Z_K. It is rounded itself: where ŷ is close to 1, 1 - ŷ has few
    digits left, and log(1 - ŷ) no more. The 1 stands for ŷ - y, which is rounded likewise.
    """
    trace, loss = network.forward(net, X), loss_of(loss)
    v = trace.Z[-1] if loss.takes == "Z" else trace.output
    moved = np.abs(v * loss.gradient(v, y))
    return 10 * np.finfo(float).eps * (1 + np.abs(loss.function(v, y)) + moved).sum()


def _row(name, a, numeric, divisor):
    """The Row of one array: analytic values a against the numeric ones divided by divisor."""
    if numeric is None:
        return Row(name, np.shape(a), "refused: the network has none")
    shape = numeric.value.shape
    if a is None:
        return Row(name, shape, "refused: missing")
    if np.shape(a) != shape:
        return Row(name, shape, f"refused: shape {np.shape(a)}")
    a, n = np.asarray(a, dtype=float), numeric.value / divisor
    uncertainty = numeric.uncertainty / divisor
    largest = np.maximum(np.abs(a), np.abs(n))
    sharp = (uncertainty <= TOLERANCE * largest) | ~np.isfinite(a)
    judged = ~numeric.at_kink & (sharp | (np.abs(a - n) > uncertainty))
    counts = judged.sum(), (~judged & ~numeric.at_kink).sum(), numeric.at_kink.sum()
    if not judged.any():
        return Row(name, shape, "nothing judged", *map(int, counts))
    error = np.where(np.isfinite(a), np.abs(a - n) / largest, np.inf)
    entries = [
        Entry(name, tuple(map(int, i)), float(a[*i]), float(n[*i]), float(error[*i]))
        for i in np.argwhere(judged)
    ]
    worst, largest = max(entries, key=_badness), max(e.relative_error for e in entries)
    verdict = "refused" if largest > TOLERANCE else "agrees"
    return Row(name, shape, verdict, *map(int, counts), largest, worst)
