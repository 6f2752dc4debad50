#!/usr/bin/env bash
# Tried: Python numbers as arguments of exported WebAssembly functions that return them, in wasmtime. Guess: an integer
# that does not fit an i32 is refused, and 1 is a valid f64, as in ctypes or JavaScript. Really: 2**32 + 5 goes in as 5
# and 2**31 as -2**31, an i64 likewise wraps at 2**64, while an f32 or f64 refuses the integer 1, and 1e39 goes into an
# f32 as inf. It bites anyone who hands a seed, a size or an offset to a compiled network: two seeds train the same one,
# and a rate of 1 raises TypeError where 1.0 does not. wasmtime 50.0.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q wasmtime==50.0.1
venv/bin/python - <<'EOF'
import importlib.metadata as md, wasmtime
store = wasmtime.Store()
text = "".join(f'(func (export "{t}") (param {t}) (result {t}) local.get 0)' for t in ("i32", "i64", "f32", "f64"))
exports = wasmtime.Instance(store, wasmtime.Module(store.engine, f"(module {text})"), []).exports(store)
def call(kind, value):
    try:
        return exports[kind](store, value)
    except (TypeError, OverflowError, ValueError) as e:
        return type(e).__name__
seen = [(kind, v, call(kind, v)) for kind, v in (("i32", 2**32 + 5), ("i32", 2**31), ("i64", 2**64 + 5), ("f32", 1), ("f64", 1), ("f64", 1.0), ("f32", 1e39), ("i32", 5.0))]
print("wasmtime", md.version("wasmtime"), seen)
assert [r for *_, r in seen] == [5, -2**31, 5, "TypeError", "TypeError", 1.0, float("inf"), "TypeError"]
print("as observed")
EOF
