"""A network of dense layers: parameters, forward pass, and backpropagation in matrix form.

Layer l = 1 … K computes Z_l = A_{l-1} W_lᵀ + b_l and A_l = f_l(Z_l), where A_0 = X and A_K = ŷ.
Samples are rows. Python counts from 0, so W_l is ``weights[l - 1]`` and Z_l is ``trace.Z[l - 1]``,
while A_l is ``trace.A[l]``.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from nnlib import storage, validation
from nnlib.activations import (
    ACTIVATIONS,
    BUILT_IN_ACTIVATIONS,
    Activation,
    activation_of,
    sigmoid,
)
from nnlib.losses import (
    BUILT_IN_LOSSES,
    CROSS_ENTROPIES,
    LOSSES,
    REDUCTIONS,
    Loss,
    loss_of,
)


class Trace(NamedTuple):
    """What a forward pass leaves behind: Z_1 … Z_K, and A_0 = X, A_1 … A_K = ŷ."""

    Z: list
    A: list

    @property
    def output(self):
        """ŷ, of shape (n, 1)."""
        return self.A[-1]


class Gradients(NamedTuple):
    """∂L/∂W_l and ∂L/∂b_l, shaped as the parameters (biases: None without), and ∂L/∂X."""

    weights: list
    biases: list | None
    inputs: np.ndarray


def forward(net, X):
    """Z_l = A_{l-1} W_lᵀ + b_l and A_l = f_l(Z_l), layer by layer."""
    trace = Trace(Z=[], A=[X])
    for layer, (W, activation) in enumerate(zip(net.weights, net.activations, strict=True)):
        Z = trace.A[-1] @ W.T
        if net.biases is not None:
            Z = Z + net.biases[layer]
        trace.Z.append(Z)
        trace.A.append(activation_of(activation).function(Z))
    return trace


def slope(net, trace, l):
    """f_l′(Z_l), of shape (n, d_l), from the array that this derivative takes."""
    activation = activation_of(net.activations[l - 1])
    return activation.derivative(trace.A[l] if activation.takes == "A" else trace.Z[l - 1])


def backward(net, trace, y, loss, reduction):
    """Backpropagation: from δ_K = ∂L/∂Z_K down to ∂L/∂X, one layer a step.

    δ_K = ∂L/∂ŷ ∘ f_K′(Z_K), or directly what a loss that takes Z_K gives; then for l = K … 1
    ∂L/∂W_l = δ_lᵀ A_{l-1},  ∂L/∂b_l = the sum of δ_l over the samples, and
    δ_{l-1} = (δ_l W_l) ∘ f_{l-1}′(Z_{l-1}).
    """
    K, loss = len(net.weights), loss_of(loss)
    if loss.takes == "Z":
        delta = loss.gradient(trace.Z[-1], y)
    else:
        delta = loss.gradient(trace.output, y) * slope(net, trace, K)
    if reduction == "mean":
        delta = delta / len(y)
    weights, biases = [None] * K, None if net.biases is None else [None] * K
    for l in range(K, 0, -1):
        weights[l - 1] = delta.T @ trace.A[l - 1]
        if biases is not None:
            biases[l - 1] = delta.sum(axis=0)
        below = delta @ net.weights[l - 1]  # ∂L/∂A_{l-1}
        if l > 1:
            delta = below * slope(net, trace, l - 1)
    return Gradients(weights, biases, inputs=below)


def loss_value(trace, y, loss, reduction):
    """The loss of a batch, a float: the sum or the mean over its samples."""
    loss = loss_of(loss)
    each = loss.function(trace.Z[-1] if loss.takes == "Z" else trace.output, y)
    return float(each.sum() if reduction == "sum" else each.mean())


def gradients(net, X, y, loss, reduction):
    """Forward and backward in one: the exact gradients, without the checks of the methods."""
    return backward(net, forward(net, X), y, loss, reduction)


# How the entries of W_l, of shape (n_out, n_in), are drawn at the start.
INITIALIZERS = {
    "uniform": lambda rng, n_out, n_in: rng.uniform(0, 1, (n_out, n_in)),  # reports A, E
    "uniform_symmetric": lambda rng, n_out, n_in: rng.uniform(-1, 1, (n_out, n_in)),
    "normal": lambda rng, n_out, n_in: rng.normal(0, 1, (n_out, n_in)),  # report D
    "normal_legacy": lambda rng, n_out, n_in: rng.normal(0, 1, (n_out, n_in)),  # report B
    # variance 2 / n_in (He et al. 2015); report C
    "he": lambda rng, n_out, n_in: rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in)),
    # variance 2 / (n_in + n_out), uniform (Glorot and Bengio 2010)
    "glorot": lambda rng, n_out, n_in: (
        np.sqrt(6 / (n_in + n_out)) * rng.uniform(-1, 1, (n_out, n_in))
    ),
}
BUILT_IN_INITIALIZERS = MappingProxyType(dict(INITIALIZERS))  # whatever becomes of the table


def per_layer(activations, n_layers):
    """A tuple of ``n_layers`` activations, from one for all layers or one for each."""
    if isinstance(activations, (str, Activation)):
        activations = (activations,) * n_layers
    found = validation.sequence("activations", activations, "('relu', 'sigmoid')")
    if len(found) != n_layers:
        raise ValueError(
            f"activations is {validation.said(activations)}; it may be one name or {n_layers}, "
            "one for each layer"
        )
    return found


def check_activations(activations, n_layers):
    """For each layer the name of a built-in activation, or an Activation of your own."""
    return tuple(
        validation.part("activations", value, Activation, ACTIVATIONS, BUILT_IN_ACTIVATIONS)
        for value in per_layer(activations, n_layers)
    )


def check_loss(loss, reduction, output_activation):
    """The name of a built-in loss, or a Loss of your own.

    Refuses an unknown loss or reduction, and a cross-entropy of something not in (0, 1).
    """
    loss = validation.part("loss", loss, Loss, LOSSES, BUILT_IN_LOSSES)
    validation.choice("reduction", reduction, REDUCTIONS)
    if loss in CROSS_ENTROPIES and activation_of(output_activation).function is not sigmoid:
        raise ValueError(
            f"loss is {loss!r}, a cross-entropy: it needs 'sigmoid' as the last activation, "
            f"which is {output_activation!r}"
        )
    return loss


def check_init(init):
    """The name of a built-in way to draw weights, or a function of your own."""
    init = validation.part("init", init, Callable, INITIALIZERS, BUILT_IN_INITIALIZERS)
    return init if isinstance(init, str) else validation.takes("init", init, "(rng, n_out, n_in)")


class Network:
    """A network of dense layers with one output.

    Parameters
    ----------
    sizes : widths (d_0, d_1, …, d_K), inputs first; d_K is 1
    activations : one for all layers, or one for each: sigmoid, relu, tanh, identity, leaky_relu,
        elu, or an Activation of your own
    bias : whether layers add b_l, which starts at zero
    init : how weights are drawn: uniform (0 to 1), uniform_symmetric (-1 to 1), normal (0, 1),
        normal_legacy (the same from ``RandomState(rng)``, as in report B), he (normal, variance
        2/n_in), glorot (uniform, variance 2/(n_in + n_out)), or a function of your own,
        ``f(rng, n_out, n_in)``, which returns W_l
    rng : seed or numpy.random.Generator; W_1 is drawn first

    Attributes
    ----------
    weights : list of arrays, ``weights[l - 1]`` is W_l of shape (d_l, d_{l-1})
    biases : list of arrays (d_l,), or None without bias

    >>> net = Network(sizes=(2, 3, 1), rng=0)
    >>> [W.shape for W in net.weights]
    [(3, 2), (1, 3)]
    >>> trace = net.forward([[0.0, 1.0], [1.0, 1.0]])
    >>> trace.output.shape
    (2, 1)
    """

    def __init__(
        self, sizes=(2, 10, 10, 1), activations="sigmoid", bias=False, init="uniform", rng=0
    ):
        self.sizes = validation.sizes(sizes)
        self.activations = check_activations(activations, len(self.sizes) - 1)
        init = check_init(init)
        source = _random_source(init, rng)
        shapes = list(zip(self.sizes[1:], self.sizes[:-1], strict=True))
        self.weights = [_drawn(init, source, *shape) for shape in shapes]
        self.biases = None
        if validation.flag("bias", bias):
            self.biases = [np.zeros(n_out) for n_out, _ in shapes]

    @classmethod
    def from_parameters(cls, weights, biases=None, activations="sigmoid"):
        """A network with copies of the given arrays: W_l (d_l, d_{l-1}) and b_l (d_l,).

        >>> net = Network.from_parameters([[[1.0, -1.0]]], [[0.5]])
        >>> net.predict_proba([[0.0, 0.5]])
        array([[0.5]])
        """
        net = cls.__new__(cls)
        net.weights = _parameters("weights", weights, ndim=2)
        for i in range(1, len(net.weights)):
            if net.weights[i].shape[1] != len(net.weights[i - 1]):
                raise ValueError(
                    f"weights[{i}] has shape {net.weights[i].shape}; its second number must be "
                    f"{len(net.weights[i - 1])}, the width of the layer before"
                )
        net.sizes = validation.sizes((net.weights[0].shape[1], *(len(W) for W in net.weights)))
        net.activations = check_activations(activations, len(net.weights))
        net.biases = None
        if biases is not None:
            net.biases = _parameters("biases", biases, ndim=1)
            found = tuple(len(b) for b in net.biases)
            if found != net.sizes[1:]:
                raise ValueError(f"biases have lengths {found}; they must be {net.sizes[1:]}")
        return net

    def copy(self):
        """A network of its own with the same parameters."""
        same = [activation_of(activation) for activation in self.activations]
        return Network.from_parameters(self.weights, self.biases, same)

    def forward(self, X):
        """The Trace of a forward pass over X (n, d_0)."""
        return forward(self, validation.inputs(X, self.sizes[0]))

    def backward(self, trace, y, loss="bce", reduction="sum"):
        """The Gradients for the trace that this network's ``forward`` gave, and labels y."""
        trace = _trace(trace, self.sizes)
        loss = check_loss(loss, reduction, self.activations[-1])
        return backward(self, trace, validation.labels(y, len(trace.output)), loss, reduction)

    def loss_and_gradients(self, X, y, loss="bce", reduction="sum"):
        """The loss as a float, and the Gradients, from one forward and one backward pass.

        >>> net = Network.from_parameters([[[1.0, -1.0]]])
        >>> loss, gradients = net.loss_and_gradients([[0.5, 0.5]], [[1]])
        >>> round(loss, 6), gradients.weights[0].round(6)
        (0.693147, array([[-0.25, -0.25]]))
        """
        trace = self.forward(X)
        loss = check_loss(loss, reduction, self.activations[-1])
        y = validation.labels(y, len(trace.output))
        return loss_value(trace, y, loss, reduction), backward(self, trace, y, loss, reduction)

    def predict_proba(self, X):
        """The output ŷ, of shape (n, 1)."""
        return self.forward(X).output

    def predict(self, X):
        """1. where the output is greater than 0.5, else 0. (also at exactly 0.5), shape (n, 1)."""
        return predicted(self.predict_proba(X))

    def accuracy(self, X, y):
        """The share of right predictions, between 0 and 1.

        >>> net = Network.from_parameters([[[-1.0, 1.0]]])  # greater than 0.5 where x < y
        >>> net.accuracy([[0, 1], [1, 0], [0.2, 0.8]], [[1], [0], [0]])
        0.6666666666666666
        """
        predictions = self.predict(X)
        return float(np.mean(predictions == validation.labels(y, len(predictions))))

    def save(self, path):
        """Write the network to ``path``, an .npz file; an older file is replaced whole.

        A link is followed. ValueError if ``path`` is a device or pipe, or if the network holds an
        Activation of your own: a file cannot hold a function.
        """
        for activation in self.activations:
            if isinstance(activation, Activation):
                raise ValueError(
                    f"activations holds {activation!r}, a function, which no file can hold; keep "
                    "weights and biases, and build the network anew by Network.from_parameters"
                )
        storage.save(self, validation.path("path", path))

    @staticmethod
    def load(path):
        """The network that ``save`` wrote, to the last bit.

        ValueError for any other file, and for a damaged one; OSError where none can be opened.
        """
        parameters = storage.load(validation.path("path", path))
        names = parameters.pop("activations")
        try:
            for name in names:  # what somebody added to the table may have been another function
                validation.choice("activations", name, tuple(BUILT_IN_ACTIVATIONS))
            return Network.from_parameters(**parameters, activations=map(activation_of, names))
        except (TypeError, ValueError) as error:
            raise ValueError(f"path is {str(path)!r}: {error}") from None

    def __repr__(self):
        bias = self.biases is not None
        return f"Network(sizes={self.sizes}, activations={self.activations}, bias={bias})"


