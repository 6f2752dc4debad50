"""The words in every figure: none on another, none cut off, none smaller than 7 points.

Each drawing function gets what a chapter gives it, with fewer and made-up numbers.
"""

import inspect
from functools import partial
from itertools import combinations
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from colors import contrast
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from nnlib import Network, data, figures, graph
from nnlib.activations import sigmoid, sigmoid_derivative
from nnlib.figures.palette import ORANGE, ORANGE_TEXT, WHITE, dark
from nnlib.figures.style import styled
from nnlib.sources import Comparison
from nnlib.sweeps import History

X, Y = data.xor()
NET = Network((2, 3, 3, 1), init="normal", rng=2)
BIG = Network((2, 10, 10, 1), bias=True, init="glorot", rng=0)
SAMPLE = X[5], Y[5]
Z = np.linspace(-6, 6, 49)
SOFT = np.log1p(np.exp(-Z))
SQUARED = (1 - sigmoid(Z)) ** 2
LENGTHS = np.arange(1, 9)
STEPS = np.logspace(-15, 0, 31)
ANGLES = np.linspace(20, 110, 36) * np.ones((5, 1))
NAMES = ("right", "slope at A", "mask A ≥ 0", "transposed", "in place", "sign")


def parabola(w):
    return 4 * (np.asarray(w) - 1.5) ** 2


def slope(w):
    return 8 * (w - 1.5)


def path(rate):
    return 1.5 - 1.5 * (1 - 8 * rate) ** np.arange(7)


def run(epochs, start, end):
    """A loss on a plateau, then falling; of a run only what the figures read."""
    rows = np.linspace(0, epochs, 26)
    loss = start * (end / start) ** np.clip(2 * rows / epochs - 1, 0, 1)
    recipe = SimpleNamespace(epochs=epochs)
    return SimpleNamespace(epochs=rows, loss=loss, accuracy=rows / epochs, recipe=recipe)


def forms(low, high):
    return np.linspace(low, high, 56), {
        "one division": np.logspace(-18, 0, 56),
        "report A's two branches": np.logspace(0, -18, 56),
        "nnlib's one line": np.full(56, 1e-16),
    }


def seeds(low, high):
    return np.geomspace(low, high, 12)


BENCH = {
    "ratios to": "plain C",
    "contenders": {
        name: {"ratio": ratio, "ours": name.startswith("our")}
        for name, ratio in (("our sweep, 200 runs, 2 threads", 0.3), ("PyTorch eager", 902.0))
    },
}
SEEDS = SimpleNamespace(
    epochs=np.arange(0, 2501, 100),
    loss=np.stack([run(2500, 14.5, end).loss for end in (0.1, 0.3, 2.0)]),
    finished=np.full(3, True),
)
SWEEP = History(SEEDS.epochs, SEEDS.loss, SEEDS.loss / 20, SEEDS.loss, SEEDS.finished)
HIDDEN = np.column_stack([X @ (1, -1), X @ (0.2, 0.1)])
COMPARED = Comparison("plausible", 99.5, 0.1, 0.2, 0.3, 0.5, 0.0, 100, 40.0)
LIBRARIES = ("PyTorch", "optax", "Keras", "scikit-learn", "MLX", "tinygrad")
RUNS = (("A", 11), ("B", 17), ("C", 2), ("D", 10), ("E", 19))

