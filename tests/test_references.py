"""References become links: works, figures, tables, equations, chapters; in HTML and PDF alike."""

import copy
import re
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import export_samples as samples
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_output
from pypdf import PdfReader

from nnlib.export import bibliography, chapters, references
from nnlib.export.html import HTMLReport
from nnlib.export.merge import headings, merge
from nnlib.export.pdf import PDFReport

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
FOLDER = {"metadata": {"path": str(NOTEBOOKS)}}

# Real ones, and one with all that RFC 3986 and the DOI Handbook allow.
DOIS = {
    "sici": "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
    "polyak": "10.1016/0041-5553(64)90137-5",
    "Müller:x/1.b+c": "10.1007/3-540-49430-8_2",
    "awkward": "10.1234/a~b_c%d#e(f)<g>;h&i*j[k]l'm+n=o?p",
}
ADDRESSES = [
    "https://example.org/~user/a_b%20c.html?x=1&copy=2#part_(3)",
    "https://en.wikipedia.org/wiki/Stochastic_gradient_descent#Extensions_and_variants_(a)",
]
AWKWARD = "\n".join(
    [
        f"@article{{{key}, author = {{Doe, Jane}}, title = {{T}}, year = 2001, doi = {{{doi}}}}}"
        for key, doi in DOIS.items()
    ]
    + [
        f"@online{{at{at}, author = {{Doe, Jane}}, title = {{U}}, year = 2002, url = {{{url}}}}}"
        for at, url in enumerate(ADDRESSES)
    ]
)
WORKS = r"""
@article{goh2017, author = {Goh, Gabriel}, title = {Why momentum really works},
  journal = {Distill}, year = 2017, doi = {10.23915/distill.00006}}
@inproceedings{kingma2015, author = {Kingma, Diederik P. and Ba, Jimmy},
  title = {{Adam}: A method}, booktitle = {ICLR}, year = {2015}, eprint = {1412.6980}}
@book{deep, author = {Goodfellow, Ian and Bengio, Yoshua and Courville, Aaron},
  title = {Deep Learning}, publisher = {MIT Press}, year = {2016}}
@incollection{lecun, author = {LeCun, Yann and M{\"u}ller, Klaus-Robert and others},
  title = {Efficient BackProp}, booktitle = {Tricks \& Trade}, pages = {9--50}, year = {1998}}
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with works, and as resources what nbconvert says of a notebook in it."""
    (tmp_path / "references.bib").write_text(WORKS, encoding="utf-8")
    return tmp_path


def one(*texts, number=4):
    """A chapter with a figure, a table and an equation, and these Markdown cells."""
    table = new_output(
        "display_data",
        data={"text/markdown": f"**Table {number}.1.** A table.\n\n| a |\n|---|\n| 1 |"},
        metadata={
            "nnlib": {"role": "table", "number": f"{number}.1", "align": ["left"], "cards": False}
        },
    )
    return samples.notebook(
        samples.markdown(f"# {number}. A chapter\n\n$$y = x^2 \\tag{{{number}.7}}$$"),
        samples.code("figures.curve()", samples.figure(f"{number}.3"), table),
        *map(samples.markdown, texts),
    )


def resolved(notebook, folder="nowhere", name="04_one"):
    about = {"metadata": {"path": str(folder), "name": name}}
    return references.resolve(copy.deepcopy(notebook), about)[0]


def text(source, folder="nowhere"):
    """The text of a chapter's last cell, once it is resolved."""
    return resolved(one(source), folder).cells[-1].source


def whole(*texts):
    """Two chapters merged and resolved; the text of the last cell."""
    merged = merge({"03_one": one(number=3), "04_two": one(*texts)})
    return resolved(merged).cells[-1].source


def page(notebook, folder):
    resources = {"metadata": {"path": str(folder), "name": "04_one"}}
    return BeautifulSoup(HTMLReport().from_notebook_node(notebook, resources)[0], "html.parser")


def pdf(notebook, folder):
    resources = {"metadata": {"path": str(folder), "name": "04_one"}}
    return PdfReader(BytesIO(PDFReport().from_notebook_node(notebook, resources)[0]))


def link_targets(reader):
    """The addresses in a PDF, and its links to places in it."""
    found = [a.get_object() for p in reader.pages for a in p.get("/Annots", ())]
    uris = [a["/A"]["/URI"] for a in found if a.get("/A", {}).get("/S") == "/URI"]
    return uris, [a for a in found if "/Dest" in a]


