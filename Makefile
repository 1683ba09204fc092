# make demo, make test: everything else is set up on the way.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .ci/constraints.txt

# Tests and tutorials start hundreds of processes: compiled modules are kept.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-browser lab lint docs notebooks goldens faults versions mutations endless bench browser clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	@echo "creating a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml .ci/constraints.txt | $(BIN)/python
	@echo "installing datalchemy_nb with the demo database"
	@$(PIP) --editable '.[demo]'
	@touch $@

$(VENV)/.test: pyproject.toml .ci/constraints.txt | $(BIN)/python
	@echo "installing datalchemy_nb with everything the tests need"
	@$(PIP) --editable '.[demo,lab,docs,test,browser,dask]'
	@touch $@ $(VENV)/.demo $(VENV)/.lab $(VENV)/.docs

$(VENV)/.lab: pyproject.toml .ci/constraints.txt | $(BIN)/python
	@echo "installing datalchemy_nb with JupyterLab and the demo database"
	@$(PIP) --editable '.[demo,lab]'
	@touch $@ $(VENV)/.demo

$(VENV)/.docs: pyproject.toml .ci/constraints.txt | $(BIN)/python
	@echo "installing the documentation generator"
	@$(PIP) --editable '.[demo,docs]'
	@touch $@

$(VENV)/.bench: pyproject.toml .ci/constraints.txt | $(BIN)/python
	@echo "installing what is measured against"
	@$(PIP) --editable '.[demo,bench]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo ## a real PostgreSQL, introspected, filled, judged and compared with goldens
	@$(BIN)/datalchemy demo

# DuckDB 2.0 now and then ends a worker process from within when many run at once; what failed is run once more, alone.
# The browser's tests come last and one at a time: they are watched as a person would see them.
test: lint browser ## lint, types, import directions, generated docs, every test, and the panels in a browser
	@$(BIN)/python -m pytest -n auto --ignore tests/browser || \
		$(BIN)/python -m pytest --ignore tests/browser --last-failed --last-failed-no-failures none
	@$(BIN)/python -m pytest tests/browser -rs

lint: $(VENV)/.test ## ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

lab: $(VENV)/.lab ## JupyterLab on the quickstart
	@$(BIN)/jupyter trust notebooks/*.ipynb >/dev/null
	@$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) --ServerApp.root_dir=notebooks --LabApp.default_url=/lab/tree/01_quickstart.ipynb

docs: $(VENV)/.docs ## build the documentation into site/; warnings are errors
	@$(BIN)/python -m tests.docs.references
	@$(BIN)/python -c "import pathlib, datalchemy_nb.commands.help as h; pathlib.Path('docs/verbs.md').write_text(h.verbs_markdown())"
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "site/index.html"

notebooks: $(VENV)/.test ## execute the notebooks and save their outputs
	@$(BIN)/python -m tests.notebooks.execute

goldens: $(VENV)/.demo ## write the goldens of the example plans again, after a reviewed change of bytes
	@$(BIN)/python -m tests.pipeline.goldens

browser: ## install Chromium for the tests of the panels, where apt can (they are skipped without one)
	@command -v chromium chromium-browser google-chrome >/dev/null || \
	{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
	echo "no Chromium could be installed; the browser tests will be skipped"

endless: $(VENV)/.demo ## judge random schemas, a thousand from FIRST on, and report what became of them
	@$(BIN)/python -m tests.endless $(or $(FIRST),0) $(shell expr $(or $(FIRST),0) + 1000)

faults: $(VENV)/.test ## fail every write, rename and query of every verb once, and kill runs 200 times
	@$(BIN)/python -m tests.faults --all --kills 200

versions: $(VENV)/.demo ## the pipeline with the lowest and newest libraries on each Python here; the bytes must be the same
	@$(BIN)/python -m tests.versions

mutations: $(VENV)/.test ## 10,000 mutated plans and schemas, and damaged files of runs
	@$(BIN)/python -m tests.mutations --count 10000 --files 500

bench: $(VENV)/.bench ## measure against the targets; writes docs/performance.md
	@$(BIN)/python -m tests.benchmarks

clean: ## remove the virtual environment and caches
	@rm -rf $(VENV) .versions site .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info

test-browser: $(VENV)/.test browser ## only the panels, in a real JupyterLab and Chromium
	@$(BIN)/python -m pytest tests/browser -rs
