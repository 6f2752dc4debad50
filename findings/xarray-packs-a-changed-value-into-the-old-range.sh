#!/usr/bin/env bash
# Tried: a variable that is stored as int16 with a scale of 0.01, loaded with xarray, two of its values set to 1000 and
# -0.01, saved and loaded again. Guess: an error or a value cut at the largest that fits, 327.67. Really: -310.72 and
# NaN, without a warning: the variable still has the encoding of the file it came from, 100000 wraps round in 16 bits,
# and -1 is the file's fill value. After e["x"] = e.x * 1000 instead of a change in place the encoding is gone and the
# values are right. It bites anyone who corrects a few values of a packed data set: the new file is valid and wrong. The
# documentation says that encodings are kept and used when saving; that nothing is checked is known upstream (issues
# 5490 and 5739, about files with different scales). xarray 2026.9.0, scipy 1.17.1, numpy 2.4.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q xarray==2026.9.0 scipy==1.17.1 numpy==2.4.6 pandas==3.1.1
venv/bin/python -W error - <<'EOF'
import numpy as np, xarray as xr
packed = xr.Dataset({"x": ("t", np.array([1.0, 2.0, 3.0]))})
packed.x.encoding = {"dtype": "int16", "scale_factor": 0.01, "_FillValue": -1}
packed.to_netcdf("first.nc", engine="scipy")
def again(data, name):
    data.to_netcdf(name, engine="scipy")
    return xr.load_dataset(name, engine="scipy").x.values
changed, replaced = (xr.load_dataset("first.nc", engine="scipy") for _ in range(2))
assert np.allclose(changed.x, [1, 2, 3])
changed.x[0], changed.x[1] = 1000.0, -0.01
replaced["x"] = replaced.x * 1000
changed, replaced = again(changed, "changed.nc"), again(replaced, "replaced.nc")
print("xarray", xr.__version__, "1000, -0.01, 3 come back as", changed, "| replaced instead of changed:", replaced)
assert np.isclose(changed[0], -310.72) and np.isnan(changed[1]) and np.isclose(changed[2], 3)
assert np.allclose(replaced, [1000, 2000, 3000])
print("as observed")
EOF
