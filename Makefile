# SPDX-License-Identifier: GPL-2.0-or-later
# Every target makes the environment it needs; python3 (3.11 or later) and git are all it takes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-from-pyproject
KERNEL := $(shell .ci/kernel --where)
# The tests over the real tree run when REWRITER_KERNEL says where it is; without it they are not collected.
TESTS := tests $(if $(REWRITER_KERNEL),,--ignore=tests/kernel)

.PHONY: help demo test check accept bench kernel oracle verify clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    the main job on the embedded corpus, every command shown"
	@echo "make test    all tests; with REWRITER_KERNEL=DIR those over a kernel tree too"
	@echo "make check   ruff, mypy --strict, import-linter"
	@echo "make accept  make what comes out now the expectation of the patterns' cases"
	@echo "make kernel  get linux-source-6.12 and unpack it into $(KERNEL)"
	@echo "make bench   measure over that tree"
	@echo "make oracle  compare the kernel's scripts with spatch there; SCRIPT=, MODE= and EVERY= narrow it"
	@echo "make verify  mails for drivers of our own in that tree: checked, applied, compiled (5 minutes)"
	@echo "make clean   remove the environment and all caches"

$(STAMP): pyproject.toml rewriter/__init__.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: $(PYTHON) is older than 3.11; say which to take, as in 'make PYTHON=python3.12'" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "make: cannot make $(VENV); on Debian install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(STAMP)
	@PATH="$(CURDIR)/$(BIN):$$PATH" .ci/demo

test: $(STAMP)
	$(BIN)/python -m pytest $(TESTS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

accept: $(STAMP)
	$(BIN)/rewriter test --accept

bench: $(STAMP)
	@test -d "$(KERNEL)" || { echo "make: no tree in $(KERNEL): run 'make kernel' first" >&2; exit 1; }
	@for file in benchmarks/*.py; do \
		test ! -f "$$file" || REWRITER_KERNEL="$(KERNEL)" $(BIN)/python "$$file" || exit 1; \
	done
	@echo "rewriter scan $(KERNEL) -p vma_lock_only"
	@bash -c 'time $(BIN)/rewriter scan "$(KERNEL)" -p vma_lock_only > /dev/null'

oracle: $(STAMP)
	@command -v spatch >/dev/null || { echo "make: there is no spatch to compare with" >&2; exit 1; }
	$(BIN)/python tests/oracle/kernel.py --kernel "$(KERNEL)" \
		$(if $(SCRIPT),--script $(SCRIPT)) $(if $(MODE),--mode $(MODE)) $(if $(EVERY),--every $(EVERY))

kernel:
	@.ci/kernel

verify: $(STAMP)
	@PATH="$(CURDIR)/$(BIN):$$PATH" .ci/verify

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
