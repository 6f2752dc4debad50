"""The panel's controls: what each offers, what it shows, and how it changes the settings."""

from dataclasses import dataclass

import numpy as np

from nnlib import validation
from nnlib.activations import BUILT_IN_ACTIVATIONS
from nnlib.data import NAMES
from nnlib.network import BUILT_IN_INITIALIZERS, per_layer
from nnlib.optimizers import SCHEDULES
from nnlib.widgets.panel.settings import KINDS, LAYERS, NOISE, OWN

STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
RATES = (*(float(f"{a}e{e}") for e in range(-4, 1) for a in STEPS), 10.0)
TENS = [int(a * 10**e) for e in range(1, 5) for a in (1, 1.5, 2, 2.5, 3, 4, 5, 7)]
EPOCHS = (1, 2, 5, *TENS, 100_000)
NOISES = (*(round(0.01 * i, 2) for i in range(16)), 0.2, 0.25, 0.3)
BATCHES = (1, 2, 3, 5, 7, 10, 16, 21, 32, 50, 100, "all")


@dataclass(frozen=True)
class Control:
    """One control: its name, label, group, and kind (slider, list, number, flag)."""

    name: str
    label: str
    group: str
    kind: str
    options: tuple = ()


CONTROLS = (
    Control("data", "points", "Data", "list", (*NAMES, OWN)),
    Control("noise", "noise", "Data", "slider", NOISES),
    Control("seed", "seed", "Data", "number"),
    Control("layers", "hidden layers", "Network", "slider", (1, 2, 3, 4)),
    Control("widths", "their units", "Network", "numbers"),
    Control("activation", "activation", "Network", "list", tuple(BUILT_IN_ACTIVATIONS)),
    Control("init", "weights", "Network", "list", tuple(BUILT_IN_INITIALIZERS)),
    Control("bias", "bias", "Network", "flag"),
    Control("optimizer", "optimizer", "Training", "list", tuple(KINDS)),
    Control("lr", "learning rate", "Training", "slider", RATES),
    Control("schedule", "schedule", "Training", "list", tuple(SCHEDULES)),
    Control("batch_size", "batch size", "Training", "slider", BATCHES),
    Control("epochs", "epochs", "Training", "slider", EPOCHS),
)
BY_NAME = {control.name: control for control in CONTROLS}


def values(settings):
    """What each control shows, {name: value}; None where there is nothing to set."""
    recipe = settings.recipe
    hidden = recipe.sizes[1:-1]
    own = settings.set == OWN
    noise = NOISE.get(settings.set) if settings.noise is None else settings.noise
    return {
        "data": settings.set,
        "noise": None if own else noise,
        "seed": settings.seed,
        "layers": len(hidden),
        "widths": list(hidden),
        "activation": per_layer(recipe.activations, len(hidden) + 1)[0],
        "init": recipe.init,
        "bias": recipe.bias,
        "optimizer": type(recipe.optimizer).__name__,
        "lr": recipe.lr,
        "schedule": recipe.schedule,
        "batch_size": recipe.batch_size,
        "epochs": recipe.epochs,
    }


def described(settings):
    """What the page needs to draw the controls: a list of dicts, the value among the options."""
    now = values(settings)
    found = []
    for control in CONTROLS:
        options, value = list(control.options), now[control.name]
        if control.kind == "slider" and value is not None and value not in options:
            options = sorted([*options, value], key=lambda o: np.inf if o == "all" else o)
        texts = [text(option) for option in options]
        found.append(
            {
                "name": control.name, "label": control.label, "group": control.group,
                "kind": control.kind, "options": options, "texts": texts,
            }
        )  # fmt: skip
    return found


def text(value):
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f")
    return value if isinstance(value, str) else f"{value:g}"


def changed(settings, name, value, first):
    """The settings with one control turned; ``first`` are those that the panel began with."""
    if name not in BY_NAME:
        raise TypeError(f"{name!r} is no control; there are {', '.join(BY_NAME)}")
    recipe = settings.recipe
    if name in ("noise", "seed"):
        return settings.replace(**{name: value})
    if name == "data":
        return _with_data(settings, value)
    if name == "layers":
        return settings.replace(recipe=_with_hidden(recipe, _deeper(recipe, value)))
    if name == "widths":
        return settings.replace(recipe=_with_hidden(recipe, value))
    if name == "activation":
        names = per_layer(recipe.activations, len(recipe.sizes) - 1)
        validation.choice("activation", value, tuple(BUILT_IN_ACTIVATIONS))
        names = (value,) * (len(names) - 1) + names[-1:]
        return settings.replace(recipe=recipe.replace(activations=names))
    if name == "optimizer":
        validation.choice("optimizer", value, tuple(KINDS))
        start = first.recipe.optimizer  # with hyperparameters of its own, perhaps
        value = start if type(start).__name__ == value else KINDS[value]()
    return settings.replace(recipe=recipe.replace(**{name: value}))


def _with_data(settings, value):
    """Another set, with its own noise; or the points that are shown, as one's own."""
    if isinstance(value, str) and value == OWN:
        value = _own(settings)
    return settings.replace(recipe=settings.recipe.replace(data=value), noise=None)


def _own(settings):
    """The points that are shown, as one's own: to three decimals, to be short when copied."""
    if settings.set == OWN:
        return settings.recipe.data
    X, y = settings.trained.points(settings.seed)
    return np.round(X, 3), y


def _deeper(recipe, layers):
    """The hidden widths for so many layers: new ones are as wide as the last."""
    layers = validation.integer("layers", layers, minimum=1, maximum=LAYERS)
    hidden = list(recipe.sizes[1:-1])
    return (hidden + [hidden[-1]] * (layers - len(hidden)))[:layers]


def _with_hidden(recipe, hidden):
    hidden = validation.sequence("widths", hidden, "(10, 10)")
    if not 1 <= len(hidden) <= LAYERS:
        raise ValueError(f"widths is {hidden}; it must hold 1 to {LAYERS} hidden layers")
    hidden = [validation.integer(f"widths[{i}]", w, minimum=1) for i, w in enumerate(hidden)]
    names = per_layer(recipe.activations, len(recipe.sizes) - 1)
    names = names[:1] * len(hidden) + names[-1:]
    return recipe.replace(sizes=(recipe.sizes[0], *hidden, 1), activations=names)


def clicked(settings, point, label, near):
    """The settings with one's own points, one more; or without the one that was clicked on."""
    label = validation.integer("label", label, maximum=1)
    X, y = _own(settings)
    distances = np.hypot(*(X - point).T)
    if distances.min() <= near:
        if len(X) == 1:
            raise ValueError("this is the last point; a network needs one to learn from")
        closest = int(distances.argmin())
        points = np.delete(X, closest, axis=0), np.delete(y, closest, axis=0)
    else:
        points = np.vstack([X, np.round(point, 3)]), np.vstack([y, [[float(label)]]])
    return settings.replace(recipe=settings.recipe.replace(data=points), noise=None)
