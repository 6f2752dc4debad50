"""Code in a process of its own, for what only a fresh start can show, and how one is ended."""

import contextlib
import os
import subprocess
import sys

import psutil


def output(code, cache, **environment):
    """What a Python of its own prints under these environment variables."""
    kept = {k: os.environ[k] for k in ("PATH", "PYTHONPATH", "HOME") if k in os.environ}
    environment = kept | {"NUMBA_CACHE_DIR": str(cache)} | environment
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def end(process, patience=120):
    """Ask it to end. After ``patience`` seconds it is killed, with all that it started."""
    below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        for each in (process, *below):
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        process.wait()
