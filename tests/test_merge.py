"""Many chapters become one notebook, in which every link leads somewhere."""

import copy

import export_samples as samples
import nbformat
import pytest

from nnlib.export.html import HTMLReport
from nnlib.export.merge import SUBTITLE, TITLE, headings, merge


def chapters():
    return {samples.FIRST: samples.first_chapter(), samples.SECOND: samples.second_chapter()}


def two(first="", second="", **outputs):
    """The merged text of two tiny chapters."""
    one = samples.notebook(samples.markdown(f"# 1. One\n\n## Part a\n\n{first}"))
    other = samples.notebook(samples.markdown(f"# 2. Two\n\n## The loop (SGD)\n\n{second}"))
    return [cell.source for cell in merge({"01_one": one, "02_two": other}).cells]


def test_the_merge_is_a_valid_notebook_of_all_cells():
    parts = chapters()
    merged = merge(parts)
    nbformat.validate(merged)
    assert len(merged.cells) == sum(len(notebook.cells) for notebook in parts.values())
    assert merged.metadata.title == TITLE
    assert merged.metadata.nnlib == {"merged": True, "subtitle": SUBTITLE}
    assert merged.metadata.language_info.pygments_lexer == "ipython3"
    ids = [cell.id for cell in merged.cells]
    assert len(set(ids)) == len(ids)
    assert ids[0] == "01-cell-0"
    starts = [cell.metadata.nnlib.chapter for cell in merged.cells if "nnlib" in cell.metadata]
    assert starts == [samples.FIRST, samples.SECOND]


def test_the_chapters_stay_as_they_were():
    parts = chapters()
    before = copy.deepcopy(parts)
    merge(parts)
    assert parts == before


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("(02_two.ipynb)", "(#02_two)"),
        ("(02_two.ipynb#The-loop-(SGD))", "(#02_two:The-loop-(SGD))"),
        ("(02_two.ipynb#The-loop-%28SGD%29)", "(#02_two:The-loop-(SGD))"),
        ("(./02_two.ipynb#2.-Two)", "(#02_two)"),
        ('(#Part-a "A title")', '(#01_one:Part-a "A title")'),
        ("(#1.-One)", "(#01_one)"),
        ("(07_later.ipynb#In-short)", "(07_later.ipynb#In-short)"),
        ("(https://example.org/02_two.ipynb#x)", "(https://example.org/02_two.ipynb#x)"),
        ("(../nnlib/network.py)", "(../nnlib/network.py)"),
    ],
)
def test_links_lead_into_the_merge(link, target):
    assert two(f"See [there]{link}.")[0].endswith(f"See [there]{target}.")


@pytest.mark.parametrize(
    "text",
    [
        "`[a](#nowhere)`",
        "```python\nx[0](#nowhere)\n```",
        "$$f[a](#nowhere)$$",
    ],
)
def test_what_only_looks_like_a_link_stays(text):
    assert text in two(text)[0]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("(#Nowhere)", r"01_one\.ipynb.*#Nowhere.*01_one\.ipynb are: 1\.-One, Part-a"),
        ("(02_two.ipynb#Part-a)", r"01_one\.ipynb.*02_two\.ipynb#Part-a.*02_two\.ipynb are"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused_by_name(link, words):
    with pytest.raises(ValueError, match=words):
        two(f"See [there]{link}.")


def test_a_heading_that_stands_twice_in_a_chapter_is_refused():
    with pytest.raises(ValueError, match=r"01_one\.ipynb.*'Part a' stands there twice"):
        two("## Part a")


def test_links_in_captions_and_markdown_outputs_and_to_figures():
    caption = f"As in [the other]({samples.SECOND}.ipynb#In-short)."
    parts = chapters()
    cell = samples.code("x", samples.figure("1.9", caption), samples.table(caption))
    parts[samples.FIRST].cells += [cell, samples.markdown("See [it](#figure-1-9).")]
    figure, text = merge(parts).cells[len(parts[samples.FIRST].cells) - 2].outputs
    expected = f"As in [the other](#{samples.SECOND}:In-short)."
    assert figure.metadata["image/svg+xml"]["caption"] == expected
    assert text.data["text/markdown"] == expected
    assert any(cell.source == "See [it](#figure-1-9)." for cell in merge(parts).cells)


def test_headings_are_read_as_jupyter_reads_them():
    source = "# A *b* `c`\n\n```\n# no heading\n```\n\n## From $\\sigma'$ & back"
    assert headings(source) == [(1, "A b c"), (2, "From $\\sigma'$ & back")]


@pytest.mark.parametrize("empty", ["01_one", "02_two"])
def test_a_chapter_without_cells_is_refused_by_name(empty):
    one, two = (samples.notebook(samples.markdown("# A title")) for _ in range(2))
    with pytest.raises(ValueError, match=rf"{empty}\.ipynb has no cell"):
        merge({"01_one": one, "02_two": two} | {empty: samples.notebook()})


@pytest.mark.parametrize("title", ["# 1. One", "1\\. One\n=======", "<h1>1. One</h1>"])
def test_a_chapters_number_is_that_of_its_title_wherever_it_stands(title):
    cells = [samples.markdown("Text with `#`."), samples.markdown(f"{title}\n\nSee chapter 1.")]
    html = HTMLReport().from_notebook_node(merge({"01_one": samples.notebook(*cells)}))[0]
    assert '<a href="#01_one">chapter 1</a>' in html
