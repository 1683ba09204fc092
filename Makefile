# make demo, make test: everything else is set up on the way.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .ci/constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test lab lint docs goldens clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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
	@$(PIP) --editable '.[demo,lab,test]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo ## a real PostgreSQL, introspected, filled, judged and compared with goldens
	@$(BIN)/datalchemy demo

test: lint ## lint, types, import directions, generated docs, and every test
	@$(BIN)/python -m pytest -n auto

lint: $(VENV)/.test ## ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

lab: $(VENV)/.test ## JupyterLab on the notebooks
	@$(BIN)/jupyter lab --notebook-dir notebooks

goldens: $(VENV)/.demo ## write the goldens of the example plans again, after a reviewed change of bytes
	@$(BIN)/python -m tests.pipeline.goldens

clean: ## remove the virtual environment and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
