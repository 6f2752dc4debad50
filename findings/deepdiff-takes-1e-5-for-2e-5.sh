#!/usr/bin/env bash
# Tried: DeepDiff of two settings that differ in the learning rate only, with significant_digits=4 and
# number_format_notation="e". Guess: 1.0000e-05 and 2.0000e-05 differ in the first digit, so the change is shown; the
# notation is there to compare by magnitude. Really: the number is first rounded to 4 places after the point, to 0, and
# then put into scientific notation, so that every pair below 5e-5 is equal, while 1.1e10 and 1.14e10 differ. With 3
# digits 1.1e-3 and 1.14e-3 are equal, 1.1 and 1.14 are not. A Decimal is rounded alike. It bites anyone who compares
# settings or stored gradients with a tolerance: a doubled rate is no change. deepdiff 9.1.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q deepdiff==9.1.0
venv/bin/python - <<'EOF'
import deepdiff
from decimal import Decimal
from deepdiff import DeepDiff
diff = lambda a, b, digits=4: DeepDiff({"rate": a}, {"rate": b}, significant_digits=digits, number_format_notation="e")
seen = {(a, b): bool(diff(a, b)) for a, b in ((1e-5, 2e-5), (1e-5, 4.9e-5), (1e-5, 9e-5), (1.1e10, 1.14e10), (Decimal("1e-5"), Decimal("2e-5")))}
two = bool(diff(1.1e-3, 1.14e-3, 3)), bool(diff(1.1, 1.14, 3))
print("deepdiff", deepdiff.__version__, "different?", seen, "1.1 and 1.14 thousandths, and whole", two)
assert [*seen.values()] == [False, False, True, True, False]      # the guess: True throughout
assert two == (False, True)
print("as observed")
EOF
