# Every verb of this repository; CI calls the same ones. Needed: make and Python 3.11 or newer.
# A target that needs packages depends on a stamp in .venv, so that a second call installs nothing.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PYTHON := .venv/bin/python
# The pins are complete: nothing is resolved anew, so a newer release elsewhere changes nothing.
PIP := $(PYTHON) -m pip --quiet --no-input --disable-pip-version-check install --no-deps
PYTEST := $(PYTHON) -m pytest

# Test processes side by side. Tests share no state, so any number gives the same answer.
WORKERS ?= 2

# Prints the first interpreter that is new enough and can make a virtual environment.
FIND_PYTHON := for candidate in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	if $$candidate -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
	>/dev/null 2>&1; then echo "$$candidate"; exit 0; fi; done; \
	echo "No Python 3.11 or newer with its venv module was found: install it" \
	"(Debian and Ubuntu: python3 and python3-venv) and run make again." >&2; exit 1

.PHONY: help setup check test test-unit test-contracts test-integration test-faults run demo up-local down \
	bench requirements clean interpreter

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

setup: .venv/.dev ## Make .venv with everything that running, checking and testing need

check: .venv/.dev ## Format, lint, types and the direction of imports
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/ruff check --quiet
	@$(PYTHON) -m mypy --no-error-summary
	@.venv/bin/lint-imports --no-logo

test: .venv/.dev ## Run every tier; all branches of the rules must be covered
	@$(PYTEST) -n $(WORKERS) --dist worksteal --cov=services --cov-report=term-missing tests

test-unit: .venv/.dev ## Rules, mechanisms and the shape of the code: no sockets
	@$(PYTEST) tests/unit tests/architecture

test-contracts: .venv/.dev ## Schemas, golden examples, and one suite per port on every substrate
	@$(PYTEST) tests/contracts

test-integration: .venv/.dev ## Whole services, over HTTP and between processes
	@$(PYTEST) tests/integration

test-faults: .venv/.dev ## Killed processes, repeated and reordered messages
	@$(PYTEST) -n $(WORKERS) --dist worksteal tests/faults

run: .venv/.runtime ## All services in one process: make run ARGS='--port 8600 --data DIR'
	@.venv/bin/whistle run $(ARGS) || [ $$? -eq 130 ]  # Ctrl-C is how it ends

demo: .venv/.runtime ## Play sample complaints from the first call to the score
	@.venv/bin/whistle demo $(ARGS)

up-local: .venv/.runtime ## PostgreSQL, Kafka, a process per service: make up-local ARGS='--demo'
	@$(PYTHON) -m deploy.local up $(ARGS)

down: .venv/.runtime ## End what make up-local started; its data stays
	@$(PYTHON) -m deploy.local down $(ARGS)

bench: .venv/.bench ## Measure, and write bench/results.json
	@$(PYTHON) -m bench $(ARGS)

requirements: ## Pin requirements/*.in again (newest versions: UPGRADE=--upgrade)
	@interpreter="$$($(FIND_PYTHON))" && $$interpreter -m venv .venv/.uv
	@.venv/.uv/bin/pip --quiet --no-input --disable-pip-version-check install uv
	@cd requirements && for inputs in 'runtime.in build.in' 'dev.in' 'bench.in'; do \
		../.venv/.uv/bin/uv pip compile --quiet --universal --python-version 3.11 $(UPGRADE) \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		$$inputs --output-file "$${inputs%%.in*}.txt" || exit; done
	@rm -rf .venv/.uv

clean: ## Remove .venv and everything that tools left behind; no data folder is touched
	@rm -rf .venv .coverage .coverage.* .hypothesis .import_linter_cache .grimp_cache
	@rm -rf .mypy_cache .pytest_cache .ruff_cache build *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

interpreter:
	@$(FIND_PYTHON)

.venv/.made:
	@interpreter="$$($(FIND_PYTHON))" && echo "Making .venv with $$interpreter ..." \
		&& $$interpreter -m venv --clear .venv
	@touch $@

.venv/.runtime: requirements/runtime.txt pyproject.toml | .venv/.made
	@echo "Installing what requirements/runtime.txt pins (once, under a minute) ..."
	@$(PIP) --require-hashes --requirement requirements/runtime.txt
	@$(PIP) --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.txt pyproject.toml | .venv/.made
	@echo "Installing what requirements/dev.txt pins (once, about a minute) ..."
	@$(PIP) --require-hashes --requirement requirements/dev.txt
	@$(PIP) --no-build-isolation --editable .
	@touch .venv/.runtime $@

.venv/.bench: requirements/bench.txt .venv/.dev
	@echo "Installing what requirements/bench.txt pins (once) ..."
	@$(PIP) --require-hashes --requirement requirements/bench.txt
	@touch $@