OURS = {
    "See figure 4.3.": "See [figure 4.3](#figure-4-3).",
    "Figure\n4.3 shows": "[Figure\n4.3](#figure-4-3) shows",
    "Tables 4.1 and 4.1,": "[Tables 4.1](#table-4-1) and [4.1](#table-4-1),",
    "By equation (4.7)": "By [equation (4.7)](#equation-4-7)",
    "By equation 4.7:": "By [equation 4.7](#equation-4-7):",
    "(figure 4.3)": "([figure 4.3](#figure-4-3))",
    "*figure 4.3*": "*[figure 4.3](#figure-4-3)*",
    "| figure 4.3 | x |": "| [figure 4.3](#figure-4-3) | x |",
    "figure 4.3, table 4.1": "[figure 4.3](#figure-4-3), [table 4.1](#table-4-1)",
    "- the curve of figure 4.3": "- the curve of [figure 4.3](#figure-4-3)",
    "figure 4.3 of this chapter": "[figure 4.3](#figure-4-3) of this chapter",
    "figure 4.3 in words": "[figure 4.3](#figure-4-3) in words",
    r"\`figure 4.3\`": r"\`[figure 4.3](#figure-4-3)\`",
    r"costs \$5: figure 4.3, \$6": r"costs \$5: [figure 4.3](#figure-4-3), \$6",
}
MERGED = {
    "Chapter 3 says": "[Chapter 3](#03_one) says",
    "chapters 3 and 4": "[chapters 3](#03_one) and [4](#04_two)",
    "chapters 3 to 4,": "[chapters 3](#03_one) to [4](#04_two),",
    "chapters 3, 4, and 3": "[chapters 3](#03_one), [4](#04_two), and [3](#03_one)",
    "chapter 3's 2-3-1 network": "[chapter 3](#03_one)'s 2-3-1 network",
    "figures 3.3 and 4.3": "[figures 3.3](#figure-3-3) and [4.3](#figure-4-3)",
    "the loss of a sample, chapter 3 its gradient": "the loss of a sample, [chapter 3](#03_one) "
    "its gradient",
    "equations (3.7) and (4.7)": "[equations (3.7)](#equation-3-7) and [(4.7)](#equation-4-7)",
}
NOT_OURS = [
    "figure 3 of report A",
    "report A's figure 2, its figure 14",
    "its figure 4.3 and their table 4.1",
    "Bishop's figure 4.3",
    "Chapter 6 of Nielsen's book",
    "chapter 6 of *Deep Learning*",
    "chapter 6 in Nielsen's book",
    "Nielsen, chapter 2: the four equations",
    "*Deep Learning* (2016), chapter 6",
    '"Deep Learning", chapter 6',
    "SIAM 2002, chapter 1",
    "(online book), chapter 1",
    "section 6.3, part 4.3, version 4.3",
    "chapter 5.3 and figure 4.3.2",
    "figure 4.3b",
    "chapter 10% of them",
    "figures speak, tables turn, a chapter ends",
    "a figure of 4.3 and configure 4.3",
]
NO_TEXT = [
    "`figure 9.9`",
    "``a ` figure 9.9``",
    "```\nfigure 9.9 [@nobody]\n```",
    "- item\n\n  ```\n  figure 9.9\n  ```",
    "~~~text\nfigure 9.9\n~~~",
    "text\n\n    figure 9.9\n",
    "$\\text{figure 9.9}$",
    "$$\\text{see figure 9.9}$$",
    "## About figure 9.9",
    "[figure 9.9](#figure-4-3)",
    "[the `x[1]` of figure 9.9](#figure-4-3)",
    "[figure 9.9](https://example.org/(figure 9.9))",
    "https://example.org/figure 9.9"[:30],
    "<!-- figure 9.9 -->",
    "text\n\n    # figure 9.9 [@nobody]\n",
    "**Figure 9.9.** A caption for JupyterLab.",
]


@pytest.mark.parametrize(("source", "result"), OURS.items())
def test_what_is_ours_becomes_a_link(source, result):
    assert text(source) == result


@pytest.mark.parametrize(("source", "result"), MERGED.items())
def test_chapters_and_their_parts_are_links_in_the_merge(source, result):
    assert whole(source) == result


@pytest.mark.parametrize("source", [*NOT_OURS, *NO_TEXT])
def test_what_is_not_ours_or_no_text_stays(source):
    assert text(source) == source
    assert whole(source) == source


