"""Notebooks → PDF, without TeX and without a browser: `jupyter nbconvert --to nnlib-pdf x.ipynb`.

The Jinja template writes one Markdown text, pandoc with a Lua filter makes Typst of it, Typst sets
it as PDF/UA-1. The same notebook gives the same bytes. What cannot be shown stops the build with
a ValueError that names it: a formula, a character without a glyph, a figure without alt text, a
link that leads nowhere.

What authors must avoid, because pandoc or Typst cannot do it; all of it is refused:

- `\\left.` and `\\right.` (write `\\Big|` or cases), `\\begin{array}`, `\\begin{matrix}`,
  `smallmatrix`, cases of one column, `aligned` as a part of a formula
- `\\color`, `\\textcolor`, `\\cancel`, `\\substack`, `\\coloneqq`, `\\S`, macros of one's own
- environments outside `$$`; a dollar sign that belongs to no formula, even as `\\$`
- HTML (comments are dropped) and pictures in Markdown cells; bitmaps as outputs
- formulae and tables more than twice as wide as the page
"""

import json
import re
import subprocess
from pathlib import Path

import pypandoc
import typst
from nbconvert.exporters import TemplateExporter
from traitlets import default

from nnlib.export import references, tables
from nnlib.export.code import without_words
from nnlib.export.merge import figure_id, heading_id, headings

TEMPLATES = Path(__file__).parent / "templates"
FOLDER = TEMPLATES / "nnlib-pdf"
NOTE = "Made from Jupyter notebooks and nnlib, a small NumPy library."
POINTS = {"pt": 1, "px": 0.75, "": 0.75, "in": 72, "cm": 72 / 2.54, "mm": 72 / 25.4}
SVG_WIDTH = re.compile(r"<svg\b[^>]*?\swidth=[\"']([\d.]+)(pt|px|in|cm|mm|)[\"']")


class PDFReport(TemplateExporter):
    """Exports one chapter, or the merged report with title page and table of contents, to PDF."""

    export_from_notebook = "PDF report"
    output_mimetype = "application/pdf"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.register_preprocessor(references.resolve)
        self.register_preprocessor(anchored)

    @default("file_extension")
    def _file_extension_default(self):
        return ".pdf"

    @default("template_extension")
    def _template_extension_default(self):
        return ".md.j2"

    @default("template_name")
    def _template_name_default(self):
        return "nnlib-pdf"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self):
        return [str(TEMPLATES)]

    @property
    def default_config(self):
        config = super().default_config
        config.NbConvertBase.display_data_priority = [
            *("image/svg+xml", "text/markdown", "text/latex"),
            *("image/png", "image/jpeg", "text/plain"),
        ]
        config.CoalesceStreamsPreprocessor.enabled = True
        return config

    def default_filters(self):
        yield from super().default_filters()
        yield "without_words", without_words
        yield "fenced", fenced
        yield "figure", figure_header
        yield "table", table_fence
        yield "refuse_bitmap", refuse_bitmap

    def from_notebook_node(self, nb, resources=None, **kw):
        """The PDF's bytes, and nbconvert's resources."""
        tables.refuse_twice(nb)
        pictures = svgs(nb)
        markdown, resources = super().from_notebook_node(nb, resources, **kw)
        source = f"{opening(nb)}\n{to_typst(markdown)}"
        return self.compile(source, pictures), resources

    def compile(self, source, pictures):
        """Set the Typst text; the pictures, SVG by label, go along in memory."""
        try:
            pdf, warnings = typst.compile_with_warnings(
                source.encode(),
                root=FOLDER,
                sys_inputs=pictures,
                ignore_system_fonts=True,
                pdf_standards=["ua-1"],
                timestamp=0,
            )
        except typst.TypstError as error:
            raise ValueError(f"the PDF cannot be set: {error.diagnostic}") from None
        for warning in warnings:
            self.log.warning("%s", warning.diagnostic)
        return pdf


