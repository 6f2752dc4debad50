"""Trainings in pages from the disk, in Chromium and in Firefox; and a page with nothing else."""

import base64
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nnlib import live

HERE = Path(__file__).parent / "live"
FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
# What a driver runs in a page that has the engine: the report's, or the one below.
TOLD = (HERE / "told.js").read_text(encoding="utf-8")
TRAINED = """
async function trained(sent) {
  while (!window.nnLive) await new Promise((go) => setTimeout(go, 20)); // the report unpacks it
  const engine = await nnLive.start(), runs = [];
  for (const { settings, kept } of sent) runs.push(told(await engine.train(settings, { kept })));
  engine.close();
  return runs;
}
"""
# The longest time between two frames of the page while it trains
LONGEST = """
async function longest(sent) {
  let worst = 0, before = performance.now(), on = true;
  (function tick() {
    const now = performance.now();
    worst = Math.max(worst, now - before);
    before = now;
    if (on) requestAnimationFrame(tick);
  })();
  await trained(sent);
  on = false;
  return worst;
}
"""


def written(folder, worker="worker-src blob:", module=" 'wasm-unsafe-eval'"):
    """The address of a page that holds the engine, under the policy of the report."""
    script = live.script() + "const started = nnLive.start();"
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'{module}; {worker}; base-uri 'none'; form-action 'none'"
    )
    file = folder / "page.html"
    file.write_text(
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>t</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<script>{script}</script>",
        encoding="utf-8",
    )
    return file.as_uri()


MISSING = (
    "firefox-esr is not installed" if FIREFOX is None
    else "marionette-driver is not installed"
    if importlib.util.find_spec("marionette_driver") is None
    else ""
)  # fmt: skip
firefox_needed = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def requests(asked, address):
    """What is neither the page itself nor held in it."""
    held = ("data:", "blob:")
    return [url for url in asked if url.split("#")[0] != address and not url.startswith(held)]


def in_chromium(page, sent, call="trained"):
    return page.evaluate(f"(sent) => {{ {TOLD}{TRAINED}{LONGEST} return {call}(sent); }}", sent)


def in_firefox(address, sent, folder):
    """What the page's runs tell, and the addresses it asked for, without a network.

    From a process of its own: the driver leaves sockets open.
    """
    file = folder / "sent.json"
    file.write_text(json.dumps(sent), encoding="utf-8")
    command = [sys.executable, __file__, address, file]
    answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    if isinstance(answer, str):
        raise RuntimeError(f"Firefox says: {answer}")
    return answer


FIREFOX_CALL = """
const [sent, done] = arguments;
const asked = () => performance.getEntriesByType("resource").map((entry) => entry.name);
trained(JSON.parse(sent)).then((runs) => done(JSON.stringify([runs, asked()])),
    (error) => done(JSON.stringify(String(error))));
"""


def main(address, file):
    from marionette_driver.marionette import Marionette

    session = Marionette(bin=FIREFOX, headless=True, startup_timeout=600)
    session.start_session()
    try:
        session.timeout.script = 600
        session.timeout.page_load = 600
        with session.using_context("chrome"):
            session.execute_script("Services.io.offline = true;")
        session.navigate(address)
        sent = Path(file).read_text(encoding="utf-8")
        print(session.execute_async_script(TOLD + TRAINED + FIREFOX_CALL, [sent], sandbox=None))
    finally:
        session.delete_session()
        session.cleanup()


if __name__ == "__main__":
    main(*sys.argv[1:])
