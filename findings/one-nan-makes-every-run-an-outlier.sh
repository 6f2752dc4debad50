#!/usr/bin/env bash
# Tried: outliers_iqr of scikit-posthocs on the losses of six runs, one of them NaN. Guess: the NaN goes, or stays, and
# the others are judged by their own quartiles. Really: the quartiles are NaN, no loss lies between them, and all six
# are outliers: the filtered array is empty, without a warning. outliers_grubbs does the opposite, it keeps all six,
# with the loss of 50 that it removes when the NaN is not there. It bites anyone who cleans repeated runs after one has
# diverged: the mean of what is left is that of nothing. scikit-posthocs 0.17.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q scikit-posthocs==0.17.1 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 statsmodels==0.15.0
venv/bin/python - <<'EOF'
import importlib.metadata as md, warnings, numpy as np, scikit_posthocs as sp
runs = np.array([0.31, 0.29, np.nan, 0.30, 0.32, 0.28]); clean = runs[~np.isnan(runs)]
with warnings.catch_warnings():
    warnings.simplefilter("error")
    left, out = sp.outliers_iqr(runs), sp.outliers_iqr(runs, ret="outliers_indices")
grubbs = [sp.outliers_grubbs(np.append(r, 50.0)).tolist() for r in (clean, runs)]
print("scikit-posthocs", md.version("scikit-posthocs"), "left", left, "outliers", out, "Grubbs", grubbs)
assert left.size == 0 and out.tolist() == [0, 1, 2, 3, 4, 5]
assert sp.outliers_iqr(clean).tolist() == clean.tolist()
assert 50.0 not in grubbs[0] and 50.0 in grubbs[1] and len(grubbs[1]) == 7
print("as observed")
EOF
