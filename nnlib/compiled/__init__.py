"""The training loop, compiled: the same results as the textbook loop's, in a fraction of the time.

A run has the same bits on every processor, with any number of threads, and whether it is alone or
one of many. From the bottom up: ``vectors`` (registers), ``arithmetic`` (exp, log, …),
``elementwise`` (activations and losses), ``kernel`` (the loop itself), ``jit`` (compiled for this
processor); ``layout`` (where what stands in memory), ``block`` (recipes in, Runs out), ``engine``.
Only ``block`` loads what needs numba, when it is used.
"""

from nnlib.compiled.engine import (
    Loop,
    check_supported,
    outside,
    prefers,
    run_many,
    unsupported,
)

__all__ = ["Loop", "check_supported", "outside", "prefers", "run_many", "unsupported"]
