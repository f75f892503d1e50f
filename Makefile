# Everything a developer types. Each target starts from a fresh checkout.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

DEMO_PACKAGES := python3-venv php-cli php-curl php-mbstring php-sqlite3 php-intl smarty4
TEST_PACKAGES := $(DEMO_PACKAGES) smarty3 chromium fonts-dejavu-core redis-server postgresql mariadb-server

CATALOGUES := $(patsubst %.po,%.mo,$(wildcard portal/translations/*/LC_MESSAGES/*.po))

.PHONY: help demo test check bench screens messages clean demo-packages test-packages

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

demo: demo-packages $(INSTALLED) $(CATALOGUES) ## start everything with sandbox servers and print where to click
	@$(BIN)/python -m portal.sandbox

test: test-packages check ## check, then run every test
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

check: $(INSTALLED) $(CATALOGUES) ## format, lint, types, templates, PHP syntax
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/djlint --lint --quiet templates portal
	@scripts/php-syntax sso portal

bench: $(INSTALLED) $(CATALOGUES) ## measure, print a table, write JSON
	@$(BIN)/python -m bench $(ARGS)

screens: test-packages $(INSTALLED) $(CATALOGUES) ## look at every screen in every language, theme and width; pictures into screens/
	@SCREENS=screens $(BIN)/python -m pytest -n 2 tests/browser/test_screens.py $(ARGS)

messages: $(INSTALLED) ## bring the translation catalogues up to date with the texts in the code
	@$(BIN)/pybabel --quiet extract -F pyproject.toml -k _l -k _n:1,2 --no-location -o messages.pot .
	@$(BIN)/pybabel --quiet update -i messages.pot -d portal/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

clean: ## remove what the targets made (never instance/, which holds data)
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis $(CATALOGUES)
	find . -name __pycache__ -prune -exec rm -rf {} +

demo-packages:
	@scripts/system-packages $(DEMO_PACKAGES)

test-packages:
	@scripts/system-packages $(TEST_PACKAGES)

$(INSTALLED): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# A Flask-Babel catalogue is read compiled.
%.mo: %.po $(INSTALLED)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
