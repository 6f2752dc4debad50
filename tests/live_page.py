"""A small exported page with a tuning panel, and what tests do with it in a browser."""

import json

import export_samples as samples
import nbformat
from browsers import until
from nbconvert.exporters import get_exporter

from nnlib import SGD, Adagrad, Adam, Momentum, Recipe, RMSprop
from nnlib.widgets import TuningPanel

NAMES = {
    "Recipe": Recipe, "TuningPanel": TuningPanel, "SGD": SGD, "Momentum": Momentum,
    "Adagrad": Adagrad, "RMSprop": RMSprop, "Adam": Adam,
}  # fmt: skip
WORDS = {"caption": "A panel.", "alt": "A panel & its picture."}
BACKGROUND = "Text around it.\n\n" * 40


def shown(panel, monkeypatch):
    """The output of the cell that ends with a panel, without its view in Jupyter."""
    found = []
    monkeypatch.setattr(
        "nnlib.widgets.panel.panel.display",
        lambda data, metadata, raw: found.append((data, metadata)),
    )
    monkeypatch.setattr("nnlib.figures.style.display", lambda *a, **k: None)
    panel._ipython_display_()
    ((data, metadata),) = found
    data = {kind: text for kind, text in data.items() if "widget" not in kind}
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata)


def html(*outputs):
    """An exported page with these figures in it."""
    cells = [samples.markdown("# 1. The first chapter\n\n" + BACKGROUND)]
    cells += [samples.code("TuningPanel(…)", output) for output in outputs]
    cells.append(samples.markdown(BACKGROUND))
    notebook = nbformat.v4.new_notebook(cells=cells)
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return get_exporter("nnlib-html")().from_notebook_node(notebook)[0]


class Figure:
    """A live figure on a page, by the marks that every live figure has."""

    def __init__(self, page, number):
        self.page = page
        self.place = page.locator(f'[data-live="{number}"]')

    @property
    def state(self):
        return self.place.get_attribute("data-state")

    @property
    def line(self):
        return self.place.locator("[data-line]").text_content()

    @property
    def numbers(self):
        return json.loads(self.place.locator("[data-numbers]").text_content())

    def ready(self):
        until(self.page, lambda: self.state == "ready", "ready")
        return self

    def control(self, name):
        return self.place.get_by_label(name, exact=True)

    def button(self, name):
        return self.place.get_by_role("button", name=name, exact=True)

    def turn(self, name, value):
        """Give a control a value, as its own event does, and wait for what comes of it."""
        control = self.control(name)
        control.evaluate(
            """(input, value) => {
                if (input.type === "checkbox") input.checked = value;
                else input.value = value;
                for (const kind of ["input", "change"]) {
                    input.dispatchEvent(new Event(kind, {bubbles: true}));
                }
            }""",
            value,
        )
        return self.ready()

    def panel(self):
        """The panel that the line of Python makes."""
        return eval(self.line, dict(NAMES))

    def row(self, epoch):
        """The row of the run of the line of Python, as the page writes its numbers."""
        run = self.panel().run
        (at,) = (run.epochs == epoch).nonzero()[0]
        return {
            "epoch": int(run.epochs[at]),
            **{
                name: float(getattr(run, name)[at])
                for name in ("loss", "accuracy", "mean_absolute_error")
            },
        }
