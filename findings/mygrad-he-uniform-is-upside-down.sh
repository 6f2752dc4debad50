#!/usr/bin/env bash
# Tried: the spread of weights from he_uniform of MyGrad for layers with 10, 100 and 1000 inputs (the second dimension
# of the shape, as in he_normal). Guess: a standard deviation of 1 / sqrt(inputs), as he_normal with the same gain of 1,
# and as the bound in its own documentation, which falls with the inputs. Really: the fraction under the root stands
# upside down, the bound is sqrt(inputs / 3), and the spread grows: 1.05, 3.3 and 10.5 instead of 0.32, 0.1 and 0.03.
# For three inputs both agree. It bites anyone who takes the recommended initialiser: every layer multiplies its signal
# by about a third of its width, and the sigmoids and losses behind it saturate at the first step. mygrad 2.5.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q mygrad==2.5.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import mygrad, numpy as np
from mygrad.nnet.initializers import he_normal, he_uniform
np.random.seed(0)
spread = {n: (float(he_normal(4000, n).data.std()), float(he_uniform(4000, n).data.std())) for n in (3, 10, 100, 1000)}
print("mygrad", mygrad.__version__, "inputs: (normal, uniform)", {n: (round(a, 3), round(b, 3)) for n, (a, b) in spread.items()})
for n, (normal, uniform) in spread.items():
    assert np.isclose(normal, n**-0.5, rtol=0.05)
    assert np.isclose(uniform, n**0.5 / 3, rtol=0.05)            # the guess: n**-0.5
print("as observed")
EOF
