"""One valid call of every public function and method, whose arguments are then made odd.

``CALLS`` maps a name, as ``odd_checker.name`` writes it, to a function that gives (callable, its
arguments by name). What has no call here, and no reason in ``EXCEPTIONS``, fails by its name.
"""

import copy
import functools
import inspect
import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np
import odd_checker
import test_figure_labels as labels
from matplotlib.figure import Figure

from nnlib import (
    SGD,
    Activation,
    Adagrad,
    Adam,
    Disagreement,
    Loss,
    Momentum,
    Network,
    Recipe,
    RMSprop,
    agree,
    check_gradients,
    compiled,
    data,
    figures,
    graph,
    live,
    sources,
    sweep,
    sweeps,
    train,
    training,
    widgets,
)  # fmt: skip

PUBLIC = (
    "nnlib", "nnlib.activations", "nnlib.agreement", "nnlib.compiled", "nnlib.data",
    "nnlib.figures",
    "nnlib.gradcheck", "nnlib.graph", "nnlib.live", "nnlib.losses", "nnlib.network",
    "nnlib.optimizers",
    "nnlib.recipe", "nnlib.sources", "nnlib.sweeps", "nnlib.training",
    "nnlib.widgets", "nnlib.wrong",
)  # fmt: skip
# Modules that others are made of, or that are run as programs: nobody is told to call them.
INTERNAL = (
    "nnlib.ctrl_c", "nnlib.export", "nnlib.extras", "nnlib.runs", "nnlib.storage",
    "nnlib.validation",
)  # fmt: skip

# Names, or name(argument), as patterns, and why the rule does not hold for them.
FORMULA = "a formula on arrays, as its module's docstring says; NumPy's errors are right there"
RECORD = (
    "a record that the library makes: it holds what it is given, and is checked where it is used"
)
CHECK = "itself a check, of what other functions are given"
INNER = "a step of the textbook loop, on what its caller has checked; not for other hands"
EXCEPTIONS = {
    "activations.[!A]*": FORMULA,
    "losses.[!L]*": FORMULA,
    "wrong.[!c]*": "a formula like network.gradients, whose arguments it takes",
    "network.forward": FORMULA,
    "network.slope": FORMULA,
    "network.backward": FORMULA,
    "network.loss_value": FORMULA,
    "network.gradients": FORMULA,
    "network.predicted": FORMULA,
    "graph.activation_jacobian": FORMULA,
    "graph.weight_jacobian": FORMULA,
    "optimizers.zeros_like": FORMULA,
    "optimizers.halve": FORMULA,
    "optimizers.*.start": INNER,
    "optimizers.*.update": INNER,
    "network.per_layer": CHECK,
    "network.check_activations": CHECK,
    "network.check_init": CHECK,
    "recipe.own_parts": "an inner question of the engines and the store about a Recipe",
    "network.check_loss": CHECK,
    "wrong.check_listing": CHECK,
    "compiled.engine.outside": "an inner question of the engines about a Recipe",
    "compiled.engine.Loop": "the loop of train, which checks",
    "training.Loop": "the loop of train, which checks",
    "network.Trace": RECORD,
    "network.Gradients": RECORD,
    "optimizers.AdamState": RECORD,
    "gradcheck.Entry": RECORD,
    "gradcheck.Row": RECORD,
    "gradcheck.Numeric": RECORD,
    "gradcheck.GradientCheck": RECORD,
    "graph.Node": RECORD,
    "graph.Edge": RECORD,
    "graph.Graph": RECORD,
    "runs.Run": RECORD,
    "training.Finished": RECORD,
    "sweeps.result.History": RECORD,
    "sweeps.result.Sweep": RECORD,
    "sources.model.Figure": RECORD,
    "sources.model.Comparison": RECORD,
    "sources.claim.Verdict": RECORD,
    "sources.claim.Claim": RECORD,
    "sources.model.Source": RECORD,
    "sources.claim.Claim.verdict": "hands its argument to the claim's own measures",
    "sources.claim.Claim.explain": "hands its argument to the claim's own measures",
}

X, Y = np.array([[0.1, 0.7], [0.8, 0.3], [0.4, 0.4]]), np.array([[1.0], [0.0], [1.0]])
FOLDER = Path(tempfile.mkdtemp())
Network().save(FOLDER / "there.npz")
SMALL = Recipe(data=("linear", 5), sizes=(2, 2, 1), epochs=2, log_every=1)


@functools.cache
def axes():
    return figures.subplots()[1]


def agreed(**arguments):
    """Numbers that do not agree count as refused: that is what it is for."""
    try:
        agree(**arguments)
    except Disagreement as reason:
        raise ValueError(f"ours and other cannot agree: {reason}") from None


def explorer():
    return widgets.Explorer(Figure(), "{z}".format, **TOLD, z=widgets.Slider((1, 2), 1, "z"))


TOLD = {"number": "9.1", "caption": "A dot.", "alt": "A dot on a line."}