@pytest.mark.parametrize(
    "source", ["figure 4.4", "table 3.2", "equation (4.8)", "chapter 9", "chapters 3 and 5"]
)
def test_a_dangling_reference_is_refused_by_name(source):
    kind, number = re.match(r"(\w+?)s? .*?([\d.]+)\)?$", source).groups()
    words = rf"04_two, cell 04-cell-2: {kind} {re.escape(number)} is not there; .* there are: "
    with pytest.raises(ValueError, match=words + ".*3"):
        whole(f"See {source}.")


def test_a_chapter_alone_knows_its_own_parts_and_the_files_beside_it(tmp_path):
    samples.write_chapters(tmp_path)
    source = "figure 3.3, equation (3.7), chapters 1 and 3"
    linked = "figure 3.3, equation (3.7), [chapters 1](01_first.ipynb) and 3"
    assert text(source, tmp_path) == linked
    with pytest.raises(ValueError, match=r"04_one, cell cell-2: figure 4\.4 is not there"):
        text("figure 4.4", tmp_path)
    html = page(one(source), tmp_path)
    assert html.find("a", string="chapters 1")["href"] == "01_first.html"
    assert "chapters 1 and 3" in "".join(
        p.extract_text() for p in pdf(one(source), tmp_path).pages
    )


def test_a_notebook_that_numbers_nothing_may_speak_of_figures():
    source = "As figure 4.9, table 4.1 and equation (4.2) show."
    notebook = samples.notebook(samples.markdown("# 4. Title"), samples.markdown(source))
    assert resolved(notebook).cells[1].source == source


def test_captions_and_markdown_outputs_are_texts_too():
    notebook = one()
    figure, table = notebook.cells[1].outputs
    figure.metadata["image/svg+xml"]["caption"] = "As table 4.1 says."
    table.data["text/markdown"] = table.data["text/markdown"].replace("A table.", "Of figure 4.3.")
    cell = resolved(notebook).cells[1]
    about = cell.outputs[0].metadata["image/svg+xml"]
    assert about["caption"] == "As [table 4.1](#table-4-1) says."
    assert (
        cell.outputs[1]
        .data["text/markdown"]
        .startswith("**Table 4.1.** Of [figure 4.3](#figure-4-3).\n\n| a |")
    )


def test_two_equations_with_one_number_or_two_tags_are_refused():
    with pytest.raises(ValueError, match=r"cell cell-2: two equations have the number 4\.7"):
        text("$$x \\tag{4.7}$$")
    with pytest.raises(ValueError, match=r"cell cell-2: a formula can have one \\tag, not 2"):
        text("$$x \\tag{4.8} y \\tag{4.9}$$")


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("[@goh2017]", "([Goh 2017](#work-goh2017))"),
        ("[@goh2017, section 2]", "([Goh 2017](#work-goh2017), section 2)"),
        (
            "[@kingma2015; @deep, chapter 8]",
            "([Kingma and Ba 2015](#work-kingma2015); [Goodfellow et al. 2016](#work-deep), "
            "chapter 8)",
        ),
        ("`[@nobody]` $x[@nobody]$", "`[@nobody]` $x[@nobody]$"),
    ],
)
def test_citations(folder, source, result):
    cells = resolved(one(source, "End."), folder).cells
    assert cells[2].source == result
    assert ("Read further" in cells[-1].source) == ("nobody" not in source)


def test_the_section_read_further_keeps_its_sentences_and_gains_the_entries(folder):
    section = (
        "## Read further\n\n- G. Goh, *Why Momentum\n  Really Works* [@goh2017]: the valley.\n"
        "- I. Goodfellow and others [@deep, sections 4.3 and 6.1]: chapter 4 there.\n"
        "- Anything else.\n\n## The end\n\nOf it."
    )
    cells = resolved(one("Adam [@kingma2015], a valley [@goh2017].", section), folder).cells
    assert cells[-2].source == (
        "Adam ([Kingma and Ba 2015](#work-kingma2015)), a valley ([Goh 2017](#work-goh2017))."
    )
    assert cells[-1].source == (
        "## Read further\n\n- [G. Goh](id:work-goh2017), “Why momentum really works”, *Distill* "
        "(2017), [doi:10.23915/distill.00006](https://doi.org/10.23915/distill.00006): the "
        "valley.\n- [I. Goodfellow, Y. Bengio, A. Courville](id:work-deep), *Deep Learning*, MIT "
        "Press (2016), sections 4.3 and 6.1: chapter 4 there.\n- Anything else.\n"
        "- [D. P. Kingma, J. Ba](id:work-kingma2015), “Adam: A method”, in *ICLR* (2015), "
        "[arXiv:1412.6980](https://arxiv.org/abs/1412.6980)\n\n## The end\n\nOf it."
    )


