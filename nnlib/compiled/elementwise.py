"""What the compiled loop does element by element: activations, their slopes, losses.

The formulas are those of ``activations`` and ``losses``, on Vectors; NaN stays NaN in all of them.
"""

import math

from numba import njit

from nnlib.activations import LEAK
from nnlib.compiled import arithmetic
from nnlib.compiled.arithmetic import exp, log, log1p
from nnlib.compiled.vectors import absolute, formula, load, pick, root, store
from nnlib.losses import EPS

# In the order of ``layout``.
SIGMOID, RELU, TANH, IDENTITY, LEAKY_RELU, ELU = range(6)
BCE, BCE_HALF, BCE_LOGITS, SQUARED, SQUARED_HALF = range(5)

inner = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
inlined = njit(forceinline=True, **inner)

where_less, square_root = formula(pick), formula(root)


@formula
def distance(a, y):
    return absolute(a - y)


@formula
def hit(a, y):
    """1 where the prediction is right, else 0; exactly 0.5, and NaN, predict 0."""
    return 1.0 - absolute(pick(0.5, a, 1.0, 0.0) - y)


@formula
def unless_finite(x, flag):
    """``flag`` where x is a finite number, else 1."""
    return pick(absolute(x), math.inf, flag, 1.0)


@formula
def flushed(x, tiny):
    """x, or 0 where |x| < tiny: numbers below 2⁻¹⁰²² cost a hundred times an ordinary one."""
    return pick(absolute(x), tiny, 0.0, x)


# Activations and their slopes

sigmoid, tanh = formula(arithmetic.sigmoid), formula(arithmetic.tanh)


@formula
def relu(z):
    return pick(z, 0.0, 0.0, z)


@formula
def leaky_relu(z):
    return pick(0.0, z, z, LEAK * z)


@formula
def elu(z):
    return pick(0.0, z, z, arithmetic.expm1(z))


@formula
def times_step(delta, z, low):
    """δ f′(z) where f has the slope 1 for z > 0, else ``low``."""
    return delta * pick(0.0, z, 1.0, low)


@formula
def times_sigmoid_slope(delta, a):
    return delta * (a * (1.0 - a))


@formula
def times_tanh_slope(delta, a):
    return delta * (1.0 - a * a)


@formula
def times_elu_slope(delta, z):
    return delta * pick(0.0, z, 1.0, arithmetic.exp(z))


@formula
def times_listing_slope(delta):
    """What report B's listing has in place of σ′(Z₂): s (1 - s) with s = σ(∂L/∂A₂)."""
    s = arithmetic.sigmoid(2.0 * delta)
    return delta * (s * (1.0 - s))


# Losses


@formula
def cross_entropy(a, y, eps):
    return (0.0 - y) * log(a + eps) - (1.0 - y) * log(1.0 - a + eps)


@formula
def cross_entropy_gradient(a, y, eps):
    return (1.0 - y) / (1.0 - a + eps) - y / (a + eps)


@formula
def logits_loss(z, y):
    return pick(z, 0.0, 0.0, z) - y * z + log1p(exp(0.0 - absolute(z)))


@formula
def squared(a, y):
    return (a - y) * (a - y)


@inlined
def activate(kind, m, Z, A, rows, V):
    """A = f(Z) in some rows; NaN stays NaN."""
    if kind == SIGMOID:
        for q in range(rows):
            store(m, A + q, sigmoid(load(m, Z + q, V)))
    elif kind == RELU:
        for q in range(rows):
            store(m, A + q, relu(load(m, Z + q, V)))
    elif kind == TANH:
        for q in range(rows):
            store(m, A + q, tanh(load(m, Z + q, V)))
    elif kind == IDENTITY:
        for q in range(rows):
            store(m, A + q, load(m, Z + q, V))
    elif kind == LEAKY_RELU:
        for q in range(rows):
            store(m, A + q, leaky_relu(load(m, Z + q, V)))
    else:
        for q in range(rows):
            store(m, A + q, elu(load(m, Z + q, V)))


@inlined
def multiply_slope(kind, m, Z, A, delta, rows, V):
    """δ ← δ ∘ f′(Z) in some rows."""
    if kind == SIGMOID:
        for q in range(rows):
            d, a = load(m, delta + q, V), load(m, A + q, V)
            store(m, delta + q, times_sigmoid_slope(d, a))
    elif kind in (RELU, LEAKY_RELU):
        low = 0.0 if kind == RELU else LEAK
        for q in range(rows):
            d, z = load(m, delta + q, V), load(m, Z + q, V)
            store(m, delta + q, times_step(d, z, low))
    elif kind == TANH:
        for q in range(rows):
            d, a = load(m, delta + q, V), load(m, A + q, V)
            store(m, delta + q, times_tanh_slope(d, a))
    elif kind == ELU:
        for q in range(rows):
            d, z = load(m, delta + q, V), load(m, Z + q, V)
            store(m, delta + q, times_elu_slope(d, z))


@inlined
def loss_of(kind, z, a, y):
    """The loss of a sample."""
    if kind == BCE:
        return cross_entropy(a, y, EPS)
    if kind == BCE_HALF:
        return 0.5 * cross_entropy(a, y, 0.0)
    if kind == BCE_LOGITS:
        return logits_loss(z, y)
    return squared(a, y) * (1.0 if kind == SQUARED else 0.5)


@inlined
def loss_gradient(kind, a, y):
    """∂L/∂ŷ, and ŷ - y = ∂L/∂z for the loss that takes the logits."""
    if kind == BCE:
        return cross_entropy_gradient(a, y, EPS)
    if kind == BCE_HALF:
        return 0.5 * cross_entropy_gradient(a, y, 0.0)
    return (a - y) * (2.0 if kind == SQUARED else 1.0)
