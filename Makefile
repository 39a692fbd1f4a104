# Covey's two commands are `make demo` and `make test`. Each does all the set-up that it needs, and is quick where there
# is nothing to do. What the targets call (tools/…, cmake's presets) can be called by hand as well: see CONTRIBUTING.md.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# make demo PYTHON=3.13, or a path; the newest CPython at hand otherwise. make test VERSIONS="3.13 3.14"; all otherwise.
PYTHON ?=
VERSIONS ?=
PYTEST_ARGS ?=
JOBS ?= $(shell nproc)

CXX_FILES = $(shell find src tests bench -name '*.[ch]pp')

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: setup
setup: ## Debian's packages, where some are missing
	@tools/setup build

.PHONY: demo
demo: setup ## boltons' test suite under Covey: report, data, cost
	@tools/demo $(PYTHON)

.PHONY: venv
venv: setup ## .venv with Covey installed
	@python=$$(tools/find-pythons $(PYTHON) | tail -n 1 | cut -f 2); tools/venv .venv "$$python" tests/requirements.txt

.PHONY: test
test: setup ## C++ unit tests, layering, recorded cases, Python tests on each CPython
	@failed=; for part in unit layering cases python-tests; do \
	  $(MAKE) $$part || failed+=" $$part"; \
	done; \
	[ -z "$$failed" ] || { echo "make test: FAILED:$$failed"; exit 1; }

# configure-ci and the like: the build directory of a preset.
.PHONY: configure-%
configure-%: setup
	@cmake --preset $* --log-level=WARNING >/dev/null

.PHONY: unit
unit: configure-ci ## C++ unit tests
	@cmake --build --preset ci -j $(JOBS) && ctest --preset ci --no-tests=error

.PHONY: layering
layering: configure-ci ## who may include whom, and file lengths
	@python3 tests/layering/layering_test.py build/ci/rooms.txt

.PHONY: cases
cases: configure-ci ## cases recorded from coverage.py's own tests, in the directory that COVEY_CASES names
	@cmake --build --preset ci -j $(JOBS) --target covey_cases covey_path_cases >/dev/null && \
	  python3 tests/conformance/cases.py --tools build/ci/tests/conformance $(if $(VERSIONS),--pythons $(call listed,$(VERSIONS)))

.PHONY: python-tests
python-tests: configure-ci ## Python tests, on each CPython that is found
	@tools/setup build consumers
	@cmake --build --preset ci -j $(JOBS) --target covey_forge_driver >/dev/null
	@tools/test-pythons $(VERSIONS) -- $(PYTEST_ARGS)

.PHONY: asan
asan: configure-asan-ubsan ## C++ unit tests under the address and undefined-behaviour sanitizers
	@cmake --build --preset asan-ubsan -j $(JOBS) && ctest --preset asan-ubsan --no-tests=error

# One CPython, for time's sake: VERSIONS=3.13 for another.
.PHONY: asan-collector
asan-collector: setup ## the collector's tests with it under the same sanitizers, inside one CPython
	@tools/asan-collector $(or $(firstword $(VERSIONS)),3.14) $(PYTEST_ARGS)

# FUZZ_SECONDS=600 for longer. What is found lies in build/fuzz; what makes the corpus better is added to it by hand. A writer
# of shards leaves its maps to the process's end, as the collector must, so what combines runs a counted number of times.
FUZZ_SECONDS ?= 60
FUZZ ?= $(patsubst tests/fuzz/fuzz_%.cpp,%,$(wildcard tests/fuzz/fuzz_*.cpp))
.PHONY: fuzz
fuzz: ## each reader of what others may have written under libFuzzer, for FUZZ_SECONDS each, JOBS at a time
	@tools/setup build fuzz && cmake --preset fuzz --log-level=WARNING >/dev/null
	@cmake --build --preset fuzz -j $(JOBS) --target $(FUZZ:%=covey_fuzz_%) >/dev/null
	@$(MAKE) -k -j $(JOBS) $(FUZZ:%=fuzz-%)

