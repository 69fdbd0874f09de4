# Two commands: `make demo` shows the main job on a fresh machine, `make test` runs the whole suite.
# Everything that they need is brought by `make setup`, which does nothing the second time.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Every process of the tests would compile what it imports where the environment forbids to keep that.
export PYTHONDONTWRITEBYTECODE :=
# These listen for milliseconds: they need the machine alone.
ALONE := tests/console/test_browser.py tests/bench/test_timeline.py
# These kill processes, attack them, follow a stream or judge what was heard live, and mostly wait for what comes of
# it: they need room.
ROOMY := tests/hotline/test_demo.py tests/edge tests/torture tests/faults tests/hotline/test_fleet.py \
	tests/hotline/test_machines.py tests/console/test_wallboard.py
# A test that fails is tried once more, eight tests at the most, and the end of the run tells why (decision 38).
PYTEST := $(BIN)/pytest --reruns 1 --max-suite-reruns 8 --rerun-show-tracebacks
# The product's workers are ten steps nicer than what starts them: among so many busy processes they would
# take longer than their minute to start. There are only nineteen steps, so that nice tests leave them four.
TOGETHER := nice -n 15 $(PYTEST) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup voice demo test api-cases torture faults campaign bench bench-lines bench-day bench-recorder bench-timeline \
	bench-console bench-search bench-desks bench-agreement bench-sampling bench-scoring bench-transcriber pictures format clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

PROVIDER := tests/console/provider

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

$(PROVIDER)/node_modules/.installed: $(PROVIDER)/package.json $(PROVIDER)/package-lock.json
	@npm ci --prefix $(PROVIDER) --ignore-scripts --omit=optional --no-audit --no-fund --silent >&2 || \
		{ echo "the sign-in provider that tests use could not be brought: check the network or npm's registry" >&2; exit 2; }
	@touch $@

# While types are checked the other core compiles the tests, which each of their processes would do else.
test: voice $(PROVIDER)/node_modules/.installed ## layers, style, types and all tests
	@$(BIN)/lint-imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pytest --collect-only -q >/dev/null 2>&1 & $(BIN)/mypy; found=$$?; wait; exit $$found
	@$(TOGETHER) -n 5 $(addprefix --ignore=,$(ALONE) $(ROOMY)) $(ARGS)
	@$(TOGETHER) -n 3 $(ROOMY) $(ARGS)
	@$(PYTEST) $(ALONE) $(ARGS)

api-cases: setup ## the API by its own description, 200 requests of each operation
	@HOTLINE_API_CASES=200 $(BIN)/pytest -q tests/console/test_openapi.py $(ARGS)

torture: setup ## attack a line for ten minutes: 50 rounds of RFC 4475, 100,000 damaged messages
	@$(BIN)/python -m tests.torture $(ARGS)

faults: setup ## 200 faults at random over running calls: what was lost, and whether all is accounted for
	@$(BIN)/python -m tests.faults $(ARGS)

campaign: setup ## call 50 synthetic people back, by real SIP, and look whether each ends as its script says
	@$(BIN)/python -m bench.campaign $(ARGS)

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

bench-desks: setup ## the directory's search beside pg_trgm and FTS5; ticket changes under 50 writers; articles
	@$(BIN)/python -m bench.desks $(ARGS)
	@$(BIN)/python -m bench.desks.tickets
	@$(BIN)/python -m bench.desks.knowledge

bench-console: setup ## the console's pages over 1,000,000 calls, 20 people at once; ARGS="--only sqlite --calls 20000"
	@$(BIN)/python -m bench.console $(ARGS)

bench-transcriber: setup ## our transcriber beside the stock vosk-transcriber command: errors, numbers, speed, memory
	@$(BIN)/python -m bench.transcriber $(ARGS)

bench-scoring: setup ## verdicts beside the truth, rule by rule; what judging costs; ARGS="--half tune --only verdicts"
	@$(BIN)/python -m bench.scoring $(ARGS)

pictures: setup ## the docs' pictures of pages, as the browser tests see them
	@rm -rf var/pictures && mkdir -p var/pictures/docs
	@HOTLINE_PICTURES=$(CURDIR)/var/pictures $(BIN)/pytest -q tests/console/test_*_browser.py
	@cp var/pictures/docs/*.png docs/pictures/

format: setup ## put the code into its form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean: ## remove what set-up and runs have made here
	rm -rf $(VENV) node_modules console/static/vendor build dist *.egg-info
