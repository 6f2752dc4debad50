"""What the script needs of the library, from the library itself: nothing of it is typed twice."""

import inspect
import json

import numpy as np

from nnlib import data
from nnlib.compiled import layout
from nnlib.compiled.block import TINY
from nnlib.compiled.vectors import PACKED
from nnlib.live.settings import POINTS, plain
from nnlib.recipe import Recipe

COLUMNS = ("width", "rows", "units", "weights", "biases", "activation")  # of the table of layers


def tables():
    """All tables, as JSON has them."""
    return {
        "LAYOUT": {
            "width": PACKED,
            "bytes": layout.PLAN.itemsize,
            "plan": {
                name: [offset, kind.str[1:]] for name, (kind, offset) in layout.PLAN.fields.items()
            },
            "arrays": [[name, *counts] for name, counts in layout.ARRAYS.items()],
            "columns": COLUMNS,
            "activations": layout.ACTIVATIONS,
            "losses": layout.LOSSES,
            "optimizers": layout.OPTIMIZERS,
            "logs": layout.LOGS,
            "tiny": TINY,
        },
        "NOISE": {name: noise(name) for name in data.NAMES},
        "POINTS": POINTS,
        "DEFAULTS": plain(Recipe()),
        "ZIGGURAT": ziggurat(),
    }


def noise(name):
    """The noise that a named set has if nothing is said; sets without any have 0."""
    maker = data.xor if name == "xor" else data.GENERATORS[name]
    parameter = inspect.signature(maker).parameters.get("noise")
    return 0.0 if parameter is None else parameter.default


def ziggurat():
    """The ziggurat for normal numbers, from the tables that numba has of NumPy.

    Layer i reaches to x_i = w_i 2⁵², with the bits of w_i in hex, and x_{i-1} is k_i 2⁻⁵² of it:
    for i >= 2 what float64 makes of that is right but for ``corrections``.
    """
    from numba.np.random import _constants as constants

    k, w = (np.asarray(table) for table in (constants.ki_double, constants.wi_double))
    quotients = (w[1:-1] / w[2:] * 2.0**52).astype(np.int64)
    return {
        "w": w.astype(">f8").tobytes().hex(),
        "k": k[:2].tolist(),
        "corrections": (k[2:].astype(np.int64) - quotients).tolist(),
        "r": constants.ziggurat_nor_r,
        "inverse": constants.ziggurat_nor_inv_r,
    }


def text():
    """The file tables.json."""
    return json.dumps(tables(), indent=1, ensure_ascii=False) + "\n"
