"""The memory of the compiled loop: recipes are put into it as numbers, and Runs are read from it.

Optimizer states smaller than 2⁻¹⁰²² are flushed to 0: the momentum of a dead unit would decay into
subnormal numbers, each of which costs as much as a hundred others.
"""

from functools import lru_cache

import numpy as np

from nnlib import ctrl_c
from nnlib.activations import activation_of
from nnlib.compiled import layout
from nnlib.network import Network, per_layer
from nnlib.optimizers import SCHEDULES
from nnlib.runs import Row, arrays, batch_length, finished_run, sample_order
from nnlib.wrong import LISTINGS, check_listing

TINY = 2.0**-1022  # the smallest normal number
STRETCH = 2**26  # products, about, before control comes back to Python and Ctrl-C is heard
SHUFFLED = 2**17  # samples, about, that are put in order at a time
COMPILED = set()  # the widths for which the kernel is there


class Block:
    """A few runs of one recipe side by side in the kernel's memory, or one alone."""

    def __init__(self, recipe, seeds, starts, kept):
        with ctrl_c.deferred():
            from nnlib.compiled import jit, kernel  # only here: they need numba

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
