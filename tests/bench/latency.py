"""How long from a key press to the changed picture in JupyterLab, beside the shortest way.

    python tests/bench/latency.py

Starts JupyterLab with a home of its own, opens a notebook with the tuning panel on report A's XOR
experiment, all of it visible, and with a slider whose callback sets a text: the floor. Each of
them gets its key presses on the slider; what counts is the time until the page has changed. Prints
JSON, in milliseconds; ``make bench`` does the same and holds it against what is promised.
"""

import json
import statistics
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS), str(TESTS / "chapters")]
import browsers
import lab
from timing import rounded

PRESSES, WARM_UP = 40, 4
REST = 0.5  # seconds between presses: whatever goes on in the background has then begun and ended
PANEL = "from nnlib.widgets import TuningPanel\nTuningPanel()"
FLOOR = """import ipywidgets
slider, label = ipywidgets.IntSlider(value=50), ipywidgets.HTML('<b class="floor">50</b>')
slider.observe(lambda c: setattr(label, "value", f'<b class="floor">{c.new}</b>'), "value")
ipywidgets.VBox([slider, label])"""

# Presses a key at the focused element, and waits for the element `changed` to change.
TIMED = """(changed) => {
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


def latency():
    """Milliseconds of the floor, of the panel, and their difference; {} without a browser."""
    if browsers.MISSING:
        print(f"no latency: {browsers.MISSING}")
        return {}
    notebook = {"latency.ipynb": lab.notebook(PANEL, FLOOR)}
    with lab.server(notebook) as address, browsers.browser() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        lab.open_notebook(page, address("latency.ipynb"))
        lab.run_all(page)
        page.wait_for_selector(".nnp-picture svg", timeout=60_000)
        floor = presses(page, ".noUi-handle", "div:has(> .floor)")
        panel = presses(page, "[data-name=lr] input", ".nnp-picture")
    above = {key: panel[key] - floor[key] for key in floor}
    return {"floor": floor, "tuning panel": panel, "above the floor": above}


def presses(page, handle, changed):
    """Milliseconds from key press to change, median and 95th percentile."""
    target = page.locator(handle).first
    target.scroll_into_view_if_needed()
    target.focus()
    times = []
    for k in range(WARM_UP + PRESSES):
        time.sleep(REST)
        page.evaluate(TIMED, changed)
        # Away and back: half of the values are new, to the run and to the band.
        page.keyboard.press("ArrowLeft" if 2 * k < WARM_UP + PRESSES else "ArrowRight")
        page.wait_for_function("window.measured !== null", timeout=30_000)
        times.append(page.evaluate("window.measured"))
    times = times[WARM_UP:]
    high = statistics.quantiles(times, n=20)[-1]
    return {"median": rounded(statistics.median(times)), "95th percentile": rounded(high)}


if __name__ == "__main__":
    print(json.dumps(latency(), indent=1))
