"""The training loop as numba compiles it: one source for a run alone and for runs side by side.

``layout`` says where each array stands in the memory ``m``, in rows of ``len(V)`` numbers; the
``plan`` names their first rows. A unit's own sums run in the same order alone and side by side, so
that every run has the same bits in both. The two differ in two functions only, ``factor`` and
``weights_to``; ``V`` is a tuple whose length, known at compile time, says which it is.

Offsets are unsigned 64-bit integers throughout: numba checks signed ones for a wrap-around.
"""

import math

import numpy as np
from numba import njit

from nnlib.compiled.elementwise import (
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
from nnlib.compiled.layout import ACTIVATION, BIASES, ROWS, UNITS, WEIGHTS, WIDTH
from nnlib.compiled.vectors import PACKED, factor, full, load, store, weights_to

ALONE, LANES = (0,) * PACKED, (0,) * 8
SGD, MOMENTUM, ADAGRAD, RMSPROP, ADAM = range(5)
AFTER, BEFORE, LAST_SAMPLE = range(3)
NONE = np.uint64(0)  # as a row to write to: nothing is measured (row 0 is a parameter's)

whole = njit(**inner)


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
def output_delta(plan, layers, m, sample, divisor, V):
    """δ_K = ∂L/∂Z_K, divided by the samples of a mean."""
    Z, A, delta = plan.Z + plan.output, plan.A + plan.output, plan.delta + plan.output
    gradient = loss_gradient(plan.loss, load(m, A, V), load(m, plan.y + sample, V))
    store(m, delta, where_less(0.5, load(m, plan.real, V), gradient, 0.0))
    if plan.loss != BCE_LOGITS:
        multiply_slope(layers[plan.layers, ACTIVATION], m, Z, A, delta, np.uint64(1), V)
    if divisor != 1.0:
        store(m, delta, load(m, delta, V) / divisor)


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


@inlined
def sgd(plan, m, lr, V):
    """θ ← θ - η g."""
    for q in range(plan.parameters):
        step = lr * load(m, plan.gradient + q, V)
        store(m, plan.theta + q, load(m, plan.theta + q, V) - step)


@inlined
def momentum(plan, m, lr, V):
    """v ← μ v + η g,  θ ← θ - v."""
    mu, tiny = plan.beta1, plan.tiny
    for q in range(plan.parameters):
        v = mu * load(m, plan.first + q, V) + lr * load(m, plan.gradient + q, V)
        v = flushed(v, tiny)
        store(m, plan.first + q, v)
        store(m, plan.theta + q, load(m, plan.theta + q, V) - v)


@inlined
def scaled(plan, m, lr, keep, add, V):
    """s ← keep s + add g²,  θ ← θ - η g / (√s + ε)."""
    eps, tiny = plan.eps, plan.tiny
    for q in range(plan.parameters):
        g = load(m, plan.gradient + q, V)
        s = flushed(keep * load(m, plan.first + q, V) + add * g * g, tiny)
        store(m, plan.first + q, s)
        step = lr * g / (square_root(s) + eps)
        store(m, plan.theta + q, load(m, plan.theta + q, V) - step)


@inlined
def adam(plan, m, lr, V):
    """Both moments, each divided by 1 - βᵗ; a clock of epochs moves the powers elsewhere."""
    beta1, beta2, eps, tiny = plan.beta1, plan.beta2, plan.eps, plan.tiny
    power1, power2 = load(m, plan.powers, V), load(m, plan.powers + np.uint64(1), V)
    if not plan.epoch_clock:
        power1, power2 = beta1 * power1, beta2 * power2
        store(m, plan.powers, power1)
        store(m, plan.powers + np.uint64(1), power2)
    rate, unbias = lr / (1.0 - power1), 1.0 / (1.0 - power2)
    rest1, rest2 = 1.0 - beta1, 1.0 - beta2
    for q in range(plan.parameters):
        g = load(m, plan.gradient + q, V)
        v = flushed(beta1 * load(m, plan.first + q, V) + rest1 * g, tiny)
        s = flushed(beta2 * load(m, plan.second + q, V) + rest2 * g * g, tiny)
        store(m, plan.first + q, v)
        store(m, plan.second + q, s)
        step = rate * v / (square_root(s * unbias) + eps)
        store(m, plan.theta + q, load(m, plan.theta + q, V) - step)


@whole
def update(plan, m, lr, V):
    """One update from the gradient, which is then zero again; see ``optimizers``."""
    if plan.optimizer == ADAM:
        adam(plan, m, lr, V)
    elif plan.optimizer == SGD:
        sgd(plan, m, lr, V)
    elif plan.optimizer == MOMENTUM:
        momentum(plan, m, lr, V)
    elif plan.optimizer == RMSPROP:
        scaled(plan, m, lr, plan.beta1, 1.0 - plan.beta1, V)
    else:
        scaled(plan, m, lr, 1.0, 1.0, V)
    for q in range(plan.gradient, plan.gradient + plan.parameters):
        store(m, q, full(0.0, V))


@whole
def one_epoch(plan, layers, m, lr, begin, V):
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
        divisor = float(size) if plan.mean and not listing else 1.0
        output_delta(plan, layers, m, np.uint64(sample), divisor, V)
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
def end_runs(plan, m, ended, diverged, epoch, row, V):
    """End the runs that have diverged or are below the loss to stop at; whether any goes on.

    The loss stands in row ``row``, if that is not NONE.
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
        if row != NONE:
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


@inlined
def go_on(plan, layers, m, rates, kept, ended, diverged, counters, end, V):
    """Go on to epoch ``end``, or until all runs have ended; then measure the closing row."""
    begin, going = counters[0], True
    for epoch in range(begin, end):
        logged = epoch % plan.log_every == 0
        row = plan.row if plan.watch else NONE
        if logged:
            row = plan.history + np.uint64(epoch // plan.log_every * 3)
        if row != NONE and plan.log == BEFORE:
            measure(plan, layers, m, row, V)
        first = plan.samples * (epoch - begin + 1) if plan.shuffle else 0
        one_epoch(plan, layers, m, rates[epoch], first, V)
        if row != NONE and plan.log != BEFORE:
            measure(plan, layers, m, row, V)
            if plan.log == LAST_SAMPLE:
                store(m, row, load(m, plan.last_loss, V))
        going = end_runs(plan, m, ended, diverged, epoch, row, V)
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
