# newsarchive, from a fresh clone with nothing but Python 3.11+ and make.
#   make demo      crawl the bundled district site on this machine and show what was kept
#   make test      run the tests (ARGS="-k dates" to choose)
#   make pictures  take the pictures of docs/pictures anew
#   make docs      write the tables of docs/database.md anew from the schema
#   make install   only build .venv with the newsarchive command in it, the reading room included
# PYTHON=… names the Python to use; else the newest suitable one of those below is taken.

PYTHONS := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
VENV := .venv
BIN := $(VENV)/bin

# A stamp says what is installed, and for which folder: in a folder that was moved the commands' paths are wrong.
PLACE := $(shell pwd -P | cksum | cut -d ' ' -f 1)
CORE := $(VENV)/.core-$(PLACE)
DEV := $(VENV)/.dev-$(PLACE)
BENCH := $(VENV)/.bench-$(PLACE)

# Constraints go by environment, because only so pip heeds them for the build back end too.
PIP_INSTALL = PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: install demo test lint docs pictures bench clean
.NOTPARALLEL:

install: $(CORE)

demo: $(CORE)
	@$(BIN)/newsarchive demo

test: $(DEV)
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

lint: $(DEV)
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy

docs: $(CORE)
	$(BIN)/python -m newsarchive.research.dictionary docs/database.md
	$(BIN)/python -m benchmarks.scaling docs/scaling.md

pictures: $(DEV)
	$(BIN)/python docs/pictures/make.py

bench: $(BENCH)
	$(BIN)/python -m benchmarks.dates
	$(BIN)/python -m benchmarks.extraction $(ARGS)
	$(BIN)/python -m benchmarks.performance --pages 200 --big 400 --rounds 1
	$(BIN)/python -m benchmarks.recrawl --articles 100
	$(BIN)/python -m benchmarks.search --articles 5000 --queries 10

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(CORE): pyproject.toml constraints.txt
	$(environment)
	$(PIP_INSTALL) --editable '.[web]'
	@touch $@

$(DEV): pyproject.toml constraints.txt
	$(environment)
	$(PIP_INSTALL) --editable '.[dev]'
	@touch $(CORE) $@

$(BENCH): pyproject.toml constraints.txt
	$(environment)
	@# Two of the peers spell one extra of lxml's in two ways, on which pip before 23.3 stumbles.
	$(PIP_INSTALL) 'pip>=23.3'
	$(PIP_INSTALL) --editable '.[bench,web]'
	@touch $(CORE) $@

# Makes .venv, unless there is a sound one already.
define environment
@$(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && exit; \
lacking=; \
for python in $(PYTHONS); do \
  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
  if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
    echo "Making $(VENV) with $$("$$python" --version) and installing into it; a minute or two, only this once."; \
    exec "$$python" -m venv --clear $(VENV); \
  fi; \
  lacking=$${lacking:-$$python}; \
done; \
if [ -n "$$lacking" ]; then \
  echo "make: $$lacking comes without venv or ensurepip; install them (Debian, Ubuntu: apt install python3-venv)" >&2; \
else \
  echo "make: none of \"$(PYTHONS)\" is Python 3.11 or newer; install one, or name it: make PYTHON=/path/to/python3" >&2; \
fi; \
exit 1
endef