DRAWN = {
    "accuracies_by_rate": lambda: figures.accuracies_by_rate(
        *[
            {
                title: {f"report {name}": {0.001: a, 0.01: a, 0.1: a} for name in "ABDE"}
                for title in ("XOR", "linear")
            }
            for a in (np.linspace(0.5, 1, 9), 0.6)
        ],
        guess={"XOR": 11 / 21, "linear": 0.5},
    ),
    "accuracies_by_width": lambda: figures.accuracies_by_width(
        {
            title: {
                f"report {name}, {pair}": (np.linspace(0.4, 1, 9), 0.5 if name == "B" else None)
                for name, pair in (("B", (100, 100)), ("D", (64, 128)), ("E", (2, 2)))
            }
            for title in ("XOR", "linear")
        }
    ),
    "angles": lambda: figures.angles(
        {name: {f"$W_{l}$": ANGLES / l for l in (1, 2, 3)} for name in NAMES[1:5]},
        (0, 5, 15, 50, 120),
        "angle between wrong and right gradient of",
    ),
    "answers": lambda: figures.answers(
        {
            f"{name}\n$g=10^{{-4}}$, rate 0.01": dict(
                zip(("ours", *LIBRARIES), np.geomspace(1e-6, 1e-2, 7), strict=True)
            )
            for name in ("Adagrad", "Adam, told ε")
        },
        "length of the first step",
    ),
    "averages": lambda: figures.averages(
        STEPS[STEPS > 1e-3],
        dict.fromkeys(("$m_t$", "$\\hat{m}_t$", "$s_t$", "$\\hat{s}_t$"), STEPS[STEPS > 1e-3]),
        [1, 10, 2500],
        {f"{n} updates an epoch": [2.0, 0.3, 1.0] for n in (21, 100)},
    ),
    "bands": lambda: figures.bands(
        dict.fromkeys(("uniform from 0 to 1", "normal", "Glorot"), SWEEP),
        14.532,
        printed=("report A's log", [0, 1000], [14.8, 12.9]),
    ),
    "band_and_log": lambda: figures.band_and_log(
        SEEDS, SEEDS.epochs, SEEDS.loss[0], "report A, printed", constant=14.532
    ),
    "chains": lambda: figures.chains(
        LENGTHS,
        {"W = 1": 0.23**LENGTHS, "W = 3": 0.2**LENGTHS, "W = 4, b = −2": 1.0**LENGTHS},
        {"W = 1": 0.25**LENGTHS, "W = 3": 0.75**LENGTHS, "W = 4, b = −2": 1.0**LENGTHS},
    ),
    "collapse": lambda: figures.collapse(
        {"no activation,\nuntrained": NET, "sigmoids,\ntrained": BIG}, X, Y
    ),
    "chance": lambda: figures.chance(
        {name: (np.arange(9) ** 2, np.full(20, 0.05), 70) for name in ("411 figures", "51 runs")}
    ),
    "computational_graph": lambda: figures.computational_graph(NET, *SAMPLE, weight=(1, 1, 0)),
    "constant_predictors": lambda: figures.constant_predictors(
        Z / 12 + 0.5,
        {"cross-entropies": 14.5 + Z**2, "squares": 5.2 + Z**2, "absolute errors": 10.5 + Z / 12},
        {"cross-entropies": 0.5, "squares": 0.5, "absolute errors": 0},
    ),
    "dead_units": lambda: figures.dead_units(
        {
            name: Network(activations=("relu", "relu", "sigmoid"), init=init, rng=0)
            for name, init in (("U(0, 1), after 2500 epochs", "uniform"), ("He, start", "he"))
        },
        X,
        Y,
    ),
    "decisions": lambda: figures.decisions(
        [NET] * 5, X, Y, [f"{e} epochs" for e in (0, 1200, 1500, 1650, 2500)]
    ),
    "descent_paths": lambda: figures.descent_paths(
        parabola,
        [path(rate) for rate in (0.02, 0.1, 0.26)],
        ["η = 0.02: crawls", "η = 0.1: arrives", "η = 0.26: runs away"],
        low=-1.2,
        high=4.2,
    ),
    "distributions": lambda: figures.distributions(
        {"lr = 0.1": seeds(0.1, 14), "lr = 1, no activation": np.full(12, np.inf)},
        "final loss",
        printed={"lr = 0.1": 0.1324},
    ),
    "divergence": lambda: figures.divergence(
        STEPS[10:],
        {
            name: STEPS[10:] > 1 / d
            for name, d in (("(5, 10)", 50), ("(64, 128)", 8192), ("(512, 32)", 16384))
        },
        {"(5, 10)": 50, "(64, 128)": 8192, "(512, 32)": 16384},
        "rate × d₁ d₂",
    ),
    "epochs_and_updates": lambda: figures.epochs_and_updates(
        {
            "XOR, 21 points": seeds(1000, 2000),
            "XOR, 105 points": seeds(200, 400),
            "linear, 21 points": seeds(100, 300),
            "linear, 100 points": np.append(seeds(40, 900), np.inf),
        },
        [21, 105, 21, 100],
        2500,
    ),
    "falls": lambda: figures.falls(
        dict.fromkeys(
            ("XOR", "linear"),
            (dict.fromkeys(("hidden sigmoids", "no hidden activation"), SWEEP), 14.532),
        )
    ),
    "firsts_and_ends": lambda: figures.firsts_and_ends(
        {name: [5, 20, 20, 90, np.inf] for name in NAMES[:4]},
        {name: [0, 0, 60, np.inf, np.inf] for name in NAMES[:4]},
        {name: [7, 9, 21, 21, 14] for name in NAMES[:4]},
        last=160,
    ),
    "functions": lambda: figures.functions(Z, {"σ(z)": sigmoid(Z), "σ(−z)": sigmoid(-Z)}),
    "functions_and_slopes": lambda: figures.functions_and_slopes(
        Z,
        {name: Z * k for k, name in enumerate(("ReLU", "leaky ReLU", "ELU", "tanh", "sigmoid"))},
        {name: Z / k for k, name in enumerate(("ReLU", "leaky ReLU", "ELU", "tanh"), start=1)},
    ),
    "gradients_by_depth": lambda: figures.gradients_by_depth(
        LENGTHS,
        {name: np.outer(0.3**LENGTHS, seeds(0.2, 3)) for name in (*NAMES[:4], "sigmoid, N(0, 1)")},
    ),
    "graph_schematic": lambda: figures.graph_schematic(BIG, *SAMPLE),
    "hidden_space": lambda: figures.hidden_space(
        dict.fromkeys((0, 1400, 1600, 2500), NET),
        {e: HIDDEN * scale for e, scale in ((0, 0.05), (1400, 0.2), (1600, 0.3), (2500, 1))},
        X,
        Y,
    ),
    "jacobian_heatmaps": lambda: figures.jacobian_heatmaps(
        graph.jacobians(BIG, *SAMPLE), weight=(1, 1, 0)
    ),
    "layers": lambda: figures.layers((2, 3, 3, 1)),
    "learning_curves": lambda: figures.learning_curves(
        [run(2500, 14.5, 0.3), run(2500, 14.8, 0.1)], ["seed 0", "report A, printed"], 14.532
    ),
    "loss_and_slope": lambda: figures.loss_and_slope(
        Z,
        {"cross-entropy": SOFT, "squared error": SQUARED},
        {"cross-entropy": sigmoid(-Z), "squared error": sigmoid_derivative(sigmoid(Z))},
        marks=(-4, -2),
    ),
    "memory_layouts": lambda: figures.memory_layouts(count=5, chosen=2),
    "moving_gradients": lambda: figures.moving_gradients([(3, 2), (3, 3), (1, 3)])[0],
    "moving_layers": lambda: figures.moving_layers(8)[0],
    "moving_path": lambda: figures.moving_path(
        np.linspace(-1, 1, 9),
        np.linspace(-1, 1, 7),
        np.linspace(1, 9, 63).reshape(7, 9),
        {f"rate {r}": (np.zeros((4, 2)), np.array([5.0, 4, 3, 2])) for r in (0.002, 0.02, 0.05)},
    )[0],
    "moving_stacks": lambda: figures.moving_stacks(
        ("gradients agree", "gradients alternate"), 12, (-0.5, 1.05)
    )[0],
    "moving_valley": lambda: figures.moving_valley(
        *np.meshgrid(Z / 5, Z / 10),
        Z**2 + Z[:, None] ** 2,
        {"SGD at its best": STEPS, "momentum at its best": STEPS**2},
    )[0],
    "pace": lambda: figures.pace(
        {"rate 0.1": SWEEP, "rate 0.01": SWEEP}, {"rate 0.1": 0.1, "rate 0.01": 0.01}, 14.532
    ),
    "parting": lambda: figures.parting(
        2.0 ** (np.arange(81) - 53).clip(max=0),
        {
            "SGD, two engines": (STEPS, np.full(31, 1e-14)),
            "Momentum, two engines": (STEPS, STEPS),
            "Momentum, one engine, nudged": (STEPS, STEPS * 3),
        },
    ),
    "pre_activations": lambda: figures.pre_activations(
        {name: {d: (Z * d, Z + d) for d in (5, 10, 100)} for name in ("U(0, 1)", "U(−1, 1)")},
        {d: (d / 2, d / 2) for d in (5, 10, 100)},
        {60: "slope 0.001", 370: "exactly 1"},
    ),
    "relative_errors": lambda: figures.relative_errors([forms(-45, 10), forms(-755, -700)], 9e-16),
    "report_b": lambda: figures.report_b(
        {"both bugs": run(260, 0.5, 9e-4), "right": run(255, 0.2, 9e-4)},
        dict.fromkeys(range(244, 261), 0.001),
        constant=0.371,
        bound=0.001,
    ),
    "shares": lambda: figures.shares({n: seeds(0.1, 1) > 0.5 for n in NAMES}),
    "shares_by_depth": lambda: figures.shares_by_depth(
        (1, 2, 3, 4, 6, 8),
        {name: np.tile(seeds(1, 9) < 5, (6, 1)) for name in (*NAMES[:5], "sigmoid, rate 0.3")},
    ),
    "sinks_and_rises": lambda: figures.sinks_and_rises(
        SWEEP, run(500, 0.2, 0.003), SWEEP, SWEEP, (0.371, 7.27)
    ),
    "shares_by_width": lambda: figures.shares_by_width(
        {
            f"XOR, U(0, {i})\nstable form": {
                f"layer {l} wide": {d: d / 20 < Z for d in (3, 10, 30, 100)} for l in (1, 2)
            }
            for i in range(4)
        }
    ),
    "slope_against_loss": lambda: figures.slope_against_loss(
        {"cross-entropy": SOFT, "squared error": SQUARED},
        {"cross-entropy": sigmoid(-Z), "squared error": sigmoid_derivative(sigmoid(Z))},
    ),
    "speed": lambda: figures.speed(BENCH),
    "step_errors": lambda: figures.step_errors(
        STEPS, STEPS**2 / 50 + 1e-17 / STEPS, STEPS**2 / 48, 2.0**-54 / STEPS
    ),
    "steps_downhill": lambda: figures.steps_downhill(
        parabola, slope, weights=(0.0, 2.5), rate=0.1, low=-1, high=4
    ),
    "strips": lambda: figures.strips(
        {n: seeds(0.2, 0.9) * (7e4 if n == "sign" else 1) for n in NAMES},
        dict.fromkeys(NAMES, "12 of 12"),
        {np.log(2): "ln 2", 14.53: "constant"},
    ),
    "strips_of_figures": lambda: figures.strips_of_figures(
        {r: {e: [COMPARED, COMPARED._replace(verdict="exact")] for e in range(n)} for r, n in RUNS}
    ),
    "tangents": lambda: figures.tangents(
        Z, sigmoid(Z), sigmoid_derivative(sigmoid(Z)), (-4, -1.5, 0, 2.5)
    ),
    "truth_and_prediction": lambda: figures.truth_and_prediction(
        {"XOR": NET, "linear": BIG}, [(X, Y)] * 2, [(X, 1 - Y)] * 2
    ),
    "ulp_errors": lambda: figures.ulp_errors(
        Z, {"without the split": 30 * Z**2 + 0.1, "ours": np.full(49, 0.4)}
    ),
    "valley_paths": lambda: figures.valley_paths(
        *np.meshgrid(Z / 5, Z / 10),
        Z**2 + Z[:, None] ** 2,
        {f"{name}, 0.02": [[-1, 0.5], [0, 0]] for name in ("SGD", "Momentum", "Adam")},
        {f"{name}, 0.02": [4.0, 1e-9] for name in ("SGD", "Momentum", "Adam")},
    ),
    "verdict": lambda: figures.verdict(
        np.append(np.geomspace(0.1, 14, 99), np.inf), 0.1324, 38.4567, "accuracy in %"
    ),
    "wrong_orders": lambda: figures.wrong_orders(
        (1, 2, 3, 5, 10, 20, 50),
        {f"A, linear: final loss, SGD or {n}": LENGTHS[:7] / 16 for n in NAMES[:5]},
    ),
}
# These draw into Axes that they are given, or show and set up what others draw.
PARTS = {
    "band",
    "constant_line",
    "field",
    "scatter",
    "show",
    "styled",
    "subplots",
    "table",
    "window",
}
# These move what others draw, with the same words.
MOVING = {f"moving_{name}" for name in ("collapse", "dead_units", "jacobians", "losses",
          "pre_activations", "tangent", "verdict")}  # fmt: skip


