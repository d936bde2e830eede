# Everything starts with `make setup`; nothing but Python 3.11 or newer is needed. Paths are relative and programs are
# called as modules, so that spaces and great length in the path of this directory do no harm.

PYTHON := .venv/bin/python
# Compiled modules are kept, whatever the environment says: the service and its tests start many processes.
export PYTHONDONTWRITEBYTECODE :=
COMPILE := $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header pyproject.toml

# One more than there are processors: some tests wait for a while.
WORKERS = $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

.PHONY: help setup run dev test coverage nightly chaos check clients signs schema pages screenshots words docs lock upgrade audit licences sbom bench hosts

help:
	@echo "make run     the whole service on this machine: API, worker, mail, synthetic diaries (PORT, DATA_DIR, DEMO=no)"
	@echo "make dev     the same with a server that reloads when the code changes, and debug pages"
	@echo "make test    the tests, on servers of their own"
	@echo "make coverage the tests, and which lines and branches they never reach"
	@echo "make nightly the long runs: thousands of generated requests and diaries"
	@echo "make chaos   the fault runs: 2,000 alerts and 50 kills, and broken copies of the service that must be caught"
	@echo "make hosts   the same for several hosts of this machine: lost, cut off, late, replaced (root; deploy/hosts/install)"
	@echo "make check   linters, spelling, types, architecture, migrations, contract, documents, deployment, locks"
	@echo "make schema  docs/openapi.yaml from the code, and the types of the SDK in Python from it"
	@echo "make pages   the script of the pages, from clients/pages"
	@echo "make screenshots  docs/pages from the pages of the demonstration (needs Chromium)"
	@echo "make words   the catalogues of German, Spanish and French from the code, and compiled (needs GNU gettext)"
	@echo "make clients the SDKs in TypeScript and Python, and a generated client, built from the contract and used"
	@echo "make signs   the danger signs that the SDKs find by themselves, from the rules"
	@echo "make bench   how fast it is, beside the limits of this machine"
	@echo "make docs    the documents as one site, in site/ (SOURCE_URL: where links to code lead)"
	@echo "make lock    the locks in step with pyproject.toml"
	@echo "make upgrade the locks with the newest versions that pyproject.toml allows"
	@echo "make audit   look the locked versions up in a database of vulnerabilities (needs the internet)"
	@echo "make licences  docs/licences.md from what is installed"
	@echo "make sbom    what is in the image, as CycloneDX: sbom.json"
	@echo "make setup   the virtual environment only"

setup:
	@sh requirements/install

run: setup
	@exec $(PYTHON) -m backend.local.running

dev: setup
	@RELOAD=yes exec $(PYTHON) -m backend.local.running

test: setup
	@$(PYTHON) -m pytest -n $(WORKERS) --dist worksteal

coverage: setup
	@$(PYTHON) -m pytest -n auto --dist worksteal --hypothesis-profile ci --cov --cov-report term --cov-report html:site/coverage

nightly: setup
	@$(PYTHON) -m pytest -n auto -m nightly

hosts: setup
	@deploy/hosts/run faults

chaos: setup
	@$(PYTHON) -m pytest -m chaos -s -p no:randomly tests/flow

schema: setup
	@DEPLOYMENT=test $(PYTHON) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml
	@$(PYTHON) clients/contract_types.py

pages: setup
	@$(PYTHON) clients/build_pages.py

screenshots: setup
	@$(PYTHON) -m backend.local.demonstration.screenshots

words: setup
	@DEPLOYMENT=test $(PYTHON) manage.py makemessages --locale de --locale es --locale fr \
		--no-obsolete --no-wrap --add-location file --ignore tests --ignore .venv
	@DEPLOYMENT=test $(PYTHON) manage.py compilemessages --ignore .venv

clients: setup
	@$(PYTHON) -m pytest -q -m "clients and not nightly" tests/clients

signs: setup
	@$(PYTHON) clients/danger_signs.py

check: setup
	@sh .ci/check

bench: setup
	@$(PYTHON) -m tests.servers -- $(PYTHON) -m bench

docs: setup
	@$(PYTHON) -m sphinx --builder html --conf-dir docs/site --fresh-env --fail-on-warning --keep-going --quiet \
		. site/documents

lock: setup
	$(COMPILE) $(UPGRADE) --output-file requirements/production.txt
	$(COMPILE) $(UPGRADE) --group dev --output-file requirements/development.txt

upgrade: UPGRADE := --upgrade
upgrade: lock

audit: setup
	@sh requirements/audit

licences: setup
	@$(PYTHON) requirements/licences.py > docs/licences.md

sbom: setup
	@$(PYTHON) -m requirements.sbom sbom.json
