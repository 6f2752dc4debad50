#!/usr/bin/env bash
# Tried: references read with pybtex, written with to_string("bibtex") and read again; a title holds a formula, a
# publisher an escaped ampersand, an address _ and %. Guess: the fields come back as they were, since parsing keeps
# the LaTeX source. Really: writing escapes once more, in formulas and addresses too: $x_{i}$ becomes $x\_{i}$, which
# prints an underscore instead of an index, and \& becomes \\&, a line break and a bare ampersand. Each further round
# adds a backslash; only an accent such as {\'e} stays. It bites anyone who sorts, merges or cleans a .bib file with
# it. pybtex 0.26.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q pybtex==0.26.1
venv/bin/python - <<'PY'
import importlib.metadata as md
from pybtex.database import parse_string
fields = {"title": "Bounds for $x_{i}$", "publisher": r"Wiley \& Sons", "url": "https://x.org/a_b%20c", "school": r"{\'E}cole"}
rounds = [parse_string("@misc{m, " + ", ".join(f"{k} = {{{v}}}" for k, v in fields.items()) + "}", "bibtex")]
for _ in range(2):
    rounds.append(parse_string(rounds[-1].to_string("bibtex"), "bibtex"))
read, second, third = (dict(b.entries["m"].fields) for b in rounds)
print("pybtex", md.version("pybtex"), *(" | ".join(r.values()) for r in (read, second, third)), sep="\n")
assert read == fields
assert second == {"title": r"Bounds for $x\_{i}$", "publisher": r"Wiley \\& Sons", "url": r"https://x.org/a\_b\%20c", "school": r"{\'E}cole"}
assert third["title"] == r"Bounds for $x\\_{i}$" and third["publisher"] == r"Wiley \\\& Sons"
print("as observed")
PY
