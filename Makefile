# Short commands for people. Each builds what it needs; nothing has to be installed by hand but Python 3.11+.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-long coverage mutants lint bench lock clean system

demo: $(STAMP)
	$(BIN)/journal demo

test: $(STAMP) system
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-long: $(STAMP) system
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "long or not long" --long

# every branch of the core is walked by the core's own tests; about two minutes
coverage: $(STAMP)
	$(BIN)/python -m pytest -n 2 tests/domain tests/reconcile --cov=sync_service.domain --cov=sync_service.reconcile --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100

# faults put into the core one at a time: the suite must notice every one of them; half an hour on a busy machine
mutants: $(STAMP)
	$(BIN)/python -m tests.mutants

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(STAMP)
	$(BIN)/python -m tests.bench

# exact versions for every system at once; run after changing pyproject.toml
lock: $(STAMP)
	$(BIN)/uv pip compile -q --universal --no-header --no-emit-index-url --no-annotate --no-strip-extras --generate-hashes --python-version 3.11 pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --no-header --no-emit-index-url --no-annotate --no-strip-extras --generate-hashes --python-version 3.11 pyproject.toml --group dev -o requirements-dev.lock

$(STAMP): requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

# The browser and the spreadsheet program that the tests drive. Only root on Debian can install them; elsewhere the
# tests that need them skip and say so (with CI=true they fail).
system:
	@sh tests/system_packages.sh

clean:
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
