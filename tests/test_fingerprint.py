"""The mark of an arithmetic: it changes with every formula, and with nothing else."""

import ast
import sys
from pathlib import Path

import numpy as np
import pytest

import nnlib
from nnlib import Adagrad, Adam, Momentum, Recipe, RMSprop, data, train
from nnlib.sweeps import fingerprint
from nnlib.sweeps.fingerprint import KERNEL, LISTED, TEXTS, definitions, digest

FOLDER = Path(nnlib.__file__).parent
ENGINES = tuple(LISTED)


def mark(engine, listed=None, **texts):
    """The digest of an engine's sources, with the texts of some files replaced."""
    return digest(listed or LISTED[engine], TEXTS | texts)


def replaced(file, old, new):
    assert TEXTS[file].count(old) >= 1
    return {file: TEXTS[file].replace(old, new, 1)}


# What changes it


@pytest.mark.parametrize(
    ("file", "old", "new", "engines"),
    [
        ("optimizers", "p -= lr * g\n", "p -= g * lr\n", ["numpy"]),
        ("activations", "return A * (1.0 - A)", "return A * (1.0 - A * 1.0000000001)", ["numpy"]),
        ("activations", "LEAK = 0.01", "LEAK = 0.010000000000000002", ENGINES),
        ("losses", "EPS = 1e-9", "EPS = 1.0000000000000002e-09", ENGINES),
        ("network", "rng.uniform(-1, 1, (n_out", "rng.uniform(-1, 2, (n_out", ENGINES),
        ("network", "delta.T @ trace.A[l - 1]", "(trace.A[l - 1].T @ delta).T", ["numpy"]),
        ("data", "t = 0.1 * i", "t = i / 10", ENGINES),
        ("runs", "default_rng((seed, 2))", "default_rng((seed, 3))", ENGINES),
        ("runs", "array[np.isnan(array)] = np.nan", "pass", ENGINES),
        ("recipe", "rng=(seed, 1)", "rng=(seed, 4)", ENGINES),
        ("training", "np.abs(trace.output - y)", "np.abs(y - trace.output)", ["numpy"]),
        ("wrong", "sign", "sign_", ["numpy"]),
        ("compiled/arithmetic", "1 / 17 + z", "1 / 17.0 + z", ["compiled"]),
        ("compiled/vectors", '"fadd", self', '"fsub", self', ["compiled"]),
        ("compiled/elementwise", "1.0 - a * a", "1.0 - a * a * 1.0", ["compiled"]),
        ("compiled/kernel", "theta + q, V) - step", "theta + q, V) + step", ["compiled"]),
        ("compiled/layout", "factor * int", "2 * factor * int", ["compiled"]),
        ("compiled/block", "rng.permuted", "rng.permutation", ["compiled"]),
    ],
)  # fmt: skip
def test_a_changed_formula_is_another_arithmetic(file, old, new, engines):
    changed = replaced(file, old, new)
    assert [e for e in ENGINES if mark(e, **changed) != mark(e)] == [
        e for e in ENGINES if e in engines
    ]


def test_numpys_version_is_part_of_it(monkeypatch):
    before = fingerprint.version("compiled")
    fingerprint.version.cache_clear()
    monkeypatch.setattr(np, "__version__", "9.9.9")
    assert fingerprint.version("compiled") != before
    fingerprint.version.cache_clear()


# What does not


def test_comments_docstrings_and_layout_change_nothing():
    code = 'def f(x):\n    """Twice."""\n    return 2 * x\n'
    prose = '"""A module."""\n\ndef f(x):\n    """Two x."""\n\n    return (2 *\n x)  # doubled\n'
    marks = [digest({"m": None}, {"m": text}) for text in (code, prose, code.replace("2", "3"))]
    assert marks[0] == marks[1] != marks[2]


def test_a_file_that_is_not_listed_changes_nothing():
    assert [mark(e, jitter="X += 1e-9") for e in ENGINES] == [mark(e) for e in ENGINES]


def test_a_class_that_is_not_listed_may_be_moved():
    """Run from ``runs`` to another file, or into ``training``."""
    tree = ast.parse(TEXTS["runs"])
    (run,) = [node for node in tree.body if getattr(node, "name", "") == "Run"]
    tree.body.remove(run)
    moved = {"runs": ast.unparse(tree), "training": TEXTS["training"] + ast.unparse(run)}
    assert [mark(engine, **moved) for engine in ENGINES] == [mark(engine) for engine in ENGINES]


def test_what_is_listed_may_be_moved_with_its_line_in_the_list():
    tree = ast.parse(TEXTS["runs"])
    (function,) = [node for node in tree.body if getattr(node, "name", "") == "sample_order"]
    tree.body.remove(function)
    listed = dict(LISTED["compiled"])
    listed["runs"] = tuple(name for name in listed["runs"] if name != "sample_order")
    listed["orders"] = ("sample_order",)
    moved = {"runs": ast.unparse(tree), "orders": ast.unparse(function)}
    assert mark("compiled", listed, **moved) == mark("compiled")