fuzz-%:
	@mkdir -p build/fuzz/found/$*; cd build/fuzz; \
	tests/fuzz/covey_fuzz_$* -max_total_time=$(FUZZ_SECONDS) -max_len=16384 -verbosity=0 -print_funcs=0 -artifact_prefix=$*- \
	  -print_final_stats=1 -dict=../../tests/fuzz/words $(if $(filter combine,$*),-runs=20000) \
	  found/$* ../../tests/fuzz/corpus/$* >$*.log 2>&1 && good=1 || good=0; \
	times >$*.times; \
	echo "fuzz $*: $$(sed -n 's/^stat::number_of_executed_units: *//p' $*.log) inputs, $$(sed -n '2s/ .*//p' $*.times) of CPU"; \
	[ $$good = 1 ] || { grep -v '^INFO\|^stat' $*.log; exit 1; }

.PHONY: lint-setup
lint-setup:
	@tools/setup build lint

.PHONY: format
format: lint-setup ## formats the C++ code in place
	@clang-format-16 -i $(CXX_FILES)

.PHONY: format-check
format-check: lint-setup ## fails where `make format` would change something
	@clang-format-16 --dry-run -Werror $(CXX_FILES)

# The files are those compiled for .venv's Python, so of the collector's engines only that Python's. One that passed is not
# looked at again until it, a header or the rules change.
.PHONY: tidy
tidy: lint-setup venv ## clang-tidy over src/
	@$(MAKE) -k -j $(JOBS) $$(sed -n 's#^ *"file": "$(CURDIR)/src/covey/\(.*\)\.cpp".*#build/tidy/\1.ok#p' \
	  build/install/compile_commands.json)

build/tidy/%.ok: src/covey/%.cpp .clang-tidy $(shell find src -name '*.hpp')
	@mkdir -p $(@D); clang-tidy-16 -p build/install --quiet $< 2>$@.err || { grep -v '^[0-9]* warnings\? ' $@.err; exit 1; }; touch $@

# SUITES="jinja2 parso" and VERSIONS choose; all otherwise.
SUITES ?=
comma := ,
empty :=
listed = $(subst $(empty) $(empty),$(comma),$(strip $1))

.PHONY: conformance
conformance: exactness parser-corpus branches made-up-runs contexts data-file report-writers upstream ## Covey against coverage.py: suites, standard libraries, recorded cases, reports

.PHONY: exactness
exactness: setup
	@python3 tests/conformance/exact.py $(if $(SUITES),--suites $(call listed,$(SUITES))) $(if $(VERSIONS),--pythons $(call listed,$(VERSIONS)))

# Each CPython has its own standard library, and its own tokenizer for coverage.py to go by. `exactness` made the environments.
# The recorded cases are read from the directory that COVEY_CASES names.
.PHONY: parser-corpus
parser-corpus: configure-ci exactness
	@cmake --build --preset ci --target covey_structure_dump >/dev/null; \
	tool=build/ci/tests/conformance/covey_structure_dump; \
	mkdir -p build/made-up; python3 tests/conformance/made_up_programs.py build/made-up 2000; \
	for python in .venvs/suites-*/bin/python; do \
	  $$python -W ignore tests/conformance/parser_corpus.py --tool $$tool; \
	  $$python -W ignore tests/conformance/parser_corpus.py --tool $$tool build/made-up; \
	  $$python tests/conformance/parser_cases.py --tool $$tool; \
	done

# COVEY_CASES names the directory of recorded cases; without it, only the suites are run. The suites that are short, unless
# BRANCH_SUITES names others ("attrs parso"): with all of them, .ci/run takes too long.
BRANCH_SUITES ?= toolz jinja2 boltons
.PHONY: branches
branches: configure-ci exactness
	@cmake --build --preset ci --target covey_branch_dump >/dev/null; failed=; \
	for python in .venvs/suites-*/bin/python; do for what in "" "$(BRANCH_SUITES)"; do \
	  $$python tests/conformance/branches.py --tool build/ci/tests/conformance/covey_branch_dump $$what || failed=1; \
	done; done; [ -z "$$failed" ]

