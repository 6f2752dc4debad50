"""Networks as .npz files: plain arrays, no pickle, and no trust in what a file says of itself."""

import math
import uuid
import zipfile
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

FORMAT = "nnlib network 1"
LARGEST = 2**30  # bytes; a file that claims more is refused unread


def save(net, path):
    """Write ``net`` to a temporary file beside ``path``, then move it into place."""
    path = Path(path)
    arrays = {"format": np.array(FORMAT), "activations": np.array(net.activations)}
    arrays |= {f"W{l}": W for l, W in enumerate(net.weights, 1)}
    arrays |= {f"b{l}": b for l, b in enumerate(net.biases or [], 1)}
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with part.open("wb") as file:
            np.savez(file, **arrays)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def load(path):
    """The arguments of ``Network.from_parameters`` that ``path`` holds; ValueError if it does not.

    A missing or unreadable file raises OSError as ``open`` does.
    """
    with Path(path).open("rb") as file:  # only this may raise OSError
        try:
            arrays = _read_all(file)
        except Exception as error:  # zip and npy readers raise many kinds, OSError among them
            reason = f"not a readable network file ({error})"
            raise ValueError(f"path is {str(path)!r}: {reason}") from None
    if str(arrays.get("format")) != FORMAT or "activations" not in arrays:
        raise ValueError(f"path is {str(path)!r}: an archive, but not a saved nnlib network")
    layers = range(1, arrays["activations"].size + 1)
    expected = {"format", "activations"} | {f"W{l}" for l in layers}
    with_bias = expected | {f"b{l}" for l in layers}
    if set(arrays) not in (expected, with_bias):
        raise ValueError(f"path is {str(path)!r}: {sorted(arrays)} are no whole network")
    return {
        "weights": [arrays[f"W{l}"] for l in layers],
        "biases": [arrays[f"b{l}"] for l in layers] if set(arrays) == with_bias else None,
        "activations": tuple(map(str, arrays["activations"].reshape(-1))),
    }


def _read_all(file):
    """{name: array} of an archive as ``save`` writes it: nothing packed, so its size is no lie."""
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        names = [info.filename.removesuffix(".npy") for info in members]
        if any(info.compress_type != zipfile.ZIP_STORED for info in members):
            raise ValueError("its arrays are compressed")
        if sum(info.file_size for info in members) > LARGEST:
            raise ValueError(f"its arrays claim more than {LARGEST} bytes")
        if len(set(names)) < len(names):
            raise ValueError("two of its arrays have one name")
        return {name: _read(archive, info) for name, info in zip(names, members, strict=True)}


def _read(archive, info):
    """One member of the archive, after its header is found to fit its size."""
    with archive.open(info) as member:
        version = npy.read_magic(member)
        read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
        shape, _, dtype = read_header[version](member)
        size = member.tell() + math.prod(shape) * dtype.itemsize
        if dtype.kind not in "fU" or size != info.file_size:
            raise ValueError(f"{info.filename} holds {dtype} of shape {shape}, not what it should")
    with archive.open(info) as member:
        return npy.read_array(member, allow_pickle=False)
