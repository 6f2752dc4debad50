"""The code of a cell as a report shows it."""

import ast

SHOWING = ("figures.show", "figures.table", "Explorer", "TuningPanel")
# What a reader should read: results that are printed or checked, runs, networks, functions.
TELLING = (
    "print", "agree", "check_gradients", "train", "sweep", "stored_sweep", "Recipe", "Network",
    "jacobians", "gradients",
)  # fmt: skip


def only_shows(source):
    """Whether a cell only draws a figure or sets a table, of what the cells before it computed.

    The page folds such code, and the PDF leaves it out.
    """
    try:
        parts = list(ast.walk(ast.parse(source)))
    except SyntaxError:  # an IPython magic
        return False
    called = {ast.unparse(part.func) for part in parts if isinstance(part, ast.Call)}
    names = {name.rsplit(".", 1)[-1] for name in called}
    defines = any(isinstance(part, (ast.FunctionDef, ast.ClassDef, ast.Assert)) for part in parts)
    return bool(called.intersection(SHOWING)) and not defines and not names.intersection(TELLING)


def without_words(source):
    """The code with the caption and the alt text of its figures and tables as `...`.

    A report sets the caption beside the figure or table and gives the alt text to the picture; it
    does not print them a second time in the code.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:  # an IPython magic: it shows no figure
        return source
    words = [
        keyword.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in SHOWING
        for keyword in call.keywords
        if keyword.arg in ("caption", "alt")
    ]
    lines = source.encode().split(b"\n")  # the tree counts columns in bytes
    for node in sorted(words, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        first, last = node.lineno - 1, node.end_lineno - 1
        line = lines[first][: node.col_offset] + b"..." + lines[last][node.end_col_offset :]
        lines[first : last + 1] = [line]
    return b"\n".join(lines).decode()
