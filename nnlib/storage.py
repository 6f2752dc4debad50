"""Networks as .npz files: plain arrays, no pickle, and no trust in what a file says of itself.

Every file ends with the SHA-256 of all that stands before it, as the comment that a zip archive
may have: a file with one other bit, or a cut one, is refused. Files of format 1 have none. Their
arrays have check sums, and must lie side by side, so that none can be hidden.
"""

import hashlib
import io
import math
import os
import struct
import uuid
import zipfile
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from nnlib import validation

FORMAT, BEFORE = "nnlib network 2", "nnlib network 1"
DIGEST = 64  # bytes of a digest in hexadecimal digits
LONGEST = 400  # bytes of a name in an array of text, 100 letters


def save(net, path):
    """Write ``net`` to a temporary file beside ``path``, then move it into place."""
    path = Path(os.path.realpath(validation.path("path", path)))  # a link stays one
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise ValueError(f"path is {str(path)!r}, a device or pipe; it must be a file")
    arrays = {"format": np.array(FORMAT), "activations": np.array(net.activations)}
    arrays |= {f"W{l}": W for l, W in enumerate(net.weights, 1)}
    arrays |= {f"b{l}": b for l, b in enumerate(net.biases or [], 1)}
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with part.open("w+b") as file:
            np.savez(file, **arrays)
            _seal(file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _seal(file):
    """Append the digest. The last two bytes of an archive say how long its comment is."""
    file.seek(-2, os.SEEK_END)
    file.write(DIGEST.to_bytes(2, "little"))
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0, os.SEEK_END)
    file.write(digest.encode())


def load(path):
    """The arguments of ``Network.from_parameters`` that ``path`` holds; ValueError if it does not.

    A missing or unreadable file raises OSError as ``open`` does. Memory is a few times the size
    of the file, whatever the file claims.
    """
    path = validation.path("path", path)
    with path.open("rb") as file:
        data = file.read(os.fstat(file.fileno()).st_size)  # a device has no size and no end
    try:
        return _parameters(_read_all(data), _sealed(data))
    except Exception as error:  # zip and npy readers raise many kinds
        reason = f"not a readable network file ({error})"
        raise ValueError(f"path is {str(path)!r}: {reason}") from None


def _sealed(data):
    digest = hashlib.sha256(memoryview(data)[:-DIGEST]).hexdigest()
    return data[-DIGEST:] == digest.encode()


def _parameters(arrays, sealed):
    """The arguments of ``Network.from_parameters``; ValueError if not all are there, and whole."""
    if "activations" not in arrays or str(arrays.get("format")) not in (FORMAT, BEFORE):
        raise ValueError("an archive, but not a saved nnlib network")
    if str(arrays["format"]) == FORMAT and not sealed:
        raise ValueError("damaged: its digest is not that of its content")
    layers = range(1, min(arrays["activations"].size, len(arrays)) + 1)
    expected = {"format", "activations"} | {f"W{l}" for l in layers}
    with_bias = expected | {f"b{l}" for l in layers}
    if set(arrays) not in (expected, with_bias):
        raise ValueError(f"its {len(arrays)} arrays are no whole network")
    return {
        "weights": [arrays[f"W{l}"] for l in layers],
        "biases": [arrays[f"b{l}"] for l in layers] if set(arrays) == with_bias else None,
        "activations": tuple(map(str, arrays["activations"].reshape(-1))),
    }


def _read_all(data):
    """{name: array} of an archive as ``save`` writes it: nothing packed, so its size is no lie."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        names = [info.filename.removesuffix(".npy") for info in members]
        if any(info.compress_type != zipfile.ZIP_STORED for info in members):
            raise ValueError("its arrays are compressed")
        if len(set(names)) < len(names):
            raise ValueError("two of its arrays have one name")
        if _end(data, members) != archive.start_dir:
            raise ValueError("its arrays do not fill it")
        return {name: _read(archive, info) for name, info in zip(names, members, strict=True)}


def _end(data, members):
    """Where the last array ends; ValueError if they do not follow each other from the start.

    Arrays that the directory at the end of the file does not name would leave a gap, and arrays
    that lie on one another, of which a small file could hold many large ones, have no order.
    """
    end = 0
    for info in members:
        if info.header_offset != end or info.compress_size != info.file_size:
            raise ValueError(f"{info.filename} does not begin where the array before it ends")
        end += 30 + sum(struct.unpack_from("<2H", data, end + 26)) + info.file_size
    return end


def _read(archive, info):
    """One member of the archive, after its header is found to fit its size."""
    with archive.open(info) as member:
        version = npy.read_magic(member)
        read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
        shape, _, dtype = read_header[version](member)
        size = member.tell() + math.prod(shape) * dtype.itemsize
        # text of length 0 takes no room, so that any number of them would fit
        sizes = {"f": range(8, 9), "U": range(1, LONGEST + 1)}.get(dtype.kind, ())
        if dtype.itemsize not in sizes or size != info.file_size:
            raise ValueError(f"{info.filename} holds {dtype} of shape {shape}, not what it should")
    with archive.open(info) as member:
        return npy.read_array(member, allow_pickle=False)
