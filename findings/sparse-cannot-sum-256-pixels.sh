#!/usr/bin/env bash
# Tried: sum and mean of a uint8 array in sparse.COO, with 255 and with 256 pixels. Guess: both are summed in uint64, as
# NumPy does and as the result's dtype says. Really: 255 are summed, 256 raise an OverflowError, and of int8 128 do,
# even if dtype=np.int64 is asked for: the share of the pixels that are not stored, 0 times their number, is worked out
# in the dtype of the array, and NumPy 2 refuses the number 256 there. It bites anyone who keeps images or masks of 16 x
# 16 or more in a sparse array. sparse 0.19.3, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q sparse==0.19.3 numpy==2.4.6 numba==0.68.1
venv/bin/python - <<'EOF'
import importlib.metadata as md, numpy as np, sparse
def total(n, of, how="sum", **kw):
    try:
        return float(getattr(sparse.COO.from_numpy(np.ones(n, of)), how)(**kw).todense())
    except OverflowError as e:
        return str(e)
seen = {(n, d): total(n, d) for n, d in ((255, "u1"), (256, "u1"), (127, "i1"), (128, "i1"), (256, "i2"))}
print("sparse", md.version("sparse"), "numpy", np.__version__, seen, total(256, "u1", "mean"), total(256, "u1", dtype=np.int64))
assert seen[255, "u1"] == 255 and seen[127, "i1"] == 127 and seen[256, "i2"] == 256
for refused in (seen[256, "u1"], seen[128, "i1"], total(256, "u1", "mean"), total(256, "u1", dtype=np.int64)):
    assert "out of bounds" in str(refused)
print("as observed")
EOF
