"""``python -m nnlib.sources``: compute the stored runs of the five reports' experiments.

It may be stopped at any time: finished runs are kept in build/sweeps.sqlite, and the next call
goes on; what ``results.npz`` holds already, computed by the same arithmetic, is not run again.
That file is replaced when all is done. From nothing it takes about an hour on two cores.
"""

import time
from itertools import pairwise
from pathlib import Path

from tqdm import tqdm

from nnlib import fingerprint, store, sweep
from nnlib.sources import ALL, stored

RUNS = Path("build/sweeps.sqlite")


def plan():
    """{key: (provenance, recipe)}: every experiment of the figures and claims, once."""
    jobs = {}
    for source in ALL:
        for name, recipe in source.recipes.items():
            needs = source.needs(name)
            wanted = source.n_seeds(name), needs["history"], needs["network"]
            _merge(jobs, f"{source.name}, {name}", recipe, *wanted)
        for claim in source.claims:
            if not callable(claim.experiment):
                for label, recipe in claim.experiment.items():
                    name = f"{source.name}, {claim.name}: {label}"
                    _merge(jobs, name, recipe, claim.seeds, claim.rows, False)
    return jobs


def _merge(jobs, name, recipe, seeds, epochs, network):
    """Add a job; one recipe that is wanted twice is run once, with all that is wanted of it."""
    first = {"name": name, "seeds": 0, "epochs": [], "network": False}
    about, _ = jobs.setdefault(stored.key(recipe), (first, recipe))
    about["seeds"] = max(about["seeds"], seeds)
    about["epochs"] = sorted({*about["epochs"], *epochs})
    about["network"] = about["network"] or network
    about["recipe"] = store.content(recipe)
    about["arithmetic"] = fingerprint.version("compiled")


def compute(about, recipe):
    """What the file keeps of one experiment, or None if Ctrl-C ended it."""
    wanted = {"history": about["epochs"], "network": about["network"]}
    keep = [kind for kind in wanted if wanted[kind]]
    s = sweep(recipe, about["seeds"], "compiled", keep=keep, store=RUNS)
    if not s.finished.all():
        return None
    return stored.arrays(s, about["epochs"], about["network"])


def cost(job):
    """About how many multiplications an experiment takes: the quick ones come first."""
    about, recipe = job[1]
    weights = sum(a * b for a, b in pairwise(recipe.sizes))
    return about["seeds"] * recipe.epochs * len(recipe.points(0)[0]) * (40 + weights)


def main():
    RUNS.parent.mkdir(exist_ok=True)
    provenance, results = {}, {}
    saved = time.monotonic()
    with tqdm(sorted(plan().items(), key=cost), unit="experiment") as jobs:
        for key, (about, recipe) in jobs:
            jobs.set_postfix_str(about["name"])
            found = stored.known(key, about) or (about, compute(about, recipe))
            provenance[key], results[key] = found
            if results[key] is None:
                return "stopped; call it again to go on"
            if time.monotonic() - saved > 120:
                stored.save(provenance, results)
                saved = time.monotonic()
    stored.save(provenance, results)
    return None


if __name__ == "__main__":
    raise SystemExit(main())
