#!/usr/bin/env bash
# Tried: cliffs_delta of three scores, one of them NaN, against three scores of 2, with the NaN in each place, and of
# two lists one of which is NaN throughout. Guess: NaN, or the same number wherever the NaN stands, and the opposite one
# for swapped arguments. Really: 1.0 ("large"), 1/3 or -1/3 for the same three scores, and -1.0 whichever way round NaN
# and 1 are given: the lists are sorted, which NaN breaks, and whatever is neither greater nor equal counts as less. It
# bites anyone who compares repeated runs of which one diverged: the size of the effect is the order of the seeds.
# cliffs-delta 1.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q cliffs-delta==1.0.0
venv/bin/python - <<'EOF'
import importlib.metadata as md
from cliffs_delta import cliffs_delta
nan, two = float("nan"), [2, 2, 2]
places = {place: cliffs_delta(runs, two) for place, runs in {"last": [1, 3, nan], "middle": [3, nan, 1], "first": [nan, 3, 1]}.items()}
ways = cliffs_delta([nan], [1]), cliffs_delta([1], [nan])
print("cliffs-delta", md.version("cliffs-delta"), places, "swapped", ways, "without the NaN", cliffs_delta([1, 3], two))
assert places["middle"] == (1.0, "large")
assert abs(places["last"][0] - 1 / 3) < 1e-9 and abs(places["first"][0] + 1 / 3) < 1e-9
assert ways == ((-1.0, "large"), (-1.0, "large"))
assert cliffs_delta([1, 3], two)[0] == 0
print("as observed")
EOF
