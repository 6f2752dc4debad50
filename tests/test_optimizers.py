"""Each optimizer against its paper's formula in closed form, numbers by hand, and PyTorch.

Where the library keeps a running state, the tests write the sum that this state must equal.
"""

import dataclasses
import math

import numpy as np
import pytest

from nnlib import SGD, Adagrad, Adam, Momentum, RMSprop
from nnlib.optimizers import OPTIMIZERS, SCHEDULES

GRADIENTS = [0.5, -2.0, 1.5, 0.0, 3.0, -0.25]
RATES = [0.1, 0.1, 0.1, 0.05, 0.05, 0.2]


def run(optimizer, gradients=GRADIENTS, rates=RATES, start=1.0):
    """The values θ_1, θ_2, … of one parameter that begins at ``start``."""
    theta = [np.array([[start]])]
    state, path = optimizer.start(theta), []
    for t, (g, lr) in enumerate(zip(gradients, rates, strict=True), start=1):
        optimizer.update(theta, [np.array([[g]])], state, lr, t)
        path.append(theta[0].item())
    return path


def path_from(step, start=1.0):
    """θ_1, θ_2, … when update number t takes ``step(t)`` away."""
    steps = [step(t) for t in range(1, len(GRADIENTS) + 1)]
    return [start - sum(steps[:t]) for t in range(1, len(steps) + 1)]


def decayed(values, factor):
    """Σ_i factorᵗ⁻ⁱ · values_i: what x ← factor · x + value comes to after the last value."""
    return sum(factor ** (len(values) - i) * value for i, value in enumerate(values, start=1))


def squares(t):
    return [g * g for g in GRADIENTS[:t]]


# The formulae


def test_sgd():
    assert run(SGD()) == pytest.approx(path_from(lambda t: RATES[t - 1] * GRADIENTS[t - 1]))


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.9])
def test_momentum(mu):
    def step(t):  # v_t = Σ μᵗ⁻ⁱ lr_i g_i
        return decayed([lr * g for lr, g in zip(RATES[:t], GRADIENTS[:t], strict=True)], mu)

    assert run(Momentum(mu)) == pytest.approx(path_from(step), rel=1e-14)


def test_adagrad():
    def step(t):  # s_t = Σ g_i²
        return RATES[t - 1] * GRADIENTS[t - 1] / (math.sqrt(sum(squares(t))) + 0.01)

    assert run(Adagrad(eps=0.01)) == pytest.approx(path_from(step), rel=1e-14)


def test_rmsprop():
    def step(t):  # s_t = (1 - ρ) Σ ρᵗ⁻ⁱ g_i²
        mean_square = (1 - 0.8) * decayed(squares(t), 0.8)
        return RATES[t - 1] * GRADIENTS[t - 1] / (math.sqrt(mean_square) + 0.01)

    assert run(RMSprop(decay=0.8, eps=0.01)) == pytest.approx(path_from(step), rel=1e-14)


def test_adam():
    def step(t):  # (1 - β) / (1 - βᵗ) = 1 / (1 + β + … + βᵗ⁻¹): both moments are weighted means
        mhat = decayed(GRADIENTS[:t], 0.7) / sum(0.7**i for i in range(t))
        shat = decayed(squares(t), 0.95) / sum(0.95**i for i in range(t))
        return RATES[t - 1] * mhat / (math.sqrt(shat) + 0.01)

    optimizer = Adam(beta1=0.7, beta2=0.95, eps=0.01)
    assert run(optimizer) == pytest.approx(path_from(step), rel=1e-13)


# By hand, and where ε stands


@pytest.mark.parametrize(
    ("optimizer", "outside", "inside"),
    [
        # first step with g = 2, lr = 0.1, ε = 1/2, so √s and √ŝ are 2 (RMSprop with ρ = 3/4: 1):
        # outside the root 0.2 / (2 + 0.5) = 0.08, inside it would be 0.2 / √4.5 = 0.0943
        (Adagrad(eps=0.5), 0.2 / 2.5, 0.2 / math.sqrt(4.5)),
        (Adam(eps=0.5), 0.2 / 2.5, 0.2 / math.sqrt(4.5)),
        (RMSprop(decay=0.75, eps=0.5), 0.2 / 1.5, 0.2 / math.sqrt(1.5)),
    ],
)
def test_eps_is_outside_the_root(optimizer, outside, inside):
    (theta,) = run(optimizer, gradients=[2.0], rates=[0.1], start=0.0)
    assert -theta == pytest.approx(outside, rel=1e-12)
    assert -theta != pytest.approx(inside, rel=0.05)


