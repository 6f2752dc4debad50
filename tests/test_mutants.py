"""The mutation tests themselves: what they kill, what they report, what they leave alone."""

import subprocess
import sys
import tomllib
from pathlib import Path

import mutants
import pytest
from mutations import mutants as mutants_of
from mutations import normal

MODULE = '''"""A library of one function."""

def part(a, b=2, *, kind="minus"):
    """What a is in b."""
    if b <= 0:
        raise ValueError(f"b is {b}; it must be {1 + 1}")
    found: int = a * b  # a comment
    return -found if kind == "minus" else found
'''
SEES_ALL = """import pytest
from nnlib.losses import part

def test_part():
    assert part(3) == -6
    assert part(1, 1) == -1
    assert part(3, 4, kind="plus") == 12

def test_refused():
    with pytest.raises(ValueError, match="b is 0"):
        part(1, 0)
"""
SEES_LITTLE = """from nnlib.losses import part

def test_zero():
    assert part(0, 3) == 0
"""


def changes(text):
    return [f"{m.before} → {m.after}" for m in mutants_of("m", text)]


# Which mutants there are


@pytest.mark.parametrize(
    ("statement", "others"),
    [
        ("x = a < b", ["x = a <= b", "x = a >= b"]),
        ("x = a == b", ["x = a != b"]),
        ("x = a in b", ["x = a not in b"]),
        ("x = a + b * c", ["x = a - b * c", "x = a + b / c"]),
        ("x = a ** b @ c", ["x = a ** b * c", "x = a * b @ c"]),
        ("x = -a", ["x = a"]),
        ("x = a and b", ["x = a or b"]),
        ("x = [0, 0.5, 0.0, True]", ["x = [1, 0.5, 0.0, True]", "x = [0, 1.0, 0.0, True]",
                                     "x = [0, 0.5, 1.0, True]", "x = [0, 0.5, 0.0, False]"]),
        ("x = a if b else c", ["x = a if not b else c"]),
        ("x = min(a, b)", ["x = max(a, b)"]),
        ("x = a.sum(axis=b)", ["x = a.sum()"]),
        ("x[a] = b", ["pass"]),
        ("x -= a", ["x += a", "pass"]),
        ("a(b)", ["pass"]),
        ("raise a('2 + 2')", ["pass"]),
        ("x: 'a + b' = c", []),
        ("x = zip(a, b, strict=True)", []),
        ("'a text'", []),
    ],
)  # fmt: skip
def test_the_mutants_of_a_statement(statement, others):
    assert sorted(changes(statement)) == sorted(f"{statement} → {other}" for other in others)


def test_the_mutants_of_a_function():
    found = mutants_of("m", MODULE)
    assert [(m.before, m.after) for m in found] == [
        ("def part(a, b=2, *, kind='minus'):", "def part(a, b=2, *, kind='other minus'):"),
        ("def part(a, b=2, *, kind='minus'):", "def part(a, b=3, *, kind='minus'):"),
        ("if b <= 0:", "if b < 0:"),
        ("if b <= 0:", "if b > 0:"),
        ("if b <= 0:", "if b <= 1:"),
        ("raise ValueError(f'b is {b}; it must be {1 + 1}')", "pass"),
        ("found: int = a * b", "found: int = a / b"),
        ("return -found if kind == 'minus' else found", "return"),
        ("return -found if kind == 'minus' else found",
         "return -found if kind != 'minus' else found"),
        ("return -found if kind == 'minus' else found",
         "return found if kind == 'minus' else found"),
    ]  # fmt: skip
    assert {m.place for m in found if not m.before.startswith("def")} == {"part"}
    assert found[0].lines == (3, 8)  # a default: the whole function's
    assert found[2].lines == (5, 5)


def test_what_is_run_at_the_import_is_judged_by_all_tests():
    """A decorator's line is run before any test, and what it does shows in any."""
    plan = object.__new__(mutants.Plan)
    plan.listed = {"tests": {"m": ["f"]}, "compiled": []}
    lines = {"1": ["", "quick"], "3": ["slow"]}
    plan.seen = {"f": {"seconds": {"slow": 2, "quick": 1}, "lines": {"m": lines}}}
    mutant = mutants_of("m", MODULE)[0]._replace(place="Class.method", lines=(3, 3))
    assert plan.tests(mutant) == (["slow"], 2)
    assert plan.tests(mutant._replace(lines=(1, 1))) == (["quick", "slow"], 3)
    assert plan.tests(mutant._replace(lines=(2, 2))) == (["quick", "slow"], 3)


def test_a_mutant_s_text_differs_in_its_statement_only():
    for m in mutants_of("m", MODULE):
        old, new = normal(MODULE).splitlines(), m.text().splitlines()
        differing = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
        assert [(a.strip(), b.strip()) for a, b in differing] == [(m.before, m.after)]
    assert normal(MODULE) == normal(normal(MODULE))


def test_two_changes_of_one_name_are_told_apart():
    found = mutants_of("m", "x = 1\ny = 1\nx = 1\n")
    assert [m.after for m in found] == ["x = 2", "y = 2", "x = 2  (2)"]


# Which are chosen


def test_the_sample_is_the_same_again_and_keeps_most_when_the_source_changes():
    text = "\n".join(f"x{i} = {i}" for i in range(200))
    first = mutants.sample(mutants_of("m", text), 50, 0)
    assert len(first) == 50
    again = mutants.sample(mutants_of("m", text), 50, 0)
    assert [m.name for m in first] == [m.name for m in again]
    other = mutants.sample(mutants_of("m", text), 50, 1)
    assert {m.name for m in other} != {m.name for m in first}
    longer = mutants.sample(mutants_of("m", "new = 3\n" + text), 50, 0)
    assert len({m.name for m in longer} & {m.name for m in first}) >= 49


