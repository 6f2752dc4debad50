"""Python code in a process of its own, for what only a fresh start can show."""

import os
import subprocess
import sys


def output(code, cache, **environment):
    """What a Python of its own prints under these environment variables."""
    kept = {k: os.environ[k] for k in ("PATH", "PYTHONPATH", "HOME") if k in os.environ}
    environment = kept | {"NUMBA_CACHE_DIR": str(cache)} | environment
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()
