#!/usr/bin/env bash
# Tried: papermill.execute_notebook with the parameter sizes=(2, 10, 1), as one gives the widths of a network. Guess: a
# tuple or a list arrives in the notebook. Really: the cell says sizes = "(2, 10, 1)", a string of ten characters; a
# list arrives as a list, and the key 1 of a dictionary as "1". Nothing is said. It bites because a string can be
# iterated and has a length: loops over it run, and fail far from the cause. papermill 2.7.0, nbformat 5.11.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q papermill==2.7.0 nbformat==5.11.1
venv/bin/python - <<'EOF'
import nbformat as nf, papermill
cell = nf.v4.new_code_cell("sizes = None", metadata={"tags": ["parameters"]})
spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
nf.write(nf.v4.new_notebook(cells=[cell], metadata={"kernelspec": spec}), "a.ipynb")
def injected(value):
    book = papermill.execute_notebook("a.ipynb", "b.ipynb", {"sizes": value}, prepare_only=True, progress_bar=False)
    space = {}
    exec(book.cells[1].source, space)                     # the cell that papermill has written
    return space["sizes"]
got = injected((2, 10, 1)), injected([2, 10, 1]), injected({1: 2})
print("papermill", papermill.__version__, got)
assert got == ("(2, 10, 1)", [2, 10, 1], {"1": 2})
print("as observed")
EOF
