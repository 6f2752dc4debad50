#!/usr/bin/env bash
# Tried: a notebook whose Markdown cells start with "%% ", as a comment does in some editors of Markdown, written by
# jupytext as py:percent, py:light and md and read back. Guess: the text comes back, as that of every other Markdown
# cell. Really: the line is taken for a cell magic's arguments, written into the cell's options and dropped when read: a
# cell of one line is empty, a longer one has lost its first line, with no warning. "%%comment" without the space, and
# the same line further down in md, come back. It bites anyone who pairs notebooks with text files: the note is gone
# once the text is read back. jupytext 1.19.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q jupytext==1.19.6 nbformat==5.11.1
venv/bin/python - <<'EOF'
import importlib.metadata as md, warnings, jupytext
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
warnings.simplefilter("error")
def back(source, fmt):
    meta = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    text = jupytext.writes(new_notebook(cells=[new_markdown_cell(source), new_code_cell("x = 1")], metadata=meta), fmt)
    first, second = jupytext.reads(text, fmt).cells
    assert second.source == "x = 1"
    return first.source
for fmt in ("py:percent", "py:light", "md"):
    seen = [back(s, fmt) for s in ("%% check the rate %%", "%% check the rate %%\nThe loss falls.", "%%comment")]
    print("jupytext", md.version("jupytext"), fmt, seen)
    assert seen == ["", "The loss falls.", "%%comment"]
assert back("The loss falls.\n%% check the rate %%", "md") == "The loss falls.\n%% check the rate %%"
print("as observed")
EOF