def test_adam_s_first_step_is_the_rate_whatever_the_gradient():
    # m̂ = g and √ŝ = |g|, so the step is lr · g / |g|
    for g in (1e-3, -7.0, 1e5):
        (theta,) = run(Adam(eps=0.0), gradients=[g], rates=[0.1], start=0.0)
        assert theta == pytest.approx(-math.copysign(0.1, g), rel=1e-12)


def test_momentum_s_effective_step():
    # with one constant gradient the velocity tends to lr · g / (1 - μ): 0.1 · 2 / 0.1 = 2
    path = run(Momentum(0.9), gradients=[2.0] * 400, rates=[0.1] * 400)
    assert path[-2] - path[-1] == pytest.approx(2, rel=1e-12)


def test_adagrad_s_steps_shrink_like_one_over_root_t():
    path = run(Adagrad(eps=0.0), gradients=[3.0] * 4, rates=[0.1] * 4, start=0.0)
    assert path == pytest.approx(
        [-0.1 * sum(1 / math.sqrt(i) for i in range(1, t + 1)) for t in (1, 2, 3, 4)]
    )


def test_defaults():
    assert Momentum() == Momentum(momentum=0.9)
    assert Adagrad() == Adagrad(eps=1e-8)
    assert RMSprop() == RMSprop(decay=0.9, eps=1e-8)
    assert Adam() == Adam(beta1=0.9, beta2=0.999, eps=1e-8, clock="step")


# PyTorch keeps the rate outside the velocity: v ← μ v + g, θ ← θ - lr · v


def rate_outside(mu, rates):
    velocity, theta, path = 0.0, 1.0, []
    for g, lr in zip(GRADIENTS, rates, strict=True):
        velocity = mu * velocity + g
        theta -= lr * velocity
        path.append(theta)
    return path


def test_momentum_is_pytorch_s_while_the_rate_is_constant():
    constant = [0.1] * len(GRADIENTS)
    assert run(Momentum(0.9), rates=constant) == pytest.approx(rate_outside(0.9, constant))


def test_momentum_parts_from_pytorch_s_when_the_rate_changes():
    halved = [0.1, 0.1, 0.1, 0.05, 0.05, 0.05]
    ours, theirs = run(Momentum(0.9), rates=halved), rate_outside(0.9, halved)
    assert ours[:3] == pytest.approx(theirs[:3])
    for a, b in zip(ours[3:], theirs[3:], strict=True):
        assert abs(a - b) > 1e-3


TORCH = {
    "SGD": (SGD(), {}),
    "SGD with momentum": (Momentum(0.9), {"momentum": 0.9}),
    "Adagrad": (Adagrad(eps=0.01), {"eps": 0.01}),
    "RMSprop": (RMSprop(decay=0.8, eps=0.01), {"alpha": 0.8, "eps": 0.01}),
    "Adam": (Adam(0.7, 0.95, eps=0.01), {"betas": (0.7, 0.95), "eps": 0.01}),
}


def torch_path(name, rates):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    theta = torch.tensor([1.0], dtype=torch.float64, requires_grad=True)
    kind = getattr(torch.optim, name.split()[0])
    optimizer, path = kind([theta], lr=rates[0], **TORCH[name][1]), []
    for g, lr in zip(GRADIENTS, rates, strict=True):
        optimizer.param_groups[0]["lr"] = lr
        theta.grad = torch.tensor([g], dtype=torch.float64)
        optimizer.step()
        path.append(theta.item())
    return path


@pytest.mark.parametrize("name", TORCH)
def test_torch_gives_the_same_at_a_constant_rate(name):
    constant = [0.1] * len(GRADIENTS)
    assert run(TORCH[name][0], rates=constant) == pytest.approx(
        torch_path(name, constant), rel=1e-12
    )


