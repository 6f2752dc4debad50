"""Code in a report: the words of figures are not printed twice, and nothing else is touched."""

import ast

import pytest

from nnlib.export.code import only_shows, without_words


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


SHOWN = 'figures.show(figures.functions(z, {"f": f(z)}), number="1.1", caption="c", alt="a")\n'


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        (SHOWN, True),
        ("from nnlib import figures\n\nz = np.linspace(-1, 1)\n" + SHOWN, True),
        ('rows = [[n, f"{x:.3f}"] for n, x in found]\nfigures.table(rows, number="1.1")', True),
        ('Explorer(number="1.1", update=update)', True),
        ("print(1)\n" + SHOWN, False),
        ('agree(a, b, "two")\n' + SHOWN, False),
        ("run = train(recipe, seed=0)\n" + SHOWN, False),
        ("J = graph.jacobians(net, x, y)\n" + SHOWN, False),
        ("def f(z):\n    return z\n\n" + SHOWN, False),
        ("assert z.any()\n" + SHOWN, False),
        ("z = np.linspace(-1, 1)", False),
        ("%matplotlib inline\n" + SHOWN, False),
    ],
)
def test_code_is_folded_if_all_that_it_does_is_to_show(source, folded):
    assert only_shows(source) == folded
