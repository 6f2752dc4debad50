"""The training loop as numba compiles it: one source for a run alone and for runs side by side.

All numbers stand in flat arrays, in rows of ``len(V)`` numbers that one instruction treats alike.
Side by side, a row is one parameter (or unit) of as many runs. Alone, a row is as many neighboring
units of one layer, the last row of a layer padded. A unit's own sums run in the same order in
both, so that every run has the same bits in both. The two differ in two functions only, ``factor``
and ``weights_to``; ``V`` is a tuple whose length, known at compile time, says which it is.

Offsets are unsigned 64-bit integers throughout: numba checks signed ones for a wrap-around.
"""

import hashlib
import math
from pathlib import Path

import numpy as np
from numba import njit

from nnlib import arithmetic, elementwise, vectors
from nnlib.activations import LEAK
from nnlib.elementwise import (
    BCE_LOGITS,
    activate,
    distance,
    flushed,
    hit,
    inlined,
    inner,
    loss_gradient,
    loss_of,
    multiply_slope,
    square_root,
    times_listing_slope,
    unless_finite,
    where_less,
)
from nnlib.losses import EPS
from nnlib.vectors import PACKED, factor, full, load, store, weights_to

ALONE, LANES = (0,) * PACKED, (0,) * 8
SGD, MOMENTUM, ADAGRAD, RMSPROP, ADAM = range(5)
AFTER, BEFORE, LAST_SAMPLE = range(3)

whole = njit(**inner)

# A recipe in numbers. First, where the arrays begin in the memory, in rows.
ARRAYS = (
    "theta",  # the parameters
    "gradient",
    "first",  # the optimizer's state
    "second",
    "Z",
    "A",
    "delta",
    "X",  # the samples; if they are shuffled, followed by those of each epoch in its order
    "y",
    "real",  # one row: 1, and 0 where the output's row is padded
    "powers",  # one row: Adam's β₁ᵗ and β₂ᵗ
    "row",  # three rows: loss, accuracy and mean absolute error
    "history",  # the same for each logged epoch
    "last_loss",  # one row
    "bad",  # one row: 0, and 1 where a parameter is no finite number
    "final",  # the parameters at the end of each run
    "snapshots",
)
PLAN = np.dtype(
    [(name, "u8") for name in ARRAYS]
    + [
        ("parameters", "u8"),  # rows of parameters
        ("inputs", "u8"),  # rows of a sample
        ("output", "u8"),  # which row of Z, A and delta is the output
        ("layers", "i8"),
        ("bias", "?"),
        ("loss", "i8"),
        ("mean", "?"),
        ("cache_bug", "?"),  # report B's listing: W_2 gets δ₂ᵀ A₂
        ("sigmoid_bug", "?"),  # and δ₂ the slope σ(∂L/∂A₂)
        ("optimizer", "i8"),
        ("beta1", "f8"),  # Momentum's μ and RMSprop's ρ, too
        ("beta2", "f8"),
        ("eps", "f8"),
        ("tiny", "f8"),  # what is smaller counts as 0 in the optimizer's state
        ("epoch_clock", "?"),
        ("samples", "i8"),
        ("batch", "i8"),
        ("runs", "i8"),
        ("shuffle", "?"),
        ("log", "i8"),
        ("log_every", "i8"),
        ("watch", "?"),
        ("stop_below", "f8"),
    ],
    align=True,
)

# The columns of ``layers``, whose row 0 is the input.
WIDTH, ROWS, UNITS, WEIGHTS, BIASES, ACTIVATION = range(6)


@inlined
def forward(plan, layers, m, sample, V):
    """Z_l = A_{l-1} W_lᵀ + b_l and A_l = f_l(Z_l) for one sample."""
    for j in range(plan.inputs):
        store(m, plan.A + j, load(m, plan.X + sample * plan.inputs + j, V))
    for l in range(1, plan.layers + 1):
        rows, w, here = layers[l, ROWS], plan.theta + layers[l, WEIGHTS], layers[l, UNITS]
        below = plan.A + layers[l - 1, UNITS]
        for j in range(rows):
            z = full(0.0, V)
            for i in range(layers[l - 1, WIDTH]):
                z = z + factor(m, below, i, V) * load(m, w + i * rows + j, V)
            if plan.bias:
                z = z + load(m, plan.theta + layers[l, BIASES] + j, V)
            store(m, plan.Z + here + j, z)
        activate(layers[l, ACTIVATION], m, plan.Z + here, plan.A + here, rows, V)


@inlined
def output_delta(plan, layers, m, sample, share, V):
    """δ_K = ∂L/∂Z_K, divided by ``share``."""
    Z, A, delta = plan.Z + plan.output, plan.A + plan.output, plan.delta + plan.output
    gradient = loss_gradient(plan.loss, load(m, A, V), load(m, plan.y + sample, V))
    store(m, delta, where_less(0.5, load(m, plan.real, V), gradient, 0.0))
    if plan.loss != BCE_LOGITS:
        multiply_slope(layers[plan.layers, ACTIVATION], m, Z, A, delta, np.uint64(1), V)
    if share != 1.0:
        store(m, delta, load(m, delta, V) / share)


