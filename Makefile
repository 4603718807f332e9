# Two commands: `make demo` shows the project at work, `make test` proves it.
# A machine needs Python 3.11 (or newer), make and git; the rest is installed from here.

# The first of these that is Python 3.11 or newer; `make PYTHON=/path/to/python …` says otherwise.
PYTHON ?= $(shell for name in python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

BIN := .venv/bin
# The locks are complete, so nothing is resolved; and each file must have the hash they name.
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps
# Those that the tests use where they are there. Ubuntu has no package of one: there Playwright
# brings its own.
BROWSERS := chromium google-chrome

.DELETE_ON_ERROR:
.PHONY: help install install-all demo test fuzz lint docs docs-check accuracy bench lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

install: .venv/core.stamp ## .venv with the core and the command .venv/bin/gongkai

install-all: .venv/all.stamp .venv-interop/stamp ## the core, every extra, the test tools and the Debian packages they need

demo: install ## crawl the bundled sample portal and say what was found
	@$(BIN)/gongkai demo

test: install-all ## all tests (ARGS="-k word" for some)
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile $(ARGS)

lint: install-all ## ruff (style and format), mypy --strict on pipelines/
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict pipelines

docs: install-all ## write the generated parts of docs/ anew
	@$(BIN)/python docs/generate.py

docs-check: install-all ## fail where the generated parts of docs/ are not up to date
	@$(BIN)/python docs/generate.py --check
	@$(BIN)/python -m tests.quality.accuracy --check

accuracy: install-all ## write docs/accuracy.md (ARGS=--update takes better scores as floors)
	@$(BIN)/python -m tests.quality.accuracy $(ARGS)

fuzz: install-all ## read 100,000 damaged pages (minutes); the tests read 10,000
	@$(BIN)/python -m tests.quality.fuzz $(ARGS)

bench: install-all ## speed beside public tools, on sample portals (minutes; ARGS=crawl for some)
	@$(BIN)/python -m bench $(ARGS)

clean: ## remove all that was installed or built; the archive in data/archive stays
	rm -rf .venv .venv-interop build *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip is the last thing that a new virtual environment gets: where it is missing, none was finished.
$(BIN)/pip:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer is needed and neither python3.11 nor python3 is one:" \
			"install it (Debian, Ubuntu: apt-get install python3.11) or name one with" \
			"make PYTHON=/path/to/python3." >&2; exit 2; fi
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
		.ci/debian "Debian keeps the part of Python that makes virtual environments apart" \
		"$$("$(PYTHON)" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
	@"$(PYTHON)" -m venv --clear .venv

.venv/core.stamp: requirements.lock pyproject.toml | $(BIN)/pip
	@echo "Installing the packages of requirements.lock into .venv"
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

.venv/all.stamp: requirements-all.lock .venv/core.stamp
	@echo "Installing the packages of requirements-all.lock into .venv"
	@$(PIP_INSTALL) --require-hashes -r requirements-all.lock
	@$(BIN)/playwright --version >/dev/null 2>&1 || \
		.ci/debian "Playwright, which drives the browser, needs it" libatomic1
	@for name in $(BROWSERS); do command -v $$name >/dev/null && exit; done; \
		.ci/debian "the tests open Datasette in a browser" chromium || \
		$(BIN)/playwright install --with-deps chromium
	@command -v soffice >/dev/null || \
		.ci/debian "it reads Word files of the old kind (.doc, .wps)" libreoffice-writer-nogui
	@ldconfig -p | grep -q 'libarchive\.so' || \
		.ci/debian "it reads RAR and 7z archives" libarchive13
	@fc-list :lang=zh 2>/dev/null | grep -q . || \
		.ci/debian "the browser needs a Chinese font" fonts-noto-cjk
	@touch $@

# Tools of others, run by the tests: apart, since they pin what ours does not take.
.venv-interop/stamp: requirements-interop.lock | $(BIN)/pip
	@echo "Installing the packages of requirements-interop.lock into .venv-interop"
	@"$(PYTHON)" -m venv --clear .venv-interop
	@.venv-interop/bin/python -m pip --disable-pip-version-check install --quiet --no-deps \
		--require-hashes -r requirements-interop.lock
	@touch $@

# Keeps what is pinned as far as pyproject.toml allows; `make lock UPGRADE=--upgrade` takes the newest.
# pip itself, which two packages name as a dependency, comes with Python and is not pinned: the
# warning that pip-compile prints and writes about that is of no use with `pip install --no-deps`.
LOCK := CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/pip-compile --quiet $(UPGRADE) \
	--generate-hashes --annotation-style=line --strip-extras --unsafe-package=pip \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

lock: | $(BIN)/pip ## pin every package of pyproject.toml anew, with hashes
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/pip --disable-pip-version-check install --quiet pip-tools==7.6.2
	@$(LOCK) --build-deps-for=editable --output-file=requirements.lock pyproject.toml
	@$(LOCK) --build-deps-for=editable --extra=ocr --extra=archives --extra=parquet --extra=dev --constraint=requirements.lock --output-file=requirements-all.lock pyproject.toml
	@$(LOCK) --unsafe-package=brotlipy --output-file=requirements-interop.lock requirements-interop.in
	@sed -i -e '/^# WARNING: /,$$d' requirements.lock requirements-all.lock requirements-interop.lock
