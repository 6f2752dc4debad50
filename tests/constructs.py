"""What a notebook may hold, and what becomes of it: the table of docs/notebooks.md.

Each row is a cell, how it is called, and either what a reader finds of it in both outputs or words
of the message that refuses it. `python tests/constructs.py` writes the page anew.
"""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import export_samples as samples
from nbformat.v4 import new_output, new_raw_cell
from PIL import Image

PAGE = Path(__file__).parents[1] / "docs" / "notebooks.md"


@dataclass
class Row:
    """A construct: its group, its name, its cell; words found in both outputs and an element of
    the page (a CSS selector), or words of the refusal."""

    group: str
    name: str
    cell: object
    words: tuple = ()
    element: str = ""
    refused: str = ""
    absent: tuple = ()


ROWS = []


def add(group, name, cell, *words, element="", refused="", absent=()):
    if isinstance(cell, str):
        cell = samples.markdown(cell)
    ROWS.append(Row(group, name, cell, words, element, refused, absent))


def shows(data, metadata=None, source="x"):
    output = new_output("display_data", data=data, metadata=metadata or {})
    return samples.code(source, output)


def pixels(kind="PNG", size=(30, 20)):
    out = io.BytesIO()
    Image.new("RGB", size, "#0072b2").save(out, kind)
    return base64.b64encode(out.getvalue()).decode()


def attached():
    cell = samples.markdown("![attached blue](attachment:blue.png)")
    cell.attachments = {"blue.png": {"image/png": pixels()}}
    return cell


def raw(source, kind=None):
    return new_raw_cell(source, metadata={"format": kind} if kind else {})


T = "Text in Markdown"
add(
    T,
    "emphasis, code, strikethrough",
    "*slant* **weight** `codeword` ~~struck~~",
    "slant",
    "weight",
    "codeword",
    "struck",
    element=".prose del, .prose s",
)
add(T, "a line break", "lineone  \nlinetwo<br>linethree", "lineone", "linethree", element="br")
add(
    T,
    "lists in lists, with numbers from 3",
    "3. third\n   - inner\n4. fourth",
    "third",
    "inner",
    element="ol[start='3'] ul",
)
add(
    T,
    "tasks",
    "- [x] finished\n- [ ] unfinished",
    "finished",
    "unfinished",
    element="li input[type=checkbox]",
    absent=("[x]",),
)
add(
    T,
    "definitions",
    "Backprop\n: rule of chains",
    "Backprop",
    "rule of chains",
    element="dl dt",
    absent=(": rule",),
)
add(
    T, "a table", "| left | right |\n|:--|--:|\n| cellone | 2 |", "cellone", element=".table table"
)
add(
    T,
    "a table below a line of text",
    "Lead line:\n| head |\n|---|\n| under |",
    "Lead line",
    "under",
    element="table",
    absent=("| under",),
)
add(
    T,
    "a table in a list",
    "- item\n\n  | inlist |\n  |---|\n  | celltwo |",
    "inlist",
    "celltwo",
    element="li table",
    absent=("| celltwo",),
)
add(
    T,
    "a table in a quotation",
    "> | quoted |\n> |---|\n> | cellq |",
    "cellq",
    element="blockquote table",
)
add(
    T,
    "formula, bar, code and picture in a table",
    "| $\\|x\\|$ | `a\\|b` |\n|---|---|\n| $|y|$ | ![tablepic](beside.png) |",
    element="td .katex",
    absent=("\\|x",),
)
add(T, "a quotation", "> quotedwords", "quotedwords", element="blockquote")
add(T, "an alert", "> [!NOTE]\n> alertwords", "Note", "alertwords", absent=("[!NOTE]",))
add(
    T,
    "a footnote",
    "Noted[^1].\n\n[^1]: footwords",
    "Noted",
    "footwords",
    element="a[href^='#fn']",
    absent=("[^1]",),
)
add(
    T,
    "a footnote, referred to twice",
    "Onceword[^a] and twiceword[^a].\n\n[^a]: notewords",
    "Onceword[1] and twiceword[1].",
    "notewords",
)
add(
    T,
    "code of any language",
    "```foolang\nfoo code\n```\n\n```mermaid\ngraph TD\n```\n\n```{python}\nbraced = 1\n```",
    "foo code",
    "graph TD",
    "braced = 1",
    element="pre.code",
)
add(T, "code by indenting", "Para\n\n    $indented$ code", "$indented$ code", element="pre.code")
add(
    T,
    "two hyphens and quotation marks",
    "`--no-input` and --no-prompt, a -- b",
    "--no-input",
    "--no-prompt",
    "a -- b",
)
add(
    T,
    "an address",
    "Visit https://example.org/path_(x) now",
    "https://example.org/path_(x)",
    element="a[href='https://example.org/path_(x)']",
)
add(T, "a horizontal line", "above\n\n---\n\nbelow", element="hr")
add(T, "two headings with one text", "## Twice\n\na\n\n## Twice\n\nb", "Twice", element="#Twice-1")
add(
    T,
    "a link to the second of them, as GitHub names it",
    "[go](#alike-1) and [on](#alike-2)\n\n## Alike\n\n## alike\n\n## Alike",
    element="[href='#alike'] ~ [href='#Alike-1']",
)
add(T, "skipped levels of headings", "#### Deep heading", "Deep heading", element="h3, h4")
add(
    T,
    "a heading that is a picture: no heading",
    "## ![logopic](beside.png)",
    element=".prose p img[alt='logopic']",
)
add(T, "a heading by underlining", "Underlined\n----------", "Underlined", element="h2")
add(T, "no heading, since the space is missing", "##NotHeading", "##NotHeading")
add(
    T,
    "a link to a heading, as JupyterLab or GitHub names it",
    "[jl](#A-place-here) [gh](#a-place-here)\n\n## A place here",
    "A place here",
)
add(
    T,
    "a link to a place in HTML",
    '[go](#sec) <a id="sec"></a>secplace',
    "secplace",
    element="a[href='#sec']",
)
add(T, "a comment", "seen<!-- hidden words -->", "seen", absent=("hidden words",))
add(T, "a dollar sign, escaped or a price", "It is \\$5. That costs $7.", "It is $5", "costs $7")
add(T, "a single dollar sign", "a lone $ sign", refused="a dollar sign opens or closes no formula")
add(T, "a link to nowhere", "[there](#Nowhere-at-all)", refused="leads nowhere")

