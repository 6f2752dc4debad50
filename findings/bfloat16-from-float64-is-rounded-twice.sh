#!/usr/bin/env bash
# Tried: float64 numbers just above the middle between two bfloat16 numbers, converted with astype and with the scalar
# constructor. Guess: rounded once, to the nearest, as NumPy rounds float64 to float16. Really: the value goes through
# float32, falls on the middle there, and the tie then goes to the even neighbour: 1 + 2^-8 + 2^-40 becomes 1 instead of
# 1.0078125. It bites anyone who checks a bfloat16 routine against an exact reference: the reference has to be rounded
# by hand. ml_dtypes 0.6.0, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q ml_dtypes==0.6.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import ml_dtypes, numpy as np
v = np.float64(1 + 2**-8 + 2**-40)                   # the neighbours are 1 and 1 + 2**-7
got = float(np.array([v]).astype(ml_dtypes.bfloat16)[0]), float(ml_dtypes.bfloat16(v))
half = float(np.float64(1 + 2**-11 + 2**-40).astype("f2"))   # the same place in float16
print("ml_dtypes", ml_dtypes.__version__, "bfloat16", got, "float16", half)
assert abs(v - 1) > abs(v - (1 + 2**-7))             # the upper neighbour is nearer
assert got == (1.0, 1.0)
assert half == 1 + 2**-10
print("as observed")
EOF
