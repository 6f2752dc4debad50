"""Does one experiment come out otherwise than another? Two tests, at three standard errors.

And what several chapters' verdicts are written with: shares and medians as text, a row of the
histories, and the verdict that follows from where a claim holds.
"""

import numpy as np

from nnlib.sources.model import Verdict


def more_often(many, few):
    """Whether something happens in clearly more of the runs ``many`` than of ``few``: bool arrays.

    The difference of the shares over its standard error, with the pooled share, is above 3.
    """
    pooled = np.mean(np.concatenate([many, few]))
    error = np.sqrt(pooled * (1 - pooled) * (1 / len(many) + 1 / len(few)))
    return bool(error > 0 and np.mean(many) - np.mean(few) > 3 * error)


def clearly_lower(low, high):
    """Whether runs of ``low`` tend to smaller values than ``high`` (Mann and Whitney 1947).

    The share of pairs in which ``low`` is smaller, ties counted half, is above ½ by more than 3 of
    its standard errors; infinite values may be among them, and the errors allow for ties.
    """
    m, n = len(low), len(high)
    both = np.concatenate([low, high])
    _, place, counts = np.unique(both, return_inverse=True, return_counts=True)
    mean_ranks = np.cumsum(counts) - (counts - 1) / 2
    U = mean_ranks[place[m:]].sum() - n * (n + 1) / 2  # pairs in which high is larger
    N = m + n
    variance = m * n / 12 * (N + 1 - np.sum(counts**3 - counts) / (N * (N - 1)))
    return bool(U - m * n / 2 > 3 * np.sqrt(variance) > 0)


def percent(which):
    """The share of runs, as text: "96 %"."""
    return f"{100 * np.mean(which):.0f} %"


def median(values):
    """The median over all runs, as text: three digits, or a whole number ("0.0213", "1450")."""
    middle = np.median(values)
    return f"{middle:.3g}" if middle < 1000 else f"{middle:.0f}"


def row(history, epoch, of="accuracy"):
    """Accuracy or loss of every run in the row of that epoch."""
    return getattr(history, of)[:, history.epochs.tolist().index(epoch)]


def by_condition(evidence, holds, words=""):
    """The verdict that follows from {condition: whether the claim holds there}.

    What it says of a condition may be several things, [bool, …], which all must be true. ``words``
    stand before the conditions.
    """
    met = [condition for condition, good in holds.items() if np.all(good)]
    if 0 < len(met) < len(holds):
        return Verdict("holds only under", evidence, words + " and ".join(met))
    return Verdict("holds" if met else "false", evidence)
