"""The training loop: against report A's listing, and against numbers worked by hand."""

import random

import numpy as np
import pytest
from tiny import SHORT, assert_same_network, half_squares, tiny, weight

from nnlib import Adam, Momentum, Network, Recipe, data, train

# Report A, line by line


def report_a(W1, W2, W3, X, y, epochs):
    """Report A's training: column vectors, dense Jacobians, one sample an update, η = 0.1.

    Yields accuracy, loss and weights after each epoch.
    """
    W1, W2, W3, lr, eps = W1.copy(), W2.copy(), W3.copy(), 0.1, 1e-9

    def forward(x):
        a1 = 1 / (1 + np.exp(-W1 @ x))
        a2 = 1 / (1 + np.exp(-W2 @ a1))
        return a1, a2, 1 / (1 + np.exp(-W3 @ a2))

    for epoch in range(epochs):
        if epoch == round(epochs / 2):
            lr /= 2
        for x, label in zip(X, y, strict=True):
            x = x.reshape(2, 1)
            a1, a2, out = forward(x)
            cost_out = (1 - label) / (1 - out + eps) - label / (out + eps)
            cost_z3 = cost_out @ np.diagflat(out * (1 - out))
            cost_z2 = cost_z3 @ W3 @ np.diagflat(a2 * (1 - a2))
            cost_z1 = cost_z2 @ W2 @ np.diagflat(a1 * (1 - a1))
            # ∂z/∂W for a flattened W is I ⊗ aᵀ
            cost_W3 = (cost_z3 @ np.kron(np.eye(len(W3)), a2.T)).reshape(W3.shape)
            cost_W2 = (cost_z2 @ np.kron(np.eye(len(W2)), a1.T)).reshape(W2.shape)
            cost_W1 = (cost_z1 @ np.kron(np.eye(len(W1)), x.T)).reshape(W1.shape)
            W1, W2, W3 = W1 - lr * cost_W1, W2 - lr * cost_W2, W3 - lr * cost_W3
        outputs = np.array([forward(x.reshape(2, 1))[2].item() for x in X]).reshape(-1, 1)
        errors = np.abs(np.round(outputs) - y).mean()
        loss = -y.T @ np.log(outputs + eps) - (1 - y).T @ np.log(1 - outputs + eps)
        yield 1 - errors, loss.item(), (W1, W2, W3)


@pytest.mark.parametrize("epochs", [1, 3, 4])
def test_report_a(epochs):
    rng = np.random.default_rng(11)
    start = [rng.uniform(0, 1, shape) for shape in ((10, 2), (10, 10), (1, 10))]
    accuracy, loss, weights = zip(*report_a(*start, *data.xor(), epochs), strict=True)
    run = train(Recipe(epochs=epochs, log_every=1), seed=11)
    for W, E in zip(run.network.weights, weights[-1], strict=True):
        np.testing.assert_allclose(W, E, rtol=1e-12)
    np.testing.assert_allclose(run.loss[:-1], loss, rtol=1e-12)
    np.testing.assert_allclose(run.accuracy[:-1], accuracy, rtol=1e-12)
    # the closing row is measured after the last update, as the last epoch's own row was
    assert run.loss[-1] == run.loss[-2]


def test_report_a_s_default_run():
    """XOR, seed 0, 2500 epochs: the first loss is near A's 14.81, the end below A's largest."""
    run = train(Recipe(), seed=0)
    assert run.epochs.tolist() == [*range(0, 2500, 100), 2500]
    assert run.loss[0] == pytest.approx(14.85, abs=0.1)
    assert run.accuracy[0] in (10 / 21, 11 / 21)
    assert run.accuracy[-1] == 1.0
    assert 0.08 < run.loss[-1] < 0.45
    assert (run.stopped, run.diverged) == (None, False)
    assert run.log().startswith(
        f"Epochs 0: accuracy: 47.62%, loss: {run.loss[0]:.5f}\nEpochs 100:"
    )
    assert run.log().endswith(f"Training finished\naccuracy: 100.00%, loss: {run.loss[-1]:.5f}")


# The hand-worked example, in the three ways of logging


def test_updates_by_hand():
    assert weight(tiny(epochs=1)) == pytest.approx(1.14, rel=1e-14)
    assert weight(tiny()) == pytest.approx(0.6756, rel=1e-14)


