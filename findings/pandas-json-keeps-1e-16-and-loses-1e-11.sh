#!/usr/bin/env bash
# Tried: Series.to_json on small numbers, with the default double_precision=10. Guess: ten significant digits, or the
# shortest text that reads back. Really: ten decimal places: 1.23456e-9 becomes 0.0000000012 and 1e-11 becomes 0.0, but
# 1e-16 is kept as 1e-16, since very small numbers are written in another way. So the smaller number survives. It bites
# anyone who logs gradient norms, rates or p-values as JSON. pandas 3.1.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q pandas==3.1.1 numpy==2.4.6
venv/bin/python - <<'EOF'
import json, numpy as np, pandas as pd
values = [1.23456e-9, 1e-11, 1e-16, 1 / 3]
text = pd.Series(values).to_json()
back = list(json.loads(text).values())
print("pandas", pd.__version__, values, "->", text)
assert back == [1.2e-9, 0.0, 1e-16, 0.3333333333]
print("as observed")
EOF
