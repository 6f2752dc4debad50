#!/usr/bin/env bash
# Tried: Optuna's MedianPruner on a trial whose loss is good at step 0 and 1e9 at all later steps, after five steady
# trials at 1. Guess: pruned at step 1, where 1e9 is worse than the median of 1. Really: it runs to the end, because the
# pruner compares the trial's best value so far, not its present one, with the median (its documentation says so: "best
# intermediate result"). It bites anyone who counts on pruning to stop diverged training: only trials that never were
# good are stopped. optuna 5.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q optuna==5.0.0 numpy==2.4.6
venv/bin/python - <<'EOF'
import optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
def train(trial):
    for step in range(10):
        first = {5: 0.5, 6: 2.0}.get(trial.number)        # trials 5 and 6 diverge after step 0
        loss = 1.0 if first is None else first if step == 0 else 1e9
        trial.report(loss, step)
        if trial.should_prune():
            raise optuna.TrialPruned()
    return loss
study = optuna.create_study(pruner=optuna.pruners.MedianPruner(n_startup_trials=3, n_warmup_steps=0))
study.optimize(train, n_trials=7)
got = [(t.state.name, len(t.intermediate_values)) for t in study.trials]
print("optuna", optuna.__version__, got)
assert got[5] == ("COMPLETE", 10) and study.trials[5].value == 1e9
assert got[6][0] == "PRUNED"
print("as observed")
EOF
