#!/usr/bin/env bash
# Tried: erf, tanh, expm1 and elu of small numbers in MLX on the processor, in float32.
# Guess: all within a few units in the last place, for erf x is 1.128 x there and elu x is x. Really: tanh and expm1 are,
# but erf(1e-5) is 1.7 % too small, erf(1e-6) 5.6 % too large and erf(1e-7) zero, an absolute error of 1e-7 kept over the
# whole range; and elu, celu and selu compute exp(x) - 1 though expm1 is there: elu(-1e-6) is 1.3 % off, elu(-1e-8) zero.
# Both GELU's tail (gelu(-6) is zero, truly -6e-9) and a check of relative errors stumble over it. mlx 0.32.4.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q mlx[cpu]==0.32.4 numpy==2.4.6
venv/bin/python - <<'EOF'
import math
from importlib.metadata import version
import mlx.core as mx, mlx.nn as nn
mx.set_default_device(mx.cpu)
erf = {x: mx.erf(mx.array(x)).item() for x in (1e-5, 1e-6, 1e-7)}
elu = {x: nn.elu(mx.array(x)).item() for x in (-1e-6, -1e-8)}
print("mlx", version("mlx"), "erf", erf, "elu", elu, "gelu(-6)", nn.gelu(mx.array(-6.0)).item())
assert erf[1e-7] == 0
assert 0.01 < 1 - erf[1e-5] / math.erf(1e-5) < 0.03
assert 0.03 < erf[1e-6] / math.erf(1e-6) - 1 < 0.08
assert elu[-1e-8] == 0 and 0.005 < elu[-1e-6] / -1e-6 - 1 < 0.03
assert nn.gelu(mx.array(-6.0)).item() == 0
assert math.isclose(mx.tanh(mx.array(1e-7)).item(), 1e-7, rel_tol=1e-6)
assert math.isclose(mx.expm1(mx.array(-1e-8)).item(), -1e-8, rel_tol=1e-6)
print("as observed")
EOF
