#!/usr/bin/env bash
# Tried: an Optuna study in SQLite, run for four trials and then resumed by the same script (load_if_exists=True, seeded
# sampler). Guess: the seed makes it reproducible and the second run goes on with new points. Really: trials 4 to 7 have
# the very parameters of trials 0 to 3, with RandomSampler and with TPESampler (during its start-up trials): the
# sampler's state is not in the storage, the seed begins anew. It bites anyone who restarts a search after an
# interruption: half of the budget is spent on repetitions. optuna 5.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q optuna==5.0.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
print("optuna", optuna.__version__)
for sampler in (optuna.samplers.RandomSampler, optuna.samplers.TPESampler):
    for _ in range(2):                                   # the script is run, then run again
        study = optuna.create_study(storage="sqlite:///s.db", study_name=sampler.__name__,
                                    load_if_exists=True, sampler=sampler(seed=0))
        study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=4)
    x = [t.params["x"] for t in study.trials]
    print(sampler.__name__, [round(v, 4) for v in x])
    assert len(x) == 8 and x[:4] == x[4:] and len(set(x)) == 4
print("as observed")
EOF
