"""What a build need not make again: kept in a folder, by a key of all that it was made from.

An entry is a file named by its key, with the digest of its content in front: one that is damaged
counts as not there. The entries that were not used for longest are deleted.
"""

import hashlib
import os
import platform
import sys
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path

from nnlib.sweeps import fingerprint

FOLDER = Path("build/kept")
LIBRARY = Path(__file__).parents[1]
BESIDE = ("libraries", "tests/bench")  # of the chapters' folder: what chapters read there
ENTRIES = 100
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints", ".ruff_cache"}
TOLD = ("NUMBA", "NPY", "NNLIB", "OPENBLAS", "OMP", "MKL", "MPL", "PYTHONHASHSEED", "LC_", "LANG")


class Kept:
    """A folder of entries, for what is made of the chapters in the folder ``source``.

    With ``fresh`` nothing is read from it, so that all is made anew, and kept.
    """

    def __init__(self, source, folder=FOLDER, fresh=False):
        self.folder, self.fresh = Path(folder), fresh
        self.surroundings = surroundings(source)

    def path(self, *parts):
        """The file of what is made from these texts in these surroundings."""
        return self.folder / key(self.surroundings, *parts)

    def read(self, path):
        """The bytes kept in a file, or None."""
        try:
            digest, _, data = path.read_bytes().partition(b"\n")
            if self.fresh or digest.decode() != key(data):
                return None
            os.utime(path)  # used today
        except (OSError, ValueError):
            return None
        return data

    def write(self, path, data):
        """Keep bytes; where the folder cannot be written nothing is kept."""
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(key(data).encode() + b"\n" + data)
            part.replace(path)
            self._thin()
        except OSError:
            with suppress(OSError):
                part.unlink()

    def _thin(self):
        ages = {path: path.stat().st_mtime for path in self.folder.iterdir()}
        for path in sorted(ages, key=ages.get)[:-ENTRIES]:
            path.unlink(missing_ok=True)


def key(*parts):
    """64 hexadecimal digits that name what is made from these texts or bytes, in this order."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()


def surroundings(source):
    """The key of what a chapter in a folder depends on beside its own cells.

    That is the library with its data, the files that chapters read, the installed packages,
    Python, the machine, and what the environment tells NumPy, numba and matplotlib.
    """
    source = Path(source).resolve()
    read = [LIBRARY, source, *(source.parent / name for name in BESIDE)]
    found = [text for folder in read for text in contents(folder)]
    told = [
        f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(TOLD)
    ]
    return key(packages(), *told, *found)


def contents(folder):
    """The names and the bytes of all files in a folder, but for notebooks, in order."""
    for path in sorted(Path(folder).rglob("*")):
        parts = path.relative_to(folder).parts
        if path.suffix != ".ipynb" and not LEFT_OUT & set(parts) and path.is_file():
            yield "/".join(parts)
            yield path.read_bytes()


@cache
def packages():
    """The key of what is installed, of Python and of the machine."""
    found = {f"{each.name}=={each.version}" for each in metadata.distributions()}
    machine = platform.platform(), platform.machine(), fingerprint.processor()
    return key(*sorted(found), sys.version, *machine)
