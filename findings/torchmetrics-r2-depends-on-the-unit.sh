#!/usr/bin/env bash
# Tried: R2Score of TorchMetrics on the same targets and predictions in other units: six numbers in thousandths, and a
# thousand numbers with 10000 added. Guess: R2 stays within one per cent (0.423 and 0.99), since it depends on neither.
# Really: in thousandths the six have R2 = 1.0, a perfect fit, and the thousand have 1.001, 0.9996 or 0, by chance. A
# residual sum of squares below 1e-4 is taken for zero, and the total sum is the sum of squares less the square of the
# sum over n, which cancels in float32. It bites anyone who predicts small volts or metres, or years or kelvins. Values
# above 1 are known upstream (issue 3077, open); the documentation speaks of neither. ExplainedVariance has no such
# threshold. torchmetrics 1.9.0, torch 2.13.0; scikit-learn 1.9.1 gave 0.423 and 0.99 when this was written.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q torchmetrics==1.9.0 torch==2.13.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import torch, torchmetrics
from torchmetrics import ExplainedVariance, R2Score
def exact(p, y):
    p, y = p.double(), y.double()
    return float(1 - ((y - p) ** 2).sum() / ((y - y.mean()) ** 2).sum())
def all_three(p, y):
    return float(R2Score()(p, y)), float(ExplainedVariance()(p, y)), exact(p, y)
p, y = torch.tensor([1.0, 2, 2, 3, 3, 3]), torch.tensor([1.0, 1, 2, 2, 5, 5])
whole, thousandths = all_three(p, y), all_three(p * 1e-3, y * 1e-3)
near, far = [], []
for seed in range(5):
    g = torch.Generator().manual_seed(seed)
    y = torch.randn(1000, generator=g)
    p = y + 0.1 * torch.randn(1000, generator=g)
    near.append((float(R2Score()(p, y)), exact(p, y)))
    far.append((float(R2Score()(p + 1e4, y + 1e4)), exact(p + 1e4, y + 1e4)))
print("torchmetrics", torchmetrics.__version__, "(R2, explained variance, true R2):", whole, "in thousandths:", thousandths)
print("(R2, true R2) of five thousands:", near, "\nwith 10000 added:", far)
assert abs(whole[0] - whole[2]) < 1e-3 and abs(thousandths[2] - whole[2]) < 1e-3
assert thousandths[0] == 1.0                                       # the guess: 0.423
assert abs(thousandths[1] - whole[1]) < 1e-3
assert all(abs(a - b) < 1e-3 and abs(b - 0.99) < 0.003 for a, b in near)
assert all(abs(b - 0.99) < 0.003 and abs(a - b) > 0.005 for a, b in far)
print("as observed")
EOF
