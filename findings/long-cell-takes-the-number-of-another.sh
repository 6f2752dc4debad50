#!/usr/bin/env bash
# Tried: a cell that takes two seconds and ends with a value, and during it one code request in a subshell, by the
# protocol. Guess: each request keeps the number that it announced, so that Out[n] holds what In[n] gave. Really:
# there is one counter, read again at the end: the cell announces n as its input and gives its result and its reply
# the number n + 1, which is also that of the subshell's. Its value stands in Out[n + 1], where it replaces the
# subshell's; Out[n] is missing. It bites whoever reads Out or matches outputs to inputs by number while something
# else runs in a subshell. ipykernel 7.4.0, jupyter_client 8.10.0, ipython 9.10.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q ipykernel==7.4.0 jupyter_client==8.10.0 ipython==9.10.0
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
cell = execute("time.sleep(2); 'value of the cell'")
time.sleep(0.5)
other = execute("'value of the subshell'", subshell)
numbers = {}
for msg in until_idle(cell):
    if msg["msg_type"] in ("execute_input", "execute_result"):
        whose = {cell: "cell", other: "subshell"}[msg["parent_header"]["msg_id"]]
        numbers[whose, msg["msg_type"]] = msg["content"]["execution_count"]
replies = {}
while cell not in replies:
    msg = kc.get_shell_msg(timeout=60)
    replies[msg["parent_header"]["msg_id"]] = msg["content"].get("execution_count")
out = [m for m in until_idle(execute("print(dict(Out))")) if m["msg_type"] == "stream"][0]["content"]["text"].strip()
kc.stop_channels()
km.shutdown_kernel(now=True)
n = numbers["cell", "execute_input"]
print("ipykernel", md.version("ipykernel"), "ipython", md.version("ipython"), numbers, "reply to the cell", replies[cell], "Out", out)
assert numbers["cell", "execute_result"] == replies[cell] == n + 1
assert numbers["subshell", "execute_input"] == numbers["subshell", "execute_result"] == n + 1
assert out == str({n + 1: "value of the cell"})
print("as observed")
PY
