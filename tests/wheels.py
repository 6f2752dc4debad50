"""Whether every pinned requirement has a wheel, for each Python and platform (`make wheels`).

uv resolves requirements.txt for Pythons and machines that are not here, from the index alone;
nothing is downloaded or installed. pip would judge the markers by the Python that runs it.
"""

import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = {
    "Linux x86-64": "x86_64-unknown-linux-gnu",
    "Linux aarch64": "aarch64-unknown-linux-gnu",
    "macOS arm64": "aarch64-apple-darwin",
    "macOS x86-64": "x86_64-apple-darwin",
    "Windows x86-64": "x86_64-pc-windows-msvc",
}
# Where README promises nothing: the last versions of quickjs and numba for Intel Macs end at 3.12
# and 3.13.
WITHOUT = {("macOS x86-64", "3.13"), ("macOS x86-64", "3.14")}
# uv's words about a pin: name, {marker} if it has one, version.
REFUSED = re.compile(
    r"(?P<name>[\w.-]+)(?:\{[^}]*\})?==(?P<version>[\w.+!]+)\s+has\s+no\b"
    r"|no\s+version\s+of\s+(?P<unknown>[\w.-]+)(?:\{[^}]*\})?==(?P<number>[\w.+!]+)"
)


class NoAnswer(RuntimeError):
    """uv failed for another reason than a missing wheel: its own words."""


def dry_run(pins, python, platform):
    """The exit code and the words of uv about an installation of the pins from wheels alone."""
    command = [sys.executable, "-m", "uv", "--color=never", "pip", "install", "--dry-run"]
    command += ["--no-deps", "--only-binary=:all:", "--requirements=-"]
    command += [f"--python-version={python}", f"--python-platform={platform}"]
    with TemporaryDirectory() as empty:
        command.append(f"--target={empty}")
        ran = subprocess.run(command, input=pins, capture_output=True, encoding="utf-8")
    return ran.returncode, ran.stderr


def refused(words):
    """The pins ("numba==0.68.1") of which uv says that there is no wheel that fits."""
    pins = (match.groupdict("") for match in REFUSED.finditer(words))
    return [f"{p['name'] or p['unknown']}=={p['version'] or p['number']}" for p in pins]


def missing(pins, python, platform, ask=dry_run):
    """All pins without a wheel. uv names the first it meets, so it is asked without it again."""
    found = []
    while True:
        code, words = ask(pins, python, platform)
        if code == 0:
            return found
        names = [pin for pin in refused(words) if pin not in found]
        if not names:
            raise NoAnswer(words)
        found += names
        pins = "\n".join(line for line in pins.splitlines() if line.split(" ")[0] not in found)


def table(found):
    """Whether all pins have a wheel: platforms as lines, Pythons as columns."""
    lines = [f"{'':15}" + "".join(f"{python:>12}" for python in PYTHONS)]
    for platform in PLATFORMS:
        cells = [found[platform, python] for python in PYTHONS]
        words = [f"{len(pins)} missing" if pins else "all" for pins in cells]
        lines.append(f"{platform:15}" + "".join(f"{word:>12}" for word in words))
    return "\n".join(lines)


def complaints(found):
    """A line for each platform and Python where a wheel is missing."""
    for (platform, python), pins in found.items():
        if pins:
            known = " (README promises none)" if (platform, python) in WITHOUT else ""
            yield f"{platform}, Python {python}: no wheel of {', '.join(pins)}{known}"


def main(requirements=REQUIREMENTS, ask=dry_run):
    """Print the table; the exit code: 1 if a wheel is missing where README promises them."""
    pins = Path(requirements).read_text(encoding="utf-8")
    places = list(product(PLATFORMS, PYTHONS))
    found = {place: missing(pins, place[1], PLATFORMS[place[0]], ask) for place in places}
    print(table(found), *complaints(found), sep="\n")
    return int(any(pins and place not in WITHOUT for place, pins in found.items()))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