H = "HTML in Markdown"
add(
    H,
    "details",
    "<details><summary>more</summary>\n\nInside *detail*\n\n</details>",
    "more",
    "detail",
    element="details summary",
)
add(
    H,
    "kbd, sub, sup, mark, u, small, b, i",
    "<kbd>Ctrl</kbd> H<sub>2</sub>O x<sup>9</sup> <mark>marked</mark> <u>lined</u> <b>bolded</b>",
    "Ctrl",
    "marked",
    "bolded",
    element="kbd, sub",
)
add(H, "a heading", "<h2>Html heading</h2>", "Html heading", element="nav a[href*='Html-heading']")
add(
    H,
    "a table",
    "<table><tr><th>th1</th></tr><tr><td colspan=2>td1</td><td>td2</td></tr></table>",
    "th1",
    "td2",
    element="td[colspan]",
)
add(
    H,
    "lists with letters and with numbers of their own",
    "<ol type='A' start=2><li>letterb</li><li value=26>letterz</li></ol>\n\n"
    "<ol reversed><li>lasttwo</li><li>lastone</li></ol>",
    "letterb",
    "letterz",
    element="ol[type=A] li[value='26']",
)
add(
    H,
    "a centered block and colors",
    '<center>centered</center> <span style="color:red; position:fixed">redword</span>',
    "centered",
    "redword",
    element="span[style='color:red']",
)
add(
    H,
    "handlers, classes and styles of their own: left out",
    '<p onclick="x()" class="sidebar">handled</p>',
    "handled",
    absent=("onclick",),
)
add(
    H,
    "a link that is a program: only its words",
    "<a href='javascript:void(0)'>jslink</a> [md](javascript:void(0))",
    "jslink",
    "md",
)
add(H, "script", "<script>x = 1</script>", refused="<script>")
add(H, "iframe, video, form", "<iframe src='https://example.org'></iframe>", refused="<iframe>")
add(H, "an element that does not exist", "A List<int> of numbers", refused="<int>")

