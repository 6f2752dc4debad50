"""Many runs at once: ``sweep(recipes, seeds)`` gives a Sweep, a distribution for each recipe.

``running`` fills the Sweep of ``result``; ``workers`` spreads the runs over processes, threads or
a cluster; ``store`` keeps those that are finished in a file, and ``fingerprint`` says for which
version of the arithmetic they count.
"""

from nnlib.sweeps.result import MEASURES, History, Sweep, labels, quantiles
from nnlib.sweeps.running import sweep

__all__ = ["MEASURES", "History", "Sweep", "labels", "quantiles", "sweep"]
