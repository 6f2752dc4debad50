"""What a Network refuses, and in which words: the argument, what it was, what it may be."""

import numpy as np
import pytest

from nnlib import Network, validation
from nnlib.activations import ACTIVATIONS
from nnlib.losses import CROSS_ENTROPIES


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"sizes": (2,)}, ValueError, r"sizes is \(2,\); it needs at least two"),
        ({"sizes": 3}, TypeError, r"sizes is 3; it must be a sequence such as \(2, 10, 10, 1\)"),
        ({"sizes": (2, 3, 2)}, ValueError, r"sizes is \(2, 3, 2\); its last width must be 1"),
        ({"sizes": (2, 0, 1)}, ValueError, r"sizes\[1\] is 0; it must be at least 1"),
        ({"sizes": (2, 2.0, 1)}, TypeError, r"sizes\[1\] is 2.0; it must be an integer"),
        ({"activations": "swish"}, ValueError, "activations is 'swish'; it may be 'sigmoid', 're"),
        ({"activations": ("relu",)}, ValueError, r"\('relu',\); it may be one name or 3"),
        ({"activations": None}, TypeError, "activations is None; it must be a sequence"),
        ({"bias": 1}, TypeError, "bias is 1; it may be True or False"),
        ({"init": "zeros"}, ValueError, "init is 'zeros'; it may be 'uniform', 'uniform_sym"),
        ({"rng": 0.5}, ValueError, "rng is 0.5; it may be a non-negative integer"),
        (
            {"init": "normal_legacy", "rng": np.random.default_rng(0)},
            TypeError,
            "rng, with init 'normal_legacy', is Generator.*; it must be an integer",
        ),
        (
            {"init": "normal_legacy", "rng": 2**32},
            ValueError,
            "rng, with init 'normal_legacy', is 4294967296; it must be",
        ),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        Network(**arguments)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"weights": []}, ValueError, "weights is empty; it must hold one array for each layer"),
        ({"weights": 5}, TypeError, "weights is 5; it must be a sequence"),
        (
            {"weights": [[1.0, 2.0]]},
            ValueError,
            r"weights\[0\] has shape \(2,\); it must be \(d_l, d_\{l-1\}\)",
        ),
        (
            {"weights": [[["a"]]]},
            TypeError,
            r"weights\[0\] is not numeric but str.*; it must be an",
        ),
        ({"weights": [[[1], [2, 3]]]}, TypeError, r"weights\[0\] is not numeric"),
        ({"weights": [np.ones((3, 2)), np.ones((1, 4))]}, ValueError, r"weights\[1\].*must be 3"),
        ({"weights": [np.ones((2, 2))]}, ValueError, r"sizes is \(2, 2\); its last width must"),
        ({"weights": [np.ones((1, 0))]}, ValueError, r"weights\[0\] has shape \(1, 0\)"),
        (
            {"weights": [np.ones((1, 2))], "biases": [np.ones(2)]},
            ValueError,
            r"biases have lengths \(2,\); they must be \(1,\)",
        ),
        (
            {"weights": [np.ones((1, 2))], "biases": [np.ones((1, 1))]},
            ValueError,
            r"biases\[0\] has shape \(1, 1\); it must be \(d_l,\)",
        ),
        (
            {"weights": [np.ones((1, 2))], "activations": ("relu", "relu")},
            ValueError,
            "activations is .*one name or 1",
        ),
    ],
)
def test_bad_parameters(arguments, error, message):
    with pytest.raises(error, match=message):
        Network.from_parameters(**arguments)


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ([1.0, 2.0], ValueError, r"X has shape \(2,\); it must be \(n, 2\)"),
        ([[1.0, 2.0, 3.0]], ValueError, r"X has shape \(1, 3\); it must be \(n, 2\)"),
        (np.empty((0, 2)), ValueError, r"X has shape \(0, 2\).*n at least 1"),
        ([[0, 1], [np.nan, 0]], ValueError, "X holds .*nan.* in row 1; every value must be fin"),
        ([[0, np.inf]], ValueError, "X holds .*inf.* in row 0"),
        (
            [["a", "b"]],
            TypeError,
            r"X is not numeric but str32; it must be an array of shape \(n, 2\)",
        ),
        ([[1], [2, 3]], TypeError, "X is not numeric"),
        ([[1j, 2j]], TypeError, "X is not numeric"),
    ],
)
@pytest.mark.parametrize("method", ["forward", "predict", "predict_proba"])
def test_bad_inputs(X, error, message, method):
    with pytest.raises(error, match=message):
        getattr(Network(), method)(X)


