# Every chore of the project. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test soak check bench score judge gazetteer sources-table clean
.DEFAULT_GOAL := help

help: ## list the chores
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/run.stamp ## replay a recorded crisis against the real service, in under two minutes
	@$(BIN)/groundstop demo

test: $(VENV)/dev.stamp ## the tests; no network but loopback
	$(BIN)/python -m pytest -q

soak: $(VENV)/soak.stamp ## faults, floods and hostile pages at full size, with a table of what was measured; up to an hour
	$(BIN)/python -m pytest tests/soak --soak -v

check: $(VENV)/dev.stamp ## lint and types
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/dev.stamp ## what it costs, against bare Scrapy in the same minute
	$(BIN)/python -m tests.bench

score: $(VENV)/run.stamp ## how well notices are understood: the labelled ones in tests/notices
	@$(BIN)/python -m tests.extraction_score

judge: $(VENV)/judge.stamp ## train the learned model again from data/judge/sentences
	$(BIN)/python -m pipelines.extract.learned.train

gazetteer: $(VENV)/gazetteer.stamp ## generate data/gazetteer again from its packages and curated rows
	$(BIN)/python -m pipelines.gazetteer.build

sources-table: $(VENV)/run.stamp ## write the table of sources in data/README.md again from the records
	$(BIN)/python -m scrapers.table

clean: ## remove the environment and the caches
	rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "groundstop needs Python 3.11 or newer: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "groundstop needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: sudo apt-get install $(or $(filter python3%,$(notdir $(PYTHON))),python3)-venv"; exit 1; }
	@echo "creating the environment in $(VENV) (once; about a minute)" && $(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/%.stamp: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[$*]'
	@touch $@ $(VENV)/run.stamp
