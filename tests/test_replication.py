"""The replication as data: it fits its schema, and chapter 11 can be counted from it alone."""

import csv
import json
from collections import Counter
from copy import deepcopy
from itertools import chain

import jsonschema
import numpy as np
import pytest

from nnlib import sources
from nnlib.sources import replication
from nnlib.sources.model import VERDICTS

pytestmark = pytest.mark.numba

WORDS = ("holds", "holds only", "sometimes", "false", "not decided by these runs")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("data") / "report"
    replication.write(made)
    return made


@pytest.fixture(scope="module")
def data(folder):
    return json.loads((folder / "backprop-replication.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def schema(folder):
    return json.loads((folder / "backprop-replication.schema.json").read_text(encoding="utf-8"))


# The schema


def test_the_data_fit_the_schema(data, schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(data)
    assert data["$schema"] == "backprop-replication.schema.json"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("figures", 0, "verdict"), "fine"),
        (("figures", 0, "percentile"), 101),
        (("figures", 0, "low"), "infinite"),
        (("figures", 0, "more"), 1),
        (("claims", 0, "evidence"), []),
        (("claims", 0, "verdict"), "holds only under"),
        (("claims", 0, "report"), "Z"),
        (("experiments", 0, "seeds"), 0),
        (("experiments", 0, "settings"), {}),
    ],
)
def test_what_is_wrong_does_not_fit_it(data, schema, place, value):
    wrong = deepcopy({name: data[name][:1] for name in ("figures", "claims", "experiments")})
    name, i, part = place
    wrong[name][i][part] = value
    validator = jsonschema.Draft202012Validator(schema)
    parts = {"experiments": schema["properties"]["experiments"]["items"],
             "figures": schema["$defs"]["figure"], "claims": schema["$defs"]["claim"]}  # fmt: skip
    one = validator.evolve(schema={**parts[name], "$defs": schema["$defs"]})
    assert one.is_valid(data[name][i])
    assert not one.is_valid(wrong[name][i])


def test_a_part_that_is_missing_does_not_fit_it(data, schema):
    for name in ("figures", "claims", "experiments", "reports", "arithmetic"):
        assert not jsonschema.Draft202012Validator(schema).is_valid(
            {part: value for part, value in data.items() if part != name}
        )


# Chapter 11, from the file alone


def counted(data):
    """What chapter 11 counts, of nothing but the data."""
    figures, claims = data["figures"], data["claims"]
    names = [report["name"] for report in data["reports"]]
    fitted = {(e["report"], e["name"]) for e in data["experiments"] if e["fitted"]}
    free = [f for f in figures if f["verdict"] not in ("exact", "not testable")
            and (f["report"], f["experiment"]) not in fitted]  # fmt: skip
    places = np.array([f["percentile"] for f in free])
    ours = [e for e in data["experiments"] if e["outside"] and not e["fitted"]]
    return {
        "runs": [len({f["experiment"] for f in figures
                      if f["report"] == name and not f["why_not"]}) for name in names],
        "figures": [Counter(f["verdict"] for f in figures if f["report"] == name)
                    for name in names],
        "fitted": [sum(f["fitted"] for f in figures if f["report"] == name) for name in names],
        "claims": [Counter(c["verdict"] for c in claims if c["report"] == name)
                   for name in names],
        "outside": [int(np.sum((places < low) | (places > 100 - low))) for low in (5, 1)],
        "of": len(free),
        "expected": float(np.sum([np.mean(e["outside"]) for e in ours])),
        "spread": float(np.sqrt(np.sum([np.var(e["outside"]) for e in ours]))),
        "spread if independent": float(np.sqrt(np.sum(
            [f["outside_share"] * (1 - f["outside_share"]) for f in free]))),
        "runs that end outside": float(np.sum([np.mean(e["outside_at_the_end"]) for e in ours])),
    }  # fmt: skip


