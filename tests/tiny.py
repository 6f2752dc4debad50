"""A training small enough to be worked by hand, for the tests of the training loop."""

import numpy as np

from nnlib import Network, Recipe, train

# The smallest training there is: ŷ = w x, loss ½ (ŷ - y)², two samples, w = 2 at the start.
#
# epoch 0   sample (1, 1): ŷ = 2,     gradient (2 - 1) · 1 = 1        w = 2 - 0.1 · 1 = 1.9
#           sample (2, 0): ŷ = 3.8,   gradient 3.8 · 2 = 7.6          w = 1.9 - 0.76 = 1.14
# epoch 1   sample (1, 1): ŷ = 1.14,  gradient 0.14                   w = 1.14 - 0.014 = 1.126
#           sample (2, 0): ŷ = 2.252, gradient 2.252 · 2 = 4.504      w = 1.126 - 0.4504 = 0.6756
TINY = Recipe(
    data=([[1.0], [2.0]], [[1.0], [0.0]]),
    sizes=(1, 1),
    activations="identity",
    loss="squared_half",
    lr=0.1,
    schedule="constant",
    epochs=2,
    log_every=1,
)
SHORT = Recipe(epochs=4, log_every=1, schedule="constant")


def two():
    return Network.from_parameters([[[2.0]]], activations="identity")


def tiny(**changes):
    return train(TINY.replace(**changes), seed=0, network=two())


def weight(run):
    return run.network.weights[0].item()


def half_squares(w):
    """The loss of w on both samples: ½ (w - 1)² + ½ (2w)²."""
    return 0.5 * (w - 1) ** 2 + 0.5 * (2 * w) ** 2


def parameters(net):
    return [*net.weights, *(net.biases or [])]


def assert_same_network(first, second):
    for a, b in zip(parameters(first), parameters(second), strict=True):
        np.testing.assert_array_equal(a, b)
