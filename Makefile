# make run: install, read corpus/, open the interface. make test: checks and tests. Both are quick the second time.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# pip says of each package which of a machine's package folders do not hold it; nobody needs to read that.
pip = $(BIN)/python -m pip install $(if $(CI),--quiet) $(1) 2> >(grep -v '^WARNING: Location .* is ignored' >&2)

.PHONY: help run test check format bench clean distclean

help:
	@echo "make run        install, read corpus/, open the web interface"
	@echo "make test       formatting, lint, types, tests"
	@echo "make check      formatting, lint, types"
	@echo "make format     put the formatting right"
	@echo "make bench      measure quality, speed and memory; write the tables of docs/quality.md"
	@echo "make clean      delete caches and build products"
	@echo "make distclean  ... and the virtual environment; the knowledge base in indexes/ stays"

# The interface opens even where nothing could be read: it tells why.
run: $(VENV)/installed
	-$(BIN)/kb ingest corpus
	$(BIN)/kb serve

test: check
	$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

check: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/installed-dev
	set -e; for bench in benchmarks/*.py; do echo "== $$bench"; $(BIN)/python $$bench; done

clean:
	rm -rf build *.egg-info docs/example_plugin/build docs/example_plugin/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find kb tests benchmarks samples docs -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed; say where it is: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "On Debian: apt install python3-venv" >&2; exit 1; }

# torch first and by itself, so that a CPU build, where pip is told of one, is taken before anything asks for torch.
$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/pip
	$(call pip,-c constraints.txt torch)
	$(call pip,-c constraints.txt -e .)
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(call pip,-c constraints.txt -e '.[dev]')
	touch $@
