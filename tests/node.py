"""The page's script in Node."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from nnlib import live

HERE = Path(__file__).parent / "live"
FOUND = shutil.which("node")
needed = pytest.mark.skipif(FOUND is None, reason="node is not installed")


def answers(program, sent, folder, source=None):
    """What one of the programs in tests/live prints for what is sent, both as JSON.

    ``source`` is the script it loads; None is the engine's.
    """
    script, given = folder / "script.js", folder / "sent.json"
    script.write_text(source or live.script(), encoding="utf-8")
    given.write_text(json.dumps(sent), encoding="utf-8")
    command = [FOUND, HERE / program, script, given]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