class Stop(Exception):
    """What is wanted is known."""


def drawn(name):
    """The call of a drawing function that test_figure_labels.py makes."""

    def remember(*args, **kwargs):
        raise Stop(args, kwargs)

    function = getattr(figures, name)
    with patch.object(figures, name, remember):
        try:
            labels.DRAWN[name]()
        except Stop as stop:
            args, kwargs = stop.args
    return function, arguments(function, *args, **kwargs)


def arguments(function, *args, **kwargs):
    """All arguments of a call by name, defaults too."""
    given = inspect.signature(function).bind(*args, **kwargs)
    given.apply_defaults()
    named = dict(given.arguments)
    return named | named.pop("kwargs", {}) | named.pop("changes", {}) | named.pop("controls", {})


def of(function, *args, **kwargs):
    """An entry of CALLS: copies of these arguments for each call."""
    return lambda: (function, copy.deepcopy(arguments(function, *args, **kwargs)))


def on_axes(function, *args, **kwargs):
    """The same of a function that draws into Axes, which are no copies."""
    return lambda: (function, arguments(function, axes(), *args, **kwargs))


NET = Network((2, 2, 1), bias=True, init="normal")
SWEEP = sweep(SMALL, 3, engine="numpy", n_jobs=1, keep=("history", "network"))
RUN = train(SMALL, 0, engine="numpy")
FIGURE = sources.Figure(1, "Results", "0.13240", 0.1324, "xor", "loss")
SLIDER = widgets.Slider((1, 2), 1, "z")
Z = np.linspace(-2, 2, 5)
CURVE = {"a": Z**2}

