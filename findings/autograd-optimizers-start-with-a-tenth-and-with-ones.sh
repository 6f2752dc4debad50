#!/usr/bin/env bash
# Tried: the first step of sgd and rmsprop in autograd.misc.optimizers for a constant gradient. Guess: momentum as
# everywhere, so rate * gradient = 0.1, and RMSprop's mean of squares starting at 0, so about 0.316 for a gradient of
# 0.001. Really: 0.01, because the new gradient is weighted by 1 - mass, and 0.000105, because the mean of squares
# starts at ones. It bites anyone who carries a rate over from another library: one tenth, and three thousand times
# less. autograd 1.9.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q autograd==1.9.1 numpy==2.4.6
venv/bin/python - <<'EOF'
import importlib.metadata as md, numpy as np
from autograd.misc.optimizers import rmsprop, sgd
step = lambda opt, g, **kw: -opt(lambda x, i: np.full(1, g), np.zeros(1), num_iters=1, step_size=0.1, **kw)[0]
s, r = step(sgd, 1.0, mass=0.9), step(rmsprop, 1e-3, gamma=0.9)
zero_start = 0.1 * 1e-3 / (np.sqrt(0.1 * 1e-3**2) + 1e-8)
print("autograd", md.version("autograd"), "sgd", s, "(expected 0.1)  rmsprop", r, f"(expected {zero_start:.3f})")
assert np.isclose(s, 0.01)
assert np.isclose(r, 0.1 * 1e-3 / (np.sqrt(0.9 + 0.1 * 1e-6) + 1e-8))
assert zero_start / r > 2900
print("as observed")
EOF
