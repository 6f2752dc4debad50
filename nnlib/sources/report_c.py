"""Report C: few sigmoid units with biases, momentum on the mean gradient of the whole batch.

It prints the mean cross-entropy before an epoch's update, every 5000 epochs, and at the end what
the network gives for every point. The order of the points is random, so a printed output is
compared with ours of the same rank, in ascending order.

Readings: the cross-entropy is the whole one, averaged: the outputs printed for XOR give 4.48e-5,
which continues the log (5.09e-5, 4.77e-5). Of the linear log the recovered text has the first
rows, of the XOR log the last ones. The separators of one row of the linear outputs are damaged,
their digits are not; the last XOR output has a digit more than NumPy prints.
"""

from nnlib.optimizers import Momentum
from nnlib.recipe import Recipe
from nnlib.sources.model import Figure, log_rows, share

TITLE = "Few sigmoid units with biases, momentum on the whole batch, and a very long training"

LINEAR = Recipe(
    data="linear",
    sizes=(2, 2, 2, 1),
    activations="sigmoid",
    bias=True,
    init="he",
    loss="bce",
    reduction="mean",
    optimizer=Momentum(0.9),
    lr=0.3,
    schedule="constant",
    batch_size="all",
    epochs=20_000,
    log_every=5000,
    log="before",
)
XOR = LINEAR.replace(data="xor", sizes=(2, 3, 3, 1), epochs=100_000)

RECIPES = {
    "xor": XOR,
    "linear": LINEAR,
    "xor / mu=0.5": XOR.replace(optimizer=Momentum(0.5)),
    "linear / mu=0.5": LINEAR.replace(optimizer=Momentum(0.5)),
}

SEEDS = {"xor": 400, "linear": 400, "xor / mu=0.5": 200, "linear / mu=0.5": 200}

UNKNOWN = {
    "momentum": "Its coefficient is not said: 0.9, the usual one; the variant is 0.5.",
    "loss": "Whether its logarithms have an ε is not said: 1e-9 as in report A's, which changes "
    "a mean loss by about 1e-9, while the smallest printed one is 4.8e-5.",
    "gradient": "Its formulae do not divide by the number of samples; we read the mean gradient, "
    "of the mean loss that is printed, with the whole data as one batch.",
    "bias": "The biases' start is not said: zero.",
    "data": "The points are random; 50 are announced for each class, but the outputs call 46 of "
    "100 points 1 and all are right. So the classes are as chance gives them.",
    "seed": "No seed is said; the order of the points, shuffled once, has no influence.",
    "convergence": "Less than 2500 and 10 000 epochs are announced, but not what is counted as "
    "converged, and the rows of the log that would show it are not printed.",
}

LOG_LINEAR = """
0 0.9237761721751334
5000 0.004928644549570027
10000 0.0017639850468309873
15000 0.0009879229519432738
"""

LOG_XOR = """
90000 5.0888838506633774e-05
95000 4.766360642509997e-05
"""

OUTPUTS_LINEAR = """
6.90819419e-06 6.89088523e-06 9.99933621e-01 9.99990638e-01
6.89086207e-06 6.98066113e-06 6.88883765e-06 9.99998101e-01
9.99998220e-01 7.69210999e-06 6.97021061e-06 6.90064537e-06
7.75386611e-06 9.99997732e-01 7.46184705e-06 9.99998208e-01
7.57580357e-06 9.99998181e-01 9.99998154e-01 9.99997717e-01
9.99996567e-01 8.37283796e-06 6.90998887e-06 9.99998215e-01
9.99998082e-01 6.88936627e-06 6.89423764e-06 2.56276384e-05
9.99398808e-01 9.99997935e-01 9.99998117e-01 9.99956847e-01
6.89493318e-06 9.90118088e-01 1.57471440e-04 7.12138064e-06
2.28977837e-05 6.89730998e-06 9.99998192e-01 9.99998216e-01
6.89201361e-06 9.99991525e-01 7.03651638e-06 1.05923837e-05
7.29312904e-06 7.88233810e-06 9.99989930e-01 9.99998204e-01
9.99998220e-01 9.99998202e-01 7.98294597e-06 5.72127426e-04
9.99998219e-01 9.99998179e-01 9.99928326e-01 4.19614364e-03
7.36856021e-06 1.28845848e-05 2.43768160e-05 7.26059591e-06
9.99998219e-01 9.99998220e-01 7.58208568e-06 9.99998217e-01
9.99995775e-01 9.99997979e-01 9.99885192e-01 9.99998210e-01
9.99998220e-01 7.56502911e-06 6.88703112e-06 9.99996497e-01
9.99997033e-01 9.79804664e-01 9.99996545e-01 9.55886385e-06
1.76093844e-05 6.95568587e-06 6.95284784e-06 9.99998157e-01
1.30554803e-04 9.99998182e-01 1.85520408e-02 2.68101640e-05
7.33248028e-06 7.31142934e-06 4.61143380e-05 7.09215793e-06
9.99998161e-01 1.36325742e-05 9.99998214e-01 9.99545959e-01
7.24238832e-06 1.95717476e-05 7.42397693e-06 9.99997644e-01
9.99938601e-01 6.91506496e-06 9.84029565e-03 6.89190987e-06
"""

