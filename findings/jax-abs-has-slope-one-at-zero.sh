#!/usr/bin/env bash
# Tried: the slope of jnp.abs at 0, at -0.0 and at NaN, and a few steps of gradient descent with an L1 penalty on
# weights that are 0. Guess: slope sign(0) = 0, as in PyTorch and in autograd, and NaN at NaN, so that a weight of 0
# stays there. Really: the slope is 1 at both zeros and -1 at NaN, though jnp.sign gives 0 and NaN: the penalty pushes
# a weight of 0 to -rate and back, so that half of the time no weight is 0 and the count of zeros depends on the last
# step's parity; and an error of NaN has a finite slope. The derivative of jnp.linalg.norm(w, 1) is the same. The 1 at
# 0 was reported and closed (jax issue 37820). jax 0.10.2.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q jax==0.10.2 jaxlib==0.10.2 numpy==2.4.6 autograd==1.9.1
JAX_PLATFORMS=cpu venv/bin/python - <<'PY'
import autograd, autograd.numpy as anp, jax, jax.numpy as jnp, numpy as np
slopes = [float(jax.grad(jnp.abs)(x)) for x in (0.0, -0.0, float("nan"))]
signs = [float(jnp.sign(x)) for x in (0.0, -0.0, float("nan"))]
norm = jax.grad(lambda w: jnp.linalg.norm(w, 1))(jnp.zeros(3))
peer = [float(autograd.grad(anp.abs)(x)) for x in (0.0, -0.0)]
w, zeros = jnp.zeros(3), []
for _ in range(4):
    w = w - 0.125 * jax.grad(lambda w: jnp.sum(jnp.abs(w)))(w)
    zeros.append(int((w == 0).sum()))
print("jax", jax.__version__, "slopes", slopes, "signs", signs, "norm", norm, "autograd", peer, "zero weights after each step", zeros)
assert slopes == [1, 1, -1]
assert signs[:2] == [0, 0] and np.isnan(signs[2])
assert norm.tolist() == [1, 1, 1] and peer == [0, 0]
assert zeros == [0, 3, 0, 3]
print("as observed")
PY
