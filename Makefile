# make run    sets up .venv and shows the demo: eight recorded weeks, polled, compared and told
# make test   all tests          make lint   style, types, architecture          make check   both
# make pictures   the digest mail of the demo as pictures in docs/pictures (needs Chromium)
# make lock   resolves the dependencies anew (needs uv)                          make clean   removes what make made
#
# Needs make and Python 3.11 or newer, nothing else. Another Python: make PYTHON=/path/to/python3 run
# Every path is relative, so the checkout may lie in a directory whose name has a blank in it.

SHELL := /bin/sh
PYTHON ?=
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder
VENV_PYTHON := .venv/bin/python
PIP := $(VENV_PYTHON) -m pip --disable-pip-version-check --no-input -qq
LOCK := pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url

unexport PYTHONPATH
unexport PYTHONHOME
export PIP_USER := 0

.PHONY: run test lint check pictures lock clean
.DELETE_ON_ERROR:

run: .venv/.installed
	@.venv/bin/cmaa-monitor demo

test: .venv/.developing
	@$(VENV_PYTHON) -m pytest $(PYTEST_ARGS)

lint: .venv/.developing
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m mypy
	@.venv/bin/lint-imports

check: lint test

pictures: .venv/.developing
	@$(VENV_PYTHON) docs/pictures.py

# A Python counts only when it runs, is new enough and can make an environment: version managers leave stubs on the PATH
# that fail, and some distributions pack ensurepip separately.
.venv/.created:
	@works='import sys, ssl, sqlite3, venv; sys.exit(sys.version_info < (3, 11))'; \
	lacking=; \
	if $(VENV_PYTHON) -c "$$works" 2>/dev/null; then \
	  $(VENV_PYTHON) -m pip --version >/dev/null 2>&1 || $(VENV_PYTHON) -m ensurepip >/dev/null || exit 1; \
	  touch $@; exit 0; \
	fi; \
	for python in "$(PYTHON)" python3.13 python3.12 python3.11 python3 python; do \
	  [ -n "$$python" ] && "$$python" -c "$$works" 2>/dev/null || continue; \
	  if ! "$$python" -c 'import ensurepip' 2>/dev/null; then \
	    lacking="$${lacking:-$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')}"; continue; \
	  fi; \
	  echo "Making .venv with $$("$$python" --version)"; \
	  "$$python" -m venv .venv && touch $@ && exit 0; \
	  exit 1; \
	done; \
	if [ -n "$$lacking" ]; then \
	  echo "make: Python is here, but its module ensurepip is not. Install the package $$lacking:" >&2; \
	  echo "  sudo apt-get install $$lacking" >&2; \
	else \
	  echo "make: no working Python 3.11 or newer was found. Install one, or name it: make PYTHON=/path/to/python3" >&2; \
	fi; \
	exit 1

.venv/.installed: requirements/run.txt pyproject.toml .venv/.created
	@echo "Installing what the program needs (requirements/run.txt, every file checked against its hash)"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(VENV_PYTHON) -m compileall -q monitor
	@touch $@

.venv/.developing: requirements/dev.txt .venv/.installed
	@echo "Installing what the tests and checks need (requirements/dev.txt)"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

lock:
	uv $(LOCK) pyproject.toml --group build -o requirements/run.txt
	uv $(LOCK) pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt

clean:
	rm -rf .venv build dist demo-output .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
