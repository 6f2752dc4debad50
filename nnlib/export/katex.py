"""LaTeX to HTML by KaTeX, run in quickjs: neither Node nor a browser is needed."""

import base64
import json
import re
from functools import cache
from pathlib import Path

import quickjs

FOLDER = Path(__file__).parent / "katex"

# `trust` is asked about \href, \includegraphics and the like, which a report has no need of;
# KaTeX would print them in red instead of refusing them. The HTML comes out as JSON because
# quickjs-ng hands no string over that was just joined from pieces.
# Macros of a notebook hold from cell to cell, and a later definition takes an earlier one's place.
RENDER = r"""
const trust = ({command}) => { throw new Error(command + " is not allowed"); };
const strict = (code) => code === "commentAtEnd" ? "error" : "ignore";
let macros = {};
function render(latex, displayMode, fresh) {
    if (fresh) macros = {};
    const options = {displayMode, trust, strict, macros, globalGroup: true};
    try {
        return JSON.stringify(katex.renderToString(latex, options));
    } catch (error) {
        if (!String(error).includes("attempting to redefine")) throw error;
        latex = latex.replaceAll("\\newcommand", "\\renewcommand");
        return JSON.stringify(katex.renderToString(latex, options));
    }
}
"""

RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


class FormulaError(ValueError):
    """A formula that KaTeX cannot read."""


@cache
def engine():
    """KaTeX in a JavaScript context of its own, as a function."""
    context = quickjs.Context()
    context.eval((FOLDER / "katex.min.js").read_text(encoding="utf-8"))
    context.eval(RENDER)
    return context.get("render")


# What JupyterLab takes and KaTeX does not: environments that number their formulae, names of them.
UNNUMBERED = re.compile(r"\\(begin|end)\{(align|alignat|equation|gather)\}")
OTHER_NAMES = re.compile(r"\\(begin|end)\{(?:eqnarray\*?|multline\*?)\}")
LABEL = re.compile(r"\\(?:label|require)\s*\{[^{}]*\}")
BOX = re.compile(r"\\mbox(?![A-Za-z])")
OPERATOR = re.compile(r"\\DeclareMathOperator(\*?)\s*\{?(\\[A-Za-z]+)\}?\s*\{([^{}]*)\}")


def prepared(latex):
    """The LaTeX as KaTeX takes it. JupyterLab numbers no formula by itself."""
    latex = LABEL.sub("", OTHER_NAMES.sub(r"\\\1{align*}", latex))
    latex = OPERATOR.sub(r"\\newcommand{\2}{\\operatorname\1{\3}}", BOX.sub(r"\\text", latex))
    return UNNUMBERED.sub(r"\\\1{\2*}", latex)


class Formulas:
    """The formulae of a notebook, which share their macros."""

    def __init__(self):
        self.fresh = True

    def render(self, latex, display=False):
        """The HTML (with MathML for screen readers) of a formula, without its dollars."""
        fresh, self.fresh = self.fresh, False
        try:
            return json.loads(engine()(prepared(latex), display, fresh))
        except quickjs.JSException as error:
            reason = str(error).split("\n")[0]
            if "commentAtEnd" in reason:
                reason = "a % begins a comment; write \\%"
            raise FormulaError(f"the formula ${latex.strip()}$ cannot be set: {reason}") from None


def render(latex, display=False):
    """The HTML of a formula that stands alone."""
    return Formulas().render(latex, display)


def style_sheet(html):
    """KaTeX's style sheet with the fonts which the formulae in `html` use, as data: URIs."""
    css = (FOLDER / "katex.min.css").read_text(encoding="utf-8")
    files = used_fonts(css, set(" ".join(re.findall(r'class="([^"]*)"', html)).split()))

    def embed(match):
        file = font_file(match[2])
        if match[1].strip() != "@font-face":
            return match[0]
        return re.sub(r"src:.*", source(file), match[0]) + "}" if file in files else ""

    return RULE.sub(embed, css)


def source(file):
    """The `src` of a font face: the file itself."""
    data = base64.b64encode((FOLDER / file).read_bytes()).decode()
    return f'src:url(data:font/woff2;base64,{data}) format("woff2")'


def font_file(face):
    """The woff2 file that a font face names; None if it names none."""
    match = re.search(r"fonts/[\w-]+\.woff2", face)
    return match and match[0]


def declarations(body):
    """A rule's body as a mapping: property → value. Only some font names stand in quotes."""
    lines = body.replace('"', "").split(";")
    return dict(line.split(":", 1) for line in lines if ":" in line)


def used_fonts(css, classes):
    """The font files that elements of these classes need.

    A rule is in use if all classes of one of its selectors are. Rules like .textbf, which change
    weight or slant of whatever family surrounds them, keep every face of the used families.
    """
    rules = [(selectors.strip(), declarations(body)) for selectors, body in RULE.findall(css)]
    used, whole_families = {("KaTeX_Main", "400", "normal")}, False
    for selectors, style in rules:
        if selectors.startswith("@") or not in_use(selectors, classes):
            continue
        weight, slant = style.get("font-weight", "400"), style.get("font-style", "normal")
        if "font-family" in style:
            used.add((style["font-family"].split(",")[0], weight, slant))
        elif (weight, slant) != ("400", "normal"):
            whole_families = True
    families = {family for family, _, _ in used}
    faces = [style for selectors, style in rules if selectors == "@font-face"]
    return {
        font_file(face["src"])
        for face in faces
        if (face["font-family"], face["font-weight"], face["font-style"]) in used
        or (whole_families and face["font-family"] in families)
    }


def in_use(selectors, classes):
    """Whether one of the selectors names only these classes."""
    return any(
        set(re.findall(r"\.([\w-]+)", selector)) <= classes for selector in selectors.split(",")
    )