M = "Formulae"
add(M, "space at the dollars", "so $ x_1 > 0 $ holds", "holds", element=".katex")
add(
    M,
    "brackets",
    "as \\\\(x^2\\\\) and \\(y^2\\) and\n\n\\\\[z^2\\\\]",
    "as",
    "and",
    element=".formula math",
    absent=("\\(",),
)
add(
    M,
    "an environment without dollars",
    "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}",
    element=".formula .katex",
    absent=("begin{align}",),
)
add(M, "a macro", "$\\newcommand{\\mymacro}[1]{\\mathbf{#1}}\\mymacro{w}$", element=".katex")
add(
    M,
    "a macro of another cell, and defined anew",
    "$\\mymacro{v}$ $\\newcommand{\\mymacro}{q}\\mymacro$",
    element=".katex",
)
add(
    M,
    "limits, styles, colors",
    "$\\sum\\nolimits_i \\textstyle \\frac12 \\color{red}{x}$",
    element=".katex",
)
add(
    M,
    "what SymPy writes",
    shows(
        {
            "text/latex": "$\\displaystyle \\left[\\begin{matrix}1 & x\\\\x^{2} & "
            "\\frac{1}{2}\\end{matrix}\\right]$",
            "text/plain": "Matrix",
        }
    ),
    element=".outputs .katex",
    absent=("Matrix",),
)
add(
    M,
    "cases, arrays with lines, stretched bars",
    "$$\\left.\\begin{array}{l|r}1&2\\\\\\hline 3&4\\end{array}\\right|_0$$",
    element=".formula",
)
add(M, "Chinese and text in a formula", "$x_{\\text{中 word}}$", "word", element=".katex")
add(M, "in a heading", "## The $x^2$ heading", "heading", element="h2 .katex, h3 .katex")
add(M, "a command that is not known", "$\\notknown{x}$", refused="Undefined control sequence")
add(
    M,
    "a color that does not exist",
    "$\\textcolor{nocolor}{x}$",
    refused="the color 'nocolor' in a formula is not known",
)
add(
    M,
    "a reference by \\eqref",
    "see \\eqref{eq:a}",
    refused="the reference \\eqref{eq:a} cannot be set",
)
add(M, "in a quotation", "> $$\n> quoted_1\n> $$", element="blockquote .katex")
add(M, "a comment", "$90%$", refused="$90%$ cannot be set")

P = "Pictures"
add(P, "a file beside the notebook", "![bluefile](beside.png)", element="img[alt='bluefile']")
add(P, "the same in HTML", '<img src="beside.png" width="40">', element="img[width='40']")
add(
    P,
    "the same with its height",
    '<img src="beside.png" height="10" alt="lowpic">',
    element="img[alt='lowpic'][width='15']",
)
add(P, "an attachment", attached(), element="img[alt='attached blue']")
add(
    P,
    "an address of data",
    f"![datapic](data:image/png;base64,{pixels()})",
    element="img[alt='datapic']",
)
add(P, "on another machine", "![x](https://example.org/x.png)", refused="is on another machine")
add(P, "a file that is not there", "![x](gone.png)", refused="'gone.png' is not there")
add(
    P,
    "an attachment that is not there",
    "![x](attachment:gone.png)",
    refused="no attachment 'gone.png'",
)

O = "Outputs"
add(
    O,
    "a figure of figures.show",
    samples.code("show()", samples.figure("7.1"), samples.caption("7.1")),
    "Figure 7.1.",
    element="figure figcaption",
)
for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP"):
    about = {f"image/{kind.lower()}": {"alt": f"blue {kind}"}}
    add(
        O,
        f"{kind} with alternative text",
        shows({f"image/{kind.lower()}": pixels(kind)}, about),
        element=f"figure img[alt='blue {kind}']",
    )