# MADE_UP="--count 4000 --seed 10000" for others.
MADE_UP ?=
.PHONY: made-up-runs
made-up-runs: exactness
	@python3 tests/conformance/made_up_runs.py $(if $(VERSIONS),--pythons $(call listed,$(VERSIONS))) $(MADE_UP)

# In two of the four modes, and one suite, for .ci/run's sake: contexts.py alone takes all of them. Of jinja2 it shows what
# finalizers ran: docs/differences.md, Contexts.
.PHONY: contexts
contexts: exactness
	@python3 tests/conformance/contexts.py --suites toolz --modes functions,pytest-branch

.PHONY: data-file
data-file: exactness
	@python3 tests/conformance/data_file.py --suites toolz,jinja2

# On the newest CPython alone: the writers know no versions.
.PHONY: report-writers
report-writers: configure-ci exactness
	@cmake --build --preset ci --target covey_report_dump >/dev/null; \
	python=$$(ls -d .venvs/suites-*/bin/python | sort -V | tail -n 1); \
	$$python tests/conformance/report_writers.py --tool build/ci/tests/conformance/covey_report_dump

# On the newest CPython that coverage.py's release supports; UPSTREAM="--pythons 3.11 --only combine" for others.
UPSTREAM ?=
.PHONY: upstream
upstream: setup ## coverage.py's own tests of its command line, with Covey in its place
	@python3 tests/conformance/upstream.py $(UPSTREAM)

# Minutes, since each of the tests starts pytests of its own, with workers: so not part of `conformance`.
# PYTEST_COV="--pythons 3.11 --only xdist" for others.
PYTEST_COV ?=
.PHONY: pytest-cov-tests
pytest-cov-tests: setup ## pytest-cov's own tests, with Covey's plugin in its place
	@python3 tests/conformance/pytest_cov_tests.py $(PYTEST_COV)

# SOAK_MINUTES is how long the suite is repeated; SOAK="starts tree" chooses parts.
SOAK_MINUTES ?= 10
SOAK ?=
.PHONY: soak
soak: setup ## many processes, shards, lines, files, threads, and a suite repeated for SOAK_MINUTES: counts, memory, descriptors
	@python3 tests/soak/soak.py --minutes $(SOAK_MINUTES) $(if $(VERSIONS),--python $(firstword $(VERSIONS))) $(SOAK)

# A few suites, others at the next commit; SUITES=all for all of them, which takes hours.
.PHONY: undisturbed
undisturbed: setup ## real suites without coverage and under Covey: what passes must pass
	@python3 tests/conformance/undisturbed.py \
	  $(if $(filter all,$(SUITES)),--all,$(if $(SUITES),--suites $(call listed,$(SUITES)))) \
	  $(if $(VERSIONS),--pythons $(call listed,$(VERSIONS)))

# On an idle machine, and for as long as an hour: see docs/performance.md.
.PHONY: bench
bench: setup ## what Covey costs: small costs, and real suites
	@for version in $(or $(VERSIONS),3.14 3.13 3.11); do \
	  python3 bench/small.py --python $$version; python3 bench/starts.py --python $$version; \
	  python3 bench/overhead.py --python $$version; \
	  python3 bench/contexts.py --python $$version; \
	done; \
	python3 bench/reports.py; \
	for what in "" --branch "--branch --data-files"; do \
	  python3 bench/combine.py --covey .venvs/suites-3.14/bin/covey --python .venvs/suites-3.14/bin/python $$what; \
	done

.PHONY: clean
clean: ## removes what was built; downloads and unpacked CPythons stay
	@rm -rf build .venv .venvs
