"""What the player of one update shows is what graph.jacobians and net.backward compute."""

import json
import re

import node
import numpy as np
import pytest

pytest.importorskip("quickjs")

from nnlib import Network, graph
from nnlib.live import backprop
from nnlib.widgets import BackpropPlayer

W1, W2 = [[1.0, 1.0], [2.0, -1.0], [-1.0, 2.0]], [[1.0, -2.0, 1.0]]
C = Network.from_parameters([W1, W2], [[-1.0, 0.0, 0.5], [-0.5]], "sigmoid")
X, Y = np.array([[0.2, 0.8], [0.8, 0.8]]), np.array([[1.0], [0.0]])
NETS = {
    "C": C,
    "two layers": Network((2, 3, 2, 1), ("tanh", "elu", "sigmoid"), init="he", rng=3),
}
NUMBER = re.compile(r"[+−]?\d+\.\d+(?:e[−+]?\d+)?")


def printed(x):
    """A number as the pictures print it."""
    text = f"{x:.4f}" if abs(x) >= 0.0005 or x == 0 else exponential(x)
    return text.replace("-", "−")


def exponential(x):
    mantissa, power = f"{x:.1e}".split("e")
    return f"{mantissa}e{int(power)}"


def numbers(text):
    """All numbers in a picture's texts or in a sentence, without a plus sign."""
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", text) if "<svg" in text else [text]
    return [n.lstrip("+") for t in texts for n in NUMBER.findall(t)]


def shown(net, moment_of, **options):
    """The moment's picture and sentence."""
    traces = backprop.traces(net, X, Y)
    moments = backprop.called("moments", traces)
    k = next(k for k, m in enumerate(moments) if moment_of(m))
    return (
        numbers(backprop.draw(traces, k, **options)),
        numbers(backprop.called("said", traces, k, options)),
    )


@pytest.mark.parametrize("name", NETS)
def test_every_moment_prints_the_librarys_numbers(name):
    net = NETS[name]
    J = graph.jacobians(net, X[0], Y[0])
    rows = graph.products(graph.build(net, X[0], Y[0]))
    loss, grads = net.loss_and_gradients(X[:1], Y[:1])
    trace = net.forward(X[:1])
    K = len(net.weights)

    picture, sentence = shown(net, lambda m: m["kind"] == "loss")
    assert printed(loss) in picture
    assert printed(loss) in sentence
    for l in range(1, K + 1):
        delta = rows[f"Z{l}"][0]
        for j in range(net.sizes[l]):
            here = {"l": l, "j": j}

            def at(kind, here=here):
                return lambda m: m == {"kind": kind, "t": 0, **here}

            picture, sentence = shown(net, at("forward"))
            assert printed(trace.A[l][0, j]) in picture
            assert {printed(trace.Z[l - 1][0, j]), printed(trace.A[l][0, j])} <= {*sentence}
            for i in range(net.sizes[l - 1]):
                assert printed(net.weights[l - 1][j, i] * trace.A[l - 1][0, i]) in picture

            picture, sentence = shown(net, at("delta"))
            assert printed(delta[j]) in picture
            assert printed(delta[j]) in sentence
            if l < K:  # each edge upwards carries its term of ∂L/∂Z_{l+1} · ∂Z_{l+1}/∂A_l
                terms = rows[f"Z{l + 1}"][0] * J[f"∂Z{l + 1}/∂A{l}"][:, j]
                assert {printed(term) for term in terms} <= {*picture}
                assert printed(terms.sum()) in sentence

            picture, sentence = shown(net, at("gradient"))
            assert {printed(g) for g in grads.weights[l - 1][j]} <= {*picture}
            if net.biases:
                assert printed(grads.biases[l - 1][j]) in sentence


