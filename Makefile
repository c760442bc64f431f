# make demo: a real territory plan; make test: every test that needs no CRM; make test-odoo: a real one; make test-npm: with npm's clients; make lint: style, types, imports, docstrings.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test test-odoo test-hubspot test-npm lint data clean

demo: .venv/.run
	$(BIN)/territory-planner plan data/us-field-sales/plan.toml --out out/us-field-sales

test: .venv/.test
	$(BIN)/python -m pytest

# TERRITORY_PLANNER_ODOO=DIR keeps the server's files, so that the next start takes seconds.
test-odoo: .venv/.test  # a real Odoo on loopback; Debian, with PostgreSQL's server programs
	$(BIN)/python -m pytest tests/odoo -m odoo -v -s

# TERRITORY_PLANNER_NPM=DIR keeps what npm has fetched.
test-npm: .venv/.test  # Salesforce's own JavaScript as a second opinion; node and npm
	$(BIN)/python -m pytest tests -m npm -v

# HUBSPOT_OPENAPI=FILE, HubSpot's document of its Companies API v3, has Prism (npm) check every request against it.
test-hubspot: .venv/.test .venv/.hubspot-check  # HubSpot's own client against the stand-in
	$(BIN)/python -m pytest tests/hubspot -v

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

.venv/.test .venv/.lint .venv/.hubspot-check: .venv/.%: .venv/.run
	$(PIP) --editable '.[$*]'
	touch $@

clean:
	rm -rf .venv out
