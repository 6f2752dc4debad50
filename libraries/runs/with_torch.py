"""The reports' runs in PyTorch: as it comes, or told float64 and our ε."""

import torch

KINDS = {"A": torch.nn.BCELoss(reduction="sum"), "C": torch.nn.BCELoss(),
         "E": torch.nn.MSELoss(reduction="sum")}  # fmt: skip


def optimizer(name, parameters, lr, told):
    if name == "A":
        return torch.optim.Adam(parameters, lr, **({"eps": 1e-9} if told else {}))
    if name == "C":
        return torch.optim.SGD(parameters, lr, momentum=0.9)
    return torch.optim.Adagrad(parameters, lr, **({"eps": 1e-8} if told else {}))


def train(name, start, updates, told):
    tensor = lambda array: torch.tensor(array, dtype=torch.float64 if told else torch.float32)  # noqa: E731
    X, y = map(tensor, start.points)
    weights = [tensor(W).requires_grad_() for W in start.network.weights]
    biases = [tensor(b).requires_grad_() for b in start.network.biases or ()]
    opt = optimizer(name, weights + biases, start.recipe.lr, told)
    for t in range(updates):
        i = start.batch(t)
        A = X[i]
        for W, b in zip(weights, biases or [0.0] * len(weights), strict=True):
            A = torch.sigmoid(A @ W.T + b)
        opt.zero_grad()
        KINDS[name](A, y[i]).backward()
        opt.step()
    return [W.detach().numpy() for W in weights]