@pytest.mark.parametrize("mean", [False, True])
def test_two_samples_vote_and_the_step_is_against_their_gradient(mean):
    reduction = "mean" if mean else "sum"
    grads = C.loss_and_gradients(X, Y, reduction=reduction)[1]
    voted, _ = shown(C, lambda m: m["kind"] == "vote", mean=mean)
    stepped, _ = shown(C, lambda m: m["kind"] == "step", mean=mean, rate=0.5)
    for G in grads.weights:
        for g in G.ravel():
            assert printed(g) in voted
            assert printed(-0.5 * g) in stepped


def test_other_numbers_would_be_seen():
    picture, _ = shown(C, lambda m: m["kind"] == "gradient" and m["l"] == 2)
    wrong = C.loss_and_gradients(X[:1], 1 - Y[:1])[1]
    assert not {printed(g) for g in wrong.weights[1][0]} <= {*picture}


def test_moments_run_forwards_then_back_and_end_with_the_step():
    kinds = [m["kind"] for m in backprop.called("moments", backprop.traces(C, X[:1], Y[:1]))]
    expected = "start forward forward forward forward loss delta gradient delta delta delta"
    assert kinds == [*expected.split(), *["gradient"] * 3, "step"]
    both = [m["kind"] for m in backprop.called("moments", backprop.traces(C, X, Y))]
    assert both == [*kinds[:-1], "pass", "back", "vote", "step"]


@pytest.mark.parametrize(
    ("net", "x"),
    [
        (Network.from_parameters([[[np.nan, 1]]]), [1, 1]),
        (Network.from_parameters([[[np.inf, 1]]]), [0, 1]),
        (Network.from_parameters([[[1e300, 1]]], activations="identity"), [1e300, 1]),
    ],
)
def test_numbers_that_are_not_finite_are_refused_by_name(net, x):
    with pytest.raises(ValueError, match=r"X\[0\] is \[.*finite"):
        BackpropPlayer(net, [x], [[1]], "squared", number="1.1", caption="x", alt="x")


@node.needed
def test_node_draws_the_same_text_as_quickjs(tmp_path):
    asked, expected = [], []
    for net in NETS.values():
        traces = backprop.traces(net, X, Y)
        for k in range(len(backprop.called("moments", traces))):
            options = {"rate": 0.3, "night": k % 2 == 1}
            asked.append([traces, k, options])
            expected.append(backprop.draw(traces, k, **options))
            expected.append(backprop.called("said", traces, k, options))
    assert node.answers("draw.js", asked, tmp_path, backprop.script()) == expected


def test_nothing_is_drawn_by_functions_that_differ_between_engines():
    used = set(re.findall(r"Math\.(\w+)", backprop.script()))
    assert used <= {"abs", "max", "min"}


def test_a_player_shows_picture_words_and_data(monkeypatch):
    found = []
    show = lambda data, metadata, raw: found.append((data, metadata))  # noqa: E731
    for module in ("nnlib.widgets.backprop", "nnlib.figures.style"):
        monkeypatch.setattr(f"{module}.display", show)
    player = BackpropPlayer(C, X, Y, number="3.9", caption="One update.", alt="A network.")
    player._ipython_display_()
    (data, metadata), _ = found
    assert data["text/plain"] == "<BackpropPlayer 3.9>"
    assert "<text" not in data["image/svg+xml"]
    told = metadata["image/svg+xml"]
    assert told["alt"] == "A network."
    assert json.loads(json.dumps(told["backprop"]))["traces"] == backprop.traces(C, X, Y)


@pytest.mark.parametrize(
    ("net", "change", "word"),
    [
        (Network((2, 41, 1)), {}, "41"),
        (C, {"moment": 15}, "moment"),
        (C, {"lr": -1.0}, "lr"),
        (C, {"reduction": "max"}, "reduction"),
    ],
)
def test_what_cannot_be_shown_is_refused(net, change, word):
    with pytest.raises(ValueError, match=word):
        BackpropPlayer(net, X, Y, number="3.9", caption="c", alt="a", **change)
