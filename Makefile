# What each command does is promised in README.md. Needs Python 3.11 or newer and make, nothing else.

VENV ?= .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes

DEMO_DIR := $(CURDIR)/demo-data
# A database, a key and cookies of its own, whatever .env says: the demo never meets a real diary.
DEMO := env DATA_DIR="$(DEMO_DIR)" STATIC_ROOT="$(DEMO_DIR)/static" COOKIE_PREFIX=demo_ \
	DATABASE_URL="sqlite:///$(DEMO_DIR)/crampdiary.sqlite3" DEMO=1 SECRET_KEY= SECRET_KEY_FILE="$(DEMO_DIR)/secret_key" \
	HOST="$${HOST:-127.0.0.1}" PORT="$${PORT:-8001}" BASE_URL="http://localhost:$${PORT:-8001}" ALLOWED_HOSTS= \
	EMAIL_URL=consolemail://

.PHONY: run demo test check faults load bench fuzz fuzz-api walks lint lint-offline audit sbom format messages vendor lock chromium firefox pooler clean help

help:
	@echo "make run     your diary at http://localhost:8000 (HOST=, PORT= change that)"
	@echo "make demo    generated diaries to look at, at http://localhost:8001"
	@echo "make check   the quick loop: formatting, types and most of the suite on SQLite, without a browser"
	@echo "make test    everything, on SQLite and on PostgreSQL and in Chromium"
	@echo "make bench   the performance table    make lint   formatting, types, audit"
	@echo "make fuzz    every malformed input against every page, for hours (FUZZ_SHARE=0.1 for a tenth)"
	@echo "make walks   a patient tapping about at random in a browser (WALKS=2000, SEED=, STEPS=, BROWSER=)"
	@echo "make sbom    the bill of materials, as CycloneDX JSON"

run: $(VENV)/run.ok
	@grep -qsE '^(export )?BASE_URL=' .env || export BASE_URL="$${BASE_URL:-http://localhost:$${PORT:-8000}}"; \
	exec $(PY) manage.py serve

demo: $(VENV)/run.ok
	@mkdir -p -m 700 "$(DEMO_DIR)"
	@test -s "$(DEMO_DIR)/secret_key" || (umask 077; \
		$(PY) -c "import secrets; print(secrets.token_urlsafe(64))" > "$(DEMO_DIR)/secret_key")
	@$(DEMO) $(PY) manage.py migrate --verbosity 0
	@$(DEMO) $(PY) manage.py seed_demo --patients 2 --nights 400 --seed 1 --if-empty
	@exec $(DEMO) $(PY) manage.py serve

test: $(VENV)/test.ok chromium firefox pooler
	@$(PY) -m pytest --legs all $(ARGS)

# Left out: what starts servers, sends thousands of requests or runs for minutes; `make test` has it all.
check: lint-offline
	@$(PY) -m pytest --quiet --ignore tests/browser --ignore tests/faults --ignore tests/corpus --ignore tests/machine \
		--ignore tests/concurrency --ignore tests/matrix --ignore tests/exchange $(ARGS)

faults: $(VENV)/test.ok
	@for leg in sqlite postgresql; do \
		LEG=$$leg FAULTS="$${FAULTS:-full}" $(PY) -m pytest --quiet --timeout 7200 tests/faults $(ARGS) || exit 1; \
	done

load: $(VENV)/test.ok
	@$(PY) -m benchmarks.load $(ARGS)

bench: $(VENV)/test.ok
	@$(PY) -m benchmarks $(ARGS)

# On both databases side by side; the suite itself sends a fixed sample.
fuzz: $(VENV)/test.ok
	@FUZZ_SHARE="$${FUZZ_SHARE:-1}" $(PY) -m pytest --legs sqlite,postgresql tests/corpus tests/machine $(ARGS)

fuzz-api: $(VENV)/test.ok
	@$(PY) -m benchmarks.fuzz_api $(ARGS)

# One after the other: each needs both cores for the browser and the site. STEPS does these steps alone.
walks: $(VENV)/test.ok chromium
	@for leg in sqlite postgresql; do \
		LEG=$$leg WALKS="$${WALKS:-200}" $(PY) -m pytest --quiet --timeout 3600 tests/browser/test_walks.py \
			-k "$$( [ -n "$$STEPS" ] && echo known || echo at_random )" $(ARGS) || exit 1; \
	done

