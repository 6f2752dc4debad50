"""Settings for a page and the Runs that Python makes of them; two ways to compare."""

import json
from dataclasses import dataclass, field

import numpy as np

from nnlib import SGD, Adagrad, Adam, Momentum, Recipe, RMSprop, live, train
from nnlib.recipe import LOGS
from nnlib.widgets.panel.settings import Settings

HIDDEN = ("sigmoid", "relu", "tanh", "elu", "leaky_relu", "identity")
LOSSES = ("bce", "bce_half", "bce_logits", "squared", "squared_half")
OPTIMIZERS = (
    SGD(), Momentum(), Momentum(0.5), Adagrad(), RMSprop(), RMSprop(0.99, 1e-4), Adam(),
    Adam(0.5, 0.9, 1e-6), Adam(clock="epoch"),
)  # fmt: skip
INITIALIZERS = ("uniform", "uniform_symmetric", "normal", "he", "glorot")
SETS = ("xor", "linear", "circles", "moons", "spirals")
OWN = "own"


@dataclass
class Case:
    """One training: a panel's settings, or a recipe with the network handed over."""

    settings: object
    network: object = None
    kept: list = field(default_factory=list)

    def sent(self):
        """What the page is given."""
        s = self.settings
        given = live.spec(s.recipe, s.seed, s.noise, s.start, self.network)
        return {"settings": given, "kept": self.kept}

    def run(self):
        """What Python makes of it."""
        s = self.settings
        network = s.network() if self.network is None else self.network
        return train(s.trained, s.seed, "compiled", network, snapshots=self.kept)


@dataclass
class Handed:
    """The part of Settings that a recipe with any inputs has."""

    recipe: object
    seed: int
    noise: object = None
    start: object = None

    @property
    def trained(self):
        return self.recipe

    def fresh(self):
        return None


def random_case(rng, longest=60):
    """Settings that draw everything from a seed, over all that a panel can set."""
    choose = lambda values: values[rng.integers(len(values))]  # noqa: E731
    hidden = tuple(int(n) for n in rng.integers(1, 14, rng.integers(1, 5)))
    act, loss, data = choose(HIDDEN), choose(LOSSES), choose((*SETS, *SETS, OWN))
    named = data != OWN
    if not named:
        n = int(rng.integers(1, 40))
        data = rng.normal(size=(n, 2)).round(3), rng.integers(0, 2, (n, 1)).astype(float)
    elif data != "xor" and rng.integers(2):
        data = data, int(rng.integers(2, 130))
    last = "sigmoid" if "bce" in loss else choose(("sigmoid", act))
    recipe = Recipe(
        data=data, sizes=(2, *hidden, 1), loss=loss, bias=bool(rng.integers(2)),
        activations=(*[act] * len(hidden), last),
        init=choose(INITIALIZERS), reduction=choose(("sum", "mean")), optimizer=choose(OPTIMIZERS),
        lr=float(10 ** rng.uniform(-3, 1)), schedule=choose(("constant", "halve")),
        batch_size=choose((1, 2, 7, "all")), shuffle=bool(rng.integers(2)),
        epochs=int(rng.integers(1, longest)), log_every=int(rng.integers(1, 9)), log=choose(LOGS),
        stop_below=None if rng.integers(2) else float(rng.uniform(0, 5)),
    )  # fmt: skip
    seed = int(rng.integers(0, choose((10, 2**32, 2**50))))
    noise = float(rng.uniform(0, 0.2)) if named and rng.integers(2) else None
    origin = Recipe(sizes=(2, *hidden[:1], 5, 1), init=choose(INITIALIZERS))
    start = (origin, int(rng.integers(2**40))) if rng.integers(4) == 0 else None
    kept = sorted({0, recipe.epochs // 2, recipe.epochs})
    return Case(Settings(recipe, seed, noise, start), kept=kept)


def hexed(*arrays):
    """The arrays' numbers, as the page writes them."""
    return b"".join(np.ascontiguousarray(a, dtype="<f8").tobytes() for a in arrays).hex()


def of_network(net):
    return hexed(*net.weights, *(net.biases or []))


def told(case):
    """What the page must answer."""
    run, s = case.run(), case.settings
    X, y = s.trained.points(s.seed)
    fresh = s.fresh()
    return {
        "history": hexed(run.loss, run.accuracy, run.mean_absolute_error),
        "epochs": run.epochs.tolist(),
        "stopped": run.stopped,
        "diverged": run.diverged,
        "parameters": of_network(run.network),
        "X": hexed(X),
        "y": hexed(y),
        "fresh": fresh and hexed(*fresh),
        "snapshots": {str(e): of_network(net) for e, net in run.snapshots.items()},
    }


def differences(cases, answers):
    """[(case, what differs)], and nothing where every number has the same bits."""
    found = []
    for case, answer in zip(cases, answers, strict=True):
        expected = told(case)
        names = [name for name in expected if expected[name] != answer[name]]
        if names:
            found.append((case, names))
    return found


def written(cases, path):
    path.write_text(json.dumps([case.sent() for case in cases]), encoding="utf-8")
