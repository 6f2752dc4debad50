#!/usr/bin/env bash
# Tried: sums and means of small integers in polars: four times 2**30 in Int32, 100 twice in Int8, down a column and
# along a row. Guess: sums in 64 bits, as NumPy and pandas have them, and a mean between the least and the largest
# value. Really: down the column Int8 is summed to 200 in Int64, but Int32 to 0 in Int32; along a row Int8 is summed to
# -56, and mean_horizontal, a Float64, is -28. Down the column every mean is right. It bites anyone who averages scores
# or pixels of several columns (ensemble votes, channels in UInt8: 200 and 200 have a mean of 72), and counts in 32
# bits. The widening of the 8 and 16 bits is documented, that of others is not promised; the sums are known upstream
# (issues 13782 and 21515, open), of the mean nothing was found. polars 2.1.0, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q polars==2.1.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import numpy as np, polars as pl
def four(dtype, value, n):
    column = pl.Series("a", [value] * n, dtype=dtype)
    row = pl.DataFrame([pl.Series(name, [value], dtype=dtype) for name in "abcd"[:n]])
    along = row.select(sum=pl.sum_horizontal(pl.all()), mean=pl.mean_horizontal(pl.all()))
    assert along["mean"].dtype == pl.Float64
    return column.sum(), column.mean(), *along.row(0)
seen = {f"{n} times {value} in {dtype}": four(dtype, value, n) for dtype, value, n in ((pl.Int8, 100, 2), (pl.UInt8, 200, 2), (pl.Int32, 2**30, 4))}
print("polars", pl.__version__, "(sum and mean of a column, sum and mean of a row):", seen)
assert seen["2 times 100 in Int8"] == (200, 100.0, -56, -28.0)                         # the guess: 200 and 100 twice
assert seen["2 times 200 in UInt8"] == (400, 200.0, 144, 72.0)
assert seen["4 times 1073741824 in Int32"] == (0, 2.0**30, 0, 0.0)
assert np.full(4, 2**30, "i4").sum() == 2**32 and np.full(2, 100, "i1").sum() == 200
print("as observed")
EOF
