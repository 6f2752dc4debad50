"""Mutation tests: small errors are put into the library, one at a time, and a test must fail.

    python tests/mutants.py [--all] [--count 420] [--seed 0] [--workers 2] [--fresh]

A mutant is run against those quick tests of its module that run its lines, the quickest first,
until one fails: then it is killed. So it is when it does not come to an end. What survives must
stand in ``mutants.toml``, with a line that says why no test can see it; else, or when less than
95 % are killed, the program ends with an error. That file has the modules and their tests, too.
All happens in copies of the project.

What was judged is kept in build/mutants: a killed mutant as long as its module and the test that
killed it stay as they are, a survivor as long as its module and all of its tests do.

Why no library does it: mutmut 3 leaves decorated functions and what stands outside of functions as
they are, here the formulas of the compiled loop, the bounds of the rules, and the properties;
cosmic-ray changes the files of the checkout itself and has one command for all tests.
"""

import argparse
import ast
import contextlib
import hashlib
import importlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter
from pathlib import Path

import coverage
import pytest
from mutations import mutants, normal

HERE = Path(__file__).parent
LEAST = 0.95  # the share that must be killed
# One thread each; no plugins of pytest's, which take long to load; the one tracer of lines that
# tells which test runs them.
SETTINGS = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
    "COVERAGE_CORE": "ctrace",
}  # fmt: skip
PYTEST = ("-p", "no:cacheprovider", "--tb=short")


class Copy:
    """A copy of the project in a folder of its own; a process of its own runs tests in it."""

    def __init__(self, root, folder, modules):
        self.folder, self.normal = Path(folder), {}
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, capture_output=True, check=True,
        ).stdout.decode().split("\0")  # fmt: skip
        for name in filter(None, listed):
            if (root / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / name, self.folder / name)
        for module in modules:
            self.normal[module] = normal(self.path(module).read_text(encoding="utf-8"))
            self.put(module, self.normal[module])

    def path(self, module):
        return self.folder / f"nnlib/{module}.py"

    def put(self, module, text):
        """Write a module's source; what Python has compiled of it is removed."""
        path = self.path(module)
        path.write_text(text, encoding="utf-8")
        for old in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
            old.unlink()

    def start(self, work, seconds):
        """The id of a new process that does ``work()`` here, in so many seconds of a processor."""
        result = self.folder / "result.json"
        result.unlink(missing_ok=True)
        sys.stdout.flush()
        process = os.fork()
        if process:
            return process
        try:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 5))
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)
            out = os.open(self.folder / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(out, 1)
            os.dup2(out, 2)
            os.chdir(self.folder)
            os.environ["PYTHONPATH"] = str(self.folder)
            sys.path[:] = [str(self.folder), *(p for p in sys.path if p != str(HERE))]
            result.write_text(json.dumps(work()))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)

    def result(self):
        """What the process left, or None if it left nothing."""
        with contextlib.suppress(OSError, ValueError):
            return json.loads((self.folder / "result.json").read_text())

    def output(self):
        """The end of what the process printed."""
        return (self.folder / "output.txt").read_text(errors="replace")[-2000:]


def ended(process, limit):
    """Whether a process has ended; after its limit, in monotonic time, it is made to end."""
    done, _ = os.waitpid(process, os.WNOHANG)
    late = not done and time.monotonic() > limit
    if done or late:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)  # and whatever it has started
        if late:
            os.waitpid(process, 0)
    return done or late


def side_by_side(copies, jobs, begin):
    """(copy, job, result) for each job, done in as many copies at once as there are.

    ``begin(copy, job)`` starts its process and returns its id and its limit in seconds of its own
    time. A process that stands still for ten times that, and a minute, counts as without an end.
    """
    waiting, busy, free = list(jobs)[::-1], {}, list(copies)
    try:
        while waiting or busy:
            while waiting and free:
                copy, job = free.pop(), waiting.pop()
                process, seconds = begin(copy, job)
                busy[process] = copy, job, time.monotonic() + 60 + 10 * seconds
            for process, (copy, job, limit) in list(busy.items()):
                if ended(process, limit):
                    del busy[process]
                    free.append(copy)
                    yield copy, job, copy.result()
            time.sleep(0.01)
    finally:  # of Ctrl-C, too: nothing goes on
        for process in busy:
            ended(process, 0)


class Chosen:
    """For pytest: runs the chosen tests in their order, and keeps the first that fails."""

    def __init__(self, names):
        self.names, self.failed = {name: i for i, name in enumerate(names)}, None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if item.nodeid in self.names]
        items.sort(key=lambda item: self.names[item.nodeid])

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed = self.failed or f"the import of {report.nodeid}"

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed = self.failed or report.nodeid


