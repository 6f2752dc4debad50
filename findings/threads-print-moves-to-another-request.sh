#!/usr/bin/env bash
# Tried: a cell that starts a thread, waits for it and prints too; meanwhile the front end asks for the kernel's
# information in a subshell, as a widget's message would go. Guess: all lines belong to the cell that still runs and
# started the thread. Really: from the answer on, what the thread prints has the subshell's request for its parent, so
# that a front end that files output by its parent drops it or shows it elsewhere; the main thread's lines stay with
# the cell. Without the subshell all lines are the cell's. It bites anyone who trains in a thread and moves a slider:
# the losses stop in mid-run. ipykernel 7.4.0, jupyter_client 8.10.0.
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
code = """
def work():
    for i in range(3):
        time.sleep(1)
        print("thread", i)
t = threading.Thread(target=work)
t.start()
t.join()
print("main")
"""
def owners(where):
    cell = execute(code)
    time.sleep(1.5)
    asked = send("kernel_info_request", {}, where)
    lines = []
    for msg in until_idle(cell):
        if msg["msg_type"] == "stream":
            whose = {cell: "cell", asked: "request"}[msg["parent_header"]["msg_id"]]
            lines += [(whose, line) for line in msg["content"]["text"].splitlines()]
    return lines
with_subshell, without = owners(subshell), owners(None)
kc.stop_channels()
km.shutdown_kernel(now=True)
print("ipykernel", md.version("ipykernel"), "jupyter_client", md.version("jupyter_client"), with_subshell)
assert with_subshell == [("cell", "thread 0"), ("request", "thread 1"), ("request", "thread 2"), ("cell", "main")]
assert [whose for whose, _ in without] == ["cell"] * 4
print("as observed")
PY
