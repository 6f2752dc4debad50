"""The training loop, compiled: the same results as the textbook loop's, in a fraction of the time.

``kernel`` holds the loop itself; here a recipe is put into its numbers and its numbers into Runs.
A run has the same bits on every processor, with any number of threads, and whether it is alone or
one of many. Optimizer states smaller than 2⁻¹⁰²² are flushed to 0: the momentum of a dead unit
would decay into subnormal numbers, each of which costs as much as a hundred others.
"""

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from threading import Event

import numpy as np

from nnlib import ctrl_c, layout, validation
from nnlib.activations import activation_of
from nnlib.extras import install
from nnlib.network import Network, per_layer
from nnlib.optimizers import OPTIMIZERS, SCHEDULES
from nnlib.recipe import Recipe, own_parts
from nnlib.runs import (
    Row,
    arrays,
    batch_length,
    epoch_bar,
    finished_run,
    sample_order,
    snapshot_epochs,
    start_network,
)
from nnlib.wrong import LISTINGS, check_listing

TINY = 2.0**-1022  # the smallest normal number
STRETCH = 2**26  # products, about, before control comes back to Python and Ctrl-C is heard
SHUFFLED = 2**17  # samples, about, that are put in order at a time
COMPILED = set()  # the widths for which the kernel is there
FEW = 3  # so many runs are quicker one after the other than side by side


def unsupported(recipe):
    """Why this engine cannot run the recipe, as a phrase; None if it can."""
    validation.instance("recipe", recipe, Recipe)
    if any(importlib.util.find_spec(name) is None for name in ("numba", "llvmlite")):
        return f"numba is not installed ({install('fast')})"
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


