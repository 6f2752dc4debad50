"""What a reader can turn: a Slider over numbers, or a Choice among words.

Both have ``options``, the ``value`` they start at, and ``texts``, how the options are written.
"""

from dataclasses import dataclass

import ipywidgets
import numpy as np


@dataclass(frozen=True)
class Slider:
    """A slider over chosen numbers.

    Parameters
    ----------
    options : the numbers, in the order of the slider
    value : where it starts, one of them
    label : what it is called; plain text, such as "η" or "learning rate"
    form : format of a number, as in ``format(value, form)``
    """

    options: tuple
    value: float
    label: str
    form: str = "g"

    def __post_init__(self):
        object.__setattr__(self, "options", tuple(np.asarray(self.options).tolist()))
        _check(self)

    @property
    def texts(self):
        return tuple(format(option, self.form).replace("-", "−") for option in self.options)

    def widget(self):
        return ipywidgets.SelectionSlider(
            options=list(zip(self.texts, self.options, strict=True)),
            value=self.value,
            description=self.label,
            style={"description_width": "initial"},
            layout={"width": "28em"},
        )


@dataclass(frozen=True)
class Choice:
    """A drop-down list of words: ``options``, the ``value`` it starts at, and its ``label``."""

    options: tuple
    value: str
    label: str

    def __post_init__(self):
        object.__setattr__(self, "options", tuple(self.options))
        _check(self)

    @property
    def texts(self):
        return self.options

    def widget(self):
        return ipywidgets.Dropdown(
            options=self.options,
            value=self.value,
            description=self.label,
            style={"description_width": "initial"},
        )


def _check(control):
    if len(set(control.options)) < max(2, len(control.options)):
        raise ValueError(f"options is {control.options}; it must hold 2 or more different values")
    if control.value not in control.options:
        raise ValueError(f"value is {control.value!r}; it must be one of {control.options}")
