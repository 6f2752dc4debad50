"""The element for anybody's page: five lines of HTML, from the disk, without the network."""

import re
from pathlib import Path

import browsers
import pytest

pytest.importorskip("quickjs")

from nnlib.live import part
from nnlib.recipe import Recipe
from nnlib.widgets import TuningPanel

ROOT = Path(__file__).parents[1]


def page():
    """The page that README shows."""
    return re.search(r"```html\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)[1]


def test_the_file_is_small_and_names_its_licences(tmp_path, capsys):
    part.main(tmp_path / "nn-live.js")
    text = (tmp_path / "nn-live.js").read_text("utf-8")
    assert len(text.encode()) <= part.LARGEST
    assert "Permission is hereby granted" in text
    assert "Copyright 2012-2026 Mike Bostock" in text
    printed = capsys.readouterr().out
    assert f"{len(text.encode()):,} bytes" in printed
    assert "MIT" in printed
    assert "ISC" in printed


def test_the_licence_in_the_file_is_the_projects():
    assert (part.HERE / "LICENSE").read_text("utf-8").strip() in (ROOT / "LICENSE").read_text(
        "utf-8"
    )


def test_the_page_of_the_readme_has_five_lines():
    assert len(page().splitlines()) == 5


@pytest.mark.numba
@browsers.needed
def test_the_element_trains_with_pythons_numbers(tmp_path):
    part.main(tmp_path / "nn-live.js")
    file = tmp_path / "page.html"
    other = '<nn-live recipe="colour=red">Kept until then.</nn-live>'
    file.write_text(page() + other, encoding="utf-8")
    scripts = (tmp_path / "nn-live.js").as_uri()
    with browsers.browser() as browser:
        opened, asked, said = browser.new_context(offline=True).new_page(), [], []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto(file.as_uri())
        first, second = opened.locator("nn-live").all()
        for element in (first, second):
            browsers.expect(element).to_have_attribute("data-state", "ready", timeout=60_000)
        line = first.locator("[data-line]").text_content()
        numbers = first.locator("[data-numbers]").evaluate("(e) => JSON.parse(e.textContent)")
        nonsense = second.text_content()
    assert "The recipe cannot be followed: 'colour'" in nonsense
    assert said == []
    assert all(url in (file.as_uri(), scripts) or url.startswith("blob:") for url in asked)
    run = eval(line, {"TuningPanel": TuningPanel, "Recipe": Recipe}).run
    assert run.recipe.data == "circles"
    names = ("loss", "accuracy", "mean_absolute_error")
    expected = {"epoch": int(run.epochs[-1])} | {n: float(getattr(run, n)[-1]) for n in names}
    assert numbers == expected
