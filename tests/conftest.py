"""What holds for all tests.

Property tests draw the same 50 examples on every run and every machine, and none is timed. The
files that take longest come first, so that several workers end at about the same time.
"""

import signal

import browsers
import pytest
from hypothesis import settings

settings.register_profile("nnlib", deadline=None, derandomize=True, database=None, max_examples=50)
settings.load_profile("nnlib")

# A shell that starts something with & tells it to ignore Ctrl-C: no test could be interrupted.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser):
    help = "open all chapters in JupyterLab, not only those with the tuning panel"
    parser.addoption("--all-chapters", action="store_true", help=help)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """A test with ``pytest.mark.numba`` trains in the compiled loop, by its name or a claim's."""
    if item.get_closest_marker("numba"):
        pytest.importorskip("numba")


@pytest.fixture(scope="module")
def browser():
    with browsers.browser() as browser:
        yield browser


LONG = ("test_whole_report.py", "test_lab.py", "test_sources.py", "test_compiled_bits.py")


def pytest_collection_modifyitems(items):
    items.sort(
        key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG)
    )
