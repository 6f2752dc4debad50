"""Damaged files give no other numbers: a sample of what ``make damage`` tries."""

import pytest
from damage import NETWORK, main, network_file, store_file, tried

from nnlib import Network
from nnlib.sweeps import store

TRIES = 100


@pytest.fixture
def path(tmp_path):
    return tmp_path / "damaged"


def test_a_damaged_network_is_refused(path):
    assert tried(path, network_file(path), TRIES, seed=0) == {"refused": 2 * TRIES}


def test_a_damaged_store_is_refused_or_read_or_run_anew_and_said(path):
    found = tried(path, store_file(path), TRIES, seed=0)
    assert set(found) == {"refused", "read", "run anew"}
    assert found["refused"] >= TRIES  # all cuts, and some flipped bits


def test_a_store_without_digests_would_be_found_out(path, monkeypatch):
    monkeypatch.setattr(store, "_digest", lambda *row: "the same for all")
    assert tried(path, store_file(path), TRIES, seed=0)["OTHER"] > 0


def test_another_network_would_be_found_out(monkeypatch):
    other = NETWORK.copy()
    other.biases[0][0] = -0.0
    monkeypatch.setattr(Network, "load", lambda path: other)
    with pytest.raises(SystemExit, match="a damaged network was taken for a whole one"):
        main(tries=1)


def test_a_file_run_anew_in_silence_would_be_found_out(path):
    read = store_file(path)
    path.unlink()
    assert read() == "RUN ANEW IN SILENCE"


def test_whole_files_are_read(path):
    assert network_file(path)() == "read"
    path.unlink()
    assert store_file(path)() == "read"
