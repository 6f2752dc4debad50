"""What a reader can turn: a Slider over numbers, or a Choice among words.

Both have ``options``, the ``value`` they start at, and ``texts``, how the options are written.
Options may be the keys of a dict.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral

import ipywidgets

from nnlib import validation
from nnlib.validation import said


@dataclass(frozen=True)
class Slider:
    """A slider over chosen numbers.

    Parameters
    ----------
    options : the numbers, in the order of the slider
    value : where it starts, one of them up to rounding
    label : what it is called; plain text, such as "η" or "learning rate"
    form : format of a number, as in ``format(value, form)``; it must tell the options apart
    """

    options: tuple
    value: float
    label: str
    form: str = "g"

    def __post_init__(self):
        options = _sequence(self.options, "(0.1, 0.2, 0.5)")
        numbers = [validation.real(f"options[{i}]", v) for i, v in enumerate(options)]
        if all(isinstance(option, Integral) for option in options):
            numbers = [int(option) for option in options]
        _set(self, numbers)
        self._check_form()

    def _check_form(self):
        """Refuse a format that cannot write the options, or writes two of them alike."""
        validation.text("form", self.form)
        try:
            texts = self.texts
        except ValueError as error:
            raise ValueError(f"form is {self.form!r}, no format of a number ({error})") from None
        if len(set(texts)) < len(texts):
            twice = next(text for text in texts if texts.count(text) > 1)
            raise ValueError(
                f"form is {self.form!r}, in which several options read {twice!r}; it must have "
                'enough digits to tell them apart, as ".3f" or ".8g" may have'
            )

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
        options = _sequence(self.options, "('above', 'below')")
        _set(self, [validation.text(f"options[{i}]", v) for i, v in enumerate(options)])

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


def _sequence(options, example):
    parts = list(options) if isinstance(options, Mapping) else options
    return validation.sequence("options", parts, example)


def _set(control, options):
    """Give a control its options, and as its value the one of them that is meant."""
    if len(set(options)) < max(2, len(options)):
        raise ValueError(f"options is {said(options)}; it must hold 2 or more different values")
    object.__setattr__(control, "options", tuple(options))  # the dataclass is frozen
    object.__setattr__(control, "value", chosen("value", control.value, control.options))
    validation.text("label", control.label)


def chosen(name, value, options):
    """The option that equals ``value``, if they are numbers up to rounding; else ValueError."""
    if isinstance(options[0], str):
        return validation.choice(name, value, options)
    number = validation.real(name, value)
    nearest = min(options, key=lambda option: abs(option - number))
    rounding = 1e-12 * max(map(abs, options))  # of 0 among others
    if not math.isclose(nearest, number, rel_tol=1e-9, abs_tol=rounding):
        raise ValueError(f"{name} is {said(value)}; it must be one of {said(options)}")
    return nearest
