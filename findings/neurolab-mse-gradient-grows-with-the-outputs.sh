#!/usr/bin/env bash
# Tried: the derivative that neurolab's MSE gives to its training functions, against central differences of the same
# MSE, for 1, 2 and 10 outputs. Guess: equal up to the sign (it derives by target - output). Really: the loss divides by
# all elements, the derivative by the rows only, so that it is right for one output and 2 and 10 times too large for 2
# and 10. MAE beside it is right. It bites anyone who carries a rate from one output to ten classes: with train_gd the
# step is ten times the one that the printed error asks for. neurolab 0.3.5, numpy 1.26.4.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q neurolab==0.3.5 numpy==1.26.4 scipy==1.15.3
venv/bin/python - <<'EOF'
import importlib.metadata as md, numpy as np, neurolab as nl
def ratio(f, outputs, h=1e-6):
    rng = np.random.default_rng(0)
    target, output = rng.normal(size=(2, 4, outputs))
    numeric = np.zeros_like(output)
    for i in np.ndindex(output.shape):
        up, down = output.copy(), output.copy(); up[i] += h; down[i] -= h
        numeric[i] = (f(target, up) - f(target, down)) / (2 * h)
    r = f.deriv(target, output) / numeric
    assert np.ptp(r) < 1e-4 * abs(r.mean())
    return round(float(r.mean()), 3)
seen = {f.__name__: [ratio(f(), k) for k in (1, 2, 10)] for f in (nl.error.MSE, nl.error.MAE, nl.error.SSE)}
print("neurolab", md.version("neurolab"), "given / numeric derivative for 1, 2, 10 outputs", seen)
assert seen["MSE"] == [-1, -2, -10]                  # the guess: -1 throughout
assert seen["MAE"] == seen["SSE"] == [-1, -1, -1]
print("as observed")
EOF
