"""Where nothing can be written, everything works, only without a cache on disk."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_sweeps import SMALL

import nnlib
from nnlib import sweep, train

numba = pytest.importorskip("numba")
jit = pytest.importorskip("nnlib.compiled.jit")

CODE = """
import nnlib
from nnlib import Recipe, figures, sources, sweep, train, widgets

recipe = Recipe(data=("linear", 5), sizes=(2, 3, 1), epochs=7, log_every=3, lr=1.0)
print(train(recipe, 0, engine="compiled").loss[-1].hex())
print(*[loss.hex() for loss in sweep(recipe, 9, engine="compiled", n_jobs=2).loss[0]])
print(*sweep(recipe, 3, engine="numpy", n_jobs=2).loss[0])  # in processes
figure, ax = figures.subplots()
figure.canvas.draw()
print(nnlib.__file__)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A copy of the package in which there is no room for compiled code."""
    package, ignored = Path(nnlib.__file__).parent, shutil.ignore_patterns("__pycache__")
    copy = tmp_path_factory.mktemp("installed") / "nnlib"
    shutil.copytree(package, copy, ignore=ignored)
    for folder in [copy, *filter(Path.is_dir, copy.rglob("*"))]:
        (folder / "__pycache__").write_text("a file, below which not even root can write")
    return copy


@pytest.fixture(scope="module")
def process(installed):
    """The code's, which finds no folder of its user's either."""
    homes = ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    nowhere = dict.fromkeys(homes, str(installed / "__pycache__" / "home"))
    kept = {k: os.environ[k] for k in ("PATH", "SYSTEMROOT", "TMPDIR") if k in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", CODE], cwd=installed.parent, text=True,
        env=kept | nowhere | {"PYTHONPATH": str(installed.parent)}, capture_output=True,
    )  # fmt: skip


def test_everything_works(process, installed):
    alone, compiled, numpy, file = process.stdout.splitlines()
    assert alone == train(SMALL, 0, engine="compiled").loss[-1].hex()
    losses = sweep(SMALL, 9, engine="compiled", n_jobs=1).loss[0].tolist()
    assert compiled.split() == [loss.hex() for loss in losses]
    np.testing.assert_allclose([float(loss) for loss in numpy.split()], losses[:3])
    assert Path(file) == installed / "__init__.py"


def test_nothing_is_written_and_nothing_is_said(process, installed):
    assert process.stderr == ""
    assert not [*installed.rglob("*.nbi"), *installed.rglob("*.nbc")]
    assert all(path.is_file() for path in installed.rglob("__pycache__"))
    assert [path.name for path in installed.parent.iterdir()] == ["nnlib"]


# A cache that goes while the process runs


@pytest.fixture
def adds(tmp_path, monkeypatch):
    """A function that makes compiled functions, whose cache is a folder below ``tmp_path``."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))

    def made():
        function = numba.njit(lambda x: x + 1)
        function._cache = jit.Cache(function.py_func)
        return function

    return made


def hits(function):
    return sum(function.stats.cache_hits.values())


def test_the_cache_works(adds):
    functions = [adds(), adds()]
    assert [function(1) for function in functions] == [2, 2]
    assert [hits(function) for function in functions] == [0, 1]


def test_a_disk_that_becomes_full(adds, tmp_path):
    function = adds()
    shutil.rmtree(tmp_path / "cache")
    (tmp_path / "cache").write_text("no folder")
    assert function(1) == 2


def test_a_broken_cache(adds, tmp_path):
    adds()(1)
    for path in tmp_path.rglob("*.nb?"):
        path.write_bytes(path.read_bytes()[:20])
    function = adds()
    assert function(1) == 2
    assert hits(function) == 0
