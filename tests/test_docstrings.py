"""Examples in docstrings are run; every public name says what it is."""

import doctest
import importlib
import inspect
from pathlib import Path

import pytest

import nnlib

ROOT = Path(nnlib.__file__).parent
WITH_EXAMPLES = sorted(
    str(path.relative_to(ROOT.parent).with_suffix("")).replace("/", ".")
    for path in ROOT.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_in_docstrings_give_what_they_say(module):
    results = doctest.testmod(importlib.import_module(module))
    assert results.attempted > 0
    assert results.failed == 0


def test_a_wrong_example_is_found():
    (example,) = doctest.DocTestFinder().find(wrong, "wrong", globs={})
    said = []
    assert doctest.DocTestRunner().run(example, out=said.append).failed == 1
    assert "Expected:\n    5" in "".join(said)


def wrong():
    """A sum that is none.

    >>> 2 + 2
    5
    """


@pytest.mark.parametrize("name", nnlib.__all__)
def test_every_public_name_has_a_docstring_of_its_own(name):
    value = getattr(nnlib, name)
    text = inspect.getdoc(value)
    assert text
    if inspect.isclass(value):  # neither inherited, nor what a dataclass writes by itself
        assert value.__doc__ == vars(value)["__doc__"]
        assert not text.startswith(f"{name}(")
