"""The colors of all figures by name, and the face that each of them has at night.

A figure is drawn once, in the light colors. At night the page turns every color c, red, green and
blue from 0 to 1, into A c + b, the same A and b for all. Such a map takes a mixture of colors to
the same mixture of their dark faces: so soft edges, transparent areas and color maps come out as
if the figure had been drawn in the dark colors, and no picture is needed twice.
"""

import numpy as np
from matplotlib.colors import to_hex, to_rgb

WHITE = "#ffffff"  # the ground
INK, TICKS, AXES, GRAY = "#222222", "#444444", "#666666", "#767676"
FAINT, PALE = "#b0b0b0", "#dddddd"

# Okabe and Ito's colors, safe for color-blind readers. Text needs more contrast than a line.
BLUE, ORANGE, GREEN, PINK = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
ORANGE_TEXT = "#b84d00"

# Tints and shades, for areas and color maps.
DARK_BLUE, LIGHT_BLUE, SOFT_BLUE = "#00324f", "#8fc1e3", "#bcd9ec"
PALE_BLUE, PALER_BLUE, PALEST_BLUE = "#cfe3f2", "#d9e8f1", "#eef4f8"
DARK_ORANGE, LIGHT_ORANGE = "#7a3600", "#f3b48a"
PALE_ORANGE, PALER_ORANGE = "#f8d9c4", "#f3e3da"

# Four colors and their dark faces determine the map: the page's paper and ink, and the classes.
CHOSEN = {WHITE: "#14171c", INK: "#dde1e7", BLUE: "#5db5f4", ORANGE: "#de8b3b"}


def _matrix():
    """[A b], of shape (3, 4), to four decimals."""
    light = np.array([(*to_rgb(color), 1) for color in CHOSEN])
    night = np.array([to_rgb(color) for color in CHOSEN.values()])
    return np.linalg.solve(light, night).T.round(4)


MATRIX = _matrix()


def at_night(colors):
    """The dark faces of colors (..., 3) from 0 to 1, cut off where they leave that range."""
    return (np.asarray(colors) @ MATRIX[:, :3].T + MATRIX[:, 3]).clip(0, 1)


def dark(color):
    """The dark face of any color that matplotlib knows, such as ``"#4b58a1"``."""
    return to_hex(at_night(to_rgb(color)))


def faces():
    """The name of each color, and its light and its dark face."""
    named = {name: color for name, color in globals().items() if str(color).startswith("#")}
    return {name: (color, dark(color)) for name, color in named.items()}
