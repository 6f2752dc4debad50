#!/usr/bin/env bash
# Tried: statsmodels' multipletests on p-values with one NaN among them (a test that could not be computed). Guess: the
# NaN is left out, or an error is raised. Really, for fdr_bh: every corrected p-value is NaN, and yet two hypotheses are
# marked as rejected; bonferroni counts the NaN as a test, hommel returns NaN and rejects nothing. Nothing is said. It
# bites anyone who corrects the comparisons of many settings, one of which diverged. statsmodels 0.15.0, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q statsmodels==0.15.0 numpy==2.4.6 scipy==1.17.1
venv/bin/python - <<'EOF'
import warnings; warnings.simplefilter("ignore")
import numpy as np, statsmodels
from statsmodels.stats.multitest import multipletests
p = [0.001, 0.02, np.nan, 0.04]
got = {m: multipletests(p, method=m)[:2] for m in ("fdr_bh", "bonferroni", "hommel")}
print("statsmodels", statsmodels.__version__, *got.items(), sep="\n")
reject, corrected = got["fdr_bh"]
assert reject.tolist() == [True, True, False, False] and np.isnan(corrected).all()
assert np.isclose(got["bonferroni"][1][0], 0.004)                 # 4 tests, not 3
assert np.isnan(got["hommel"][1]).all() and not got["hommel"][0].any()
print("as observed")
EOF
