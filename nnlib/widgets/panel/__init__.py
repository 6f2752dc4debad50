"""The tuning panel, by subject: what is set, the controls, training, the picture, the page."""

from nnlib.widgets.panel.panel import TuningPanel

__all__ = ["TuningPanel"]
