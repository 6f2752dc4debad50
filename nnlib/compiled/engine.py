"""The engine "compiled": which recipes it can run, and how it runs one seed or many."""

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from nnlib import validation
from nnlib.compiled.block import Block
from nnlib.extras import install
from nnlib.optimizers import OPTIMIZERS
from nnlib.recipe import Recipe, own_parts
from nnlib.runs import (
    batch_length,
    epoch_bar,
    snapshot_epochs,
    start_network,
)
from nnlib.wrong import LISTINGS

FEW = 3  # so many runs are quicker one after the other than side by side


def unsupported(recipe):
    """Why this engine cannot run the recipe, as a phrase; None if it can."""
    validation.instance("recipe", recipe, Recipe)
    if any(importlib.util.find_spec(name) is None for name in ("numba", "llvmlite")):
        return f"numba is not installed ({install('fast')})"
    return outside(recipe)


def outside(recipe):
    """What the compiled loop has no code for, as a phrase; None if it can run the recipe."""
    if type(recipe.optimizer) not in OPTIMIZERS:
        return f"optimizer is {recipe.optimizer!r}, a class of its own"
    if recipe.gradient not in ("exact", *LISTINGS):
        return f"gradient is {recipe.gradient!r}, which only the textbook loop computes"
    for name, part in own_parts(recipe, ("activations", "loss")):
        return f"{name} holds {part!r}, which only the textbook loop computes"
    return None


def prefers(recipe):
    """Whether ``engine="auto"`` takes this engine: a fixed rule, never a timing.

    Not for less than 5000 updates, which NumPy has done before numba is loaded, and not where
    batch × parameters is 130 000 or more, which BLAS multiplies faster.
    """
    n = len(validation.instance("recipe", recipe, Recipe).points(0)[0])
    batch = min(batch_length(recipe, n), n)
    updates = recipe.epochs * -(-n // batch)
    parameters = sum(a * b for a, b in zip(recipe.sizes, recipe.sizes[1:], strict=False))
    small = batch == 1 or batch * parameters < 130_000
    return updates >= 5000 and small and unsupported(recipe) is None


class Loop:
    """The compiled loop of one run, as ``training.Loop`` is the textbook's."""

    def __init__(self, recipe, seed, network, snapshots, progress):
        check_supported(recipe)
        self.epochs, self.progress = recipe.epochs, progress
        self.block = Block(recipe, [seed], [network], sorted(snapshots))

    def train(self):
        """Go through the epochs; Ctrl-C is heard after every few of them."""
        if not self.progress:
            for _ in self.block.stretches():
                pass
            return
        with epoch_bar(self.epochs) as bar:
            for finished in self.block.stretches():
                bar.update(finished - bar.n)

    def run(self):
        """The Run of the epochs that are finished."""
        return self.block.runs()[0]


def run_many(recipe, seeds, networks=None, snapshots=(), threads=1, halt=None):
    """Train with each of the seeds, side by side; each Run is, bit for bit, its single run.

    Parameters
    ----------
    networks : one to start from for each seed, or None
    snapshots : as in ``train``
    threads : how many threads share the runs, from 1 to 1024
    halt : None, or a ``threading.Event`` by which another thread ends them: RuntimeError

    Returns
    -------
    list of Run, in the order of the seeds. Ctrl-C raises KeyboardInterrupt.
    """
    check_supported(recipe)
    seeds = validation.sequence("seeds", seeds, "(0, 1)")
    seeds = [validation.integer(f"seeds[{i}]", seed) for i, seed in enumerate(seeds)]
    threads = validation.integer("threads", threads, minimum=1, maximum=1024)
    if networks is None:
        networks = [None] * len(seeds)
    networks = validation.sequence("networks", networks, "[Network(), Network(rng=1)]")
    if len(networks) != len(seeds):
        raise ValueError(f"networks has {len(networks)} entries; it needs one for each seed")
    pairs = enumerate(zip(seeds, networks, strict=True))
    starts = [start_network(recipe, *pair, f"networks[{i}]") for i, pair in pairs]
    kept = sorted(snapshot_epochs(snapshots, recipe.epochs))
    halt = Event() if halt is None else validation.instance("halt", halt, Event)

    def work(group):
        block = Block(recipe, seeds[group], starts[group], kept)
        for _ in block.stretches():
            if halt.is_set():
                raise RuntimeError("the runs were halted")
        return block.runs()

    with ThreadPoolExecutor(threads) as pool:
        try:
            return [run for runs in pool.map(work, _groups(len(seeds))) for run in runs]
        except BaseException:
            halt.set()
            pool.shutdown(cancel_futures=True)
            raise


def check_supported(recipe):
    """Refuse, with ValueError, a recipe that this engine cannot run."""
    reason = unsupported(recipe)
    if reason:
        raise ValueError(f"engine is 'compiled', which cannot run this recipe: {reason}")


def _groups(count):
    """Slices of the runs: as many as fill a row, and the few that are left one by one."""
    from nnlib.compiled.kernel import LANES

    width = len(LANES)
    groups = [slice(start, min(start + width, count)) for start in range(0, count, width)]
    if groups and groups[-1].stop - groups[-1].start <= FEW:
        last = groups.pop()
        groups += [slice(i, i + 1) for i in range(last.start, last.stop)]
    return groups
