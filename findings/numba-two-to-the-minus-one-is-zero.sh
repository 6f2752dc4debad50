#!/usr/bin/env bash
# Tried: b ** n with integers and a negative n under numba.njit. Guess: 0.5 as in Python, or an error as in NumPy
# ("Integers to negative integer powers are not allowed"). Really: the result is the integer 0, in silence; the same
# function without the decorator returns 0.5. It bites anyone who compiles a schedule like 10 ** -k or 2 ** (-layer)
# with integers: the rate is zero and training stands still. numba 0.68.1, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q numba==0.68.1 numpy==2.4.6
venv/bin/python - <<'EOF'
import numba, numpy as np
def power(b, n):
    return b ** n
fast = numba.njit(power)
try:
    np.int64(2) ** np.int64(-1); numpy_says = "a number"
except ValueError as e:
    numpy_says = str(e)
print("numba", numba.__version__, "njit", fast(2, -1), fast(10, -3), "Python", power(2, -1), "NumPy:", numpy_says)
assert fast(2, -1) == 0 and fast(10, -3) == 0 and isinstance(fast(2, -1), int)
assert fast(2.0, -1) == 0.5 and power(2, -1) == 0.5 and "negative integer powers" in numpy_says
print("as observed")
EOF
