#!/usr/bin/env bash
# Tried: the log-cosh loss of MLX for errors of 1e-4 to 1, beside e²/2, which it is for small errors, and its gradient.
# Guess: 5e-9 at an error of 1e-4, with relative errors of float32. Really: exactly 0 there, and 5e-7 comes out 5 % wrong:
# log 2 is subtracted from a sum close to it. The gradient is right, so that a loss that has been 0 for long
# goes on to move. mlx 0.32.4.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q mlx[cpu]==0.32.4 numpy==2.4.6
venv/bin/python - <<'EOF'
from importlib.metadata import version
import mlx.core as mx, mlx.nn as nn
mx.set_default_device(mx.cpu)
zero = mx.array([0.0])
loss = lambda e: nn.losses.log_cosh_loss(mx.array([e]), zero, reduction="sum").item()
slope = lambda e: mx.grad(lambda p: nn.losses.log_cosh_loss(p, zero, reduction="sum"))(mx.array([e]))[0].item()
print("mlx", version("mlx"), {e: (loss(e), e * e / 2, slope(e)) for e in (1e-4, 3e-4, 1e-3, 1e-2)})
assert loss(1e-4) == 0
assert abs(slope(1e-4) / 1e-4 - 1) < 0.01
assert abs(loss(1e-3) / 5e-7 - 1) > 0.01
print("as observed")
EOF
