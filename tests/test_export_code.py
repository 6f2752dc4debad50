"""Code in a report: the words of figures are not printed twice, and nothing else is touched."""

import ast

import pytest

from nnlib.export.code import without_words


def test_caption_and_alt_become_dots():
    shown = without_words(
        "figures.show(\n"
        "    figures.scatter(σ, y),  # drawn above\n"
        '    number="1.2",\n'
        '    caption="One, "\n'
        '    "two é.",\n'
        '    alt=f"Three {n}.")\n'
        "assert y.any()"
    )
    assert shown == (
        "figures.show(\n"
        "    figures.scatter(σ, y),  # drawn above\n"
        '    number="1.2",\n'
        "    caption=...,\n"
        "    alt=...)\n"
        "assert y.any()"
    )
    ast.parse(shown)


def test_so_they_do_where_an_explorer_is_made():
    source = 'Explorer(fig, at, z=Slider(Z, 0, "z"), caption="One.", alt="Two.")'
    shown = 'Explorer(fig, at, z=Slider(Z, 0, "z"), caption=..., alt=...)'
    assert without_words(source) == shown


def test_both_on_one_line_after_a_wide_character():
    shown = without_words('figures.show(f("σ"), "1.1", caption="é", alt="ü"); g()')
    assert shown == 'figures.show(f("σ"), "1.1", caption=..., alt=...); g()'


@pytest.mark.parametrize(
    "source",
    [
        "",
        "%timeit f(x)",
        'plot(caption="kept", alt="kept")',
        'picture.show(caption="kept")',
        "x = 1  # caption='kept'",
    ],
)
def test_other_code_stays_as_it_is(source):
    assert without_words(source) == source
