# Two commands do everything: `make demo` and `make test`. Both create .venv when it is missing or
# older than what it was made from. The rest is for people who work on the project.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
DEMO := texas_ortho
# What else is made before the tests begin; .ci/run names `system`.
BEFORE :=
# Options of mypy; .ci/run keeps nothing for a next time.
MYPY :=
export PYTHON VENV
# What is set may forbid Python to keep what it compiles: each of a hundred processes would do it anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check tests kernels install system format lint types walls mutants bench lock clean help

demo: $(VENV)/.runtime ## install, plan the demo company's territories, say where the map is
	@$(BIN)/territory design scenarios/$(DEMO).toml --effort quick --out runs/$(DEMO)
	@echo "open in a browser: $(CURDIR)/runs/$(DEMO)/map.html"

test: check ## install the test tools, then run every check and every test

check: ## format check, lint, types, tests on every core
	@$(MAKE) --no-print-directory -j3 BEFORE="$(BEFORE) format lint" types tests

tests: $(VENV)/.test kernels $(BEFORE) ## all tests, on every core
	@$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist worksteal

kernels: $(VENV)/.kernels ## make the machine code of the solvers once, before every test process does

install: $(VENV)/.test ## install the packages and the test tools into .venv

system: ## install what the tests need from Debian, as root
	@.ci/system chromium chromedriver pdftotext

format: $(VENV)/.test ## fail where a file is not formatted
	@$(BIN)/ruff format --check .

lint: $(VENV)/.test ## fail where the linter has something to say
	@$(BIN)/ruff check .

types: $(VENV)/.test ## check the types of the three packages, strictly
	@$(BIN)/mypy $(MYPY)

walls: $(VENV)/.test ## check who imports whom, file lengths and light doors
	@$(BIN)/python -m pytest -q tests/test_walls.py tests/test_packaging.py

mutants: $(VENV)/.test ## say which of the named faults the tests let live (half an hour)
	@$(BIN)/python -m tests.mutants

bench: $(VENV)/.test ## measure speed on the ladder of sizes (minutes)
	@$(BIN)/python -m tests.benchmarks.speed

lock: $(VENV)/.test ## pin anew: newest releases that pyproject.toml allows, with their hashes
	@.ci/lock

clean: ## remove .venv, caches and build leftovers; runs/ stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

$(VENV)/.runtime: requirements.lock pyproject.toml .ci/venv
	@.ci/venv runtime

# The packages of the tests come while the kernels, which need none of them, are compiled.
$(VENV)/.test: $(VENV)/.runtime requirements-test.lock
	@.ci/venv test

$(VENV)/.kernels: $(VENV)/.runtime tests/kernels.py $(wildcard solvers/kernels/*.py solvers/kernels/*/*.py)
	@$(BIN)/python -m tests.kernels
	@touch $@
