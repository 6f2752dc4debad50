#!/usr/bin/env bash
# Tried: the mean of 60000 pictures of 784 float32 pixels in pandas and in xarray, with Bottleneck and without. Guess:
# the same to 0.1 % each time. Really: pandas keeps 0.25, but xarray with use_bottleneck=True has 0.23, and of 30
# million values of 0.1 it has a mean of 0.07: Bottleneck adds float32 to one running sum, which at some millions no
# longer grows by a small pixel. The deviation, for which no guess was written, is 0.252 instead of 0.283 in xarray, and
# in pandas too, without any option, as soon as Bottleneck is installed. It bites anyone who standardises a data set by
# these two numbers: a package that nobody imports, brought by another one, changes them. Known upstream (xarray issue
# 1346 and Bottleneck issue 462, both open; pandas issue 25307, closed, was about the mean); xarray has switched
# Bottleneck off by default, pandas not. pandas 3.1.1, Bottleneck 1.6.0, xarray 2026.9.0, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q pandas==3.1.1 xarray==2026.9.0 numpy==2.4.6
cat > pixels.py <<'EOF'
import importlib.util, numpy as np, pandas as pd, xarray as xr
pixels = np.random.default_rng(0).random((60000, 784), dtype="f4") ** 3
both = lambda x: (round(float(x.mean()), 4), round(float(x.std()), 4))
near = lambda a, b: abs(a - b) < 1e-3
series = both(pd.Series(pixels.ravel()))
if importlib.util.find_spec("bottleneck"):
    with xr.set_options(use_bottleneck=True):
        array = both(xr.DataArray(pixels, dims=("picture", "pixel")))
        tenths = float(xr.DataArray(np.full(30_000_000, 0.1, "f4")).mean())
    print("with Bottleneck: pandas", series, "xarray", array, "mean of 0.1:", tenths)
    assert tenths < 0.09                                                            # the guess: 0.1
    assert near(series[0], 0.2499) and abs(series[1] - 0.2834) > 0.01
    assert abs(array[0] - 0.2499) > 0.01 and abs(array[1] - 0.2834) > 0.01          # the guess: 0.2499
else:
    print("pandas", pd.__version__, "xarray", xr.__version__, "without Bottleneck: pandas", series, "numpy", both(pixels))
    assert near(series[0], 0.2499) and near(series[1], 0.2834)
EOF
venv/bin/python pixels.py
venv/bin/pip install -q Bottleneck==1.6.0
venv/bin/python pixels.py
echo "as observed"
