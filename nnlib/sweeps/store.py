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
import warnings
from contextlib import closing, contextmanager
from numbers import Real
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnlib import validation
from nnlib.optimizers import OPTIMIZERS
from nnlib.recipe import own_parts
from nnlib.runs import arrays
from nnlib.sweeps import fingerprint


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
    net = recipe.network()
    ends = np.cumsum([array.size for array in arrays(net)])[:-1]
    for array, values in zip(arrays(net), np.split(parameters, ends), strict=True):
        array[...] = values.reshape(array.shape)
    return net


# Keys


def content(recipe):
    """The recipe as text that is equal for equal recipes, in every process and on every machine.

    ValueError if it holds what has no such text: a function, or an optimizer from elsewhere.
    """
    for name, part in own_parts(recipe):
        raise ValueError(
            f"store cannot tell one function from another, and a recipe's {name} holds {part!r}; "
            "with a store it may be the name of a built-in one"
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


def key(recipe, engine, start=None):
    """All that decides a run's numbers but its seed, as 64 hexadecimal digits."""
    parts = [content(recipe), engine, fingerprint.version(engine)]
    parts.append(fingerprint.processor() if engine == "numpy" else None)
    if start is not None:  # else the key is that of older files
        parts.append(start)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


# The file

FORMAT = 2  # of the tables below; one of format 1, whose rows have no digest, is brought up to it
APPLICATION = int.from_bytes(b"nnlb")  # marks an SQLite file as one of ours
TABLES = (
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {FORMAT}",
    "CREATE TABLE recipes (key TEXT PRIMARY KEY, recipe TEXT, engine TEXT, arithmetic TEXT)",
    """CREATE TABLE runs (
        key TEXT NOT NULL, seed INTEGER NOT NULL, loss REAL NOT NULL, accuracy REAL,
        mean_absolute_error REAL NOT NULL, stopped REAL, history BLOB, parameters BLOB,
        digest TEXT, PRIMARY KEY (key, seed))""",
)
KINDS = (str, int, float, float | None, float, float | None, bytes | None, bytes | None)
READ = """SELECT rowid, key, seed, loss, accuracy, mean_absolute_error, stopped,
    history, parameters, digest FROM runs WHERE"""
# What was kept of the same run when other things were wanted of it.
KEPT = """SELECT history, parameters FROM runs WHERE key = ? AND seed = ? AND loss = ?
    AND accuracy IS ? AND mean_absolute_error = ? AND stopped IS ?"""
WRITE = "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Store:
    """Finished runs in an SQLite file, which is made if it is not there.

    A file that is no store, or a broken one, is refused with a ValueError that names it; one that
    cannot be opened, or is locked for a minute, with an OSError. Every row has a digest: where it
    does not fit, that run alone is lost, and a warning says so.
    """

    def __init__(self, path):
        import sqlite3  # only here: not everyone who imports nnlib has a store

        self.path = str(validation.path("store", path))
        self._sqlite3 = sqlite3
        with self._named_errors():
            # an absolute path is always a file: SQLite takes ":memory:" for none. An explicit
            # transaction takes the write lock at once, so none can fail half-way
            place = Path(self.path).absolute()
            self._file = sqlite3.connect(place, timeout=60, isolation_level="IMMEDIATE")
            try:
                self._file.text_factory = lambda raw: raw.decode(errors="replace")  # damaged, too
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
            if not Path(self.path).stat().st_size:
                for statement in TABLES:
                    self._file.execute(statement)
        if self._number("PRAGMA application_id") != APPLICATION:
            raise ValueError("an SQLite file, but not a store of sweeps")
        version = self._number("PRAGMA user_version")
        if version not in (1, FORMAT):
            raise ValueError(f"a store of format {version}, and this is format {FORMAT}")
        found = self._number("PRAGMA integrity_check(1)")
        if found != "ok":
            raise ValueError(f"damaged: {found}")
        self._upgrade()

    def _number(self, statement):
        return self._file.execute(statement).fetchone()[0]

    def _upgrade(self):
        """Give a digest to each row of a file of format 1 that may be what was written."""
        with self._file:
            self._file.execute("BEGIN IMMEDIATE")
            if self._number("PRAGMA user_version") == FORMAT:
                return
            self._file.execute("ALTER TABLE runs ADD COLUMN digest TEXT")
            for place in self._file.execute("SELECT rowid FROM runs").fetchall():
                _, *row, _ = self._file.execute(f"{READ} rowid = ?", place).fetchone()
                if _plausible(row):
                    update = "UPDATE runs SET digest = ? WHERE rowid = ?"
                    self._file.execute(update, (_digest(*row), *place))
            self._file.execute(f"PRAGMA user_version = {FORMAT}")

    def find(self, key, recipe, keep):
        """The Outcomes of the runs with this key, a recipe's, that hold what ``keep`` wants.

        Runs that are damaged are taken out of the file, with a warning.
        """
        damaged = []
        with self._named_errors(), closing(self._file.execute(f"{READ} key = ?", (key,))) as rows:
            for place, *row, digest in rows:
                outcome = _outcome(row, digest, recipe)
                if outcome is None:
                    damaged.append((place,))
                elif _holds(outcome, keep):
                    yield outcome
        if damaged:
            self._take_out(damaged)

    def _take_out(self, places):
        message = (
            f"store is {self.path!r}: damaged runs were found in it and taken out: "
            f"{len(places)}. Those that are wanted are run anew."
        )
        warnings.warn(message, RuntimeWarning, stacklevel=5)  # where sweep is called
        with self._named_errors(), self._file:
            self._file.executemany("DELETE FROM runs WHERE rowid = ?", places)

    def add(self, key, recipe, engine, outcomes):
        """Write the Outcomes of one chunk; when this returns, they are on disk."""
        # of which all but the key is for people who look into the file
        about = (key, repr(recipe), engine, fingerprint.version(engine))
        with self._named_errors(), self._file:
            self._file.execute("INSERT OR IGNORE INTO recipes VALUES (?, ?, ?, ?)", about)
            for outcome in outcomes:
                self._file.execute(WRITE, self._row(key, outcome))

    def _row(self, key, outcome):
        """What to write; a run that is computed again keeps what was there."""
        ends = (key, *outcome[:5])
        kept = self._file.execute(KEPT, ends).fetchone() or (None, None)
        blobs = [
            old if new is None else new.astype("<f8").tobytes()
            for old, new in zip(kept, outcome[5:], strict=True)
        ]
        return (*ends, *blobs, _digest(*ends, *blobs))

    @contextmanager
    def _named_errors(self):
        sqlite3 = self._sqlite3
        try:
            yield
        except (sqlite3.DatabaseError, MemoryError, ValueError) as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            # a table or a column that is not there is an error in the file, not in opening it
            if isinstance(error, sqlite3.OperationalError) and code & 0xFF != sqlite3.SQLITE_ERROR:
                message = f"store is {self.path!r}, which cannot be used: {error}"
                raise OSError(message) from error
            raise ValueError(f"store is {self.path!r}, which is unfit: {error}") from error


def _read(blob, shape):
    return None if blob is None else np.frombuffer(blob, dtype="<f8").reshape(shape)


def _digest(key, seed, *values):
    """64 hexadecimal digits for all that a row of the table of runs holds."""
    *numbers, history, parameters = values
    # SQLite has neither NaN nor -0.0
    numbers = [None if n is None or np.isnan(n) else n + 0.0 for n in numbers]
    lengths = [blob if blob is None else len(blob) for blob in (history, parameters)]
    digest = hashlib.sha256(repr((key, seed, numbers, lengths)).encode())
    digest.update(history or b"")
    digest.update(parameters or b"")
    return digest.hexdigest()


def _plausible(row):
    """Whether a row without a digest may be what was written."""
    if not all(map(isinstance, row, KINDS)):
        return False
    _, _, loss, accuracy, error, stopped, _, _ = row
    if loss == np.inf:
        return accuracy is None and error == np.inf
    return (
        accuracy is not None
        and 0 <= accuracy <= 1
        and 0 <= error < np.inf
        and (stopped is None or (stopped >= 0 and stopped.is_integer()))
    )


def _outcome(row, digest, recipe):
    """The Outcome that a row holds; None if it is not what was written."""
    if not all(map(isinstance, row, KINDS)) or digest != _digest(*row):
        return None
    _, seed, *numbers, history, parameters = row
    if len(history or b"") % 32 or len(parameters or b"") % 8:
        return None
    numbers = [np.nan if number is None else number for number in numbers]
    outcome = Outcome(seed, *numbers, _read(history, (4, -1)), _read(parameters, (-1,)))
    return outcome if _fits(outcome, recipe) else None


def _fits(outcome, recipe):
    """Whether an Outcome's arrays may be a run's of this recipe."""
    if outcome.parameters is not None and outcome.parameters.size != _size(recipe):
        return False
    return outcome.history is None or _history_fits(outcome, recipe)


def _history_fits(outcome, recipe):
    """Whether a history has the recipe's epochs, and ends as the run did."""
    grid, logged = range(0, recipe.epochs, recipe.log_every), outcome.history
    diverged = np.isinf(outcome.loss)
    if not diverged:  # the last column is the closing row
        if not np.array_equal(logged[1:, -1:], np.reshape(outcome[1:4], (3, 1))):
            return False
        logged = logged[:, :-1]
    n_logged = logged.shape[1]
    ended_early = diverged or not np.isnan(outcome.stopped)
    return np.array_equal(logged[0], grid[:n_logged]) and (ended_early or n_logged == len(grid))


def _size(recipe):
    """How many parameters a recipe's network has."""
    layers = zip(recipe.sizes, recipe.sizes[1:], strict=False)
    return sum((n_in + recipe.bias) * n_out for n_in, n_out in layers)


def _holds(outcome, keep):
    lacks_history = "history" in keep and outcome.history is None
    return not lacks_history and not ("network" in keep and outcome.parameters is None)
