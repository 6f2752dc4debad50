#!/usr/bin/env bash
# Tried: numcodecs' BitRound filter, which shortens the mantissa before compression, on the NaN 0x7fffffff. Guess: NaN
# stays NaN, whichever bits it has. Really: the rounding carry runs through exponent and sign, and the value that comes
# back is -0.0; NumPy's own NaN (0x7fc00000) survives, so tests do not see it. 0x7fffffff is the canonical NaN of
# NVIDIA's GPUs, according to the CUDA manual. It bites anyone who stores gradients or activations computed there: a
# failure is stored as a zero. numcodecs 0.16.6, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q numcodecs==0.16.6 numpy==2.4.6
venv/bin/python - <<'EOF'
import numcodecs, numpy as np
codec = numcodecs.BitRound(keepbits=7)
bits = np.array([0x7FC00000, 0x7FFFFFFF, 0xFFFFFFFF], "u4")
back = np.frombuffer(codec.decode(codec.encode(bits.view("f4"))), "f4")
print("numcodecs", numcodecs.__version__, "in", bits.view("f4"), "out", back)
assert np.isnan(bits.view("f4")).all()
assert np.isnan(back[0])
assert back[1] == 0 and np.signbit(back[1]) and back[2] == 0 and not np.signbit(back[2])
print("as observed")
EOF
