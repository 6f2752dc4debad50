#!/usr/bin/env bash
# Tried: torch.sign of NaN on the CPU, and one step of sign descent with a NaN gradient. Guess: NaN, as in NumPy, so
# that a broken gradient shows in the weights. Really: 0: the kernel is (0 < x) - (x < 0), and no comparison holds. It
# bites anyone who uses sign descent (signSGD, Lion): with a NaN gradient the weights simply stand still, and every
# check of the weights for NaN passes for ever. torch 2.13.0, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q torch==2.13.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import numpy as np, torch
g = torch.tensor([float("nan"), -2.0, 3.0])
w = torch.zeros(3) - 0.1 * torch.sign(g)
print("torch", torch.__version__, "torch.sign", torch.sign(g).tolist(), "torch.sgn", torch.sgn(g).tolist(), "np.sign", np.sign(g.numpy()), "weights", w.tolist())
assert torch.sign(g).tolist() == [0.0, -1.0, 1.0] == torch.sgn(g).tolist()
assert np.isnan(np.sign(g.numpy())[0])
assert not w.isnan().any()
print("as observed")
EOF
