#!/usr/bin/env bash
# Tried: BinaryMatthewsCorrCoef of TorchMetrics for a classifier that always answers 0, on 99 zeros and 1 one, on 80 and
# 20, on 50 and 50. Guess: 0 for each, as scikit-learn gives, and as MulticlassMatthewsCorrCoef of the same package has
# it for three classes of which the third never occurs: a constant answer is correlated with nothing. Really: 0.985,
# 0.15 and 0: the rarer the class that is never found, the better the score. Where a column of the table is empty, the
# numerator becomes sqrt(eps) times the difference of two cells and the sums below the root get eps added, so that eps
# cancels and the imbalance is left. It bites anyone who takes this coefficient because unbalanced classes do not fool
# it. That a single class gives 1 or -1 is known upstream (issue 3355); the documentation speaks of neither.
# torchmetrics 1.9.0, torch 2.13.0; scikit-learn 1.9.1 gave 0 when this was written.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q torchmetrics==1.9.0 torch==2.13.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import torch, torchmetrics
from torchmetrics.classification import BinaryMatthewsCorrCoef, MulticlassMatthewsCorrCoef
def scores(ones, n=100):
    label = (torch.arange(n) < ones).int()
    answer = torch.zeros(n, dtype=torch.int)
    return tuple(round(float(metric(answer, label)), 3) for metric in (BinaryMatthewsCorrCoef(), MulticlassMatthewsCorrCoef(3)))
seen = {ones: scores(ones) for ones in (1, 20, 50)}
print("torchmetrics", torchmetrics.__version__, "ones among 100: (binary, of three classes)", seen)
assert 0.98 < seen[1][0] < 0.99 and 0.14 < seen[20][0] < 0.16      # the guess: 0
assert abs(seen[50][0]) < 1e-3
assert all(s[1] == 0 for s in seen.values())
print("as observed")
EOF
