"""The store of a sweep: nothing is run twice, nothing finished lost, nothing old believed."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import closing

import numpy as np
import pytest
import random_recipes as own
from hypothesis import given
from hypothesis import strategies as st
from small_sweeps import (
    DIVERGES,
    EVERYTHING,
    RECIPES,
    SMALL,
    STOPS,
    assert_same_sweep,
    here,
    interrupting,
    on_posix,
)
from tiny import TINY

from nnlib import SGD, Adam, Momentum, Recipe, sweep, train, training
from nnlib.recipe import GRADIENTS
from nnlib.sweeps import fingerprint, store, workers

RUNS = "SELECT recipe, seed, loss FROM runs JOIN recipes USING (key)"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "runs.sqlite"


@pytest.fixture
def trained(monkeypatch):
    """A list of the (recipe, seed) that are really trained."""
    calls = []

    def counted(recipe, seed, *rest):
        calls.append((recipe, seed))
        return start(recipe, seed, *rest)

    start = workers.start
    monkeypatch.setattr(workers, "start", counted)
    return calls


# Nothing is run twice


def test_the_same_sweep_again_runs_nothing(path, trained):
    first = here(RECIPES, 4, keep=EVERYTHING, store=path)
    assert len(trained) == 12
    again = here(RECIPES, 4, keep=EVERYTHING, store=path)
    assert len(trained) == 12
    assert_same_sweep(first, again)
    assert_same_sweep(again, here(RECIPES, 4, keep=EVERYTHING))  # bit for bit, diverged ones too


def test_only_what_is_missing_is_run(path, trained):
    here(SMALL, 3, store=path)
    trained.clear()
    s = here([STOPS, SMALL], (4, 1, 2), store=str(path))
    assert trained == [(STOPS, 4), (STOPS, 1), (STOPS, 2), (SMALL, 4)]
    assert_same_sweep(s, here([STOPS, SMALL], (4, 1, 2)))


def test_runs_of_which_more_is_wanted_are_run_again(path, trained):
    here(SMALL, 2, keep=["history"], store=path)
    here(SMALL, 2, keep=["network"], store=path)
    assert len(trained) == 4
    s = here(SMALL, 2, keep=EVERYTHING, store=path)  # both are there now
    bare = here(SMALL, 2, store=path)
    assert len(trained) == 4
    assert_same_sweep(s, here(SMALL, 2, keep=EVERYTHING))
    assert bare.histories is None


def test_a_run_that_diverged_at_once_has_an_empty_history(path):
    recipe = TINY.replace(lr=1e308, log="before", epochs=0, loss="squared", init="normal")
    recipe = recipe.replace(data=([[1e200]], [[0.0]]))  # its square is infinite
    first = here(recipe, 2, keep=EVERYTHING, store=path)
    assert first.diverged.all()
    assert np.isposinf(first.histories[0].loss).all()
    assert_same_sweep(here(recipe, 2, keep=EVERYTHING, store=path), first)


def test_two_workers_write_through_one_writer(path, trained):
    s = sweep(RECIPES, 6, engine="numpy", n_jobs=2, keep=EVERYTHING, store=path)
    assert_same_sweep(here(RECIPES, 6, keep=EVERYTHING, store=path), s)
    assert trained == []


@on_posix
def test_ctrl_c_and_errors_leave_what_is_finished(path, trained, monkeypatch):
    monkeypatch.setattr(store, "content", repr)  # as if functions had a content
    cut = SMALL.replace(schedule=interrupting(at=2 * 7 + 3))
    assert here(cut, 6, store=path).finished.sum() == 2

    def broken(*arguments):
        raise ValueError("a gradient that cannot be computed")

    monkeypatch.setattr(training, "GRADIENTS", {**GRADIENTS, "sign_error": broken})
    with pytest.raises(ValueError, match="cannot be computed"):
        here([SMALL, SMALL.replace(gradient="sign_error")], 6, store=path)
    trained.clear()
    here(SMALL, 6, store=path)
    assert trained == []
    assert here(cut, 6, store=path).finished.all()
    assert len(trained) == 4


# Nothing old is believed

CHANGES = {
    "data": "xor", "sizes": (2, 4, 1), "activations": ("tanh", "sigmoid"), "bias": True,
    "init": "normal", "loss": "bce_logits", "reduction": "mean", "gradient": "missing_mean",
    "optimizer": Momentum(), "lr": np.nextafter(1.0, 2), "schedule": "constant", "batch_size": 2,
    "shuffle": True, "epochs": 8, "log_every": 4, "log": "before", "stop_below": 1e-9,
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_recipe_is_another_one(name, path, trained):
    here(SMALL, 1, store=path)
    s = here(SMALL.replace(**{name: CHANGES[name]}), 1, store=path)
    assert len(trained) == 2
    assert_same_sweep(s, here(SMALL.replace(**{name: CHANGES[name]}), 1))


def test_the_changes_are_all_there_are():
    assert set(CHANGES) == set(vars(Recipe()))


def test_optimizers_and_points_go_by_content():
    X, y = np.array([[0.0, 1.0], [0.5, 0.25]]), np.array([[1.0], [0.0]])
    moved = np.nextafter(X, 1)
    contents = {
        store.content(SMALL.replace(**change))
        for change in (
            {"data": (X, y)}, {"data": (moved, y)}, {"data": (X, 1 - y)}, {"data": ("linear", 6)},
            {"data": ("circles", 5)}, {"optimizer": Adam()}, {"optimizer": Adam(clock="epoch")},
            {"optimizer": Adam(eps=1e-9)}, {"optimizer": Momentum(0.5)},
        )
    }  # fmt: skip
    assert len(contents) == 9
    same = SMALL.replace(data=(X.tolist(), y.astype(int)), optimizer=Momentum(0), lr=1)
    other = SMALL.replace(data=(X.copy(), y), optimizer=Momentum(0.0), lr=np.float64(1))
    assert same == other
    assert store.content(same) == store.content(other)


def test_keys_are_the_same_in_every_process():
    code = "import nnlib; print(nnlib.sweeps.store.key(nnlib.Recipe(lr=0.3), 'compiled'))"
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert found == {store.key(Recipe(lr=0.3), "compiled")}


def test_runs_from_one_start_are_others_than_runs_from_their_own(path):
    own, shared = here(SMALL, 3, store=path), here(SMALL, 3, store=path, start=1)
    np.testing.assert_array_equal(here(SMALL, 3, store=path).loss, own.loss)
    np.testing.assert_array_equal(here(SMALL, 3, store=path, start=1).loss, shared.loss)
    assert (own.loss != shared.loss)[0].tolist() == [True, False, True]
    assert len({store.key(SMALL, "numpy", start) for start in (None, 0, 1)}) == 3


def test_the_engine_and_the_processor_are_in_the_key(monkeypatch):
    before = store.key(SMALL, "numpy"), store.key(SMALL, "compiled")
    monkeypatch.setattr(fingerprint, "processor", lambda: "another")
    after = store.key(SMALL, "numpy"), store.key(SMALL, "compiled")
    assert after[0] != before[0]
    assert after[1] == before[1]  # which promises the same bits everywhere
    assert len({*before, *after}) == 3


def test_a_changed_arithmetic_is_another_one(path, trained, monkeypatch):
    here(SMALL, 2, store=path)
    monkeypatch.setattr(fingerprint, "version", lambda engine: "sources of tomorrow")
    here(SMALL, 2, store=path)
    assert len(trained) == 4


class Elsewhere(SGD):
    """An optimizer whose arithmetic nobody knows."""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schedule": lambda epoch: 1.0}, "store cannot tell one function from another"),
        ({"optimizer": Elsewhere()}, "store cannot know the arithmetic of Elsewhere()"),
    ],
)
def test_what_has_no_content_cannot_be_stored(change, message, path):
    with pytest.raises(ValueError, match=message):
        here([SMALL, SMALL.replace(**change)], 2, store=path)
    assert not path.exists()


# The file


def text_file(path):
    path.write_text("not a database, but long enough to be looked at as one\n" * 100)


def foreign(path):
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE runs (distance REAL)")
        file.execute(f"PRAGMA user_version = {store.FORMAT}")


def of_tomorrow(path):
    here(SMALL, 1, store=path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 99")


def damaged(path):
    here(STOPS, 40, keep=EVERYTHING, store=path)
    content = bytearray(path.read_bytes())
    page = len(content) // 2 // 4096 * 4096
    content[page : page + 4096] = bytes(4096)  # of rows that the next sweep does not ask for
    path.write_bytes(content)


def cut_off(path):
    here(SMALL, 40, keep=EVERYTHING, store=path)
    path.write_bytes(path.read_bytes()[:10_000])


def without_runs(path):
    here(SMALL, 1, store=path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("DROP TABLE runs")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (text_file, "file is not a database"),
        (foreign, "an SQLite file, but not a store of sweeps"),
        (of_tomorrow, "a store of format 99"),
        (damaged, ""),
        (cut_off, ""),
        (without_runs, "no such table: runs"),
    ],
)
def test_unfit_files_are_refused_and_left_alone(spoil, words, path):
    spoil(path)
    before = path.read_bytes()
    unfit = rf"store is '.*runs\.sqlite', which is unfit: {words}"
    with pytest.raises(ValueError, match=unfit):
        here(SMALL, 2, store=path)
    assert path.read_bytes() == before


def test_places_where_no_file_can_be(tmp_path):
    for impossible in (tmp_path, tmp_path / "no" / "such" / "folder.sqlite"):
        with pytest.raises(OSError, match=r"store is '.*', which cannot be used: unable to open"):
            here(SMALL, 2, store=impossible)


@pytest.mark.parametrize("value", [3, True, b"runs.sqlite", ["runs.sqlite"], "", ".", "a\0b"])
def test_what_is_no_path(value):
    with pytest.raises((TypeError, ValueError), match=r"store is .*; it must be "):
        here(SMALL, 2, store=value)


@on_posix  # elsewhere a name has no colon
def test_every_name_is_a_file(tmp_path, monkeypatch, trained):
    monkeypatch.chdir(tmp_path)
    here(SMALL, 2, store=":memory:")
    here(SMALL, 2, store=":memory:")
    assert len(trained) == 2
    assert [p.name for p in tmp_path.iterdir()] == [":memory:"]


def test_an_empty_file_becomes_a_store(path, trained):
    path.touch()
    here(SMALL, 2, store=path)
    here(SMALL, 2, store=path)
    assert len(trained) == 2
    assert [p.name for p in path.parent.iterdir()] == [path.name]  # one file, no journal


def test_people_can_read_the_file(path):
    here([SMALL, DIVERGES], 2, store=path)
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute(RUNS).fetchall()
    small, diverging = here([SMALL, DIVERGES], 2).loss.tolist()
    expected = [(repr(SMALL), j, small[j]) for j in (0, 1)]
    expected += [(repr(DIVERGES), j, diverging[j]) for j in (0, 1)]
    assert sorted(rows) == sorted(expected)


# What is damaged, and what older versions wrote


def change(path, statement, *values):
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(statement, values)


BROKEN = {
    "another loss": "loss = min(loss, 9.0) + 1e-15",
    "another accuracy": "accuracy = 0.25",
    "an accuracy where none was": "accuracy = coalesce(accuracy, 0) / 2 + 0.1",
    "another epoch of the end": "stopped = 3",
    "a text as a loss": "loss = 'low'",
    "a text that is no UTF-8": "loss = CAST(x'ff' AS TEXT)",
    "bytes as an error": "mean_absolute_error = x'00'",
    "a text as a history": "history = 'long'",
    "a number as a history": "history = 0.5",
    "another bit in a history": "history = substr(history, 1, 8) || x'01' || substr(history, 10)",
    "a shorter history": "history = substr(history, 33)",
    "a history cut inside a number": "history = substr(history, 2)",
    "an empty history": "history = x''",
    "no history": "history = NULL",
    "a longer network": "parameters = parameters || x'0000000000000000'",
    "a network of a number and a half": "parameters = x'000000000000000000000000'",
    "no digest": "digest = NULL",
    "another digest": "digest = upper(digest)",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_damaged_run_alone_is_run_anew_and_said(kind, path, trained):
    first = here(RECIPES, 4, keep=EVERYTHING, store=path)
    change(path, f"UPDATE runs SET {BROKEN[kind]} WHERE seed = 2")
    trained.clear()
    with pytest.warns(RuntimeWarning, match=r"runs\.sqlite.*taken out: 1\. Those") as said:
        assert_same_sweep(here(RECIPES, 4, keep=EVERYTHING, store=path), first)
    assert trained == [(recipe, 2) for recipe in RECIPES]
    assert [warning.filename for warning in said] == [__file__] * 3
    assert_same_sweep(here(RECIPES, 4, keep=EVERYTHING, store=path), first)  # nothing is said
    assert len(trained) == 3


def test_a_damaged_part_is_not_kept_when_more_is_wanted(path, trained):
    here(SMALL, 1, keep=["history"], store=path)
    change(
        path, "UPDATE runs SET history = substr(history, 1, 15) || x'7f' || substr(history, 17)"
    )
    with pytest.warns(RuntimeWarning, match="taken out: 1"):
        here(SMALL, 1, keep=["network"], store=path)
    s = here(SMALL, 1, keep=EVERYTHING, store=path)
    assert len(trained) == 3
    assert_same_sweep(s, here(SMALL, 1, keep=EVERYTHING))


def test_parts_of_runs_with_other_numbers_are_not_put_together(path):
    """The textbook loop may differ in last bits, with another number of threads say."""
    first = store.outcome(train(SMALL, 0, engine="numpy"), ["history"])
    other = store.outcome(train(SMALL, 0, engine="numpy"), ["network"])
    with closing(store.Store(path)) as file:
        for outcome in (first, other._replace(loss=other.loss * (1 + 1e-15))):
            file.add("key", SMALL, "numpy", [outcome])
        assert not list(file.find("key", SMALL, EVERYTHING))
        assert len(list(file.find("key", SMALL, ["network"]))) == 1
        file.add("key", SMALL, "numpy", [first, other])
        (both,) = file.find("key", SMALL, EVERYTHING)
    assert both.loss == first.loss


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("stores")


@pytest.mark.numba
@given(own.trainings(largest_lr=100.0), st.sampled_from(["numpy", "compiled"]))
def test_every_run_is_found_again_to_the_last_bit(folder, training, engine):
    recipe, net = training
    written = store.outcome(train(recipe, 0, engine=engine, network=net), EVERYTHING)
    (folder / "runs.sqlite").unlink(missing_ok=True)
    with closing(store.Store(folder / "runs.sqlite")) as file:
        file.add("key", recipe, engine, [written])
        (found,) = file.find("key", recipe, EVERYTHING)
    np.testing.assert_array_equal(found[:5], written[:5])
    assert found.history.tobytes() == written.history.tobytes()
    assert found.parameters.tobytes() == written.parameters.tobytes()


def test_minus_zero_is_no_damage(path):
    outcome = store.Outcome(0, -0.0, 1.0, -0.0, np.nan)
    with closing(store.Store(path)) as file:
        file.add("key", SMALL, "numpy", [outcome])
        (found,) = file.find("key", SMALL, ())
    assert found[:4] == outcome[:4]


OLD = """CREATE TABLE runs (
    key TEXT NOT NULL, seed INTEGER NOT NULL, loss REAL NOT NULL, accuracy REAL,
    mean_absolute_error REAL NOT NULL, stopped REAL, history BLOB, parameters BLOB,
    PRIMARY KEY (key, seed))"""


def made_old(path):
    """Turn a store into one of format 1."""
    columns = "key, seed, loss, accuracy, mean_absolute_error, stopped, history, parameters"
    change(path, "ALTER TABLE runs RENAME TO later")
    change(path, OLD)
    change(path, f"INSERT INTO runs SELECT {columns} FROM later")
    change(path, "DROP TABLE later")
    change(path, "PRAGMA user_version = 1")


def test_an_old_store_is_read_and_gets_digests(path, trained):
    first = here(RECIPES, 4, keep=EVERYTHING, store=path)
    made_old(path)
    for _ in range(2):
        assert_same_sweep(here(RECIPES, 4, keep=EVERYTHING, store=path), first)
    assert len(trained) == 12
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(digest) FROM runs").fetchone() == (12,)
        assert file.execute("PRAGMA user_version").fetchone() == (store.FORMAT,)
    change(path, "UPDATE runs SET accuracy = 0.25 WHERE seed = 2")
    with pytest.warns(RuntimeWarning, match="taken out: 1"):
        assert_same_sweep(here(RECIPES, 4, keep=EVERYTHING, store=path), first)


SEEN = [kind for kind in BROKEN if kind not in (
    "another loss", "another accuracy", "another epoch of the end", "another bit in a history",
    "no history", "no digest", "another digest")]  # fmt: skip
SEEN += ["another loss", "another accuracy"]  # since the history ends otherwise


@pytest.mark.parametrize("kind", SEEN)
def test_damage_of_an_old_store_is_seen_where_it_can_be(kind, path, trained):
    first = here([SMALL, STOPS], 4, keep=EVERYTHING, store=path)
    made_old(path)
    change(path, f"UPDATE runs SET {BROKEN[kind]} WHERE seed = 2")
    with pytest.warns(RuntimeWarning, match="taken out: 1"):
        assert_same_sweep(here([SMALL, STOPS], 4, keep=EVERYTHING, store=path), first)


# Killed at any moment

SWEEP = """
    import sys
    from nnlib import Recipe, sweep
    from nnlib.sweeps import store

    add = store.Store.add

    def telling(self, key, recipe, engine, outcomes):
        {add}
        print(*[f"{{recipe.lr}} {{outcome.seed}}" for outcome in outcomes], sep="\\n", flush=True)

    store.Store.add = telling
    small = Recipe(data=("linear", 5), sizes=(2, 3, 1), epochs=7, log_every=3, lr=1.0)
    if __name__ == "__main__":
        sweep([small, small.replace(lr=0.5)], 60, engine="numpy", n_jobs={n_jobs},
              keep=("history", "network"), store=sys.argv[1])
        print("end", flush=True)
