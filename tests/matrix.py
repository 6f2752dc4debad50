"""Test the settings that pyproject.toml and README promise (`make test-matrix`).

    python tests/matrix.py [--quick] [--page] [SETTING …]

A setting is a Python, the versions of the packages, and what the environment tells them. It is
looked whether it is really in force; then the tests that need no browser are run, and all chapters
against their stored outputs, to the last sign (with the lowest versions, whose Matplotlib writes
other figures, only to their end). Where packages differ from those of this Python, uv installs
them below build/matrix. What is not to be had on this machine, a Python or a package, is left out,
with a word.

The results stand in docs/settings.json, of which docs/settings.md is made (--page: only that).
--quick is the part for `.ci/run`: a few tests and one chapter with the lowest versions; nothing
is written.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
RESULTS, PAGE = ROOT / "docs" / "settings.json", ROOT / "docs" / "settings.md"
FOLDER = ROOT / "build" / "matrix"
LOG = FOLDER / "log.txt"  # all that pytest says
UV = (sys.executable, "-m", "uv", "--quiet")


class Setting(NamedTuple):
    """What differs from the Python that runs this, with what requirements.txt pins."""

    python: str | None = None
    versions: str = "pinned"  # or "lowest", "newest", of those that pyproject.toml allows
    numba: bool = True
    old: bool = False  # whether the processor is to look like the first ones of 64 bits
    threads: int | None = None

    def is_here(self):
        """Whether the packages are those of the Python that runs this."""
        return self.python is None and self.versions == "pinned" and self.numba


SETTINGS = {
    "lowest versions": Setting("3.11", "lowest"),
    "newest versions": Setting("3.11", "newest"),
    **{f"Python {version}": Setting(version) for version in ("3.12", "3.13", "3.14")},
    "no numba": Setting("3.11", numba=False),
    "one thread": Setting(threads=1),
    "two threads": Setting(threads=2),
    "old processor": Setting(old=True),
}
QUICK = ("lowest versions",)  # what an old processor computes is in the tests, too
QUICK_TESTS = ("tests/test_network.py", "tests/test_report.py")
QUICK_CHAPTERS = ("notebooks/01_sigmoid.ipynb",)
# Without numba: the other chapters ask for the compiled loop, by name or for their claims.
WITHOUT_NUMBA = [
    f"notebooks/{name}.ipynb"
    for name in ("01_sigmoid", "03_computational_graph", "13_your_library")
]
# What browsers show does not depend on who has made it.
BROWSERS = ("browser", "live_browsers", "live_looking", "panel_page", "panel_picture")

# What is in force, as JSON: the compiled loop's machine code shows what numba takes.
LOOK = """
import json, os, platform
import numpy as np
from numpy._core._multiarray_umath import __cpu_features__ as features
from threadpoolctl import threadpool_info

found = {"python": platform.python_version(), "numpy": np.__version__, "numba": None}
simd = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
found["simd"] = [name for name in simd if features[name]]
blas = [each for each in threadpool_info() if each["user_api"] == "blas"]
found["blas"] = sorted({each["architecture"] for each in blas})
found["threads"] = sorted({each["num_threads"] for each in blas})
try:
    import numba
except ImportError:
    pass
else:
    found["numba"] = numba.__version__
if "NUMBA_CPU_NAME" in os.environ:
    from nnlib import Recipe, train
    from nnlib.compiled.jit import epochs

    train(Recipe(epochs=1), 0, engine="compiled")
    found["wide registers"] = any("ymm" in code for code in epochs.inspect_asm().values())
