"""An Explorer: a figure with controls: live in Jupyter, a player in HTML, a picture in the PDF."""

import html
import os
from functools import lru_cache
from itertools import product
from types import FunctionType

import anywidget
import ipywidgets
from IPython.display import display
from matplotlib.figure import Figure

from nnlib import validation
from nnlib.figures.style import caption_output, described, output, styled, svg
from nnlib.validation import said
from nnlib.widgets.controls import Choice, Slider, chosen
from nnlib.widgets.frames import encoded
from nnlib.widgets.player import player
from nnlib.widgets.view import with_view

KEPT = 64  # pictures that are kept, to go back to them at once


class Explorer:
    """A figure that changes with its controls.

    The figure is drawn once; ``update`` changes what is in it. A cell that ends with an Explorer
    shows it: to Jupyter as sliders and a picture; to a notebook that was not run, and to the PDF,
    as the picture at the starting values; to the HTML report, with NNLIB_PLAYER=1 in the
    environment, as a player with the pictures of all values.

    Parameters
    ----------
    figure : matplotlib Figure
    update : function of the controls' values, given by their names. It changes the artists of
        ``figure`` and returns one line of text: what one reads off the picture at these values.
        What it raises while a control is turned stands in place of that line, with the values that
        the picture still shows. It sees global names as they are now: a later cell may bind them
        anew
    number, caption, alt : as for ``figures.show``
    narrow : matplotlib Figure of the same, as for ``figures.show``; ``update`` changes it, too
    controls : name=Slider(…) or name=Choice(…); the player has a picture for each combination
    """

    def __init__(self, figure, update, number, caption, alt, narrow=None, **controls):
        described(number=number, caption=caption, alt=alt)
        if not controls:
            raise ValueError("controls is empty; an Explorer needs one, such as lr=Slider(…)")
        for name, control in controls.items():
            if not isinstance(control, (Slider, Choice)):
                raise TypeError(f"{name} is {said(control)}; it must be a Slider or a Choice")
        validation.instance("figure", figure, Figure)
        if narrow is not None:
            validation.instance("narrow", narrow, Figure)
        validation.function("update", update)
        self.figure, self.number, self.caption, self.alt = figure, number, caption, alt
        self.narrow = narrow
        self.controls = controls
        self._function = styled(frozen(update))
        self._draw = lru_cache(KEPT)(self._draw_once)
        self._start = {name: control.value for name, control in controls.items()}
        self.values = self._pictured = dict(self._start)
        self._lay_out()

    def _lay_out(self):
        """Lay the figures out at the starting values, once: later pictures must not jump.

        As SVG, whose texts have the same size at every resolution.
        """
        self._update(**self._start)
        for figure in filter(None, (self.figure, self.narrow)):
            svg(figure)
            figure.set_layout_engine("none")

    def _update(self, **values):
        """Change the figure; its line of text."""
        text = self._function(**values)
        if not isinstance(text, str):
            raise TypeError(f"update returned {said(text)}; it must return a line of text")
        return text

    def frame(self, **values):
        """The picture as PNG, bytes, and its line of text; values not named are at their start."""
        for name, value in values.items():
            if name not in self.controls:
                raise TypeError(f"{name!r} is no control; there are {', '.join(self.controls)}")
            values[name] = chosen(name, value, self.controls[name].options)
        return self._draw(**self._start | values)

    def _draw_once(self, **values):
        text = self._update(**values)
        return encoded(self.figure), text

    def frames(self):
        """(values, PNG, text) for each combination of the controls, the last one fastest."""
        for values in self._combinations():
            yield values, *self.frame(**values)

    def narrow_frames(self):
        """The PNG of ``narrow`` for each combination, in the order of ``frames``."""
        for values in self._combinations():
            self._update(**values)
            yield encoded(self.narrow)

    def _combinations(self):
        for options in product(*(control.options for control in self.controls.values())):
            yield dict(zip(self.controls, options, strict=True))

    # Live

    def widget(self):
        """The controls above the picture, as ipywidgets."""
        data, text = self.frame()
        width = f"{96 * self.figure.get_figwidth():.0f}px"
        layout = {"width": width, "max_width": "100%"}
        self._image = ipywidgets.Image(value=data, format="png", layout=layout)
        self._image.alt = self.alt
        self._text = ipywidgets.HTML(value=_line(text))
        self._sliders = {name: control.widget() for name, control in self.controls.items()}
        for slider in self._sliders.values():
            slider.observe(self._turned, names="value")
        box = ipywidgets.VBox([*self._sliders.values(), self._image, self._text, Keys()])
        box.add_class("nnlib-explorer")
        return box

    def _turned(self, change):
        self.values = {name: slider.value for name, slider in self._sliders.items()}
        try:
            data, text = self.frame(**self.values)
        except Exception as error:  # of somebody's function: whatever it is, the reader is told
            kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
            text = f"{kind}{error} (The picture still shows {self._words()}.)"
            self._text.value = _line(text, role="alert")
            return
        self._image.value, self._pictured = data, self.values
        self._text.value = _line(text)

    def _words(self):
        """The values that are pictured: "η = 0.1, side = above"."""
        pairs = ((control, self._pictured[name]) for name, control in self.controls.items())
        return ", ".join(f"{c.label} = {c.texts[c.options.index(value)]}" for c, value in pairs)

    # On the page

    def _ipython_display_(self):
        text = self._update(**self._start)
        data, metadata = output(self.figure, self.number, self.caption, self.alt, "Explorer",
                                self.narrow)  # fmt: skip
        if os.environ.get("NNLIB_PLAYER") == "1":
            data["text/html"] = player(self, data["image/svg+xml"], text)
            metadata["text/html"] = {"nnlib": "player"}
        else:
            data = with_view(data, self.widget())
        display(data, metadata=metadata, raw=True)
        caption_output(self.number, self.caption)


class Keys(anywidget.AnyWidget):
    """Nothing to see: keeps keys pressed at an Explorer's controls from Jupyter's shortcuts."""

    _esm = """
    function render({ el }) {
      el.hidden = true;
      const timer = setInterval(() => { // the controls may come on the page later than this
        const box = el.closest(".nnlib-explorer");
        const controls = box?.querySelectorAll(".noUi-handle, select") ?? [];
        for (const control of controls) control.dataset.lmSuppressShortcuts = "true";
        if (controls.length) clearInterval(timer);
      }, 100);
      return () => clearInterval(timer);
    }
    export default { render };
    """


def frozen(function):
    """A function, and those it calls from the same notebook, with the globals as they are now."""
    if not isinstance(function, FunctionType):
        return function
    now = dict(function.__globals__)

    def bound(f):
        copy = FunctionType(f.__code__, now, f.__name__, f.__defaults__, f.__closure__)
        copy.__kwdefaults__ = f.__kwdefaults__
        return copy

    for name, value in function.__globals__.items():
        if isinstance(value, FunctionType) and value.__globals__ is function.__globals__:
            now[name] = bound(value)
    return bound(function)


def _line(text, role="status"):
    return f'<div role="{role}" aria-live="polite">{html.escape(text)}</div>'
