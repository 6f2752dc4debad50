"""The reports' runs in JAX and optax: as they come, or told float64 and our ε."""

import jax
import jax.numpy as jnp
import optax

LOSSES = {
    "A": lambda Z, y: optax.sigmoid_binary_cross_entropy(Z, y).sum(),
    "C": lambda Z, y: optax.sigmoid_binary_cross_entropy(Z, y).mean(),
    "E": lambda Z, y: optax.squared_error(jax.nn.sigmoid(Z), y).sum(),
}


def optimizer(name, lr, told):
    if name == "A":
        return optax.adam(lr, **({"eps": 1e-9} if told else {}))
    if name == "C":
        return optax.sgd(lr, momentum=0.9)
    more = {"initial_accumulator_value": 0.0, "eps": 1e-16} if told else {}  # inside the root
    return optax.adagrad(lr, **more)


def train(name, start, updates, told):
    with jax.enable_x64(told):
        net, opt = start.network, optimizer(name, start.recipe.lr, told)
        parameters = [net.weights, net.biases] if net.biases else [net.weights]
        parameters = jax.tree.map(jnp.asarray, parameters)

        def loss(parameters, A, y):
            weights, biases = [*parameters, [0.0] * len(net.weights)][:2]
            for W, b in zip(weights, biases, strict=True):
                Z = A @ W.T + b
                A = jax.nn.sigmoid(Z)
            return LOSSES[name](Z, y)

        @jax.jit
        def step(parameters, state, A, y):
            grads = jax.grad(loss)(parameters, A, y)
            changes, state = opt.update(grads, state, parameters)
            return optax.apply_updates(parameters, changes), state

        (X, y), state = start.points, opt.init(parameters)
        for t in range(updates):
            i = start.batch(t)
            parameters, state = step(parameters, state, X[i], y[i])
        return jax.device_get(parameters[0])
