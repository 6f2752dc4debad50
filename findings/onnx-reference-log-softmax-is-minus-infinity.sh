#!/usr/bin/env bash
# Tried: LogSoftmax and ReduceLogSumExp of the logits 0 and 1000 in ONNX's reference evaluator, in float64.
# Guess: -1000 and 0, as the operator's definition gives them and as the same evaluator's ReduceLogSumExp implies (1000).
# Really: -inf and 0: it is the logarithm of a softmax that has underflowed. Whoever takes the reference for the truth when a
# runtime gives -1000 blames the runtime; a cross-entropy of it is infinite. onnx 1.23.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q onnx==1.23.2 numpy==2.4.6
venv/bin/python - <<'EOF'
import numpy as np, onnx
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator
def run(op, x):
    x_in, y_out = (helper.make_tensor_value_info(n, TensorProto.DOUBLE, None) for n in "xy")
    model = helper.make_model(helper.make_graph([helper.make_node(op, ["x"], ["y"])], op, [x_in], [y_out]))
    with np.errstate(divide="ignore"):
        return ReferenceEvaluator(model).run(None, {"x": x})[0]
x = np.array([0.0, 1000.0])
log_shares, total = run("LogSoftmax", x), run("ReduceLogSumExp", x)
print("onnx", onnx.__version__, log_shares, "and x - ReduceLogSumExp:", x - total)
assert log_shares[0] == -np.inf and log_shares[1] == 0
assert np.array_equal((x - total).ravel(), [-1000.0, 0.0])
assert np.allclose(run("LogSoftmax", np.array([0.0, 10.0])), [-10.0000454, -0.0000454])
print("as observed")
EOF