def predicted(output):
    """1. where output > 0.5, else 0.; exactly 0.5 and NaN are 0., as ``np.round`` has it."""
    return np.where(np.greater(output, 0.5), 1.0, 0.0)


def _drawn(init, rng, n_out, n_in):
    """W_l as ``init`` draws it; what a function of your own returns is copied and checked."""
    if isinstance(init, str):
        return BUILT_IN_INITIALIZERS[init](rng, n_out, n_in)
    name = f"init(rng, {n_out}, {n_in})"
    W = validation.array(name, init(rng, n_out, n_in), f"({n_out}, {n_in})")
    if W.shape != (n_out, n_in) or not np.isfinite(W).all():
        raise ValueError(
            f"{name} is {W!r}; it must be an array of shape ({n_out}, {n_in}) of finite numbers"
        )
    return W


def _random_source(init, rng):
    if init != "normal_legacy":
        return validation.generator(rng)
    seed = validation.integer("rng, with init 'normal_legacy',", rng)
    if seed >= 2**32:
        raise ValueError(f"rng, with init 'normal_legacy', is {seed}; it must be below 2**32")
    return np.random.RandomState(seed)


def _trace(trace, sizes):
    """The Trace as forward gives it: each Z_l and A_l of shape (n, d_l), with one n for all."""
    if not isinstance(trace, Trace):
        raise TypeError(f"trace is a {type(trace).__name__}; it must be what forward returned")
    found = Trace(*(_arrays(f"trace.{name}", getattr(trace, name)) for name in Trace._fields))
    n, widths = len(found.A[0]), (*sizes[1:], *sizes)
    shapes = [array.shape for array in (*found.Z, *found.A)]
    if shapes != [(n, width) for width in widths]:
        raise ValueError(
            f"trace has arrays of the shapes {shapes}; it must be what forward returned, with the "
            f"widths {sizes}"
        )
    return found


def _arrays(name, arrays):
    """Matrices as float64, one or more."""
    arrays = validation.sequence(name, arrays, "a list of arrays")
    if not arrays:
        raise ValueError(f"{name} is empty; it must hold an array for each layer")
    return [validation.numbers(f"{name}[{i}]", a, ndim=2) for i, a in enumerate(arrays)]


def _parameters(name, arrays, ndim):
    """Float64 copies of a sequence of arrays, each of ``ndim`` dimensions."""
    arrays = validation.sequence(name, arrays, "a list of arrays")
    if not arrays:
        raise ValueError(f"{name} is empty; it must hold one array for each layer")
    shape = "(d_l, d_{l-1})" if ndim == 2 else "(d_l,)"
    arrays = [validation.array(f"{name}[{i}]", a, shape) for i, a in enumerate(arrays)]
    for i, array in enumerate(arrays):
        if array.ndim != ndim or array.size == 0:
            raise ValueError(f"{name}[{i}] has shape {array.shape}; it must be {shape}")
    return arrays