@pytest.mark.parametrize("name", TORCH)
def test_torch_gives_the_same_at_changing_rates_but_for_momentum(name):
    same = run(TORCH[name][0]) == pytest.approx(torch_path(name, RATES), rel=1e-12)
    assert same == (name != "SGD with momentum")


# State and place


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_update_changes_parameters_in_place_and_nothing_else(kind):
    parameters, gradients = [np.ones((2, 3)), np.ones(2)], [np.full((2, 3), 2.0), np.full(2, -1.0)]
    views = [p[:] for p in parameters]
    optimizer = kind()
    state = optimizer.start(parameters)
    optimizer.update(parameters, gradients, state, 0.1, 1)
    assert all(np.shares_memory(p, v) for p, v in zip(parameters, views, strict=True))
    assert (views[0] < 1).all()
    assert (views[1] > 1).all()
    assert [g.ravel()[0] for g in gradients] == [2, -1]


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_entry_goes_its_own_way(kind):
    """Arrays of parameters move as their entries would, one by one."""
    optimizer = kind()
    theta, rng = [np.ones((2, 2)), np.ones(3)], np.random.default_rng(0)
    state = optimizer.start(theta)
    gradients = [[rng.normal(size=(2, 2)), rng.normal(size=3)] for _ in RATES]
    for t, (g, lr) in enumerate(zip(gradients, RATES, strict=True), start=1):
        optimizer.update(theta, g, state, lr, t)
    for array, index in [(0, (0, 1)), (0, (1, 1)), (1, 2)]:
        alone = run(optimizer, [g[array][index] for g in gradients])
        assert theta[array][index] == pytest.approx(alone[-1], rel=1e-14)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_each_start_is_new(kind):
    optimizer = kind()
    assert run(optimizer) == run(optimizer)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_frozen_equal_and_printable(kind):
    optimizer = kind()
    assert optimizer == kind()
    assert hash(optimizer) == hash(kind())
    assert eval(repr(optimizer)) == optimizer
    with pytest.raises(dataclasses.FrozenInstanceError):
        optimizer.eps = 1


@pytest.mark.parametrize(
    ("kind", "arguments", "error", "message"),
    [
        (Momentum, {"momentum": 1.0}, ValueError, "momentum is 1.0; .* at least 0 and below 1"),
        (Momentum, {"momentum": -0.1}, ValueError, "momentum is -0.1; it must be a finite"),
        (Momentum, {"momentum": "0.9"}, TypeError, "momentum is '0.9'; it must be a number"),
        (Adagrad, {"eps": -1e-8}, ValueError, "eps is -1e-08; .* finite number of at least 0"),
        (RMSprop, {"decay": 1}, ValueError, "decay is 1; .* at least 0 and below 1"),
        (RMSprop, {"eps": np.inf}, ValueError, "eps is inf; it must be a finite number"),
        (Adam, {"beta1": 1.5}, ValueError, "beta1 is 1.5; .* at least 0 and below 1"),
        (Adam, {"beta2": np.nan}, ValueError, "beta2 is nan; .* at least 0 and below 1"),
        (Adam, {"eps": None}, TypeError, "eps is None; it must be a number"),
        (Adam, {"clock": "minute"}, ValueError, "clock is 'minute'; it may be 'step', 'epoch'"),
    ],
)
def test_bad_hyperparameters(kind, arguments, error, message):
    with pytest.raises(error, match=message):
        kind(**arguments)


# Schedules


@pytest.mark.parametrize(
    ("epochs", "first_half"),
    [
        # round(epochs / 2): 2500 → 1250; 7 → round(3.5) = 4; 5 → round(2.5) = 2, to the even
        (2500, 1250), (7, 4), (5, 2), (2, 1), (1, 0),
    ],
)  # fmt: skip
def test_halve(epochs, first_half):
    factors = [SCHEDULES["halve"](epoch, epochs) for epoch in range(epochs)]
    assert factors == [1.0] * first_half + [0.5] * (epochs - first_half)


def test_constant():
    assert {SCHEDULES["constant"](epoch, 9) for epoch in range(9)} == {1.0}


def test_sgd_without_hyperparameters_has_a_hash_too():
    assert hash(SGD()) == hash(SGD())
