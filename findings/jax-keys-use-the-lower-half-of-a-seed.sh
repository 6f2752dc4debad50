#!/usr/bin/env bash
# Tried: jax.random.key with seeds beyond 32 bits (a time in nanoseconds, a hash), with the default settings. Guess: a
# key has 64 bits and its first word takes the upper half, or an error is raised, as arrays overflow loudly elsewhere.
# Really: without jax_enable_x64 the upper half is dropped in silence: 2**32 + 5 and 5 give the same key, and -1 the key
# of 2**32 - 1. It bites anyone who derives seeds by multiplying or hashing: seeds that are multiples of 2**32 apart are
# one seed. jax 0.10.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q jax==0.10.2 numpy==2.4.6
venv/bin/python - <<'EOF'
import jax
word = lambda seed: jax.random.key_data(jax.random.key(seed)).tolist()
got = {s: word(s) for s in (5, 2**32 + 5, 7 * 2**32 + 5, -1, 2**32 - 1)}
print("jax", jax.__version__, got)
assert got[5] == got[2**32 + 5] == got[7 * 2**32 + 5] == [0, 5]
assert got[-1] == got[2**32 - 1]
with jax.enable_x64(True):
    wide = word(2**32 + 5)
print("with 64 bits", wide)
assert wide == [1, 5]
print("as observed")
EOF