add(
    O,
    "SVG with alternative text, without name space",
    shows(
        {"image/svg+xml": "<svg width='40' height='20'><rect width='40' height='20'/></svg>"},
        {"image/svg+xml": {"alt": "drawn box"}},
    ),
    element="figure img[alt='drawn box']",
)
add(
    O,
    "a picture without alternative text",
    shows({"image/png": pixels(), "text/plain": "<Figure>"}),
    refused="without alternative text",
)
add(
    O,
    "printed text: colors, links and bars of progress",
    samples.code(
        "run()",
        new_output(
            "stream",
            name="stdout",
            text="\x1b[31mredtext\x1b[0m\n 10%|#\r 99%|##\r100%|###\n"
            "\x1b]8;;https://example.org\x07oslink\x1b]8;;\x07\nab\bc\n",
        ),
    ),
    "redtext",
    "100%|###",
    "oslink",
    "ac",
    absent=(" 10%|#", "example.org\x07"),
)
add(
    O,
    "messages",
    samples.code("run()", new_output("stream", name="stderr", text="a warning\n")),
    "a warning",
    element="pre[aria-label=Messages]",
)
add(
    O,
    "an error",
    samples.code("run()", samples.error(message="lr is \x1b[1mbad\x1b[0m")),
    "ValueError: lr is bad",
    element="pre[aria-label=Error]",
)
add(
    O,
    "the traceback of an error",
    samples.code(
        "f()",
        new_output(
            "error", ename="E", evalue="bad", traceback=["\x1b[31mline 7\x1b[0m", "E: bad"]
        ),
    ),
    "line 7\nE: bad",
    element="pre[aria-label=Error]",
)
INNER = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
add(
    O,
    "an SVG with HTML in it",
    shows({"image/svg+xml": INNER.format("<foreignObject><p>x</p></foreignObject>")},
          {"image/svg+xml": {"alt": "A word."}}),
    refused="an SVG holds HTML (foreignObject)",
)  # fmt: skip
add(
    O,
    "an SVG with a picture from elsewhere",
    shows({"image/svg+xml": INNER.format('<image href="https://a.example/b.png"/>')},
          {"image/svg+xml": {"alt": "A word."}}),
    refused="which stands elsewhere",
)  # fmt: skip
add(
    O,
    "an SVG without a size",
    shows({"image/svg+xml": "<svg viewBox='0 0 10'/>"}, {"image/svg+xml": {"alt": "A word."}}),
    refused="an SVG has no size",
)
add(
    O,
    "a number as alternative text",
    shows({"image/png": pixels()}, {"image/png": {"alt": 5}}),
    element="figure img[alt='5']",
)
add(O, "text/plain", samples.code("x", samples.result("plainresult")), "plainresult")
add(
    O,
    "text/markdown",
    shows({"text/markdown": "**mdout** $x$", "text/plain": "obj"}),
    "mdout",
    element=".outputs strong",
    absent=("obj",),
)
add(
    O,
    "text/latex with words",
    shows({"text/latex": "Energy $E = mc^2$", "text/plain": "obj"}),
    "Energy",
)
add(
    O,
    "a table of pandas",
    shows(
        {
            "text/html": "<div>\n<style scoped>\n.dataframe {x: y}</style>\n<table border='1' "
            "class='dataframe'><thead><tr style='text-align: right;'><th></th><th>speed</th></tr>"
            "</thead><tbody><tr><th>0</th>"
            "<td>3.25</td></tr></tbody></table>\n</div>",
            "text/plain": "   speed",
        }
    ),
    "speed",
    "3.25",
    element=".outputs table",
    absent=("scoped", ".dataframe"),
)
add(
    O,
    "what rich prints",
    shows(
        {
            "text/html": "<pre style='white-space:pre'>rich <span style='color: #008000'>green"
            "</span></pre>",
            "text/plain": "rich green",
        }
    ),
    "rich green",
    element="pre.printed span",
)
add(
    O,
    "%%html",
    shows({"text/html": "<h3>Html output</h3><ul><li>itemout</li></ul>"}),
    "Html output",
    "itemout",
    element=".outputs li",
)
add(
    O,
    "JSON",
    shows({"application/json": {"key": [1, 2]}, "text/plain": "<JSON object>"}),
    '"key"',
    element=".outputs pre.code",
)
add(
    O,
    "a finished bar of tqdm's widget",
    shows(
        {
            "application/vnd.jupyter.widget-view+json": {"model_id": "a", "version_major": 2},
            "text/plain": "  0%|          | 0/10 [00:00<?, ?it/s]",
        },
        source="bar()",
    ),
    "bar()",
    absent=("0/10",),
)
add(
    O,
    "another widget",
    shows(
        {
            "application/vnd.jupyter.widget-view+json": {"model_id": "a", "version_major": 2},
            "text/plain": "IntSlider(value=3)",
        }
    ),
    refused="a widget (IntSlider) needs a kernel",
)
add(
    O,
    "plotly",
    shows(
        {
            "application/vnd.plotly.v1+json": {"data": []},
            "text/html": "<div><script>draw()</script></div>",
        }
    ),
    refused="vnd.plotly.v1+json needs a program",
)
add(
    O,
    "Vega, Bokeh and their like",
    shows({"application/vnd.vegalite.v5+json": {}, "text/plain": "Chart"}),
    refused="vnd.vegalite.v5+json needs a program",
)
add(
    O,
    "JavaScript",
    shows({"application/javascript": "x = 1", "text/plain": "obj"}),
    refused="application/javascript needs a program",
)
add(O, "HTML with a script", shows({"text/html": "<script>x = 1</script>"}), refused="<script>")
add(
    O,
    "PDF",
    shows({"application/pdf": "JVBERi0=", "text/plain": "obj"}),
    refused="application/pdf needs a program",
)

