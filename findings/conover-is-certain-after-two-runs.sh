#!/usr/bin/env bash
# Tried: Conover's post hoc test after Friedman's, and Durbin's, for three optimisers that came out in the same order in
# each of two runs. Guess: no p-value below the 0.135 of the Friedman test itself; by chance two orders agree once in
# six. Really: every pair differs with p = 0, also after Holm's correction, because ranks that always agree leave a
# residual variance of 0 to divide by. Nemenyi's test gives 0.11 at best, Quade's 0.05. It bites anyone with few seeds
# and a clear order: the fewer the runs, the likelier is a p of 0. scikit-posthocs 0.17.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q scikit-posthocs==0.17.1 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 statsmodels==0.15.0
venv/bin/python - <<'EOF'
import warnings; warnings.simplefilter("ignore")
import importlib.metadata as md, numpy as np, scikit_posthocs as sp
from scipy.stats import friedmanchisquare
losses = np.array([[0.11, 0.12, 0.13], [0.21, 0.29, 0.33]])            # a row for each run, a column for each optimiser
upper = lambda table: [float(v) for v in table.values[np.triu_indices(3, 1)]]
seen = {name: upper(getattr(sp, "posthoc_" + name)(losses)) for name in ("conover_friedman", "durbin", "quade", "nemenyi_friedman")}
seen["conover, Holm"] = upper(sp.posthoc_conover_friedman(losses, p_adjust="holm"))
friedman = float(friedmanchisquare(*losses.T).pvalue)
print("scikit-posthocs", md.version("scikit-posthocs"), seen, "Friedman", friedman)
assert friedman > 0.13
assert all(p == 0 for name in ("conover_friedman", "durbin", "conover, Holm") for p in seen[name])
assert min(seen["nemenyi_friedman"]) > 0.1 and min(seen["quade"]) > 0.05
print("as observed")
EOF
