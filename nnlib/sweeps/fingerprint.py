"""The mark of an arithmetic: what the numbers of a run depend on besides its recipe and its seed.

Results that are stored carry the mark of what computed them, and count only under the same mark.
``LISTED`` is the whole list of definitions that can change a number. The mark is made of their
syntax trees: a comment, a docstring, another file, a definition that was moved change nothing.
"""

import ast
import hashlib
import json
from functools import cache
from pathlib import Path

import numpy as np

# {file: its definitions that count}, "Class.method" one by one; None is all that the file defines.
BOTH = {
    "data": None,
    "network": (
        *("INITIALIZERS", "BUILT_IN_INITIALIZERS"),
        *("_drawn", "_random_source", "Network.__init__"),
    ),
    "optimizers": ("halve", "SCHEDULES"),
    "recipe": ("Recipe.points", "Recipe.network", "Recipe.rate", "_with_built_ins"),
    "runs": (
        *("start_network", "sample_order", "batch_length"),
        *("arrays", "finished_run", "_one_nan"),
    ),
}
KERNEL = ("layout", "vectors", "arithmetic", "elementwise", "kernel")
LISTED = {
    "numpy": {
        **BOTH,
        "activations": None,
        "losses": None,
        "network": (
            *BOTH["network"],
            *("Trace", "Gradients", "forward", "slope", "backward", "gradients"),
            *("loss_value", "predicted"),
        ),
        "optimizers": (
            *BOTH["optimizers"],
            *("zeros_like", "AdamState"),
            *(f"{name}.start" for name in ("SGD", "Momentum", "Adagrad", "RMSprop", "Adam")),
            *(f"{name}.update" for name in ("SGD", "Momentum", "Adagrad", "RMSprop", "Adam")),
        ),
        "recipe": (*BOTH["recipe"], "GRADIENTS"),
        "training": ("Loop", "Finished", "_epochs", "_measure", "_loss", "_finite"),
        "wrong": None,
    },
    "compiled": {
        **BOTH,
        "activations": ("LEAK",),
        "losses": ("EPS",),
        **{f"compiled/{file}": None for file in KERNEL},
        "compiled/block": ("TINY", "Block", "_settings", "_rates", "_factors"),
    },
}
FOLDER = Path(__file__).parents[1]
# Read when this module is: what is edited later, this process does not run.
TEXTS = {
    name: (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    for name in sorted({*LISTED["numpy"], *LISTED["compiled"]})
}


@cache
def version(engine):
    """The mark of an engine's arithmetic: our definitions, and the NumPy that draws numbers."""
    return f"sources {digest(LISTED[engine], TEXTS)[:16]}, numpy {np.__version__}"


@cache
def ours():
    """Equal in two processes whose engines both compute alike."""
    return json.dumps([version(engine) for engine in LISTED])


def digest(listed, texts):
    """64 hexadecimal digits that change with each listed definition in the files' texts."""
    found = []
    for file, names in listed.items():
        defined = definitions(texts[file])
        found += [(name, defined[name]) for name in (defined if names is None else names)]
    return hashlib.sha256(json.dumps(sorted(found)).encode()).hexdigest()


@cache
def definitions(text):
    """{name: what it is} for all that the text of a module defines, in its top level or a class.

    Methods stand under "Class.method" and are no part of what stands under "Class".
    """
    found = {}
    for node in _what_counts(ast.parse(text)).body:
        for name in _names(node):
            found[name] = _tree(node)
        if isinstance(node, ast.ClassDef):
            methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            found |= {f"{node.name}.{part.name}": _tree(part) for part in methods}
    return found


def _names(node):
    """The names that a statement binds; imports bind none that count."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [ast.unparse(target) for target in node.targets]
    return [] if isinstance(node, (ast.Import, ast.ImportFrom)) else [ast.unparse(node)]


def _tree(node):
    """A syntax tree as lists: unlike ``ast.dump``, the same in every version of Python."""
    if isinstance(node, ast.AST):
        parts = [(name, part) for name, part in ast.iter_fields(node) if part not in (None, [])]
        return [type(node).__name__, *([name, _tree(part)] for name, part in parts)]
    return [_tree(part) for part in node] if isinstance(node, list) else repr(node)


def _what_counts(tree):
    """The tree without docstrings; and which folder of ours a module stands in does not count."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nnlib."):
            node.module = "nnlib"
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [child for child in body if not _is_text(child)]
    return tree


def _is_text(node):
    is_value = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_value and isinstance(node.value.value, str)


@cache
def processor():
    """What the textbook loop depends on besides: NumPy and its BLAS choose their code by it."""
    found = np.show_config(mode="dicts")
    parts = [found.get(name) for name in ("Machine Information", "SIMD Extensions")]
    return json.dumps([*parts, found.get("Build Dependencies", {}).get("blas")], default=str)
