#!/usr/bin/env bash
# Tried: writing 2.7 and 1e39 with Avro schemas of one type and of a union, and reading them back.
# Guess: an error for 2.7 in a "long", since 2.7 is refused there by a union, and by Avro's specification no long; and one for
# 1e39 in a "float", or in the union ["float", "double"] the double. Really: the long is 2, the float inf, without a word; the
# union ["null", "long"] refuses 2.7, and ["float", "double"] keeps 1e39. It bites whoever logs step counts as
# floats, or losses as float. fastavro 1.13.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q fastavro==1.13.1
venv/bin/python - <<'EOF'
import io
import fastavro
def kept(kind, value):
    schema = fastavro.parse_schema({"type": "record", "name": "row", "fields": [{"name": "v", "type": kind}]})
    file = io.BytesIO()
    fastavro.writer(file, schema, [{"v": value}])
    file.seek(0)
    return next(iter(fastavro.reader(file)))["v"]
print("fastavro", fastavro.__version__, kept("long", 2.7), kept("float", 1e39), kept(["float", "double"], 1e39))
assert kept("long", 2.7) == 2 and kept("int", -2.7) == -2
assert kept("float", 1e39) == float("inf")
assert kept(["float", "double"], 1e39) == 1e39
try:
    kept(["null", "long"], 2.7)
except ValueError as error:
    print("union:", error)
else:
    raise AssertionError("the union took 2.7")
print("as observed")
EOF