@styled
def words(figure):
    """(text, box in pixels, size) of all that is written when the figure is drawn as SVG.

    Asked while drawing: matplotlib also keeps labels of ticks that it does not draw.
    """
    written, draw = [], Text.draw

    def remember(text, renderer, *args, **kwargs):
        if text.get_visible() and text.get_text().strip():
            box = Text.get_window_extent(text, renderer)  # of an annotation, without its arrow
            written.append((text.get_text(), box, text.get_fontsize()))
        return draw(text, renderer, *args, **kwargs)

    figure.set_dpi(72)
    with patch.object(Text, "draw", remember):
        FigureCanvasAgg(figure).draw()
    return written


def overlapping(written):
    pairs = combinations(written, 2)
    return [(a, b) for (a, p, _), (b, q, _) in pairs if p.padded(-0.5).overlaps(q.padded(-0.5))]


def cut_off(written, figure):
    page = figure.bbox.padded(0.01)
    corners = [(text, box.corners()) for text, box, _ in written]
    return [text for text, four in corners if not all(page.contains(*xy) for xy in four)]


def pale(figure):
    """The words with too little contrast to the ground, by day or by night."""
    return [
        text.get_text()
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip()
        and min(contrast(color, ground) for color, ground in (
            (text.get_color(), WHITE), (dark(text.get_color()), dark(WHITE)))) < 4.5
    ]  # fmt: skip