@pytest.mark.parametrize(
    ("log", "losses", "errors"),
    [
        # after: at w = 1.14, 0.6756;  before: at w = 2, 1.14.  Then the end, at w = 0.6756
        ("after", [half_squares(1.14), half_squares(0.6756)], [(0.14 + 2.28) / 2, 0.8378]),
        ("before", [half_squares(2), half_squares(1.14)], [(1 + 4) / 2, (0.14 + 2.28) / 2]),
        # the sample (2, 0) in its own forward pass: ½ 3.8², ½ 2.252²; the rest as after
        ("last_sample", [7.22, 0.5 * 2.252**2], [(0.14 + 2.28) / 2, 0.8378]),
    ],
)
def test_logs_by_hand(log, losses, errors):
    run = tiny(log=log)
    assert run.epochs.tolist() == [0, 1, 2]
    assert run.loss == pytest.approx([*losses, half_squares(0.6756)], rel=1e-13)
    # 0.6756: |0.6756 - 1| = 0.3244 and 1.3512, mean 0.8378
    assert run.mean_absolute_error == pytest.approx([*errors, 0.8378], rel=1e-13)
    assert run.accuracy.tolist() == [0.5, 0.5, 0.5]  # (1, 1) is right, (2, 0) is not


def test_log_text():
    # half_squares(1.14) = 0.0098 + 2.5992 = 2.609; half_squares(0.6756) = 0.9654884
    assert tiny().log() == (
        "Epochs 0: accuracy: 50.00%, loss: 2.60900\n"
        "Epochs 1: accuracy: 50.00%, loss: 0.96549\n"
        "Training finished\n"
        "accuracy: 50.00%, loss: 0.96549"
    )


def test_repr_of_a_run():
    assert repr(tiny()) == "Run(seed=0, engine='numpy', loss=0.96549, stopped=None)"
    run = tiny(log="before", epochs=3)  # three rows and the closing one differ
    assert len({f"{loss:.5f}" for loss in run.loss}) == 4
    assert repr(run) == f"Run(seed=0, engine='numpy', loss={run.loss[-1]:.5f}, stopped=None)"


def test_a_run_is_equal_to_itself_only():
    run, same = tiny(), tiny()
    assert len({run, run, same}) == 2


@pytest.mark.parametrize(
    ("epochs", "log_every", "logged"),
    [(7, 3, [0, 3, 6, 7]), (6, 3, [0, 3, 6]), (1, 100, [0, 1]), (0, 1, [0])],
)
def test_logged_epochs(epochs, log_every, logged):
    run = tiny(epochs=epochs, log_every=log_every)
    assert run.epochs.tolist() == logged
    assert run.epochs.dtype.kind == "i"
    assert run.loss.shape == run.accuracy.shape == run.mean_absolute_error.shape == (len(logged),)


def test_logging_does_not_change_training():
    runs = [tiny(epochs=9, log=log, log_every=k) for log in ("after", "before") for k in (1, 4)]
    assert {weight(run) for run in runs} == {weight(tiny(epochs=9))}


# Batches, sums and means


@pytest.mark.parametrize("size", [2, 3, 1000, "all"])
def test_full_batch_by_hand(size):
    # gradients at w = 2: 1 and 4 · 2 = 8. Sum 9, so w = 1.1; mean 4.5, so w = 1.55
    one = {"batch_size": size, "epochs": 1, "log": "before"}
    summed, averaged = tiny(**one), tiny(**one, reduction="mean")
    assert weight(summed) == pytest.approx(1.1, rel=1e-14)
    assert weight(averaged) == pytest.approx(1.55, rel=1e-14)
    assert summed.loss == pytest.approx([8.5, half_squares(1.1)])
    assert averaged.loss == pytest.approx([8.5 / 2, half_squares(1.55) / 2])


def test_mean_of_single_samples_is_their_sum_but_not_in_the_history():
    summed, averaged = tiny(), tiny(reduction="mean")
    assert weight(summed) == weight(averaged)
    assert averaged.loss * 2 == pytest.approx(summed.loss, rel=1e-14)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_batches_of_five(reduction):
    """21 points in batches of 5, 5, 5, 5 and 1; a mean divides by 5, and by 1 in the last."""
    X, y = data.xor()
    net = Network(rng=3)
    for _ in range(2):
        for i in (0, 5, 10, 15, 20):
            batch_X, batch_y = X[i : i + 5], y[i : i + 5]
            _, gradients = net.loss_and_gradients(batch_X, batch_y, reduction="sum")
            share = len(batch_y) if reduction == "mean" else 1
            for W, g in zip(net.weights, gradients.weights, strict=True):
                W -= 0.1 * g / share
    recipe = SHORT.replace(epochs=2, batch_size=5, reduction=reduction)
    run = train(recipe, seed=3)
    for W, E in zip(run.network.weights, net.weights, strict=True):
        np.testing.assert_allclose(W, E, rtol=1e-13)
    closing = net.loss_and_gradients(X, y)[0] / (21 if reduction == "mean" else 1)
    assert run.loss[-1] == pytest.approx(closing, rel=1e-12)


def test_last_sample_of_a_batch():
    # with the full batch, the sample (2, 0) is seen at w = 2 (ŷ = 4) and w = 1.1 (ŷ = 2.2)
    run = tiny(batch_size="all", log="last_sample")
    assert run.loss[:2] == pytest.approx([8.0, 0.5 * 2.2**2])


