#!/usr/bin/env bash
# Tried: the SPA test of arch (does any model beat the benchmark?) with the benchmark's own losses among the models,
# alone and beside four models that are worse by 1. Guess: p = 1, since no model does better. Really: p = 0 alone, and
# with the four worse ones the consistent p-value, the one to report, is 0 too, while better_models is empty: of the
# models that count, the best gain is 0, no bootstrap gain is greater than 0, and the comparison is strict. Beside a
# model that did better by chance the p-value is as without it. It bites anyone who leaves the baseline in the table of
# runs: "something beats it" with certainty. arch 8.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q arch==8.0.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 statsmodels==0.15.0
venv/bin/python - <<'EOF'
import importlib.metadata as md, numpy as np
from arch.bootstrap import SPA
rng = np.random.default_rng(0)
base, others = rng.normal(size=100), rng.normal(size=(100, 4))
def spa(models):
    test = SPA(base, models, reps=500, block_size=1, seed=1); test.compute()
    return {k: float(v) for k, v in test.pvalues.items()}, test.better_models(0.05).tolist()
own = base[:, None]
alone, worse, without = spa(own), spa(np.hstack([own, others + 1])), spa(others + 1)
luckier, luckier_without = spa(np.hstack([own, others - 0.05])), spa(others - 0.05)
print("arch", md.version("arch"), "alone", alone, "\nbeside worse ones", worse, "\nworse ones only", without, "\nbeside a luckier one", luckier, luckier_without)
assert set(alone[0].values()) == {0} and alone[1] == []
assert worse[0]["consistent"] == 0 and worse[1] == []          # the guess: as without it, no evidence
assert without[0]["consistent"] > 0.3 and luckier[0] == luckier_without[0] and luckier[0]["consistent"] > 0
print("as observed")
EOF
