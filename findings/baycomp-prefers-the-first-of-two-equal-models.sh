#!/usr/bin/env bash
# Tried: two_on_multiple of baycomp, the Bayesian signed-rank test, with the same five scores for both classifiers and
# no region of equivalence. Guess: 0.5 for each, as two_on_single gives. Really: the first one is better with a
# probability far above one half (0.71 here), in either order: every sample is 1/2 but for rounding, the other side is
# one minus it, and an exact tie goes to the first. It bites anyone who compares a model with its reloaded copy, or two
# runs that score alike on every data set: swapping the arguments names the other one the winner. The guess was right
# with rope=0.01, where all goes to equivalence. baycomp 1.0.3, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q baycomp==1.0.3 numpy==2.4.6 scipy==1.17.1
venv/bin/python - <<'EOF'
import importlib.metadata as md, baycomp, numpy as np
same, copy = (np.array([0.9, 0.91, 0.92, 0.93, 0.94]) for _ in range(2))
seen = [tuple(map(float, baycomp.two_on_multiple(a, b, random_state=s))) for s in range(3) for a, b in ((same, copy), (copy, same))]
first = [s[0] for s in seen]
print("baycomp", md.version("baycomp"), "first better:", first, "with a rope", tuple(map(float, baycomp.two_on_multiple(same, copy, rope=0.01, random_state=0))))
assert all(p > 0.55 for p in first)                   # the guess: 0.5; above it by ties, by how much is a matter of rounding
assert tuple(baycomp.two_on_single(same, copy)) == (0.5, 0.5)
assert tuple(baycomp.two_on_multiple(same, copy, rope=0.01, random_state=0)) == (0, 1, 0)
print("as observed")
EOF
