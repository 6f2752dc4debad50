"""What comes before the first update, each in a new process: imports, the first compiled run."""

import os
import statistics
import subprocess
import sys
import tempfile

from timing import rounded

TIMES = 5
NUMPY = "import numpy"
NNLIB = "import nnlib"
LOADED = "import sys, nnlib; assert 'numba' not in sys.modules"
FIRST = "nnlib.train(nnlib.Recipe(epochs=1), 0, engine='compiled')"
TIMED = """
import time
{before}
start = time.process_time()
{code}
print(time.process_time() - start)
"""


def startup():
    """Seconds of CPU time, {what: median}."""
    subprocess.run([sys.executable, "-c", LOADED], check=True)
    imports = [(_seconds(NNLIB), _seconds(NUMPY)) for _ in range(TIMES)]
    nnlib, numpy = (statistics.median(column) for column in zip(*imports, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        first = [_seconds(FIRST, NNLIB, NUMBA_CACHE_DIR=folder) for _ in range(TIMES + 1)]
    return {
        "import numpy": rounded(numpy),
        "import nnlib": rounded(nnlib),
        "first compiled run, nothing cached": rounded(first[0]),
        "first compiled run, from the cache": rounded(statistics.median(first[1:])),
    }


def _seconds(code, before="", **environment):
    """CPU time of some code in a new process, after other code that does not count."""
    script = TIMED.format(before=before, code=code)
    process = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True,
        env=os.environ | environment,
    )  # fmt: skip
    return float(process.stdout)
