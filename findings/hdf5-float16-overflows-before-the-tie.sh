#!/usr/bin/env bash
# Tried: a float64 dataset read as float16 through h5py's astype, against NumPy's own astype. Guess: the same bits,
# since both claim round to nearest even. Really: everything above 65504 becomes inf in HDF5, while NumPy, as IEEE 754
# asks, rounds everything below 65520 down to 65504; 100 000 ordinary values agreed. It bites anyone who compares a
# half-precision checkpoint converted by HDF5 with one converted by NumPy or by the GPU: a weight that was finite is
# infinite in one of them. h5py 3.16.0 (HDF5 2.0.0), numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q h5py==3.16.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import h5py, numpy as np
x = np.array([65504, 65504.5, 65519.99, 65520])
with h5py.File("a.h5", "w") as f:
    f["x"] = x
    by_hdf5, by_numpy = f["x"].astype("f2")[:], x.astype("f2")
r = np.random.default_rng(0).normal(size=100_000)
with h5py.File("b.h5", "w") as f:
    f["x"] = r
    same = np.array_equal(f["x"].astype("f2")[:], r.astype("f2"))
print("h5py", h5py.__version__, "HDF5", h5py.version.hdf5_version, "numpy", np.__version__)
print("HDF5 ", by_hdf5.astype(float), "\nNumPy", by_numpy.astype(float), "\nordinary values agree:", same)
assert by_hdf5.astype(float).tolist() == [65504, np.inf, np.inf, np.inf]
assert by_numpy.astype(float).tolist() == [65504, 65504, 65504, np.inf] and same
print("as observed")
EOF
