#!/usr/bin/env bash
# Tried: McNemar's test of two classifiers that are right and wrong on the same samples, so that no pair is
# discordant. Guess: p = 1, as the exact test gives, or at worst nan from the asymptotic one. Really: with exact=False
# and the default correction the statistic is (|0 - 0| - 1)^2 / (0 + 0) = inf and p is 0; without the correction both
# are nan. It bites anyone who compares runs over seeds or a model with its reloaded copy: two identical models differ
# at every level. The guess was right for exact=True and for pingouin, which refuses. statsmodels 0.15.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q statsmodels==0.15.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
venv/bin/python - <<'PY'
import warnings; warnings.simplefilter("ignore")
import numpy as np, statsmodels
from statsmodels.stats.contingency_tables import mcnemar
same = [[950, 0], [0, 50]]                        # both right, one right, the other right, both wrong
asked = {"exact": mcnemar(same), "corrected": mcnemar(same, exact=False), "plain": mcnemar(same, exact=False, correction=False)}
one_each = mcnemar([[949, 1], [1, 49]], exact=False)
print("statsmodels", statsmodels.__version__, {k: (float(r.statistic), float(r.pvalue)) for k, r in asked.items()}, "one pair each way:", float(one_each.pvalue))
assert asked["exact"].pvalue == 1
assert np.isposinf(asked["corrected"].statistic) and asked["corrected"].pvalue == 0
assert np.isnan(asked["plain"].pvalue)
assert 0.4 < one_each.pvalue < 0.5
print("as observed")
PY
