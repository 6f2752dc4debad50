"""The file of stored runs: what is written is read again, and only what is missing is computed."""

import numpy as np
import pytest

from nnlib import Recipe, sweep, train
from nnlib.sources import __main__ as command
from nnlib.sources import stored
from nnlib.sources.stored import logged, stored_sweep
from nnlib.sweeps import fingerprint, store

pytestmark = pytest.mark.numba

QUICK = Recipe(epochs=4, log_every=2)
STOPS = Recipe(
    init="normal", bias=True, lr=0.5, epochs=60, log_every=1, log="last_sample", stop_below=0.3
)


@pytest.fixture
def plan(monkeypatch, tmp_path):
    """A plan of two experiments, in files of their own."""
    wanted = {"seeds": 3, "network": False, "arithmetic": fingerprint.version("compiled")}
    jobs = {
        stored.key(QUICK): (
            wanted | {"name": "quick", "epochs": [0, 2, 4], "network": True},
            QUICK,
        ),
        stored.key(STOPS): (wanted | {"name": "stops", "epochs": [-2, -1]}, STOPS),
    }
    for key, (about, recipe) in jobs.items():
        about["recipe"] = store.content(recipe)
        assert key == stored.key(recipe)
    monkeypatch.setattr(command, "plan", lambda: jobs)
    monkeypatch.setattr(command, "RUNS", tmp_path / "runs" / "runs.sqlite")
    monkeypatch.setattr(stored, "FILE", tmp_path / "results.npz")
    stored._file.cache_clear()
    yield jobs
    stored._file.cache_clear()


def test_the_command_writes_what_a_sweep_gives(plan, monkeypatch):
    assert command.main() is None
    monkeypatch.setattr(stored.sweeps, "sweep", None)  # nothing may be run
    ours = stored_sweep(QUICK, 3, keep=("history", "network"))  # all its rows are in the file
    live = sweep(QUICK, 3, "compiled", keep=("history", "network"))
    np.testing.assert_array_equal(ours.loss, live.loss.astype(np.float32))
    np.testing.assert_array_equal(ours.accuracy, live.accuracy)
    assert ours.histories[0].epochs.tolist() == [0, 2, 4]
    np.testing.assert_array_equal(
        ours.histories[0].loss, live.histories[0].loss.astype(np.float32)
    )
    for mine, other in zip(ours.networks[0], live.networks[0], strict=True):
        np.testing.assert_array_equal(mine.weights[1], other.weights[1])


def test_the_command_does_not_repeat_itself(plan, monkeypatch):
    command.main()
    before = stored.FILE.read_bytes()
    monkeypatch.setattr(command, "sweep", None)
    assert command.main() is None
    assert stored.FILE.read_bytes() == before


def test_more_seeds_or_rows_are_computed(plan, monkeypatch):
    command.main()
    ran = []
    monkeypatch.setattr(
        command, "sweep", lambda r, n, *a, **k: ran.append(r) or sweep(r, n, *a, **k)
    )
    plan[stored.key(QUICK)][0]["seeds"] = 4
    command.main()
    assert ran == [QUICK]
    plan[stored.key(STOPS)][0]["epochs"] = [-3, -2, -1]
    command.main()
    assert ran == [QUICK, STOPS]
    assert stored_sweep(QUICK, 4).finished.all()


def test_another_arithmetic_is_computed_again(plan):
    command.main()
    wanted, _ = plan[stored.key(QUICK)]
    assert stored.known(stored.key(QUICK), wanted) is not None
    assert stored.known(stored.key(QUICK), wanted | {"arithmetic": "another"}) is None
    assert stored.known(stored.key(QUICK), wanted | {"network": True, "seeds": 9}) is None
    assert stored.known("nothing", wanted) is None


def test_what_another_arithmetic_computed_is_carried_over_where_its_bits_agree(plan, monkeypatch):
    today = fingerprint.version("compiled")
    for about, _ in plan.values():
        about["arithmetic"] = "of yesterday"
    command.main()
    name = f"{stored.key(QUICK)}/parameters"
    held = {key: stored._held(key) for key in plan}
    held[stored.key(QUICK)]["parameters"] = np.nextafter(stored._file()[name], 9)  # one bit
    stored.save(stored.provenance(), held)
    for about, _ in plan.values():
        about["arithmetic"] = today
    ran = []
    monkeypatch.setattr(
        command, "sweep", lambda r, n, *a, **k: ran.append((r, n)) or sweep(r, n, *a, **k)
    )
    command.main(carry_over=True)
    # a sample of both, which here is all three seeds, and then the one that differed as a whole
    assert [n for r, n in ran if r == STOPS] == [[0, 1, 2]]
    assert [n for r, n in ran if r == QUICK] == [[0, 1, 2], 3]
    assert {about["arithmetic"] for about in stored.provenance().values()} == {today}
    assert (stored._file()[name] != held[stored.key(QUICK)]["parameters"]).any()


def test_an_interrupted_command_leaves_the_file_as_it_was(plan, monkeypatch):
    monkeypatch.setattr(command, "compute", lambda *arguments: None)
    assert "again" in command.main()
    assert not stored.FILE.exists()


