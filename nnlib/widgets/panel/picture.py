"""The panel on the page: an anywidget whose script shows the picture and the controls."""

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent


class PanelView(anywidget.AnyWidget):
    """What the page knows: the picture as SVG, the state as JSON, and the controls' options."""

    _esm = (HERE / "picture.js").read_text(encoding="utf-8")
    _css = (HERE / "picture.css").read_text(encoding="utf-8")
    picture = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
