#!/usr/bin/env bash
# Tried: ten epochs of scikit-learn's MLPRegressor (SGD with momentum, no shuffling) as fit(max_iter=10), as ten calls
# of partial_fit, and as ten calls of fit(max_iter=1) with warm_start=True. Guess: the same weights three times. Really:
# the first two agree to the last bit; warm starts differ by 0.15, since every fit makes a new optimiser with zero
# velocity (Adam's moments go, too), although coefs_, t_ and loss_curve_ go on. It bites anyone who watches training
# epoch by epoch with warm_start: that is training almost without momentum. scikit-learn 1.9.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1
venv/bin/python - <<'EOF'
import warnings; warnings.simplefilter("ignore")
import numpy as np, sklearn
from sklearn.neural_network import MLPRegressor
X = np.random.default_rng(0).normal(size=(40, 3)); y = X @ [1, 2, 3] + 0.1
net = lambda **kw: MLPRegressor(hidden_layer_sizes=(5,), solver="sgd", momentum=0.9, shuffle=False, random_state=0, batch_size=10,
                                tol=0, n_iter_no_change=10**6, learning_rate_init=0.01, **kw)
whole, parts, warm = net(max_iter=10).fit(X, y), net(), net(max_iter=1, warm_start=True)
for _ in range(10):
    parts.partial_fit(X, y); warm.fit(X, y)
gap = lambda m: float(abs(m.coefs_[0] - whole.coefs_[0]).max())
print("scikit-learn", sklearn.__version__, "partial_fit differs by", gap(parts), "warm starts by", gap(warm), "updates", whole.t_, parts.t_, warm.t_)
assert gap(parts) == 0 and gap(warm) > 0.1
assert whole.t_ == parts.t_ == warm.t_ == 400 and len(warm.loss_curve_) == 10
print("as observed")
EOF
