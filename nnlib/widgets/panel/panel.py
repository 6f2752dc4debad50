"""The tuning panel: turn anything of a recipe, and see the network trained again at once."""

import base64
from numbers import Integral, Real

import anywidget
import numpy as np
import traitlets
from IPython.display import display

from nnlib import validation
from nnlib.figures.style import caption_output, described
from nnlib.live import panel as program
from nnlib.recipe import Recipe
from nnlib.validation import said
from nnlib.widgets.panel import outline, picture
from nnlib.widgets.panel.settings import Settings
from nnlib.widgets.view import with_view

WIDTH, HEIGHT = 581, 363.125  # points: as wide as the printed page, which shrinks figures to 76 %
PIXELS = 1210
LONGEST = 1000  # entries of a control's value


class TuningPanel:
    """A recipe with a control for each of its parts, trained anew with each change.

    A cell that ends with a panel shows it. In Jupyter and in the exported HTML page it is the same
    program, which trains there, in the reader's browser, with the bits of the compiled loop; in a
    notebook that was not run and in the PDF it is a picture.

    Parameters
    ----------
    recipe : Recipe to start with; None is ``Recipe()``. What a browser cannot run with the same
        bits is refused by name: parts of your own, functions as schedules, "normal_legacy"
    seed : of the run
    noise : standard deviation added to the points of a named set; None is the set's own
    start : (Recipe, seed) whose first weights are kept, what "same start" does
    weights : first weights set by hand, as ``{"W1[0, 1]": 5.0}``; None: none
    number, caption, alt : as for ``figures.show``; without a number it is no figure of the report,
        and only live

    Attributes
    ----------
    recipe, seed : what is trained; noise of your own makes the recipe's data points
    run : the Run, bit for bit that of ``train(recipe, seed, "compiled")``; with "same start" or
        first weights set by hand, that with ``network=settings.network()``
    line : the panel as a line of Python
    settings : all that is set
    """

    def __init__(
        self, recipe=None, seed=0, noise=None, start=None, weights=None, number=None, caption="",
        alt="",
    ):  # fmt: skip
        if number is not None:
            described(number=number, caption=caption, alt=alt)
        self.number, self.caption, self.alt = number, caption, alt
        recipe = Recipe() if recipe is None else recipe
        self.settings = self._first = Settings(recipe, seed, noise, start, weights)
        self._run = self._view = None

    @property
    def recipe(self):
        return self.settings.trained

    @property
    def seed(self):
        return self.settings.seed

    @property
    def line(self):
        return program.call("nnSettings.line", self.settings.spec())

    @property
    def run(self):
        if self._run is None or self._run[0] != self.settings:
            self._run = self.settings, self.settings.run()
        return self._run[1]

    def set(self, **changes):
        """Turn controls, given by their names: data, noise, seed, layers, units, activation, init,
        bias, optimizer, lr, schedule, batch_size, epochs. What is wrong is refused, and nothing
        is changed.
        """
        settings = self.settings
        for name, value in changes.items():
            if name == "data" and not isinstance(value, str):
                recipe = settings.recipe.replace(data=value)
                settings = settings.replace(recipe=recipe, noise=None)
            else:
                settings = self._changed(settings, name, _plain(name, value))
        self._become(settings)

    def _changed(self, settings, name, value):
        X, y = settings.trained.points(settings.seed)
        points = {"X": X.ravel().tolist(), "y": y.ravel().tolist()}
        spec = settings.spec()
        made = program.call("nnSettings.changed", spec, name, value, self._first.spec(), points)
        return settings.changed(spec, made)

    def _become(self, settings):
        self.settings = settings
        if self._view is not None:
            self._view.settings = settings.spec()

    # On the page

    def widget(self):
        """The panel as a widget."""
        if self._view is None:
            first = self._first.spec()
            self._view = PanelView(first=first, settings=self.settings.spec())
            self._view.observe(self._turned, "settings")
            self._view.on_msg(self._asked)
        return self._view

    def _turned(self, change):
        """The reader has turned something on the page."""
        self.settings = self.settings.changed(self.settings.spec(), change.new)

    def _asked(self, view, message, buffers):
        """The page cannot train: it shows the picture instead."""
        view.picture = self.picture()

    def picture(self):
        """The panel's picture at the end of the training, an SVG."""
        return program.call("nnPicture.picture", picture.shown(self.settings))

    def _ipython_display_(self):
        if self.number is None:
            display(with_view({"text/plain": "<TuningPanel>"}, self.widget()), raw=True)
            return
        size = f'width="{WIDTH}pt" height="{HEIGHT}pt"'
        shown = picture.shown(self.settings)
        svg = outline.outlined(program.call("nnPicture.picture", shown, size))
        data = {
            "image/svg+xml": svg,
            "image/png": base64.b64encode(outline.png(svg, PIXELS)).decode(),
            "text/plain": f"<TuningPanel {self.number}>",
        }
        about = {"number": self.number, "caption": self.caption, "alt": self.alt}
        about["live"] = self.settings.spec()
        metadata = {"image/svg+xml": about, "image/png": {"width": round(WIDTH * 4 / 3)}}
        display(with_view(data, self.widget()), metadata=metadata, raw=True)
        caption_output(self.number, self.caption)


def _plain(name, value, depth=2):
    """A control's value as JSON has it."""
    if isinstance(value, (np.ndarray, np.generic)) and value.size <= LONGEST:
        value = value.tolist()
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Integral) and abs(value) <= validation.LARGEST:
        return int(value)
    if isinstance(value, Real) and not isinstance(value, Integral):
        return validation.real(name, value)
    if isinstance(value, (list, tuple)) and depth and len(value) <= LONGEST:
        return [_plain(name, each, depth - 1) for each in value]
    raise ValueError(f"{name} is {said(value)}; it must be a number, a word or a list of numbers")


class PanelView(anywidget.AnyWidget):
    """The panel in Jupyter: the program of the page, which trains there."""

    _esm = program.widget()
    _css = program.style()
    first = traitlets.Dict().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    picture = traitlets.Unicode().tag(sync=True)
