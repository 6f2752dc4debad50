"""What one sample costs in both forms of backpropagation: ``costs.json``, of which chapter 3 shows
a table.

``python tests/bench/costs.py`` measures anew, in less than a minute.
"""

import json
import time
import tracemalloc
from pathlib import Path

from nnlib import Network, data, graph, network

FILE = Path(__file__).with_name("costs.json")
WIDTHS = (10, 18, 30, 55, 100, 180, 300)
FORMS = {"Jacobians": graph.gradients, "matrix form": network.gradients}
ROUNDS = 5


def shortest_time(function, *arguments):
    """The shortest of some calls, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - start)
    return min(times)


def peak_of_memory(function, *arguments):
    """The most bytes that Python holds for a call."""
    tracemalloc.start()
    function(*arguments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def measured(widths=WIDTHS):
    """{what: {form: values, a width each}}."""
    X, y = data.xor()
    nets = [Network((2, n, n, 1), init="glorot", rng=0) for n in widths]
    arguments = [(net, X[5:6], y[5:6], "bce", "sum") for net in nets]
    return {
        "widths": list(widths),
        "seconds": {
            name: [float(f"{shortest_time(form, *each):.3g}") for each in arguments]
            for name, form in FORMS.items()
        },
        "peak of memory in bytes": {
            name: [peak_of_memory(form, *each) for each in arguments]
            for name, form in FORMS.items()
        },
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(measured(), indent=1) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))
