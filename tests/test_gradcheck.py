"""The gradient check: it accepts what is right, and refuses what is wrong by 0.1 % anywhere."""

import numpy as np
import pytest
import strategies as own
from hypothesis import given

from nnlib import Gradients, Network, data, losses, network
from nnlib.activations import ACTIVATIONS
from nnlib.gradcheck import check_gradients
from nnlib.losses import CROSS_ENTROPIES, LOSSES, REDUCTIONS
from nnlib.network import INITIALIZERS


def names(net):
    """W1 … WK, b1 … bK, X."""
    layers = range(1, len(net.weights) + 1)
    biases = [] if net.biases is None else [f"b{l}" for l in layers]
    return (*(f"W{l}" for l in layers), *biases, "X")


def exact(net, X, y, loss, reduction):
    return network.gradients(net, X, y, loss, reduction)


def changed(name, change):
    """A method that is right but for one array, on which ``change`` is called."""

    def method(*arguments):
        weights, biases, inputs = exact(*arguments)
        if name == "X":
            return Gradients(weights, biases, change(inputs))
        arrays, l = weights if name[0] == "W" else biases, int(name[1:]) - 1
        arrays[l] = change(arrays[l])
        return Gradients(weights, biases, inputs)

    return method


def one_entry(index, change):
    """Change one entry of an array."""

    def apply(array):
        array = array.copy()
        array[index] = change(array[index])
        return array

    return apply


def example(loss="bce", depth=3, bias=True, hidden="sigmoid", n=5):
    """A network of that depth, widths 3, 4, 3, 2, and points: every array has a clear gradient."""
    output = "sigmoid" if loss in CROSS_ENTROPIES else hidden
    sizes, activations = (*(2, 3, 4, 3, 2)[:depth], 1), (hidden,) * (depth - 1) + (output,)
    for seed in range(1000):  # with relu, most deep and narrow networks are dead
        net = own.make_network(sizes, activations, bias, seed)
        X, y = own.make_points(n, 2, seed)
        weights, biases, inputs = exact(net, X, y, loss, "mean")
        if min(np.abs(g).max() for g in (*weights, *(biases or []), inputs)) > 1e-5:
            return net, X, y
    raise AssertionError("no such example")


# What is right is accepted


@given(own.cases(max_width=6, max_points=4))
def test_right_gradients_are_never_refused(case):
    assert check_gradients(*case).refused == ()


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_right_gradients_are_accepted_at_every_depth(activation, depth, bias):
    for i, loss in enumerate(LOSSES):
        net, X, y = example(loss, depth, bias, activation, n=3)
        check = check_gradients(net, X, y, loss, REDUCTIONS[i % 2])
        assert check.ok, check
        assert check.unjudged == (), check


@pytest.mark.parametrize("method", ["matrix", "jacobian", exact])
@pytest.mark.parametrize("init", INITIALIZERS)
def test_right_gradients_are_accepted_for_every_initialization(init, method):
    X, y = data.xor()
    net = Network((2, 5, 5, 1), "sigmoid", bias=True, init=init, rng=0)
    check = check_gradients(net, X, y, method=method)
    assert check.ok, check
    assert check.unjudged == ()
    assert check.max_relative_error < 1e-5


@pytest.mark.parametrize("loss", ["bce", "bce_logits"])
def test_a_saturated_network_is_no_false_alarm(loss):
    # Weights in (0, 1) at width 30 push ŷ to 1 - 1e-7. Plain central differences with h = 1e-5 are
    # then wrong by 36 % in places; of bce, only W3 can be judged.
    X, y = data.xor()
    net = Network((2, 30, 30, 1), "sigmoid", bias=False, init="uniform", rng=0)
    check = check_gradients(net, X[::4], y[::4], loss)
    assert check.ok, check
    assert check.unjudged == (("W1", "W2", "X") if loss == "bce" else ())


# What is wrong by 0.1 % is refused, and named


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_one_array_wrong_by_a_thousandth_is_refused(loss, reduction):
    net, X, y = example(loss)
    for name in names(net):
        method = changed(name, lambda array: 1.001 * array)
        check = check_gradients(net, X, y, loss, reduction, method)
        assert not check.ok
        assert check.refused == (name,), check
        assert check.worst.array == name
        assert check.max_relative_error == pytest.approx(0.001 / 1.001, rel=1e-2)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("depth", [1, 2, 5])
def test_a_thousandth_is_refused_with_every_activation(activation, depth):
    net, X, y = example("bce", depth, hidden=activation)
    for name in names(net):
        check = check_gradients(net, X, y, method=changed(name, lambda array: 0.999 * array))
        assert check.refused == (name,), check


