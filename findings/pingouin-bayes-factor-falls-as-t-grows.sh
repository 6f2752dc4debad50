#!/usr/bin/env bash
# Tried: bayesfactor_ttest of pingouin for growing t, with five runs a side, and the same integral in pieces on a
# logarithmic axis. Guess: the Bayes factor grows with |t|, since more difference is more evidence, and is never
# negative. Really: up to t = 200 it agrees with the integral, at t = 300 it is four thousand times too small and below
# that of t = 200, and for five pairs it is negative at t = 500 (-285 here): the integral from 0 to infinity misses what
# lies far out. It bites anyone who compares runs that hardly vary between seeds, where such t occur, or sorts
# comparisons by BF10, which ttest puts beside its p. pingouin 0.7.0, scipy 1.17.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q pingouin==0.7.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
venv/bin/python - <<'EOF'
import warnings; warnings.simplefilter("ignore")
import importlib.metadata as md, numpy as np, pingouin as pg
from scipy.integrate import quad
def pieces(t, n, df, r=0.707):                        # eq. 1 of Rouder et al. (2009), with g = exp(u)
    def f(u):
        s = 1 + n * np.exp(u) * r * r
        return np.exp(-0.5 * np.log(s) + (df + 1) / 2 * (np.log1p(t * t / df) - np.log1p(t * t / (s * df))) - 0.5 * np.log(2 * np.pi) - 0.5 * u - np.exp(-u) / 2)
    return sum(quad(f, a, a + 1)[0] for a in range(-10, 100))
two, paired = ([(float(pg.bayesfactor_ttest(t, 5, 5, paired=p)), float(pieces(t, n, df))) for t in (3, 50, 200, 300, 500)] for p, n, df in ((False, 2.5, 8), (True, 5, 4)))
print("pingouin", md.version("pingouin"), "t = 3, 50, 200, 300, 500: (given, integral in pieces)")
print("two samples", *(f"({a:.4g}, {b:.4g})" for a, b in two), "\npairs", *(f"({a:.4g}, {b:.4g})" for a, b in paired))
assert all(np.isclose(a, b, rtol=1e-6) for a, b in two[:3] + paired[:3])
assert [b for _, b in two] == sorted(b for _, b in two)
assert two[3][0] < two[2][0] and two[3][1] / two[3][0] > 1000
assert paired[4][0] < min(paired[3][0], paired[4][1]) / 1000      # negative where this was written
a = np.array([0.90101, 0.90102, 0.90103, 0.90104, 0.90105]); noise = 2e-5 * np.array([0, 1, 0, -1, 0])
ours = pg.ttest(a + 0.004 + noise, a, paired=True)       # accuracies with five decimals: t = 632
print(ours[["T", "p_val", "BF10"]].to_dict("records"))
assert ours["T"].iloc[0] > 400 and float(ours["BF10"].iloc[0]) < pieces(float(ours["T"].iloc[0]), 5, 4) / 1e3
print("as observed")
EOF