def test_every_listed_name_is_there():
    for engine in ENGINES:
        for file, names in LISTED[engine].items():
            assert set(names or ()) <= definitions(TEXTS[file]).keys(), file
    with pytest.raises(KeyError):
        digest({"runs": ("no_such_function",)}, TEXTS)


# Nothing that can change a number is missing in the list

# These are executed, too: they refuse, or copy, or give back what they were given.
HARMLESS = {
    "activations": {"Activation", "activation_of"},
    "compiled/block": {"_aligned"},
    "compiled/engine": {
        *("check_supported", "unsupported", "outside", "Loop", "prefers", "_groups"),
    },
    "compiled/jit": {"_compiled"},
    "ctrl_c": None,
    "data": set(),
    "losses": {"loss_of"},
    "network": {
        *("Network", "per_layer", "_parameters"),
        *("check_activations", "check_init", "check_loss"),
    },
    "optimizers": {"SGD", "Momentum", "Adagrad", "RMSprop", "Adam"},
    "recipe": {
        *("Recipe", "own_parts", "_canonical_data", "_own_inputs", "_one_of"),
        *("_all_alike", "_schedule", "_batch_size", "_epochs", "_positive", "_stop_below"),
    },
    "runs": {"Run", "Row", "snapshot_epochs", "epoch_bar"},
    "training": {"train", "start", "_with_bar"},
    "validation": None,
}


def executed(function):
    """{(file, definition)} of nnlib's Python code that runs in a call."""
    found = set()

    def note(frame, event, argument):
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(FOLDER):
            parts = frame.f_code.co_qualname.split(".<locals>")[0].split(".")
            file = path.relative_to(FOLDER).with_suffix("").as_posix()
            found.add((file, ".".join(parts)))

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return found


def unlisted(found, engine):
    """Those of the executed definitions that are neither listed nor known to be harmless."""
    return sorted(
        (file, name)
        for file, name in found
        if "<" not in name
        and not _named(name, LISTED[engine].get(file, ()))
        and not _named(name, HARMLESS.get(file, ()))
    )


def _named(name, names):
    return names is None or name in names or name.split(".")[0] in names


RECIPES = [
    Recipe(epochs=3, data=(name, 6), optimizer=kind, shuffle=True, bias=True, init=init,
           activations=(activation, "sigmoid", "sigmoid"), log=log, stop_below=1e-3)
    for name, kind, init, activation, log in zip(
        ("linear", "circles", "moons", "spirals", "linear"),
        (Momentum(), Adagrad(), RMSprop(), Adam(), Adam(clock="epoch")),
        ("he", "glorot", "normal_legacy", "normal", "uniform_symmetric"),
        ("relu", "tanh", "elu", "leaky_relu", "identity"),
        ("after", "before", "last_sample", "after", "before"),
        strict=True,
    )
]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
def test_all_code_that_runs_in_a_training_is_listed(engine):
    if engine == "compiled":
        pytest.importorskip("numba")
    train(RECIPES[0], 0, engine=engine)  # compiles what there is to compile

    def work():
        for recipe in RECIPES:
            train(recipe, 0, engine=engine, snapshots=(0, 2))
        train(Recipe(lr=1e200, epochs=9, loss="squared", activations="identity"), 0, engine=engine)

    found = executed(work)
    assert ("runs", "finished_run") in found
    assert unlisted(found, engine) == []


def test_code_that_is_not_listed_is_noticed(monkeypatch):
    """A jitter that somebody adds in a file that the list does not know."""
    path, scope = FOLDER / "jitter.py", {}
    code = "def jitter(make):\n    return lambda **kw: jittered(make, **kw)\n"
    code += "def jittered(make, **kw):\n    X, y = make(**kw)\n    return X + 1e-9, y\n"
    exec(compile(code, path, "exec"), scope)
    jittered = {**data.GENERATORS, "linear": scope["jitter"](data.linear)}
    monkeypatch.setattr(data, "GENERATORS", jittered)
    found = executed(lambda: train(RECIPES[0], 0, engine="numpy"))
    assert unlisted(found, "numpy") == [("jitter", "jitter"), ("jitter", "jittered")]


@pytest.mark.parametrize("file", KERNEL)
def test_all_that_the_compiled_files_import_is_listed(file):
    """What numba compiles runs in no frame that Python sees; but its files say what they use."""
    listed = LISTED["compiled"]
    assert listed[f"compiled/{file}"] is None
    for node in ast.walk(ast.parse(TEXTS[f"compiled/{file}"])):
        if isinstance(node, ast.ImportFrom) and node.module == "nnlib.compiled":
            assert {alias.name for alias in node.names} <= set(KERNEL)
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("nnlib"):
            names = listed[node.module.removeprefix("nnlib.").replace(".", "/")]
            assert names is None or {alias.name for alias in node.names} <= set(names)
