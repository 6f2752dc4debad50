"""The command that looks for wheels: what it reads in uv's words, and that it says no."""

import pytest
import wheels

NO_WHEELS = """error: No solution found when resolving dependencies
  cause: Because quickjs==1.19.4 has no usable wheels and you require quickjs==1.19.4, we can
  conclude that your requirements are unsatisfiable.

hint: Wheels are required for `quickjs` because building from source is disabled
"""


@pytest.mark.parametrize(
    ("words", "pins"),
    [
        (NO_WHEELS, ["quickjs==1.19.4"]),
        ("Because a-b{os_name == 'nt'}==1.0 has\n   no usable wheels and", ["a-b==1.0"]),
        ("Because torch==2.0.0 has no wheels with a matching Python ABI tag", ["torch==2.0.0"]),
        ("Because there is no version of numpy==99.1 and you require", ["numpy==99.1"]),
        ("error: Could not connect to the index", []),
    ],
)
def test_the_refused_pins_are_read_in_the_words_of_uv(words, pins):
    assert wheels.refused(words) == pins


def index_without(*gone):
    """Instead of uv: refuses the first pin of `gone` that is asked for, as uv does."""

    def ask(pins, python, platform):
        for line in pins.splitlines():
            pin = line.split(" ")[0]
            if (pin, python, platform) in gone:
                return 1, f"Because {pin} has no usable wheels and you require {pin}"
        return 0, ""

    return ask


@pytest.fixture
def requirements(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text("a==1.0\nb==2.0 ; os_name == 'nt'\nc==3.0\n", encoding="utf-8")
    return path


def test_all_missing_pins_are_found_not_only_the_first(requirements):
    pins = requirements.read_text()
    ask = index_without(*((pin, "3.13", "linux") for pin in ("b==2.0", "c==3.0")))
    assert wheels.missing(pins, "3.13", "linux", ask) == ["b==2.0", "c==3.0"]
    assert wheels.missing(pins, "3.12", "linux", ask) == []


def test_the_command_says_yes(requirements, capsys):
    assert wheels.main(requirements, index_without()) == 0
    assert "missing" not in capsys.readouterr().out


def test_the_command_says_no_and_names_pin_python_and_platform(requirements, capsys):
    gone = ("c==3.0", "3.13", wheels.PLATFORMS["Linux aarch64"])
    assert wheels.main(requirements, index_without(gone)) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[2].split() == ["Linux", "aarch64", "all", "all", "1", "missing", "all"]
    assert printed[-1] == "Linux aarch64, Python 3.13: no wheel of c==3.0"


def test_what_readme_does_not_promise_is_named_but_no_failure(requirements, capsys):
    gone = ("c==3.0", "3.14", wheels.PLATFORMS["macOS x86-64"])
    assert wheels.main(requirements, index_without(gone)) == 0
    assert "no wheel of c==3.0 (README promises none)" in capsys.readouterr().out


def test_no_answer_is_not_taken_for_a_yes(requirements):
    with pytest.raises(wheels.NoAnswer, match="no route"):
        wheels.main(requirements, lambda *asked: (2, "error: no route to the index"))


def test_uv_itself_says_no_about_quickjs_on_python_3_13():
    """quickjs 1.19.4 has wheels up to Python 3.12 only; six has one for all."""
    try:
        found = wheels.missing("six==1.17.0", "3.13", wheels.PLATFORMS["Linux x86-64"])
    except wheels.NoAnswer as error:
        pytest.skip(f"the index cannot be asked: {error}")
    assert found == []
    pins = "six==1.17.0\nquickjs==1.19.4"
    for python, gone in {"3.12": [], "3.13": ["quickjs==1.19.4"]}.items():
        assert wheels.missing(pins, python, wheels.PLATFORMS["Linux x86-64"]) == gone
