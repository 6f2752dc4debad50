#!/usr/bin/env bash
# Tried: the usual smoothers of a loss curve, rolling(...).mean(), .max() and ewm(...).mean(), on a curve with one
# infinite value. Guess: inf while it is in the window, and inf for ever in the exponential mean. Really: pandas
# replaces inf by NaN before it rolls; with min_periods=1, and in ewm and expanding always, the smoothed curve is 1, 1,
# 1, ... as if nothing had happened. cummax does see it. It bites anyone who looks at smoothed curves for divergence.
# pandas 3.1.1, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q pandas==3.1.1 numpy==2.4.6
venv/bin/python - <<'EOF'
import numpy as np, pandas as pd
s = pd.Series([1, np.inf, 1, 1, 1.0])
got = {"rolling mean": s.rolling(2, min_periods=1).mean(), "rolling max": s.rolling(2, min_periods=1).max(),
       "ewm mean": s.ewm(alpha=0.5).mean(), "expanding max": s.expanding().max()}
print("pandas", pd.__version__, {k: v.tolist() for k, v in got.items()}, "cummax", s.cummax().tolist())
for v in got.values():
    assert v.tolist() == [1, 1, 1, 1, 1]
assert s.cummax().tolist() == [1, np.inf, np.inf, np.inf, np.inf]
assert np.isnan(s.rolling(2).max().tolist()[1:3]).all()      # without min_periods: NaN, even for max
print("as observed")
EOF