# Random numbers


def test_three_streams():
    recipe = SHORT.replace(data=("linear", 12), shuffle=True)
    rng = np.random.default_rng(6)
    net = Network.from_parameters([rng.uniform(0, 1, s) for s in ((10, 2), (10, 10), (1, 10))])
    X = np.random.default_rng((6, 1)).uniform(0, 1, (12, 2))
    y = (X[:, :1] <= X[:, 1:]).astype(float)
    order = np.random.default_rng((6, 2))
    for _ in range(4):
        for i in order.permutation(12):
            _, gradients = net.loss_and_gradients(X[[i]], y[[i]])
            for W, g in zip(net.weights, gradients.weights, strict=True):
                W -= 0.1 * g
    run = train(recipe, seed=6)
    for W, E in zip(run.network.weights, net.weights, strict=True):
        np.testing.assert_allclose(W, E, rtol=1e-13)


def test_start_is_the_network_of_that_seed():
    assert_same_network(train(SHORT.replace(epochs=0), seed=8).network, Network(rng=8))


def test_normal_legacy_start():
    recipe = Recipe(epochs=0, init="normal_legacy", bias=True)
    state = np.random.RandomState(5)
    net = train(recipe, seed=5).network
    for W in net.weights:
        np.testing.assert_array_equal(W, state.randn(*W.shape))
    assert not any(b.any() for b in net.biases)


def test_seed_decides():
    recipe = SHORT.replace(data=("moons", 10), shuffle=True)
    first, same, other = (train(recipe, seed) for seed in (1, np.int64(1), 2))
    assert_same_network(first.network, same.network)
    assert first.loss.tolist() == same.loss.tolist() != other.loss.tolist()


def test_data_and_order_do_not_depend_on_what_else_is_drawn():
    # a wider network, or another batch size, sees the same points
    recipe = Recipe(data=("moons", 10), epochs=0)
    wide = recipe.replace(sizes=(2, 50, 1), batch_size=3, shuffle=True)
    np.testing.assert_array_equal(recipe.points(4)[0], wide.points(4)[0])


def test_global_random_state_is_untouched():
    np.random.seed(1)  # noqa: NPY002 the global state is the point
    random.seed(1)
    numbers = np.random.random(3).tolist(), random.random()  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    random.seed(1)
    train(SHORT.replace(data="moons", shuffle=True, init="normal_legacy"), seed=0)
    assert (np.random.random(3).tolist(), random.random()) == numbers  # noqa: NPY002


# Rates


def test_halve_is_a_function_of_the_epoch():
    halve = SHORT.replace(epochs=5, schedule="halve")  # round(2.5) = 2
    function = halve.replace(schedule=lambda epoch: 1.0 if epoch < 2 else 0.5)
    assert_same_network(train(halve, 0).network, train(function, 0).network)
    other = halve.replace(schedule=lambda epoch: 1.0 if epoch < 3 else 0.5)
    assert train(halve, 0).loss[-1] != train(other, 0).loss[-1]


def test_schedule_by_hand():
    # rates 0.1 and 0.2: w = 1.14, then 1.14 - 0.2 · 0.14 = 1.112, then 1.112 - 0.2 · 4.448
    run = tiny(schedule=lambda epoch: 1 + epoch)
    assert weight(run) == pytest.approx(1.112 - 0.8896, rel=1e-13)


def test_bad_schedule_is_refused_before_training_begins():
    with pytest.raises(ValueError, match=r"schedule\(1\) is -1.0; it must be a finite number"):
        tiny(schedule=lambda epoch: 1.0 - 2 * epoch)


def test_momentum_goes_on_from_epoch_to_epoch():
    # v = 0.1 · 9 = 0.9, w = 1.1; the gradient there is 0.1 + 4.4 = 4.5: v = 0.45 + 0.45 = 0.9
    run = tiny(batch_size="all", optimizer=Momentum(0.5))
    assert weight(run) == pytest.approx(1.1 - 0.9, rel=1e-13)


@pytest.mark.parametrize(("clock", "times"), [("step", (1, 2, 3, 4)), ("epoch", (1, 1, 2, 2))])
def test_adam_s_clock(clock, times):
    """Four updates in two epochs; t is what the bias corrections 1 - βᵗ see."""
    w, m, s = 2.0, 0.0, 0.0
    for t, (x, label) in zip(times, [(1, 1), (2, 0)] * 2, strict=True):
        g = (w * x - label) * x
        m, s = 0.8 * m + 0.2 * g, 0.9 * s + 0.1 * g * g
        w -= 0.1 * (m / (1 - 0.8**t)) / ((s / (1 - 0.9**t)) ** 0.5 + 1e-9)
    run = tiny(optimizer=Adam(beta1=0.8, beta2=0.9, eps=1e-9, clock=clock))
    assert weight(run) == pytest.approx(w, rel=1e-12)