print(json.dumps(found))
"""
SIMD = """
import numpy as np
print(*np.show_config(mode="dicts")["SIMD Extensions"].get("found", []))
"""


class Absent(RuntimeError):
    """What this machine does not have: its own words."""


# Setting up


def environment(name, setting):
    """The Python of a setting, with its packages installed."""
    if setting.is_here():
        return sys.executable
    folder = FOLDER / name.replace(" ", "-")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    base = found_python(setting.python)
    try:
        install(setting, base, folder, python)
    except RuntimeError as error:
        raise Absent(f"not to be installed here: {' '.join(str(error).split())[-200:]}") from error
    return str(python)


def install(setting, base, folder, python):
    """Install what a setting needs, for the Python ``base``, in a folder of its own."""
    run([*UV, "venv", "--clear", "--python", base, str(folder)])
    given = [*UV, "pip", "install", "--python", str(python), "--only-binary=:all:"]
    if setting.versions == "pinned":
        run([*given, "--requirements=requirements.txt"])
    else:
        resolution = {"lowest": "lowest-direct", "newest": "highest"}[setting.versions]
        run([*given, f"--resolution={resolution}", "--all-extras", "-r", "pyproject.toml"])
    run([*UV, "pip", "install", "--python", str(python), "--no-deps", "--editable", "."])
    if not setting.numba:
        run([*UV, "pip", "uninstall", "--python", str(python), "numba", "llvmlite"])


def found_python(version):
    """The path of a Python of this version: uv looks on the PATH and where pyenv keeps its own."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    folders = [str(path / "bin") for path in sorted(kept.glob(f"{version}.*"))]
    path = os.pathsep.join([*folders, os.environ["PATH"]])
    # not quiet: that would be without the answer
    command = [sys.executable, "-m", "uv", "python", "find", "--system", "--no-python-downloads"]
    command.append(version)
    ran = subprocess.run(command, env=os.environ | {"PATH": path}, capture_output=True, text=True)
    if ran.returncode:
        raise Absent(f"Python {version} is not on this machine")
    return ran.stdout.strip()


def variables(name, setting, python):
    """The environment's variables of a setting."""
    told = {"PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(FOLDER / f"{name} numba")}
    if setting.threads:
        names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
        told |= dict.fromkeys(names, str(setting.threads))
    if setting.old:
        if platform.machine().lower() not in ("x86_64", "amd64"):
            raise Absent(f"no older processor of this family is known ({platform.machine()})")
        # the name alone would change nothing, for numba asks the processor for its features
        told |= {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": "+sse2"}
        told |= {"OPENBLAS_CORETYPE": "Prescott"}
        told |= {"NPY_DISABLE_CPU_FEATURES": run([python, "-c", SIMD]).strip()}
    return told


def run(command, told=None):
    """What a command prints; RuntimeError with all its words if it fails."""
    ran = subprocess.run(
        command, cwd=ROOT, env=os.environ | (told or {}), capture_output=True, text=True
    )
    if ran.returncode:
        raise RuntimeError(f"{' '.join(command[:6])} …: {ran.stderr.strip()}")
    return ran.stdout


def faults(setting, found):
    """Where a setting is not in force, though the environment says it: a list of words."""
    wrong = []
    if setting.python and not found["python"].startswith(f"{setting.python}."):
        wrong.append(f"Python is {found['python']}")
    if setting.numba != (found["numba"] is not None):
        wrong.append(f"numba is {found['numba']}")
    if setting.threads and found["threads"] != [setting.threads]:
        wrong.append(f"BLAS has {found['threads']} threads")
    if setting.old:
        if found["simd"]:
            wrong.append(f"NumPy uses {' '.join(found['simd'])}")
        # OpenBLAS may say the oldest name that has the same code.
        if found["blas"] not in (["Prescott"], ["Katmai"]):
            wrong.append(f"BLAS takes the processor for {' '.join(found['blas'])}")
        if found["wide registers"]:
            wrong.append("the compiled loop uses wide registers")
    return wrong


# Testing


def tests(python, told, paths, *options):
    """Run pytest: {"passed": n, "failed": n, "skipped": n}, and the names of what failed."""
    command = [python, "-m", "pytest", "-n", "2", "--dist", "loadfile", "-rfE"]
    command += ["-p", "no:cacheprovider", *options, *paths]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True)
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"{told}\n{ran.stdout}\n")
    return counted(ran.stdout)


def counted(words):
    """The numbers in pytest's last line, and what it names as failed."""
    summary = next((line for line in reversed(words.splitlines()) if " in " in line), "")
    numbers = re.findall(r"(\d+) (passed|failed|skipped|errors?)", summary)
    count = {kind.removesuffix("s"): int(number) for number, kind in numbers}
    failed = count.get("failed", 0) + count.get("error", 0)
    names = sorted(set(re.findall(r"^(?:FAILED|ERROR) (\S+(?: \d+)?)", words, re.MULTILINE)))
    if not count.get("passed") and not failed:
        raise RuntimeError(f"pytest ran no test: {words[-2000:]}")
    found = {"passed": count.get("passed", 0), "failed": failed}
    return found | {"skipped": count.get("skipped", 0), "names": names}


