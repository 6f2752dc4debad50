#!/usr/bin/env bash
# Tried: floats that do not fit assigned to an integer dataset of h5py. Guess: what NumPy does, a wrapped or undefined
# number with a RuntimeWarning. Really: HDF5 saturates (300.7 becomes 255, -1 becomes 0, 1e20 becomes 255), NaN becomes
# 0 in uint8, and but for that 0 nothing is said, even with warnings as errors. It bites anyone who stores images or
# quantised weights: a NaN is a perfectly black pixel afterwards. h5py 3.16.0 (HDF5 2.0.0), numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q h5py==3.16.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import warnings; warnings.simplefilter("error")
import h5py, numpy as np
x = np.array([300.7, -1.0, np.nan, 2.7, 1e20])
with h5py.File("a.h5", "w") as f:
    d = f.create_dataset("x", x.shape, "u1")
    d[...] = x
    got = d[:]
try:
    x.astype("u1"); numpy_says = "nothing"
except RuntimeWarning as w:
    numpy_says = str(w)
print("h5py", h5py.__version__, "numpy", np.__version__)
print("written", x, "read", got, "| NumPy's astype warns:", numpy_says)
assert got.tolist() == [255, 0, 0, 2, 255]
assert "invalid value" in numpy_says
print("as observed")
EOF
