"""What eyes make of colors: contrast, and how far two lie apart, also for color-blind readers."""

import numpy as np
from matplotlib.colors import to_rgb

# Machado, Oliveira and Fernandes (2009), severity 1: what is left of linear red, green and blue.
COLOR_BLIND = {
    "none": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)  # of linear sRGB


def linear(color):
    """A color's linear red, green and blue."""
    c = np.array(to_rgb(color))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """WCAG's contrast ratio of two colors."""
    darker, lighter = sorted(TO_XYZ[1] @ linear(c) for c in (a, b))
    return (lighter + 0.05) / (darker + 0.05)


def distance(a, b, blindness="none"):
    """The distance of two colors in CIELAB, as readers see them; 2 can just be told apart."""
    spots = []
    for color in (a, b):
        seen = (COLOR_BLIND[blindness] @ linear(color)).clip(0, 1)
        t = TO_XYZ @ seen / TO_XYZ.sum(axis=1)
        x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
        spots.append(np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)]))
    return float(np.linalg.norm(spots[0] - spots[1]))
