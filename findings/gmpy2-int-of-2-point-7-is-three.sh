#!/usr/bin/env bash
# Tried: int() and mpz() of 2.7 as a float, an mpfr, a Fraction, a Decimal and an mpq of gmpy2. Guess: one rule for all
# of them. Really: int(mpfr(2.7)) and mpz(mpfr(2.7)) are 3, rounded to the nearest (ties to even), while every other
# kind is cut off to 2, and math.trunc of the same mpfr is 2 as well; Python's documentation lets int() truncate towards
# zero. It bites anyone who replaces float by mpfr to check a computation: indices, counts and bins move by one. gmpy2
# 2.3.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q gmpy2==2.3.2
venv/bin/python - <<'EOF'
import gmpy2, math
from decimal import Decimal
from fractions import Fraction
x = gmpy2.mpfr(2.7)
got = {"int(mpfr)": int(x), "mpz(mpfr)": gmpy2.mpz(x), "trunc(mpfr)": math.trunc(x), "int(float)": int(2.7), "mpz(float)": gmpy2.mpz(2.7),
       "mpz(Fraction)": gmpy2.mpz(Fraction(2.7)), "mpz(Decimal)": gmpy2.mpz(Decimal(2.7)), "mpz(mpq)": gmpy2.mpz(gmpy2.mpq(2.7))}
print("gmpy2", gmpy2.version(), {k: int(v) for k, v in got.items()}, "int(mpfr(2.5)):", int(gmpy2.mpfr(2.5)))
assert x == 2.7 == Fraction(2.7)                               # the same number, exactly
assert [int(v) for v in got.values()] == [3, 3, 2, 2, 2, 2, 2, 2]
assert int(gmpy2.mpfr(-2.7)) == -3 and int(gmpy2.mpfr(2.5)) == 2
print("as observed")
EOF
