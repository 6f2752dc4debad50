"""nnlib installed in parts: each works with what it needs, or says which extra it lacks."""

import pytest
from own_process import output

# What the extras bring; "nnlib" by itself has NumPy, joblib and tqdm.
FAST = ("numba", "llvmlite")
REPORT = ("matplotlib", "contourpy", "PIL", "IPython", "ipywidgets", "anywidget", "nbconvert",
          "nbclient", "bs4", "quickjs", "markdown_it", "mdit_py_plugins", "nh3", "typst",
          "pybtex")  # fmt: skip
BARE = f"""
import sys
sys.modules.update(dict.fromkeys({FAST + REPORT}))
"""


def test_the_library_works_with_its_three_dependencies(tmp_path):
    code = (
        BARE
        + """
from nnlib import Recipe, agree, check_gradients, data, graph, sources, sweep, train, Network
from nnlib import activations, losses, optimizers, recipe, training
from nnlib.compiled import layout
from nnlib.sweeps import store, fingerprint
X, y = data.xor()
net = Network(rng=0)
assert check_gradients(net, X, y).ok
print(train(Recipe(epochs=250), 0).engine, sweep(Recipe(epochs=2), 2, n_jobs=1).finished.all())
figure = sources.A.figures[52]
print(sources.A.compare(figure).verdict, sources.A.claim("relu_efficient").verdict().word)
"""
    )
    assert output(code, tmp_path) == "numpy True\nreproduced holds"


@pytest.mark.parametrize("part", ["figures", "widgets", "export"])
def test_what_is_missing_is_named_with_its_extra(part, tmp_path):
    code = (
        BARE
        + f"""
try:
    import nnlib.{part}
except ModuleNotFoundError as error:
    print(error.name, error)
"""
    )
    name, _, sentence = output(code, tmp_path).partition(" ")
    assert sentence == (
        f'nnlib.{part} needs {name}, which is not installed: pip install "nnlib[report]"'
    )
    assert name in REPORT


@pytest.mark.parametrize("missing", REPORT)
def test_every_module_of_the_extra_is_asked_for_by_some_part(missing, tmp_path):
    code = f"""
import sys
sys.modules[{missing!r}] = None
said = []
for part in ("figures", "widgets", "export.report"):
    try:
        __import__("nnlib." + part)
    except ModuleNotFoundError as error:
        said.append("nnlib[report]" in str(error))
print(bool(said) and all(said))
"""
    assert output(code, tmp_path) == "True"
