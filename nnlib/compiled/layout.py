"""A recipe in the compiled loop's numbers: where each array stands, and the codes of its words.

All numbers of a block of runs are float64 and stand in one flat memory, in rows of ``width``
numbers that one instruction treats alike. Side by side, a row is one parameter (or unit) of as
many runs. Alone, a row is as many neighboring units of one layer, the last row of a layer padded.
Everything here is a table, or a function of what it is given; numba is not needed.
"""

import numpy as np

# What the kernel calls the words of a recipe: their place in here.
ACTIVATIONS = ("sigmoid", "relu", "tanh", "identity", "leaky_relu", "elu")
LOSSES = ("bce", "bce_half", "bce_logits", "squared", "squared_half")
OPTIMIZERS = ("SGD", "Momentum", "Adagrad", "RMSprop", "Adam")
LOGS = ("after", "before", "last_sample")

# The arrays in the order of the memory, and how many rows each has: a factor times a quantity.
ARRAYS = {
    "theta": (1, "parameters"),
    "gradient": (1, "parameters"),
    "first": (1, "parameters"),  # the optimizer's state
    "second": (1, "parameters"),
    "Z": (1, "units"),
    "A": (1, "units"),
    "delta": (1, "units"),
    "X": (1, "inputs"),  # of all samples; if shuffled, then those of each epoch in its order
    "y": (1, "samples"),
    "real": (1, "one"),  # 1, and 0 where the output's row is padded
    "powers": (2, "one"),  # Adam's β₁ᵗ and β₂ᵗ
    "row": (3, "one"),  # loss, accuracy and mean absolute error
    "history": (3, "logged"),  # the same for each logged epoch
    "last_loss": (1, "one"),
    "bad": (1, "one"),  # 0, and 1 where a parameter is no finite number
    "final": (1, "parameters"),  # as they are at the end of each run
    "snapshots": (1, "kept"),  # parameters of all snapshots
}

# What the kernel is told: where each array begins, in rows, and the settings of the recipe.
PLAN = np.dtype(
    [(name, "u8") for name in ARRAYS]
    + [
        ("parameters", "u8"),  # rows of parameters
        ("inputs", "u8"),  # rows of a sample
        ("output", "u8"),  # which row of Z, A and delta is the output
        ("layers", "i8"),
        ("bias", "?"),
        ("loss", "i8"),
        ("mean", "?"),
        ("cache_bug", "?"),  # report B's listing: W_2 gets δ₂ᵀ A₂
        ("sigmoid_bug", "?"),  # and δ₂ the slope σ(∂L/∂A₂)
        ("optimizer", "i8"),
        ("beta1", "f8"),  # Momentum's μ and RMSprop's ρ, too
        ("beta2", "f8"),
        ("eps", "f8"),
        ("tiny", "f8"),  # what is smaller counts as 0 in the optimizer's state
        ("epoch_clock", "?"),
        ("samples", "i8"),
        ("batch", "i8"),
        ("runs", "i8"),
        ("shuffle", "?"),
        ("log", "i8"),
        ("log_every", "i8"),
        ("watch", "?"),
        ("stop_below", "f8"),
    ],
    align=True,
)

# The columns of the table of layers, whose row 0 is the input.
WIDTH, ROWS, UNITS, WEIGHTS, BIASES, ACTIVATION = range(6)


def layers(sizes, activations, bias, width, alone):
    """The table of layers, (K + 1, 6), and how many rows the parameters take.

    Parameters
    ----------
    sizes : widths of the layers
    activations : a name for each layer but the input
    width : numbers in a row
    alone : whether a row holds units of one run; else it holds one unit of ``width`` runs

    Returns
    -------
    table : uint64; for each layer its width, the rows of its units, the first of them in Z, A and
        delta, where its weights and its biases begin in theta, and the code of its activation
    rows : int
    """
    widths = np.array(sizes)
    rows = -(-widths // width) if alone else widths
    below = (rows * width if alone else rows)[:-1]  # W_lᵀ has rows for padded units, too
    counts = below * rows[1:]
    ends = np.cumsum(counts + (rows[1:] if bias else 0))
    starts = np.array([0, *ends[:-1]])
    codes = [ACTIVATIONS.index(name) for name in activations]
    units = [0, *np.cumsum(rows)[:-1]]
    table = [widths, rows, units, [0, *starts], [0, *(starts + counts)], [0, *codes]]
    return np.array(table, dtype=np.uint64).T.copy(), int(ends[-1])


def offsets(quantities):
    """{array: (first row, rows)} for the quantities that ``ARRAYS`` names; "one" is 1."""
    quantities = {"one": 1, **quantities}
    counts = [factor * int(quantities[quantity]) for factor, quantity in ARRAYS.values()]
    starts = np.cumsum([0, *counts])[:-1].tolist()
    return dict(zip(ARRAYS, zip(starts, counts, strict=True), strict=True))


def places(table, width, alone, bias):
    """Where W_1 … W_K, and b_1 … b_K, stand in theta, for the first run of a block.

    Index arrays of the parameters' own shapes, into theta as a flat array; the second run's
    numbers stand one place further, and so on.
    """
    step = 1 if alone else width  # from a unit to the next of its layer
    weights, biases = [], []
    widths, rows, _, starts, ends, _ = table.T.astype(int)
    for l in range(1, len(table)):
        i, j = np.arange(widths[l - 1]), np.arange(widths[l])
        weights.append((starts[l] + i * rows[l]) * width + j[:, None] * step)
        biases.append(ends[l] * width + j * step)
    return weights + (biases if bias else [])