@inlined
def delta_below(plan, layers, m, l, V):
    """δ_{l-1} = (δ_l W_l) ∘ f_{l-1}′(Z_{l-1})."""
    rows, w = layers[l, ROWS], plan.theta + layers[l, WEIGHTS]
    above = plan.delta + layers[l, UNITS]
    here, count = layers[l - 1, UNITS], layers[l - 1, ROWS]
    delta = plan.delta + here
    for i in range(count):
        total = full(0.0, V)
        for j in range(layers[l, WIDTH]):
            total = total + factor(m, above, j, V) * weights_to(m, w, rows, i, j, V)
        store(m, delta + i, total)
    if plan.sigmoid_bug and l == 3:
        for q in range(delta, delta + count):
            store(m, q, times_listing_slope(load(m, q, V)))
    else:
        kind = layers[l - 1, ACTIVATION]
        multiply_slope(kind, m, plan.Z + here, plan.A + here, delta, count, V)


@inlined
def add_gradient(plan, layers, m, l, target, V):
    """δᵀ A and, for the bias, δ, added to where layer l's parameters or gradients stand."""
    rows, delta = layers[l, ROWS], plan.delta + layers[l, UNITS]
    cached = plan.cache_bug and l == 2
    source = plan.A + (layers[l, UNITS] if cached else layers[l - 1, UNITS])
    w, b = target + layers[l, WEIGHTS], target + layers[l, BIASES]
    for i in range(layers[l - 1, WIDTH]):
        a = factor(m, source, i, V)
        for j in range(rows):
            q = w + i * rows + j
            store(m, q, load(m, q, V) + load(m, delta + j, V) * a)
    if plan.bias:
        for j in range(rows):
            store(m, b + j, load(m, b + j, V) + load(m, delta + j, V))


@whole
def update(plan, m, lr, V):
    """One update from the gradient, which is then zero again; see ``optimizers``."""
    mu, beta2, eps, tiny = plan.beta1, plan.beta2, plan.eps, plan.tiny
    first, second = plan.first, plan.second
    rest = 1.0 - mu
    if plan.optimizer == ADAM:
        power1, power2 = load(m, plan.powers, V), load(m, plan.powers + np.uint64(1), V)
        if not plan.epoch_clock:
            power1, power2 = mu * power1, beta2 * power2
            store(m, plan.powers, power1)
            store(m, plan.powers + np.uint64(1), power2)
        rate, unbias, rest2 = lr / (1.0 - power1), 1.0 / (1.0 - power2), 1.0 - beta2
        for q in range(plan.parameters):
            g = load(m, plan.gradient + q, V)
            v = flushed(mu * load(m, first + q, V) + rest * g, tiny)
            s = flushed(beta2 * load(m, second + q, V) + rest2 * g * g, tiny)
            store(m, first + q, v)
            store(m, second + q, s)
            step = rate * v / (square_root(s * unbias) + eps)
            store(m, plan.theta + q, load(m, plan.theta + q, V) - step)
    elif plan.optimizer == SGD:
        for q in range(plan.parameters):
            step = lr * load(m, plan.gradient + q, V)
            store(m, plan.theta + q, load(m, plan.theta + q, V) - step)
    elif plan.optimizer == MOMENTUM:
        for q in range(plan.parameters):
            v = flushed(mu * load(m, first + q, V) + lr * load(m, plan.gradient + q, V), tiny)
            store(m, first + q, v)
            store(m, plan.theta + q, load(m, plan.theta + q, V) - v)
    else:
        keep = mu if plan.optimizer == RMSPROP else 1.0
        add = rest if plan.optimizer == RMSPROP else 1.0
        for q in range(plan.parameters):
            g = load(m, plan.gradient + q, V)
            s = flushed(keep * load(m, first + q, V) + add * g * g, tiny)
            store(m, first + q, s)
            step = lr * g / (square_root(s) + eps)
            store(m, plan.theta + q, load(m, plan.theta + q, V) - step)
    for q in range(plan.gradient, plan.gradient + plan.parameters):
        store(m, q, full(0.0, V))


