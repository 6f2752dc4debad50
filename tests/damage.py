"""Damage a saved network and a store, one bit or one cut at a time: none may give other numbers.

    python tests/damage.py [tries] [seed]

tries (2000) is the number of flipped bits, and of cuts, of each file.
"""

import random
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from unittest import mock

from small_sweeps import EVERYTHING, RECIPES, assert_same_sweep, here
from tiny import parameters

from nnlib import Network
from nnlib.sweeps import workers

NETWORK = Network(sizes=(2, 4, 3, 1), activations=("tanh", "elu", "sigmoid"), bias=True, rng=1)
SEEDS = 6


def damages(content, tries, rng):
    """Copies of some bytes: first each with another bit flipped, then each cut somewhere."""
    for _ in range(tries):
        copy, bit = bytearray(content), rng.randrange(8 * len(content))
        copy[bit // 8] ^= 1 << bit % 8
        yield copy
    for _ in range(tries):
        yield content[: rng.randrange(1, len(content))]


def network_file(path):
    """Save a network; a function that reads it again and says what became of it."""
    NETWORK.save(path)

    def read():
        net = Network.load(path)
        same = repr(net) == repr(NETWORK)
        pairs = zip(parameters(net), parameters(NETWORK), strict=same)
        return "read" if same and all(a.tobytes() == b.tobytes() for a, b in pairs) else "OTHER"

    return read


def store_file(path):
    """Keep a sweep in a store; a function that does it again and says what became of it."""
    first = here(RECIPES, SEEDS, keep=EVERYTHING, store=path)

    def read():
        with (
            warnings.catch_warnings(record=True) as said,
            mock.patch.object(workers, "start", wraps=workers.start) as trained,
        ):
            warnings.simplefilter("always")
            again = here(RECIPES, SEEDS, keep=EVERYTHING, store=path)
        try:
            assert_same_sweep(again, first)
        except AssertionError:
            return "OTHER"
        if not trained.called:
            return "read"
        return "run anew" if said else "RUN ANEW IN SILENCE"

    return read


def tried(path, read, tries, seed):
    """How often a damaged file was read, refused, … : a Counter. Capitals must not occur."""
    found, content = Counter(), path.read_bytes()
    for copy in damages(content, tries, random.Random(seed)):
        path.write_bytes(copy)
        try:
            found[read()] += 1
        except (ValueError, OSError) as error:
            named = str(path) in str(error)
            found["refused" if named else f"REFUSED WITHOUT ITS NAME: {error!r}"] += 1
    return found


def main(tries=2000, seed=0):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "damaged")
        for name, kept in (("network", network_file), ("store", store_file)):
            path.unlink(missing_ok=True)
            found = tried(path, kept(path), int(tries), int(seed))
            print(f"{name}: {', '.join(f'{n} {what}' for what, n in found.items())}")
            if any(what[:2].isupper() for what in found):
                sys.exit(f"a damaged {name} was taken for a whole one")


if __name__ == "__main__":
    main(*sys.argv[1:])
