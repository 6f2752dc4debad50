"""``kernel.go_on`` as Python calls it: compiled once for each width; kept on disk if it can be.

Numba notices a change of the file in which it finds a function, but not of the files that this one
imports. It also goes by what a function closes over: here the sources of them all.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

from numba import njit
from numba.core.caching import FunctionCache

from nnlib.activations import LEAK
from nnlib.compiled import arithmetic, elementwise, kernel, layout, vectors
from nnlib.compiled.kernel import go_on
from nnlib.losses import EPS


class Cache(FunctionCache):
    """Numba's files; where they are broken, or the disk is full, there is only no cache."""

    def load_overload(self, sig, target_context):
        with suppress(Exception):
            return super().load_overload(sig, target_context)

    def save_overload(self, sig, data):
        with suppress(Exception):
            super().save_overload(sig, data)


def _compiled(sources):
    """The function, for sources with this digest."""

    @njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)
    def epochs(plan, layers, m, rates, kept, ended, diverged, counters, end, V):
        sources  # noqa: B018
        go_on(plan, layers, m, rates, kept, ended, diverged, counters, end, V)

    with suppress(RuntimeError):  # there is no place that can be written
        epochs._cache = Cache(epochs.py_func)  # as enable_caching does
    return epochs


MODULES = (layout, vectors, arithmetic, elementwise, kernel)
SOURCES = b"".join(Path(module.__file__).read_bytes() for module in MODULES)
epochs = _compiled(hashlib.sha256(SOURCES + repr((LEAK, EPS)).encode()).hexdigest())
