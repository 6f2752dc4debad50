#!/usr/bin/env bash
# Tried: training in two phases with one PyTorch optimiser: a StepLR, then the rate set to 1e-4 by hand, then
# LambdaLR(lambda epoch: 1.0). Guess: a new scheduler starts from the rate that the optimiser has, 1e-4. Really: the
# rate jumps back to 0.1 at once: the first scheduler left "initial_lr" in the parameter group, and the second one takes
# it for its base. A fresh optimiser with rate 1e-4 keeps 1e-4. It bites anyone who fine-tunes after training: a
# thousand times the intended rate, at the first step. torch 2.13.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q torch==2.13.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import torch
sched = torch.optim.lr_scheduler
weight = torch.zeros(1, requires_grad=True)
def second_phase(first_scheduler):
    opt = torch.optim.SGD([weight], lr=0.1)
    if first_scheduler:
        sched.StepLR(opt, step_size=5)
    opt.param_groups[0]["lr"] = 1e-4
    sched.LambdaLR(opt, lambda epoch: 1.0)
    return opt.param_groups[0]["lr"]
got = second_phase(False), second_phase(True)
print("torch", torch.__version__, "without a first scheduler", got[0], "with one", got[1])
assert got == (1e-4, 0.1)
print("as observed")
EOF
