#!/usr/bin/env bash
# Tried: ReduceLROnPlateau of PyTorch with its defaults on a loss that stays at -1 (a log-likelihood, an ELBO, a
# margin). Guess: the rate falls after the patience, as for a loss that stays at +1. Really: it never falls. The
# relative threshold asks for loss < best * (1 - 1e-4), which for a negative best lies above it, so that standing still,
# and even getting slowly worse, counts as improvement; "best" then follows the loss upwards. At 0 and at 1 the rate
# falls as expected. torch 2.13.0 (lr_scheduler.py, _is_better).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q torch==2.13.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import torch
def last_rate(losses):
    opt = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, patience=2)
    for loss in losses:
        plateau.step(loss)
    return opt.param_groups[0]["lr"], plateau.best
still = {v: last_rate([v] * 20)[0] for v in (-1.0, 0.0, 1.0)}
worse = last_rate([-100 + 0.009 * i for i in range(20)])
print("torch", torch.__version__, "rate after 20 equal losses", still, "| rising loss: (rate, best)", worse)
assert still[-1.0] == 1.0 and still[0.0] < 1e-5 and still[1.0] < 1e-5
assert worse[0] == 1.0 and abs(worse[1] - (-100 + 0.009 * 19)) < 1e-9
print("as observed")
EOF
