"""The five reports: their experiments as recipes, every figure they print, every claim they make.

``sources.A.recipes["xor"]`` is report A's XOR experiment; ``sources.A.compare(figure)`` says where
a printed figure stands among our runs, and ``sources.A.claim("noise").verdict()`` what an
experiment says of a claim. The runs behind them are read from a file by ``stored_sweep``, which
``python -m nnlib.sources`` computes. Figures are listed in one file a report, claims by
the chapters that test them.
"""

from nnlib.sources import report_a, report_b, report_c, report_d, report_e
from nnlib.sources.claim import Claim, Verdict
from nnlib.sources.claims import CLAIMS
from nnlib.sources.model import Comparison, Figure, Source
from nnlib.sources.stored import stored_sweep


def _source(name, report):
    claims = tuple(claim for claim in CLAIMS if claim.report == name)
    parts = report.TITLE, report.RECIPES, report.FIGURES, claims, report.UNKNOWN, report.SEEDS
    return Source(name, *parts, getattr(report, "STARTS", {}), getattr(report, "FITTED", {}))


A = _source("A", report_a)
B = _source("B", report_b)
C = _source("C", report_c)
D = _source("D", report_d)
E = _source("E", report_e)
ALL = (A, B, C, D, E)

__all__ = [
    "ALL",
    "A",
    "B",
    "C",
    "Claim",
    "Comparison",
    "D",
    "E",
    "Figure",
    "Source",
    "Verdict",
    "stored_sweep",
]
