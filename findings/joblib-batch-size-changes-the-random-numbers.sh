#!/usr/bin/env bash
# Tried: one NumPy Generator given to 16 tasks of joblib.Parallel (loky, two workers), with different batch sizes.
# Guess: every task gets its own pickled copy, so all 16 draw the same number, whatever the batch size. Really: the
# tasks of one batch share one copy, so batch_size=1 gives one distinct number, batch_size=2 two, 4 four, and n_jobs=1
# sixteen. The default batch_size="auto" changes the batches by the measured time of a task, so that the numbers depend
# on the machine's load. joblib 1.6.0, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q joblib==1.6.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import joblib, numpy as np
def draw(rng):
    return rng.random()
def distinct(**kw):
    rng = np.random.default_rng(0)
    return len(set(joblib.Parallel(**kw)(joblib.delayed(draw)(rng) for _ in range(16))))
got = {b: distinct(n_jobs=2, batch_size=b) for b in (1, 2, 4)}
serial = distinct(n_jobs=1)
print("joblib", joblib.__version__, "distinct numbers of 16, by batch size:", got, "n_jobs=1:", serial)
assert got == {1: 1, 2: 2, 4: 4} and serial == 16
print("as observed")
EOF
