#!/usr/bin/env bash
# Tried: ak.softmax of ragged rows of logits, among them two equal ones at 1000 and at -1000.
# Guess: 0.5 and 0.5 for both, since a softmax takes the largest logit off first. Really: NaN for both rows:
# exponentials are divided by their sum as they are, and inf / inf or 0 / 0 comes out. It bites whoever turns the
# logits of a diverging network, or long sums of log-likelihoods, into shares. awkward 2.14.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q awkward==2.14.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import awkward as ak, numpy as np
np.seterr(all="ignore")  # it warns of the overflow
rows = ak.Array([[1000.0, 1000.0], [-1000.0, -1000.0], [1.0, 2.0, 3.0]])
shares = ak.softmax(rows, axis=-1).tolist()
print("awkward", ak.__version__, shares)
assert np.isnan(shares[0]).all() and np.isnan(shares[1]).all()
e = np.exp([1.0, 2.0, 3.0])
assert np.allclose(shares[2], e / e.sum())
print("as observed")
EOF
