#!/usr/bin/env bash
# Tried: the contour of z at 1/2 and of -z at -1/2 on the four points of XOR, by contourpy (which draws matplotlib's
# contours). Guess: the same lines, since the set {z = 1/2} is the same. Really: they cut off the other two corners. At
# a saddle the mean of the four corners decides and a mean that equals the level counts as below, so that z and -z are
# joined in different ways. It bites anyone who compares or caches decision boundaries: which class is connected depends
# on the sign. contourpy 1.3.3.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q contourpy==1.3.3 numpy==2.4.6
venv/bin/python - <<'EOF'
import contourpy, numpy as np
z = np.array([[0.0, 1], [1, 0]])
lines = lambda z, level: {frozenset(map(tuple, l.tolist())) for l in contourpy.contour_generator(z=z).lines(level)}
a, b = lines(z, 0.5), lines(-z, -0.5)
print("contourpy", contourpy.__version__, "\n z", [sorted(l) for l in a], "\n-z", [sorted(l) for l in b])
points = lambda s: {p for l in s for p in l}
assert points(a) == points(b) and len(points(a)) == 4          # the same four crossings ...
assert a != b                                                   # ... joined differently
assert frozenset([(0, 0.5), (0.5, 1)]) in a and frozenset([(0.5, 0), (0, 0.5)]) in b
print("as observed")
EOF
