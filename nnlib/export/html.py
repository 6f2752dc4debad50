"""The nbconvert exporter `nnlib-html`: one chapter, or the merged report, as one HTML file.

The page makes no request: pictures and fonts are data: URIs, formulae are set by KaTeX here, and
a Content-Security-Policy forbids the rest.
"""

import base64
import copy
import hashlib
import re
from html import escape, unescape
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, unquote

from jinja2 import pass_context
from mistune.plugins.table import render_table_cell
from nbconvert.exporters.html import HTMLExporter
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from traitlets import default
from traitlets.config import Config

from nnlib.export import katex, references, tables
from nnlib.export.chapters import clean_outputs
from nnlib.export.code import without_words
from nnlib.export.merge import figure_id, heading_id
from nnlib.figures.palette import MATRIX

TEMPLATES = Path(__file__).parent / "templates"

# Formulae and code are set aside while the page is built, and put in at the end, because nbconvert
# parses the page once more and they are most of it: this is what stands for number n meanwhile.
# The characters are for private use and occur in no text.
PLACE = "\ue000{}\ue001"
PLACES = re.compile("\ue000(\\d+)\ue001")

# A page's parts for the quotation marks: code, a tag, text.
PARTS = re.compile(r"<(pre|code)\b.*?</\1>|<[^>]*>|[^<]+", re.DOTALL)

BOX = 'tabindex="0" role="group" aria-label="{}"'


def scroll_box(tag, css_class, label, html):
    """An element that scrolls by itself where it is wider than the page, also by keyboard."""
    return f'<{tag} class="{css_class}" {BOX.format(label)}>{html}</{tag}>'


def text_box(text, label):
    """Plain text as it was printed."""
    return scroll_box("pre", "printed", label, escape(strip_ansi(text).rstrip("\n"), quote=False))


def code_box(source, language="ipython3"):
    """Highlighted code."""
    html = highlight(source, get_lexer_by_name(language), HtmlFormatter(nowrap=True))
    return scroll_box("pre", "code", "Code", f"<code>{html.rstrip()}</code>")


def with_curly_quotes(html):
    """Straight quotation marks and apostrophes in text as a book prints them; not in code."""
    parts, before = [], " "
    for part in (match[0] for match in PARTS.finditer(html)):
        if not part.startswith("<"):
            text = before + part.replace("&quot;", '"')
            text = re.sub(r"(?<=[\s(\[{/–—-])[\"']", lambda m: "“‘"[m[0] == "'"], text)
            part = text.replace('"', "”").replace("'", "’")[1:]
            before = part[-1]
        elif part.startswith("<code"):
            before = "x"
        parts.append(part)
    return "".join(parts)


class Page:
    """What is found out about a page while its cells are rendered."""

    def __init__(self, notebook):
        self.merged = "merged" in notebook.metadata.get("nnlib", {})
        self.subtitle = notebook.metadata.get("nnlib", {}).get("subtitle", "")
        self.title = notebook.metadata.get("title", "")
        self.chapter = None
        self.asides = []
        self.contents = []
        self.ids = {"main", "night"}
        self.links = set()
        self.script = (TEMPLATES / "nnlib-html" / "script.js").read_text(encoding="utf-8")

    @property
    def policy(self):
        digest = base64.b64encode(hashlib.sha256(self.script.encode()).digest()).decode()
        return (
            "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
            f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        )

    @property
    def night(self):
        """The map to the colors of figures at night, as <feColorMatrix> takes it."""
        rows = [f"{r} {g} {b} 0 {shift}" for r, g, b, shift in MATRIX.tolist()]
        return "  ".join([*rows, "0 0 0 1 0"])

    @property
    def formula_style(self):
        formulas = "".join(html for html in self.asides if 'class="katex"' in html)
        return katex.style_sheet(formulas) if formulas else ""

    def formula(self, latex, display):
        html = katex.render(latex, display)
        if display:
            html = scroll_box("span", "formula", "Formula", html)
            number = references.equation_number(latex)
            if number:
                name = self.new_id(references.equation_id(number))
                html = html.replace("<span", f'<span id="{name}"', 1)
        return self.set_aside(html)

    def set_aside(self, html):
        """Keep this for the end; what stands for it in the text."""
        self.asides.append(html)
        return PLACE.format(len(self.asides) - 1)

    def complete(self, html):
        """The page with all that was set aside."""
        return PLACES.sub(lambda match: self.asides[int(match[1])], html)

    def plain(self, html):
        """The plain text of a heading, formulae as LaTeX between dollars."""
        latex = r'<annotation encoding="application/x-tex">(.*?)</annotation>'

        def dollars(match):
            return f"${re.search(latex, self.asides[int(match[1])], re.DOTALL)[1]}$"

        return unescape(PLACES.sub(dollars, re.sub(r"<[^>]*>", "", html)))

    def new_id(self, name):
        """The name as an id, which may stand on the page once."""
        if name in self.ids:
            raise ValueError(f"the heading or figure {name!r} stands there twice")
        self.ids.add(name)
        return name

    def add_to_contents(self, level, target, html):
        html = with_curly_quotes(html)
        entry = SimpleNamespace(target=quote(target), html=html, sections=[])
        if level == 1 or not self.contents:
            self.contents.append(entry)
            self.title = self.title or self.plain(html).strip()
        elif level == 2:
            self.contents[-1].sections.append(entry)

    def check_links(self):
        """Refuse links that lead nowhere."""
        nowhere = sorted(self.links - self.ids)
        if nowhere:
            raise ValueError(f"links lead to anchors that are not there: {', '.join(nowhere)}")


