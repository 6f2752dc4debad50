"""Networks as files: exact round trips, and refusals of everything that is no such file."""

import contextlib
import copy
import io
import os
import pickle
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
import strategies as own
from hypothesis import given
from hypothesis import strategies as st

from nnlib import Network


def parameters(net):
    return [*net.weights, *(net.biases or [])]


def assert_same_network(first, second):
    assert repr(first) == repr(second)
    for a, b in zip(parameters(first), parameters(second), strict=True):
        assert a.dtype == b.dtype == np.float64
        assert a.tobytes() == b.tobytes()  # the bits, so that NaN and -0.0 count


def saved_bytes(net, folder):
    net.save(folder / "net.npz")
    return (folder / "net.npz").read_bytes()


def archive(**members):
    """The bytes of a zip file; a member is an array or raw bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in members.items():
            if not isinstance(content, bytes):
                member = io.BytesIO()
                np.lib.format.write_array(member, np.asarray(content))
                content = member.getvalue()
            file.writestr(f"{name}.npy", content)
    return buffer.getvalue()


def whole(**changes):
    """The members of a good file of a 2-1 network, with changes; None takes a member out."""
    members = {
        "format": np.array("nnlib network 1"),
        "activations": np.array(["sigmoid"]),
        "W1": np.ones((1, 2)),
    } | changes
    return archive(**{name: value for name, value in members.items() if value is not None})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("networks")


@given(own.networks())
def test_round_trip(folder, net):
    net.save(folder / "net.npz")
    assert_same_network(Network.load(folder / "net.npz"), net)


def test_round_trip_keeps_every_bit(tmp_path):
    special = [np.nan, np.inf, -np.inf, -0.0, 0.0, 5e-324, -1e-310, 1e308, 0.1]
    payload = np.array([0x7FF8000000001234], dtype=np.uint64).view(np.float64)  # another NaN
    net = Network.from_parameters([[[*special, payload[0]]]], [[-0.0]], "tanh")
    net.save(tmp_path / "net.npz")
    assert_same_network(Network.load(tmp_path / "net.npz"), net)


def test_path_may_be_a_string_and_keeps_its_name(tmp_path):
    net = Network()
    net.save(str(tmp_path / "network.saved"))
    assert [p.name for p in tmp_path.iterdir()] == ["network.saved"]
    assert_same_network(Network.load(str(tmp_path / "network.saved")), net)


def test_numpy_can_read_the_file(tmp_path):
    net = Network(sizes=(2, 3, 1), bias=True)
    net.save(tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz", allow_pickle=False) as file:
        assert set(file) == {"format", "activations", "W1", "W2", "b1", "b2"}
        np.testing.assert_array_equal(file["W2"], net.weights[1])


def test_older_file_is_replaced(tmp_path):
    Network(rng=0).save(tmp_path / "net.npz")
    Network(rng=1).save(tmp_path / "net.npz")
    assert_same_network(Network.load(tmp_path / "net.npz"), Network(rng=1))


def test_a_link_stays_and_leads_to_what_is_saved(tmp_path):
    old, new = Network(rng=0), Network(rng=1)
    file, link = tmp_path / "there" / "net.npz", tmp_path / "link.npz"
    file.parent.mkdir()
    old.save(file)
    link.symlink_to(file)
    new.save(link)
    assert link.is_symlink()
    assert_same_network(Network.load(file), new)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ValueError, match=r"pipe', a device or pipe; it must be a file"):
        Network().save(pipe)
    assert pipe.is_fifo()


def test_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    before = saved_bytes(Network(rng=0), tmp_path)

    def full_disk(file, **arrays):
        file.write(b"half a file")
        raise OSError("No space left on device")

    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(OSError, match="No space left"):
        Network(rng=1).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]  # and no half file beside it


def test_missing_file_and_folder_are_oserrors(tmp_path):
    with pytest.raises(FileNotFoundError):
        Network.load(tmp_path / "none.npz")
    with pytest.raises(FileNotFoundError):
        Network().save(tmp_path / "none" / "net.npz")
    with pytest.raises(OSError, match="none"):
        Network.load(tmp_path / "none.npz")


# What is refused


class Bomb:
    """Unpickling it would raise this file's hand."""

    exploded = False

    def __reduce__(self):
        return setattr, (Bomb, "exploded", True)


def object_array():
    member = io.BytesIO()
    np.lib.format.write_array(member, np.array([[Bomb(), Bomb()]]), allow_pickle=True)
    return member.getvalue()


def header(text, version=(1, 0), data=b""):
    """A .npy member with a header of one's own."""
    size = len(text).to_bytes(2 if version == (1, 0) else 4, "little")
    return np.lib.format.magic(*version) + size + text.encode("latin1") + data


