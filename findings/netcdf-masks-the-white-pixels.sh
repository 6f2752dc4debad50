#!/usr/bin/env bash
# Tried: a grey picture as uint8 written with netCDF4 to a variable without any fill value, and read again. Guess: the
# same bytes. Really: every 255 is masked, because 255 is netCDF's default fill value for unsigned bytes, although the
# variable has no such attribute; the mean of [0, 128, 255, 255] is 64. So is -127 in int8 and -32767 in int16.
# set_auto_mask(False) gives the bytes. It bites anyone who keeps MNIST-like data or quantised weights in netCDF: white
# pixels do not count. netCDF4 1.7.5.1.post1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q netCDF4==1.7.5.1.post1 numpy==2.4.6
venv/bin/python - <<'EOF'
import netCDF4, numpy as np
white = {"u1": [0, 128, 255, 255], "i1": [0, 1, 2, -127], "i2": [0, 1, 2, -32767]}
with netCDF4.Dataset("a.nc", "w") as f:
    f.createDimension("n", 4)
    for t, v in white.items():
        f.createVariable(t, t, ("n",))[:] = np.array(v, t)
with netCDF4.Dataset("a.nc") as f:
    got = {t: f[t][:] for t in white}
    attributes = {t: f[t].ncattrs() for t in white}
    f.set_auto_mask(False)
    raw = {t: f[t][:].tolist() for t in white}
print("netCDF4", netCDF4.__version__, {t: v.tolist() for t, v in got.items()}, "mean of u1", got["u1"].mean(), attributes)
assert got["u1"].tolist() == [0, 128, None, None] and got["u1"].mean() == 64
assert got["i1"].mask[3] and got["i2"].mask[3] and raw == white and not any(attributes.values())
print("as observed")
EOF
