r"""Formulae in Markdown, found as JupyterLab finds them, before the Markdown is read.

`$x$`, `$$x$$`, `\\(x\\)`, `\\[x\\]` and environments without dollars, none of them over an
empty line; `\\(x\\)` too, where what it holds is LaTeX. A mark of two characters for private use
stands for each, so that no sign in a formula means anything in Markdown. Where the mark comes out
in code, the source is put back.
"""

import re

MARK = re.compile("\ue000(\\d+)\ue001")

SPACE = r"\n(?![ \t]*\n)"
GROUP = rf"\{{(?:\\.|[^{{}}\\\n]|{SPACE}|\{{(?:\\.|[^{{}}\\\n]|{SPACE})*\}})*+\}}"
TEXT = re.compile(
    r"^[ \t>]*(?P<fence>```+|~~~+)[^\n]*\n.*?(?:^[ \t>]*(?P=fence)|\Z)"
    r"|(?<![`\\])(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
    rf"|\\\\?\((?P<round>(?:[^\\\n]|{SPACE}|\\(?![()\\])[^\n]|\\\\(?!\)))+?)\\\\?\)"
    rf"|(?:\\\\\[|^[ \t]*\\\[)(?P<square>(?:[^\\\n]|{SPACE}|\\(?![\[\]])[^\n])+?)\\\\?\]"
    r"|\\[\\`$\[*_]"
    rf"|\$\$(?P<display>(?:\\.|[^$\\\n]|\$(?!\$)|{SPACE})+?)\$\$"
    rf"|\$(?!\$)(?P<inline>(?:\\.|{GROUP}|[^$\\\n]|{SPACE})+?)\$"
    rf"|(?P<environment>\\begin\{{(?P<name>[A-Za-z]+\*?)\}}(?:[^\n]|{SPACE})*?\\end\{{(?P=name)\}})"
    r"|(?P<alone>\$\$?(?P<price>(?<!\$\$)\d)?)",
    re.DOTALL | re.MULTILINE,
)
# Environments that set no formula, which LaTeX written for paper may hold.
ENVIRONMENTS = re.compile(
    r"(?:equation|align|alignat|gather|eqnarray|multline|split|aligned|gathered|alignedat|cases|rcases"
    r"|dcases|array|subarray|smallmatrix|CD|[bpvBV]?matrix)\*?\Z"
)


def extracted(source, prices=True):
    """The Markdown with marks, and what each stands for: (source, LaTeX, whether displayed).

    LaTeX is None for a dollar sign that belongs to no formula; with `prices`, one before a digit
    is left, escaped.
    """
    found = []

    def mark(match):
        latex, display = latex_of(match)
        if latex is None and not match["alone"]:
            return match[0]
        if match["price"] and prices:
            return "\\" + match[0]
        found.append((match[0], latex, display))
        return f"\ue000{len(found) - 1}\ue001"

    source = source.replace("\ue000", "\ufffd").replace("\ue001", "\ufffd")
    return TEXT.sub(mark, source), found


# Between single backslashed brackets, which Markdown sets as brackets, only this is a formula.
FORMULA = re.compile(r"[\\^_={}<>+]|^\s*[A-Za-z]\s*$")


def latex_of(match):
    """The LaTeX of what was found, or None, and whether it stands on lines of its own."""
    if match["round"] and not match[0].startswith("\\\\") and not FORMULA.search(match["round"]):
        return None, False
    if match["inline"] or match["round"]:
        return unquoted(match["inline"] or match["round"]), False
    if match["environment"] and not ENVIRONMENTS.match(match["name"]):
        return None, False
    return unquoted(match["display"] or match["square"] or match["environment"]), True


def unquoted(latex):
    """A formula on several lines of a quotation without the marks of the quotation."""
    first, *lines = (latex or "").split("\n")
    if not lines or not all(line.lstrip().startswith(">") for line in lines):
        return latex
    return "\n".join([first, *(line.lstrip().removeprefix(">") for line in lines)])
