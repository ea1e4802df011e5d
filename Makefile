# make run: the whole site on this machine. make test: every test.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN = .venv/bin
# Python compiles the modules that are used, a small part of all, when it first imports them.
PIP = $(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes
# Each process of the site would otherwise compile all modules at its start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup packages test test-frontend test-python look fuzz clients check check-python check-frontend audit bench bench-catalogue bench-history bench-wiktionary bench-accounts bench-sheets bench-export bench-events bench-ink lighthouse test-faults load mutate images-check screenshots lock messages clean

run: .venv/.worker static/.built lettersai/locale/.built
	@exec $(BIN)/python manage.py run

setup: .venv/.worker static/.built lettersai/locale/.built
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_catalogue

packages:
	@tests/packages.sh

test: test-frontend test-python

test-frontend: frontend/node_modules/.installed
	cd frontend && npm test

test-python: .venv/.dev static/.built lettersai/locale/.built packages
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder

check: check-python check-frontend

check-python: .venv/.dev lettersai/locale/.built
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run
	tests/secrets.sh

check-frontend: static/.built
	cd frontend && npm run check

# Known vulnerabilities in the locked packages. It queries advisory databases, so it isn't part of check.
audit: .venv/.dev
	$(BIN)/pip install --quiet pip-audit
	$(BIN)/pip-audit --disable-pip --require-hashes --requirement requirements/worker.txt
	cd frontend && npm audit --omit=dev

# Faults of processes and database while clients write, for longer than in make test. FAULT_FIGURES=FILE adds the rows of
# the table in docs/figures.md to FILE.
test-faults: .venv/.dev static/.built packages
	FAULT_SECONDS=15 $(BIN)/pytest tests/site/test_faults.py

# Requests made up from the API's schema, thousands instead of the hundreds in make test.
fuzz: .venv/.dev static/.built lettersai/locale/.built
	FUZZ_EXAMPLES=10 $(BIN)/pytest --capture=no tests/lettersai/test_fuzz.py

# Clients that four generators make of the API's schema, each put through the same use of a running site.
clients: .venv/.dev static/.built lettersai/locale/.built
	$(PYTHON) -m venv tests/clients/.venv
	tests/clients/.venv/bin/pip install --quiet --requirement tests/clients/requirements.txt
	cd tests/clients && npm install --silent --no-package-lock
	$(BIN)/pytest tests/clients/use.py

# Latency of a score through the embedded set-up, and the network's own time.
bench: setup
	$(BIN)/python -m tests.bench.latency

# Response times of the catalogue's pages.
bench-catalogue: setup
	$(BIN)/python -m tests.bench.catalogue

# Response times of a learner's pages on PostgreSQL with a million attempts.
bench-history: setup
	$(BIN)/python -m tests.bench.history

# Speed and memory of import_wiktionary on a generated dump.
bench-wiktionary: .venv/.worker
	$(BIN)/python -m tests.bench.wiktionary

# Response times of signing up, signing in and resetting a password, with an account and without.
bench-accounts: .venv/.dev static/.built packages
	$(BIN)/python -m tests.bench.accounts

# Processor time, size and memory of practice sheets.
bench-sheets: setup
	$(BIN)/python -m tests.bench.sheets

# Speed and memory of downloading a million attempts.
bench-export: .venv/.dev static/.built packages
	$(BIN)/python -m tests.bench.export

# Memory and threads of 500 idle listeners to events.
bench-events: .venv/.dev
	$(BIN)/python -m tests.bench.events

# Main-thread time per frame during fast writing, in a real browser.
bench-ink: .venv/.dev static/.built packages
	$(BIN)/python -m tests.bench.ink

# Lighthouse scores on a slow phone, and the time until the first ink.
lighthouse: .venv/.dev static/.built lettersai/locale/.built tests/bench/lighthouse/node_modules/.installed packages
	$(BIN)/python -m tests.bench.lighthouse

# The picture in README.
screenshots: .venv/.dev static/.built lettersai/locale/.built packages
	$(BIN)/python -m tests.bench.screenshots

# Renew the pictures that the tests compare pages with, after an intended change.
look: .venv/.dev static/.built lettersai/locale/.built packages
	LOOK=paint $(BIN)/pytest --quiet tests/site/test_look.py -k looks_as

# Build both images, check their sizes, and score with them. Needs root on Debian; ten minutes at first. Not part of check.
images-check: .venv/.dev
	$(BIN)/python -m tests.images

# Throughput, latency, also while 10,000 attempts wait, and growth of the workers' memory. BEFORE=folder compares with
# another checkout, in turns.
load: .venv/.dev static/.built packages
	$(BIN)/python -m tests.bench.load $(if $(BEFORE),--before $(BEFORE))

# Mutation testing, at most two hours. SLICES='ml plan' and MINUTES=10 limit it; a second call continues.
mutate: .venv/.dev static/.built lettersai/locale/.built
	$(BIN)/pip install --quiet mutmut==3.8.1
	$(BIN)/python -m tests.mutation $(SLICES)

# Compile the requirement files after a change of dependencies in pyproject.toml.
lock: .venv/.dev
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK) --extra worker --extra dev --output-file requirements/dev.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --extra worker --constraint requirements/dev.txt --output-file requirements/worker.txt pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --constraint requirements/dev.txt --output-file requirements/web.txt pyproject.toml
	echo pip | $(BIN)/uv pip compile $(LOCK) --output-file requirements/pip.txt -
LOCK = --quiet --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url

# Collect new texts into the message catalogues, to be translated there.
messages: .venv/.dev packages
	@$(BIN)/python manage.py makemessages --locale ja --locale fr --ignore '.venv' --ignore frontend --ignore tests --no-wrap --no-location --no-obsolete

clean:
	rm -rf .venv static frontend/node_modules frontend/dist
	rm -f lettersai/locale/.built lettersai/locale/*/*/*.mo

# Python 3.11's own pip takes twice as long.
.venv/.worker: requirements/pip.txt requirements/worker.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "Python 3.11 is needed; set PYTHON to it."; exit 1; }
	@test -d .venv || $(PYTHON) -m venv .venv
	@echo "Installing Python packages…"
	@$(PIP) --requirement requirements/pip.txt
	@$(PIP) --requirement requirements/worker.txt
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.worker
	@echo "Installing packages for checks and tests…"
	@$(PIP) --requirement requirements/dev.txt
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json
	@node --version | grep -q '^v2[0-9]' || { echo "Node 20 or later is needed."; exit 1; }
	@echo "Installing and building the front end…"
	@cd frontend && npm ci --silent --no-audit --no-fund
	@touch $@

tests/bench/lighthouse/node_modules/.installed: tests/bench/lighthouse/package-lock.json
	@cd tests/bench/lighthouse && npm ci --silent --no-audit --no-fund
	@touch $@

static/.built: frontend/node_modules/.installed $(shell find frontend/src frontend/public frontend/*.ts characters/static -type f 2>/dev/null) .venv/.worker
	@cd frontend && npm run --silent build
	@$(BIN)/python manage.py collectstatic --no-input --clear --verbosity 0
	@touch $@

lettersai/locale/.built: $(wildcard lettersai/locale/*/*/*.po) .venv/.worker
	@$(BIN)/pybabel --quiet compile --domain django --directory lettersai/locale
	@touch $@
