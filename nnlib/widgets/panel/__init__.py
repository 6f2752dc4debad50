"""The tuning panel in Python: what is set, the run behind it, and the picture that is stored."""

from nnlib.widgets.panel.panel import TuningPanel

__all__ = ["TuningPanel"]