@pytest.mark.parametrize("change", [lambda g: 1.01 * g, lambda g: -g, lambda g: 0.0])
def test_one_weight_of_a_wide_layer_is_refused(change):
    net = own.make_network((2, 4, 40, 1), "sigmoid", bias=True, rng=2)
    X, y = own.make_points(5, 2, 2)
    right = exact(net, X, y, "bce", "sum").weights[1][17, 3]
    check = check_gradients(net, X, y, method=changed("W2", one_entry((17, 3), change)))
    assert check.refused == ("W2",)
    assert (check.worst.array, check.worst.index) == ("W2", (17, 3))
    assert check.worst.analytic == change(right)
    assert check.worst.numeric == pytest.approx(right, rel=1e-6)


def test_missing_bias_gradients_are_refused():
    net, X, y = example()
    for b in ("b1", "b2", "b3"):
        assert check_gradients(net, X, y, method=changed(b, np.zeros_like)).refused == (b,)
        assert check_gradients(net, X, y, method=changed(b, lambda _: None)).refused == (b,)
    check = check_gradients(net, X, y, method=lambda *a: exact(*a)._replace(biases=None))
    assert check.refused == ("b1", "b2", "b3")


def test_missing_bias_gradients_are_refused_with_relu_on_xor():
    # The origin is among the points and biases start at 0: each unit stands at its kink there.
    X, y = data.xor()
    net = Network((2, 3, 3, 1), ("relu", "relu", "sigmoid"), bias=True, init="he", rng=0)
    right = check_gradients(net, X, y)
    assert right.ok, right
    assert right.rows[-1].at_kink == 2  # the origin's row of X
    check = check_gradients(
        net, X, y, method=lambda *a: exact(*a)._replace(biases=[np.zeros(3), np.zeros(3), [0]])
    )
    assert check.refused == ("b1", "b2", "b3"), check


def test_a_transposed_gradient_of_a_square_layer_is_refused():
    net = own.make_network((2, 4, 4, 1), "sigmoid", bias=False, rng=0)
    X, y = own.make_points(5, 2, 0)
    assert check_gradients(net, X, y, method=changed("W2", np.transpose)).refused == ("W2",)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_no_number_is_refused(value):
    net, X, y = example()
    check = check_gradients(net, X, y, method=changed("W1", one_entry((0, 1), lambda _: value)))
    assert check.refused == ("W1",)
    assert check.worst.index == (0, 1)
    assert check.max_relative_error == np.inf


def test_wrong_shapes_are_refused_by_name():
    net, X, y = example()
    methods = {
        "W1": changed("W1", np.transpose),
        "b2": changed("b2", lambda b: b[:, None]),
        "X": changed("X", lambda g: g.sum(axis=0)),
    }
    for name, method in methods.items():
        check = check_gradients(net, X, y, method=method)
        assert check.refused == (name,)
        assert f"{name} " in str(check)
        assert "refused: shape" in str(check)


def test_too_many_or_too_few_arrays_are_refused_by_name():
    net, X, y = example(bias=False)
    extra = [np.zeros(3), np.zeros(4), np.zeros(1)]
    check = check_gradients(net, X, y, method=lambda *a: exact(*a)._replace(biases=extra))
    assert check.refused == ("b1", "b2", "b3")
    fewer = check_gradients(
        net, X, y, method=lambda *a: exact(*a)._replace(weights=exact(*a).weights[:2])
    )
    assert fewer.refused == ("W3",)
    assert "refused: missing" in str(fewer)


# What cannot be judged is said to be so


def dead():
    """A relu network whose hidden units are off on all points."""
    net = Network.from_parameters([-np.ones((3, 2)), np.ones((1, 3))], None, ("relu", "sigmoid"))
    return net, np.array([[0.5, 1.0], [1.0, 0.2]]), np.array([[0.0], [1.0]])


def test_nothing_to_judge_is_not_ok():
    check = check_gradients(*dead())
    assert not check.ok
    assert check.refused == ()
    assert check.unjudged == ("W1", "W2", "X")
    assert check.worst is None
    assert np.isnan(check.max_relative_error)
    assert str(check).endswith("Not accepted. Nothing could be judged in W1, W2, X.")


def test_a_gradient_where_the_difference_is_noise_is_refused():
    # relu's mask forgotten: the loss does not move at all, and a says that it does
    method = changed("W1", lambda array: array + 1e-5)
    assert check_gradients(*dead(), method=method).refused == ("W1",)


def test_an_array_too_small_to_judge_does_not_count():
    # The first layer's σ is so saturated that W1 cannot move the loss; W2 is judged.
    net = Network.from_parameters([np.full((3, 2), 40.0), np.ones((1, 3))])
    X, y = np.array([[0.5, 1.0], [1.0, 0.2]]), np.array([[0.0], [1.0]])
    check = check_gradients(net, X, y)
    assert check.ok
    assert check.unjudged == ("W1", "X")
    assert [(row.judged, row.too_small) for row in check.rows] == [(0, 6), (3, 0), (0, 4)]


