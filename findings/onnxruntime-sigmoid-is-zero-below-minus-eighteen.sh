#!/usr/bin/env bash
# Tried: Sigmoid in onnxruntime on the CPU, in float32, for negative inputs. Guess: exp(x) to a few units in the last
# place, as in NumPy and PyTorch: 1.5e-8 at -18, 9.4e-14 at -30. Really: exactly 0 from -18 down, and at -15 the result
# is wrong by 17 %. The values are multiples of 2^-25: the error is small against 1/2, not against the result. It bites
# anyone who takes the logarithm of an exported network's probability: the loss is infinite where the trained one was
# 18. onnxruntime 1.32.0, onnx 1.23.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
venv/bin/python - <<'EOF'
import numpy as np, onnx, onnxruntime as ort
from onnx import TensorProto as T, helper as h
vector = lambda n: h.make_tensor_value_info(n, T.FLOAT, ["n"])
graph = h.make_graph([h.make_node("Sigmoid", ["x"], ["y"])], "g", [vector("x")], [vector("y")])
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 21)], ir_version=10)
x = np.array([-10, -15, -18, -30], "f4")
y = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
true = 1 / (1 + np.exp(-x.astype("f8")))
print("onnxruntime", ort.__version__, "onnx", onnx.__version__, "\n", y, "\n", true)
assert y[2] == 0 and y[3] == 0 and true[3] > 9e-14
assert 0.1 < abs(y[1] / true[1] - 1) < 0.3 and abs(y[0] / true[0] - 1) > 1e-5
assert (y * 2**25 == np.round(y * 2**25)).all()
print("as observed")
EOF
