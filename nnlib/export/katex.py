"""LaTeX to MathML by KaTeX, run in quickjs: neither Node nor a browser is needed."""

import json
import re
from functools import cache
from pathlib import Path

import quickjs

FOLDER = Path(__file__).parent / "katex"

# `trust` is asked about \href, \includegraphics and the like, which a report has no need of;
# KaTeX would print them in red instead of refusing them. What it writes comes out as JSON because
# quickjs-ng hands no string over that was just joined from pieces.
# Macros of a notebook hold from cell to cell, and a later definition takes an earlier one's place.
RENDER = r"""
const trust = ({command}) => { throw new Error(command + " is not allowed"); };
const strict = (code) => code === "commentAtEnd" ? "error" : "ignore";
let macros = {};
function render(latex, displayMode, fresh) {
    if (fresh) macros = {};
    const options = {displayMode, trust, strict, macros, globalGroup: true,
                     output: "mathml"};
    try {
        return JSON.stringify(katex.renderToString(latex, options));
    } catch (error) {
        if (!String(error).includes("attempting to redefine")) throw error;
        latex = latex.replaceAll("\\newcommand", "\\renewcommand");
        return JSON.stringify(katex.renderToString(latex, options));
    }
}
"""


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
        """The MathML of a formula, given without its dollars."""
        fresh, self.fresh = self.fresh, False
        try:
            return json.loads(engine()(prepared(latex), display, fresh))
        except quickjs.JSException as error:
            reason = str(error).split("\n")[0]
            if "commentAtEnd" in reason:
                reason = "a % begins a comment; write \\%"
            raise FormulaError(f"the formula ${latex.strip()}$ cannot be set: {reason}") from None


def render(latex, display=False):
    """The MathML of a formula that stands alone."""
    return Formulas().render(latex, display)
