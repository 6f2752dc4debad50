"""How long from a key press on the tuning panel to the painted picture, and its longest frame.

    python tests/bench/latency.py

Opens a small exported page from the disk, and JupyterLab with a home of its own, each with the
panel on report A's XOR experiment; in JupyterLab also a slider whose callback in Python sets a
text: the way by the kernel, which the panel does not go. Each gets its key presses; what counts is
the time until the browser has painted what changed. While a long training goes on in the page, its
longest frame is the longest time without one. Prints JSON, in milliseconds; ``make bench`` does
the same and holds it against what is promised.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS), str(TESTS / "chapters")]
import browsers
import lab
import live_page
import pytest
from timing import rounded

from nnlib.widgets import TuningPanel

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
      const pressed = window.pressed;
      requestAnimationFrame(() => setTimeout(() => { // behind the frame that shows it
        window.measured = performance.now() - pressed;
      }));
    }
  });
  watch.observe(target, {childList: true, subtree: true, characterData: true, attributes: true});
  window.pressed = null;
  input.addEventListener("keydown", () => { window.pressed = performance.now(); },
                         {once: true, capture: true});
}"""


# The longest time between two frames of the page until it is told to end.
FRAMES = """() => {
  window.longest = 0;
  let last = performance.now();
  const next = () => {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - last);
    last = now;
    if (!window.enough) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}"""


def latency():
    """Milliseconds in the page and in JupyterLab; {} without a browser."""
    if browsers.MISSING:
        print(f"no latency: {browsers.MISSING}")
        return {}
    with browsers.browser() as browser:
        return {**in_page(browser), **in_lab(browser)}


def in_page(browser):
    """The panel in an exported page, and its longest frame while it trains."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        panel = TuningPanel(number="1.1", **live_page.WORDS)
        file = Path(folder, "page.html")
        file.write_text(live_page.html(live_page.shown(panel, patch)), encoding="utf-8")
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(file.as_uri())
        figure = live_page.Figure(page, "1.1").ready()
        found = presses(page, "[data-name=lr] input", ".nnl-table")
        page.evaluate(FRAMES)
        figure.control("epochs").focus()
        page.keyboard.press("End")
        page.wait_for_timeout(3000)
        longest = page.evaluate("() => { window.enough = true; return window.longest; }")
        page.close()
    frame = {"median": rounded(longest), "95th percentile": rounded(longest)}
    return {"panel in the page": found, "longest frame while training": frame}


def in_lab(browser):
    """A slider by way of the kernel, and the panel, in JupyterLab."""
    with lab.server({"latency.ipynb": lab.notebook(PANEL, FLOOR)}) as address:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        lab.open_notebook(page, address("latency.ipynb"))
        lab.run_all(page)
        page.wait_for_selector(".nnl-boundary svg", timeout=60_000)
        return {
            "by way of the kernel": presses(page, ".noUi-handle", "div:has(> .floor)"),
            "panel in JupyterLab": presses(page, "[data-name=lr] input", ".nnl-table"),
        }


def presses(page, handle, changed):
    """Milliseconds from key press to change, median and 95th percentile."""
    target = page.locator(handle).first
    target.scroll_into_view_if_needed()
    target.focus()
    times = []
    for k in range(WARM_UP + PRESSES):
        time.sleep(REST)
        page.evaluate(TIMED, changed)
        page.keyboard.press("ArrowRight" if k // 6 % 2 else "ArrowLeft")  # away and back
        live_page.until(page, lambda: page.evaluate("window.measured !== null"), "a change")
        times.append(page.evaluate("window.measured"))
    times = times[WARM_UP:]
    high = statistics.quantiles(times, n=20)[-1]
    return {"median": rounded(statistics.median(times)), "95th percentile": rounded(high)}


if __name__ == "__main__":
    print(json.dumps(latency(), indent=1))
