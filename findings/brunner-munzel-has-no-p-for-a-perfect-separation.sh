#!/usr/bin/env bash
# Tried: the Brunner-Munzel test on two samples of which every value of one lies below every value of the other (30
# against 30). Guess: a tiny p-value; for 3 against 3 some hundredths. Really: statistic inf and p = nan for every size,
# since the estimated variance is 0; with distribution="normal" p is exactly 0, even for 3 against 3, where no rank test
# can go below 0.1. It bites anyone who compares two optimisers over seeds: "p < 0.05" is False just where the
# difference is clearest. scipy 1.17.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q scipy==1.17.1 numpy==2.4.6
venv/bin/python - <<'EOF'
import warnings; warnings.simplefilter("ignore")
import numpy as np, scipy
from scipy.stats import brunnermunzel, mannwhitneyu
big = brunnermunzel(np.arange(30), np.arange(30) + 100)
small = brunnermunzel([1, 2, 3], [4, 5, 6], distribution="normal")
print("scipy", scipy.__version__, big, "| 3 against 3, normal:", small, "| Mann-Whitney:", mannwhitneyu([1, 2, 3], [4, 5, 6]).pvalue)
assert np.isinf(big.statistic) and np.isnan(big.pvalue) and not big.pvalue < 0.05
assert small.pvalue == 0
assert np.isclose(mannwhitneyu([1, 2, 3], [4, 5, 6]).pvalue, 0.1)
print("as observed")
EOF
