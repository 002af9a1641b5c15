# Needs Python 3.11 or newer and make; everything else comes into .venv, or is named in one line.
PYTHON ?= python3
BIN := .venv/bin
HUB := $(BIN)/execution-hub
TOOLS := .venv/tools/bin
PIP := -m pip install --quiet --disable-pip-version-check
# Nothing whose hash is not in the lock is installed. Renew all: make lock LOCK_FLAGS=--upgrade
# A lock is whole: no package is asked what else it needs, for which pip might look for something newer.
LOCKED := $(PIP) --require-hashes --no-deps
LOCK_FLAGS ?=
LOCALES := execution_hub/words/locales
CATALOGUES := --domain hub --output-dir $(LOCALES)
# The programs that npm brings look for node in the environment.
NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
LOCK := $(TOOLS)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' $(LOCK_FLAGS)

.DEFAULT_GOAL := run
.PHONY: run test dev check bench chaos real pictures fuzz words fuzz-all lock audit sbom clean

run: .venv/.installed
	@exec $(HUB) serve

test: .venv/.installed-test
	@tools/test-programs
	@$(BIN)/python tools/run_tests.py

dev: .venv/.installed
	@exec $(BIN)/reflex run

check: .venv/.installed-test .venv/.installed-javascript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(NODE) .venv/javascript/node_modules/.bin/biome check --error-on-warnings
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit/test_architecture.py

bench: .venv/.installed-test
	@tools/test-programs
	@$(BIN)/python -m bench

chaos: .venv/.installed-test
	@tools/test-programs
	@$(BIN)/python -m tests.chaos

# Tool servers of others and a real language model, used through a hub; prints what each did. Needs git.
# Some scenes alone: make real SCENES='clock messages'
real: .venv/.installed-test .venv/.installed-real
	@PYTHONPATH=tools $(BIN)/python -m real $(SCENES)

# Every page in every look, into pictures/, to be looked at.
pictures: .venv/.installed-test
	@tools/test-programs
	@$(BIN)/python tools/pictures.py

fuzz: .venv/.installed-test
	@$(BIN)/python -m tests.support.fuzz

fuzz-all: .venv/.installed-test
	@$(BIN)/python -m tests.chaos.fuzz_all

# The words of the pages: what the sources say goes into the catalogue of every language, to be translated there.
# Begin a language: make words NEW=fr
words: .venv/.installed
	@mkdir -p .build $(LOCALES)
	@$(BIN)/pybabel --quiet extract --mapping pyproject.toml --no-default-keywords \
		--keyword t --keyword t_around --keyword N_ --keyword Phrase --keyword say:2 --keyword pt:1c,2 \
		--keyword tn:1,2 --keyword tn_later:1,2 --keyword say_n:2,3 \
		--add-location file --sort-by-file --project 'Execution Hub' --output .build/hub.pot .
	@$(if $(NEW),$(BIN)/pybabel --quiet init --locale $(NEW) --input .build/hub.pot $(CATALOGUES))
	@$(BIN)/pybabel --quiet update --input .build/hub.pot --ignore-obsolete --ignore-pot-creation-date \
		--no-fuzzy-matching --width 120 $(CATALOGUES)

# The locks, from the lines written by hand; what is locked stays while it fits.
lock: .venv/.installed .venv/.installed-tools
	@$(LOCK) requirements.txt --output-file requirements.lock
	@$(LOCK) requirements-test.txt --constraint requirements.lock --output-file requirements-test.lock
	@$(LOCK) requirements-tools.txt --output-file requirements-tools.lock
	@$(LOCK) requirements-real.txt --excludes tools/real/excludes.txt --output-file requirements-real.lock
	@for folder in tools/javascript tools/real; do (cd $$folder && \
		$(NODE) NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED=true npm install --package-lock-only --loglevel=error) || exit 1; done

# Known faults of what is locked. Asks public services on the internet; without them it fails.
audit: .venv/.installed .venv/.installed-tools
	@tools/audit

# The parts of a release, in sbom/: every package of the hub and of its pages (CycloneDX).
sbom: .venv/.installed .venv/.installed-tools
	@tools/sbom sbom

# What was built and installed; the data stays.
clean:
	rm -rf .venv .build .web .states sbom .pytest_cache .mypy_cache .ruff_cache *.egg-info

.venv/.installed: requirements.lock pyproject.toml execution_hub/version.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Example: make run PYTHON=python3.12")'
	@echo "Installing into .venv …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python $(LOCKED) -r requirements.lock
	@$(BIN)/python $(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.installed-test: .venv/.installed requirements-test.lock
	@$(BIN)/python $(LOCKED) -r requirements-test.lock
	@touch $@

.venv/.installed-tools: requirements-tools.lock
	@$(PYTHON) -m venv .venv/tools
	@$(TOOLS)/python $(LOCKED) -r requirements-tools.lock
	@touch $@

# In an environment of their own, as each of them would be for a user.
.venv/.installed-real: .venv/.installed requirements-real.lock .npmrc tools/real/package.json tools/real/package-lock.json
	@echo "Installing the counterparts into .venv/real (160 MB to fetch) …"
	@$(PYTHON) -m venv .venv/real
	@.venv/real/bin/python $(LOCKED) -r requirements-real.lock
	@cp .npmrc tools/real/package.json tools/real/package-lock.json .venv/real
	@cd .venv/real && $(NODE) npm ci --loglevel=error
	@touch $@

# What checks the browser code. npm installs only what is in the lock, with that content, and runs no scripts.
.venv/.installed-javascript: .venv/.installed .npmrc tools/javascript/package.json tools/javascript/package-lock.json
	@mkdir -p .venv/javascript
	@cp .npmrc tools/javascript/package.json tools/javascript/package-lock.json .venv/javascript
	@cd .venv/javascript && $(NODE) npm ci --loglevel=error
	@touch $@
