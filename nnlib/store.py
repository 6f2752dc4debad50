"""A sweep's store: finished runs in one SQLite file, each written the moment it is finished.

Only the process that called ``sweep`` writes, and every chunk of runs is one transaction. The
journal is SQLite's default, rolled back by whoever opens the file after a crash: it leaves one
file between transactions and works on network file systems, as the write-ahead log would not.

A run is found again by its seed and a key, which is made of everything else that its numbers
depend on: the recipe's content, the engine, and the mark of its arithmetic (``fingerprint``).
Whatever changes, old rows are not found, never wrong.
"""

import hashlib
import json
import os
from contextlib import closing, contextmanager
from numbers import Real
from typing import NamedTuple

import numpy as np

from nnlib import fingerprint
from nnlib.network import Network
from nnlib.optimizers import OPTIMIZERS
from nnlib.runs import arrays


class Outcome(NamedTuple):
    """What a sweep keeps of one run; the last two only if asked for."""

    seed: int
    loss: float  # at the end; inf if the run diverged
    accuracy: float  # NaN if the run diverged
    mean_absolute_error: float  # inf if the run diverged
    stopped: float  # the 0-based epoch of an early end, else NaN
    history: np.ndarray | None = None  # (4, n_logged): epochs, loss, accuracy, absolute error
    parameters: np.ndarray | None = None  # (P,): W_1, …, W_K, b_1, …, b_K, flattened


def outcome(run, keep):
    """The Outcome of a Run; ``keep`` may hold "history" and "network"."""
    history = np.array([run.epochs, run.loss, run.accuracy, run.mean_absolute_error], dtype=float)
    ends = (np.inf, np.nan, np.inf) if run.diverged else history[1:, -1].tolist()
    stopped = np.nan if run.stopped is None else float(run.stopped)
    net = run.network
    return Outcome(
        run.seed,
        *ends,
        stopped,
        history if "history" in keep else None,
        parameters(net) if "network" in keep else None,
    )


def parameters(net):
    """W_1, …, W_K, b_1, …, b_K, flattened, in one vector (P,)."""
    return np.concatenate([array.ravel() for array in arrays(net)])


def network(recipe, parameters):
    """The Network of a recipe whose parameters are the vector of an Outcome."""
    net = Network(recipe.sizes, recipe.activations, recipe.bias)
    ends = np.cumsum([array.size for array in arrays(net)])[:-1]
    for array, values in zip(arrays(net), np.split(parameters, ends), strict=True):
        array[...] = values.reshape(array.shape)
    return net


# Keys


def content(recipe):
    """The recipe as text that is equal for equal recipes, in every process and on every machine.

    ValueError if it holds what has no such text: a function, or an optimizer from elsewhere.
    """
    if callable(recipe.schedule):
        raise ValueError(
            f"store cannot tell one function from another, and a recipe's schedule is "
            f"{recipe.schedule!r}; with a store it may be a name, 'constant' or 'halve'"
        )
    if type(recipe.optimizer) not in OPTIMIZERS:
        raise ValueError(
            f"store cannot know the arithmetic of {recipe.optimizer!r}; with a store, optimizers "
            "must be those of nnlib.optimizers"
        )
    return json.dumps(_plain(recipe))


def _plain(value):
    """Text, None, lists and dictionaries for a part of a recipe; numbers to the last bit."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Real):
        return float(value).hex()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return [value.shape, hashlib.sha256(value.astype("<f8").tobytes()).hexdigest()]
    return [type(value).__name__, {name: _plain(part) for name, part in vars(value).items()}]


def key(recipe, engine):
    """All that decides a run's numbers but its seed, as 64 hexadecimal digits."""
    parts = [content(recipe), engine, fingerprint.version(engine)]
    parts.append(fingerprint.processor() if engine == "numpy" else None)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


# The file

