# The same commands for people, pre-commit and CI; scripts/bootstrap.py holds them (it also runs on Windows).
PYTHON ?= python3
BOOTSTRAP = $(PYTHON) scripts/bootstrap.py

.PHONY: help setup run check test lint format imports types neo4j notebooks notebooks-export wheel lock hooks clean

help:            ## what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
setup:           ## .venv with everything
	$(BOOTSTRAP) setup
run:             ## the main job
	$(BOOTSTRAP) run
test:            ## all checks and tests, as in CI
	$(BOOTSTRAP) test
check:           ## all checks without the tests
	$(BOOTSTRAP) check
lint: ; $(BOOTSTRAP) check lint
imports: ; $(BOOTSTRAP) check imports
types: ; $(BOOTSTRAP) check types
format: setup    ## rewrite the code in the common format
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .
neo4j: setup     ## a Neo4j server on this machine, until Ctrl-C
	.venv/bin/python scripts/neo4j_server.py run
notebooks: setup ## the analysts' notebooks in a browser, until Ctrl-C
	.venv/bin/marimo edit notebooks
notebooks-export: setup ## run the notebooks and write them as pages and for Jupyter
	.venv/bin/python scripts/export_notebooks.py build/notebooks
wheel: setup     ## build the wheel and run the main job from it alone
	.venv/bin/python scripts/check_wheel.py
# scripts/lock-constraints.txt holds for the lock only, not for those who install the wheel.
lock: setup      ## resolve requirements.lock again
	.venv/bin/uv pip compile --quiet --upgrade --universal --fork-strategy fewest --generate-hashes \
		--python-version 3.11 --extra dev --extra app --extra draw --extra explain --extra neo4j --extra notebooks --extra report \
		--constraint scripts/lock-constraints.txt \
		--custom-compile-command "make lock" --output-file requirements.lock pyproject.toml
hooks: setup     ## let git run the checks before each commit
	.venv/bin/pre-commit install
clean:           ## remove caches and builds, keep .venv
	rm -rf dist build .pytest_cache .ruff_cache .hypothesis .import_linter_cache
