# Sluice: build, try, test, measure, install. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PREFIX ?= /usr/local
DESTDIR ?=
SLUICE_VENV ?= $(CURDIR)/.venv
SWIFT ?= $(firstword $(shell command -v swift) $(wildcard /opt/swift/usr/bin/swift \
           /usr/local/swift/usr/bin/swift $(HOME)/.local/share/swiftly/bin/swift))
BINARY := .build/sluice
export SLUICE_VENV
export SLUICE := $(CURDIR)/$(BINARY)
export SWIFT

.PHONY: help demo test test-long sanitize fuzz build deps deps-test swift venv bench bench-large man install format lint clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' Makefile

demo: build ## the tour: a private MariaDB, the sample schema, from its tables to the One Big Table; about two minutes after the build
	@deploy/demo.sh

test: deps-test ## every test, against private MariaDB servers; ends with "N passed, N failed"
	@$(MAKE) --no-print-directory -j2 venv build
	@$(SLUICE_VENV)/bin/python Tests/run.py

test-long: deps-test ## the proofs that take longer: 300 nights, many kills, every call of the fault loops, init over 500 tables
	@$(MAKE) --no-print-directory -j2 venv build
	@$(SLUICE_VENV)/bin/python Tests/run.py --long

# The suites of the targets with threads or unsafe code; each sanitizer wants a build of its own (.build/tsan, .build/asan).
# The thread sanitizer sees the short way into a Swift Mutex, but not the long one inside the toolchain's library:
# Tests/Sanitize/mutex.c tells it. libmariadb is not built for it, so what it calls is left out (thread.supp), and it dies
# itself among the hundreds of client threads of MySQLTests, which are tried with the address sanitizer alone. Leaks are not
# looked for: Swift's runtime keeps what it made for good. Neither goes with --static-swift-stdlib, so the code is watched,
# not the binary that is released.
SANITIZED ?= ColumnarTests|StorageTests|StateTests|ConfigTests|DigestTests|ExpressionTests|ExtractTests|Parquet.*Tests|DeltaTests|FaultTests|OrderedProductionTests|PartitionedWriterTests|WholeRunFaultTests|ReplayRunTests

sanitize: deps-test venv swift ## suites with threads or unsafe code under the thread and the address sanitizer; about half an hour
	$(SWIFT) build --build-tests --sanitize=thread --scratch-path .build/tsan
	$(dir $(realpath $(SWIFT)))clang -O1 -shared -fPIC -o .build/tsan/mutex.so Tests/Sanitize/mutex.c
	LD_PRELOAD=$(CURDIR)/.build/tsan/mutex.so \
	  TSAN_OPTIONS="halt_on_error=1 history_size=4 suppressions=$(CURDIR)/Tests/Sanitize/thread.supp" \
	  .build/tsan/debug/sluicePackageTests.xctest --testing-library swift-testing --filter '$(SANITIZED)'
	$(SWIFT) build --build-tests --sanitize=address --scratch-path .build/asan
	ASAN_OPTIONS="detect_leaks=0" \
	  .build/asan/debug/sluicePackageTests.xctest --testing-library swift-testing --filter '$(SANITIZED)|MySQLTests'

# seconds for each fuzz target
FUZZ_SECONDS ?= 60
FUZZ_SEED ?= $(shell date +%s)

fuzz: deps swift ## every fuzz target by libFuzzer and the address sanitizer, FUZZ_SECONDS (60) each; what breaks one goes to .build/fuzz
	$(SWIFT) build -c release --product fuzz --scratch-path .build/fuzzer --sanitize=fuzzer --sanitize=address \
	  -Xswiftc -DFUZZER
	@status=0; for name in $$(ls Tests/Fuzz/corpus); do \
	  mkdir -p .build/fuzz/$$name; echo "== $$name, seed $(FUZZ_SEED)"; \
	  FUZZ_TARGET=$$name ASAN_OPTIONS="detect_leaks=0" .build/fuzzer/release/fuzz -max_total_time=$(FUZZ_SECONDS) -seed=$(FUZZ_SEED) \
	    -timeout=20 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 -verbosity=0 \
	    -artifact_prefix=.build/fuzz/$$name- .build/fuzz/$$name Tests/Fuzz/corpus/$$name > .build/fuzz/$$name.log 2>&1 \
	    || { status=1; tail -50 .build/fuzz/$$name.log; }; \
	  sed -n 's/^stat::\(number_of_exec\|average_exec\)/  \1/p' .build/fuzz/$$name.log; \
	done; exit $$status