class ReportRenderer(IPythonRenderer):
    """Markdown to HTML for one page."""

    def __init__(self, page):
        super().__init__(escape=False)
        self.page = page

    def inline_math(self, body):
        return self.page.formula(body, display=False)

    def block_math(self, body):
        return self.page.formula(body, display=True)

    def latex_environment(self, name, body):
        return self.page.formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

    def text(self, text):
        if "$" in text:
            raise ValueError(f"a dollar sign without its partner: {text!r}")
        return super().text(text)

    def heading(self, text, level, **attrs):
        page = self.page
        name = page.new_id(heading_id(page.chapter, level, page.plain(text)))
        page.add_to_contents(level, name, text)
        # The report's title is its only <h1>.
        tag = f"h{min(level + page.merged, 6)}"
        if "<a " not in text:
            text = f'<a class="permalink" href="#{quote(name)}">{text}</a>'
        return f'<{tag} class="level-{level}" id="{escape(name)}">{text}</{tag}>\n'

    def link(self, text, url, title=None):
        if url.startswith("id:"):
            name = self.page.new_id(unquote(url[3:]))
            return f'<span class="work" id="{escape(name)}">{text}</span>'
        if url.startswith("#"):
            self.page.links.add(unquote(url[1:]))
        url = re.sub(r"^([^:?#]*)\.ipynb(?=#|$)", r"\1.html", url)
        if "/" in text and " " not in text:  # an address keeps its straight quotation marks
            text = text.replace("'", "&#x27;")
        html = super().link(text, url, title)
        return html.replace("<a ", '<a rel="noopener" ', 1) if "://" in url else html

    def image(self, text, url, title=None):
        raise ValueError(f"the picture {url!r} stands in the text: use a figure of a code cell")

    def table(self, text):
        return scroll_box("div", "table", "Table", f"<table>\n{text}</table>") + "\n"

    def block_code(self, code, info=None):
        box = code_box(code, info.split()[0] if info else "text")
        return self.page.set_aside(box) + "\n"

    def table_cell(self, text, align=None, head=False):
        # A header cell must name something: the empty corner of a table is no header.
        cell = render_table_cell(self, text, align, head and bool(text))
        return cell.replace("<th", '<th scope="col"', 1)


