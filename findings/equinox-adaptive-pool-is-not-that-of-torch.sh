#!/usr/bin/env bash
# Tried: AdaptiveAvgPool1d(3) of Equinox on the seven numbers 0, 1, 4, 9, 16, 25, 36. Guess: 1.67, 9.67 and 25.67, as
# torch.nn.AdaptiveAvgPool1d(3) gives: three windows of three numbers each that overlap by one. Really: 1.67, 12.5 and
# 30.5: the windows do not overlap, the first ones take the remainder (3, 2, 2). Where the length is a multiple of the
# target both agree. It bites anyone who brings a network's weights from PyTorch: every layer fits, the shapes too, and
# the features differ for those image sizes only that do not divide. The documentation does not say how the windows lie;
# it was asked upstream and called expected (equinox issue 641, open). equinox 0.13.8, jax 0.10.2; PyTorch's numbers by
# its rule from floor(i n / t) to ceil((i + 1) n / t), compared with torch 2.13.0 when this was written.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q equinox==0.13.8 jax==0.10.2 numpy==2.4.6 scipy==1.17.1
venv/bin/python - <<'EOF'
import importlib.metadata as md, equinox as eqx, jax.numpy as jnp, numpy as np
def torch_rule(x, t):
    n = len(x)
    return np.array([x[i * n // t:-(-(i + 1) * n // t)].mean() for i in range(t)])
pooled = lambda x, t: np.asarray(eqx.nn.AdaptiveAvgPool1d(t)(jnp.asarray(x, "f4")[None])[0])
seven, six = np.arange(7.) ** 2, np.arange(6.) ** 2
print("equinox", md.version("equinox"), "seven to three:", pooled(seven, 3), "PyTorch's rule:", torch_rule(seven, 3))
print("six to three:", pooled(six, 3), "PyTorch's rule:", torch_rule(six, 3))
assert np.allclose(torch_rule(seven, 3), [5 / 3, 29 / 3, 77 / 3])
assert np.allclose(pooled(seven, 3), [5 / 3, 12.5, 30.5])          # the guess: torch_rule
assert np.allclose(pooled(six, 3), torch_rule(six, 3))
print("as observed")
EOF