def judge(names):
    """Run these tests until one fails: its name, or None."""
    if not names:
        return None
    chosen = Chosen(names)
    files = dict.fromkeys(name.split("::")[0] for name in names)
    code = pytest.main(["-x", *PYTEST, *files], plugins=[chosen])
    return chosen.failed or (f"the end of pytest with {int(code)}" if code else None)


class Watch:
    """For pytest: how long each test takes, and which lines of the modules it runs.

    What a fixture runs that tests share is counted for the whole file.
    """

    def __init__(self, cover):
        self.cover, self.seconds, self.passed, self.now = cover, {}, {}, ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.now = item.nodeid
        self.cover.switch_context(self.now)
        begin = time.process_time()
        found = yield
        self.seconds[item.nodeid] = round(time.process_time() - begin, 4)
        self.cover.switch_context("")
        return found

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        if fixturedef.scope != "function":
            self.cover.switch_context(self.now.split("::")[0])
        found = yield
        self.cover.switch_context(self.now)
        return found

    def pytest_runtest_logreport(self, report):
        good = not report.failed and not (report.skipped and report.when == "setup")
        self.passed[report.nodeid] = self.passed.get(report.nodeid, True) and good


def watch(copy, file, skip):
    """What was seen of a file's tests: {"seconds", "lines": {module: {line: tests}}, "failed"}.

    ``skip``: parts of the names of tests that are not run.
    """
    paths = {module: str(copy.path(module)) for module in copy.normal}
    cover = coverage.Coverage(data_file=None, include=list(paths.values()), config_file=False)
    cover.start()
    seen = Watch(cover)
    names = " and ".join(f"not {name}" for name in skip)
    pytest.main([*PYTEST, "-k", names, f"tests/test_{file}.py"], plugins=[seen])
    cover.stop()
    found = Path(importlib.import_module("nnlib").__file__).resolve()
    if copy.folder.resolve() not in found.parents:
        raise AssertionError(f"the tests ran {found}")
    return {
        "seconds": {name: seen.seconds[name] for name, passed in seen.passed.items() if passed},
        "lines": {m: cover.get_data().contexts_by_lineno(path) for m, path in paths.items()},
        "failed": [name for name, passed in seen.passed.items() if not passed],
    }


def digest(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:24]


class Plan:
    """Which tests judge a mutant, from one watched run of each file of tests."""

    def __init__(self, listed, copies, state, files):
        self.listed, self.copy, self.seen, waiting = listed, copies[0], {}, []
        tests = self.copy.folder / "tests"
        self.texts = {f: (tests / f"test_{f}.py").read_text(encoding="utf-8") for f in files}
        sources, skip = digest(*self.copy.normal.values()), listed["skip"]
        for file in files:
            kept = state / f"seen-{file}-{digest(sources, self.texts[file], *skip)}.json"
            if kept.exists():
                self.seen[file] = json.loads(kept.read_text())
            else:
                waiting.append((file, kept))

        def begin(copy, job):
            return copy.start(lambda: watch(copy, job[0], skip), 3000), 3000

        for copy, (file, kept), result in side_by_side(copies, waiting, begin):
            if result is None:
                sys.exit(f"tests/test_{file}.py did not run:\n{copy.output()}")
            kept.write_text(json.dumps(result))
            self.seen[file] = json.loads(kept.read_text())
        for seen in self.seen.values():
            for name in seen["failed"]:
                print(f"left out, since it does not pass without a mutant: {name}")

    def tests(self, mutant):
        """The names of the tests to run, the quickest first, and how long all of them take.

        Where no test runs a line, as where it is run at the import, all tests count.
        """
        (first, last), found, every, imported = mutant.lines, {}, {}, not mutant.place
        for file in self.listed["tests"][mutant.module]:
            seen = self.seen[file]
            lines = seen["lines"].get(mutant.module, {})
            names = {n for i in range(first, last + 1) for n in lines.get(str(i), ())}
            shared = f"tests/test_{file}.py" in names
            found |= {n: s for n, s in seen["seconds"].items() if shared or n in names}
            every |= seen["seconds"]
            imported |= "" in names
        if not found or imported or mutant.module in self.listed["compiled"]:
            found = every
        return sorted(found, key=found.get), sum(found.values())

    def key(self, mutant, killer):
        """What a verdict depends on: the module, and the test that killed it or all its tests."""
        texts = [self.texts[file] for file in self.listed["tests"][mutant.module]]
        texts += self.tests(mutant)[0]
        if killer:
            file, _, name = killer.partition("::")
            text = self.texts.get(Path(file).stem.removeprefix("test_"), "")
            texts = [_function(text, name.split("[")[0])]
        return digest(mutant.name, self.copy.normal[mutant.module], *texts)


