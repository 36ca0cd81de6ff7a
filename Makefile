# The two commands of this house are `make demo` and `make test`; `make help` lists the others.
# Everything runs in .venv, which packaging/environment.sh makes from the committed locks.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
SHOTS ?= shots
JOBS ?= 2
export PYTHON

# uv looks at this machine's certificates, among which an institution's proxy may have its own, only when told.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),true,false)

# Qt complains about a locale that this machine has not generated; C.UTF-8 is always there.
test test-all check bench tour: export LC_ALL := C.UTF-8

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check format tour bench lock third-party wheels run-environment dev-environment clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: run-environment ## set up what is missing, then open touch, desk and wall (ARGS="--faces DIR")
	@$(BIN)/python packaging/demo_faces.py
	@$(BIN)/python main.py demo $(ARGS)

test: dev-environment ## run the tests (ARGS="-k visit"), JOBS=2 files at a time
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

test-all: dev-environment ## run the tests, the slow ones too
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "" $(ARGS)

check: dev-environment ## formatting, lint, strict types, import contracts, licences
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python packaging/third_party.py --check

format: dev-environment ## put the code into its form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

tour: dev-environment ## play the scripted day offscreen; pictures in shots/ (SHOTS=DIR)
	@$(BIN)/python main.py tour --shots $(SHOTS)

bench: dev-environment ## measure and print JSON (ARGS=NAME)
	@$(BIN)/python main.py bench --json $(ARGS)

lock: dev-environment ## resolve the locks anew (ARGS=--upgrade takes newer versions)
	@packaging/lock.sh $(ARGS)
	@packaging/environment.sh dev
	@$(BIN)/python packaging/third_party.py

third-party: dev-environment ## write THIRD_PARTY.md from the licences of what is locked
	@$(BIN)/python packaging/third_party.py

wheels: dev-environment ## show that every locked package is a wheel on each supported platform
	@packaging/check_wheels.sh

run-environment: ## make or renew .venv for the programs only
	@packaging/environment.sh run

dev-environment: ## make or renew .venv with the tools of the tests
	@packaging/environment.sh dev

clean: ## remove the environment, the caches and what commands have written
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache shots profile
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
