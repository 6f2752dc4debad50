#!/usr/bin/env bash
# Tried: the losses of tinygrad with a label that no logit belongs to, as when classes counted from 1 meet three
# outputs. Guess: an error, or for -1 the last class, as indexing has it, or NaN (optax). Really: such a sample has
# the loss 0 and the gradient 0 but counts in the mean, for 3, -1 and -5 alike: one of two halves the loss, and if all
# labels are wrong the loss is 0 from the first step and training ends without a complaint. It bites anyone who reads
# labels from a file. The label -1 is the default ignore_index of sparse_categorical_crossentropy, yet cross_entropy,
# which has none, does the same. tinygrad 0.14.0, in its interpreter (DEV=PYTHON), which needs no compiler.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q tinygrad==0.14.0
DEV=PYTHON venv/bin/python - <<'PY'
import importlib.metadata as md
from tinygrad import Tensor
def run(loss, labels):
    logits = Tensor([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    logits.requires_grad = True
    value = getattr(logits, loss)(Tensor(labels))
    value.backward()
    return value.item(), logits.grad.tolist()
for loss in ("sparse_categorical_crossentropy", "cross_entropy"):
    right, slopes = run(loss, [2, 2])
    print("tinygrad", md.version("tinygrad"), loss, {str(k): run(loss, k)[0] for k in ([2, 2], [2, 3], [2, -5], [3, 3])})
    for outside in (3, -5):
        value, gradient = run(loss, [2, outside])
        assert abs(value - right / 2) < 1e-6
        assert gradient[0] == slopes[0] and not any(gradient[1])
    assert run(loss, [3, 3])[0] == 0
assert abs(run("cross_entropy", [2, -1])[0] - right / 2) < 1e-6
print("as observed")
PY
