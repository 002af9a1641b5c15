# Needs Python 3.11 or newer and make; everything else comes into .venv, or is named in one line.
PYTHON ?= python3
BIN := .venv/bin
HUB := $(BIN)/execution-hub

.DEFAULT_GOAL := run
.PHONY: run test dev check bench chaos fuzz clean

run: .venv/.installed
	@exec $(HUB) serve

test: .venv/.installed-test
	@tools/test-programs
	@$(BIN)/python tools/run_tests.py

dev: .venv/.installed
	@exec $(BIN)/reflex run

check: .venv/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_architecture.py

bench: .venv/.installed-test
	@tools/test-programs
	@$(BIN)/python -m bench

chaos: .venv/.installed-test
	@tools/test-programs
	@$(BIN)/python -m tests.chaos

fuzz: .venv/.installed-test
	@$(BIN)/python -m tests.support.fuzz

# What was built and installed; the data stays.
clean:
	rm -rf .venv .build .web .states .pytest_cache .mypy_cache .ruff_cache *.egg-info

.venv/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Example: make run PYTHON=python3.12")'
	@echo "Installing into .venv …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.installed-test: .venv/.installed requirements-test.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@
