#!/usr/bin/env bash
# Tried: ak.max, ak.min, ak.argmax and ak.mean of a row that holds a NaN, beside NumPy's functions.
# Guess: as in NumPy, NaN from max and min, and the place of the NaN from argmax. Really: max and min pass over the NaN
# wherever it stands, mean gives NaN, and argmax passes over it too, unless it stands first: then it points at it, so that
# row[argmax] is NaN while max is 3. Of one row of losses the largest is finite and the mean is not. awkward 2.14.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q awkward==2.14.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import awkward as ak, numpy as np
print("awkward", ak.__version__)
for row, place in (([1.0, np.nan, 3.0], 2), ([1.0, 3.0, np.nan], 1), ([np.nan, 1.0, 3.0], 0)):
    a = ak.Array([row])
    largest, least, where, mean = (float(f(a, axis=-1)[0]) for f in (ak.max, ak.min, ak.argmax, ak.mean))
    print(row, "max", largest, "argmax", where, "mean", mean, "NumPy:", np.max(row), np.argmax(row))
    assert (largest, least, where) == (3.0, 1.0, place) and np.isnan(mean)
    assert np.isnan(np.max(row)) and np.isnan(row[np.argmax(row)])
print("as observed")
EOF