def test_a_kink_within_the_step_is_counted_and_not_judged():
    # One weight of 1, x = 1, b = -1 + 4e-6: Z = 4e-6, and a step of 1e-5 crosses zero.
    net = Network.from_parameters([[[1.0]], [[2.0]]], [[-1 + 4e-6], [0.5]], ("relu", "sigmoid"))
    check = check_gradients(net, [[1.0]], [[1.0]])
    counts = {row.array: (row.judged, row.at_kink) for row in check.rows}
    assert counts == {"W1": (0, 1), "W2": (1, 0), "b1": (0, 1), "b2": (1, 0), "X": (0, 1)}
    assert check.ok
    assert check.unjudged == ("W1", "b1", "X")


def test_a_single_sample_at_a_kink_is_not_left_out():
    net = Network((2, 3, 1), ("relu", "sigmoid"), bias=True, init="he", rng=0)
    check = check_gradients(net, [[0.0, 0.0]], [[1.0]])
    counts = {row.array: (row.judged, row.at_kink) for row in check.rows}
    assert counts["b1"] == (0, 3)
    assert counts["b2"] == (1, 0)
    assert check.ok


def test_a_method_sees_only_samples_that_stand_at_no_kink():
    X, y = data.xor()
    seen = []

    def method(net, X, y, loss, reduction):
        seen.extend([len(X), len(y)])
        return exact(net, X, y, loss, reduction)

    net = Network((2, 3, 1), ("relu", "sigmoid"), init="he")
    assert check_gradients(net, X, y, reduction="mean", method=method).ok
    assert seen == [20, 20]


@pytest.mark.parametrize(
    ("factor", "counts"),
    [(1, (0, 1)), (1.0002, (0, 1)), (0.9997, (0, 1)), (1.0004, (1, 0)), (0.999, (1, 0))],
)
def test_curvature_makes_a_difference_uncertain(factor, counts):
    # L = tanh² z, about z² - ⅔ z⁴, with z = 1000 w: a step of 1e-5 moves z by h = 0.01. To first
    # order in h², n = L' (1 - 8 h² / 6), and with 2h it is L' (1 - 32 h² / 6). So n misses L' by
    # 1.3e-4 of it, more than the tolerance, and its uncertainty is 4e-4 of L'. The longest step
    # crosses the whole valley: the difference is nearly 0 there, for any h, and means nothing.
    net = Network.from_parameters([[[1e-4]]], None, "tanh")
    method = changed("W1", lambda g: factor * g)
    check = check_gradients(net, [[1000.0]], [[0.0]], "squared", method=method)
    row = check.rows[0]
    assert (row.judged, row.too_small) == counts
    assert check.refused == (("W1",) if row.judged else ())


def valley(x, w, loss="squared"):
    """The check of L = tanh²(w x) in its one weight, by 2 tanh z (1 - tanh² z) x: its Row."""
    net = Network.from_parameters([[[w]]], None, "tanh")
    return check_gradients(net, [[x]], [[0.0]], loss).rows[0]


@pytest.mark.parametrize("h", [1e-5, 1e-4, 1e-3, 1e-2])
def test_the_first_step_that_is_precise_enough_is_taken(h):
    # Rounding makes 2.2e-15 / h uncertain: for L' = 1e-10 / h that is 2.2e-5 of it with h, and too
    # much with h / 10. Curvature takes 8 x² h² / 6 = 1.2e-5 off the difference.
    x, slope = 3e-3 / h, 1e-10 / h
    row = valley(x, slope / (2 * x * x))
    assert (row.judged, row.too_small) == (1, 0)
    assert row.worst.analytic == pytest.approx(slope, rel=1e-9)
    assert row.worst.numeric == pytest.approx(slope * (1 - 1.2e-5), rel=1e-7)


@pytest.mark.parametrize(
    ("x", "w", "judged", "steps"),
    [
        (300.0, 1e-5, 1, 1),  # precise at once
        (1000.0, 1e-4, 0, 3),  # too much curvature; the third step contradicts the first
        (0.3, 5e-8, 1, 4),  # only the longest is precise enough
        (0.3, 5e-10, 0, 1),  # not even the longest would be
    ],
)
def test_no_more_steps_are_tried_than_may_help(x, w, judged, steps):
    calls = []

    def function(output, y):
        calls.append(output)
        return losses.squared(output, y)

    loss = losses.Loss(function, losses.squared_gradient, "A")
    calls.clear()
    assert valley(x, w, loss).judged == judged
    # once for the loss itself; for W1 and for X once for its rounding, and four points a step; X
    # has one step always
    assert len(calls) == 3 + 4 * steps + 4


