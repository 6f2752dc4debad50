#!/usr/bin/env bash
# Tried: ReLU as fmax(x, 0), and the products and differences 0 * x, x - x and x / x, in CasADi's SX, evaluated at NaN.
# Guess: NaN in each, as in NumPy's maximum, PyTorch and JAX. Really: fmax gives 0 (it is C's fmax), and the others are
# simplified when the expression is built, to 0, 0 and 1, even at x = 0, where x / x is no number. It bites anyone who
# watches a network's output for NaN: one ReLU layer makes it finite again. casadi 3.8.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q casadi==3.8.2 numpy==2.4.6
venv/bin/python - <<'EOF'
import casadi as ca, numpy as np
x = ca.SX.sym("x")
f = ca.Function("f", [x], [ca.fmax(x, 0), ca.fmax(0, x), 0 * x, x - x, x / x, ca.fabs(x)])
at_nan, at_zero = ([float(v) for v in f(p)] for p in (float("nan"), 0.0))
print("casadi", ca.__version__, "at nan", at_nan, "at 0", at_zero)
assert at_nan[:5] == [0, 0, 0, 0, 1] and np.isnan(at_nan[5])
assert at_zero[4] == 1
assert np.isnan(np.maximum(np.nan, 0))
print("as observed")
EOF
