"""A browser for tests, and in it pages from the disk, with the network cut off."""

import contextlib
import shutil

import pytest

try:
    from playwright.sync_api import expect, sync_playwright
except ImportError:
    expect = sync_playwright = None

if expect:
    expect.set_options(timeout=120_000)  # milliseconds: what is waited for comes, sooner or later
FRAMES = 5000  # of a page until something is given up; where a machine is slow, it draws fewer

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FOUND = next(filter(None, map(shutil.which, NAMES)), None)
MISSING = (
    "playwright is not installed" if sync_playwright is None
    else f"none of {', '.join(NAMES)} is installed" if FOUND is None
    else ""
)  # fmt: skip
needed = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def until(page, condition, what):
    """Ask with each frame that the page draws until it is so.

    (Playwright's own waiting evaluates text, which the page forbids.)
    """
    for _ in range(FRAMES):
        if condition():
            return
        page.evaluate("() => new Promise(done => requestAnimationFrame(done))")
    raise AssertionError(f"not so within {FRAMES} frames: {what}")


@contextlib.contextmanager
def browser():
    with sync_playwright() as session:
        browser = session.chromium.launch(executable_path=FOUND, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextlib.contextmanager
def offline(browser, file):
    """A function that opens the file; what the browser complained about fails at the end."""
    complaints, contexts = [], []

    def open_page(scheme="light", width=1400, **options):
        viewport = {"width": width, "height": 900}
        context = browser.new_context(
            color_scheme=scheme, viewport=viewport, offline=True, **options
        )
        contexts.append(context)
        context.set_default_navigation_timeout(300_000)  # the whole report, on a busy machine
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: check_request(request.url))
        page.goto(file)
        return page

    def check_request(url):
        if url.split("#")[0] != file and not url.startswith(("data:", "blob:null/")):
            complaints.append(f"asked for {url}")

    try:
        yield open_page
    finally:
        for context in contexts:
            context.close()
    assert not complaints, complaints


def violations(page):
    """What axe-core finds on a page that was opened with ``bypass_csp=True``."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    # This rule of axe 4.12 takes a header cell that holds a formula in MathML for an empty one.
    rules = {"empty-table-header": {"enabled": False}}
    options = {"rules": rules, "reporter": "no-passes", "resultTypes": ["violations"]}
    found = axe.Axe().run(page, options=options).response["violations"]
    return [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found]
