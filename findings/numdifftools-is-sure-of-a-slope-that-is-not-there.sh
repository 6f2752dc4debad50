#!/usr/bin/env bash
# Tried: numdifftools' Derivative, which estimates its own error, for ReLU at 0, where no derivative exists. Guess: 0.5
# and a large error estimate, since one-sided slopes are 0 and 1. Really: 0.5 with an estimated error of 1e-15: every
# central difference across the kink is exactly 0.5, so extrapolation converges perfectly. Near the kink, at 0.001,
# where the slope is exactly 1, the estimate is 1 with an error of 0.005. It bites anyone who trusts the error estimate
# to find kinks. numdifftools 0.11.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q numdifftools==0.11.2 numpy==2.4.6 scipy==1.17.1
venv/bin/python - <<'EOF'
import importlib.metadata as md, numpy as np, numdifftools as nd
slope = nd.Derivative(lambda x: np.maximum(x, 0), full_output=True)
def value_and_error(x):
    result = slope(x)
    return float(result.estimate), float(result.error_estimate)
kink, near = value_and_error(0.0), value_and_error(1e-3)
print("numdifftools", md.version("numdifftools"), "(value, error) at the kink", kink, "near it", near)
assert abs(kink[0] - 0.5) < 1e-12 and kink[1] < 1e-13
assert abs(near[0] - 1) < 0.01 and near[1] > 1e-4
print("as observed")
EOF
