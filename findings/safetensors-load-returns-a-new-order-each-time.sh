#!/usr/bin/env bash
# Tried: a dictionary of four arrays saved with safetensors.numpy and loaded fifty times in one process. Guess: the
# order of the dictionary is kept, as npz and pickle keep it. Really: load(bytes) returns the names in an order that
# changes from call to call (it comes from a hash map), while load_file is stable but sorted, first by the size of the
# dtype and then by name. It bites code that pairs values() with layers by position, sums norms in dictionary order, or
# hashes a checkpoint: it works on some calls. safetensors 0.8.0, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q safetensors==0.8.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import safetensors, numpy as np
from safetensors.numpy import load, load_file, save
saved = {"w2": np.zeros(2, "f4"), "w1": np.zeros(2, "f8"), "b": np.zeros(2, "f4"), "a": np.zeros(2, "i1")}
data = save(saved)
open("a.safetensors", "wb").write(data)
orders = {tuple(load(data)) for _ in range(50)}
from_file = {tuple(load_file("a.safetensors")) for _ in range(50)}
print("safetensors", safetensors.__version__, "saved", list(saved), "from the file", from_file, "orders by load:", len(orders), sorted(orders)[:3])
assert len(orders) > 1
assert from_file == {("w1", "b", "w2", "a")}
print("as observed")
EOF
