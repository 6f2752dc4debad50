#!/usr/bin/env bash
# Tried: a cell that takes three seconds, and one second after its start a request in a subshell, by the protocol
# alone. Guess: the kernel says busy when the cell begins and idle when it ends; the subshell says nothing, or its
# state is told apart. Really: status has no subshell in it, and the subshell's request is bracketed by busy and idle:
# the last word of the kernel is idle for two seconds while the cell still runs. Only the parent_header tells whose
# idle it is. (Requests of a debugger on the control channel do the same: ipykernel issue 799.) It bites whoever reads
# the kernel's state from its last status (a light that turns white, a culler of idle kernels, a script that waits)
# while a widget talks through a subshell. ipykernel 7.4.0, jupyter_client 8.10.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q ipykernel==7.4.0 jupyter_client==8.10.0
export IPYTHONDIR="$work/ipython"
venv/bin/python - 2> /dev/null <<'PY'
import importlib.metadata as md
import queue, time
from jupyter_client import KernelManager
km = KernelManager(kernel_name="python3")
km.start_kernel()
kc = km.client()
kc.start_channels()
kc.wait_for_ready(60)
def control(kind):
    msg = kc.session.msg(kind, {})
    kc.control_channel.send(msg)
    return kc.get_control_msg(timeout=30)["content"]
def send(kind, content, subshell=None):
    msg = kc.session.msg(kind, content)
    if subshell:
        msg["header"]["subshell_id"] = subshell
    kc.shell_channel.send(msg)
    return msg["header"]["msg_id"]
def execute(code, subshell=None):
    return send("execute_request", dict(code=code, silent=False, store_history=True, user_expressions={}, allow_stdin=False, stop_on_error=True), subshell)
def until_idle(parent):
    messages = []
    while not messages or messages[-1]["content"].get("execution_state") != "idle" or messages[-1]["parent_header"].get("msg_id") != parent:
        messages.append(kc.get_iopub_msg(timeout=60))
    return messages
subshell = control("create_subshell_request")["subshell_id"]
until_idle(execute("import threading, time"))
cell = execute("time.sleep(3)")
time.sleep(1)
asked = send("kernel_info_request", {}, subshell)
seen, start = [], time.monotonic()
while ("cell", "idle") not in [s[:2] for s in seen]:
    msg = kc.get_iopub_msg(timeout=60)
    if msg["msg_type"] == "status":
        assert "subshell_id" not in msg["header"] and list(msg["content"]) == ["execution_state"]
        whose = {cell: "cell", asked: "subshell"}[msg["parent_header"]["msg_id"]]
        seen.append((whose, msg["content"]["execution_state"], round(time.monotonic() - start, 1)))
kc.stop_channels()
km.shutdown_kernel(now=True)
print("ipykernel", md.version("ipykernel"), "jupyter_client", md.version("jupyter_client"), seen)
assert [s[:2] for s in seen] == [("cell", "busy"), ("subshell", "busy"), ("subshell", "idle"), ("cell", "idle")]
assert seen[3][2] - seen[2][2] > 1                       # idle was the last word while the cell slept on
print("as observed")
PY