def test_entries_decode_latex_and_tell_same_names_apart(tmp_path):
    path = tmp_path / "references.bib"
    path.write_text(WORKS + WORKS.replace("{goh2017,", "{two,").split("@inproc")[0])
    works = bibliography.read(path)
    assert works["lecun"].authors == "Y. LeCun, K.-R. Müller and others"
    assert works["lecun"].rest == "“Efficient BackProp”, in *Tricks \\& Trade*, 9–50 (1998)"
    assert works["lecun"].name == "LeCun et al. 1998"
    assert (works["goh2017"].name, works["two"].name) == ("Goh 2017a", "Goh 2017b")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("[@nobody]", r"04_one, cell cell-2: \[@nobody\] is not in references\.bib"),
        ("[@goh 2017]", r"cell cell-2: the citation \[@goh 2017\] cannot be read; write \[@key\]"),
        ("[@goh2017; see @deep]", r"the citation .* cannot be read"),
        ("## Momentum [@goh2017]", r"cell cell-2: a heading cannot cite: ## Momentum"),
    ],
)
def test_a_wrong_citation_is_refused_by_name(folder, source, words):
    with pytest.raises(ValueError, match=words):
        text(source, folder)
    for exporter in (HTMLReport(), PDFReport()):
        with pytest.raises(ValueError, match=words):
            exporter.from_notebook_node(
                one(source), {"metadata": {"path": str(folder), "name": "04_one"}}
            )


def test_a_folder_without_works_matters_only_to_who_cites(tmp_path):
    assert text("No citation.", tmp_path) == "No citation."
    with pytest.raises(ValueError, match=r"cell cell-2: works are cited, but there is no .*\.bib"):
        text("[@goh2017]", tmp_path)


@pytest.mark.parametrize(
    ("bib", "words"),
    [
        (
            "@article{a, title = {x}",
            r"references\.bib, entry 'a': this is no BibTeX: .*end of file",
        ),
        ("@article{a, title = {x} year = {1}}", r"entry 'a': this is no BibTeX: .*expected"),
        ("@article{b, title = foo}", r"entry 'b': this is no BibTeX: undefined string .*foo"),
        (WORKS + WORKS, "this is no BibTeX: repeated bibliography entry: goh2017"),
        ("@article{a, title = {x}, title = {y}}", "entry with key a has a duplicate title"),
        ("% by an@example.org\n" + WORKS, "references.bib: this is no BibTeX: syntax error"),
        ("@book{a, title = {x}, year = 1}", "entry 'a': it has no author"),
        ("@book{a, author = {A}}", "entry 'a': it has no title and no year"),
        ("@book{a, author = {A, B, C, D}, title = {x}, year = 1}", "entry 'a': Too many commas"),
        ("@book{a, author = {A}, title = {\\emph{x}}, year = 1}", r"entry 'a': \\emph in .*read"),
        ("@book{a, author = {A}, title = {x}, year = 1, url = {x}}", "entry 'a': its url must"),
    ],
)
def test_a_broken_bibliography_is_refused_by_name(folder, bib, words):
    (folder / "references.bib").write_text(bib)
    with pytest.raises(ValueError, match=words):
        text("[@a]", folder)


@pytest.fixture(scope="module")
def awkward(tmp_path_factory):
    """Page and PDF of a chapter that cites the works with awkward DOIs and addresses."""
    folder = tmp_path_factory.mktemp("awkward")
    (folder / "references.bib").write_text(AWKWARD)
    keys = "; ".join(f"@{key}" for key in [*DOIS, *(f"at{at}" for at in range(len(ADDRESSES)))])
    notebook = one(f"Many works [{keys}] and equation (4.7).")
    return page(notebook, folder), pdf(notebook, folder)


def test_awkward_dois_and_addresses_are_whole_on_the_page(awkward):
    found = {a["href"]: a.text for a in awkward[0].select('main a[href^="http"]')}
    dois = {unquote(href): words for href, words in found.items() if "doi.org" in href}
    assert dois == {f"https://doi.org/{doi}": f"doi:{doi}" for doi in DOIS.values()}
    for address in ADDRESSES:
        assert found[address] == address.removeprefix("https://")
    assert not any(
        re.search("[<>#?]", href.split("doi.org/")[-1]) for href in found if "doi" in href
    )
    assert all(a["rel"] == ["noopener"] for a in awkward[0].select('main a[href^="http"]'))


