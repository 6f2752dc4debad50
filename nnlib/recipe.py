"""A Recipe: one experiment, complete but for its seed."""

from dataclasses import dataclass, field, fields, replace

import numpy as np

from nnlib import data as point_sets
from nnlib import validation
from nnlib.network import INITIALIZERS, activation_names, check_loss, gradients
from nnlib.optimizers import OPTIMIZERS, SCHEDULES, SGD
from nnlib.wrong import LISTINGS, WRONG, check_listing

GRADIENTS = {"exact": gradients, **WRONG}
LOGS = ("after", "before", "last_sample")


@dataclass(frozen=True, eq=False)
class Recipe:
    """Everything that defines a training run except the seed: frozen, validated, printable.

    The defaults are report A's XOR experiment. Two recipes are equal, and have one hash, when
    their contents are.

    Parameters
    ----------
    data : a name (xor, linear, circles, moons, spirals), ``(name, n)``, or ``(X, y)``, which is
        copied and made read-only
    sizes, activations, bias, init : the network, see ``Network``
    loss : bce, bce_half, bce_logits, squared or squared_half
    reduction : "sum" over samples, or "mean": over the batch in updates, over all in the history
    gradient : "exact", or the name of a wrong gradient from ``nnlib.wrong``
    optimizer : SGD(), Momentum(), Adagrad(), RMSprop() or Adam()
    lr : learning rate, at least 0
    schedule : "constant", "halve" (once, at ``round(epochs / 2)``), or a function from the
        0-based epoch to a factor on ``lr``
    batch_size : samples an update, or "all"; the last batch of an epoch may be smaller
    shuffle : whether each epoch visits the samples in a new order
    epochs : passes over the data, up to 10**8
    log_every : a row of the history every so many epochs
    log : when row e is measured: "after" epoch e's updates (report A), "before" them (C and E),
        or "last_sample": its loss is that of the epoch's last sample before its update (B)
    stop_below : end after the first epoch whose loss, as ``log`` has it, is below this
    """

    data: object = "xor"
    sizes: tuple = (2, 10, 10, 1)
    activations: str | tuple = "sigmoid"
    bias: bool = False
    init: str = "uniform"
    loss: str = "bce"
    reduction: str = "sum"
    gradient: str = "exact"
    optimizer: object = field(default_factory=SGD)
    lr: float = 0.1
    schedule: object = "halve"
    batch_size: int | str = 1
    shuffle: bool = False
    epochs: int = 2500
    log_every: int = 100
    log: str = "after"
    stop_below: float | None = None

    def __post_init__(self):
        sizes = validation.sizes(self.sizes)
        names = activation_names(self.activations, len(sizes) - 1)
        check_loss(self.loss, self.reduction, names[-1])
        validation.choice("init", self.init, tuple(INITIALIZERS))
        validation.choice("gradient", self.gradient, tuple(GRADIENTS))
        if self.gradient in LISTINGS:
            check_listing(sizes, names, self.loss)
        validation.choice("log", self.log, LOGS)
        if not isinstance(self.optimizer, OPTIMIZERS):
            raise TypeError(
                f"optimizer is {validation.said(self.optimizer)}; it may be an instance of "
                + ", ".join(kind.__name__ for kind in OPTIMIZERS)
            )
        if not callable(self.schedule):
            validation.choice("schedule, if no function,", self.schedule, tuple(SCHEDULES))
        if not (isinstance(self.batch_size, str) and self.batch_size == "all"):
            size = validation.integer("batch_size, if not 'all',", self.batch_size, minimum=1)
            self._set(batch_size=size)
        if self.stop_below is not None:
            self._set(stop_below=validation.real("stop_below", self.stop_below))
        self._set(
            data=_canonical_data(self.data, sizes[0]),
            sizes=sizes,
            activations=names[0] if len(set(names)) == 1 else names,
            bias=validation.flag("bias", self.bias),
            lr=validation.real("lr", self.lr, minimum=0),
            shuffle=validation.flag("shuffle", self.shuffle),
            epochs=validation.integer("epochs", self.epochs, maximum=10**8),
            log_every=validation.integer("log_every", self.log_every, minimum=1),
        )

    def _set(self, **values):
        for name, value in values.items():
            object.__setattr__(self, name, value)  # the dataclass is frozen

    def replace(self, **changes):
        """A recipe with some of its parts changed."""
        known = [f.name for f in fields(self)]
        for name in changes:
            if name not in known:
                raise TypeError(f"{name!r} is no part of a recipe; it has {', '.join(known)}")
        return replace(self, **changes)

    def points(self, seed):
        """The data (X, y) of the run with this seed; generated from ``default_rng((seed, 1))``."""
        seed = validation.integer("seed", seed)
        if isinstance(self.data, str):
            return point_sets.make(self.data, rng=(seed, 1))
        first, second = self.data
        if isinstance(first, str):
            return point_sets.make(first, n=second, rng=(seed, 1))
        return first, second

    def rate(self, epoch):
        """The learning rate in a 0-based epoch: ``lr`` times the schedule's factor."""
        epoch = validation.integer("epoch", epoch)
        if not callable(self.schedule):
            return self.lr * SCHEDULES[self.schedule](epoch, self.epochs)
        factor = self.schedule(epoch)
        return self.lr * validation.real(f"schedule({epoch})", factor, minimum=0)

    def _content(self):
        values = [getattr(self, f.name) for f in fields(self)]
        if isinstance(self.data, tuple) and isinstance(self.data[0], np.ndarray):
            values[0] = tuple((a.shape, a.tobytes()) for a in self.data)
        return tuple(values)

    def __reduce__(self):
        """Copies and pickles are made by the constructor: their data are read-only, too."""
        return Recipe, tuple(getattr(self, f.name) for f in fields(self))

    def __eq__(self, other):
        return self._content() == other._content() if isinstance(other, Recipe) else NotImplemented

    def __hash__(self):
        return hash(self._content())


def _canonical_data(spec, width):
    """The one form of a data specification: a name, (name, n), or read-only copies (X, y)."""
    named = (spec, None) if isinstance(spec, str) else spec
    if not isinstance(named, (tuple, list)) or len(named) != 2:
        raise TypeError(f"data is {validation.said(spec)}; it may be a name, (name, n), or (X, y)")
    first, second = named
    if not isinstance(first, str):
        X = validation.inputs(first, width, "data's X")
        y = validation.labels(second, len(X), "data's y")
        X.flags.writeable = y.flags.writeable = False
        return X, y
    validation.choice("data", first, point_sets.NAMES)
    if width != 2:
        raise ValueError(f"sizes starts with {width}; {first!r} has 2 inputs")
    if second is None:
        return first
    if first == "xor":
        raise ValueError(f"data is {validation.said(spec)}; 'xor' always has 21 points")
    smallest = 1 if first == "linear" else 2
    n = validation.integer("data's n", second, minimum=smallest, maximum=point_sets.MOST)
    return first if n == 100 else (first, n)
