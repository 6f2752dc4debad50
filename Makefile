# Everything runs in a virtual environment that the first command creates: Python 3.11 or newer,
# make and git are enough.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
TEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: report handout test coverage test-lab lab notebooks kernel part contours live-check \
    sweeps data bench peers damage wheels test-matrix kills mutants api lint clean

# A command that has no such option says so.
OPTIONS = $(if $(EDITION),--edition "$(EDITION)") $(if $(CHAPTERS),--chapters "$(CHAPTERS)") \
    $(if $(FRESH),--fresh)

# EDITION=teacher: backprop-report-teacher.html and .pdf, with solutions. CHAPTERS="01 03": a part.
# FRESH=1: what did not change since the last report is made anew, too.
report: $(READY)  ## run all chapters, write report/backprop-report.html and .pdf
	$(BIN)/python -m nnlib.export report $(OPTIONS)

handout: $(READY)  ## a folder for students: chapters and library, no solutions
	$(BIN)/python -m nnlib.export handout $(OPTIONS)

test: $(READY)  ## unit and property tests, all chapters run and compared, export, browser
	$(TEST) tests

coverage: $(READY)  ## which lines of nnlib the unit and property tests run; slower by half
	$(TEST) --cov --cov-report=term --ignore=tests/chapters tests

test-lab: $(READY)  ## all chapters in JupyterLab in a browser, opened, run and turned
	$(BIN)/python -m pytest tests/chapters/test_lab.py --all-chapters

lab: $(READY)  ## JupyterLab on the chapters
	$(BIN)/jupyter lab notebooks

notebooks: $(READY)  ## re-run the chapters in place, outputs stored; CHAPTERS="01 03": only some
	$(BIN)/python -m nnlib.export notebooks $(OPTIONS)

kernel: $(READY)  ## make the page's training loop anew from nnlib/compiled/kernel.py, as WebAssembly
	$(BIN)/python -m nnlib.live.module

part: $(READY)  ## write report/nn-live.js: the tuning panel as an element for anybody's page
	$(BIN)/python -m nnlib.live.part report/nn-live.js

contours:  ## fetch the contours that draw the panel again, with npm
	npm pack d3-contour@$$(cut -d' ' -f2 nnlib/live/d3-contour/VERSION) --silent
	tar -xzf d3-contour-*.tgz --strip-components=1 -C nnlib/live/d3-contour package/LICENSE
	tar -xzf d3-contour-*.tgz --strip-components=2 -C nnlib/live/d3-contour package/dist/d3-contour.min.js
	rm d3-contour-*.tgz

live-check: $(READY)  ## 420 trainings in the report, in a browser, against Python's, bit by bit; some minutes
	$(BIN)/python tests/live_check.py

sweeps: $(READY)  ## compute the stored runs behind chapters 5 to 11; an hour, may be stopped
	$(BIN)/python -m nnlib.sources

data: $(READY)  ## all figures, claims and verdicts in report/backprop-replication.csv and .json
	$(BIN)/python -m nnlib.sources.replication

bench: $(READY)  ## speed beside other ways to do the same, as ratios
	$(BIN)/python tests/bench/bench.py

# In an environment of its own. tinygrad needs clang; without it its stored numbers stay.
peers:  ## install other libraries and measure what chapter 13 says of them; some minutes
	$(PYTHON) -m venv build/peers-venv
	build/peers-venv/bin/python -m pip install --quiet --disable-pip-version-check \
	    -r libraries/requirements.txt
	build/peers-venv/bin/python -m libraries

damage: $(READY)  ## damage saved networks and stores 8000 times: none may give other numbers
	$(BIN)/python tests/damage.py

kills: $(READY)  ## stop sweeps, notebooks and report at 300 random moments: nothing may be lost
	$(BIN)/python tests/kills.py

# Other Pythons and versions are installed below build/matrix. SETTINGS='"no numba"': some only.
test-matrix: $(READY)  ## the tests and chapters in all settings, docs/settings.md; an hour or two
	$(BIN)/python tests/matrix.py $(SETTINGS)

# ALL=1: all mutants, not a sample; FRESH=1: what was judged before, too.
mutants: $(READY)  ## 420 small errors in the library: a test must see each, or it is explained; an hour
	$(BIN)/python tests/mutants.py $(if $(ALL),--all) $(if $(FRESH),--fresh)

api: $(READY)  ## the library's reference, from its docstrings: build/api/index.html
	$(BIN)/python -m pdoc --docformat numpy --output-directory build/api nnlib \
	    $(addprefix nnlib.,activations figures gradcheck losses network optimizers \
	    recipe runs sources sweeps training widgets wrong)

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check nnlib tests libraries

wheels: $(READY)  ## whether every pinned requirement has a wheel for each Python and platform
	$(BIN)/python tests/wheels.py

clean:  ## remove what was built, the virtual environment too
	rm -rf .venv report handout build nnlib.egg-info .coverage .pytest_cache .hypothesis .ruff_cache

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed; $$($(PYTHON) --version) was found. Try make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