def of_the_library():
    """The same of the library's own objects, as chapter 11 has it."""
    judged = [(s, f, s.compare(f)) for s in sources.ALL for f in s.figures]
    tested = [(s, f, j) for s, f, j in judged if j.verdict not in ("exact", "not testable")
              and f.recipe not in s.fitted_recipes]  # fmt: skip
    by_run = {}
    for s, f, _ in tested:
        by_run.setdefault((s, f.recipe), []).append(f)
    own = {(s, name): replication.is_outside(
               np.array([f.own_percentiles(s.sweep(name)) for f in figures]))
           for (s, name), figures in by_run.items()}  # fmt: skip
    shares = np.concatenate([flags.mean(axis=1) for flags in own.values()])
    places = np.array([j.percentile for *_, j in tested])
    return {
        "runs": [len({f.recipe for f in s.figures if not f.why_not}) for s in sources.ALL],
        "figures": [Counter(j.verdict for t, _, j in judged if t is s) for s in sources.ALL],
        "fitted": [sum(s.is_fitted(f) for f in s.figures) for s in sources.ALL],
        "claims": [Counter(c.verdict().word for c in s.claims)
                   for s in sources.ALL],
        "outside": [int(np.sum((places < low) | (places > 100 - low))) for low in (5, 1)],
        "of": len(tested),
        "expected": float(shares.sum()),
        "spread": float(np.sqrt(sum(flags.sum(axis=0).var() for flags in own.values()))),
        "spread if independent": float(np.sqrt(np.sum(shares * (1 - shares)))),
        "runs that end outside": float(sum(
            own[key][replication.closing(figures)].mean() for key, figures in by_run.items())),
    }  # fmt: skip


@pytest.fixture(scope="module")
def expected():
    return of_the_library()


def agrees(ours, other):
    return all(ours[name] == pytest.approx(other[name], rel=1e-9)
               if isinstance(other[name], float) else ours[name] == other[name]
               for name in other)  # fmt: skip


def test_chapter_11_is_counted_from_the_data_alone(data, expected):
    ours = counted(data)
    assert agrees(ours, expected), (ours, expected)
    assert set(chain.from_iterable(ours["figures"])) <= set(VERDICTS)
    assert set(chain.from_iterable(ours["claims"])) <= set(WORDS)


@pytest.mark.parametrize("part", ["verdict", "percentile", "fitted", "outside", "claim", "line"])
def test_a_change_of_the_data_is_another_count(data, expected, part):
    """One place is changed; a line of the text alone is counted nowhere."""
    changed = deepcopy(data)
    figure = next(f for f in changed["figures"] if f["verdict"] == "reproduced")
    if part == "verdict":
        figure["verdict"] = "plausible"
    elif part == "percentile":
        figure["percentile"] = 0.5
    elif part == "fitted":
        figure["fitted"] = not figure["fitted"]
    elif part == "outside":
        experiment = next(e for e in changed["experiments"] if e["outside"] and not e["fitted"])
        experiment["outside"][0] += 1
    elif part == "claim":
        claim = changed["claims"][0]
        claim["verdict"] = "false" if claim["verdict"] != "false" else "holds"
    else:
        figure["line"] += 1
    assert agrees(counted(changed), expected) == (part == "line")


# The files


def test_the_table_has_a_row_for_everything(folder, data):
    path = folder / "backprop-replication.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = Counter(row["kind"] for row in rows)
    assert kinds == {"figure": len(data["figures"]), "claim": len(data["claims"]),
                     "evidence": sum(len(c["evidence"]) for c in data["claims"])}  # fmt: skip
    for kind in ("figure", "claim"):
        table = [row for row in rows if row["kind"] == kind]
        for row, whole in zip(table, data[f"{kind}s"], strict=True):
            for name in row.keys() & whole.keys() - {"evidence"}:
                cell = whole[name]
                assert row[name] == ("" if cell is None else str(cell)), (kind, name)


def test_written_again_they_are_the_same(folder, tmp_path):
    replication.write(tmp_path)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_settings_are_plain():
    recipe = sources.D.recipes["xor (64, 128)"].replace(data=([[0, 1]], [[1]]))
    plain = replication.settings(recipe)
    assert plain["data"] == [[[0.0, 1.0]], [[1.0]]]
    assert plain["sizes"] == [2, 64, 128, 1]
    assert plain["optimizer"] == "Momentum(momentum=0.9)"
    falling = replication.settings(sources.D.recipes[sources.D.figures[16].variant])
    assert json.loads(json.dumps(falling)) == falling
