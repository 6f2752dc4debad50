"""Where the compiled loop's numbers stand: worked by hand, and no two in one place."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib.compiled import layout

NAMES = ("tanh", "sigmoid")


def test_layers_side_by_side_by_hand():
    """2-3-1 with biases: W_1 takes 6 rows, b_1 3, W_2 3, b_2 1."""
    table, rows = layout.layers((2, 3, 1), NAMES, True, width=8, alone=False)
    assert rows == 13
    assert table.dtype == np.uint64
    # width, rows, first unit, first weight, first bias, activation
    assert table.tolist() == [[2, 2, 0, 0, 0, 0], [3, 3, 2, 0, 6, 2], [1, 1, 5, 9, 12, 0]]


def test_layers_alone_by_hand():
    """Alone, four units share a row: 2 inputs are one row, W_1ᵀ has 4 rows, W_2ᵀ has 4."""
    table, rows = layout.layers((2, 3, 1), NAMES, False, width=4, alone=True)
    assert rows == 8
    assert table.tolist() == [[2, 1, 0, 0, 0, 0], [3, 1, 1, 0, 4, 2], [1, 1, 2, 4, 8, 0]]


def test_places_by_hand():
    """Side by side, W_1[j, i] of the first run is number (3 i + j) · 8."""
    table, _ = layout.layers((2, 3, 1), NAMES, True, 8, False)
    W1, W2, b1, b2 = layout.places(table, 8, False, True)
    assert W1.tolist() == [[0, 24], [8, 32], [16, 40]]
    assert (b1.tolist(), W2.tolist(), b2.tolist()) == ([48, 56, 64], [[72, 80, 88]], [96])
    table, _ = layout.layers((2, 3, 1), NAMES, False, 4, True)
    W1, W2 = layout.places(table, 4, True, False)
    assert W1.tolist() == [[0, 4], [1, 5], [2, 6]]
    assert W2.tolist() == [[16, 20, 24]]


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=4), st.booleans(), st.booleans(),
    st.sampled_from((1, 4, 8)),
)  # fmt: skip
def test_every_parameter_has_a_place_of_its_own(widths, bias, alone, width):
    sizes = (*widths, 1)
    table, rows = layout.layers(sizes, ("relu",) * len(widths), bias, width, alone)
    places = layout.places(table, width, alone, bias)
    shapes = [(b, a) for a, b in pairwise(sizes)]
    assert [p.shape for p in places] == shapes + ([(b,) for b, _ in shapes] if bias else [])
    flat = np.concatenate([p.ravel() for p in places])
    assert len(set(flat.tolist())) == flat.size
    assert flat.max() < rows * width
    if not alone:
        assert (flat % width == 0).all()  # the other runs' numbers stand in between


QUANTITIES = {"parameters": 13, "units": 6, "inputs": 42, "samples": 21, "logged": 5, "kept": 26}


def test_offsets_leave_no_gap():
    found = layout.offsets(QUANTITIES)
    assert [*found] == [*layout.ARRAYS]
    assert found["theta"] == (0, 13)
    assert found["history"][1] == 15
    end = 0
    for start, rows in found.values():
        assert start == end
        end += rows
    assert sum(found["snapshots"]) == end == 5 * 13 + 3 * 6 + 42 + 21 + 1 + 2 + 3 + 15 + 2 + 26


def test_a_missing_quantity_is_named():
    with pytest.raises(KeyError, match="kept"):
        layout.offsets({name: 1 for name in QUANTITIES if name != "kept"})


def test_the_plan_has_a_place_for_every_array():
    assert list(layout.PLAN.names[: len(layout.ARRAYS)]) == [*layout.ARRAYS]
    assert {quantity for _, quantity in layout.ARRAYS.values()} == {"one", *QUANTITIES}