def test_what_is_not_stored_is_run(plan):
    command.main()
    s = stored_sweep([QUICK, QUICK.replace(lr=0.2)], [2, 0], keep=("history",), rows=(2,))
    live = sweep([QUICK, QUICK.replace(lr=0.2)], [2, 0], "compiled", keep=("history",))
    np.testing.assert_allclose(s.loss, live.loss, rtol=1e-7)
    for mine, other in zip(s.histories, live.histories, strict=True):
        assert mine.epochs.tolist() == [2]
        np.testing.assert_allclose(mine.loss[:, 0], other.loss[:, 1], rtol=1e-7)
    assert stored_sweep(QUICK, 5).finished.shape == (1, 5)


@pytest.mark.parametrize("rows", [None, (0,), (4, 0), (-1,), (-2, -1)])
def test_a_number_that_is_changed_never_changes_the_rows(plan, rows):
    """Three seeds are in the file and four are not; the same epochs come back, in their order."""
    command.main()
    for recipe in (QUICK, STOPS):
        if rows == (4, 0) and recipe == STOPS:
            rows = (40, 0)
        held, more = (stored_sweep(recipe, n, ("history",), rows) for n in (3, 4))
        assert held.histories[0].epochs.tolist() == more.histories[0].epochs.tolist()
        np.testing.assert_allclose(held.histories[0].loss, more.histories[0].loss[:3], rtol=1e-6)
        if rows is None:
            every = [*range(0, recipe.epochs, recipe.log_every), recipe.epochs]
            assert held.histories[0].epochs.tolist() == every


def test_rows_that_are_asked_for_are_read_where_they_are_held(plan, monkeypatch):
    command.main()
    ran = []
    monkeypatch.setattr(
        stored.sweeps, "sweep", lambda r, n, *a, **k: ran.append(r) or sweep(r, n, *a, **k)
    )
    stored_sweep(STOPS, 3, ("history",), rows=(-1,))
    assert ran == []
    stored_sweep(STOPS, 3, ("history",))  # every row, of which the file holds two from the end
    stored_sweep(STOPS, 3, ("history",), rows=(3,))
    assert ran == [STOPS, STOPS]


def test_rows_that_are_not_logged_are_refused():
    with pytest.raises(ValueError, match=r"rows is \[1\]; epochs must be some of \[0 2 4\]"):
        stored_sweep(QUICK, 1, ("history",), rows=(1,))


def test_runs_from_one_start_have_a_key_of_their_own(plan, monkeypatch):
    wanted, _ = plan[stored.key(QUICK)]
    plan[stored.key(QUICK, 7)] = (wanted | {"start": 7}, QUICK)
    command.main()
    monkeypatch.setattr(stored.sweeps, "sweep", None)  # nothing may be run
    own, shared = stored_sweep(QUICK, 3), stored_sweep(QUICK, 3, start=7)
    live = sweep(QUICK, 3, "compiled", start=7)
    np.testing.assert_array_equal(shared.loss, live.loss.astype(np.float32))
    assert (own.loss != shared.loss).all()


def test_a_schedule_of_ones_own_is_kept_by_what_it_does(plan, monkeypatch):
    def halved(epoch):
        return 0.5

    recipe = QUICK.replace(schedule=halved)
    assert stored.key(recipe) == stored.key(QUICK.replace(schedule=lambda epoch: 1 / 2))
    others = [stored.key(QUICK.replace(schedule=s)) for s in ("constant", lambda epoch: 0.25)]
    assert stored.key(recipe) not in others
    wanted, _ = plan[stored.key(QUICK)]
    plan[stored.key(recipe)] = (wanted, recipe)
    command.main()
    monkeypatch.setattr(stored.sweeps, "sweep", None)
    assert stored_sweep(recipe, 3).finished.all()


def test_rows_that_count_back_are_those_of_each_run():
    s = sweep(STOPS, 6, "compiled", keep=("history",))
    assert len(set(s.stopped[0][3:])) == 3, "these runs must end in different epochs"
    assert np.isnan(s.stopped[0][:3]).all(), "and these must go to the end"
    for seed in range(6):
        run = train(STOPS, seed, "compiled")
        for back in (1, 2):
            assert (
                logged(s, -back, "loss")[seed] == run.loss[-1 - back]
            )  # the last is the closing row


def test_finite_losses_stay_finite():
    kept = stored._single(np.array([1.0, 1e300, np.inf]))
    assert np.isfinite(kept).tolist() == [True, True, False]


def test_a_command_that_is_stopped_keeps_what_the_file_held(plan, monkeypatch):
    command.main()
    for about, _ in plan.values():
        about["arithmetic"] = "of tomorrow"
    clock = iter(range(0, 10**6, 1000))
    monkeypatch.setattr(command.time, "monotonic", lambda: next(clock))  # it saves after each
    first, compute = [], command.compute
    monkeypatch.setattr(
        command, "compute", lambda *a: None if first else first.append(a) or compute(*a)
    )
    assert "again" in command.main()
    marks = [about["arithmetic"] for about in stored.provenance().values()]
    assert sorted(marks) == sorted(["of tomorrow", fingerprint.version("compiled")])
    assert stored_sweep([QUICK, STOPS], 3).finished.all()
