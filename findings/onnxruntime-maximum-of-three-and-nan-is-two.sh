#!/usr/bin/env bash
# Tried: ReduceMax in onnxruntime on [NaN, 1, 3, 2] and on its rotations. Guess: the answer does not depend on the
# order: NaN (as in ONNX's own reference evaluator, NumPy and PyTorch), or 3. Really: NaN, 2, 3, 3: NaN is seen when it
# stands first, and for [2, NaN, 1, 3] the maximum is 2, a number that is neither, while ArgMax points at the 3. It
# bites anyone who checks an exported network's output by its maximum: whether a NaN shows depends on its place.
# onnxruntime 1.32.0, onnx 1.23.2 (x86-64).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
venv/bin/python - <<'EOF'
import numpy as np, onnx, onnxruntime as ort
from onnx import TensorProto as T, helper as h
from onnx.reference import ReferenceEvaluator
x0 = np.array([np.nan, 1, 3, 2], "f4")
nodes = [h.make_node("ReduceMax", ["x"], ["m"], keepdims=0), h.make_node("ArgMax", ["x"], ["a"], keepdims=0)]
graph = h.make_graph(nodes, "g", [h.make_tensor_value_info("x", T.FLOAT, [4])],
                     [h.make_tensor_value_info("m", T.FLOAT, []), h.make_tensor_value_info("a", T.INT64, [])])
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 21)], ir_version=10)
run = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run
xs = [np.roll(x0, k) for k in range(4)]
got = [tuple(float(v) for v in run(None, {"x": x})) for x in xs]
reference = [float(ReferenceEvaluator(model).run(None, {"x": x})[0]) for x in xs]
print("onnxruntime", ort.__version__, "onnx", onnx.__version__, *zip(xs, got), "reference", reference, sep="\n")
assert np.isnan(reference).all() and np.isnan(got[0][0])
assert [m for m, _ in got[1:]] == [2, 3, 3]
assert xs[1][int(got[1][1])] == 3                        # ArgMax of the same numbers
print("as observed")
EOF
