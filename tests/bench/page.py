"""How soon the report opens, beside the page of an older commit, in one browser, in turn."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
OLD = "9bbb6a9"
ROUNDS = 7

# Run in a folder that holds nnlib and notebooks: the page of all chapters, into a file.
MAKE = """
import json, sys
from pathlib import Path

from nnlib.export import chapters, katex
from nnlib.export.html import HTMLReport
from nnlib.export.merge import merge

if "output:" not in katex.RENDER and "JSON" not in katex.RENDER:
    # The old page: what runs KaTeX today hands over no string that was just joined.
    katex.RENDER = katex.RENDER.replace("return katex.renderToString(latex, {displayMode, trust, "
        'strict: "error"})', "return JSON.stringify(katex.renderToString(latex, {displayMode, "
        'trust, strict: "error"}))')
    katex.render = lambda latex, display=False: json.loads(katex.engine()(latex, display))
executed = chapters.execute(chapters.find("notebooks"), players=True)
merged = merge({path.stem: executed[path] for path in executed})
page = HTMLReport().from_notebook_node(merged, {"metadata": {"path": "notebooks"}})[0]
Path(sys.argv[1]).write_text(page, encoding="utf-8")
"""

OPENED = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def opening():
    """Milliseconds until each page has opened, and their ratio; None where no browser is."""
    sys.path.insert(0, str(ROOT / "tests"))
    import browsers

    if browsers.MISSING:
        print(f"no page is opened: {browsers.MISSING}")
        return None
    pages = {"now": made(ROOT, BUILD / "page.html"), OLD: old()}
    if not pages[OLD]:
        print(f"no page is opened: the history lacks {OLD}")
        return None
    times = {name: [] for name in pages}
    with browsers.browser() as browser:
        for _ in range(ROUNDS):
            for name, path in pages.items():
                page = browser.new_page(viewport={"width": 1400, "height": 900})
                page.goto(path.as_uri(), wait_until="load")
                times[name].append(page.evaluate(OPENED))
                page.close()
    ratios = [now / then for now, then in zip(times["now"], times[OLD], strict=True)]
    found = {name: {"ms": statistics.median(taken)} for name, taken in times.items()}
    return found | {"ratio": {"ms": statistics.median(ratios)}}


def old():
    """The old commit's page; None without the history."""
    path, tree = BUILD / f"page-{OLD}.html", BUILD / OLD
    if path.exists():
        return path
    tree.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(
        ["git", "-C", str(ROOT), "archive", OLD, "nnlib", "notebooks", "tests"],
        capture_output=True,
    )
    if packed.returncode:
        return None
    subprocess.run(["tar", "-x", "-C", str(tree)], input=packed.stdout, check=True)
    return made(tree, path)


def made(tree, path):
    """The page that a folder's nnlib makes of its chapters."""
    path.parent.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"PYTHONPATH": str(tree)}
    environment.pop("NPROC", None)
    command = [sys.executable, "-c", MAKE, str(path)]
    subprocess.run(command, cwd=tree, env=environment, check=True)
    return path


if __name__ == "__main__":
    print(opening())
