#!/usr/bin/env bash
# Tried: CosineDistance of Thinc between a vector of zeros, as a layer of dead ReLUs gives, and targets along an axis
# and along the diagonal. Guess: the distance of no direction is 1 (PyTorch's cosine_similarity of zeros is 0) or NaN,
# and its gradient moderate or NaN. Really: 1e-8 is added to each element, so that zeros point along the diagonal: the
# distance is 0.29 to (1, 0) and 0 to (1, 1), less than that of orthogonal vectors, which is 1, and the gradient is
# 3.5e7. It bites anyone who trains embeddings with it: one dead sample moves the weights by millions or is taken for a
# perfect match. ignore_zeros looks at the target only. thinc 9.1.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q thinc==9.1.1 numpy==2.4.6
venv/bin/python - <<'EOF'
import importlib.metadata as md, numpy as np
from thinc.api import CosineDistance
loss = CosineDistance(normalize=False, ignore_zeros=True)
axis, diagonal, zeros, across = (np.array([v], "f") for v in ([1, 0], [1, 1], [0, 0], [0, 1]))
seen = {name: (float(loss.get_loss(g, t)), float(np.abs(loss.get_grad(g, t)).max())) for name, g, t in
        (("zeros, axis", zeros, axis), ("zeros, diagonal", zeros, diagonal), ("orthogonal", across, axis))}
print("thinc", md.version("thinc"), "(distance, largest gradient)", seen)
assert abs(seen["zeros, axis"][0] - (1 - 0.5**0.5)) < 1e-4 and seen["zeros, axis"][1] > 3e7
assert seen["zeros, diagonal"][0] < 1e-4
assert abs(seen["orthogonal"][0] - 1) < 1e-4 and seen["orthogonal"][1] < 1.1
print("as observed")
EOF
