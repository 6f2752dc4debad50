#!/usr/bin/env bash
# Tried: BinaryAUROC of TorchMetrics on ten float32 logits from 20 to 29 of which the upper five belong to the positive
# class. Guess: 1, since the area needs only the order, and 1 also for the same logits moved down. Really: 0.5, that of
# a coin; from 15 to 24 it is 0.7, from 10 to 19 and from -30 to -21 it is 1. Values outside 0 to 1 are taken for logits
# and sent through a sigmoid (documented), which in float32 is exactly 1 from about 17 up, so that the order is lost.
# The average precision goes the same way. It bites anyone who scores logits of a sure network, a distance or an
# energy, and the sign decides: negative scores keep their order. Known upstream (issue 2819, open since 2024).
# torchmetrics 1.9.0, torch 2.13.0; scikit-learn 1.9.1 said 1 when this was written.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q torchmetrics==1.9.0 torch==2.13.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import torch, torchmetrics
from torchmetrics.classification import BinaryAUROC, BinaryAveragePrecision
label = (torch.arange(10) >= 5).int()
area = lambda start, metric=BinaryAUROC: round(float(metric()(torch.arange(10.0) + start, label)), 4)
seen = {start: area(start) for start in (-30, 10, 15, 20)}
precision = area(20, BinaryAveragePrecision)
print("torchmetrics", torchmetrics.__version__, "area by first logit", seen, "average precision", precision)
assert seen == {-30: 1.0, 10: 1.0, 15: 0.7, 20: 0.5}               # the guess: 1.0 throughout
assert precision == 0.5
print("as observed")
EOF