CALLS = {
    "agreement.agree": lambda: (agreed, arguments(agree, Z, Z, "z")),
    "figures.tables.table": of(figures.table, [("a", 1.5)], "9.1", "Rates.", ("a", "b")),
    "activations.Activation": of(Activation, np.sin, np.cos, "Z"),
    "losses.Loss": of(Loss, np.subtract, np.subtract, "Z"),
    "data.linear": of(data.linear),
    "data.circles": of(data.circles),
    "data.moons": of(data.moons),
    "data.spirals": of(data.spirals),
    "data.make": of(data.make, "moons"),
    "network.Network": of(Network),
    "network.Network.from_parameters": of(Network.from_parameters, NET.weights, NET.biases),
    "network.Network.forward": of(NET.forward, X),
    "network.Network.backward": of(NET.backward, NET.forward(X), Y),
    "network.Network.loss_and_gradients": of(NET.loss_and_gradients, X, Y),
    "network.Network.predict_proba": of(NET.predict_proba, X),
    "network.Network.predict": of(NET.predict, X),
    "network.Network.accuracy": of(NET.accuracy, X, Y),
    "network.Network.save": of(NET.save, FOLDER / "saved.npz"),
    "network.Network.load": of(Network.load, FOLDER / "there.npz"),
    "recipe.Recipe": of(Recipe, optimizer=SGD()),
    "recipe.Recipe.replace": lambda: (SMALL.replace, {"lr": 0.2, "epochs": 3}),
    "recipe.Recipe.points": of(SMALL.points, 0),
    "recipe.Recipe.network": of(SMALL.network),
    "recipe.Recipe.rate": of(SMALL.rate, 0),
    "optimizers.Momentum": of(Momentum),
    "optimizers.Adagrad": of(Adagrad),
    "optimizers.RMSprop": of(RMSprop),
    "optimizers.Adam": of(Adam),
    "gradcheck.check_gradients": of(check_gradients, Network((2, 1)), X[:1], Y[:1]),
    "graph.build": of(graph.build, NET, X[0], 1),
    "graph.jacobians": of(graph.jacobians, NET, X[0], 1),
    "graph.products": of(graph.products, graph.build(NET, X[0], 1)),
    "graph.gradients": of(graph.gradients, NET, X, Y),
    "training.train": of(train, SMALL, 0),
    "training.start": of(training.start, SMALL, 0, "numpy"),
    "compiled.engine.unsupported": of(compiled.unsupported, SMALL),
    "compiled.engine.prefers": of(compiled.prefers, SMALL),
    "compiled.engine.check_supported": of(compiled.check_supported, SMALL),
    "compiled.engine.run_many": of(compiled.run_many, SMALL, (0, 1)),
    "live.settings.spec": of(live.spec, SMALL, 0, 0.1, (SMALL, 1), Network((2, 2, 1))),
    "live.settings.unsupported": of(live.unsupported, SMALL),
    "sweeps.running.sweep": of(sweep, SMALL, (0,), n_jobs=1),
    "sweeps.result.quantiles": of(sweeps.quantiles, [np.nan, *Z], (0, 0.5)),
    "sweeps.result.labels": of(sweeps.labels, (SMALL, SMALL.replace(lr=1.0))),
    "sweeps.result.Sweep.quantiles": of(SWEEP.quantiles),
    "sweeps.result.Sweep.to_csv": of(SWEEP.to_csv, FOLDER / "runs.csv"),
    "sweeps.result.History.quantiles": of(SWEEP.histories[0].quantiles),
    "sources.stored.stored_sweep": of(sources.stored_sweep, SMALL, (0,)),
    "sources.model.Figure.sample": of(FIGURE.sample, SWEEP),
    "sources.model.Figure.percentile": of(FIGURE.percentile, SWEEP),
    "sources.model.Figure.own_percentiles": of(FIGURE.own_percentiles, SWEEP),
    "sources.model.Source.claim": of(sources.A.claim, "noise"),
    "sources.model.Source.n_seeds": of(sources.A.n_seeds, "xor"),
    "sources.model.Source.needs": of(sources.A.needs, "xor"),
    "sources.model.Source.sweep": of(sources.A.sweep, "xor"),
    "sources.model.Source.single_run": of(sources.A.single_run, "linear", 0),
    "sources.model.Source.is_fitted": of(sources.A.is_fitted, sources.A.figures[52]),
    "sources.model.Source.needs_variant": of(sources.A.needs_variant, sources.A.figures[52]),
    "sources.model.Source.compare": of(sources.A.compare, sources.A.figures[52]),
    "widgets.backprop.BackpropPlayer": of(
        widgets.BackpropPlayer, Network((2, 2, 1)), X, Y, moment=3, **TOLD
    ),
    "widgets.controls.Slider": of(widgets.Slider, (1, 2), 1, "z"),
    "widgets.controls.Choice": of(widgets.Choice, ("a", "b"), "a", "z"),
    "widgets.explorer.Explorer": lambda: (
        widgets.Explorer,
        {"figure": Figure(), "update": "{z}".format, **TOLD, "z": SLIDER},
    ),
    "widgets.explorer.Explorer.frame": lambda: (explorer().frame, {"z": 2}),
    "widgets.panel.panel.TuningPanel": of(
        widgets.TuningPanel, SMALL, start=(SMALL, 1), noise=0.1, weights={"W1[0, 1]": 2.0}, **TOLD
    ),
    "widgets.panel.panel.TuningPanel.set": lambda: (
        widgets.TuningPanel(SMALL).set,
        {
            "lr": 0.1,
            "data": "linear",
            "noise": 0.0,
            "seed": 0,
            "layers": 1,
            "units": (2,),
            "activation": "tanh",
            "init": "he",
            "bias": False,
            "optimizer": "SGD",
            "schedule": "halve",
            "batch_size": 1,
            "epochs": 2,
        },
    ),
    "figures.style.styled": of(figures.styled, len),
    "figures.style.subplots": of(figures.subplots),
    "figures.style.show": lambda: (figures.show, {"figure": Figure(), **TOLD}),
    "figures.curves.constant_line": on_axes(figures.constant_line, 14.5),
    "figures.curves.band": on_axes(figures.band, Z, np.ones((3, 5)), "runs"),
    "figures.points.scatter": on_axes(figures.scatter, X, Y),
    "figures.points.window": of(figures.window, X),
    "figures.points.field": on_axes(figures.field, NET, steps=5),
    "figures.no_activation.moving_collapse": of(figures.moving_collapse, {"a": NET}, X, Y, "a"),
    "figures.activations.moving_dead_units": of(figures.moving_dead_units, {"a": NET}),
    "figures.jacobians.moving_jacobians": of(
        figures.moving_jacobians, graph.jacobians(NET, X[0], 1)
    ),
    "figures.network_and_loss.moving_losses": of(figures.moving_losses, Z, CURVE, CURVE),
    "figures.hidden_units.moving_pre_activations": of(
        figures.moving_pre_activations, {"U": {2: (Z, Z)}}, {2: (1, 1)}, {0: "zero"}
    ),
    "figures.sigmoid.moving_tangent": of(figures.moving_tangent, Z, Z, Z, (0, 1)),
}
CALLS |= {
    odd_checker.name(getattr(figures, key)): functools.partial(drawn, key) for key in labels.DRAWN
}
# Whose valid call trains in the compiled loop.
COMPILED = (
    "compiled.engine.check_supported", "compiled.engine.run_many",
    "sources.model.Source.single_run", "sources.stored.stored_sweep",
)  # fmt: skip
# Other words that a refusal may use for an argument: what it is a part of, or is made of.
ALSO = {
    "widgets.controls.Slider": {"options": ("value",)},
    "widgets.controls.Choice": {"options": ("value",)},
    "gradcheck.check_gradients": {"X": ("y",)},
    "graph.gradients": {"X": ("y",)},
    "widgets.backprop.BackpropPlayer": {"X": ("y",)},
    "network.Network.loss_and_gradients": {"X": ("y",)},
    "network.Network.accuracy": {"X": ("y",)},
    "recipe.Recipe": {"activations": ("loss",), "loss": ("activations",)},
    "widgets.panel.panel.TuningPanel.set": {"data": ("X",)},
}
