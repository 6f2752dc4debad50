"""What the stored picture is drawn from: numbers of a run, as ``live/picture.js`` takes them."""

import numpy as np

from nnlib.live import panel as program
from nnlib.network import forward, loss_value, per_layer, predicted

STEPS, COARSE, MOST = 49, 9, 10  # places of the grid, of a unit's map; units drawn of a layer
SEEDS, ROWS = 24, 200  # in the band; of the curve, at most
SQUARE = (-0.1, -0.1, 1.2)  # low x1, low x2, side


def shown(settings):
    """The numbers of the picture at the end of the run."""
    recipe, seed = settings.trained, settings.seed
    run = settings.run(rows_every(recipe))
    X, y = recipe.points(seed)
    square = around(X)
    with np.errstate(all="ignore"):
        seen = forward(run.network, grid(square))
        wrong = predicted(forward(run.network, X).output) != y
    logits = per_layer(recipe.activations, len(recipe.sizes) - 1)[-1] == "sigmoid"
    epoch = int(run.epochs[-1]) if len(run.epochs) else 0
    words = f"epoch {epoch:,}".replace(",", "\u202f")
    table, label = numbers(settings, run, words)
    return _json(
        {
            "square": square, "steps": STEPS, "logits": logits,
            "field": (seen.Z if logits else seen.A)[-1], "sizes": recipe.sizes,
            "weights": [W.ravel() for W in run.network.weights],
            "units": [[coarse(A[:, k]) for k in range(min(A.shape[1], MOST))]
                      for A in seen.A[1:-1]],
            "X": X.ravel(), "y": y.ravel(), "wrong": wrong.ravel(), "title": words,
            "total": recipe.epochs, "curve": {"epochs": run.epochs, "loss": run.loss},
            "before": None, "band": band(settings, run), "loss": recipe.loss,
            "reduction": recipe.reduction, "cursor": None, "table": table, "label": label,
            "note": note(recipe, run, len(X)),
        }
    )  # fmt: skip


def numbers(settings, run, words):
    """The rows of the table, and the picture in words."""
    recipe = settings.trained
    sets = {"training": recipe.points(settings.seed), "fresh": settings.fresh()}
    rows, said = [], []
    for name, points in sets.items():
        if points is None:
            continue
        X, y = points
        with np.errstate(all="ignore"):
            trace = forward(run.network, X)
            loss = float(loss_value(trace, y, recipe.loss, "mean"))
            share = float(np.mean(predicted(trace.output) == y))
        rows.append({"name": f"{name} ({len(X)})", "accuracy": share, "loss": loss})
        said.append(f"{name} accuracy {100 * share:.1f}\u00a0%")
    return rows, f"{words.capitalize()}: {', '.join(said)}."


def note(recipe, run, n):
    if recipe.reduction == "mean" or not len(run.loss):
        return ""
    loss = program.call("nnPicture.short", float(run.loss[-1]))
    return f"loss of all {n} training points: {loss}"


def rows_every(recipe):
    """How often the learning curve has a row: a divisor of ``log_every``, the finest sensible."""
    every = recipe.log_every
    fine = [d for d in range(1, every) if every % d == 0 and recipe.epochs <= ROWS * d]
    return min(fine, default=every)


def band(settings, run):
    """Losses of the first other seeds at the curve's epochs, infinite once diverged."""
    recipe = run.recipe
    epochs = np.append(np.arange(0, recipe.epochs, recipe.log_every), recipe.epochs)
    seeds = [s for s in range(SEEDS + 1) if s != settings.seed][:SEEDS]
    losses = np.full((SEEDS, len(epochs)), np.inf)
    for row, seed in zip(losses, seeds, strict=True):
        other = settings.replace(seed=seed, start=None, weights=None).run(recipe.log_every)
        n = min(len(other.loss), len(row))
        row[:n] = other.loss[:n]
        if not other.diverged and n:  # one that reached its aim early stays there
            row[n:] = other.loss[-1]
    return {"epochs": epochs, "losses": losses}


def around(X):
    """The square that is drawn: the usual one, or one that holds all points."""
    x, y, side = SQUARE
    low, high = X.min(axis=0), X.max(axis=0)
    if min(low - (x, y)) >= 0 and max(high - (x, y)) <= side:
        return SQUARE
    side = 1.2 * float((high - low).max()) or 1.2
    middle = (low + high) / 2
    return float(middle[0] - side / 2), float(middle[1] - side / 2), side


def grid(square):
    """The grid over the square, row by row from the top, of shape (STEPS², 2)."""
    x, y, side = square
    steps = np.linspace(0, side, STEPS)
    return np.stack(np.meshgrid(x + steps, y + side - steps), axis=-1).reshape(-1, 2)


def coarse(values):
    """A unit's values at some places of the grid."""
    step = (STEPS - 1) // (COARSE - 1)
    return values.reshape(STEPS, STEPS)[::step, ::step].ravel()


def _json(value):
    """Arrays as lists, and what JSON has no number for as what JavaScript makes a number of."""
    if isinstance(value, dict):
        return {key: _json(each) for key, each in value.items()}
    if isinstance(value, np.ndarray):
        return _json(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_json(each) for each in value]
    if isinstance(value, float) and not np.isfinite(value):
        return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