def run_many(recipe, seeds, networks=None, snapshots=(), threads=1):
    """Train with each of the seeds, side by side; each Run is, bit for bit, its single run.

    Parameters
    ----------
    networks : one to start from for each seed, or None
    snapshots : as in ``train``
    threads : how many threads share the runs, from 1 to 1024

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
    kept, halt = sorted(snapshot_epochs(snapshots, recipe.epochs)), Event()

    def work(group):
        block = Block(recipe, seeds[group], starts[group], kept)
        for _ in block.stretches():
            if halt.is_set():
                break
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
    from nnlib.kernel import LANES

    width = len(LANES)
    groups = [slice(start, min(start + width, count)) for start in range(0, count, width)]
    if groups and groups[-1].stop - groups[-1].start <= FEW:
        last = groups.pop()
        groups += [slice(i, i + 1) for i in range(last.start, last.stop)]
    return groups


class Block:
    """A few runs of one recipe side by side in the kernel's memory, or one alone."""

    def __init__(self, recipe, seeds, starts, kept):
        with ctrl_c.deferred():
            from nnlib import jit, kernel  # only here: they need numba

        self.epochs, self.recipe, self.seeds = jit.epochs, recipe, list(seeds)
        self.kept = np.array(kept, dtype=int)
        # Adaptive optimizers without ε divide 0 by 0 in the padding, which would look diverged.
        self.alone = len(self.seeds) == 1 and getattr(recipe.optimizer, "eps", 1) > 0
        self.V = kernel.ALONE if self.alone else kernel.LANES
        self.width = len(self.V)
        self.step = 1 if self.alone else self.width  # from a unit to the next of its layer
        self.columns = range(1 if self.alone else self.width)
        self.orders = [sample_order(seed) for seed in self.seeds]
        points = [recipe.points(seed) for seed in self.seeds]
        self.n = len(points[0][0])
        names = per_layer(recipe.activations, len(recipe.sizes) - 1)
        table = recipe.sizes, names, recipe.bias, self.width, self.alone
        self.layers, self.size = layout.layers(*table)
        self.places = layout.places(self.layers, self.width, self.alone, recipe.bias)
        work = self.n * self.size * self.width
        shuffled = SHUFFLED // self.n if recipe.shuffle else recipe.epochs
        self.stretch = max(1, min(STRETCH // work, shuffled, recipe.epochs))
        self.rates = _rates(recipe)
        self.ended = np.full(len(self.seeds), -1)
        self.diverged = np.zeros(len(self.seeds), dtype=bool)
        self.counters = np.zeros(2, dtype=int)  # finished epochs, snapshots taken
        self._lay_out()
        self._fill(points, starts)

    def _lay_out(self):
        """Find room for everything in one block of memory, and fill in the plan."""
        recipe, size = self.recipe, self.size
        inputs, units = int(self.layers[0, layout.ROWS]), int(self.layers[:, layout.ROWS].sum())
        samples = self.n * (1 + (self.stretch if recipe.shuffle else 0))
        offsets = layout.offsets({
            "parameters": size, "units": units, "samples": samples, "inputs": samples * inputs,
            "logged": -(-recipe.epochs // recipe.log_every), "kept": size * len(self.kept),
        })  # fmt: skip
        self.memory = _aligned(sum(offsets["snapshots"]) * self.width)
        rows = self.memory.reshape(-1, self.width)
        self.parts = {name: rows[at : at + count] for name, (at, count) in offsets.items()}
        sizes = {
            "parameters": size, "inputs": inputs, "output": units - 1, "samples": self.n,
            "batch": batch_length(recipe, self.n), "runs": len(self.seeds),
        }  # fmt: skip
        begins = {name: at for name, (at, _) in offsets.items()}
        self.plan = np.zeros(1, layout.PLAN)[0]
        for name, value in (begins | sizes | _settings(recipe)).items():
            self.plan[name] = value

    def _fill(self, points, starts):
        """Write the samples and the parameters; columns without a run repeat the last one."""
        parts, step = self.parts, self.step
        parts["real"][0, : self.columns.stop] = 1
        parts["powers"][:] = 1
        X, y = parts["X"][: self.n * int(self.plan["inputs"])], parts["y"][: self.n]
        self.X, self.y = X.reshape(self.n, -1), y
        for k in self.columns:
            run = min(k, len(self.seeds) - 1)
            self.X[:, k : k + points[run][0].shape[1] * step : step] = points[run][0]
            self.y[:, k] = points[run][1][:, 0]
            for place, array in zip(self.places, arrays(starts[run]), strict=True):
                parts["theta"].reshape(-1)[place + k] = array
        if 0 in self.kept:
            parts["snapshots"][: self.size] = parts["theta"]
            self.counters[1] = 1

    def stretches(self):
        """Train; after every few epochs, yield how many are finished."""
        if self.V not in COMPILED:
            with ctrl_c.deferred():
                self._go_on(0)
            COMPILED.add(self.V)
        while self.counters[0] < self.recipe.epochs and (self.ended < 0).any():
            end = min(int(self.counters[0]) + self.stretch, self.recipe.epochs)
            if self.recipe.shuffle:
                self._shuffle(end - int(self.counters[0]))
            self._go_on(end)
            yield int(self.counters[0])

    def _go_on(self, end):
        """Train up to epoch ``end``; then the kernel measures the closing row."""
        self.epochs(
            self.plan, self.layers, self.memory, self.rates, self.kept,
            self.ended, self.diverged, self.counters, end, self.V,
        )  # fmt: skip

    def _shuffle(self, epochs):
        """Put the samples of the next epochs in each run's own order, behind the samples."""
        after, rows = self.n * (1 + epochs), int(self.plan["inputs"])
        X = self.parts["X"][self.n * rows : after * rows].reshape(epochs * self.n, -1)
        y = self.parts["y"][self.n : after]
        unsorted = np.tile(np.arange(self.n), (epochs, 1))
        # row by row the permutations that rng.permutation(n) would draw
        orders = [rng.permuted(unsorted, axis=1).reshape(-1) for rng in self.orders]
        for k in self.columns:
            order, mine = orders[min(k, len(orders) - 1)], slice(k, None, self.step)
            X[:, mine] = self.X[order, mine]
            y[:, k] = self.y[order, k]

    def runs(self):
        """The Runs as they stand."""
        going = self.ended < 0
        final = self.parts["final"].copy()
        for k in np.flatnonzero(going):
            column = slice(None) if self.alone else k
            final[:, column] = self.parts["theta"][:, column]
        self.parts["theta"][:] = final
        self._go_on(0)  # no epoch, only the closing row
        return [self._run(k, final) for k in range(len(self.seeds))]

    def _run(self, k, final):
        """Run number k: what the kernel wrote, up to where this run ended."""
        going, recipe = self.ended[k] < 0, self.recipe
        epochs = int(self.counters[0] if going else self.ended[k] + 1)
        logged = np.arange(0, epochs, recipe.log_every)
        history = self.parts["history"].reshape(-1, 3, self.width)[: len(logged), :, k]
        snapshots = self.parts["snapshots"].reshape(len(self.kept), *final.shape)
        kept = zip(self.kept.tolist(), snapshots, strict=True)
        return finished_run(
            recipe, self.seeds[k], "compiled",
            net=self._network(final, k),
            epochs=epochs,
            ended=not going or epochs < recipe.epochs,
            diverged=bool(self.diverged[k]),
            rows=np.column_stack([logged, history]),
            closing=Row(epochs, *self.parts["row"][:3, k]),
            snapshots={e: self._network(theta, k) for e, theta in kept if e <= epochs},
        )  # fmt: skip

    def _network(self, theta, k):
        found = [theta.reshape(-1)[place + k] for place in self.places]
        weights, biases = found[: len(self.layers) - 1], found[len(self.layers) - 1 :]
        names = per_layer(self.recipe.activations, len(weights))
        return Network.from_parameters(weights, biases or None, map(activation_of, names))


def _settings(recipe):
    """The parts of the plan that do not depend on where anything stands."""
    optimizer, listing = recipe.optimizer, recipe.gradient
    if listing in LISTINGS:
        names = per_layer(recipe.activations, len(recipe.sizes) - 1)
        check_listing(recipe.sizes, names, recipe.loss)
    numbers = vars(optimizer)
    eps = numbers.get("eps", 1.0)
    return {
        "layers": len(recipe.sizes) - 1,
        "bias": recipe.bias,
        "loss": layout.LOSSES.index(recipe.loss),
        "mean": recipe.reduction == "mean",
        "cache_bug": listing in ("listing", "listing_cache"),
        "sigmoid_bug": listing in ("listing", "listing_sigmoid"),
        "optimizer": layout.OPTIMIZERS.index(type(optimizer).__name__),
        "beta1": sum(numbers.get(name, 0.0) for name in ("momentum", "decay", "beta1")),
        "beta2": numbers.get("beta2", 0.0),
        "eps": eps,
        "tiny": TINY if eps > 0 else 0.0,  # without ε, subnormal squares keep steps finite
        "epoch_clock": numbers.get("clock") == "epoch",
        "shuffle": recipe.shuffle,
        "log": layout.LOGS.index(recipe.log),
        "log_every": recipe.log_every,
        "watch": recipe.stop_below is not None,
        "stop_below": 0.0 if recipe.stop_below is None else recipe.stop_below,
    }


def _rates(recipe):
    """The learning rate of every epoch."""
    if callable(recipe.schedule):
        return np.array([recipe.rate(epoch) for epoch in range(recipe.epochs)], dtype=float)
    return recipe.lr * _factors(recipe.schedule, recipe.epochs)


@lru_cache(maxsize=16)
def _factors(schedule, epochs):
    return np.array([SCHEDULES[schedule](e, epochs) for e in range(epochs)], dtype=float)


def _aligned(count):
    """Zeros in memory that begins at a page: where numbers stand in a page moves the time."""
    block = np.zeros(count + 512)
    start = -block.ctypes.data // 8 % 512
    return block[start : start + count]
