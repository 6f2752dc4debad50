"""Running snippets: the value of the last line, in a process of its own for each library."""

import ast
import importlib
import json
import math
import os
import random
import subprocess
import sys

import numpy as np

from libraries.cells import HERE, LIBRARIES, questions
from libraries.runs.start import STARTS, differences

DIGITS = 6
MODULE = "libraries.measuring"
RUNNERS = ("torch", "jax", "sklearn")


def value(snippet):
    """The number that the last line of a snippet gives, with six digits."""
    random.seed(0), np.random.seed(0)  # noqa: NPY002  autograd's checker draws from it
    tree, scope = ast.parse(snippet), {}
    exec(compile(ast.Module(tree.body[:-1], []), "snippet", "exec"), scope)
    return number(eval(compile(ast.Expression(tree.body[-1].value), "snippet", "eval"), scope))


def number(result):
    """A plain number as JSON can hold it: infinities and NaN are the texts that float() reads."""
    result = result.item() if hasattr(result, "item") else result
    if isinstance(result, float) and math.isfinite(result):
        return float(f"{result:.{DIGITS}g}")
    return str(result) if isinstance(result, float) else int(result)


def same(one, other, rtol):
    """Whether two values agree; NaN is NaN."""
    one, other = float(one), float(other)
    return math.isclose(one, other, rel_tol=rtol) or (math.isnan(one) and math.isnan(other))


def measure(library):
    """{id: value} of all cells of a library, measured in this process."""
    cells = [cell for q in questions() for cell in q.cells if cell.library == library]
    return {cell.id: value(cell.snippet) for cell in cells}


def measure_runs(library):
    """{run: differences} of the reports' runs, for the libraries that have them."""
    if library not in RUNNERS:
        return {}
    train = importlib.import_module(f"libraries.runs.with_{library}").train
    return {name: differences(name, library, train) for name in STARTS}


def in_its_process(library):
    """(values of all cells, differences of the runs), measured in a new process."""
    environment = os.environ | dict(LIBRARIES[library].environment) | {"PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", MODULE, library]
    ran = subprocess.run(
        command, cwd=HERE.parent, env=environment, capture_output=True, encoding="utf-8"
    )
    if ran.returncode:
        *_, reason = ran.stderr.strip().split("\n")
        raise RuntimeError(f"{library} could not be measured: {reason}")
    return json.loads(ran.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(json.dumps([measure(sys.argv[1]), measure_runs(sys.argv[1])]))