def small(written):
    return [text for text, _, size in written if size < 7]


def narrowed(name):
    """A drawing for narrow screens, of what DRAWN draws."""
    function = getattr(figures, name)
    with patch.object(figures, name, partial(function, width=figures.NARROW)):
        return DRAWN[name]()


# A graph of three columns of units needs more.
NARROWED = [
    name
    for name in DRAWN
    if "width" in inspect.signature(getattr(figures, name)).parameters
    and name != "computational_graph"
]


@pytest.mark.parametrize(
    ("draw", "name"),
    [(lambda name: DRAWN[name](), name) for name in DRAWN] + [(narrowed, n) for n in NARROWED],
    ids=[*DRAWN, *(f"{name}, narrow" for name in NARROWED)],
)
def test_all_words_can_be_read(draw, name):
    figure = draw(name)
    # The first drawing is the SVG, the second the PNG: panels of a fixed shape move in between.
    for written in (words(figure), words(figure)):
        assert len(written) > 5
        assert overlapping(written) == []
        assert cut_off(written, figure) == []
        assert small(written) == []
    assert pale(figure) == []


def test_no_drawing_function_is_forgotten():
    public = {n for n in figures.__all__ if inspect.isfunction(getattr(figures, n))}
    missing = public - PARTS - MOVING - set(DRAWN)
    assert not missing, f"DRAWN needs a call of {', '.join(sorted(missing))}"
    assert set(DRAWN) <= public - PARTS - MOVING


