"""The drawn graph: no label on another, the right numbers, the path of a weight."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle

from nnlib import Network, graph
from nnlib.figures import NARROW, WIDTH, computational_graph, graph_schematic, jacobian_heatmaps
from nnlib.figures import jacobians as maps
from nnlib.figures.computational_graph import number

SAMPLE = ([0.3, 0.7], 1)


def texts(figure):
    """{text: its box in pixels}; headings may repeat."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    return [
        (t.get_text(), t.get_window_extent(renderer)) for t in figure.axes[0].texts if t.get_text()
    ]


def overlapping(figure):
    pairs = combinations(texts(figure), 2)
    return [(a, b) for (a, p), (b, q) in pairs if p.padded(-0.5).overlaps(q.padded(-0.5))]


@pytest.mark.parametrize("loss", ["bce", "bce_logits"])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("sizes", [(2, 3, 3, 1), (2, 2, 1), (2, 1), (1, 3, 1)])
def test_no_label_of_the_small_graph_covers_another(sizes, bias, loss):
    net = Network(sizes, bias=bias, init="normal", rng=2)
    figure = computational_graph(net, SAMPLE[0][: sizes[0]], 1, loss)
    assert overlapping(figure) == []


def test_a_narrow_graph_and_narrow_heat_maps_hold_all_that_the_wide_ones_hold():
    net = Network((2, 3, 1), bias=True, rng=2)
    jacobians = graph.jacobians(net, *SAMPLE)
    for wide, narrow in (
        (
            computational_graph(net, *SAMPLE),
            computational_graph(net, *SAMPLE, width=4.2),
        ),
        (jacobian_heatmaps(jacobians), jacobian_heatmaps(jacobians, width=NARROW)),
        (graph_schematic(net, *SAMPLE), graph_schematic(net, *SAMPLE, width=NARROW)),
    ):
        assert narrow.get_figwidth() < wide.get_figwidth()
        assert sorted(text for text, _ in texts(narrow)) == sorted(text for text, _ in texts(wide))
        assert overlapping(narrow) == []
        right = narrow.bbox.width
        assert all(box.x0 >= 0 and box.x1 <= right for _, box in texts(narrow))
    with pytest.raises(ValueError, match="width"):
        computational_graph(net, *SAMPLE, width=3)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("sizes", [(2, 10, 10, 1), (2, 100, 100, 1), (2, 1)])
@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_no_label_of_the_schematic_covers_another(sizes, bias, width):
    assert overlapping(graph_schematic(Network(sizes, bias=bias), *SAMPLE, width=width)) == []


@pytest.mark.parametrize("sizes", [(2, 10, 10, 1), (2, 3, 3, 1)])
def test_no_title_of_the_heat_maps_covers_another(sizes):
    jacobians = graph.jacobians(Network(sizes, bias=True, init="glorot"), *SAMPLE)
    assert overlapping(jacobian_heatmaps(jacobians)) == []


def test_every_weight_and_its_gradient_stand_on_an_edge():
    net = Network((2, 3, 3, 1), init="normal", rng=2)
    gradients = graph.gradients(net, [SAMPLE[0]], [[1]])
    found = [text for text, _ in texts(computational_graph(net, *SAMPLE))]
    for W, dW in zip(net.weights, gradients.weights, strict=True):
        for w, g in zip(W.flat, dW.flat, strict=True):
            assert number(w) in found
            assert f"∂ {number(g)}" in found


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.23456, "1.235"), (-0.0123, "−0.012"), (0, "0.000"), (-3.1e-4, "−3e−4"), (2e-12, "2e−12")],
)
def test_numbers_are_short(value, text):
    assert number(np.array([[value]])) == text


def test_heat_maps_print_shape_and_share_of_zeros():
    jacobians = graph.jacobians(Network((2, 10, 10, 1)), *SAMPLE)
    titles = [text for text, _ in texts(jacobian_heatmaps(jacobians))]
    assert any(t.startswith("∂Z2/∂W2  10×100\n90 % zeros") for t in titles)
    assert any(t.startswith("∂Z2/∂A1  10×10\n0 % zeros") for t in titles)


def test_only_what_is_not_zero_has_a_color():
    jacobians = graph.jacobians(Network((2, 10, 10, 1)), *SAMPLE)
    figure = jacobian_heatmaps(jacobians)
    drawn = [len(collection.get_paths()) for collection in figure.axes[0].collections]
    assert drawn == [np.count_nonzero(array) for array in jacobians.values()]


def test_the_path_of_a_weight_is_framed_in_each_jacobian():
    jacobians = graph.jacobians(Network((2, 3, 4, 1)), *SAMPLE)
    columns = {name: maps._columns(name, J, (1, 2, 1)) for name, J in jacobians.items()}
    assert columns == {
        "∂L/∂ŷ": [0],
        "∂ŷ/∂Z3": [0],
        "∂Z3/∂W3": [],
        "∂Z3/∂A2": [0, 1, 2, 3],
        "∂A2/∂Z2": [0, 1, 2, 3],
        "∂Z2/∂W2": [],
        "∂Z2/∂A1": [2],
        "∂A1/∂Z1": [2],
        "∂Z1/∂W1": [5],  # row 2, column 1 of W1 (3, 2), flattened
        "∂Z1/∂X": [],
    }
    frames = [
        patch
        for patch in jacobian_heatmaps(jacobians, (1, 2, 1)).axes[0].patches
        if isinstance(patch, Rectangle) and patch.get_linewidth() == 1.6 and patch.get_visible()
    ]
    assert len(frames) == 7


def test_what_the_weight_does_not_move_has_no_influence():
    # The product of the framed columns alone is the derivative in that weight.
    net = Network((2, 3, 4, 1), init="normal", rng=1)
    jacobians = graph.jacobians(net, *SAMPLE)
    product = np.eye(1)
    for name, array in jacobians.items():
        columns = maps._columns(name, array, (1, 2, 1))
        if columns:
            kept = np.zeros_like(array)
            kept[:, columns] = array[:, columns]
            product = product @ kept
    expected = graph.gradients(net, [SAMPLE[0]], [[1]]).weights[0][2, 1]
    assert product[0, 5] == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("weight", [(0, 0, 0), (4, 0, 0), (1, 3, 0), (1, 0, 2), (1, 0)])
def test_a_weight_that_is_not_there_is_refused(weight):
    net = Network((2, 3, 3, 1))
    with pytest.raises(ValueError, match=r"weight is \("):
        computational_graph(net, *SAMPLE, weight=weight)
    with pytest.raises(ValueError, match=r"weight is \("):
        jacobian_heatmaps(graph.jacobians(net, *SAMPLE), weight)


def test_networks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="draw the others with graph_schematic"):
        computational_graph(Network((2, 10, 10, 1)), *SAMPLE)
    with pytest.raises(ValueError, match="net has 4 layers; at most 3"):
        graph_schematic(Network((2, 2, 2, 2, 1)), *SAMPLE)
