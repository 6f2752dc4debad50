#!/usr/bin/env bash
# Tried: moving means and sums of window 2 in Bottleneck and numbagg, with one infinity, one NaN or one huge value
# passing through. Guess: when the value has left the window, the result is that of the values in it, as it is after a
# NaN. Really: after inf everything is NaN to the end of the array, and after 1e17 the sum of 1 and 1 is 0: the value is
# subtracted from a running sum. pandas and polars recover. It bites anyone who smooths a loss that overflowed once.
# Bottleneck 1.6.0, numbagg 0.9.6, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q bottleneck==1.6.0 numbagg==0.9.6 numpy==2.4.6
venv/bin/python - <<'EOF'
import bottleneck, numbagg, numpy as np
print("bottleneck", bottleneck.__version__, "numpy", np.__version__)
for name, mean, sum_ in (("bottleneck", bottleneck.move_mean, bottleneck.move_sum), ("numbagg", numbagg.move_mean, numbagg.move_sum)):
    inf, nan = (mean(np.array([1, v, 1, 1, 1.0]), window=2) for v in (np.inf, np.nan))
    big = sum_(np.array([1e17, 1, 1, 1, 1]), window=2)
    print(name, "after inf", inf, "after nan", nan, "after 1e17", big)
    assert np.isnan(inf[3:]).all() and nan[3:].tolist() == [1, 1]
    assert big[2:].tolist() == [0, 0, 0]                      # 1 + 1
print("as observed")
EOF