build: deps swift ## the release binary, .build/sluice
	$(SWIFT) build -c release --static-swift-stdlib --product sluice
	strip -o $(BINARY) .build/release/sluice

deps: ## the Debian packages for building and for the demo, when missing
	@deploy/deps.sh build

deps-test: ## the Debian packages for tests and bench, when missing
	@deploy/deps.sh build test

swift: # says where to get the toolchain instead of "command not found"
	@[ -n "$(SWIFT)" ] || { echo "make: Swift 6.3 is not installed (or not in PATH). Debian has no package: take the" \
	  "Debian 12 archive from https://www.swift.org/install/linux/, unpack it to /opt/swift, and run make again." >&2; exit 2; }

venv: ## a Python environment with the other readers (pyarrow, duckdb, polars, deltalake, Spark), in .venv
	@cmp -s Tests/requirements.txt $(SLUICE_VENV)/requirements.installed || { \
	  [ -x $(SLUICE_VENV)/bin/python ] || python3 -m venv $(SLUICE_VENV); \
	  $(SLUICE_VENV)/bin/pip install -q --disable-pip-version-check --use-pep517 -r Tests/requirements.txt; \
	  cp Tests/requirements.txt $(SLUICE_VENV)/requirements.installed; }

bench: deps-test venv build ## speed and memory beside the C limit, DuckDB, connectorx and polars; 10M rows, about 15 minutes
	@status=0; $(SLUICE_VENV)/bin/python Tests/Bench/bench.py || status=1; \
	  $(SLUICE_VENV)/bin/python Tests/Bench/transform.py || status=1; exit $$status

bench-large: deps-test venv build ## the same with 30M rows, and 50M facts transformed within 1.5 GB
	@status=0; $(SLUICE_VENV)/bin/python Tests/Bench/bench.py --large || status=1; \
	  $(SLUICE_VENV)/bin/python Tests/Bench/transform.py --large || status=1; exit $$status

man: build ## docs/man from the command table, configuration.md, rules.md and operating.md
	python3 docs/man/build.py

install: ## the built binary, manual pages, units and examples: make install PREFIX=/usr DESTDIR=…
	@[ -x $(BINARY) ] || { echo "make: run 'make build' first" >&2; exit 2; }
	install -D -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/sluice
	install -D -m 644 docs/man/sluice.1 $(DESTDIR)$(PREFIX)/share/man/man1/sluice.1
	install -D -m 644 docs/man/agent.conf.5 $(DESTDIR)$(PREFIX)/share/man/man5/agent.conf.5
	install -D -m 644 docs/man/sluice-rules.7 $(DESTDIR)$(PREFIX)/share/man/man7/sluice-rules.7
	install -D -m 644 agent.conf.example $(DESTDIR)$(PREFIX)/share/sluice/agent.conf.example
	install -D -m 644 sql/grants.sql $(DESTDIR)$(PREFIX)/share/sluice/grants.sql
	install -D -m 644 deploy/crontab.example $(DESTDIR)$(PREFIX)/share/sluice/crontab.example
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@PREFIX@|$(PREFIX)|' deploy/sluice.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/sluice.service
	sed 's|@PREFIX@|$(PREFIX)|' deploy/sluice-upkeep.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/sluice-upkeep.service
	install -m 644 deploy/sluice.timer deploy/sluice-upkeep.timer $(DESTDIR)$(PREFIX)/lib/systemd/system/

format: swift ## rewrites the sources in the project's format
	$(SWIFT) format -i -r Package.swift Sources Tests

lint: swift ## the project's format and rules, without changing anything
	$(SWIFT) format lint -s -r Package.swift Sources Tests

clean: ## removes what was built
	rm -rf .build .demo .bench
