#!/usr/bin/env bash
# Tried: the same column [1, NaN, 3] given to DuckDB as NumPy array, as pandas frame and as polars frame. Guess: NaN is
# a float64 value, DuckDB has NaN, so its mean is NaN three times. Really: from NumPy and from pandas it arrives as NULL
# and the mean is 2 over two rows, from polars it arrives as NaN and the mean is NaN. It bites anyone who averages
# losses by SQL: which library held the numbers decides whether a diverged run is left out in silence. duckdb 2.0.1,
# polars 2.1.0, pandas 3.1.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q duckdb==2.0.1 polars==2.1.0 pandas==3.1.1 numpy==2.4.6 pyarrow==26.0.1
venv/bin/python - <<'EOF'
import duckdb, numpy as np, pandas as pd, polars as pl
x = np.array([1.0, np.nan, 3.0])
as_numpy, as_pandas, as_polars = {"x": x}, pd.DataFrame({"x": x}), pl.DataFrame({"x": x})
got = {"numpy": duckdb.sql("select avg(x), count(x) from as_numpy").fetchall()[0],
       "pandas": duckdb.sql("select avg(x), count(x) from as_pandas").fetchall()[0],
       "polars": duckdb.sql("select avg(x), count(x) from as_polars").fetchall()[0]}
print("duckdb", duckdb.__version__, "polars", pl.__version__, "pandas", pd.__version__, "(mean, count):", got)
assert got["numpy"] == got["pandas"] == (2.0, 2)
assert np.isnan(got["polars"][0]) and got["polars"][1] == 3
print("as observed")
EOF
