"""The compiled engine gives the same bits alone and among others, here and on other processors."""

import platform

import numpy as np
import pytest
import strategies as own
from hypothesis import given
from hypothesis import strategies as st
from own_process import output
from random_recipes import assert_same_bits, trainings
from tiny import SHORT

from nnlib import Adam, Recipe, compiled, train
from nnlib.compiled import block

pytest.importorskip("numba")


@given(trainings(updates=30, largest_lr=1e4), st.integers(1, 20))  # many of them diverge
def test_a_run_has_the_same_bits_alone_and_among_others(training, count):
    recipe, net = training
    nets = [net, *(own.make_network(net.sizes, net.activations, net.biases is not None, k, 3.0)
                   for k in range(1, count))]  # fmt: skip
    kept = (0, recipe.epochs)
    together = compiled.run_many(recipe, range(count), nets, kept)
    for seed, (run, start) in enumerate(zip(together, nets, strict=True)):
        alone = train(recipe, seed, engine="compiled", network=start, snapshots=kept)
        assert_same_bits(run, alone)


def test_one_bit_is_seen():
    run = train(SHORT, 0, engine="compiled")
    other = train(SHORT, 0, engine="compiled")
    other.network.weights[1][2, 3] = np.nextafter(other.network.weights[1][2, 3], 9)
    with pytest.raises(AssertionError):
        assert_same_bits(run, other)


GROUPED = Recipe(
    data=("spirals", 12), sizes=(2, 5, 3, 1), activations=("tanh", "elu", "sigmoid"), bias=True,
    init="glorot", optimizer=Adam(), batch_size=5, shuffle=True, epochs=30, log_every=4,
    stop_below=8.0,
)  # fmt: skip


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8, 9, 16, 19])
def test_any_grouping_and_any_number_of_threads(size, threads):
    seeds = range(19)
    expected = [train(GROUPED, seed, engine="compiled") for seed in seeds]
    runs = []
    for first in range(0, 19, size):
        runs += compiled.run_many(GROUPED, seeds[first : first + size], threads=threads)
    assert [run.seed for run in runs] == list(seeds)
    assert len({run.stopped for run in runs}) > 2  # they end at different times
    for run, other in zip(runs, expected, strict=True):
        assert_same_bits(run, other)


def test_stretches_do_not_change_a_run(monkeypatch):
    recipe = GROUPED.replace(stop_below=None)
    expected = train(recipe, 5, engine="compiled", snapshots=(0, 7, 30))
    monkeypatch.setattr(block, "STRETCH", 1)  # back to Python after every epoch
    assert_same_bits(train(recipe, 5, engine="compiled", snapshots=(0, 7, 30)), expected)


DIGEST = """
import hashlib
from nnlib import Adam, Recipe, compiled
from nnlib.compiled import jit
bits = hashlib.sha256()
mixed = ("tanh", "elu", "sigmoid")
for change in ({}, {"activations": mixed, "optimizer": Adam(), "loss": "bce_logits"}):
    recipe = Recipe(epochs=300, **change)
    for run in compiled.run_many(recipe, range(9)):
        for array in (*run.network.weights, run.loss):
            bits.update(array.tobytes())
print(bits.hexdigest())
hits = sum(jit.epochs.stats.cache_hits.values())
print(hits)
if not hits:
    print(*jit.epochs.inspect_asm().values())
"""
LIBM = """
import ctypes, hashlib, math
import numpy as np
x = np.random.default_rng(0).uniform(-20, 0, 100_000)
print(hashlib.sha256(np.array([math.exp(v) for v in x]).tobytes()).hexdigest())
"""
OLD_LIBM = "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-FMA4,-AVX512F,-AVX"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A directory for compiled code, empty when the module begins."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def here(cache):
    """The digest of some runs in a process of its own, and the machine code of the kernel."""
    digest, hits, code = output(DIGEST, cache).split("\n", 2)
    assert hits == "0"
    return digest, code


def test_no_fused_multiply_add(here):
    words = set(here[1].split())
    assert words & {"mulpd", "vmulpd", "fmul"}
    fused = ("vfmadd", "vfmsub", "vfnmadd", "vfnmsub", "fmla", "fmls", "fmadd", "fmsub")
    assert not [word for word in words if word.startswith(fused)]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="names processors of this family")
def test_the_same_bits_on_an_old_processor(here, cache):
    # the name alone would change nothing, for numba asks the processor for its features
    old = {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": "+sse2"}
    digest, hits, code = output(DIGEST, cache, **old).split("\n", 2)
    assert hits == "0"
    assert "ymm" not in code  # it really is other code
    assert digest == here[0]


def test_the_same_bits_with_another_libm_and_from_the_cache(here, cache):
    assert output(DIGEST, cache, GLIBC_TUNABLES=OLD_LIBM).split() == [here[0], "2"]


def test_the_tunables_do_change_libm(tmp_path):
    """Else the test above would prove nothing."""
    if output(LIBM, tmp_path) == output(LIBM, tmp_path, GLIBC_TUNABLES=OLD_LIBM):
        pytest.skip("this C library, or this processor, has only one exp")
