"""Backpropagation, seen: the script that draws it, and its numbers from a Network."""

import json
from functools import cache

import numpy as np
import quickjs

from nnlib import validation
from nnlib.figures import palette
from nnlib.live.bundle import as_json, text
from nnlib.network import Network, check_loss, loss_value

COLORS = (
    "WHITE", "INK", "TICKS", "AXES", "FAINT", "PALE", "PALEST_BLUE", "BLUE", "ORANGE",
    "ORANGE_TEXT",
)  # fmt: skip


@cache
def script():
    """JavaScript that defines ``nnBackprop``: see backprop.js."""
    faces = {name: palette.faces()[name] for name in COLORS}
    return f"""const nnBackprop = (() => {{
"use strict";
const FACES = {as_json(faces)};
{text("backprop.js")}
return {{ moments, draw, said, player, mount, isNight, eachNight }};
}})();
"""


def traces(net, X, y, loss="bce", reduction="sum"):
    """For each sample what the forward and the backward pass compute, in plain lists.

    Parameters
    ----------
    net : Network
    X (n, d_0), y (n, 1) : the samples
    loss : a loss's name, or a Loss
    reduction : what becomes of several samples' gradients; only checked
    """
    validation.instance("net", net, Network)
    X = validation.inputs(X, net.sizes[0])
    y = validation.labels(y, len(X))
    loss = check_loss(loss, reduction, net.activations[-1])
    with np.errstate(all="ignore"):  # what overflows is refused below
        found = [_trace(net, X[i : i + 1], y[i : i + 1], loss) for i in range(len(X))]
    for i, trace in enumerate(found):
        if not _is_finite(trace):
            raise ValueError(
                f"X[{i}] is {X[i].tolist()}, for which not all of net's numbers are finite; they "
                "must be, to be drawn"
            )
    return found


def _is_finite(trace):
    try:
        return bool(json.dumps(trace, allow_nan=False))
    except ValueError:
        return False


def _trace(net, x, y, loss):
    trace = net.forward(x)
    # Of one sample ∂L/∂b is δ: a network without biases is given some that are 0.
    biases = net.biases or [[0.0] * len(W) for W in net.weights]
    same = Network.from_parameters(net.weights, biases, net.activations)
    grads = same.backward(trace, y, loss)
    layers = [
        {
            "z": trace.Z[l][0].tolist(),
            "a": trace.A[l + 1][0].tolist(),
            "delta": grads.biases[l].tolist(),
            "weights": W.ravel().tolist(),
            "gradient": grads.weights[l].ravel().tolist(),
            "bias": net.biases and net.biases[l].tolist(),
            "bias_gradient": net.biases and grads.biases[l].tolist(),
        }
        for l, W in enumerate(net.weights)
    ]
    return {
        "x": x[0].tolist(),
        "y": y.item(),
        "sizes": list(net.sizes),
        "layers": layers,
        "loss": loss_value(trace, y, loss, "sum"),
        "output": trace.output.item(),
    }


def called(name, *args):
    """What a function of the script answers to arguments that JSON can hold."""
    context = quickjs.Context()
    context.eval(script())
    given = ",".join(f"JSON.parse({json.dumps(json.dumps(arg))})" for arg in args)
    return json.loads(context.eval(f"JSON.stringify(nnBackprop.{name}({given}))"))


def draw(traces, moment, **options):
    """The picture of a moment, SVG."""
    return called("draw", traces, moment, options)
