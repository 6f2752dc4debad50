#!/usr/bin/env bash
# Tried: a 2 by 3 float32 array written with GGUFWriter and read with GGUFReader. Guess: tensor.shape is (2, 3). Really:
# tensor.shape is [3, 2] and tensor.data.shape is (2, 3): the file keeps ggml's order, fastest axis first, and only the
# data are turned back. It bites anyone who calls data.reshape(tensor.shape): no error, the shape 3 by 2, and every
# number but the first and last in a wrong place; a square matrix hides it altogether. gguf 0.19.0, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q gguf==0.19.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import importlib.metadata as md, gguf, numpy as np
w = np.arange(6, dtype="f4").reshape(2, 3)
out = gguf.GGUFWriter("a.gguf", "test")
out.add_tensor("w", w)
out.write_header_to_file(); out.write_kv_data_to_file(); out.write_tensors_to_file(); out.close()
t = gguf.GGUFReader("a.gguf").tensors[0]
print("gguf", md.version("gguf"), "shape", t.shape, "data.shape", t.data.shape, "\n", t.data.reshape(t.shape))
assert list(t.shape) == [3, 2] and t.data.shape == (2, 3)
assert np.array_equal(t.data, w)
assert not np.array_equal(t.data.reshape(t.shape), w.T)
print("as observed")
EOF
