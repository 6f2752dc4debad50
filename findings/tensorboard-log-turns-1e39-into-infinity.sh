#!/usr/bin/env bash
# Tried: add_scalar of tensorboardX with the losses 1e39, 1e-50, 0.1 and 16777217, read from the event file. Guess:
# Python floats are stored as doubles. Really: the field simple_value is a float32, so that 1e39 becomes inf, 1e-50
# becomes 0, and 16777217 becomes 16777216; nothing is said. It bites anyone who looks for divergence or vanishing
# gradients in the logs: both are invented by the log. tensorboardX 2.6.5 (summary.proto, "float simple_value").
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q tensorboardX==2.6.5 numpy==2.4.6
venv/bin/python - <<'EOF'
import glob, struct, tensorboardX
from tensorboardX.proto.event_pb2 import Event
log = tensorboardX.SummaryWriter("log")
for i, v in enumerate([1e39, 1e-50, 0.1, 16777217.0]):
    log.add_scalar("loss", v, i)
log.close()
data, at, got = open(glob.glob("log/*")[0], "rb").read(), 0, []
while at < len(data):                                  # length, its checksum, event, its checksum
    n = struct.unpack_from("<Q", data, at)[0]
    got += [v.simple_value for v in Event.FromString(data[at + 12:at + 12 + n]).summary.value]
    at += n + 16
print("tensorboardX", tensorboardX.__version__, got)
assert got == [float("inf"), 0.0, 0.10000000149011612, 16777216.0]
print("as observed")
EOF
