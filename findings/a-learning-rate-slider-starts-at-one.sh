#!/usr/bin/env bash
# Tried: ipywidgets' FloatLogSlider(value=1e-3), as one makes a slider for a learning rate, and IntSliders that are
# given 2.7 and the text "7". Guess: a TraitError, or a range that holds the value. Really: the slider stands at 1.0, in
# silence: min is an exponent and its default is 0, so that the value is moved up to 10**0. An IntSlider takes 2.7 as 2
# and "7" as 7. It bites anyone who reads the rate from the slider: the first picture is computed with a thousand times
# the rate in the code. ipywidgets 8.1.9.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q ipywidgets==8.1.9
venv/bin/python - <<'EOF'
import ipywidgets as w
rate = w.FloatLogSlider(value=1e-3)
good = w.FloatLogSlider(value=1e-3, min=-6, max=0)
width = w.IntSlider(); width.value = 2.7
text = w.IntSlider(value="7")
print("ipywidgets", w.__version__, "rate", rate.value, "with min=-6", good.value, "integers", width.value, text.value)
assert rate.value == 1.0 and rate.min == 0
assert abs(good.value - 1e-3) < 1e-12
assert (width.value, text.value) == (2, 7)
print("as observed")
EOF
