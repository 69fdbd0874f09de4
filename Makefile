# Two commands: `make demo` shows the main job on a fresh machine, `make test` runs the whole suite.
# Everything that they need is brought by `make setup`, which does nothing the second time.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# These kill processes, attack them, watch a browser or listen for milliseconds: they need the machine alone.
ALONE := tests/console/test_browser.py tests/console/test_wallboard.py tests/edge tests/hotline/test_fleet.py \
	tests/torture tests/bench/test_timeline.py tests/faults

.DEFAULT_GOAL := help
.PHONY: help setup voice demo test torture faults bench bench-lines bench-day bench-recorder bench-timeline \
	bench-search bench-agreement bench-sampling bench-scoring bench-transcriber format clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(VENV)/.installed console/static/vendor/.installed ## Python and page parts, and the speech model
	@$(BIN)/hotline models install >&2

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' || \
		{ echo "hotline needs Python 3.11 or 3.12; name one with: make setup PYTHON=python3.11" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "Python's venv module is missing; install Debian's python3-venv and try again" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --editable '.[dev,render]' >&2 || \
		{ echo "the Python packages of pyproject.toml could not be brought: check the network or pip's index;" \
		"by hand: pip download '.[dev,render]' elsewhere, then PIP_FIND_LINKS=FOLDER make setup" >&2; exit 2; }
	@touch $@

console/static/vendor/.installed: package.json package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --silent >&2 && npm run --silent vendor >&2 || \
		{ echo "the page parts of package-lock.json could not be brought: check the network or npm's registry;" \
		"by hand: bring node_modules/ here, then npm run vendor" >&2; exit 2; }
	@touch $@

voice: setup ## the voice of prompts and test dialogues
	@$(BIN)/hotline models install kokoro-82m-v1.0-int8 kokoro-82m-v1.0-english >&2

demo: setup ## a whole hotline on loopback: synthetic callers, real SIP, real recognition, the console
	@$(BIN)/hotline demo $(ARGS)

test: voice ## layers, style, types and all tests
	@$(BIN)/lint-imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder $(addprefix --ignore=,$(ALONE)) $(ARGS)
	@$(BIN)/pytest $(ALONE) $(ARGS)

torture: setup ## attack a line for ten minutes: 50 rounds of RFC 4475, 100,000 damaged messages
	@$(BIN)/python -m tests.torture $(ARGS)

faults: setup ## 200 faults at random over running calls: what was lost, and whether all is accounted for
	@$(BIN)/python -m tests.faults $(ARGS)

bench: setup ## the first figures, each with how it was measured
	@$(BIN)/python -m bench $(ARGS)

bench-lines: setup ## a hundred callers at once: what they cost, beside bare pjsua2; ARGS=deaths: a line dies
	@$(BIN)/python -m bench.lines $(ARGS)

bench-day: setup ## a day of the 114 desk in fast time, beside Erlang C
	@$(BIN)/python -m bench.fast_day $(ARGS)

bench-recorder: setup ## what recordings cost: sealing beside a plain WAV writer, rescue, verifying, room and recognition by format
	@$(BIN)/python -m bench.recorder $(ARGS)

bench-timeline: setup ## where sounds lie in recordings that were said at known times, through 13 kinds of trouble
	@$(BIN)/python -m bench.timeline $(ARGS)

bench-agreement: setup ## how often the intervals of kappa and alpha hold the truth, in simulated rounds
	@$(BIN)/python -m bench.agreement $(ARGS)

bench-sampling: setup ## how often the intervals of samples cover the truth, by design; ARGS="--draws 500"
	@$(BIN)/python -m bench.sampling $(ARGS)

bench-search: setup ## searching transcripts: query times and the index's size; ARGS="--calls 100000"
	@$(BIN)/python -m bench.search $(ARGS)

bench-transcriber: setup ## our transcriber beside the stock vosk-transcriber command: errors, numbers, speed, memory
	@$(BIN)/python -m bench.transcriber $(ARGS)

bench-scoring: setup ## verdicts beside the truth, rule by rule; what judging costs; ARGS="--half tune --only verdicts"
	@$(BIN)/python -m bench.scoring $(ARGS)

format: setup ## put the code into its form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean: ## remove what set-up and runs have made here
	rm -rf $(VENV) node_modules console/static/vendor build dist *.egg-info
