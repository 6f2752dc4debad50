"""Backpropagation, seen: one update of a network, moment by moment."""

import base64

import anywidget
import traitlets
from IPython.display import display

from nnlib import validation
from nnlib.figures.style import caption_output, described
from nnlib.live import backprop, panel
from nnlib.widgets.panel import outline
from nnlib.widgets.view import with_view

WIDTH, PIXELS = 453.6, 1210  # points: the text width of the printed page; of the PNG
UNITS = 40  # of a layer, at most: more cannot be told apart
SAMPLES = 1000  # at most


class BackpropPlayer:
    """A network's forward pass, loss, δ and gradients for a sample, and the step they make.

    A cell that ends with one shows it: in Jupyter and in the exported HTML page with buttons and
    keys for one moment after the other, and with a second sample whose vote is added; in a
    notebook that was not run, and in the PDF, as the picture of one moment. The numbers are those
    of ``net.forward`` and ``net.backward``.

    Parameters
    ----------
    net : Network, which is copied
    X (n, d_0), y (n, 1) : samples to choose from
    loss : a loss's name, or a Loss
    lr : the rate η of the step −η·gradient
    reduction : "sum" or "mean" of the votes of two samples
    moment : which moment the picture shows, from 0; None: the first gradient
    number, caption, alt : as for ``figures.show``
    """

    def __init__(
        self, net, X, y, loss="bce", lr=0.1, reduction="sum", moment=None, number="", caption="",
        alt="",
    ):  # fmt: skip
        described(number=number, caption=caption, alt=alt)
        self.number, self.caption, self.alt = number, caption, alt
        traces = backprop.traces(net, X, y, loss, reduction)
        if len(traces) > SAMPLES:
            raise ValueError(f"X has {len(traces)} samples; at most {SAMPLES} may be chosen from")
        if max(net.sizes) > UNITS:
            raise ValueError(f"net has sizes {net.sizes}; at most {UNITS} units can be drawn")
        moments = backprop.called("moments", traces[:1])
        if moment is None:
            moment = next(k for k, m in enumerate(moments) if m["kind"] == "gradient")
        moment = validation.integer("moment", moment, maximum=len(moments) - 1)
        self.data = {
            "traces": traces,
            "X": [x for trace in traces for x in trace["x"]],
            "y": [trace["y"] for trace in traces],
            "rate": validation.nonnegative("lr", lr),
            "mean": reduction == "mean",
            "moment": moment,
        }

    def picture(self):
        """The picture of the chosen moment, SVG without letters."""
        return outline.outlined(backprop.draw(self.data["traces"][:1], self.data["moment"]))

    def _ipython_display_(self):
        svg = self.picture()
        data = {
            "image/svg+xml": svg,
            "image/png": base64.b64encode(outline.png(svg, PIXELS)).decode(),
            "text/plain": f"<BackpropPlayer {self.number}>",
        }
        about = {"number": self.number, "caption": self.caption, "alt": self.alt}
        about["backprop"] = self.data
        metadata = {"image/svg+xml": about, "image/png": {"width": round(WIDTH * 4 / 3)}}
        display(with_view(data, View(data=self.data)), metadata=metadata, raw=True)
        caption_output(self.number, self.caption)


class View(anywidget.AnyWidget):
    """The player in Jupyter."""

    _esm = f"""{backprop.script()}
    function render({{ model, el }}) {{
      const {{ traces, ...options }} = model.get("data");
      const player = nnBackprop.player(el, {{ ...options, trace: async (i) => traces[i] }});
      return nnBackprop.eachNight(player.refresh);
    }}
    export default {{ render }};
    """
    _css = panel.style()
    data = traitlets.Dict().tag(sync=True)
