"""Running snippets: the value of the last line, in a process of its own for each library."""

import ast
import json
import math
import os
import subprocess
import sys

from peers.cells import HERE, LIBRARIES, questions

DIGITS = 6


def value(snippet):
    """The number that the last line of a snippet gives, with six digits."""
    tree = ast.parse(snippet)
    scope = {}
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


def in_its_process(library):
    """{id: value} of all cells of a library, measured in a new process."""
    environment = os.environ | dict(LIBRARIES[library].environment) | {"PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "peers.measuring", library]
    ran = subprocess.run(
        command, cwd=HERE.parent, env=environment, capture_output=True, encoding="utf-8"
    )
    if ran.returncode:
        raise RuntimeError(f"{library} could not be measured:\n{ran.stderr}")
    return json.loads(ran.stdout.splitlines()[-1])


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
