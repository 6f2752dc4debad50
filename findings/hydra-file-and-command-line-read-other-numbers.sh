#!/usr/bin/env bash
# Tried: the same eight values in Hydra's configuration file and as overrides of its command line. Guess: the same
# values, but for inf and nan, which YAML writes .inf and .nan. Really: but for 0.5 all differ: -.5 is the text "-.5" in
# the file and a number on the command line (.5 is a number in both); 010 and 0x10 are 8 and 16 in the file and text on
# the command line, yes is True and "yes", 1:30 is 90 and "1:30". It bites anyone who moves what worked on the command
# line into the file: min: -.5 is a text that fails only where it is calculated with, if there; seed: 010 is another
# seed. OmegaConf reads the file by YAML 1.1, but takes no float whose sign stands before the point, which that allows;
# the command line has a grammar of its own, which is documented, but not where the two part. hydra-core 1.3.8,
# omegaconf 2.3.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q hydra-core==1.3.8 omegaconf==2.3.1 PyYAML==6.0.4
venv/bin/python - <<'EOF'
import os, hydra
values = dict(half="0.5", minus="-.5", octal="010", hexa="0x10", answer="yes", time="1:30", infinite="inf", unknown="nan")
os.mkdir("conf")
open("conf/file.yaml", "w").write("".join(f"{k}: {v}\n" for k, v in values.items()))
open("conf/empty.yaml", "w").write("{}\n")
with hydra.initialize_config_dir(os.path.abspath("conf"), version_base="1.3"):
    in_file = {k: hydra.compose("file")[k] for k in values}
    on_line = {k: hydra.compose("empty", overrides=[f"+{k}={v}" for k, v in values.items()])[k] for k in values}
print("hydra", hydra.__version__, {v: (in_file[k], on_line[k]) for k, v in values.items()})
assert in_file["half"] == on_line["half"] == 0.5
assert in_file["minus"] == "-.5" and on_line["minus"] == -0.5      # the guess: -0.5 twice
assert (in_file["octal"], on_line["octal"]) == (8, "010") and (in_file["hexa"], on_line["hexa"]) == (16, "0x10")
assert (in_file["answer"], on_line["answer"]) == (True, "yes") and (in_file["time"], on_line["time"]) == (90, "1:30")
assert in_file["infinite"] == "inf" and on_line["infinite"] == float("inf")
assert in_file["unknown"] == "nan" and on_line["unknown"] != on_line["unknown"]
print("as observed")
EOF
