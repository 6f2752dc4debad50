"""Backward passes with classic bugs, for chapter 10. Do not learn backpropagation from this file.

Each function takes (net, X, y, loss, reduction) and returns Gradients, so that ``check_gradients``
can judge it and a recipe can train with it (``gradient="listing"``). Each has one bug, ``listing``
two; its docstring says where the bug does not show. ``network.backward`` is the right pass.
"""

import numpy as np

from nnlib import network
from nnlib.activations import activation_of, sigmoid, sigmoid_derivative
from nnlib.losses import bce_half_gradient, loss_of
from nnlib.network import Gradients, forward

LR = 0.1  # the rate at which ``update_in_place`` updates; report A's


def _right_matrix(W, dW):
    return W


def _backward(
    net, X, y, loss, reduction, slope=network.slope, gradient=None, matrix=_right_matrix
):
    """``network.backward``, with three places where a bug can be put.

    They are f_l′(Z_l), the gradient of the loss, and the matrix M in δ_{l-1} = (δ_l M) ∘ f_l′.
    """
    gradient = gradient or loss_of(loss).gradient
    trace, K = forward(net, X), len(net.weights)
    if loss_of(loss).takes == "Z":
        delta = gradient(trace.Z[-1], y)
    else:
        delta = gradient(trace.output, y) * slope(net, trace, K)
    if reduction == "mean":
        delta = delta / len(y)
    weights, biases = [None] * K, None if net.biases is None else [None] * K
    for l in range(K, 0, -1):
        weights[l - 1] = delta.T @ trace.A[l - 1]
        if biases is not None:
            biases[l - 1] = delta.sum(axis=0)
        below = delta @ matrix(net.weights[l - 1], weights[l - 1])
        if l > 1:
            delta = below * slope(net, trace, l - 1)
    return Gradients(weights, biases, inputs=below)


def slope_at_activation(net, X, y, loss, reduction):
    """f′(A) instead of f′(Z): σ(A) (1 - σ(A)), where A (1 - A) is right.

    Happens when a function that takes Z is given the post-activation. Does not show where f is
    identity, relu or leaky_relu: A > 0 wherever Z > 0.
    """

    def slope(net, trace, l):
        activation, Z = activation_of(net.activations[l - 1]), trace.A[l]
        return activation.derivative(activation.function(Z) if activation.takes == "A" else Z)

    return _backward(net, X, y, loss, reduction, slope=slope)


def relu_mask(net, X, y, loss, reduction):
    """The mask ``output >= 0`` for the derivative of relu: always true, for A is never negative.

    Does not show where no relu unit is off.
    """

    def slope(net, trace, l):
        if net.activations[l - 1] == "relu":
            return np.where(trace.A[l] >= 0, 1.0, 0.0)
        return network.slope(net, trace, l)

    return _backward(net, X, y, loss, reduction, slope=slope)


def missing_mean(net, X, y, loss, reduction):
    """The factor 1/n is forgotten: the gradient of the sum, whatever the reduction.

    Does not show with ``reduction="sum"``, nor for a single sample.
    """
    return _backward(net, X, y, loss, "sum")


@np.errstate(divide="ignore", invalid="ignore")
def missing_eps(net, X, y, loss, reduction):
    """∂L/∂ŷ = (1 - y) / (1 - ŷ) - y / ŷ for ``bce``: right without the ε in its logarithms.

    Does not show with another loss, nor far from saturation: the relative error is ε / ŷ.
    """

    def gradient(output, y):
        return (1 - y) / (1 - output) - y / output

    return _backward(net, X, y, loss, reduction, gradient=gradient if loss == "bce" else None)


def missing_transpose(net, X, y, loss, reduction):
    """δ_l W_lᵀ instead of δ_l W_l, wherever it fits: where W_l is square.

    Elsewhere NumPy would have raised, and the right product stands here. Does not show where no
    matrix is square, or those that are have a single entry.
    """

    def matrix(W, dW):
        return W.T if W.shape[0] == W.shape[1] else W

    return _backward(net, X, y, loss, reduction, matrix=matrix)


