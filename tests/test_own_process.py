"""How tests end what they have started."""

import subprocess
import sys

import psutil
import pytest
from own_process import end
from small_sweeps import on_posix

SERVER = """
import signal, subprocess, sys
signal.signal(signal.SIGTERM, {handler})
child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
print(child.pid, flush=True)
child.wait()
"""


@on_posix
@pytest.mark.parametrize(
    ("handler", "patience", "code"),
    [("lambda *about: (child.kill(), sys.exit(3))", 120, 3), ("signal.SIG_IGN", 0.1, -9)],
    ids=["one that hears", "one that does not"],
)
def test_a_server_is_ended_with_what_it_started(handler, patience, code):
    command = [sys.executable, "-c", SERVER.format(handler=handler)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        child = psutil.Process(int(server.stdout.readline()))
        end(server, patience)
        assert server.returncode == code
        psutil.wait_procs([child], timeout=10)
        assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
        end(server)  # of one that has ended: nothing
