#!/usr/bin/env bash
# Tried: nbdime's diff of two notebooks whose metadata changed from 1 to true, from 1 to 1.0 and from 0.0 to -0.0.
# Guess: three changes, since the JSON texts differ. Really: no difference: values are compared with Python's ==, for
# which 1 == True == 1.0. On the other side, an unchanged NaN is always reported as replaced. It bites anyone who
# reviews or merges parameters and outputs with nbdime: a flag that changed its type is "identical". nbdime 4.0.4,
# nbformat 5.11.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q nbdime==4.0.4 nbformat==5.11.1
venv/bin/python - <<'EOF'
import nbdime, nbformat
book = lambda **kw: nbformat.v4.new_notebook(metadata=kw)
a, b = book(flag=1, rate=1, zero=0.0), book(flag=True, rate=1.0, zero=-0.0)
changed = nbdime.diff_notebooks(a, b)
nan = nbdime.diff({"loss": float("nan")}, {"loss": float("nan")})
print("nbdime", nbdime.__version__, "texts equal:", nbformat.writes(a) == nbformat.writes(b), "diff:", changed, "| NaN:", nan)
assert nbformat.writes(a) != nbformat.writes(b)
assert changed == []
assert [op["op"] for op in nan] == ["replace"]
print("as observed")
EOF
