"""``python -m nnlib.sources``: compute the stored runs of the five reports' experiments.

It may be stopped at any time: finished runs are kept in build/sweeps.sqlite, and the next call
goes on; what ``results.npz`` holds already, computed by the same arithmetic, is not run again.
That file is replaced when all is done. From nothing it takes about an hour on two cores.

With ``--carry-over``, for a change of the code that should change no number: what another
arithmetic computed is kept where a sample of its runs, computed again, has the same bits.
"""

import sys
import time
from itertools import pairwise
from pathlib import Path

from tqdm import tqdm

from nnlib import sweep
from nnlib.sources import ALL, stored
from nnlib.sweeps import fingerprint

RUNS = Path("build/sweeps.sqlite")
SAMPLE = 5  # runs of each experiment that are computed again before the others are believed


def plan():
    """{key: (provenance, recipe)}: every experiment of the figures and claims, once."""
    jobs = {}
    for source in ALL:
        for name, recipe in source.recipes.items():
            needs = source.needs(name)
            wanted = source.n_seeds(name), needs["history"], needs["network"]
            _merge(jobs, f"{source.name}, {name}", recipe, *wanted, source.starts.get(name))
        for claim in source.claims:
            if not callable(claim.experiment):
                for label, recipe in claim.experiment.items():
                    name = f"{source.name}, {claim.name}: {label}"
                    _merge(jobs, name, recipe, claim.seeds, claim.rows, False)
    return jobs


def _merge(jobs, name, recipe, seeds, epochs, network, start=None):
    """Add a job; one recipe that is wanted twice is run once, with all that is wanted of it."""
    first = {"name": name, "seeds": 0, "epochs": [], "network": False}
    about, _ = jobs.setdefault(stored.key(recipe, start), (first, recipe))
    about["seeds"] = max(about["seeds"], seeds)
    about["epochs"] = sorted({*about["epochs"], *epochs})
    about["network"] = about["network"] or network
    about["recipe"] = stored.content(recipe)
    about["arithmetic"] = fingerprint.version("compiled")
    if start is not None:
        about["start"] = start


def compute(about, recipe, seeds, runs):
    """What the file keeps of one experiment, or None if Ctrl-C ended it."""
    wanted = {"history": about["epochs"], "network": about["network"]}
    keep = [kind for kind in wanted if wanted[kind]]
    runs = None if callable(recipe.schedule) else runs  # of which a store has no key
    s = sweep(recipe, seeds, "compiled", keep=keep, store=runs, start=about.get("start"))
    if not s.finished.all():
        return None
    return stored.arrays(s, about["epochs"], about["network"])


def carried(key, about, recipe):
    """What the file holds of an experiment, with the mark of today's arithmetic, or None.

    None where the file does not hold it, or where one bit of a sample of its runs has changed.
    """
    old = stored.provenance().get(key, {}).get("arithmetic")
    found = stored.known(key, about | {"arithmetic": old})
    if found is None:
        return None
    held, arrays = found
    seeds = list(range(0, held["seeds"], -(-held["seeds"] // SAMPLE)))
    again = compute(held, recipe, seeds, None)
    if again is None or any(a.tobytes() != arrays[n][seeds].tobytes() for n, a in again.items()):
        return None
    return held | {"arithmetic": about["arithmetic"]}, arrays


def cost(job):
    """About how many multiplications an experiment takes: the quick ones come first."""
    about, recipe = job[1]
    weights = sum(a * b for a, b in pairwise(recipe.sizes))
    return about["seeds"] * recipe.epochs * len(recipe.points(0)[0]) * (40 + weights)


def main(carry_over=False):
    RUNS.parent.mkdir(exist_ok=True)
    planned, saved = plan(), time.monotonic()
    # What the file holds stays in it until it is computed anew.
    provenance = {key: about for key, about in stored.provenance().items() if key in planned}
    results = {key: stored._held(key) for key in provenance}
    # The bar is for people: where nobody watches, none is drawn.
    with tqdm(sorted(planned.items(), key=cost), unit="experiment", disable=None) as jobs:
        for key, (about, recipe) in jobs:
            jobs.set_postfix_str(about["name"])
            found = stored.known(key, about)
            found = found or (carry_over and carried(key, about, recipe))
            found = found or (about, compute(about, recipe, about["seeds"], RUNS))
            if found[1] is None:
                return "stopped; call it again to go on"
            provenance[key], results[key] = found
            if time.monotonic() - saved > 120:
                stored.save(provenance, results)
                saved = time.monotonic()
    stored.save(provenance, results)
    return None


if __name__ == "__main__":
    raise SystemExit(main("--carry-over" in sys.argv[1:]))