R = "Raw cells"
add(
    R,
    "without a format: as it is",
    raw("raw *words* <b>as</b> typed"),
    "raw *words* <b>as</b> typed",
)
add(R, "Markdown", raw("raw **markdown**", "text/markdown"), "raw markdown")
add(R, "HTML", raw("<b>raw html</b>", "text/html"), "raw html", element="b")
add(R, "for another format: left out", raw("\\rawlatex", "text/latex"), absent=("rawlatex",))

C = "Characters"
add(
    C,
    "Chinese, Japanese, Korean",
    "神经网络の学習 신경망, `代码`",
    "神经网络",
    "学習",
    "신경망",
    "代码",
)
add(C, "emoji", "rocket 🚀 done ✅", "🚀", "✅")
add(C, "Thai, Arabic, Hebrew, Hindi", "สวัสดี مرحبا שלום नमस्ते", element=".prose")
add(
    C,
    "control characters: left out",
    samples.code("x = 1", samples.stdout("bell\x07 here\x00\n")),
    "bell here",
)


def accepted():
    """The notebook of all that is set; a heading first, and the picture beside it in `folder`."""
    cells = [row.cell for row in ROWS if not row.refused]
    return samples.notebook(samples.markdown("# Constructs"), *cells)


def refusals():
    """The notebook of all that is refused."""
    return samples.notebook(*(row.cell for row in ROWS if row.refused))


def write_picture(folder):
    (Path(folder) / "beside.png").write_bytes(base64.b64decode(pixels()))


def page():
    """The text of docs/notebooks.md."""
    lines = [HEAD]
    for group in dict.fromkeys(row.group for row in ROWS):
        lines += [f"\n## {group}\n", "| construct | HTML | PDF |", "|---|---|---|"]
        for row in (row for row in ROWS if row.group == group):
            what = f"refused: {row.refused}" if row.refused else "shown"
            what = what.replace("<", "&lt;")
            lines.append(f"| {row.name.replace('<', '&lt;')} | {what} | {what} |")
    return "\n".join(lines) + "\n"


HEAD = """# What the exporters take

`jupyter nbconvert --to nnlib-html x.ipynb` and `--to nnlib-pdf` take notebooks of any version that
nbformat reads, with `--execute` and nbconvert's other preprocessors and options. A construct is
shown, or it is refused with a message that names the cell, the cause and the cure. Both outputs
are made from one document, so they take the same constructs. Only the PDF, which brings its own
fonts, refuses a character that none of them has.

`python tests/constructs.py` writes this page from the table that the tests go through."""

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