"""
HONEST = "add(self, key, recipe, engine, outcomes)"


def killed(script, path, rng):
    """Start the script, kill it and its workers at a random moment; what it said till then."""
    process = subprocess.Popen(
        [sys.executable, script, path], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with process.stdout as out:
        lines = [out.readline() for _ in range(rng.randrange(1, 40))]
        time.sleep(rng.uniform(0, 0.01))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return "".join([*lines, out.read()]).rpartition("\n")[0].splitlines()


def lost(said, path):
    """Which of the runs that were said to be finished the store does not hold."""
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute(RUNS).fetchall()
    found = {f"{0.5 if 'lr=0.5' in recipe else 1.0} {seed}" for recipe, seed, _ in rows}
    return set(said) - {"end"} - found


def script_file(tmp_path, add=HONEST, n_jobs=1):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SWEEP.format(add=add, n_jobs=n_jobs)))
    return script


@on_posix
def test_killed_at_any_moment_it_loses_nothing(path, tmp_path, trained):
    rng, said = random.Random(0), []
    for n_jobs in (1, 2, 1):
        said += killed(script_file(tmp_path, n_jobs=n_jobs), path, rng)
        assert not lost(said, path)
    recipes = [SMALL, SMALL.replace(lr=0.5)]
    s = here(recipes, 60, keep=EVERYTHING, store=path)
    assert len(trained) <= 120 - len(set(said) - {"end"})
    assert_same_sweep(s, here(recipes, 60, keep=EVERYTHING))


@on_posix
def test_a_store_that_does_not_write_would_be_found_out(path, tmp_path):
    here(SMALL, 1, store=path)
    assert lost(killed(script_file(tmp_path, add="pass"), path, random.Random(0)), path)


def test_two_sweeps_may_use_one_file_at_a_time(path, tmp_path, trained):
    script = script_file(tmp_path)
    both = [
        subprocess.Popen([sys.executable, script, path], stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    here([SMALL, SMALL.replace(lr=0.5)], 60, keep=EVERYTHING, store=path)
    assert trained == []


# What may stand in a row


@pytest.mark.parametrize(
    ("ends", "plausible"),
    [
        ((0.1, 1.0, 0.0, None), True),
        ((0.1, 0.0, 0.2, 0.0), True),
        ((0.1, 0.5, 0.2, 7.0), True),
        ((np.inf, None, np.inf, None), True),  # diverged
        ((np.inf, 1.0, np.inf, None), False),
        ((np.inf, None, 0.2, None), False),
        ((0.1, None, 0.2, None), False),
        ((0.1, 1.01, 0.2, None), False),
        ((0.1, -0.01, 0.2, None), False),
        ((0.1, 0.5, -0.2, None), False),
        ((0.1, 0.5, np.inf, None), False),
        ((0.1, 0.5, 0.2, 0.5), False),
        ((0.1, 0.5, 0.2, -1.0), False),
        ((0.1, 1, 0.2, None), False),  # an integer was never written
    ],
)
def test_which_numbers_an_old_row_may_hold(ends, plausible):
    assert bool(store._plausible(("key", 0, *ends, None, None))) is plausible


GRID = Recipe(sizes=(2, 1), bias=True, epochs=5, log_every=2)  # rows 0, 2, 4, and 5; 3 parameters


@pytest.mark.parametrize(
    ("epochs", "loss", "stopped", "n", "taken"),
    [
        ((0, 2, 4, 5), 0.5, None, 3, True),
        ((0, 2, 4, 5), 0.5, None, 2, False),  # a parameter is missing
        ((0, 2, 4, 5), 0.5, None, 4, False),
        ((0, 2, 5), 0.5, None, 3, False),  # a row is missing
        ((0, 2, 4), 0.5, 3.0, 3, True),  # stopped after epoch 3
        ((0, 1, 4), 0.5, 3.0, 3, False),  # no such epoch
        ((0, 2), np.inf, 3.0, 3, True),  # diverged: no closing row
        ((0, 3), np.inf, 3.0, 3, False),
        ((), np.inf, 0.0, 3, True),
    ],
)
def test_only_what_fits_the_recipe_is_taken(epochs, loss, stopped, n, taken):
    diverged = np.isinf(loss)
    ends = (loss, None, np.inf) if diverged else (loss, 0.75, 0.25)
    history = np.full((4, len(epochs)), 0.125)
    history[0] = epochs
    if not diverged:
        history[1:, -1] = ends
    row = ("key", 7, *ends, stopped, history.tobytes(), np.arange(n, dtype=float).tobytes())
    found = store._outcome(row, store._digest(*row), GRID)
    assert (found is not None) is taken
    if taken:
        assert found.seed == 7
        assert found.history.tolist() == history.tolist()
        assert found.parameters.tolist() == [0, 1, 2]
    if not diverged:  # the closing row is how the run ended
        for i in (1, 2, 3):
            other = history.copy()
            other[i, -1] = 0.3
            changed = (*row[:6], other.tobytes(), row[7])
            assert store._outcome(changed, store._digest(*changed), GRID) is None


@pytest.mark.parametrize(("history", "parameters"), [(bytes(33), None), (None, bytes(25))])
def test_half_a_number_is_damage_even_with_its_digest(history, parameters):
    row = ("key", 7, 0.5, 0.75, 0.25, None, history, parameters)
    assert store._outcome(row, store._digest(*row), GRID) is None
    whole = (*row[:6], None, bytes(24))
    assert store._outcome(whole, store._digest(*whole), GRID) is not None
    assert store._outcome(whole, store._digest(*row), GRID) is None


@pytest.mark.parametrize(
    ("keep", "has", "holds"),
    [
        ((), (), True),
        (("history",), (), False),
        (("network",), (), False),
        (("history",), ("history",), True),
        (("network",), ("network",), True),
        (("history", "network"), ("history",), False),
        (("history", "network"), ("network",), False),
        (("history", "network"), ("history", "network"), True),
    ],
)
def test_what_is_wanted_must_be_there(keep, has, holds):
    arrays = [np.zeros(3) if name in has else None for name in ("history", "network")]
    assert store._holds(store.Outcome(0, 0.5, 0.75, 0.25, np.nan, *arrays), keep) is holds


def test_a_store_lets_go_of_its_file(path):
    file = store.Store(path)
    file.close()
    with pytest.raises(ValueError, match="is unfit: Cannot operate on a closed"):
        file.add("key", SMALL, "numpy", [])
