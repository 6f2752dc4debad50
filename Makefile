# Everything runs in a virtual environment that the first command creates: Python 3.11 or newer,
# make and git are enough.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
TEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: report test test-lab lab notebooks sweeps bench peers damage wheels lint clean

report: $(READY)  ## run all chapters, write report/backprop-report.html and .pdf
	$(BIN)/python -m nnlib.export report

test: $(READY)  ## unit and property tests, notebooks, export, browser
	$(TEST) --cov --cov-report=term --ignore=tests/chapters tests
	$(TEST) --nbval --nbval-current-env --nbval-cell-timeout=120 notebooks tests/chapters

test-lab: $(READY)  ## all chapters in JupyterLab in a browser, opened, run and turned
	$(BIN)/python -m pytest tests/chapters/test_lab.py --all-chapters

lab: $(READY)  ## JupyterLab on the chapters
	$(BIN)/jupyter lab notebooks

notebooks: $(READY)  ## re-run the chapters in place, outputs stored
	$(BIN)/python -m nnlib.export notebooks

sweeps: $(READY)  ## compute the stored runs behind chapters 5 to 11; an hour, may be stopped
	$(BIN)/python -m nnlib.sources

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

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check nnlib tests libraries

wheels: $(READY)  ## whether every pinned requirement has a wheel for each Python and platform
	$(BIN)/python tests/wheels.py

clean:  ## remove what was built, the virtual environment too
	rm -rf .venv report build nnlib.egg-info .coverage .pytest_cache .hypothesis .ruff_cache

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed; $$($(PYTHON) --version) was found. Try make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