def update_in_place(net, X, y, loss, reduction):
    """W_l is updated before δ_{l-1} is computed from it: δ_l (W_l - lr ∂L/∂W_l), with lr = 0.1.

    The last layer is right, the error grows from layer to layer. Nothing is changed in ``net``.
    """
    return _backward(net, X, y, loss, reduction, matrix=lambda W, dW: W - LR * dW)


def sign_error(net, X, y, loss, reduction):
    """y - ŷ instead of ŷ - y: every gradient points uphill."""
    right = network.gradients(net, X, y, loss, reduction)
    biases = None if right.biases is None else [-b for b in right.biases]
    return Gradients([-W for W in right.weights], biases, -right.inputs)


def listing(net, X, y, loss, reduction):
    """Report B's backward pass as listed (figures 5 and 7), with both of its bugs.

    The cache stores A₂ under the name of A₁, so that ∂L/∂W₂ = δ₂ᵀ A₂; and δ₂ is computed from
    σ(∂L/∂A₂), where σ(Z₂) is needed. Needs three layers, relu, sigmoid and sigmoid, hidden layers
    of one width, and the loss ``bce_half``: else ValueError.
    """
    return _listing(net, X, y, loss, reduction, cache=True, wrong_sigmoid=True)


def listing_cache(net, X, y, loss, reduction):
    """Only the first bug of ``listing``: A₂ is stored as A₁, and W₂ gets δ₂ᵀ A₂."""
    return _listing(net, X, y, loss, reduction, cache=True, wrong_sigmoid=False)


def listing_sigmoid(net, X, y, loss, reduction):
    """Only the second bug of ``listing``: s = σ(∂L/∂A₂) in δ₂ = ∂L/∂A₂ ∘ s (1 - s)."""
    return _listing(net, X, y, loss, reduction, cache=False, wrong_sigmoid=True)


def check_listing(sizes, activations, loss):
    """Refuse, with ValueError, a network that report B's listing cannot be."""
    activations = tuple(activations)
    if activations != ("relu", "sigmoid", "sigmoid"):
        raise ValueError(
            f"activations is {activations}; report B's listing is written for "
            "('relu', 'sigmoid', 'sigmoid')"
        )
    if sizes[1] != sizes[2]:
        raise ValueError(f"sizes is {sizes}; report B's listing needs hidden layers of one width")
    if loss != "bce_half":
        raise ValueError(f"loss is {loss!r}; report B's listing computes that of 'bce_half'")


def _listing(net, X, y, loss, reduction, cache, wrong_sigmoid):
    check_listing(net.sizes, net.activations, loss)
    (Z1, _, _), (_, A1, A2, A3) = forward(net, X)
    divisor = len(y) if reduction == "mean" else 1
    delta3 = bce_half_gradient(A3, y) * sigmoid_derivative(A3)
    below = delta3 @ net.weights[2]
    # The report halves ∂L/∂W and ∂L/∂b, not ∂L/∂A₂: what it takes the sigmoid of is twice ours.
    delta2 = below * sigmoid_derivative(sigmoid(2 * below) if wrong_sigmoid else A2)
    delta1 = (delta2 @ net.weights[1]) * (Z1 > 0)
    weights = [delta1.T @ X, delta2.T @ (A2 if cache else A1), delta3.T @ A2]
    biases = [delta.sum(axis=0) / divisor for delta in (delta1, delta2, delta3)]
    return Gradients(
        weights=[W / divisor for W in weights],
        biases=None if net.biases is None else biases,
        inputs=delta1 @ net.weights[0] / divisor,
    )


LISTINGS = ("listing", "listing_cache", "listing_sigmoid")
WRONG = {
    function.__name__: function
    for function in (
        listing,
        listing_cache,
        listing_sigmoid,
        slope_at_activation,
        relu_mask,
        missing_mean,
        missing_eps,
        missing_transpose,
        update_in_place,
        sign_error,
    )
}
