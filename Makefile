# `make help` lists what there is to do. Everything needs only Debian 12, git and make.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup test-setup carmilla build install demo demo-aws test check test-dev test-tsan test-versions test-more fuzz bench bench-instructions fmt lint tidy clean distclean

jobs := $(shell nproc)
PREFIX ?= /usr/local
# One test more than there are processors: some of them mostly wait for the server.
test_jobs := $(shell echo $$(($(jobs) + 1)))
ctest := ctest --output-on-failure --no-tests=error -j$(test_jobs) $(CTEST_ARGUMENTS)

help:  ## List the targets
	@echo "Carmilla: PostgreSQL tables to proven Parquet in a lake"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "The first run of any of them installs what is needed (system packages by apt, the"
	@echo "rest into .deps/). Later runs need no network."

# What the tests need besides: the S3 server takes two minutes to build, once.
test-setup: setup
	@tools/setup.sh --s3-server

setup:  ## Install system packages, fill .deps/
	@tools/setup.sh

carmilla: setup  ## Build the program only: build/release/carmilla
	@test -f build/release/build.ninja || cmake --preset release
	@ninja -C build/release carmilla

build: setup  ## Build the program, the tests and the benchmarks
	@test -f build/release/build.ninja || cmake --preset release
	@ninja -C build/release

install: carmilla  ## Install program, library, manual under PREFIX (/usr/local)
	@ninja -C build/release carmilla_tasks
	@cmake --install build/release --prefix $(PREFIX)

demo: setup  ## From nothing to queries over a lake of real data
	@tools/demo.sh

demo-aws: test-setup  ## The same over S3, Glue and Athena, on stand-ins on this machine
	@tools/demo.sh aws

test: test-setup build  ## Build and run all tests
	@$(ctest) --test-dir build/release

check: test  ## What continuous integration runs

test-dev: test-setup  ## All tests with address and undefined-behaviour sanitizers
	@test -f build/dev/build.ninja || cmake --preset dev
	@ninja -C build/dev
	@$(ctest) --test-dir build/dev

test-tsan: test-setup  ## All tests with the thread sanitizer
	@test -f build/tsan/build.ninja || cmake --preset tsan
	@ninja -C build/tsan
	@$(ctest) --test-dir build/tsan

test-versions: test-setup build  ## The tests that need a server, against PostgreSQL 13 to 18
	@tools/setup.sh --postgres-versions
	@tools/test_versions.py build/release $(VERSIONS)

test-more: test-setup build  ## The tests against Trino, whose engine is Athena's, and MinIO, which encrypts by a KMS
	@tools/setup.sh --minio --trino
	@$(ctest) --test-dir build/release -C more -R '^more_'

FUZZ_SECONDS ?= 300
fuzz: setup  ## Look for inputs that break a parser, FUZZ_SECONDS (300) for each
	@tools/setup.sh clang-19 libclang-rt-19-dev llvm-19
	@test -f build/fuzz/build.ninja || cmake --preset fuzz
	@ninja -C build/fuzz fuzz_targets
	@tests/fuzz/fuzz.sh build/fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

bench: test-setup build  ## Measure beside psql and DuckDB; SF=1 for figures to quote
	@tools/bench.sh build/release

bench-instructions: build  ## Count the instructions of the hot path per row
	@tools/setup.sh valgrind
	@tools/bench.sh build/release instructions

fmt: setup  ## Format the C++ sources
	@find src tests benchmarks -name '*.h' -print0 -o -name '*.cc' -print0 | \
	  xargs -0 -r .deps/tools/bin/clang-format -i
	@echo "formatted: src/, tests/, benchmarks/"

lint: setup  ## The checks that need no build: layers, format, spelling
	@tools/check_layers.py
	@tools/check_format.sh
	@tools/check_spelling.sh

tidy: setup  ## clang-tidy over all sources
	@cmake --preset tidy >/dev/null
	@tools/check_tidy.sh build/tidy

clean:  ## Remove the build folders
	@rm -rf build

distclean: clean  ## Remove the build folders and .deps/
	@rm -rf .deps
