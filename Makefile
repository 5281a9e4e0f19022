# Closeknit. `make help` lists what there is to do; each target installs what it needs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Settings, all of them optional: make demo STORE=sqlite:////tmp/town.db SERVE=0
PYTHON ?=#   the interpreter that makes .venv; found by itself when empty
STORE ?=#    where the demo keeps its graph
SERVE ?= 1#  0: the demo ends instead of serving the API
KEEP ?=#     1: make neo4j leaves what its server holds
ARGS ?=#     passed on: make test ARGS='-k resolve', make bench ARGS=store
UPGRADE ?=#  1: make lock takes the newest allowed versions

BIN := .venv/bin
BOOTSTRAP := $(or $(strip $(PYTHON)),python3)
export PYTHON := $(strip $(PYTHON))

.PHONY: help setup setup-dev setup-bench demo test test-servers test-kafka bench bench-servers lint format
.PHONY: lock neo4j neo4j-stop eval-identity eval-increments clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## make .venv with what the product needs
	@$(BOOTSTRAP) tools/setup.py core

setup-dev:  ## the same, with the tests' and linters' tools
	@$(BOOTSTRAP) tools/setup.py dev

setup-bench:  ## the same, with the peers that benchmarks stand beside
	@$(BOOTSTRAP) tools/setup.py bench

demo: setup  ## write a town, ingest, resolve, score, show, serve (SERVE=0, STORE=URL)
	@$(BIN)/closeknit demo \
	  $(if $(filter 0,$(SERVE)),--no-serve) $(if $(STORE),--store '$(STORE)') $(ARGS)

test: setup-dev  ## run the tests (ARGS='-k name')
	@$(BIN)/python -m pytest $(ARGS)

test-servers: setup-dev  ## the tests that need a Neo4j or Kafka; they are fetched
	@$(BIN)/python -m pytest -m 'server or kafka' $(ARGS)

test-kafka: setup-dev  ## of them, those that need Kafka only
	@$(BIN)/python -m pytest -m 'kafka and not server' $(ARGS)

bench: setup-bench  ## measure; one JSON document on stdout (ARGS='store town')
	@$(BIN)/python -m tests.benchmarks.run $(ARGS)

eval-identity: setup-bench  ## who is who on all labelled sets, beside Splink (ARGS='fake_1000')
	@$(BIN)/python -m tests.benchmarks.identity_sets $(ARGS)

eval-increments: setup-bench  ## increments against full runs on labelled sets (ARGS='ua_people_dev')
	@$(BIN)/python -m tests.benchmarks.increments_sets $(ARGS)

bench-servers: setup-bench  ## measure against a Neo4j (ARGS='neo4j_write')
	@$(BIN)/python -m tests.benchmarks.run --servers $(ARGS)

neo4j: setup-dev  ## start a Neo4j for development; last line: its URL (KEEP=1)
	@KEEP='$(KEEP)' $(BIN)/python -m tests.support.servers.run

neo4j-stop: setup-dev  ## stop it
	@$(BIN)/python -m tests.support.servers.run stop

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
