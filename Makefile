# make demo: a real territory plan; make test: every test; make lint: style, types, imports, docstrings.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test lint data clean

demo: .venv/.run
	$(BIN)/territory-planner plan data/us-field-sales/plan.toml --out out/us-field-sales

test: .venv/.test
	$(BIN)/python -m pytest

lint: .venv/.lint .venv/.test  # the tests are typed too
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

data: .venv/.run
	$(BIN)/python data/build.py

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	touch $@

.venv/.test .venv/.lint: .venv/.%: .venv/.run
	$(PIP) --editable '.[$*]'
	touch $@

clean:
	rm -rf .venv out
