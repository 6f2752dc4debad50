"""A Recipe: one experiment, complete but for its seed."""

from dataclasses import dataclass, field, fields
from types import MappingProxyType

import numpy as np

from nnlib import data as point_sets
from nnlib import validation
from nnlib.activations import activation_of
from nnlib.losses import REDUCTIONS, loss_of
from nnlib.network import (
    BUILT_IN_INITIALIZERS,
    Network,
    check_activations,
    check_init,
    check_loss,
    gradients,
)
from nnlib.optimizers import SCHEDULES, SGD
from nnlib.wrong import LISTINGS, WRONG, check_listing

GRADIENTS = MappingProxyType({"exact": gradients, **WRONG})
LOGS = ("after", "before", "last_sample")


@dataclass(frozen=True, eq=False, repr=False)
class Recipe:
    """Everything that defines a training run except the seed: frozen, validated, printable.

    The defaults are report A's XOR experiment. Two recipes are equal, and have one hash, when
    their contents are.

    Parameters
    ----------
    data : a name (xor, linear, circles, moons, spirals), ``(name, n)``, or ``(X, y)``, which is
        copied and made read-only
    sizes, activations, bias, init : the network, see ``Network``
    loss : bce, bce_half, bce_logits, squared, squared_half, or a Loss of your own
    reduction : "sum" over samples, or "mean": over the batch in updates, over all in the history
    gradient : "exact", or the name of a wrong gradient from ``nnlib.wrong``
    optimizer : SGD(), Momentum(), Adagrad(), RMSprop(), Adam(), or your own, see ``optimizers``
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

    >>> recipe = Recipe(lr=1.0)
    >>> recipe.replace(lr=0.1) == Recipe()
    True
    >>> recipe.rate(0), recipe.rate(1250)
    (1.0, 0.5)
    """

    data: object = "xor"
    sizes: tuple = (2, 10, 10, 1)
    activations: object = "sigmoid"
    bias: bool = False
    init: object = "uniform"
    loss: object = "bce"
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
        names = check_activations(self.activations, len(sizes) - 1)
        loss = check_loss(self.loss, self.reduction, names[-1])
        validation.put(
            self,
            sizes=sizes,
            activations=names[0] if _all_alike(names) else names,
            loss=loss,
            init=check_init(self.init),
            data=_canonical_data(self.data, sizes[0]),
        )
        validation.settle(
            self,
            bias=validation.flag,
            reduction=_one_of(REDUCTIONS),
            gradient=_one_of(tuple(GRADIENTS)),
            optimizer=validation.optimizer,
            lr=validation.nonnegative,
            schedule=_schedule,
            batch_size=_batch_size,
            shuffle=validation.flag,
            epochs=_epochs,
            log_every=_positive,
            log=_one_of(LOGS),
            stop_below=_stop_below,
        )
        if self.gradient in LISTINGS:
            check_listing(sizes, names, self.loss)

    def replace(self, **changes):
        """A recipe with some of its parts changed."""
        known = [f.name for f in fields(self)]
        for name in changes:
            if name not in known:
                raise TypeError(f"{name!r} is no part of a recipe; it has {', '.join(known)}")
        return Recipe(**(_with_built_ins(vars(self)) | changes))

    def points(self, seed):
        """The data (X, y) of the run with this seed; generated from ``default_rng((seed, 1))``."""
        seed = validation.integer("seed", seed)
        if isinstance(self.data, str):
            return point_sets.make(self.data, rng=(seed, 1))
        first, second = self.data
        if isinstance(first, str):
            return point_sets.make(first, n=second, rng=(seed, 1))
        return first, second

    def network(self, rng=0):
        """A new network, its parameters drawn from ``rng``: those of a run from its seed."""
        names = ("sizes", "activations", "bias", "init")
        parts = _with_built_ins(vars(self))
        return Network(**{name: parts[name] for name in names}, rng=rng)

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
        return _remade, (vars(self),)

    def __repr__(self):
        parts = {name: repr(value) for name, value in vars(self).items()}
        if isinstance(self.data, tuple) and isinstance(self.data[0], np.ndarray):
            X, y = self.data
            parts["data"] = f"(X of shape {X.shape}, y of shape {y.shape})"
        return f"Recipe({', '.join(f'{name}={text}' for name, text in parts.items())})"

    def __eq__(self, other):
        return self._content() == other._content() if isinstance(other, Recipe) else NotImplemented

    def __hash__(self):
        return hash(self._content())


def _with_built_ins(parts):
    """A recipe's parts, built-in ones as themselves: their names may have been bound anew."""
    layers = parts["activations"]
    one_for_all = not isinstance(layers, tuple)
    return parts | {
        "activations": activation_of(layers) if one_for_all else [*map(activation_of, layers)],
        "loss": loss_of(parts["loss"]),
        "init": BUILT_IN_INITIALIZERS.get(parts["init"], parts["init"]),
    }


def _remade(parts):
    return Recipe(**_with_built_ins(parts))


def _one_of(allowed):
    return lambda name, value: validation.choice(name, value, allowed)


def _schedule(name, value):
    if callable(value):
        return validation.takes(name, validation.function(name, value), "(epoch)")
    return validation.choice(f"{name}, if no function,", value, tuple(SCHEDULES))


def _batch_size(name, value):
    if isinstance(value, str) and value == "all":
        return "all"
    return validation.integer(f"{name}, if not 'all',", value, minimum=1)


def _epochs(name, value):
    return validation.integer(name, value, maximum=10**8)


def _all_alike(activations):
    """Whether one stands for all; kinks count here, though not between recipes."""
    return (
        len({(f, getattr(f, "kinks", None), getattr(f, "name", None)) for f in activations}) == 1
    )


def _positive(name, value):
    return validation.integer(name, value, minimum=1)


def _stop_below(name, value):
    return None if value is None else validation.real(name, value)


def own_parts(recipe, names=("activations", "init", "loss", "schedule")):
    """(name, part) for each of these parts that is no built-in's name."""
    for name in names:
        part = getattr(recipe, name)
        for one in part if isinstance(part, tuple) else (part,):
            if not isinstance(one, str):
                yield name, one


def _canonical_data(spec, width):
    """The one form of a data specification: a name, (name, n), or read-only copies (X, y)."""
    named = (spec, None) if isinstance(spec, str) else spec
    if not isinstance(named, (tuple, list)) or len(named) != 2:
        raise TypeError(f"data is {validation.said(spec)}; it may be a name, (name, n), or (X, y)")
    first, second = named
    if not isinstance(first, str):
        X = _own_inputs(first, width)
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


def _own_inputs(X, width):
    """X as an array of the width with which ``sizes`` starts."""
    shape = validation.array("data's X", X, f"(n, {width})").shape
    if len(shape) == 2 and shape[0] and shape[1] != width:
        raise ValueError(
            f"data's X has shape {shape}; it must be (n, {width}), since sizes starts with "
            f"{width}: sizes=({shape[1]}, 10, 10, 1) would fit"
        )
    return validation.inputs(X, width, "data's X")