HUGE = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 1000000), }\n"
NEGATIVE = "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -2), }\n"
FOREIGN = {
    "empty": b"",
    "text": b"weights: 1, 2, 3",
    "a pickle": pickle.dumps({"weights": [1.0]}),
    "an .npy": header("{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }\n"),
    "an empty zip": archive(),
    "another npz": archive(a=np.ones(3), b=np.zeros(2)),
    "zip without arrays": archive(format=b"hello", activations=b"", W1=b""),
    "a format of tomorrow": whole(format=np.array("nnlib network 3")),
    "no digest": whole(format=np.array("nnlib network 2")),
    "the digest of something else": whole(format=np.array("nnlib network 2")) + b"0" * 64,
    "no activations": whole(activations=None),
    "a missing layer": whole(activations=np.array(["tanh", "sigmoid"])),
    "a layer too many": whole(W2=np.ones((1, 1))),
    "a bias missing": whole(
        activations=np.array(["tanh", "tanh"]),
        W1=np.ones((1, 2)),
        W2=np.ones((1, 1)),
        b1=np.ones(1),
    ),
    "no layers": whole(activations=np.array([], dtype="<U7"), W1=None),
    "unknown activation": whole(activations=np.array(["exec"])),
    "numbers as activations": whole(activations=np.array([1.0])),
    "a long name": whole(activations=np.array(["sigmoid" * 100])),
    "single precision": whole(W1=np.ones((1, 2), dtype=np.float32)),
    "text as weights": whole(W1=np.array([["a", "b"]])),
    "integers as weights": whole(W1=np.ones((1, 2), dtype=int)),
    "wrong dimensions": whole(W1=np.ones(2)),
    "two outputs": whole(W1=np.ones((2, 2))),
    "layers that do not fit": whole(
        activations=np.array(["tanh", "tanh"]), W1=np.ones((3, 2)), W2=np.ones((1, 4))
    ),
    "biases that do not fit": whole(b1=np.ones(5)),
    "pickled objects": whole(W1=object_array()),
    "a huge claim": whole(W1=header(HUGE, data=bytes(16))),
    "a negative shape": whole(W1=header(NEGATIVE, data=bytes(16))),
    "a structured array": whole(W1=np.zeros((1, 2), dtype=[("a", "<f8")])),
    "an unknown version": whole(W1=header(HUGE, version=(3, 0))),
    "code in the header": whole(W1=header("__import__('os').system('true')\n")),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_foreign_and_hostile_files_are_refused(kind, tmp_path):
    path = tmp_path / "given.npz"
    path.write_bytes(FOREIGN[kind])
    with pytest.raises(ValueError, match=r"path is '.*given\.npz': "):
        Network.load(path)
    assert not Bomb.exploded


def test_the_good_file_these_are_made_from_is_taken(tmp_path):
    (tmp_path / "good.npz").write_bytes(whole())
    assert_same_network(
        Network.load(tmp_path / "good.npz"), Network.from_parameters([np.ones((1, 2))])
    )
    assert not Bomb.exploded


def test_the_bomb_would_explode(monkeypatch):
    monkeypatch.setattr(Bomb, "exploded", False)
    np.lib.format.read_array(io.BytesIO(object_array()), allow_pickle=True)
    assert Bomb.exploded


# What small files claim

NAMES = "{'descr': '<U%d', 'fortran_order': False, 'shape': (%d,), }\n"
MANY = header(HUGE.replace("1000000000000, 1000000", "10000000, 20"), data=bytes(16))


def repeated(array, times):
    """An archive whose directory names one member again and again."""
    buffer = io.BytesIO(archive(W0=array))
    with zipfile.ZipFile(buffer, "a") as file:
        for i in range(1, times):
            entry = copy.copy(file.filelist[0])
            entry.filename = f"W{i}.npy"
            file.filelist.append(entry)
        file.comment = b"!"  # has the directory written anew
    return buffer.getvalue()


CLAIMS = {
    "numbers that are not there": lambda: whole(W1=MANY),
    "a header's size that is not there": lambda: whole(
        W1=np.lib.format.magic(2, 0) + b"\xff\xff\xff\x7f"
    ),
    "names without letters": lambda: whole(activations=header(NAMES % (0, 10**6))),
    "as many names as fit": lambda: whole(activations=np.full(2**20, "a")),
    "as many arrays as fit": lambda: archive(**{f"a{i}": b"" for i in range(5_000)}),
    "one large array a thousand times": lambda: repeated(np.ones((1, 2**15)), 1000),
    "one small array 10000 times": lambda: repeated(b"", 10_000),
}


@pytest.mark.parametrize("kind", CLAIMS)
def test_memory_is_a_few_times_the_files_size(kind, tmp_path):
    path = tmp_path / "claims.npz"
    path.write_bytes(CLAIMS[kind]())
    assert refusing(path) < 20 * path.stat().st_size + 10**5


def refusing(path):
    """How many bytes at most were taken at a time until the file was refused."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"path is '.*claims\.npz': "):
            Network.load(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_of_an_honest_file(tmp_path):
    Network(sizes=(2, 700, 700, 1)).save(tmp_path / "net.npz")  # 4 MB
    tracemalloc.start()
    Network.load(tmp_path / "net.npz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * (tmp_path / "net.npz").stat().st_size


def test_a_compressed_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.npz"
    text = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("W1.npy", header(text, data=bytes(10_000_000)))
    assert path.stat().st_size < 100_000
    with pytest.raises(ValueError, match=r"path is .*its arrays are compressed"):
        Network.load(path)


def test_two_arrays_of_one_name_are_refused(tmp_path):
    path = tmp_path / "twice.npz"
    text = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }\n"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("W1.npy", header(text, data=bytes(16)))
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("W1.npy", header(text, data=bytes(16)))
    with pytest.raises(ValueError, match=r"path is .*two of its arrays have one name"):
        Network.load(path)


def test_every_broken_file_is_a_value_error(tmp_path):
    """Whatever the zip reader raises, OSError among it: bytes near the end are offsets."""
    path = tmp_path / "net.npz"
    Network(sizes=(2, 2, 1)).save(path)
    good = path.read_bytes()
    for i in range(len(good) - 90, len(good)):
        for byte in (0x7F, 0xFF):
            path.write_bytes(good[:i] + bytes([byte]) + good[i + 1 :])
            with contextlib.suppress(ValueError):  # anything else is an error
                Network.load(path)
    path.write_bytes(good[:-72] + b"\xff\xff\xff\x7f" + good[-68:])
    with pytest.raises(ValueError, match=r"path is .*not a readable network file"):
        Network.load(path)


def test_a_file_beside_it_is_left_alone(tmp_path):
    beside = tmp_path / "net.npz.part"
    beside.write_text("mine")
    Network().save(tmp_path / "net.npz")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["net.npz", "net.npz.part"]
    assert beside.read_text() == "mine"


@pytest.fixture(scope="module")
def good(folder):
    return saved_bytes(Network(sizes=(2, 3, 1), bias=True), folder)


@given(share=st.floats(0, 1, exclude_max=True))
def test_truncated_files_are_refused(folder, good, share):
    path = folder / "cut.npz"
    path.write_bytes(good[: int(share * len(good))])
    with pytest.raises(ValueError, match=r"path is '.*cut\.npz'"):
        Network.load(path)


@given(share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_is_refused(folder, good, share, bit):
    path, damaged = folder / "flipped.npz", bytearray(good)
    damaged[int(share * len(good))] ^= 1 << bit
    path.write_bytes(damaged)
    with pytest.raises(ValueError, match=r"path is '.*flipped\.npz'"):
        Network.load(path)


# Files of format 1, which have no digest


@pytest.fixture(scope="module")
def old_net():
    return Network(sizes=(2, 1), activations="tanh", bias=True)


@pytest.fixture(scope="module")
def old(old_net):
    """The bytes that an older version wrote."""
    arrays = {"W1": old_net.weights[0], "b1": old_net.biases[0]}
    buffer = io.BytesIO()
    np.savez(buffer, format="nnlib network 1", activations=["tanh"], **arrays)
    return buffer.getvalue()


def test_an_old_file_is_read(tmp_path, old, old_net):
    (tmp_path / "old.npz").write_bytes(old)
    assert_same_network(Network.load(tmp_path / "old.npz"), old_net)


def test_a_flipped_bit_of_an_old_file_is_refused_or_harmless(tmp_path, old, old_net):
    """Each array has a check sum; what has none (dates, padding) does not change a parameter."""
    path, refused = tmp_path / "flipped.npz", []
    for i in range(0, 8 * len(old), 17):
        damaged = bytearray(old)
        damaged[i // 8] ^= 1 << i % 8
        path.write_bytes(damaged)
        try:
            assert_same_network(Network.load(path), old_net)
        except ValueError as error:
            refused.append(str(error).startswith(f"path is {str(path)!r}: "))
    assert all(refused)
    assert 4 / 17 < len(refused) / len(old) < 8 / 17


def test_an_old_file_that_hides_its_biases_is_refused(tmp_path, old):
    """The length of an entry's comment, grown over what follows in the directory."""
    path, damaged = tmp_path / "hides.npz", bytearray(old)
    *_, weights, biases = (i for i in range(len(old)) if old[i : i + 4] == b"PK\1\2")
    length = len(old) - 22 - biases
    damaged[weights + 32 : weights + 34] = length.to_bytes(2, "little")
    path.write_bytes(damaged)
    with zipfile.ZipFile(path) as file:
        assert file.namelist() == ["format.npy", "activations.npy", "W1.npy"]
    with pytest.raises(ValueError, match=r"path is .*its arrays do not fill it"):
        Network.load(path)


@pytest.mark.parametrize("path", [3, None, True, b"net.npz", "", ".", "a\0b", "\ud800"])
def test_what_is_no_path(path):
    for call in (Network().save, Network.load):
        with pytest.raises((TypeError, ValueError), match=r"path is .*; it must be "):
            call(path)


def test_folders_and_devices(tmp_path):
    with pytest.raises(OSError, match="directory"):
        Network.load(tmp_path)
    if Path("/dev/zero").exists():
        with pytest.raises(ValueError, match="path is '/dev/zero': "):
            Network.load("/dev/zero")