@pytest.mark.parametrize("networks", [1, 2, 3, 4, 5])
def test_decisions_keep_their_titles_on_the_page(networks):
    figure = figures.decisions([NET] * networks, X, Y, ["2500 epochs"] * networks)
    assert cut_off(words(figure), figure) == []


def test_the_label_of_a_slope_stands_inside_of_the_axes():
    figure = DRAWN["steps_downhill"]()
    boxes = [box for text, box, _ in words(figure) if text.startswith("slope")]
    assert len(boxes) == 2
    assert all(figure.axes[0].bbox.contains(*corner) for box in boxes for corner in box.corners())


# The checks themselves find what they are for.


def test_a_word_on_another_is_found():
    figure, ax = figures.subplots()
    ax.text(0.5, 0.5, "one")
    ax.text(0.52, 0.5, "two")
    ax.text(0.8, 0.5, "three")
    assert overlapping(words(figure)) == [("one", "two")]


def test_a_word_on_a_number_of_an_axis_is_found():
    figure, ax = figures.subplots()
    ax.text(0, -0.05, "low", transform=ax.transAxes, va="top")
    assert ("0.0", "low") in [tuple(sorted(pair)) for pair in overlapping(words(figure))]


@pytest.mark.parametrize(("x", "y"), [(-0.01, 0.5), (0.99, 0.5), (0.5, -0.01), (0.5, 0.99)])
def test_a_word_across_the_edge_is_found(x, y):
    figure, ax = figures.subplots()
    figure.text(x, y, "edge").set_in_layout(False)
    assert cut_off(words(figure), figure) == ["edge"]


def test_titles_above_the_page_are_found():
    # As figure 0.4 once was: square panels as wide as the page, in a figure too low for them.
    figure = figures.decisions([NET] * 5, X, Y, list("abcde"))
    figure.set_figheight(1.6)
    assert set("abcde") <= set(cut_off(words(figure), figure))


def test_a_small_word_is_found():
    figure, ax = figures.subplots()
    ax.text(0.5, 0.5, "tiny", fontsize=6.9)
    ax.text(0.5, 0.8, "fine", fontsize=7)
    assert small(words(figure)) == ["tiny"]


def test_a_pale_word_is_found():
    figure, ax = figures.subplots()
    ax.text(0.5, 0.5, "pale", color=ORANGE)
    ax.text(0.5, 0.8, "fine", color=ORANGE_TEXT)
    assert pale(figure) == ["pale"]


def test_what_is_not_drawn_is_not_judged():
    figure, ax = figures.subplots()
    for text in ("hidden", "hidden too"):
        ax.text(0.5, 0.5, text, visible=False, fontsize=3)
    ax.set_xticks([0, 5], ["here", "outside of the limits"])
    ax.set_xlim(0, 1)
    drawn = {text for text, *_ in words(figure)}
    assert "here" in drawn
    assert not drawn & {"hidden", "hidden too", "outside of the limits"}
