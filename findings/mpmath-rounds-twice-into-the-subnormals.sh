#!/usr/bin/env bash
# Tried: float() of an mpmath number of 200 bits just above half of the least subnormal, and float(mpf) of -0.0. Guess:
# correctly rounded, as mpmath's other operations, so 5e-324; and -0.0. Really: 0.0 both times: mpmath rounds to 53 bits
# first and the step into the subnormals rounds again, and it has no negative zero at all. Fraction gives 5e-324. It
# bites anyone who uses mpmath as the reference for float64 results near underflow, or for signs of zero. mpmath 1.3.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q mpmath==1.3.0
venv/bin/python - <<'EOF'
import importlib.metadata as md, math, sys
from fractions import Fraction
from mpmath import ldexp, mp, mpf
mp.prec = 200
x = ldexp(1 + ldexp(mpf(1), -60), -1075)                   # 2**-1075 is half of the least subnormal
exact = float(Fraction(2**60 + 1, 2**60) * Fraction(1, 2**1075))
print("mpmath", md.version("mpmath"), "mpmath", float(x), "Fraction", exact, "-0.0 becomes", float(mpf(-0.0)))
assert x > ldexp(mpf(1), -1075)
assert float(x) == 0.0 and exact == 5e-324
assert math.copysign(1, float(mpf(-0.0))) == 1
print("as observed")
EOF
