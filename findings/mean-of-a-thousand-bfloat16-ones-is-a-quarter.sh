#!/usr/bin/env bash
# Tried: NumPy's mean and sum of 1000 ones in bfloat16 (the dtype of ml_dtypes, which JAX hands out through np.asarray).
# Guess: 1 and 1000, as NumPy computes a float16 mean in float32 and sums pairwise. Really: 0.2559 and 256. Neither care
# is taken for a registered dtype; the running sum stops growing at 256, where adding 1 is less than half a unit in the
# last place. It bites anyone who averages bfloat16 losses or checks weights with NumPy after training. ml_dtypes 0.6.0,
# numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q ml_dtypes==0.6.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import ml_dtypes, numpy as np
x = np.ones(1000, ml_dtypes.bfloat16)
print("ml_dtypes", ml_dtypes.__version__, "numpy", np.__version__)
print("bfloat16: mean", x.mean(), "sum", x.sum(), "| float16: mean", np.ones(1000, "f2").mean())
assert float(x.sum()) == 256.0
assert float(x.mean()) == 0.255859375
assert np.ones(10_000, "f2").mean() == 1
print("as observed")
EOF
