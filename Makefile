# Each goal installs the Debian packages that it needs and that are missing (perf/packages).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: build run test test-asan test-tsan simulate soak fuzz bench bench-scale format check clean help

SWIFT ?= swift
WEIR := .build/release/weir
SOURCES := Sources Tests
# Frame pointers, which the package manager keeps, take 6 % of an exchange's instructions.
RELEASE := -c release --omit-frame-pointers

help: ## Shows the goals.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile

build: ## Builds the release binary, .build/release/weir.
	@perf/packages build
	$(SWIFT) build $(RELEASE) --product weir

run: build ## Runs the demo: a gateway with a canary, and traffic to watch.
	$(WEIR) demo

test: build ## Runs all tests, the end-to-end ones with the release binary.
	@perf/packages test
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --skip EndToEndTests --skip ControlPlaneTests \
		--skip FakeAPIServerTests
	@# Apart: these wait with deadlines of seconds, for which the ones above leave no thread.
	$(SWIFT) test --skip-build --filter ControlPlaneTests
	@# Apart: they block their threads on sockets, which the others share.
	$(SWIFT) test --skip-build --filter 'EndToEndTests|FakeAPIServerTests'
	@# Alone: it counts what an exchange costs, and holds the budgets.
	perf/test
	perf/bench --weir $(WEIR) --only calls --only hooks --only instructions --only lines
	@# Alone too: it needs both CPUs.
	perf/soak --weir $(WEIR) --minutes 2
	@# A part of `make test-asan` and `make test-tsan`: what needs no other package.
	@# Where no package is wanted SwiftPM forgets the versions of those that are wanted elsewhere.
	cp Package.resolved .build/
	$(call test-pure,asan,address)
	$(call test-pure,tsan,thread)
	cp .build/Package.resolved .

# How many seeds `make simulate` plays.
SEEDS ?= 10000

simulate: ## Plays whole workers on a simulated kernel: as many seeds as SEEDS says.
	@perf/packages test
	$(SWIFT) build --build-tests
	WEIR_SIM_SEEDS=$(SEEDS) $(SWIFT) test --skip-build --filter 'SeedTests'

# How many seeds the sanitizers see: each takes them ten times as long.
SANITIZED_SEEDS ?= 100

# Sanitizers build in folders of their own, and each file by itself (WEIR_LTO, Package.swift). Swift's crash
# handler is in their way. Leaks are looked for by `make fuzz`: tests make what lives as long as a
# process, and let go of it.
sanitizing = SWIFT_BACKTRACE=enable=no WEIR_LTO=off ASAN_OPTIONS=detect_leaks=0 \
	WEIR_SIM_SEEDS=$(SANITIZED_SEEDS) \
	TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/Sanitizers/thread.txt
sanitized = $(sanitizing) $(SWIFT) $(1) --scratch-path .build/$(2) --sanitize $(3)

define test-pure
	WEIR_PURE=1 $(call sanitized,build,pure-$(1),$(2)) --build-tests
	WEIR_PURE=1 $(call sanitized,test,pure-$(1),$(2)) --skip-build
endef

# The gateway is optimised, else it is a hundred times as slow; the tests that start it are not
# sanitized: they wait with deadlines of seconds, and are not what is looked into.
define test-all
	@perf/packages test
	$(call sanitized,build,$(1)-weir,$(2)) -c release --product weir
	$(call sanitized,build,$(1),$(2)) --build-tests
	$(SWIFT) build --build-tests
	$(call sanitized,test,$(1),$(2)) --skip-build --skip EndToEndTests --skip ControlPlaneTests \
		--skip FakeAPIServerTests --skip TidyTests
	$(call sanitized,test,$(1),$(2)) --skip-build --filter ControlPlaneTests
	WEIR_BINARY=$(CURDIR)/.build/$(1)-weir/release/weir WEIR_PATIENCE=4 $(sanitizing) \
		$(SWIFT) test --skip-build --filter 'EndToEndTests|FakeAPIServerTests'
endef

test-asan: ## Runs all tests with Address Sanitizer, the gateway that they start too.
	$(call test-all,asan,address)

test-tsan: ## Runs all tests with Thread Sanitizer, the gateway that they start too.
	$(call test-all,tsan,thread)

soak: MINUTES = 30
soak: build ## Runs the gateway under all it may meet, for MINUTES (30).
	@perf/packages test
	perf/soak --weir $(WEIR) --minutes $(MINUTES)

MINUTES ?= 1
TARGET ?=
fuzz: ## Runs the fuzz targets, each for MINUTES; TARGET=name runs one.
	Tests/Fuzz/run --minutes $(MINUTES) $(TARGET)

bench: build ## Measures against nginx, HAProxy, nghttpx, Caddy and Envoy, and writes perf/RESULTS.md.
	@perf/packages bench
	perf/bench --weir $(WEIR) --write
	@# 5,000 Ingresses on three replicas; the fake API server is the tests' own.
	$(SWIFT) build --build-tests
	WEIR_BENCH=1 $(SWIFT) test --skip-build --filter ClusterScaleTests

bench-scale: build ## Measures 100,000 Routes: loading, memory, changes, scrapes, decisions.
	@perf/packages bench
	perf/bench --weir $(WEIR) --only scale

format: ## Formats the sources.
	$(SWIFT) format -i -p -r $(SOURCES)

check: build ## Checks the form of the sources, and the manifests and settings in conf.
	$(SWIFT) format lint --strict -p -r $(SOURCES)
	$(WEIR) check conf

clean: ## Removes what was built.
	rm -rf .build perf/results
