"""The compiled loop in a browser: one script that trains there, with the same bits."""

from nnlib.live.bundle import script
from nnlib.live.settings import spec, unsupported

__all__ = ["script", "spec", "unsupported"]
