#!/usr/bin/env bash
# Tried: top_k_accuracy_score(k=1) against accuracy_score of argmax, on scores with ties (a net with zero weights, a
# saturated softmax). Guess: the same number. Really: 0.5 against 0.25: among equal scores top-k takes the class with
# the highest index, argmax the lowest. For two classes with all scores at 0.5, the first gives 1 to a classifier that
# always says class 0. It bites at the start of training from zeros and wherever float16 or clipping makes ties. scikit-
# learn 1.9.1, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1
venv/bin/python - <<'EOF'
import numpy as np, sklearn
from sklearn.metrics import accuracy_score, top_k_accuracy_score
y, scores = [0, 1, 2, 2], np.full((4, 3), 1 / 3)
top1, accuracy = top_k_accuracy_score(y, scores, k=1), accuracy_score(y, scores.argmax(axis=1))
print("scikit-learn", sklearn.__version__, "top-1", top1, "accuracy of argmax", accuracy)
assert (top1, accuracy) == (0.5, 0.25)
distinct = scores + [[0.1, 0, 0]] * 4
assert top_k_accuracy_score(y, distinct, k=1) == accuracy_score(y, distinct.argmax(axis=1))
print("as observed")
EOF
