"""The settings as Python to copy: a line that makes the panel again."""

from dataclasses import fields

import numpy as np

from nnlib.recipe import Recipe


def line(settings):
    """``TuningPanel(recipe=Recipe(…), seed=…)``, with only what differs from the defaults."""
    parts = [f"recipe={recipe_text(settings.recipe)}", f"seed={settings.seed}"]
    if settings.noise is not None:
        parts.append(f"noise={settings.noise!r}")
    if settings.start is not None:
        origin, seed = settings.start
        parts.append(f"start=({recipe_text(origin)}, {seed})")
    return f"TuningPanel({', '.join(parts)})"


def code(settings):
    """The line with the imports it needs."""
    names = {"Recipe", type(settings.recipe.optimizer).__name__} - {"SGD"}
    imports = f"from nnlib import {', '.join(sorted(names))}"
    return f"{imports}\nfrom nnlib.widgets import TuningPanel\n\n{line(settings)}\n"


def recipe_text(recipe):
    """A recipe as the shortest call that gives it."""
    default = Recipe()
    parts = []
    for field in fields(Recipe):
        value, usual = getattr(recipe, field.name), getattr(default, field.name)
        if field.name == "data" and not isinstance(value, str):
            parts.append(f"data={_points(value)}")
        elif value != usual:
            parts.append(f"{field.name}={_value(value)}")
    return f"Recipe({', '.join(parts)})"


def _points(value):
    """Data that are no plain name: (name, n), or the points and their labels."""
    if isinstance(value[0], str):
        return repr(value)
    return f"({_array(value[0])}, {_array(value[1])})"


def _array(array):
    rows = ", ".join(f"[{', '.join(map(_number, row))}]" for row in array.tolist())
    return f"[{rows}]"


def _number(value):
    """A number that Python reads back to the last bit; an integer without its point."""
    return str(int(value)) if value == np.round(value) and abs(value) < 1e9 else repr(value)


def _value(value):
    """An optimizer with only the hyperparameters that are not its defaults; else ``repr``."""
    if not hasattr(value, "start"):
        return repr(value)
    usual = vars(type(value)())
    parts = [f"{name}={v!r}" for name, v in vars(value).items() if v != usual[name]]
    return f"{type(value).__name__}({', '.join(parts)})"
