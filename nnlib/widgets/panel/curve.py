"""The learning curve of a run on a logarithmic axis, over the band of other seeds."""

import numpy as np

from nnlib.figures.palette import BLUE, GRAY, GREEN, INK, PALE, PALE_BLUE
from nnlib.sweeps import quantiles
from nnlib.widgets.panel import scene, session
from nnlib.widgets.panel.drawing import area, line, polyline, rectangle, text

AREA = (46, 386, 512, 474)  # left, top, right, bottom
DECADES = 8  # at most, downwards from the largest loss
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def axes(result):
    """Axes, legend, band, constant predictor and curves."""
    low, high = limits(result)
    left, top, right, bottom = AREA
    epochs = result.run.recipe.epochs
    parts = [text(left - 12, 366, "Loss", bold=True), *_grid(low, high, epochs)]
    level = scene.constant_loss(result)
    if level is not None and level > 0:
        y = height(level, low, high)
        parts.append(line(left, y, right, y, GRAY, 1, "5 4"))
    parts += _band(result, low, high)
    if result.before is not None:
        parts.append(_curve(result.before, epochs, low, high, GREEN, 1.4))
    parts.append(_curve(result.fine, epochs, low, high, INK, 1.8))
    parts += _legend(result, level)
    return "".join(parts)


def limits(result):
    """The powers of ten between which all curves lie, whole so that small changes do not show."""
    values = [result.fine.loss]
    values += [[level] for level in [scene.constant_loss(result)] if level is not None]
    values += [result.before.loss] if result.before is not None else []
    values += [quantiles(result.band, (0.05, 0.95)).ravel()] if result.band is not None else []
    values = np.concatenate(values)
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return -1, 1
    high = int(np.ceil(np.log10(values.max()) + 1e-9))
    return max(int(np.floor(np.log10(values.min()))), high - DECADES), high


def height(loss, low, high):
    """Where losses stand, kept inside the axes; not finite ones stay what they are."""
    _, top, _, bottom = AREA
    with np.errstate(all="ignore"):
        share = (np.log10(np.maximum(loss, 1e-300)) - low) / (high - low)
    return bottom - (bottom - top) * np.clip(share, 0, 1)


def across(epoch, epochs):
    """Where an epoch stands."""
    left, _, right, _ = AREA
    return left + (right - left) * np.minimum(np.asarray(epoch) / epochs, 1)


def _grid(low, high, epochs):
    left, top, right, bottom = AREA
    every = -(-(high - low) // 4)
    parts = []
    for power in range(low, high + 1, every):
        y = height(10.0**power, low, high)
        name = {-2: "0.01", -1: "0.1", 0: "1", 1: "10", 2: "100", 3: "1000"}.get(power)
        name = name or f"10{str(power).translate(SUPERSCRIPT)}"
        parts.append(line(left, y, right, y, PALE))
        parts.append(text(left - 5, y + 4, name, 11, "end", GRAY))
    for epoch in nice(epochs):
        x = across(epoch, epochs)
        parts.append(text(x, bottom + 15, scene.plural(epoch, "").strip(" s"), 11, "middle", GRAY))
    parts.append(text(right, bottom + 15, "epochs", 11, "end", GRAY))
    return parts


def nice(epochs):
    """Round numbers of epochs for the axis, which leave room for its name at the right."""
    power = 10 ** int(np.floor(np.log10(epochs)))
    steps = (power // 5, power // 2, power, 2 * power)
    step = next((s for s in steps if s and epochs <= 6 * s), 1)
    return [e for e in range(0, epochs + 1, step) if e <= 0.85 * epochs]


def _curve(run, epochs, low, high, color, width):
    seen = run.epochs <= epochs
    y = height(run.loss[seen], low, high)
    return polyline(across(run.epochs[seen], epochs), y, color, width)


def _band(result, low, high):
    if result.band is None:
        return []
    epochs = session.curve_epochs(result.fine.recipe)
    x = across(epochs, result.run.recipe.epochs)
    lower, middle, upper = (
        height(np.minimum(q, 1e300), low, high) for q in quantiles(result.band, (0.05, 0.5, 0.95))
    )
    return [area(x, upper, lower, BLUE), polyline(x, middle, BLUE, 1.3)]


def _legend(result, level):
    """What each line is, from left to right."""
    x, y, parts = AREA[0] + 34, 362, []

    def entry(mark, words, width):
        nonlocal x
        parts.extend([mark, text(x + 21, y + 4, words, 11)])
        x += 31 + width

    entry(line(x, y, x + 16, y, INK, 1.8), "this run", 46)
    if result.before is not None:
        entry(line(x, y, x + 16, y, GREEN, 1.4), "before", 40)
    if level is not None and level > 0:
        entry(line(x, y, x + 16, y, GRAY, 1, "5 4"), "best constant", 78)
    n = session.SEEDS if result.band is None else len(result.band)
    band = rectangle(x, y - 5, 16, 10, PALE_BLUE) + line(x, y, x + 16, y, BLUE, 1.3)
    entry(band, f"{n} other seeds: median, 5–95 %", 160)
    if result.band is None:
        parts = parts[:-2]
    return parts


def cursor(result, epoch):
    """The epoch that is shown, as a line through the curve; none at the end."""
    _, top, _, bottom = AREA
    if epoch == list(result.networks)[-1]:
        return ""
    x = across(epoch, result.run.recipe.epochs)
    return line(round(float(x), 1), top, round(float(x), 1), bottom, INK, 1, "2 2")