@pytest.mark.parametrize(
    ("y", "error", "message"),
    [
        ([0, 1], ValueError, r"y has shape \(2,\); it must be \(2, 1\), one label for each row"),
        ([[0, 1]], ValueError, r"y has shape \(1, 2\); it must be \(2, 1\)"),
        ([[0]], ValueError, r"y has shape \(1, 1\); it must be \(2, 1\)"),
        ([[0], [2]], ValueError, "y holds 2.0 in row 1; every label must be 0 or 1"),
        ([[-1], [1]], ValueError, "y holds -1.0 in row 0; every label must be 0 or 1"),
        ([[0.5], [1]], ValueError, "y holds 0.5 in row 0"),
        ([[0], [np.nan]], ValueError, "y holds nan in row 1"),
        (
            [["0"], ["1"]],
            TypeError,
            r"y is not numeric but str32; it must be an array of shape \(2, 1\)",
        ),
    ],
)
@pytest.mark.parametrize("method", ["loss_and_gradients", "accuracy"])
def test_bad_labels(y, error, message, method):
    with pytest.raises(error, match=message):
        getattr(Network(), method)([[0.0, 0.0], [1.0, 1.0]], y)


def test_bad_loss_and_reduction():
    net, X, y = Network(), [[0.0, 1.0]], [[1]]
    with pytest.raises(ValueError, match="loss is 'hinge'; it may be 'bce', 'bce_half', 'bce_lo"):
        net.loss_and_gradients(X, y, loss="hinge")
    with pytest.raises(ValueError, match="reduction is 'max'; it may be 'sum', 'mean'"):
        net.loss_and_gradients(X, y, reduction="max")


@pytest.mark.parametrize("loss", CROSS_ENTROPIES)
@pytest.mark.parametrize("output", [name for name in ACTIVATIONS if name != "sigmoid"])
def test_cross_entropy_needs_a_sigmoid_output(loss, output):
    net = Network(activations=("sigmoid", "sigmoid", output))
    message = f"loss is '{loss}', a cross-entropy: it needs 'sigmoid'.*which is '{output}'"
    with pytest.raises(ValueError, match=message):
        net.loss_and_gradients([[0.0, 1.0]], [[1]], loss=loss)


# The checks by themselves


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_integer_takes_every_kind_of_integer(value):
    assert type(validation.integer("n", value)) is int


@pytest.mark.parametrize("value", [True, np.True_, 3.0, "3", None, np.array(3.5), [3]])
def test_integer_refuses_the_rest(value):
    with pytest.raises(TypeError, match=r"n is .*; it must be an integer of at least 0"):
        validation.integer("n", value)


@pytest.mark.parametrize("value", [1, 0.5, np.float32(0.5), np.int8(0), 0])
def test_real_takes_every_kind_of_number(value):
    assert type(validation.real("lr", value, minimum=0)) is float


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (np.inf, ValueError), (-np.inf, ValueError), (np.nan, ValueError), (-1e-300, ValueError),
        (1.0, ValueError), (True, TypeError), ("0.5", TypeError), (None, TypeError),
        (0.5j, TypeError), ([0.5], TypeError),
    ],
)  # fmt: skip
def test_real_refuses_the_rest(value, error):
    with pytest.raises(error, match=r"decay is .*; it must be a (finite )?number"):
        validation.real("decay", value, minimum=0, below=1)


def test_real_names_its_bounds():
    with pytest.raises(
        ValueError, match=r"p is 1\.5; .* a finite number of at least 0 and below 1$"
    ):
        validation.real("p", 1.5, minimum=0, below=1)
    with pytest.raises(ValueError, match=r"p is nan; it must be a finite number$"):
        validation.real("p", np.nan)


def test_checked_arrays_are_copies():
    X, y = np.zeros((2, 2)), np.zeros((2, 1))
    validation.inputs(X, 2)[:] = 1
    validation.labels(y, 2)[:] = 1
    assert X.sum() == y.sum() == 0


def test_generator_is_itself():
    rng = np.random.default_rng(0)
    assert validation.generator(rng) is rng