# The last one, as printed, has one 9 too many: NumPy prints 8 digits behind the point.
OUTPUTS_XOR = """
9.99999617e-01 4.99861515e-08 6.65580646e-06 2.03335408e-05 3.42511670e-07 9.99999462e-01
9.99999678e-01 1.07016141e-05 9.99999626e-01 9.99746762e-01 9.99999655e-01 2.67489546e-08
1.86902482e-04 7.17750607e-05 9.99999428e-01 1.34635227e-04 2.79883321e-06 9.99751300e-01
9.99999673e-01 1.47559646e-06 9.999999623e-01
"""
READ_AS = {"9.999999623e-01": 9.99999623e-01}


def _outputs(first_line, section, recipe, rows, step):
    """The Figures of printed outputs; ``step`` is the number of lines from row to row."""
    texts = [
        (first_line + step * i, t) for i, r in enumerate(rows.split("\n")[1:-1]) for t in r.split()
    ]
    values = [READ_AS.get(text, float(text)) for _, text in texts]
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = {point: rank for rank, point in enumerate(order)}
    return [
        Figure(line, f"{section}, output {i + 1}", text, values[i], recipe, "output",
               rank=ranks[i], variant=f"{recipe} / mu=0.5")
        for i, (line, text) in enumerate(texts)
    ]  # fmt: skip


def _end(line, section, text, metric, value, recipe):
    """The Figure of a closing accuracy, or of the number of points called 1."""
    return Figure(line, section, text, value, recipe, metric, variant=f"{recipe} / mu=0.5")


FIGURES = (
    Figure(
        86,
        "3, linear, points of class 1",
        "50",
        50,
        why_not="No result of a training, and not that of the run that is printed: its outputs "
        "call 46 of the 100 points 1, and all are right.",
    ),
    *log_rows(91, "3, linear", "linear", ["loss"], LOG_LINEAR, 100, variant="linear / mu=0.5"),
    *_outputs(96, "3, linear", "linear", OUTPUTS_LINEAR, step=1),
    _end(121, "3, linear, accuracy", "1.0", "accuracy", share("1.0", 100), "linear"),
    _end(124, "3, XOR, points of class 1 (10 outputs are called 1)", "10", "ones", 10, "xor"),
    Figure(
        124,
        "3, XOR, points of class 2",
        "11",
        11,
        why_not="No result of a training: with 21 points, it follows from the 10 of class 1.",
    ),
    *_outputs(162, "3, XOR", "xor", OUTPUTS_XOR, step=0),
    _end(163, "3, XOR, accuracy", "1.0", "accuracy", share("1.0", 21), "xor"),
    *log_rows(165, "3, XOR", "xor", ["loss"], LOG_XOR, 21, step=0, variant="xor / mu=0.5"),
    *(
        Figure(
            167,
            f"3, {data}, epochs to converge",
            text,
            int(text),
            why_not="An upper bound, and the report does not say what it counts as converged.",
        )
        for data, text in (("linear", "2500"), ("XOR", "10000"))
    ),
)
