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

from nnlib import validation
from nnlib.activations import ACTIVATIONS
from nnlib.losses import LOSSES
from nnlib.network import Network, activation_names
from nnlib.optimizers import OPTIMIZERS, SCHEDULES
from nnlib.recipe import LOGS
from nnlib.training import Run, epoch_bar, snapshot_epochs, start_network
from nnlib.wrong import LISTINGS, check_listing

TINY = 2.0**-1022  # the smallest normal number
STRETCH = 2**26  # products, about, before control comes back to Python and Ctrl-C is heard
SHUFFLED = 2**17  # samples, about, that are put in order at a time
FEW = 3  # so many runs are quicker one after the other than side by side


def unsupported(recipe):
    """Why this engine cannot run the recipe, as a phrase; None if it can."""
    if importlib.util.find_spec("numba") is None:
        return "numba is not installed"
    if type(recipe.optimizer) not in OPTIMIZERS:
        return f"optimizer is {recipe.optimizer!r}, a class of its own"
    if recipe.gradient not in ("exact", *LISTINGS):
        return f"gradient is {recipe.gradient!r}, which only the textbook loop computes"
    return None


def prefers(recipe):
    """Whether ``engine="auto"`` takes this engine: a fixed rule, never a timing.

    Not for less than 5000 updates, which NumPy has done before numba is loaded, and not where
    batch × parameters is 130 000 or more, which BLAS multiplies faster.
    """
    n = len(recipe.points(0)[0])
    batch = n if recipe.batch_size == "all" else min(recipe.batch_size, n)
    updates = recipe.epochs * -(-n // batch)
    parameters = sum(a * b for a, b in zip(recipe.sizes, recipe.sizes[1:], strict=False))
    small = batch == 1 or batch * parameters < 130_000
    return updates >= 5000 and small and unsupported(recipe) is None


def run_one(recipe, seed, network, snapshots=(), progress=False):
    """The Run of one seed from ``network``; Ctrl-C gives back the epochs that are finished."""
    check_supported(recipe)
    block = Block(recipe, [seed], [network], sorted(snapshots))
    bar = epoch_bar(recipe.epochs) if progress else None
    try:
        for finished in block.stretches():
            if bar is not None:
                bar.update(finished - bar.n)
    except KeyboardInterrupt:
        block.interrupted = True
    finally:
        if bar is not None:
            bar.close()
    return block.runs()[0]


def run_many(recipe, seeds, networks=None, snapshots=(), threads=1):
    """Train with each of the seeds, side by side; each Run is, bit for bit, its single run.

    Parameters
    ----------
    networks : one to start from for each seed, or None
    snapshots : as in ``train``
    threads : how many threads share the runs

    Returns
    -------
    list of Run, in the order of the seeds. Ctrl-C raises KeyboardInterrupt.
    """
    check_supported(recipe)
    seeds = [validation.integer("a seed", seed) for seed in seeds]
    networks = [None] * len(seeds) if networks is None else list(networks)
    if len(networks) != len(seeds):
        raise ValueError(f"networks has {len(networks)} entries; it needs one for each seed")
    starts = [start_network(recipe, *pair) for pair in zip(seeds, networks, strict=True)]
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
        from nnlib import kernel  # only here: it needs numba

        self.kernel, self.recipe, self.seeds = kernel, recipe, list(seeds)
        self.kept = np.array(kept, dtype=int)
        # Adaptive optimizers without ε divide 0 by 0 in the padding, which would look diverged.
        self.alone = len(self.seeds) == 1 and getattr(recipe.optimizer, "eps", 1) > 0
        self.V = kernel.ALONE if self.alone else kernel.LANES
        self.step = 1 if self.alone else len(self.V)  # from a unit to the next of its layer
        self.columns = range(1 if self.alone else len(self.V))
        self.orders = [np.random.default_rng((seed, 2)) for seed in self.seeds]
        points = [recipe.points(seed) for seed in self.seeds]
        self.n = len(points[0][0])
        self.layers, self.size = _layers(recipe, len(self.V), self.alone)
        work = self.n * self.size * len(self.V)
        shuffled = SHUFFLED // self.n if recipe.shuffle else recipe.epochs
        self.stretch = max(1, min(STRETCH // work, shuffled, recipe.epochs))
        self.rates, self.interrupted = _rates(recipe), False
        self.ended = np.full(len(self.seeds), -1)
        self.diverged = np.zeros(len(self.seeds), dtype=bool)
        self.counters = np.zeros(2, dtype=int)  # finished epochs, snapshots taken
        self._lay_out()
        self._fill(points, starts)

    def _lay_out(self):
        """Find room for everything in one block of memory, and fill in the plan."""
        recipe, width, size = self.recipe, len(self.V), self.size
        units = int(self.layers[-1, 1] + self.layers[-1, 2])
        inputs = int(self.layers[0, 1])
        samples = self.n * (1 + (self.stretch if recipe.shuffle else 0))
        rows = {
            "theta": size, "gradient": size, "first": size, "second": size,
            "Z": units, "A": units, "delta": units, "X": samples * inputs, "y": samples,
            "real": 1, "powers": 2, "row": 3, "history": 3 * -(-recipe.epochs // recipe.log_every),
            "last_loss": 1, "bad": 1, "final": size, "snapshots": size * len(self.kept),
        }  # fmt: skip
        starts = np.cumsum([0, *rows.values()])
        memory = _aligned(starts[-1] * width)
        self.memory = memory.reshape(-1)
        self.plan = np.zeros(1, self.kernel.PLAN)[0]
        self.parts = {}
        for (name, count), start in zip(rows.items(), starts, strict=False):
            self.plan[name] = start
            self.parts[name] = memory.reshape(-1, width)[start : start + count]
        sizes = {"parameters": size, "inputs": inputs, "output": units - 1, "samples": self.n}
        batch = self.n if recipe.batch_size == "all" else recipe.batch_size
        for name, value in (_settings(recipe) | sizes).items():
            self.plan[name] = value
        self.plan["batch"], self.plan["runs"] = batch, len(self.seeds)

    def _fill(self, points, starts):
        """Write the samples and the parameters; columns without a run repeat the last one."""
        parts, step = self.parts, self.step
        parts["real"][0, : self.columns.stop] = 1
        parts["powers"][:] = 1
        X, y = parts["X"][: self.n * int(self.plan["inputs"])], parts["y"][: self.n]
        self.X, self.y = X.reshape(self.n, -1), y
        self.places = _places(self.layers, len(self.V), step, self.recipe.bias)
        for k in self.columns:
            run = min(k, len(self.seeds) - 1)
            self.X[:, k : k + points[run][0].shape[1] * step : step] = points[run][0]
            self.y[:, k] = points[run][1][:, 0]
            net = starts[run]
            for place, array in zip(self.places, [*net.weights, *(net.biases or [])], strict=True):
                parts["theta"].reshape(-1)[place + k] = array
        if 0 in self.kept:
            parts["snapshots"][: self.size] = parts["theta"]
            self.counters[1] = 1

    def stretches(self):
        """Train; after every few epochs, yield how many are finished."""
        while self.counters[0] < self.recipe.epochs and (self.ended < 0).any():
            end = min(int(self.counters[0]) + self.stretch, self.recipe.epochs)
            if self.recipe.shuffle:
                self._shuffle(end - int(self.counters[0]))
            self._go_on(end)
            yield int(self.counters[0])

    def _go_on(self, end):
        self.kernel.epochs(
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
        going, diverged = self.ended[k] < 0, bool(self.diverged[k])
        epochs = int(self.counters[0] if going else self.ended[k] + 1)
        stopped = max(0, epochs - 1) if self.interrupted or not going else None
        good = epochs - diverged  # an epoch that diverged does not count
        # … but what was measured before its updates does
        measured = epochs if self.recipe.log == "before" else good
        logged = np.arange(0, measured, self.recipe.log_every)
        rows = self.parts["history"].reshape(-1, 3, len(self.V))[: len(logged), :, k]
        finite = np.isfinite(rows[:, 0])
        logged, rows = logged[finite], rows[finite]
        if not diverged:
            closing = self.parts["row"][:3, k]
            diverged = not np.isfinite(closing[0])
            if not diverged:
                logged, rows = np.append(logged, epochs), np.vstack([rows, closing])
        snapshots = self.parts["snapshots"].reshape(len(self.kept), *final.shape)
        kept = zip(self.kept.tolist(), snapshots, strict=True)
        kept = {e: self._network(theta, k) for e, theta in kept if e <= good}
        net = self._network(final, k)
        return Run(
            self.recipe, self.seeds[k], "compiled", net, logged, *rows.T.copy(),
            stopped, diverged, kept,
        )  # fmt: skip

    def _network(self, theta, k):
        arrays = [theta.reshape(-1)[place + k] for place in self.places]
        weights, biases = arrays[: len(self.layers) - 1], arrays[len(self.layers) - 1 :]
        return Network.from_parameters(weights, biases or None, self.recipe.activations)


def _layers(recipe, width, alone):
    """The kernel's table of layers, and how many rows the parameters take."""
    widths = np.array(recipe.sizes)
    rows = -(-widths // width) if alone else widths
    below = (rows * width if alone else rows)[:-1]  # W_lᵀ has rows for padded units, too
    sizes = below * rows[1:]
    ends = np.cumsum(sizes + (rows[1:] if recipe.bias else 0))
    starts = np.array([0, *ends[:-1]])
    names = activation_names(recipe.activations, len(widths) - 1)
    kinds = [list(ACTIVATIONS).index(name) for name in names]
    units = [0, *np.cumsum(rows)[:-1]]
    table = [widths, rows, units, [0, *starts], [0, *(starts + sizes)], [0, *kinds]]
    return np.array(table, dtype=np.uint64).T.copy(), int(ends[-1])


def _places(layers, width, step, bias):
    """Where W_1 … W_K, and b_1 … b_K, stand in the flat parameters of the first run."""
    weights, biases = [], []
    widths, rows, _, starts, ends, _ = layers.T.astype(int)
    for l in range(1, len(layers)):
        i, j = np.arange(widths[l - 1]), np.arange(widths[l])
        weights.append((starts[l] + i * rows[l]) * width + j[:, None] * step)
        biases.append(ends[l] * width + j * step)
    return weights + (biases if bias else [])


def _settings(recipe):
    """The parts of the plan that do not depend on where anything stands."""
    optimizer, listing = recipe.optimizer, recipe.gradient
    if listing in LISTINGS:
        names = activation_names(recipe.activations, len(recipe.sizes) - 1)
        check_listing(recipe.sizes, names, recipe.loss)
    numbers = vars(optimizer)
    eps = numbers.get("eps", 1.0)
    return {
        "layers": len(recipe.sizes) - 1,
        "bias": recipe.bias,
        "loss": list(LOSSES).index(recipe.loss),
        "mean": recipe.reduction == "mean",
        "cache_bug": listing in ("listing", "listing_cache"),
        "sigmoid_bug": listing in ("listing", "listing_sigmoid"),
        "optimizer": OPTIMIZERS.index(type(optimizer)),
        "beta1": sum(numbers.get(name, 0.0) for name in ("momentum", "decay", "beta1")),
        "beta2": numbers.get("beta2", 0.0),
        "eps": eps,
        "tiny": TINY if eps > 0 else 0.0,  # without ε, subnormal squares keep steps finite
        "epoch_clock": numbers.get("clock") == "epoch",
        "shuffle": recipe.shuffle,
        "log": LOGS.index(recipe.log),
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
