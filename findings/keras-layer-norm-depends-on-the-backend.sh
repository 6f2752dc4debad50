#!/usr/bin/env bash
# Tried: LayerNormalization of [0, 1, 2, 3] + 10000 in float32 with Keras on the backends numpy and jax. Guess: -1.34,
# -0.45, 0.45, 1.34 on both, within one per cent. Really: right with jax, and -47.4, -15.8, 15.8, 47.4 with numpy: there
# the variance is the mean of squares minus the square of the mean, which float32 cancels to 0, so that only epsilon is
# left. It bites anyone who takes the NumPy backend for a reference or for serving: same model, same weights, 35 times
# the output. keras 3.15.1, jax 0.10.2, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q keras==3.15.1 jax==0.10.2 numpy==2.4.6 scipy==1.17.1
venv/bin/python - <<'EOF'
import os, subprocess, sys
code = """
import keras, numpy as np
x = np.array([[0, 1, 2, 3]], "f4") + np.float32(10000)
print(*np.asarray(keras.layers.LayerNormalization()(x)).ravel().tolist())
"""
out = {}
for backend in ("numpy", "jax"):
    run = subprocess.run([sys.executable, "-c", code], env={**os.environ, "KERAS_BACKEND": backend}, capture_output=True, text=True, check=True)
    out[backend] = [float(v) for v in run.stdout.split()[-4:]]
import importlib.metadata as md
print("keras", md.version("keras"), out)
assert all(abs(a - b) < 0.01 for a, b in zip(out["jax"], [-1.3408, -0.4473, 0.4473, 1.3408]))
assert abs(out["numpy"][0] + 47.4) < 0.1 and abs(out["numpy"][3] - 47.4) < 0.1
print("as observed")
EOF
