#!/usr/bin/env bash
# Tried: % and // of Blosc2's arrays with a negative operand, and its round of halves. Guess: as in NumPy, whose
# functions it has by name: -1 % 3 is 2, and a == a // b * b + a % b. Really: // is NumPy's, rounding down, but % and
# remainder are C's, with the sign of the first operand, so that -1 // 3 is -1 and -1 % 3 is -1, and -1 * 3 - 1 is -4.
# round goes away from zero at a half: 1, 2, 3 for 0.5, 1.5, 2.5 (NumPy: 0, 2, 2). It bites anyone who wraps angles or
# indices in a stored array, or rounds values to a grid, and compares with the same code in NumPy. blosc2 4.14.1, numpy
# 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q blosc2==4.14.1 numpy==2.4.6
venv/bin/python - <<'EOF'
import blosc2, numpy as np
a, b, halves = np.array([-1.0, -7, 5]), np.array([3.0, 3, -3]), np.array([0.5, 1.5, 2.5])
x, y = blosc2.asarray(a), blosc2.asarray(b)
floor, rest, named, rounded = (x // y)[:], (x % y)[:], blosc2.remainder(x, y)[:], blosc2.round(blosc2.asarray(halves))[:]
print("blosc2", blosc2.__version__, "//", floor, "%", rest, "put together", floor * b + rest, "instead of", a, "round", rounded)
assert floor.tolist() == (a // b).tolist() == [-1, -3, -2]
assert rest.tolist() == named.tolist() == [-1, -1, 2] and (a % b).tolist() == [2, 2, -1]
assert rounded.tolist() == [1, 2, 3] and np.round(halves).tolist() == [0, 2, 2]
print("as observed")
EOF
