#!/usr/bin/env bash
# Tried: default_rng with the seeds 1, [1, 0] and [1, 0, 0, 0], as one builds them from [run, layer]. Guess: different
# streams, since the documentation recommends sequences of integers for independent ones. Really: the very same stream:
# SeedSequence fills its pool of four words with zeros, so trailing zeros do not count before the fifth word; 2**32 is
# [0, 1]. It bites anyone who seeds run 1 with 1 and layer 0 of run 1 with [1, 0]: both draw the same "random" weights.
# numpy 2.4.6 (SeedSequence in bit_generator.pyx).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q numpy==2.4.6
venv/bin/python - <<'EOF'
import numpy as np
draw = lambda seed: np.random.default_rng(seed).random()
seeds = [1, [1], [1, 0], [1, 0, 0, 0], [1, 0, 0, 0, 0]]
values = [draw(s) for s in seeds]
print("numpy", np.__version__, *zip(seeds, values), sep="\n")
assert len(set(values[:4])) == 1 and values[4] != values[0]
assert draw([0, 1]) == draw(2**32)
assert draw([0, 1]) != draw([1])
print("as observed")
EOF