@whole
def learn(plan, layers, m, lr, begin, V):
    """One pass over the samples that stand from ``begin`` on, an update after each batch."""
    fused = plan.batch == 1 and plan.optimizer == SGD
    listing = plan.cache_bug or plan.sigmoid_bug
    if plan.epoch_clock:
        store(m, plan.powers, plan.beta1 * load(m, plan.powers, V))
        store(m, plan.powers + np.uint64(1), plan.beta2 * load(m, plan.powers + np.uint64(1), V))
    seen, size, end = plan.batch, plan.batch, begin + plan.samples
    for sample in range(begin, end):
        if seen == size:
            size, seen = min(plan.batch, end - sample), 0
        seen += 1
        forward(plan, layers, m, np.uint64(sample), V)
        if plan.log == LAST_SAMPLE and sample == end - 1:
            z, a = load(m, plan.Z + plan.output, V), load(m, plan.A + plan.output, V)
            y = load(m, plan.y + np.uint64(sample), V)
            store(m, plan.last_loss, loss_of(plan.loss, z, a, y))
        # the listing divides at the end, since what stands between is not linear in it
        share = float(size) if plan.mean and not listing else 1.0
        output_delta(plan, layers, m, np.uint64(sample), share, V)
        for l in range(plan.layers, 0, -1):
            if l > 1:
                delta_below(plan, layers, m, l, V)
            if fused:  # SGD with single samples needs no gradient in memory: θ ← θ + (-lr δᵀ) A
                here = plan.delta + layers[l, UNITS]
                for q in range(here, here + layers[l, ROWS]):
                    store(m, q, -lr * load(m, q, V))
            add_gradient(plan, layers, m, l, plan.theta if fused else plan.gradient, V)
        if seen == size and not fused:
            if plan.mean and listing:
                for q in range(plan.gradient, plan.gradient + plan.parameters):
                    store(m, q, load(m, q, V) / float(size))
            update(plan, m, lr, V)


@whole
def measure(plan, layers, m, target, V):
    """Loss, accuracy and mean absolute error over all samples, into three rows."""
    loss, right, error = full(0.0, V), full(0.0, V), full(0.0, V)
    for sample in range(np.uint64(plan.samples)):
        forward(plan, layers, m, sample, V)
        z, a = load(m, plan.Z + plan.output, V), load(m, plan.A + plan.output, V)
        y = load(m, plan.y + sample, V)
        loss = loss + loss_of(plan.loss, z, a, y)
        right = right + hit(a, y)
        error = error + distance(a, y)
    n = float(plan.samples)
    store(m, target, loss / (n if plan.mean else 1.0))
    store(m, target + np.uint64(1), right / n)
    store(m, target + np.uint64(2), error / n)


@whole
def judge(plan, m, ended, diverged, epoch, row, V):
    """End the runs that have diverged or are below the loss to stop at; whether any goes on.

    The loss stands in row ``row``, if that is not 0.
    """
    bad = full(0.0, V)
    for q in range(plan.theta, plan.theta + plan.parameters):
        bad = unless_finite(load(m, q, V), bad)
    store(m, plan.bad, bad)
    width, going = np.uint64(len(V)), False
    for k in range(plan.runs):
        if ended[k] >= 0:
            continue
        first, last = np.uint64(k), np.uint64(k)
        if len(V) == PACKED:  # alone, all columns are its own
            last = width - np.uint64(1)
        lost, low = False, False
        for c in range(first, last + np.uint64(1)):
            lost |= m[plan.bad * width + c] != 0.0
        if row != 0:
            loss = m[row * width + first]
            lost |= not math.isfinite(loss)
            low = plan.watch and loss < plan.stop_below
        going |= not (lost or low)
        if lost or low:
            ended[k], diverged[k] = epoch, lost
            for q in range(plan.parameters):
                for c in range(first, last + np.uint64(1)):
                    m[(plan.final + q) * width + c] = m[(plan.theta + q) * width + c]
    return going


def _compiled(sources):
    """The function that Python calls, compiled once for each width and kept on disk.

    Numba notices a change of the file in which it finds a function, but not of the files that this
    one imports. It also goes by what a function closes over: here the sources of them all.
    """

    @njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True)
    def epochs(plan, layers, m, rates, kept, ended, diverged, counters, end, V):
        """Go on to epoch ``end``, or until all runs have ended; then measure the closing row."""
        sources  # noqa: B018
        begin, going = counters[0], True
        for epoch in range(begin, end):
            logged = epoch % plan.log_every == 0
            row = plan.row if plan.watch else np.uint64(0)
            if logged:
                row = plan.history + np.uint64(epoch // plan.log_every * 3)
            if row != 0 and plan.log == BEFORE:
                measure(plan, layers, m, row, V)
            first = plan.samples * (epoch - begin + 1) if plan.shuffle else 0
            learn(plan, layers, m, rates[epoch], first, V)
            if row != 0 and plan.log != BEFORE:
                measure(plan, layers, m, row, V)
                if plan.log == LAST_SAMPLE:
                    store(m, row, load(m, plan.last_loss, V))
            going = judge(plan, m, ended, diverged, epoch, row, V)
            taken = counters[1]
            if taken < kept.size and kept[taken] == epoch + 1:
                place = plan.snapshots + np.uint64(taken) * plan.parameters
                for q in range(plan.parameters):
                    store(m, place + q, load(m, plan.theta + q, V))
                counters[1] = taken + 1
            counters[0] = epoch + 1
            if not going:
                break
        measure(plan, layers, m, plan.row, V)

    return epochs


# What every result depends on, to the last bit; so it also marks results that are stored.
SOURCES = (vectors.__file__, arithmetic.__file__, elementwise.__file__, __file__)
FINGERPRINT = hashlib.sha256(
    b"".join(Path(file).read_bytes() for file in SOURCES) + repr((LEAK, EPS)).encode()
).hexdigest()
epochs = _compiled(FINGERPRINT)