def fenced(header, kind, text=""):
    """A fence of the Markdown text: its kind, its header as JSON in the first line, its text."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence} {kind}", json.dumps(header), text.rstrip(), fence, "", ""])


def anchored(nb, resources):
    """The notebook, and in its resources the anchors of its headings: a preprocessor."""
    return nb, {**resources, "anchors": anchors(nb)}


def anchors(nb):
    """The anchors of the headings in each Markdown cell, by the cell's id."""
    chapter, found = None, {}
    for cell in nb.cells:
        chapter = cell.metadata.get("nnlib", {}).get("chapter", chapter)
        if cell.cell_type == "markdown":
            # Parsing takes time; most cells hold no heading.
            parsed = headings(cell.source) if "#" in cell.source else []
            found[cell.id] = [heading_id(chapter, *heading) for heading in parsed]
    return found


def table_fence(output, cell):
    """A Markdown output, and what the filter must know of it if it is a table with a number."""
    if not tables.is_table(output):
        return fenced({"cell": cell}, "table", output["data"]["text/markdown"])
    number, caption, table = tables.parts(output)
    header = {"cell": cell, "number": number, "label": tables.table_id(number)}
    table = tables.exact(table, tables.about(output)["align"], tables.marked)
    return fenced(header, "table", f"{caption}\n\n{table}")


def figure_header(output):
    """What the filter must know of a figure besides its caption; all of it is required."""
    metadata = output.metadata.get("image/svg+xml", {})
    for key in ("number", "caption", "alt"):
        if not str(metadata.get(key) or "").strip():
            raise ValueError(
                f"figure {metadata.get('number', 'without a number')}: the metadata of its SVG "
                f"have no {key!r}; they must hold number, caption and alt"
            )
    number = str(metadata["number"])
    width = svg_width(output.data["image/svg+xml"], number)
    return {"label": figure_id(number), "number": number, "alt": metadata["alt"], "width": width}


def svg_width(svg, number):
    """The width that an SVG gives itself, in points."""
    match = SVG_WIDTH.search(svg)
    if match is None:
        raise ValueError(f"figure {number}: its SVG has no width in pt, px, in, cm or mm")
    return round(float(match[1]) * POINTS[match[2]], 3)


def svgs(nb):
    """The SVG of each figure by its label."""
    found = {}
    for output in (output for cell in nb.cells for output in cell.get("outputs", ())):
        svg = output.get("data", {}).get("image/svg+xml")
        if svg is not None:
            header = figure_header(output)
            if header["label"] in found:
                raise ValueError(f"figure {header['number']}: two figures have this number")
            found[header["label"]] = svg
    return found


def refuse_bitmap(output):
    """A figure must be SVG: it stays sharp, and its metadata carry the alt text."""
    raise ValueError(f"an output is a bitmap, not SVG: {', '.join(output.data)}")


def opening(nb):
    """The first lines of the Typst text."""
    about = nb.metadata.get("nnlib", {})
    if about.get("merged"):
        texts = {"title": nb.metadata.title, "subtitle": about["subtitle"], "note": NOTE}
        whole = ", whole: true"
    else:
        first = headings(nb.cells[0].source) if nb.cells else []
        texts, whole = {"title": first[0][1] if first else "Untitled"}, ""
    # A JSON string without \u escapes is a Typst string.
    given = ", ".join(
        f"{key}: {json.dumps(text, ensure_ascii=False)}" for key, text in texts.items()
    )
    return f'#import "report.typ" as nn\n#show: nn.report.with({given}{whole})'


def to_typst(markdown):
    """The Markdown text of the template as Typst; the filter's problems are a ValueError."""
    done = subprocess.run(
        [
            pypandoc.get_pandoc_path(),
            *("--from", "commonmark", "--to", "typst-smart", "--wrap", "none"),
            *("--preserve-tabs", "--lua-filter", str(FOLDER / "filter.lua")),
        ],
        input=markdown.encode(),
        capture_output=True,
    )
    if done.returncode == 0:
        return done.stdout.decode()
    message = done.stderr.decode()
    problems = re.findall("^@ (.*)$", message, re.MULTILINE)
    if not problems:
        raise RuntimeError(f"pandoc failed: {message}")
    raise ValueError("the PDF cannot be made:\n" + "\n".join(problems))
