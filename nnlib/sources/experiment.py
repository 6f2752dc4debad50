"""Experiments as recipes: their grids, their words, and the pairs that differ in one thing.

A setting is a part of a Recipe, by its name; ``hidden`` is the hidden layers' widths.
"""

from itertools import product
from string import Formatter

INITS = {
    "uniform": "U(0, 1)",
    "uniform_symmetric": "U(−1, 1)",
    "normal": "N(0, 1)",
    "normal_legacy": "N(0, 1)",
    "glorot": "Glorot's range",
    "he": "He's range",
}
ACTIVATIONS = {
    "sigmoid": "sigmoid",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "identity": "no activation",
}
LOSSES = {
    "bce_logits": "cross-entropy from the last pre-activation",
    "squared": "squared error",
    "squared_half": "squared error",
}


def grid(base, **values):
    """[Recipe]: ``base`` with every combination of the settings' values, the last one fastest."""
    combinations = product(*values.values())
    return [changed(base, **dict(zip(values, each, strict=True))) for each in combinations]


def changed(recipe, hidden=None, **settings):
    """The recipe with other settings; its inputs and its one output stay."""
    if hidden is not None:
        settings["sizes"] = (2, *hidden, 1)
    return recipe.replace(**settings)


def setting(recipe, name):
    """The value of a setting."""
    return recipe.sizes[1:-1] if name == "hidden" else getattr(recipe, name)


# Words


def _points(data):
    if isinstance(data, tuple):
        return f"{data[1]} points of {data[0]}"
    return "XOR" if data == "xor" else data


def _hidden(widths):
    return f"{widths}" if len(widths) < 4 else f"{len(widths)} hidden layers"


def _activations(names):
    if isinstance(names, str):
        words = ACTIVATIONS.get(names, names)
        return words if names == "sigmoid" else f"{words} in all layers"
    inner, output = names[0], names[-1]
    if output == "sigmoid":
        return f"{ACTIVATIONS.get(inner, inner)} in the hidden layers"
    return f"{ACTIVATIONS[output]} at the output"


def _optimizer(rule):
    name = type(rule).__name__
    name = "momentum" if name == "Momentum" else name
    return f"{name}, t counts updates" if getattr(rule, "clock", "") == "step" else name


def count(n):
    """A whole number, from five digits on in groups."""
    return f"{n:,}".replace(",", " ") if n >= 10_000 else f"{n}"


# How a setting is said: its value within other words, and how a label has it.
WORDS = {
    "data": (_points, "{}"),
    "hidden": (_hidden, "{}"),
    "activations": (_activations, "{}"),
    "optimizer": (_optimizer, "{}"),
    "init": (INITS.get, "{}"),
    "bias": ({True: "with biases", False: "without biases"}.get, "{}"),
    "gradient": ({"exact": "right", "listing": "listing's"}.get, "{} gradient"),
    "loss": (lambda name: LOSSES.get(name, "cross-entropy"), "{}"),
    "reduction": ({"sum": "sum", "mean": "mean"}.get, "{} of the gradients"),
    "batch_size": ({1: "one point an update", "all": "all points an update"}.get, "{}"),
    "lr": ("{:g}".format, "rate {}"),
    "epochs": (count, "{} epochs"),
    "stop_below": (lambda loss: "no early end" if loss is None else "early end", "{}"),
}


def said(recipe, name):
    """A setting's value in words."""
    return WORDS[name][0](setting(recipe, name))


def labeled(recipes):
    """{label: Recipe}: each is named by the settings in which not all are alike."""
    if len(recipes) == 0:
        raise ValueError("recipes is empty; an experiment needs at least one")
    differ = [name for name in WORDS if _varies(name, recipes)]
    labels = [", ".join(WORDS[name][1].format(said(r, name)) for name in differ) for r in recipes]
    if len(set(labels)) < len(labels):
        raise ValueError(f"recipes have the labels {labels}; they must differ in {list(WORDS)}")
    return dict(zip(labels, recipes, strict=True))


def _varies(name, recipes):
    """Whether recipes differ in a setting; if on each data set they do not, its name says it."""
    values = {(repr(r.data), repr(setting(r, name))) for r in recipes}
    if name == "data":
        return len(values) > 1
    return len(values) > len({data for data, _ in values})


# Parts and pairs


def parts(words, experiment):
    """{words: part of the experiment}, one for each value of the settings that ``words`` names.

    "on {data}" gives "on XOR" and "on linear", each with its recipes.
    """
    names = [name for _, name, _, _ in Formatter().parse(words) if name]
    found = {}
    for label, recipe in experiment.items():
        key = words.format(**{name: said(recipe, name) for name in names})
        found.setdefault(key, {})[label] = recipe
    return found if names else {words: experiment}


def matches(recipe, wanted):
    """Whether a recipe has the wanted settings: {name: value, or [values], or ... for any}."""
    return all(
        value is ... or setting(recipe, name) in (value if isinstance(value, list) else [value])
        for name, value in wanted.items()
    )


def pairs(experiment, first, second):
    """[(label, label)] of recipes that match, and are alike in all settings named in neither."""
    others = WORDS.keys() - first.keys() - second.keys()
    return [
        (a, b)
        for a, one in experiment.items()
        if matches(one, first)
        for b, other in experiment.items()
        if matches(other, second)
        and all(setting(one, name) == setting(other, name) for name in others)
    ]