@pytest.mark.parametrize(("sum_of_outputs", "judged"), [(3e-3, 0), (1e-2, 1)])
def test_large_losses_that_cancel_are_rounded_too(sum_of_outputs, judged):
    # Two outputs v of about ±1000 and y = 0: ∂L/∂b = 2 (v₁ + v₂), while L = v² and v ∂L/∂v = 2 v²
    # are 1e6 and 2e6 each. Their rounding, 10 ε · 6e6 = 1.3e-8, is 1.3e-6 with the longest step.
    net = Network.from_parameters([[[1000.0]]], [[0.0]], "identity")
    X = [[1.0], [-1.0 + sum_of_outputs / 1000]]
    row = check_gradients(net, X, [[0.0], [0.0]], "squared").rows[1]
    assert (row.array, row.judged, row.too_small) == ("b1", judged, 1 - judged)


@pytest.mark.parametrize(("factor", "accepted"), [(1.00005, True), (1.00015, False)])
def test_the_tolerance_is_a_tenth_of_a_thousandth(factor, accepted):
    net, X, y = example()
    assert check_gradients(net, X, y, method=changed("W2", lambda g: factor * g)).ok is accepted


# The report on paper


def test_table_names_the_worst_entry_with_both_numbers():
    net, X, y = example()
    right = exact(net, X, y, "bce", "sum").weights[1]
    method = changed("W2", one_entry((1, 2), lambda g: 1.01 * g))
    lines = str(check_gradients(net, X, y, method=method)).splitlines()
    assert lines[0].split()[:3] == ["array", "shape", "judged"]
    assert [line.split()[0] for line in lines[1:-1]] == [*names(net)]
    assert lines[2].split() == ["W2", "(4,", "3)", "12", "0", "0", "0.0099", "refused"]
    assert lines[1].split()[-4:] == ["0", "<", "1e-04", "agrees"]
    assert lines[-1] == (
        f"Refused: W2. Worst entry: W2[1, 2], analytic {1.01 * right[1, 2]:.5g}, "
        f"numeric {right[1, 2]:.5g}."
    )


def test_an_accepted_table_prints_no_digits_of_noise():
    net, X, y = example()
    text = str(check_gradients(net, X, y))
    assert text.endswith("\nAccepted.")
    assert text.count("< 1e-04  agrees") == 7
    assert repr(check_gradients(net, X, y)) == "GradientCheck(ok=True, refused=(), unjudged=())"


def test_of_equal_relative_errors_the_worst_is_the_largest_difference():
    net, X, y = example()
    check = check_gradients(net, X, y, method=changed("W2", lambda g: -g))
    right = exact(net, X, y, "bce", "sum").weights[1]
    assert check.worst.index == np.unravel_index(np.abs(right).argmax(), right.shape)
    assert check.worst.relative_error == pytest.approx(2)


def test_nothing_is_changed():
    net, X, y = example()
    before = [p.copy() for p in (*net.weights, *net.biases, X, y)]

    def careless(net, X, y, loss, reduction):
        result = exact(net, X, y, loss, reduction)
        for array in (*net.weights, *net.biases, X, y):
            array[...] = 0
        return result

    assert check_gradients(net, X, y, method=careless).ok
    for p, q in zip((*net.weights, *net.biases, X, y), before, strict=True):
        np.testing.assert_array_equal(p, q)


# The door


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"net": None}, TypeError, "net is None; it must be a Network"),
        ({"loss": "hinge"}, ValueError, "loss is 'hinge'; it may be"),
        ({"reduction": "max"}, ValueError, "reduction is 'max'; it may be"),
        ({"method": "autograd"}, ValueError, "is 'autograd'; it may be 'matrix', 'jac"),
        ({"method": lambda *a: None}, TypeError, "method returned None; it must return Gradients"),
        ({"X": [[1.0]]}, ValueError, r"X has shape \(1, 1\); it must be \(n, 2\)"),
        ({"y": [[2.0]] * 5}, ValueError, "every label must be 0 or 1"),
    ],
)
def test_bad_input_is_refused_by_name(changes, error, message):
    net, X, y = example()
    with pytest.raises(error, match=message):
        check_gradients(**{"net": net, "X": X, "y": y, **changes})


def test_a_loss_that_is_no_number_is_refused():
    net = Network.from_parameters([[[100.0, 0.0]]], None, "sigmoid")
    with pytest.raises(ValueError, match="net has a loss of nan on X; it must be finite"):
        check_gradients(net, [[1.0, 0.0]], [[1.0]], "bce_half")  # ŷ = 1: 0 · log 0
