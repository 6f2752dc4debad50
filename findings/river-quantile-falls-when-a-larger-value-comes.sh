#!/usr/bin/env bash
# Tried: stats.Quantile(0.9) of river fed 0, 1, 2, ... one at a time. Guess: an estimate, but one that does not fall
# while the values grow, and that lies near 0.9 of the last one; the first values, which it keeps, are exact. Really: 4
# after five values and 2 after six, where it should be 4.5: with the sixth it changes from the sorted list to the P2
# estimate, which starts at the median, and it takes some tens of values to come near. 0.99 and 0.1 do the same. It
# bites anyone who watches a quantile of the loss or clips gradients at one: after the sixth step the bound is the
# median's. river 0.26.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q river==0.26.1 numpy==2.4.6
venv/bin/python - <<'EOF'
import importlib.metadata as md
from river import stats
def course(q, n=61):
    quantile, out = stats.Quantile(q), []
    for v in range(n):
        quantile.update(v); out.append(quantile.get())
    return out
seen = {q: course(q) for q in (0.1, 0.9, 0.99)}
print("river", md.version("river"), {q: (c[:8], c[20], c[60]) for q, c in seen.items()})
assert seen[0.9][4] == 4 and seen[0.9][5] == 2 and seen[0.99][5] == 2
assert seen[0.1][4] == 0 and seen[0.1][5] == 2                  # 0.5 was due
print("as observed")
EOF
