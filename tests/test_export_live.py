"""Figures that train in the page, as the exporters write them."""

import json
import re

import export_samples as samples
import live_page
import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import get_exporter

from nnlib import Recipe
from nnlib.export import live
from nnlib.export.merge import merge
from nnlib.widgets import TuningPanel

QUICK = Recipe(epochs=9, sizes=(2, 3, 1))


@pytest.fixture(scope="module")
def output():
    with pytest.MonkeyPatch.context() as patch:
        return live_page.shown(TuningPanel(QUICK, 4, number="1.1", **live_page.WORDS), patch)


def test_a_figure_holds_picture_line_and_settings(output):
    soup = BeautifulSoup(live_page.html(output), "html.parser")
    (figure,) = soup.find_all(attrs={"data-live": True})
    assert (figure["data-live"], figure["data-state"]) == ("1.1", "picture")
    assert figure.find_parent("figure")["id"] == "figure-1-1"
    assert figure.img["alt"] == live_page.WORDS["alt"]
    panel = TuningPanel(QUICK, 4)
    assert figure.find(attrs={"data-line": True}).text == panel.line
    assert json.loads(figure.script.string) == panel.settings.spec()


def test_the_scripts_are_in_a_page_that_needs_them_and_the_policy_names_them(output):
    html = live_page.html(output)
    soup = BeautifulSoup(html, "html.parser")
    scripts = [s.string for s in soup.find_all("script", type=None)]
    policy = soup.find("meta", attrs={"http-equiv": True})["content"]
    assert scripts[-1] == live.loader()
    assert len(re.findall("sha256-", policy)) == len(scripts) + 1  # and what is unpacked
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
    programs = [s.string for s in soup.find_all("script") if "json" not in s.get("type", "")]
    assert len(programs) == len(scripts) + 1
    assert sum(len(text.encode()) for text in programs) <= 75_000
    plain = live_page.html(samples.stdout("no figure"))
    assert "wasm-unsafe-eval" not in plain
    assert "nnlib-live" not in plain


def test_what_a_notebook_claims_cannot_leave_its_element(output):
    hostile = nbformat.from_dict(json.loads(json.dumps(output)))
    hostile.metadata["image/svg+xml"]["live"]["recipe"]["data"] = "</script><b>x"
    soup = BeautifulSoup(live_page.html(hostile), "html.parser")
    assert soup.find("b") is None
    hostile.metadata["image/svg+xml"]["live"] = "no settings"
    with pytest.raises(ValueError, match="holds no settings of a tuning panel"):
        live_page.html(hostile)


def chapters(link, output):
    cells = [
        samples.markdown(f"# 1. The first chapter\n\nSee [this]({link})."),
        samples.code("TuningPanel(…)", output),
    ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return merge({samples.FIRST: nbformat.v4.new_notebook(cells=cells)})


@pytest.mark.parametrize("file", ["", f"{samples.FIRST}.ipynb"])
def test_a_link_may_lead_to_a_state_of_a_figure(output, file):
    html = get_exporter("nnlib-html")().from_notebook_node(
        chapters(f"{file}#figure-1-1?lr=0.3&units=4,4", output)
    )[0]
    (link,) = BeautifulSoup(html, "html.parser").find_all("a", string="this")
    assert link["href"] == "#figure-1-1?lr=0.3&units=4,4"
    pdf = get_exporter("nnlib-pdf")().from_notebook_node(
        chapters(f"{file}#figure-1-1?lr=0.3", output)
    )[0]
    assert pdf.startswith(b"%PDF")


def test_a_link_to_a_state_of_no_figure_leads_nowhere(output):
    with pytest.raises(ValueError, match="leads nowhere"):
        chapters("#figure-1-2?lr=0.3", output)
