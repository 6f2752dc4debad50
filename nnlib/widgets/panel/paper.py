"""The panel where no kernel is: its picture for a page, and a player that goes through epochs."""

import base64

import numpy as np

from nnlib.widgets.controls import Slider
from nnlib.widgets.panel import outline, scene
from nnlib.widgets.player import markup

WIDTH, HEIGHT = 453.6, 283.5  # points: the text width of the printed page
FRAMES = 15
PIXELS = 1210


def output(panel):
    """Data and metadata of the panel's output: the picture as SVG, as PNG, and as words."""
    size = f'width="{WIDTH}pt" height="{HEIGHT}pt"'
    svg = outline.outlined(panel.picture(size=size))
    data = {
        "image/svg+xml": svg,
        "image/png": base64.b64encode(outline.png(svg, PIXELS)).decode(),
        "text/plain": f"<TuningPanel {panel.number}>",
    }
    about = {"number": panel.number, "caption": panel.caption, "alt": panel.alt}
    return data, {"image/svg+xml": about, "image/png": {"width": round(WIDTH * 4 / 3)}}


def player(panel):
    """HTML of the player: the picture of some epochs, the last one first, and a slider.

    The page's script puts ``head``, a frame and ``tail`` together to the SVG of an epoch: what
    stays through all epochs is here once.
    """
    result, kept = panel._result, list(panel._result.networks)
    chosen = sorted(set(np.linspace(0, len(kept) - 1, FRAMES).round().astype(int).tolist()))
    size = f'width="{scene.WIDTH}" height="{scene.HEIGHT}"'
    below, tail = scene.fixed(result)
    data = {
        "head": scene.head(size, panel.alt) + below,
        "frames": [scene.moving(result, i) for i in chosen],
        "tail": tail + "</svg>",
        "texts": [scene.describe(result, i) for i in chosen],
    }
    start = data["head"] + data["frames"][-1] + data["tail"]
    epochs = Slider([kept[i] for i in chosen], kept[-1], "epoch")
    return markup(panel, start, size, {"epoch": epochs}, data["texts"][-1], data)
