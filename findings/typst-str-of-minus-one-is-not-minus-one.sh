#!/usr/bin/env bash
# Tried: str(-1) in Typst, compared with the text "-1". Guess: equal, as in every programming language. Really: str uses
# the minus sign U+2212, so str(-1) == "-1" is false, while repr(-1) has the ASCII hyphen; and int() takes the hyphen
# back. It bites anyone who builds keys, file names or CSV lines from numbers in a document, and anyone who looks for
# "-1" in the resulting text. typst 0.15.0 (Python wheel).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q typst==0.15.0
venv/bin/python - <<'EOF'
import importlib.metadata as md, json, typst
open("a.typ", "w").write('#metadata((str(-1), str(-1) == "-1", repr(-1), str(-0.5), int("-1")))<x>')
value = json.loads(typst.query("a.typ", "<x>"))[0]["value"]
print("typst", md.version("typst"), value, "code point", hex(ord(value[0][0])))
assert value == ["\u22121", False, "-1", "\u22120.5", -1]
print("as observed")
EOF