FORMAT = 1  # of the tables below; a file with another one is refused
APPLICATION = int.from_bytes(b"nnlb")  # marks an SQLite file as one of ours
TABLES = (
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {FORMAT}",
    "CREATE TABLE recipes (key TEXT PRIMARY KEY, recipe TEXT, engine TEXT, arithmetic TEXT)",
    """CREATE TABLE runs (
        key TEXT NOT NULL, seed INTEGER NOT NULL, loss REAL NOT NULL, accuracy REAL,
        mean_absolute_error REAL NOT NULL, stopped REAL, history BLOB, parameters BLOB,
        PRIMARY KEY (key, seed))""",
)
# A run that is computed again, because more of it is wanted, keeps what was there.
WRITE = """INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key, seed) DO UPDATE SET
    history = coalesce(excluded.history, history),
    parameters = coalesce(excluded.parameters, parameters)"""


class Store:
    """Finished runs in an SQLite file, which is made if it is not there.

    A file that is no store, or a broken one, is refused with a ValueError that names it; one that
    cannot be opened, or is locked for a minute, with an OSError.
    """

    def __init__(self, path):
        import sqlite3  # only here: not everyone who imports nnlib has a store

        self.path = os.fspath(path)
        self._sqlite3 = sqlite3
        with self._named_errors():
            # an explicit transaction takes the write lock at once, so none can fail half-way
            self._file = sqlite3.connect(self.path, timeout=60, isolation_level="IMMEDIATE")
            try:
                self._check()
            except BaseException:
                self._file.close()
                raise

    def close(self):
        self._file.close()

    def _check(self):
        """Make the tables in an empty file; refuse one that is not ours, or damaged."""
        with self._file:
            self._file.execute("BEGIN IMMEDIATE")
            if not self._number("SELECT count(*) FROM sqlite_master"):
                for statement in TABLES:
                    self._file.execute(statement)
        if self._number("PRAGMA application_id") != APPLICATION:
            raise ValueError("an SQLite file, but not a store of sweeps")
        version = self._number("PRAGMA user_version")
        if version != FORMAT:
            raise ValueError(f"a store of format {version}, and this is format {FORMAT}")
        (found,) = self._file.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise ValueError(found)

    def _number(self, statement):
        return self._file.execute(statement).fetchone()[0]

    def find(self, key, keep):
        """The Outcomes of the runs with this key that hold what ``keep`` wants."""
        columns = ["history" if "history" in keep else "NULL"]
        columns += ["parameters" if "network" in keep else "NULL"]
        query = (
            f"SELECT seed, loss, accuracy, mean_absolute_error, stopped, {', '.join(columns)} "
            "FROM runs WHERE key = ?"
        )
        with self._named_errors(), closing(self._file.execute(query, (key,))) as rows:
            for *numbers, history, parameters in rows:
                lacks = "history" in keep and history is None
                if not lacks and not ("network" in keep and parameters is None):
                    seed, *ends = (np.nan if number is None else number for number in numbers)
                    yield Outcome(seed, *ends, _read(history, (4, -1)), _read(parameters, (-1,)))

    def add(self, key, recipe, engine, outcomes):
        """Write the Outcomes of one chunk; when this returns, they are on disk."""
        rows = [(key, *o[:5], _bytes(o.history), _bytes(o.parameters)) for o in outcomes]
        about = (
            key,
            repr(recipe),
            engine,
            fingerprint.version(engine),
        )  # for people who look into the file
        with self._named_errors(), self._file:
            self._file.execute("INSERT OR IGNORE INTO recipes VALUES (?, ?, ?, ?)", about)
            self._file.executemany(WRITE, rows)

    @contextmanager
    def _named_errors(self):
        try:
            yield
        except self._sqlite3.OperationalError as error:
            raise OSError(f"store is {self.path!r}, which cannot be used: {error}") from error
        except (self._sqlite3.DatabaseError, ValueError) as error:
            raise ValueError(f"store is {self.path!r}, which is unfit: {error}") from error


def _bytes(array):
    return None if array is None else array.astype("<f8").tobytes()


def _read(blob, shape):
    return None if blob is None else np.frombuffer(blob, dtype="<f8").reshape(shape)