# What becomes of them


LISTED = """seconds = 1
skip = []
loaded = []
compiled = []
[tests]
losses = ["small"]
"""


@pytest.fixture
def project(tmp_path):
    """A small project with one module; a function that runs the mutation tests on it."""
    root = tmp_path / "project"
    for name, text in {
        "nnlib/__init__.py": "", "nnlib/losses.py": MODULE, "tests/test_small.py": SEES_ALL,
        "tests/mutants.toml": LISTED, "pyproject.toml": "[tool.pytest.ini_options]\n",
        ".gitignore": "build\n",
    }.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    subprocess.run(["git", "init", "-q", root], check=True)

    def run():
        """The status at the end, and what was printed."""
        command = [sys.executable, mutants.__file__, "--all", "--workers", "1", "--root", root]
        done = subprocess.run(command, capture_output=True, text=True)
        assert not done.stderr
        return done.returncode, done.stdout

    return root, run


def files(root):
    return {p: p.read_bytes() for p in root.rglob("*") if p.is_file() and "build" not in p.parts
            and ".git" not in p.parts}  # fmt: skip


def test_tests_that_see_all_kill_all(project):
    root, run = project
    before = files(root)
    status, said = run()
    assert "10 mutants, 10 killed (100.0 %), 0 of them without an end, 0 left" in said
    assert status == 0
    assert files(root) == before  # nothing of the checkout was touched
    assert run() == (0, said[said.index("losses    ") :])  # nothing is judged again


def test_what_is_left_is_reported_and_must_be_explained(project):
    root, run = project
    (root / "tests/test_small.py").write_text(SEES_LITTLE)
    status, said = run()
    line = "not explained: losses: part: if b <= 0: → if b < 0:"
    assert line in said
    assert "10 mutants, 2 killed (20.0 %)" in said
    assert status == 1
    entry = 'place = "losses: part"\nbefore = "if b <= 0:"\nafter = "if b < 0:"\nwhy = "so"\n'
    (root / "tests/mutants.toml").write_text(f"{LISTED}[[left]]\n{entry}")
    status, said = run()
    assert line not in said
    assert status == 1  # still too few are killed
    (root / "tests/test_small.py").write_text(SEES_ALL)
    status, said = run()  # the tests have changed: what was left is judged again
    assert "explained, but killed by tests/test_small.py::test_refused" in said
    assert status == 0


def test_a_mutant_without_an_end_is_killed(project):
    root, run = project
    (root / "nnlib/losses.py").write_text(
        "def part(a):\n    while a > 0:\n        a -= 1\n    return a\n"
    )
    (root / "tests/test_small.py").write_text(
        "from nnlib.losses import part\n\ndef test_part():\n    assert part(3) == 0\n"
    )
    _, said = run()
    assert "killed: losses: part: a -= 1 → a += 1" in said
    assert "killed: losses: part: a -= 1 → pass" in said
    assert "without an end" in said


def test_what_runs_at_the_import_is_judged_by_all_tests(project):
    root, run = project
    (root / "nnlib/losses.py").write_text(
        "class Part:\n    size: int = 2\n\ndef part(a):\n    return a\n"
    )
    (root / "tests/test_small.py").write_text(
        "from nnlib.losses import Part, part\n\ndef test_part():\n    assert part(3) == 3\n"
        "\ndef test_size():\n    assert Part.size == 2\n"
    )
    status, said = run()
    assert "killed: losses: Part: size: int = 2 → size: int = 3" in said
    assert status == 0


def test_a_test_that_fails_without_a_mutant_kills_none(project):
    root, run = project
    bad = "\n\ndef test_bad():\n    assert part(1) == 9\n"
    (root / "tests/test_small.py").write_text(SEES_LITTLE + bad)
    status, said = run()
    assert "it does not pass without a mutant: tests/test_small.py::test_bad" in said
    assert "10 mutants, 2 killed" in said
    assert status == 1


def test_enough_killed_and_all_explained_is_well():
    verdicts = {f"losses: place: a{i} → b": "a test" for i in range(19)}
    left = {"losses: place: c → d": None}
    known = {"losses: place: c → d": "both are the same"}
    assert mutants.summary(verdicts | left, known)[1]
    assert not mutants.summary(verdicts | left, {})[1]
    verdicts.popitem()
    text, good = mutants.summary(verdicts | left, known)
    assert not good
    assert "19 mutants, 18 killed (94.7 %), 0 of them without an end, 1 left" in text
    assert not mutants.summary({}, known)[1]


def test_the_project_s_own_list_names_modules_tests_and_reasons():
    here = Path(mutants.__file__).parent
    listed = tomllib.loads((here / "mutants.toml").read_text(encoding="utf-8"))
    for module, tests in listed["tests"].items():
        assert (here.parent / f"nnlib/{module}.py").exists()
        assert all((here / f"test_{name}.py").exists() for name in tests)
    known = mutants.reasons(listed)
    assert {name.split(":")[0] for name in known} <= set(listed["tests"])
    for module in {name.split(":")[0] for name in known}:
        text = (here.parent / f"nnlib/{module}.py").read_text(encoding="utf-8")
        there = {m.name for m in mutants_of(module, text)}
        assert not {name for name in known if name.split(":")[0] == module} - there
    assert all(reason.strip() for reason in known.values())
