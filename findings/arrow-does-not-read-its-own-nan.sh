#!/usr/bin/env bash
# Tried: a float64 column with NaN and null written and read by pyarrow.csv with default options. Guess: NaN comes back
# as NaN, since all finite values, -0.0 and infinities come back to the bit. Really: the writer puts "nan", and the
# reader has "nan" among its null spellings, so NaN and null both come back as null; the mean, NaN before, is a number
# afterwards. It bites anyone who keeps logs as CSV: a diverged run has become a missing one. pyarrow 26.0.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q pyarrow==26.0.1 numpy==2.4.6
venv/bin/python - <<'EOF'
import pyarrow as pa, pyarrow.compute as pc, pyarrow.csv as csv
t = pa.table({"x": [1.0, float("nan"), 3.0, -0.0, float("inf")], "i": [1, 2, 3, 4, 5]})
csv.write_csv(t, "a.csv")
back = csv.read_csv("a.csv")
finite = back.filter(pc.field("i") < 4)
print("pyarrow", pa.__version__, open("a.csv").read().split(), back["x"].to_pylist(), "mean of the first three", pc.mean(finite["x"]))
assert t["x"].null_count == 0 and back["x"].null_count == 1
assert "nan,2" in open("a.csv").read()
assert str(back["x"].to_pylist()) == "[1.0, None, 3.0, -0.0, inf]" and pc.mean(finite["x"]).as_py() == 2.0
print("as observed")
EOF