def tried(name, quick=False):
    """All that is found out about a setting, or why it is left out."""
    setting = SETTINGS[name]
    try:
        python = environment(name, setting)
        told = variables(name, setting, python)
    except Absent as reason:
        return {"left out": str(reason)}
    found = json.loads(run([python, "-c", LOOK], told))
    wrong = faults(setting, found)
    if wrong:
        raise RuntimeError(f"{name} is not in force: {'; '.join(wrong)}")
    ignored = [f"--ignore=tests/test_{each}.py" for each in BROWSERS]
    options = [*ignored, "--ignore=tests/chapters"]
    compared = "--nbval-lax" if setting.versions == "lowest" else "--nbval"
    notebooks = [compared, "--nbval-current-env", "--nbval-cell-timeout=600"]
    notebooks += ["--ignore=notebooks/solutions"]
    found["tests"] = tests(python, told, QUICK_TESTS if quick else ["tests"], *options)
    chapters = ["notebooks"] if setting.numba else WITHOUT_NUMBA
    chapters = QUICK_CHAPTERS if quick else chapters
    found["chapters"] = tests(python, told, chapters, *notebooks)
    return found


# The table

HEAD = """# Settings that are tested

`make test-matrix` runs the tests that need no browser, and all chapters against their stored
outputs, in each of these settings, and writes this page. With the lowest versions that
pyproject.toml allows, and what is newest of all other packages, chapters are only run to their
end, since another Matplotlib writes other figures. Without numba only three chapters are run,
since the others train in the compiled loop. "Old processor" is one of the first with 64 bits:
NumPy without what it finds beyond its base line (`NPY_DISABLE_CPU_FEATURES`), OpenBLAS for
Prescott (`OPENBLAS_CORETYPE`), numba for `x86-64` with SSE2 (`NUMBA_CPU_NAME`). That each setting
is in force is looked up in NumPy, in threadpoolctl, and in the compiled loop's machine code.

| setting | Python | NumPy | numba | tests | cells of chapters |
|---|---|---|---|---|---|
"""


def page(results):
    """The page of all settings, in Markdown."""
    if not results:
        return f"{HEAD}| none was run to its end yet | | | | | |\n"
    return HEAD + "".join(f"| {' | '.join(row(name, results[name]))} |\n" for name in results)


def row(name, found):
    if "left out" in found:
        return [name, f"left out: {found['left out']}", "", "", "", ""]
    versions = [found["python"], found["numpy"], found["numba"] or "none"]
    return [name, *versions, said(found["tests"]), said(found["chapters"])]


def said(found):
    """ "900 passed, 3 skipped, 1 failed: test_x"."""
    words = [f"{found['passed']} passed"]
    words += [f"{found['skipped']} skipped"] if found["skipped"] else []
    if found["failed"]:
        words.append(f"{found['failed']} failed: {', '.join(found['names'])}")
    return ", ".join(words)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("setting", nargs="*", metavar="SETTING", help=", ".join(SETTINGS))
    parser.add_argument("--quick", action="store_true", help="a small part, for .ci/run")
    parser.add_argument("--page", action="store_true", help="write the page anew, run nothing")
    arguments = parser.parse_args()
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    names = [] if arguments.page else arguments.setting
    names = names or ([] if arguments.page else QUICK if arguments.quick else SETTINGS)
    failed = False
    for name in names:
        found = tried(name, arguments.quick)
        print("|", " | ".join(row(name, found)), "|", flush=True)
        failed |= any(found.get(part, {}).get("failed") for part in ("tests", "chapters"))
        if not arguments.quick:
            results[name] = found
            write(results)
    if arguments.page:
        write(results)
    sys.exit(failed)


def write(results):
    """Write the results of the settings, in their order, and the page of them."""
    results = {name: results[name] for name in SETTINGS if name in results}
    text = json.dumps(results, indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main()
