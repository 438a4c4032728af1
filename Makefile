# Every target sets the project up by itself; all it needs is Python 3.11 or newer.
# PYTHON=... chooses the interpreter, ARGS=... is passed on: make test ARGS="-k curve"

SHELL := /bin/sh
BIN := .venv/bin
ARGS ?=
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run demo test lint bench styles figures dist kill fuzz

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv with the pinned packages, and install what Qt needs
	@PYTHON="$(PYTHON)" sh tools/setup.sh

run: setup ## open the editor
	@$(BIN)/python -m exposure_app $(ARGS)

demo: setup ## retouch the sample photo, say what was done, and open the editor where there is a screen
	@mkdir -p out && cp resources/sample.dng out/sample.dng
	$(BIN)/exposure retouch out/sample.dng -o out/sample.jpg $(ARGS)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then $(BIN)/exposure out/sample.dng; fi

test: setup ## run all tests
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

lint: setup ## check style, types and the direction of imports
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports --no-logo

kill: setup ## kill the program 100 times while it saves, exports, retouches, watches and learns: is anything lost?
	@$(BIN)/python -m tools.kill --moments $(ARGS)

fuzz: setup ## give 10,000 damaged and hostile files to whatever reads them: does anything crash, hang or write elsewhere?
	@$(BIN)/python -m tools.fuzz $(ARGS)

bench: setup ## measure the speed
	@$(BIN)/python -m benchmarks $(ARGS)

dist: setup ## make dist/exposure, a folder that runs without Python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dist]'
	$(BIN)/python -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath build exposure.spec

styles: setup ## train again every style that comes with the program (hours)
	@$(BIN)/python tools/train_styles.py $(ARGS)

figures: setup ## draw the pictures of the documentation again
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tools.figures $(ARGS)
