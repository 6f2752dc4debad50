"""Live controls: figures whose sliders work in Jupyter and in the exported HTML file."""

from nnlib.extras import require

require(
    "nnlib.widgets",
    "report",
    *("matplotlib", "PIL", "IPython", "ipywidgets", "anywidget", "quickjs", "typst"),
)

from nnlib.widgets.backprop import BackpropPlayer
from nnlib.widgets.controls import Choice, Slider
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.panel import TuningPanel

__all__ = ["BackpropPlayer", "Choice", "Explorer", "Slider", "TuningPanel"]
