"""The test of all settings: what it reads out of pytest, when it says no, and its page."""

import json
import platform
import re
import subprocess
import tomllib
from itertools import chain

import matrix
import pytest
from matrix import Setting
from packaging.requirements import Requirement
from packaging.version import Version

FORCE = {
    "python": "3.11.7", "numpy": "2.4.6", "numba": "0.68.1", "simd": [], "blas": ["Prescott"],
    "threads": [1], "wide registers": False,
}  # fmt: skip


def test_what_pytest_says_is_counted():
    words = (
        "FAILED tests/test_a.py::test_b - AssertionError\n"
        "FAILED notebooks/04_training.ipynb::Cell 12\n"
        "ERROR tests/test_c.py\n"
        "FAILED tests/test_d.py::test_e\n"
        "3 failed, 30 passed, 4 skipped, 1 error in 3.21s\n"
    )
    found = matrix.counted(words)
    assert (found["passed"], found["failed"], found["skipped"]) == (30, 4, 4)
    assert found["names"] == [
        "notebooks/04_training.ipynb::Cell 12",
        "tests/test_a.py::test_b",
        "tests/test_c.py",
        "tests/test_d.py::test_e",
    ]
    assert matrix.counted("===== 7 passed in 0.1s =====")["failed"] == 0
    with pytest.raises(RuntimeError, match="ran no test"):
        matrix.counted("no tests ran in 0.01s")


def test_a_setting_in_force_is_believed():
    assert matrix.faults(Setting(old=True, threads=1), FORCE) == []


@pytest.mark.parametrize(
    ("setting", "change", "words"),
    [
        (Setting("3.12"), {}, "Python is 3.11.7"),
        (Setting(numba=False), {}, "numba is 0.68.1"),
        (Setting(), {"numba": None}, "numba is None"),
        (Setting(threads=2), {}, r"BLAS has \[1\] threads"),
        (Setting(old=True), {"simd": ["X86_V3"]}, "NumPy uses X86_V3"),
        (Setting(old=True), {"blas": ["Haswell"]}, "the processor for Haswell"),
        (Setting(old=True), {"wide registers": True}, "uses wide registers"),
    ],
)
def test_a_setting_that_is_not_in_force_is_found(setting, change, words):
    (fault,) = matrix.faults(setting, FORCE | change)
    assert re.search(words, fault)


def test_the_python_that_is_found_is_the_one_that_was_asked_for():
    version = ".".join(platform.python_version_tuple()[:2])
    found = matrix.found_python(version)
    printed = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
    assert printed.stdout.startswith(f"Python {version}.")
    with pytest.raises(matrix.Absent, match=r"Python 3\.2 is not on this machine"):
        matrix.found_python("3.2")


def test_what_is_not_to_be_had_is_left_out_with_a_word(monkeypatch):
    def run(command, told=None):
        raise RuntimeError("uv pip install …: no such\n  package")

    monkeypatch.setattr(matrix, "run", run)
    monkeypatch.setattr(matrix, "found_python", lambda version: "python")
    words = "not to be installed here: uv pip install …: no such package"
    assert matrix.tried("lowest versions") == {"left out": words}


def test_the_page_is_made_from_the_results():
    results = json.loads(matrix.RESULTS.read_text(encoding="utf-8"))
    assert set(results) <= set(matrix.SETTINGS)
    assert matrix.PAGE.read_text(encoding="utf-8") == matrix.page(results)


def test_pins_are_among_the_versions_that_are_allowed():
    """requirements.txt satisfies pyproject.toml, for the Python and the machine that run this."""
    pins = {}
    for line in (matrix.ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            if pin.marker is None or pin.marker.evaluate():
                pins[pin.name] = Version(str(pin.specifier).removeprefix("=="))
    project = tomllib.loads((matrix.ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    parts = [project["dependencies"], *project["optional-dependencies"].values()]
    for requirement in map(Requirement, chain(*parts)):
        if requirement.marker is None or requirement.marker.evaluate():
            assert pins[requirement.name] in requirement.specifier, requirement
