"""How long from a key press to the changed picture in JupyterLab, beside the shortest way.

    python tests/bench/latency.py

Starts JupyterLab with a home of its own, opens a notebook with the tuning panel on report A's XOR
experiment, all of it visible, and with a slider whose callback sets a text: the floor. Each of
them gets its key presses on the slider; what counts is the time until the page has changed. Prints
JSON, in milliseconds.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

PRESSES, WARM_UP = 40, 4
REST = 0.5  # seconds between presses: whatever goes on in the background has then begun and ended
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
PANEL = "from nnlib.widgets import TuningPanel\nTuningPanel()"
FLOOR = """import ipywidgets
slider, label = ipywidgets.IntSlider(value=50), ipywidgets.HTML('<b class="floor">50</b>')
slider.observe(lambda c: setattr(label, "value", f'<b class="floor">{c.new}</b>'), "value")
ipywidgets.VBox([slider, label])"""

# Presses a key at the focused element, and waits for the element `changed` to change.
TIMED = """([changed, step]) => {
  const input = document.activeElement;
  const target = document.querySelector(changed);
  const before = target.innerHTML;
  window.measured = null;
  const watch = new MutationObserver(() => {
    if (window.pressed && target.innerHTML !== before) {
      watch.disconnect();
      window.measured = performance.now() - window.pressed;
    }
  });
  watch.observe(target, {childList: true, subtree: true, characterData: true, attributes: true});
  window.pressed = null;
  input.addEventListener("keydown", () => { window.pressed = performance.now(); },
                         {once: true, capture: true});
}"""


def main():
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        sys.exit(f"none of {', '.join(NAMES)} is installed")
    with lab({"latency.ipynb": [PANEL, FLOOR]}) as address, sync_playwright() as session:
        chromium = session.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1400, "height": 1000})
        opened(page, address, "latency.ipynb")
        found = {
            "floor": presses(page, ".noUi-handle", "div:has(> .floor)"),
            "panel": presses(page, "[data-name=lr] input", ".nnp-picture"),
        }
        chromium.close()
    found["difference"] = {
        key: found["panel"][key] - found["floor"][key] for key in ("median", "p95")
    }
    rounded = {name: {k: round(v, 1) for k, v in row.items()} for name, row in found.items()}
    print(json.dumps(rounded, indent=1))


@contextlib.contextmanager
def lab(notebooks):
    """A running JupyterLab on notebooks given as {name: sources of cells}; its address."""
    with tempfile.TemporaryDirectory() as home, socket.socket() as free:
        work = Path(home, "work")
        work.mkdir()
        for name, sources in notebooks.items():
            cells = [nbformat.v4.new_code_cell(source) for source in sources]
            notebook = nbformat.v4.new_notebook(cells=cells, metadata=KERNEL)
            nbformat.write(notebook, work / name)
        free.bind(("127.0.0.1", 0))
        port, token = free.getsockname()[1], secrets.token_hex(8)
        free.close()
        process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}",
                f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True",
                "--ServerApp.root_dir=" + str(work), "--allow-root",
            ],
            env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}/lab/tree/{{}}?token={token}"
            answers(f"http://127.0.0.1:{port}/api?token={token}")
            yield address
        finally:
            process.terminate()
            process.wait()


def environment(home):
    """The environment with a home of its own; what numba has compiled stays where it is."""
    own = {"HOME": home, "JUPYTER_CONFIG_DIR": f"{home}/config", "IPYTHONDIR": f"{home}/ipython"}
    folders = {"JUPYTER_DATA_DIR": f"{home}/data", "JUPYTER_RUNTIME_DIR": f"{home}/runtime"}
    return os.environ | own | folders


def answers(address, patience=60):
    """Wait until the server answers."""
    end = time.monotonic() + patience
    while True:
        try:
            return urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def opened(page, address, name):
    """Open a notebook and run all of its cells."""
    page.goto(address.format(name))
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
    page.wait_for_function(f"{kernel} === 'idle'", timeout=60_000)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(".nnp-picture svg", timeout=60_000)


def presses(page, handle, changed):
    """Milliseconds from key press to change, median and 95th percentile."""
    target = page.locator(handle).first
    target.scroll_into_view_if_needed()
    target.focus()
    times = []
    for k in range(WARM_UP + PRESSES):
        time.sleep(REST)
        page.evaluate(TIMED, [changed, k])
        page.keyboard.press("ArrowRight" if k % 2 else "ArrowLeft")
        page.wait_for_function("window.measured !== null", timeout=30_000)
        times.append(page.evaluate("window.measured"))
    times = times[WARM_UP:]
    return {"median": statistics.median(times), "p95": statistics.quantiles(times, n=20)[-1]}


if __name__ == "__main__":
    main()
