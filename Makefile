# Two commands matter: `make run` and `make test`. Each sets up everything it needs in .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export GX_ANALYTICS_ENABLED := false
# Containers often forbid bytecode to be kept; then each of our many processes compiles everything again (1.3 s of 2 s).
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run recorded test check bench lock schema install clean
.DEFAULT_GOAL := run

install: $(STAMP)

$(STAMP): requirements.lock bootstrap.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 15) else "Vigie needs Python 3.11 to 3.14: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bootstrap.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $(STAMP)

run: install
	@$(BIN)/python -m vigie.operations.demonstration

recorded: install
	@$(BIN)/python -m vigie.operations.recorded_day

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy vigie flows tasks
	$(BIN)/lint-imports

# What tests write is gone after them: in memory, where there is enough of it, no write waits for a disk.
FAST := $(shell test -w /dev/shm && test "$$(df -Pk /dev/shm | awk 'END {print $$4}')" -gt 6000000 && echo TMPDIR=/dev/shm)

test: install check
	$(FAST) $(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder

bench: install
	$(BIN)/python -m tests.bench

lock:
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate -q -o requirements.lock
	$(BIN)/uv pip compile --group bootstrap --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate -q -o bootstrap.lock

clean:
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache .pytest_cache

schema: install
	$(BIN)/python -m vigie.operations.conventions
