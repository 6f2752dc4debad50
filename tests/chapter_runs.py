"""A chapter after Run All, seen from within: its live figures turned, more cells run, and told.

``CELL`` is the chapter's last cell, in its own kernel: it prints what ``told`` finds as JSON. So
one execution of a chapter serves all that is asked of it.
"""

import ast
import contextlib
import gc
import hashlib
import itertools
import json
import linecache
import re
from pathlib import Path

from IPython.core.formatters import DisplayFormatter
from IPython.utils.capture import capture_output
from reader_changes import CHANGES

from nnlib import figures
from nnlib.export import chapters, exercises
from nnlib.widgets import Explorer
from nnlib.widgets.frames import smaller

# Errors that may be meant for a reader.
TELLING = (AssertionError, ValueError, TypeError)
# No name is bound: the cells that are run again must find those of the chapter.
CELL = f"""
__import__("sys").path.append({str(Path(__file__).parent)!r})
print(__import__("chapter_runs").told("{{name}}", dict(globals())))
"""


def told(name, names):
    """All that is asked of the chapter in the file ``name`` of this folder, as JSON."""
    path = Path(name)
    cells = [cell.source for cell in chapters.read(path).cells if chapters.is_code(cell)]
    found = {"live": live()}
    with undrawn():
        found["again"] = [run(source, dict(names)) for source in cells]
        found["answers"] = answers(path, names)
        found["changes"] = [
            [old, new, *changed(cells, old, new, names)] for old, new in CHANGES.get(name[:2], ())
        ]
    return json.dumps(found)


# Explorers


def live():
    """{number: (checksum of the picture, text) at each setting}, from widgets that are turned."""
    # By type: to ask some libraries' objects for their class makes them warn.
    explorers = (each for each in gc.get_objects() if issubclass(type(each), Explorer))
    return {explorer.number: list(turned(explorer)) for explorer in explorers}


def turned(explorer):
    """In the order of the player's frames."""
    explorer._draw.cache_clear()
    explorer.widget()
    for values in itertools.product(*(c.options for c in explorer.controls.values())):
        for slider, value in zip(explorer._sliders.values(), values, strict=True):
            slider.value = value
        yield hashlib.sha256(smaller(explorer._image.value)).hexdigest(), explorer._text.value


# Cells


@contextlib.contextmanager
def undrawn():
    """Figures are made, and not drawn."""
    show, figures.show = figures.show, lambda *args, **kwargs: None
    try:
        yield
    finally:
        figures.show = show


def run(source, names):
    """What a cell prints, and then what it shows besides figures, as plain texts."""
    name = f"<cell {len(linecache.cache)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    body, shown = ast.parse(source).body, None
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    names["display"] = lambda *args, **kwargs: None
    with capture_output() as captured:
        exec(compile(ast.Module(body, []), name, "exec"), names)
        if last:
            shown = eval(compile(ast.Expression(last.value), name, "eval"), names)
    texts = [captured.stdout, *(output.data["text/plain"] for output in captured.outputs)]
    if shown is not None and not hasattr(shown, "_ipython_display_"):
        texts.append(DisplayFormatter().format(shown, include={"text/plain"})[0]["text/plain"])
    return texts


def said(cell):
    """The same of a cell that was executed: what is stored with it."""
    printed = "".join(o.text for o in cell.outputs if o.get("name") == "stdout")
    data = [
        o.data
        for o in cell.outputs
        if "data" in o and o.metadata.get("nnlib", {}).get("role") != "caption"
    ]
    texts = [each["text/plain"] for each in data if "image/svg+xml" not in each]
    return [printed, *(text for text in texts if not re.fullmatch(r"<\w+>", text))]


def answers(path, names):
    """[number, kind, cell, what the judge says] of each solution in the answer cell's place."""
    beside = path.parent / exercises.FOLDER / path.name  # a reader's own chapter may have none
    solutions = exercises.solutions(chapters.read(beside)) if beside.exists() else {}
    found = []
    for exercise in (each for each in exercises.found(chapters.read(path)) if each.judge):
        cells = [("none", exercise.answer)]
        cells += [(exercises.kind(cell), cell) for cell in solutions.get(exercise.number, [])]
        for kind, cell in cells:
            if kind != "answer":
                mine = dict(names)
                run(cell.source, mine)
                text = "".join("".join(run(each.source, mine)) for each in exercise.judge)
                found.append([exercise.number, kind, cell.source, text])
    return found


def changed(cells, old, new, names):
    """[kind, words] of the error that a changed cell or the next two raise; [None, ""] of none."""
    index = next(i for i, source in enumerate(cells) if old in source)
    mine = dict(names)
    for source in (cells[index].replace(old, new, 1), *cells[index + 1 : index + 3]):
        try:
            run(source, mine)
        except Exception as error:
            kind = next((k for k in TELLING if isinstance(error, k)), type(error))
            return kind.__name__, str(error)
    return None, ""
