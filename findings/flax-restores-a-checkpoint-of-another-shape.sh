#!/usr/bin/env bash
# Tried: flax.serialization.from_bytes with a checkpoint of shape (2, 3) and int32 for a target of shape (5,) and
# float32. Guess: an error that names the parameter, as PyTorch's load_state_dict gives. Really: the target's names are
# checked, its shapes and dtypes are not; the array of the file comes back. It bites anyone who changes the width of a
# layer and resumes: the old net trains on, or broadcasting makes the mistake invisible. flax 0.12.8, jax 0.10.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q flax==0.12.8 jax==0.10.2 numpy==2.4.6
venv/bin/python - <<'EOF'
import importlib.metadata as md, numpy as np
from flax import serialization as s
data = s.to_bytes({"w": np.ones((2, 3), "i4")})
back = s.from_bytes({"w": np.zeros(5, "f4")}, data)["w"]
try:
    s.from_bytes({"v": np.zeros(5)}, data); names = "not checked"
except ValueError:
    names = "checked"
print("flax", md.version("flax"), "target (5,) float32, restored", back.shape, back.dtype, "| names:", names)
assert back.shape == (2, 3) and back.dtype == np.int32 and names == "checked"
print("as observed")
EOF
