# Anlan 安澜. Two commands: `make run`, `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PERIOD ?= 2026Q3
# the quarter up to which the pretended district has lived; PERIOD may be any quarter inside
WORLD ?= 2026Q3
SEED ?= 330603
SCALE ?= 1
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.ready-$(shell cat requirements.lock requirements-bootstrap.txt pyproject.toml 2>/dev/null | sha256sum | cut -c1-12)

export DO_NOT_TRACK := 1
export PYTHONUTF8 := 1

.PHONY: help setup servers departments run test lint serve bench real reconcile quality docs lock system stop clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(STAMP) ## install everything into .venv

$(STAMP): requirements.lock requirements-bootstrap.txt pyproject.toml
	@echo "setting up .venv (once; about a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Python 3.11 is needed; found: $$($(PYTHON) --version 2>&1). Install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3.11-venv >/dev/null && $(PYTHON) -m venv .venv; \
	  else echo "python3.11-venv is missing; install it: apt-get install python3.11-venv" >&2; exit 1; fi; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-bootstrap.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@rm -f .venv/.ready-* && touch $@

# installs what the shell variable "missing" names
install = if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then echo "installing Debian packages:$$missing"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  else echo "These Debian packages are missing; install them and run again:$$missing" >&2; exit 1; fi; fi

servers: ## Debian packages of the pretended departments' servers: installed when root, named otherwise
	@missing=""; \
	test -x /usr/sbin/mariadbd || command -v mariadbd >/dev/null || missing="$$missing mariadb-server-core mariadb-client-core"; \
	test -x /usr/sbin/mosquitto || command -v mosquitto >/dev/null || missing="$$missing mosquitto"; \
	$(install)

departments: setup servers ## start the pretended departments (databases, APIs, broker, drop folders)
	@$(BIN)/python -m simulator up --period $(WORLD) --seed $(SEED) --scale $(SCALE)

run: departments ## the whole way: pull, check, build, score, freeze; PERIOD=2026Q3
	@$(BIN)/anlan run --period $(PERIOD)

serve: setup ## open the dashboards and the Dagster UI
	@$(BIN)/anlan serve

test: setup system ## all tests, real browser and real servers included
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/python -m pytest tests -n 2 --dist loadscope --no-loadscope-reorder

lint: setup ## ruff and sqlfluff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@cd dbt_project && ../$(BIN)/sqlfluff lint models --disable-progress-bar

real: setup ## land the public files; FROM=../shared/real
	@$(BIN)/anlan run --profile real --from $(or $(FROM),../shared/real)

reconcile: setup ## prove landed = accepted + rejected + duplicate
	@$(BIN)/anlan reconcile

bench: setup system ## measure speed and size, as ratios within one run
	@$(BIN)/python -m benchmarks

quality: setup ## measure how dirt is seen and records are joined, and write docs/quality.md
	@$(BIN)/python -m benchmarks.quality --scale 0.2 --write
	@$(BIN)/python -m benchmarks.quality_districts --write
	@$(BIN)/python -m benchmarks.quality_firms --write
	@$(BIN)/python -m benchmarks.quality_hazards --write
	@$(BIN)/python -m benchmarks.quality_persons --write

docs: setup ## write the docs pages made from contracts, seeds and tests
	@$(BIN)/anlan docs

lock: setup ## pin every dependency again
	@$(BIN)/uv pip compile -q pyproject.toml --group dev --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-annotate --python-version 3.11 -o requirements.lock

system: servers ## Debian packages for tests: installed when root, named otherwise
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v soffice >/dev/null || missing="$$missing libreoffice-calc"; \
	command -v pdftoppm >/dev/null || missing="$$missing poppler-utils"; \
	[ -n "$$(ls /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc 2>/dev/null)" ] || missing="$$missing fonts-noto-cjk"; \
	$(install)

stop: ## stop the pretended departments
	@test ! -x $(BIN)/python || $(BIN)/python -m simulator down

clean: stop ## remove the environment; data/ stays
	@rm -rf .venv