def test_awkward_dois_and_addresses_are_whole_in_the_pdf(awkward):
    uris, _ = link_targets(awkward[1])
    assert {unquote(uri) for uri in uris if "doi.org" in uri} == {
        f"https://doi.org/{doi}" for doi in DOIS.values()
    }
    assert set(ADDRESSES) <= set(uris)
    words = re.sub(r"\s", "", "".join(p.extract_text() for p in awkward[1].pages))
    for shown in [*DOIS.values(), *(url.removeprefix("https://") for url in ADDRESSES)]:
        assert shown in words


def test_links_lead_to_what_they_name_on_the_page(awkward):
    main = awkward[0].find("main")
    places = {a["href"]: a for a in main.select('p a[href^="#"]')}
    assert main.find(id="equation-4-7")["class"] == ["formula"]
    assert places["#equation-4-7"].text == "equation (4.7)"
    entry = main.find(id="work-Müller:x/1.b+c")
    assert entry.text == "J. Doe"
    assert DOIS["Müller:x/1.b+c"] in entry.parent.text
    assert "#work-Müller:x/1.b+c" in {unquote(place) for place in places}


def test_links_lead_to_what_they_name_in_the_pdf(awkward):
    """The citations lead to their items one below the other, the equation to the formula."""
    page = awkward[1].pages[0]
    heights = [float(link["/Dest"][3]) for link in link_targets(awkward[1])[1]]
    assert all(link["/Dest"][0].get_object() == page for link in link_targets(awkward[1])[1])
    lines = []

    def note(text, page_matrix, matrix, *font):
        lines.append((matrix[5] * page_matrix[3] + page_matrix[5], text))

    page.extract_text(visitor_text=note)
    formula = next(height for height, text in lines if "(4.7)" in text)
    items = sorted({height for height, text in lines if "J. Doe" in text})
    *entries, equation = heights
    assert len(entries) == len(items) == len(DOIS) + len(ADDRESSES)
    # Typst aims 10 points above a line, and lines are 14 points apart.
    for entry, item in zip(entries, reversed(items), strict=True):
        assert 14 < entry - item < 20
    assert 0 < equation - formula < 30


@pytest.fixture(scope="module")
def report():
    """All chapters, merged and resolved, and as they were."""
    parts = {path.stem: chapters.read(path) for path in chapters.find(NOTEBOOKS)}
    merged = merge(parts)
    return merged, references.resolve(copy.deepcopy(merged), FOLDER)[0]


def markdown(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def test_the_chapters_refer_to_what_is_there(report):
    before, after = ("\n".join(markdown(notebook)) for notebook in report)
    assert len(re.findall(r"\[@\w+", before)) > 60
    assert "[@" not in after
    for kind, least in {"figure": 6, "equation": 8}.items():
        assert len(re.findall(rf"\[{kind}s? [^\]]*\]\(#{kind}-", after, re.IGNORECASE)) >= least
    # Besides titles, nothing that looks like a reference of ours is left as it was.
    left = re.sub(r"\[[^\]]*\]\([^)]*\)", "", after)
    left = {match[0] for match in re.finditer(r"(?i)\b(figure|table|equation) \(?\d+\.\d+", left)}
    assert left == set()


def test_what_the_chapters_say_of_works_agrees_with_the_bibliography(report):
    works = bibliography.read(NOTEBOOKS / references.FILE)
    items = [
        match
        for source in markdown(report[0])
        for match in references.ITEM.finditer(references.sections(source)[1])
    ]
    assert len(items) >= 13 * 4
    for item in items:
        key = references.CITED.fullmatch(item["works"].split(";")[0])["key"]
        title = re.search(r"\*(.+?)\*|\"(.+?)\"", item["words"])
        title = (title[2] or title[1]) if title else ""
        assert title.lower() in works[key].rest.replace("\\", "").lower(), item[0]
        for year in re.findall(r"\b(?:19|20)\d\d\b", item["words"]):
            assert f"({year})" in works[key].rest, item[0]
        surname = works[key].name.split(" ")[0]
        assert surname in item["words"], item[0]


def test_every_chapter_ends_with_entries_that_can_be_clicked(report):
    starts = [
        at
        for at, cell in enumerate(report[1].cells)
        if "chapter" in cell.metadata.get("nnlib", {})
    ]
    for at in [*starts[1:], len(report[1].cells)]:
        last = report[1].cells[at - 1].source
        assert headings(last)[-1] == (2, references.READ_FURTHER)
        assert len(re.findall(r"^- \[[^\]]+\]\(id:", last, re.MULTILINE)) >= 4
        assert len(re.findall(r"\]\(https?://", last)) >= 3
