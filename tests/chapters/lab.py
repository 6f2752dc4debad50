"""JupyterLab in a browser: a server with a home of its own, and notebooks opened and run in it."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
import own_process

PATIENCE = 120  # seconds for whatever is waited for

KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
CELLS = "[...window.jupyterapp.shell.currentWidget.content.model.cells]"


@contextlib.contextmanager
def server(notebooks, beside=None):
    """A running JupyterLab on the notebooks {name: notebook}: a function, name → address.

    ``beside`` are files that they read, {place from the folder above theirs: path}.
    """
    with tempfile.TemporaryDirectory() as home:
        work = Path(home, "work", "notebooks")
        work.mkdir(parents=True)
        for place, path in (beside or {}).items():
            (work.parent / place).parent.mkdir(parents=True)
            shutil.copy(path, work.parent / place)
        for name, notebook in notebooks.items():
            nbformat.write(notebook, work / name)
        port, token = _free_port(), secrets.token_hex(8)
        command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
            f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            f"--ServerApp.root_dir={work}",
        ]  # fmt: skip
        process = subprocess.Popen(
            command, env=_environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _until_it_answers(f"http://127.0.0.1:{port}/api?token={token}")
            # A workspace for each: they must not open each other's notebooks.
            lab = f"http://127.0.0.1:{port}/lab/workspaces"
            yield lambda name: f"{lab}/{Path(name).stem}/tree/{name}?token={token}"
        finally:
            own_process.end(process)


def notebook(*sources):
    """A notebook of code cells."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _environment(home):
    """The environment with a home of its own; what numba has compiled stays where it is."""
    own = {"HOME": home, "JUPYTER_CONFIG_DIR": f"{home}/config", "IPYTHONDIR": f"{home}/ipython"}
    folders = {"JUPYTER_DATA_DIR": f"{home}/data", "JUPYTER_RUNTIME_DIR": f"{home}/runtime"}
    return os.environ | own | folders


def _until_it_answers(address):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def open_notebook(page, address):
    """Open a notebook, and wait for its kernel."""
    page.goto(address)
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=1000 * PATIENCE)
    page.wait_for_function(f"{KERNEL} === 'idle'", timeout=1000 * PATIENCE)


def run_all(page):
    """Run all cells to the end; whether all went well, and the outputs of each code cell."""
    well = page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    return well, page.evaluate(
        f"{CELLS}.filter(c => c.type === 'code').map(c => c.outputs.toJSON())"
    )