lint: lint-offline audit

lint-offline: $(VENV)/lint.ok
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m djlint --lint --quiet templates
	$(PY) -m pytest --quiet tests/test_migrations.py

# Asks the advisory service over the network.
audit: $(VENV)/lint.ok
	$(VENV)/bin/pip-audit --progress-spinner off --require-hashes --disable-pip -r requirements/run.txt

sbom: $(VENV)/lint.ok
	@$(PY) tools/sbom.py

format: $(VENV)/lint.ok
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

# Collecting needs gettext (xgettext, msgmerge); compiling and every test need Babel alone.
messages: $(VENV)/test.ok
	@$(PY) manage.py makemessages --all --add-location file --no-obsolete --no-wrap -i .venv -i tests -i benchmarks
	@sed -i.bak -e '/^"POT-Creation-Date/d' -e '/^"Report-Msgid-Bugs-To/d' locale/*/LC_MESSAGES/django.po
	@rm -f locale/*/LC_MESSAGES/*.bak
	@$(VENV)/bin/pybabel compile --directory locale --domain django --statistics

# --- what the commands above need -------------------------------------------------------------

$(PY):
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Crampdiary needs Python 3.11 or newer, and there is none here: install it, or name it with PYTHON=." >&2; \
		exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python$$version-venv" >&2; \
		exit 1; \
	fi; \
	"$$python" -m venv $(VENV)

$(VENV)/run.ok: requirements/run.txt | $(PY)
	@echo "Installing what Crampdiary needs (once, about a minute) ..."
	@$(PIP) -r $<
	@touch $@

$(VENV)/test.ok: requirements/test.txt | $(PY)
	@echo "Installing what the tests need (once, about a minute) ..."
	@$(PIP) -r $<
	@touch $@

$(VENV)/lint.ok: requirements/lint.txt $(VENV)/test.ok
	@echo "Installing the tools (once) ..."
	@$(PIP) -r $<
	@touch $@

# The browser of the tests: the one that is here, else the distribution's, else Playwright's.
chromium: $(VENV)/test.ok
	@$(PY) -m tests.plugins.chromium && exit 0; \
	echo "Installing Chromium for the browser tests (once) ..."; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get -o DPkg::Lock::Timeout=300 update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq chromium >/dev/null && exit 0; \
	fi; \
	$(PY) -m playwright install chromium || \
	echo "Chromium could not be installed: the browser leg will say that it was not run." >&2

# Walks are walked in Firefox too; it needs no driver.
firefox: $(VENV)/test.ok
	@$(PY) -m tests.plugins.firefox && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Firefox for the walks (once) ..."; \
		apt-get -o DPkg::Lock::Timeout=300 update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq firefox-esr >/dev/null && exit 0; \
	fi; \
	echo "Firefox is not here: the walks in it will say that they were not run." >&2

# The pooler of one test, only where its package would start no service of its own.
pooler: $(VENV)/test.ok
	@$(PY) -m tests.plugins.pooler && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ ! -d /run/systemd/system ]; then \
		echo "Installing PgBouncer for the tests (once) ..."; \
		apt-get -o DPkg::Lock::Timeout=300 update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq pgbouncer >/dev/null && exit 0; \
	fi; \
	echo "PgBouncer is not here: its test will say what it ran instead." >&2

# --- for maintainers --------------------------------------------------------------------------

# Exact versions and hashes of everything, without registry addresses. uv lives and dies in .venv-lock.
lock: | $(PY)
	$(PY) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv-lock/bin/uv lock --python $(PY) $(if $(UPGRADE),--upgrade)
	for set in run pdf push test lint; do \
		case $$set in run) only=--no-dev;; pdf) only="--no-dev --extra pdf";; push) only="--no-dev --extra push";; test) only="--no-default-groups --group test";; lint) only="--only-group lint";; esac; \
		.venv-lock/bin/uv export --quiet --frozen --python $(PY) --no-header --no-emit-project \
			--format requirements-txt $$only -o requirements/$$set.txt || exit 1; \
	done
	rm -rf .venv-lock

# Front-end files from locked npm packages, with their licences; the result is committed.
vendor:
	npm ci --ignore-scripts --no-audit --no-fund
	npm run vendor

clean:
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results node_modules
