"""Sweeps: the same runs as ``train``, however they are spread; quantiles, shares, tables."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sweeps import DIVERGES, RECIPES, SMALL, STOPS, here, reference
from tiny import assert_same_network

from nnlib import Activation, Adagrad, Sweep, sweep, train
from nnlib.sweeps import arguments, labels, quantiles

# The runs are those of train


def test_each_run_is_the_one_of_train():
    s = reference()
    for i, recipe in enumerate(RECIPES):
        for seed in range(6):
            run = train(recipe, seed, engine="numpy")
            ends = run.loss[-1], run.accuracy[-1], run.mean_absolute_error[-1]
            if run.diverged:
                ends = np.inf, np.nan, np.inf
            found = s.loss[i, seed], s.accuracy[i, seed], s.mean_absolute_error[i, seed]
            np.testing.assert_array_equal(found, ends)
            stopped = np.nan if run.stopped is None else run.stopped
            np.testing.assert_array_equal(s.stopped[i, seed], stopped)
            assert s.diverged[i, seed] == run.diverged
            assert_same_network(s.networks[i, seed], run.network)
    assert s.finished.all()
    assert s.engines == ("numpy",) * 3
    assert s.diverged.any(axis=1).tolist() == [False, False, True]
    assert 0 < np.isfinite(s.stopped[1]).sum() < 6


@pytest.mark.numba
@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_with_a_start_all_runs_begin_with_one_network(engine):
    s = sweep([SMALL, STOPS], 3, engine, n_jobs=1, keep=("network",), start=5)
    for i, recipe in enumerate((SMALL, STOPS)):
        for seed in range(3):
            run = train(recipe, seed, engine, network=recipe.network(5))
            assert s.loss[i, seed] == run.loss[-1]
            assert_same_network(s.networks[i, seed], run.network)
    assert len(set(s.loss[0])) == 3, "the seeds still draw the points"
    own = sweep(SMALL, 6, engine, n_jobs=1)
    assert own.loss[0, 5] == sweep(SMALL, [5], engine, n_jobs=1, start=5).loss[0, 0]
    assert own.loss[0, 0] != s.loss[0, 0]


def test_a_start_is_a_seed():
    with pytest.raises(ValueError, match=r"start, if not None, is -1"):
        here(SMALL, 2, start=-1)
    with pytest.raises(TypeError, match=r"start, if not None, is 'zero'"):
        here(SMALL, 2, start="zero")


def test_histories_have_a_column_for_each_row_of_a_whole_run():
    whole, stopping, diverging = reference().histories
    assert whole.epochs.tolist() == [0, 3, 6, 7]
    for seed in range(6):
        run = train(SMALL, seed, engine="numpy")
        np.testing.assert_array_equal(whole.epochs, run.epochs)
        np.testing.assert_array_equal(whole.loss[seed], run.loss)
        np.testing.assert_array_equal(whole.accuracy[seed], run.accuracy)
        np.testing.assert_array_equal(whole.mean_absolute_error[seed], run.mean_absolute_error)

    seed = int(np.nanargmin(reference().stopped[1]))
    run = train(STOPS, seed, engine="numpy")
    n = len(run.loss)
    assert n < len(stopping.epochs)
    assert stopping.loss[seed, :n].tolist() == run.loss.tolist()
    assert (stopping.loss[seed, n:] == run.loss[-1]).all()  # the network stays as it is

    n = len(train(DIVERGES, 0, engine="numpy").loss)
    assert 0 < n < len(diverging.epochs)
    assert np.isfinite(diverging.loss[0, :n]).all()
    assert np.isposinf(diverging.loss[0, n:]).all()
    assert np.isnan(diverging.accuracy[0, n:]).all()


def test_only_what_is_asked_for_is_kept():
    bare = here(SMALL, 2)
    assert (bare.histories, bare.networks) == (None, None)
    assert here(SMALL, 2, keep=["network"]).histories is None
    assert here(SMALL, 2, keep=["history"]).networks is None
    arrays = [array for array in vars(bare).values() if isinstance(array, np.ndarray)]
    assert sum(array.nbytes for array in arrays) == 5 * 8 * 2  # five numbers a run


def test_one_recipe_makes_one_row():
    s = here(SMALL, 3)
    assert s.loss.shape == s.finished.shape == (1, 3)
    assert repr(s) == "Sweep(1 recipes × 3 seeds, 3 runs finished)"


def test_seeds_in_any_order():
    s = here(RECIPES, (5, 0, 2))
    assert s.seeds.tolist() == [5, 0, 2]
    np.testing.assert_array_equal(s.loss, reference().loss[:, [5, 0, 2]])


# Quantiles


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30),
    st.lists(st.floats(0, 1), min_size=1, max_size=4),
)
def test_quantiles_of_finite_values_are_numpys(values, q):
    np.testing.assert_allclose(quantiles(values, q), np.quantile(values, q), atol=1e-9)
    np.testing.assert_allclose(quantiles(values, q[0]), np.quantile(values, q[0]), atol=1e-9)


@given(st.lists(st.floats(0, 1e6) | st.just(np.inf), min_size=1, max_size=30))
def test_quantiles_of_diverging_losses_are_ordered_and_no_nan(values):
    found = quantiles(values, np.linspace(0, 1, 21))
    assert not np.isnan(found).any()
    assert (found[:-1] <= found[1:]).all()
    assert found[-1] == max(values)


def test_quantiles_among_diverged_runs():
    losses = [3.0, np.inf, 1.0, np.inf, 2.0]  # sorted: 1 2 3 inf inf
    assert quantiles(losses, (0, 0.25, 0.5, 0.51, 0.75, 1)).tolist() == [1, 2, 3] + [np.inf] * 3
    accuracies = [0.5, np.nan, 1.0, np.nan, 0.75]  # sorted: worst, worst, 0.5, 0.75, 1
    expected = [np.nan, np.nan, np.nan, 0.5, 0.75, 1.0]
    np.testing.assert_array_equal(quantiles(accuracies, (0, 0.25, 0.49, 0.5, 0.75, 1)), expected)


def test_quantiles_keep_the_other_axes():
    values = np.arange(24.0).reshape(4, 3, 2)
    assert quantiles(values, 0.5).shape == (3, 2)
    np.testing.assert_array_equal(quantiles(values, (0.1, 0.5))[1], np.median(values, axis=0))
    assert np.isnan(quantiles(np.empty((0, 3)), (0.1, 0.5))).all()
    assert quantiles(np.empty((0, 3)), (0.1, 0.5)).shape == (2, 3)


@pytest.mark.parametrize("q", [-0.1, 1.1, (0.5, 2), np.nan])
def test_bad_shares(q):
    with pytest.raises(ValueError, match=r"q is .*between 0 and 1"):
        quantiles([1.0], q)


# A Sweep of which every number is known: three recipes, five seeds


def known():
    nan, inf = np.nan, np.inf
    loss = np.array([[1, 2, 3, 4, 5], [1, inf, inf, 2, nan], [nan] * 5], dtype=float)
    accuracy = np.array([[1, 1, 1, 0.5, 0.5], [1, nan, nan, 0.5, nan], [nan] * 5])
    recipes = (SMALL, SMALL.replace(lr=0.5), SMALL.replace(optimizer=Adagrad()))
    ends = loss, accuracy, loss / 10, np.full((3, 5), nan)
    return Sweep(recipes, np.arange(5), ("numpy",) * 3, *ends, histories=None, networks=None)


def test_shares_count_diverged_runs_but_no_unfinished_ones():
    np.testing.assert_array_equal(known().share_at_100, [3 / 5, 1 / 4, np.nan])
    np.testing.assert_array_equal(known().share_diverged, [0, 2 / 4, np.nan])
    assert known().finished.sum(axis=1).tolist() == [5, 4, 0]


def test_quantiles_of_a_sweep():
    expected = [[1.2, 3, 4.8], [1.15, np.inf, np.inf], [np.nan] * 3]
    np.testing.assert_allclose(known().quantiles(), expected)
    np.testing.assert_allclose(known().quantiles(0.5), [3, np.inf, np.nan])
    np.testing.assert_allclose(known().quantiles(0.5, of="accuracy"), [1, np.nan, np.nan])
    errors = known().quantiles(0.0, of="mean_absolute_error")
    np.testing.assert_allclose(errors, [0.1, 0.1, np.nan])
    with pytest.raises(ValueError, match="of is 'epochs'; it may be 'loss', 'accuracy'"):
        known().quantiles(of="epochs")


TABLE = """\
| recipe                               | runs | median loss |      5–95 % | at 100 % | diverged |
| ------------------------------------ | ---: | ----------: | ----------: | -------: | -------: |
| optimizer=SGD(), lr=1.0              |    5 |           3 |  1.2 to 4.8 |    60.0% |     0.0% |
| optimizer=SGD(), lr=0.5              |    4 |         inf | 1.15 to inf |    25.0% |    50.0% |
| optimizer=Adagrad(eps=1e-08), lr=1.0 |    0 |           - |           - |        - |        - |\
"""


def test_table():
    assert known().table() == TABLE


def test_sweeps_and_histories_are_equal_to_themselves_only():
    one = known()
    assert len({one, one, known()}) == 2
    assert len({*reference().histories, *reference().histories}) == 3


def test_labels_name_only_what_differs():
    points = [[0.0, 1.0]], [[1.0]]
    found = labels([SMALL, SMALL.replace(data=points), SMALL.replace(data="xor", lr=0.1)])
    assert found == ["data=linear(5), lr=1.0", "data=1 points, lr=1.0", "data=xor, lr=0.1"]
    assert labels([SMALL]) == ["recipe 0"]
    assert labels([SMALL, SMALL]) == ["recipe 0", "recipe 1"]
    assert labels([SMALL, SMALL.replace(schedule=abs)]) == ["schedule=halve", "schedule=abs"]


def test_labels_of_parts_of_one_s_own():
    sine = Activation(np.sin, np.cos, "Z")
    changes = [{"activations": sine}, {"activations": (sine, "tanh", "relu")}]
    found = labels([SMALL.replace(sizes=(2, 2, 2, 1), loss="squared", **c) for c in changes])
    assert found == ["activations=sin", "activations=('sin', 'tanh', 'relu')"]
    # two functions of one name are told apart by their numbers
    functions = [abs, lambda epoch: 1.0, lambda epoch: 0.5]
    found = labels([SMALL.replace(schedule=f) for f in functions])
    name = functions[1].__name__
    assert found == ["schedule=abs", f"schedule={name} (recipe 1)", f"schedule={name} (recipe 2)"]


def test_history_quantiles():
    history = reference().histories[1]
    expected = np.quantile(history.loss, (0.05, 0.5, 0.95), axis=0)
    np.testing.assert_allclose(history.quantiles(), expected)
    assert history.quantiles(0.5, of="accuracy").shape == history.epochs.shape
    assert np.isposinf(reference().histories[2].quantiles()[:, -1]).all()


# What is refused


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"recipes": "xor"}, TypeError, "recipes is 'xor'; it must be a sequence such as"),
        ({"recipes": 3}, TypeError, "recipes is 3; it must be a sequence"),
        ({"recipes": []}, ValueError, "recipes is empty"),
        ({"recipes": ["xor"]}, TypeError, r"recipes\[0\] is 'xor'; it must be a Recipe"),
        (
            {"recipes": {"xor": SMALL}},
            TypeError,
            "recipes is {'xor': .*; it must be a sequence such as",
        ),
        ({"seeds": 0}, ValueError, "seeds, if no sequence, is 0; it must be at least 1"),
        ({"seeds": 2.0}, TypeError, "seeds, if no sequence, is 2.0; it must be an integer"),
        ({"seeds": True}, TypeError, "seeds, if no sequence, is True; it must be an integer"),
        ({"seeds": ()}, ValueError, "seeds is empty"),
        ({"seeds": (1, -1)}, ValueError, r"seeds\[1\] is -1; it must be at least 0"),
        ({"seeds": (1, 0.5)}, TypeError, r"seeds\[1\] is 0.5; it must be an integer"),
        ({"seeds": (4, 1, 4)}, ValueError, "seeds holds 4 more than once"),
        (
            {"seeds": (2**63,)},
            ValueError,
            r"seeds\[0\] is 9223372036854775808; it must be at most",
        ),
        ({"engine": "torch"}, ValueError, "engine is 'torch'; it may be 'auto', 'numpy'"),
        ({"n_jobs": 0}, ValueError, "n_jobs is 0; it may be None"),
        ({"n_jobs": 1.5}, TypeError, "n_jobs, if not None, is 1.5; it must be an integer"),
        ({"n_jobs": 10**6}, ValueError, "n_jobs, if not None, is 1000000; .* at most 10000"),
        ({"keep": "history"}, TypeError, "keep is 'history'; it must be a sequence"),
        ({"keep": ("loss",)}, ValueError, "keep is 'loss'; it may be 'history', 'network'"),
        ({"progress": 1}, TypeError, "progress is 1; it may be True or False"),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        here(**{"recipes": SMALL, "seeds": 2} | arguments)


# The bar, the imports


def test_progress_shows_a_bar_over_the_runs(capsys):
    here(RECIPES, 2, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "6/6" in err
    assert "run" in err
    here(RECIPES, 2)
    assert capsys.readouterr() == ("", "")


def test_importing_nnlib_stays_light():
    code = "import sys, nnlib; print({'joblib', 'numba', 'sqlite3', 'tqdm'} & set(sys.modules))"
    found = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert found.strip() == "set()"


def test_results_are_themselves_alone_short_and_do_not_change():
    one, other = (here(SMALL, 2, keep=("history",)) for _ in range(2))
    for result, twin in ((one, other), (one.histories[0], other.histories[0])):
        assert len({result, result, twin}) == 2
        assert len(repr(result)) < 200
        with pytest.raises(AttributeError):
            result.loss = None


@pytest.mark.parametrize("n_jobs", [None, 1, 3, -1])
def test_a_number_of_workers_stays_what_it_is(n_jobs):
    assert arguments.jobs(n_jobs) == n_jobs
