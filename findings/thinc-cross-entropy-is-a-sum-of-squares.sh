#!/usr/bin/env bash
# Tried: the loss that CategoricalCrossentropy of Thinc returns, for one sample by the probability of its class and for
# a batch repeated four times. Guess: -log p, and with normalize=True the mean, so that repeating the batch changes
# nothing. Really: it is the sum of the squared gradient, (p - y)^2: 0.02 for p = 0.9 (0.105 was due), 2 for p = 0
# (infinity or a clipped 16 to 35), and with normalize=True the four times repeated batch has a quarter of the loss,
# because the division by the batch is squared too. The gradient is that of cross entropy on logits. It bites anyone who
# compares a loss curve with another library's, or runs with different batch sizes. thinc 9.1.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q thinc==9.1.1 numpy==2.4.6
venv/bin/python - <<'EOF'
import importlib.metadata as md, numpy as np
from thinc.api import CategoricalCrossentropy
y = np.array([[1, 0]], "f")
single = {p: float(CategoricalCrossentropy(normalize=False)(np.array([[p, 1 - p]], "f"), y)[1]) for p in (0.9, 0.5, 0.0)}
p, t = np.array([[0.9, 0.1], [0.5, 0.5]], "f"), np.array([[1, 0], [0, 1]], "f")
batch = [float(CategoricalCrossentropy()(np.tile(p, (n, 1)), np.tile(t, (n, 1)))[1]) for n in (1, 4)]
print("thinc", md.version("thinc"), "loss by probability", single, "batch of 2, and of 8", batch, "mean of -log p", float(-np.log([0.9, 0.5]).mean()))
assert all(abs(loss - 2 * (1 - q) ** 2) < 1e-6 for q, loss in single.items())
assert abs(batch[1] / batch[0] - 1 / 4) < 1e-5
print("as observed")
EOF
