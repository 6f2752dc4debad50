#!/usr/bin/env bash
# Tried: onnx.helper.make_tensor with one number too large for its type: 8 and 9 in INT4, -1 in UINT4, 200 in INT8, 300
# in UINT8; and 2.7 in INT32 and INT4. Guess: an error for each, as NumPy 2 has for integers out of range. Really: INT8
# and UINT8 raise an OverflowError, INT4 makes -8 of 8 and -7 of 9, UINT4 makes 15 of -1, and 2.7 is stored as 2; the
# checker is content. An eight-bit float saturates instead: 1000 becomes 448 (documented in the code). It bites anyone
# who quantises by hand with a rounding that can reach 8, one more than the largest INT4: the greatest weight of a block
# becomes its most negative. The conversion is that of NumPy, and of ml_dtypes for four bits; the documentation asks
# for values of the tensor's type and says no more. onnx 1.23.2, ml_dtypes 0.6.0, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q onnx==1.23.2 ml_dtypes==0.6.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import onnx
from onnx import TensorProto as T, helper, numpy_helper
def stored(kind, value):
    try:
        tensor = helper.make_tensor("w", kind, [1], [value])
    except OverflowError:
        return "refused"
    onnx.checker.check_tensor(tensor)
    return float(numpy_helper.to_array(tensor)[0])
tried = (("INT8", 200), ("UINT8", 300), ("INT4", 8), ("INT4", 9), ("UINT4", -1), ("INT32", 2.7), ("INT4", 2.7), ("FLOAT8E4M3FN", 1000.0))
seen = {f"{value} as {kind}": stored(getattr(T, kind), value) for kind, value in tried}
print("onnx", onnx.__version__, seen)
assert seen["200 as INT8"] == seen["300 as UINT8"] == "refused"
assert seen["8 as INT4"] == -8 and seen["9 as INT4"] == -7 and seen["-1 as UINT4"] == 15      # the guess: refused
assert seen["2.7 as INT32"] == seen["2.7 as INT4"] == 2 and seen["1000.0 as FLOAT8E4M3FN"] == 448
print("as observed")
EOF
