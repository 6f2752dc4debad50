"""How fast the textbook loop is beside other ways to do the same, as ratios of one run.

    python tests/bench/bench.py

Every contender trains report A's default network on the XOR points from the same weights, one
sample at a time, and must arrive at the same weights before it is timed. The contenders take
turns, and the median of each is divided by the textbook loop's. PyTorch takes part where it is
installed.
"""

import os
import statistics
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"  # before NumPy is loaded; such small matrices need no second thread

import numpy as np

from nnlib import Network, Recipe, data, graph, train

EPOCHS, ROUNDS = 20, 5
RECIPE = Recipe(epochs=EPOCHS, schedule="constant", log_every=EPOCHS)


def textbook():
    """The loop of nnlib.training."""
    return train(RECIPE, seed=0, engine="numpy").network.weights


def jacobians():
    """The same updates with explicit Jacobians, as report A computes its gradients."""
    X, y = data.xor()
    net = Network(rng=0)
    for _ in range(EPOCHS):
        for i in range(len(X)):
            gradients = graph.gradients(net, X[i : i + 1], y[i : i + 1])
            for W, g in zip(net.weights, gradients.weights, strict=True):
                W -= RECIPE.lr * g
    return net.weights


def pytorch():
    """PyTorch's eager mode with autograd and torch.optim.SGD."""
    import torch

    torch.set_num_threads(1)
    X, y = map(torch.tensor, data.xor())
    weights = [torch.tensor(W, requires_grad=True) for W in Network(rng=0).weights]
    optimizer = torch.optim.SGD(weights, lr=RECIPE.lr)
    for _ in range(EPOCHS):
        for x, label in zip(X, y, strict=True):
            for W in weights:
                x = torch.sigmoid(W @ x)
            loss = -label * torch.log(x + 1e-9) - (1 - label) * torch.log(1 - x + 1e-9)
            optimizer.zero_grad()
            loss.sum().backward()
            optimizer.step()
    return [W.detach().numpy() for W in weights]


def contenders():
    """The contenders that can run here and arrive at the textbook loop's weights."""
    expected = textbook()
    for contender in (textbook, jacobians, pytorch):
        try:
            found = contender()
        except ImportError as error:
            print(f"{contender.__name__}: left out, {error}")
            continue
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, err_msg=contender.__name__)
        yield contender


def seconds(function):
    start = time.process_time()
    function()
    return time.process_time() - start


def main():
    taking_part = list(contenders())
    times = {contender: [] for contender in taking_part}
    for _ in range(ROUNDS):
        for contender in taking_part:
            times[contender].append(seconds(contender))
    medians = {contender: statistics.median(values) for contender, values in times.items()}
    updates = EPOCHS * len(data.xor()[0])
    print(f"{'':12}{'µs an update':>14}{'ratio':>8}")
    for contender, median in medians.items():
        micro = 1e6 * median / updates
        print(f"{contender.__name__:12}{micro:14.1f}{median / medians[textbook]:8.2f}")


if __name__ == "__main__":
    main()
