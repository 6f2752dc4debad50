#!/usr/bin/env bash
# Tried: 0.0, -0.0 and NaN in pyarrow: equality of arrays, unique, group_by and join. Guess: -0.0 equals 0.0 and NaN
# differs from NaN everywhere, as in NumPy; unique merges the zeros as NumPy's does. Really: Array.equals says just
# that, but unique, group_by and join say the reverse: a join on 0.0 does not find -0.0, and a join on NaN finds NaN. It
# bites anyone who joins results on a computed float, for instance a rate multiplied by -1: the row is there and is not
# found. pyarrow 26.0.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q pyarrow==26.0.1 numpy==2.4.6
venv/bin/python - <<'EOF'
import numpy as np, pyarrow as pa
nan = float("nan")
equal = pa.array([0.0]).equals(pa.array([-0.0])), pa.array([nan]).equals(pa.array([nan]))
right = lambda k: pa.table({"k": [k], "v": [1]})
joined = [pa.table({"k": [a]}).join(right(b), "k")["v"].to_pylist() for a, b in ((0.0, -0.0), (nan, nan))]
unique = pa.array([0.0, -0.0, nan, nan]).unique().to_pylist()
groups = pa.table({"k": [0.0, -0.0, nan, nan]}).group_by("k").aggregate([([], "count_all")])["count_all"].to_pylist()
print("pyarrow", pa.__version__, "equals", equal, "join", joined, "unique", unique, "groups", groups)
assert equal == (True, False) and joined == [[None], [1]]
assert str(unique) == "[0.0, -0.0, nan]" and sorted(groups) == [1, 1, 2]
assert len(np.unique([0.0, -0.0])) == 1
print("as observed")
EOF