def _function(text, name):
    """The source of a function in a file of tests, with its decorators."""
    found = [node for node in ast.parse(text).body if getattr(node, "name", None) == name]
    return ast.unparse(found[0]) if found else ""


def judged(plan, copies, chosen, path, seconds):
    """{mutant's name: what killed it, None if nothing}; what is new is written to the file."""
    verdicts, waiting, kept = {}, [], {}
    if path.exists():
        kept = {line["name"]: line for line in map(json.loads, path.read_text().splitlines())}
    for mutant in chosen:
        old = kept.get(mutant.name)
        if old and old["key"] == plan.key(mutant, old["killer"]):
            verdicts[mutant.name] = old["killer"]
        else:
            waiting.append(mutant)

    def begin(copy, mutant):
        names, usual = plan.tests(mutant)
        for module, text in copy.normal.items():
            if copy.path(module).read_text(encoding="utf-8") != text:
                copy.put(module, text)
        copy.put(mutant.module, mutant.text())
        limit = seconds + 4 * usual
        return copy.start(lambda: {"killer": judge(names)}, limit), limit

    with path.open("a") as file:
        done = enumerate(side_by_side(copies, waiting, begin), start=1)
        for i, (_, mutant, result) in done:
            killer = verdicts[mutant.name] = result["killer"] if result else "no end"
            line = {"name": mutant.name, "killer": killer, "key": plan.key(mutant, killer)}
            file.write(json.dumps(line) + "\n")
            file.flush()
            print(
                f"{i}/{len(waiting)} {'killed' if killer else 'LEFT'}: {mutant.name}", flush=True
            )
    return verdicts


def sample(found, count, seed):
    """So many mutants, by chance; where the source changes, most of the others stay chosen."""
    drawn = sorted(found, key=lambda mutant: digest(str(seed), mutant.name))[:count]
    names = {mutant.name for mutant in drawn}
    return [mutant for mutant in found if mutant.name in names]


def reasons(listed):
    """{mutant's name: why no test can kill it}."""
    return {
        f"{e['place']}: {e['before']} → {e['after']}": e["why"] for e in listed.get("left", [])
    }


def summary(verdicts, known):
    """The words for the end, and whether all is well. ``known``: the reasons for those left."""
    left = [name for name, killer in verdicts.items() if not killer]
    modules, alive = (Counter(n.split(":")[0] for n in names) for names in (verdicts, left))
    lines = [
        f"{name:<14}{count:>5} mutants{alive[name]:>4} left" for name, count in modules.items()
    ]
    endless = sum(killer == "no end" for killer in verdicts.values())
    share = 1 - len(left) / max(1, len(verdicts))
    lines.append(
        f"{len(verdicts)} mutants, {len(verdicts) - len(left)} killed ({100 * share:.1f} %), "
        f"{endless} of them without an end, {len(left)} left"
    )
    unknown = [name for name in left if name not in known]
    lines += [f"not explained: {name}" for name in unknown]
    lines += [f"explained, but killed by {verdicts[n]}: {n}" for n in known if verdicts.get(n)]
    return "\n".join(lines), share >= LEAST and not unknown and bool(verdicts)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="all mutants, no sample; some hours")
    parser.add_argument("--count", type=int, default=420, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--workers", type=int, default=2, help="how many at once")
    parser.add_argument("--only", nargs="*", help="of the sample, only these modules'")
    parser.add_argument("--fresh", action="store_true", help="judge anew what was judged before")
    parser.add_argument("--root", type=Path, default=HERE.parent, help="the project's folder")
    asked = parser.parse_args(arguments)
    listed = tomllib.loads((asked.root / "tests/mutants.toml").read_text(encoding="utf-8"))
    os.environ |= SETTINGS
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    for name in listed["loaded"]:
        importlib.import_module(name)
    state = asked.root / "build/mutants"
    if asked.fresh:
        shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        tests = listed["tests"]
        copies = [Copy(asked.root, f"{folder}/{i}", tests) for i in range(asked.workers)]
        chosen = [m for name, text in copies[0].normal.items() for m in mutants(name, text)]
        if not asked.all:
            chosen = sample(chosen, asked.count, asked.seed)
        chosen = [m for m in chosen if not asked.only or m.module in asked.only]
        files = dict.fromkeys(file for m in chosen for file in tests[m.module])
        plan = Plan(listed, copies, state, files)
        verdicts = judged(plan, copies, chosen, state / "judged.jsonl", listed["seconds"])
    text, good = summary(verdicts, reasons(listed))
    print(text)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
