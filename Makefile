# Closeknit. `make help` lists what there is to do; each target installs what it needs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Settings, all of them optional: make demo STORE=sqlite:////tmp/town.db SERVE=0
PYTHON ?=#   the interpreter that makes .venv; found by itself when empty
STORE ?=#    where the demo keeps its graph
SERVE ?= 1#  0: the demo ends instead of serving the API
ARGS ?=#     passed on: make test ARGS='-k resolve', make bench ARGS=store
UPGRADE ?=#  1: make lock takes the newest allowed versions

BIN := .venv/bin
BOOTSTRAP := $(or $(strip $(PYTHON)),python3)
export PYTHON := $(strip $(PYTHON))

.PHONY: help setup setup-dev demo test bench lint format lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## make .venv with what the product needs
	@$(BOOTSTRAP) tools/setup.py core

setup-dev:  ## the same, with the tests' and linters' tools
	@$(BOOTSTRAP) tools/setup.py dev

demo: setup  ## write a town, ingest, resolve, score, show, serve (SERVE=0, STORE=URL)
	@$(BIN)/closeknit demo \
	  $(if $(filter 0,$(SERVE)),--no-serve) $(if $(STORE),--store '$(STORE)') $(ARGS)

test: setup-dev  ## run the tests (ARGS='-k name')
	@$(BIN)/python -m pytest $(ARGS)

bench: setup-dev  ## measure; one JSON document on stdout (ARGS='store town')
	@$(BIN)/python -m tests.benchmarks.run $(ARGS)

lint: setup-dev  ## ruff, its formatter, pyright strict, the import contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/pyright
	@$(BIN)/lint-imports

format: setup-dev  ## mend what ruff can mend
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

lock: setup-dev  ## write the lock files anew (UPGRADE=1: newest versions)
	@$(BIN)/python tools/lock.py $(if $(UPGRADE),--upgrade)

clean:  ## remove the environment and all caches
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf .coverage htmlcov build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
