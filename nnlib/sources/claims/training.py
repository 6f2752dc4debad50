"""Claims tested in chapter 4: about epochs, points, batches, and whole recipes."""

import numpy as np

from nnlib import data
from nnlib.sources import report_a, report_c, report_d
from nnlib.sources.claim import Claim
from nnlib.sources.experiment import changed, grid
from nnlib.sources.measures import ERROR, FIRST_RIGHT, FIRST_UPDATE, RIGHT
from nnlib.sources.rules import Alike, Lower, Share

A, C, D = report_a.RECIPES, report_c.RECIPES, report_d.RECIPES
X, Y = data.xor()

CHAPTER = "04_training.ipynb#"

# Why XOR takes longer. Row e is measured after e epochs, that is e · n updates, at one rate, so
# that row e of the repeated points is row 5 e of the 21, bit for bit; rows come in fives.
_steady = A["xor"].replace(schedule="constant", log="before", log_every=10)
FEW_ROWS = (20, 40, 60, 80, 100, 120, 160, 200, 240, 280, 320, 400, 500)
ROWS = tuple(sorted({*FEW_ROWS, *(5 * e for e in FEW_ROWS)} - {300}))  # there is no 1500
POINTS = {
    "XOR, 21 points": _steady,
    "XOR, 105 points": _steady.replace(data=(np.tile(X, (5, 1)), np.tile(Y, (5, 1)))),
    "linear, 21 points": _steady.replace(data=("linear", 21)),
    "linear, 100 points": _steady.replace(data="linear"),
}
LONGER = {name: POINTS[name] for name in ("XOR, 21 points", "linear, 100 points")}
LINE = {
    "labels of XOR": _steady,
    "labels of a line": _steady.replace(data=(X, np.where(X[:, 1:] > 0.55, 1.0, 0.0))),
}

# Linear with one point an update and with the full batch, at a rate and at a tenth of it.
_one = D["linear lr=0.1"]
_slow = _one.replace(lr=0.01, epochs=200)
BATCHES = [
    _one,
    *grid(_one, batch_size=("all",), epochs=(20, 2000), reduction=("sum", "mean")),
    _slow,
    _slow.replace(batch_size="all"),
    _slow.replace(batch_size="all", reduction="mean", epochs=20_000),
]
_wide = [changed(D[name], hidden=(512, 32), lr=0.01) for name in ("linear", "xor")]

CLAIMS = (
    Claim("A", "epochs", 304, "Train and Test", CHAPTER + "What-a-seed-decides",
          "2500 epochs on XOR and 1000 on linear will most likely reach 100 %.",
          [*grid(A["xor"], epochs=(2500, 1250, 5000)),
           *grid(A["linear"], epochs=(1000, 500, 2000))],
          {"on {data}": [Share({"epochs": [2500, 1000]}, RIGHT)]}),
    Claim("A", "longer", 522, "Results D", CHAPTER + "XOR-against-linear",
          "XOR takes more epochs than linear data to reach 100 %.",
          LONGER, [Lower("linear, 100 points", "XOR, 21 points", FIRST_RIGHT)], rows=ROWS),
    Claim("A", "few points", 528, "Results D", CHAPTER + "XOR-against-linear",
          "XOR takes longer because it has 21 points and linear has 100.", POINTS,
          {"if epochs are counted": [Lower("XOR, 105 points", "XOR, 21 points", FIRST_RIGHT)],
           "if updates are counted": [Lower("XOR, 105 points", "XOR, 21 points", FIRST_UPDATE)],
           "if linear has 21 points, too": [
               Lower("XOR, 21 points", "linear, 21 points", FIRST_RIGHT)]},
          rows=ROWS),
    Claim("A", "one line", 530, "Results D", CHAPTER + "XOR-against-linear",
          "XOR takes longer because it needs more than one line.",
          LINE, [Lower("labels of a line", "labels of XOR", FIRST_RIGHT)], rows=ROWS),
    Claim("C", "no huge network", 31, "2.2", CHAPTER + "Five-recipes-side-by-side",
          "For data this easy no huge network is needed.",
          [*grid(C["linear"].replace(epochs=2500), hidden=((2, 2), (10, 10))),
           *grid(C["xor"].replace(epochs=10_000), hidden=((3, 3), (10, 10)))],
          {"on {data}": [Share({"hidden": [(2, 2), (3, 3)]}, RIGHT),
                         Alike({"hidden": [(2, 2), (3, 3)]}, {"hidden": (10, 10)}, RIGHT)]}),
    Claim("C", "converged", 167, "3", CHAPTER + "Five-recipes-side-by-side",
          "Training takes less than 2500 epochs on linear and 10 000 on XOR to converge.",
          [*grid(C["linear"], epochs=(2500, 20_000)), *grid(C["xor"], epochs=(10_000, 100_000))],
          {"on {data}": [Share({"epochs": [2500, 10_000]}, RIGHT)]}),
    Claim("D", "batch", 135, "2.3", CHAPTER + "How-many-points-make-an-update",
          "A batch of one sample does not affect the result, since the data have no outliers.",
          BATCHES,
          {"at rate {lr}": [Alike(
              {"batch_size": 1}, {"batch_size": "all", "reduction": ..., "epochs": ...}, ERROR)]}),
    Claim("D", "perfect", 183, "3, table 1", CHAPTER + "Five-recipes-side-by-side",
          "With (512, 32) units and rate 0.01 the results are perfect on both sets.",
          _wide + [recipe.replace(epochs=10 * recipe.epochs) for recipe in _wide],
          {"on {data} after {epochs} epochs": [Share({}, RIGHT)]}, seeds=50),
)  # fmt: skip