class HTMLReport(HTMLExporter):
    """One chapter, or the merged report, as one HTML file that makes no request."""

    export_from_notebook = "One HTML file (nnlib)"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.register_preprocessor(references.resolve)

    @default("template_name")
    def _template_name_default(self):
        return "nnlib-html"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self):
        return [str(TEMPLATES)]

    @property
    def default_config(self):
        """Of an output's forms the picture comes first; of HTML only an Explorer's player, which
        comes with a picture, is shown, and of widgets nothing."""
        kinds = ["image/svg+xml", "text/markdown", "text/latex", "text/plain"]
        config = Config({"NbConvertBase": {"display_data_priority": kinds}})
        base = super().default_config.copy()
        base.merge(config)
        return base

    def default_filters(self):
        yield from super().default_filters()
        yield "markdown2html", self.markdown2html
        yield "without_words", without_words
        yield "highlight_python", lambda source: self.page.set_aside(code_box(source))
        yield "text_box", text_box
        yield "figure", self.figure
        yield "table", self.table

    def _create_environment(self):
        environment = super()._create_environment()
        environment.globals["exporter"] = self
        environment.tests["starting_chapter"] = starting_chapter
        environment.tests["table"] = tables.is_table
        return environment

    def from_notebook_node(self, nb, resources=None, **kw):
        """The page as a string, and nbconvert's resources."""
        tables.refuse_twice(nb)
        self.page = Page(nb)
        html, resources = super().from_notebook_node(prepared(nb), resources, **kw)
        self.page.check_links()
        return self.page.complete(html), resources

    @pass_context
    def markdown2html(self, context, source):
        """Markdown to HTML, formulae set aside; headings and links are noted on the page."""
        cell = context["cell"]
        self.page.chapter = starting_chapter(cell) or self.page.chapter
        try:
            html = MarkdownWithMath(renderer=ReportRenderer(self.page)).render(source)
        except ValueError as error:
            line = source.strip().split("\n")[0]
            where = f"{self.page.chapter}: " if self.page.chapter else ""
            raise ValueError(f"{where}in the text that begins with {line!r}: {error}") from error
        return with_curly_quotes(html)

    @pass_context
    def figure(self, context, output):
        """A figure with its picture, or player, alternative text, number and caption."""
        svg, about = output.data["image/svg+xml"], output.metadata.get("image/svg+xml", {})
        for key in ("number", "caption", "alt"):
            if not about.get(key):
                raise ValueError(f"a figure's metadata must have {key!r}; it has {dict(about)}")
        caption = self.markdown2html(context, f"**Figure {about.number}.** {about.caption}")
        if output.metadata.get("text/html", {}).get("nnlib") == "player":
            picture = self.page.set_aside(output.data["text/html"])
        else:
            data = base64.b64encode(svg.encode()).decode()
            alt = escape(about.alt)
            picture = f'<img src="data:image/svg+xml;base64,{data}" alt="{alt}"{size(svg)}>'
        return (
            f'<figure id="{self.page.new_id(figure_id(about.number))}">\n{picture}\n'
            f"<figcaption>\n{caption}</figcaption>\n</figure>"
        )

    @pass_context
    def table(self, context, output):
        """A table with its number and caption."""
        number, caption, source = tables.parts(output)
        self.page.new_id(tables.table_id(number))
        caption = self.markdown2html(context, f"**Table {number}.** {caption}")
        about = tables.about(output)
        source = tables.exact(source, about["align"], tables.invisible)
        table = self.markdown2html(context, source)
        return tables.html(table, caption, number, self.page.plain if about["cards"] else None)


def size(svg):
    """Width and height of a picture as attributes of <img>, so that nothing moves on loading."""
    root = re.search(r"<svg\b[^>]*>", svg)[0]
    found = {key: re.search(rf'\b{key}="([\d.]+)pt"', root) for key in ("width", "height")}
    return "".join(f' {key}="{float(m[1]) * 4 / 3:.0f}"' for key, m in found.items() if m)


def starting_chapter(cell):
    """The name of the chapter that begins with this cell of a merged report."""
    return cell.metadata.get("nnlib", {}).get("chapter")


def prepared(notebook):
    """A copy without the captions that JupyterLab shows: the figures bring theirs along."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            clean_outputs(cell)
            cell.outputs = [output for output in cell.outputs if not is_caption(output)]
            for output in cell.outputs:
                refuse_bitmaps(output)
    return notebook


def refuse_bitmaps(output):
    """A picture that is no figure has no alternative text; it would be lost silently."""
    data = output.get("data", {})
    bitmaps = [kind for kind in data if kind.startswith("image/") and kind != "image/svg+xml"]
    if bitmaps and "image/svg+xml" not in data:
        raise ValueError(f"an output holds {bitmaps[0]}: pictures must be figures in SVG")


def is_caption(output):
    return output.get("metadata", {}).get("nnlib", {}).get("role") == "caption"
