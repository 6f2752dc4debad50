"""The page's training loop: the module is made again, and its runs are Python's, bit by bit."""

import node
import numpy as np
import pytest
from live_cases import Case, differences, random_case

from nnlib import Adam, Network, Recipe, live
from nnlib.live import bundle, module
from nnlib.widgets.panel.settings import Settings

WASM = (bundle.HERE / "kernel.wasm").read_bytes()


@pytest.fixture(scope="module")
def cases():
    rng = np.random.default_rng(13)
    return [random_case(rng) for _ in range(60)]


def test_the_module_is_made_again_byte_for_byte():
    pytest.importorskip("numba")
    if module.here() != module.MADE_WITH:
        pytest.skip(f"made with {module.MADE_WITH}; {module.here()} write other code")
    assert module.made() == WASM


def test_the_module_needs_nothing_but_memory_and_offers_the_loop():
    parts = {kind: body for kind, body in module.sections(WASM) if kind != module.CUSTOM}
    assert b"__linear_memory" in parts[2]
    assert parts[module.EXPORT] == b"\1\3run\0\1"
    assert 11 not in parts  # no data


def test_the_module_is_small_in_a_page():
    assert len(bundle.packed(WASM)) <= 13_000


def test_bytes_that_are_no_module_are_refused():
    with pytest.raises(ValueError, match="no WebAssembly"):
        list(module.sections(b"\0asm\2\0\0\0"))


@pytest.mark.parametrize("value", [0, 1, 127, 128, 16383, 16384, 2**32 - 1])
def test_numbers_are_read_as_they_are_written(value):
    assert module.number(b"\xff" + module.encoded(value), 1) == (
        value,
        1 + len(module.encoded(value)),
    )


def test_the_tables_are_made_again():
    pytest.importorskip("numba")
    from nnlib.live import tables

    assert tables.text() == (bundle.HERE / "tables.json").read_text(encoding="utf-8")


@node.needed
def test_runs_have_pythons_bits(cases, tmp_path):
    pytest.importorskip("numba")
    answers = node.answers("run.js", [case.sent() for case in cases], tmp_path)
    assert differences(cases, answers) == []
    assert sum(answer["stopped"] is not None for answer in answers) >= 10
    assert sum(answer["diverged"] for answer in answers) >= 1


@node.needed
def test_another_seed_or_bit_is_seen(tmp_path):
    pytest.importorskip("numba")
    right = Case(Settings(Recipe(epochs=3), 5), kept=[0])
    others = [
        Settings(Recipe(epochs=3), 6),
        Settings(Recipe(epochs=3, lr=np.nextafter(0.1, 1)), 5),
    ]
    answers = node.answers("run.js", [Case(s, kept=[0]).sent() for s in others], tmp_path)
    for answer, expected in zip(
        answers, ({"history", "parameters", "snapshots"}, {"history", "parameters"}), strict=True
    ):
        ((_, names),) = differences([right], [answer])
        assert expected <= set(names)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"init": "normal_legacy"}, "normal_legacy"),
        ({"init": lambda rng, n_out, n_in: np.ones((n_out, n_in))}, "init"),
        ({"schedule": lambda epoch: 1.0}, "schedule"),
        ({"optimizer": Adam(eps=0)}, "eps=0"),
        ({"gradient": "missing_transpose"}, "gradient"),
        ({"data": ("moons", 10**7)}, "10,000,000 points"),
    ],
)
def test_what_a_page_cannot_run_is_refused_by_name(change, word):
    recipe = Recipe(**change)
    assert word in live.unsupported(recipe)
    with pytest.raises(ValueError, match=word):
        live.spec(recipe, 0)
    assert live.unsupported(Recipe()) is None


def test_a_seed_beyond_a_pages_whole_numbers_is_refused():
    assert live.spec(Recipe(), 2**53 - 1)["seed"] == 2**53 - 1
    with pytest.raises(ValueError, match="seed"):
        live.spec(Recipe(), 2**53)


def test_own_points_have_no_noise():
    X, y = np.zeros((3, 2)), np.ones((3, 1))
    with pytest.raises(ValueError, match="noise"):
        live.spec(Recipe(data=(X, y)), 0, noise=0.1)


def test_a_network_of_other_sizes_is_refused():
    with pytest.raises(ValueError, match="network"):
        live.spec(Recipe(), 0, network=Network((2, 3, 1)))
