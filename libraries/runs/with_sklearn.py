"""The reports' runs in scikit-learn, as far as it knows them: it has no Adagrad, and its biases
cannot be left out. As it comes, or told our ε, no L2 term and no Nesterov."""

import warnings

from sklearn.neural_network import MLPClassifier


def network(name, lr, widths, told):
    more = {"alpha": 0.0} if told else {}
    if name == "A":
        more |= {"solver": "adam"} | ({"epsilon": 1e-9} if told else {})
    else:
        more |= {"solver": "sgd"} | ({"nesterovs_momentum": False} if told else {})
    return MLPClassifier(widths, "logistic", learning_rate_init=lr, shuffle=False, **more)


def train(name, start, updates, told):
    if name == "E":
        return None
    X, y = start.points
    warnings.simplefilter("ignore")
    net = network(name, start.recipe.lr, start.recipe.sizes[1:-1], told)
    net.partial_fit(X, y.ravel(), classes=[0, 1])  # makes the arrays, and an optimizer
    del net._optimizer
    for place, W in zip(net.coefs_, start.network.weights, strict=True):
        place[:] = W.T
    for b in net.intercepts_:
        b[:] = 0.0
    for t in range(updates):
        i = start.batch(t)
        net.partial_fit(X[i], y[i].ravel())
    return [W.T for W in net.coefs_]
