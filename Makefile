# make run    try Skein: a throwaway mesh of eight simulated peers
# make test   the whole test suite
# make build  the release binary, .build/release/skein
# make install [PREFIX=/usr/local]
# make bench  figures beside what a user would compare with
# make chaos [MESSAGES=10000] [SEED=n]  everything killed at random while messages go their way
# make fuzz [SECONDS=600]  scripts made by libFuzzer against the broker's registry (Linux)
#
# Each installs the system libraries it needs first: with apt, dnf or brew, by sudo only where needed.

PREFIX ?= /usr/local
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
RELEASE := -c release --static-swift-stdlib
ifeq ($(shell uname),Darwin)
RELEASE := -c release
export PKG_CONFIG_PATH := $(shell brew --prefix ncurses 2>/dev/null)/lib/pkgconfig:$(shell brew --prefix libsodium 2>/dev/null)/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif

.PHONY: run test build install bench chaos fuzz setup docs clean

run: setup
	@swift build --product skein
	@"$$(swift build --show-bin-path)/skein" demo

# One after another: many of the tests start programs and wait for them, and two cores are soon busy.
# What failed is said again at the end, where it is seen.
test: setup
	swift build --build-tests
	@bash -o pipefail -c 'swift test --skip-build --no-parallel --disable-xctest 2>&1 | tee .build/tests.log' || \
		{ echo; echo "What failed:"; grep -A 24 "recorded an issue" .build/tests.log | tail -n 200; exit 1; }

build: setup
	swift build $(RELEASE) --product skein
	strip "$$(swift build $(RELEASE) --show-bin-path)/skein"

install: build
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 "$$(swift build $(RELEASE) --show-bin-path)/skein" "$(DESTDIR)$(PREFIX)/bin/skein"

bench: build
	swift build $(RELEASE) --product Benchmarks
	"$$(swift build $(RELEASE) --show-bin-path)/Benchmarks" "$$(swift build $(RELEASE) --show-bin-path)/skein"

# A seed makes the same strikes again, not the same moments: what is killed there runs by itself.
MESSAGES ?= 10000
chaos: build
	swift build --product Chaos
	"$$(swift build --show-bin-path)/Chaos" "$$(swift build $(RELEASE) --show-bin-path)/skein" --messages $(MESSAGES) $(if $(SEED),--seed $(SEED))

# In a build folder of its own: everything in it is made for the fuzzer. What it learns stays there, in
# corpus; what breaks is written beside it, to be run again by giving it to FrameFuzzer.
SECONDS ?= 600
FUZZ := .build/fuzz
fuzz: export SKEIN_FUZZ = 1
fuzz: setup
	swift build -c release --scratch-path $(FUZZ) --product FrameFuzzer
	mkdir -p $(FUZZ)/corpus
	$(FUZZ)/release/FrameFuzzer -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=1024 -max_len=8192 -len_control=20 \
		-dict=Tests/Fuzz/frames.dict -artifact_prefix=$(FUZZ)/ $(FUZZ)/corpus Tests/Fuzz/Corpus

# What stands in Docs/ and is derived from the code.
docs: setup
	@swift build --product skein
	@"$$(swift build --show-bin-path)/skein" keys --markdown > Docs/keys.md
	@"$$(swift build --show-bin-path)/skein" errors --markdown > Docs/errors.md

# Libraries, and tmux for the tests: asked for only where one is missing.
setup:
	@command -v swift >/dev/null || { echo "Skein needs Swift 6.2 or later: https://www.swift.org/install"; exit 1; }
	@pkg-config --exists ncursesw libsodium sqlite3 2>/dev/null && command -v tmux >/dev/null || $(MAKE) --no-print-directory libraries

.PHONY: libraries
libraries:
	@if command -v apt-get >/dev/null; then \
		$(SUDO) apt-get update -qq && \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq pkg-config libncurses-dev libsodium-dev libsqlite3-dev tmux; \
	elif command -v dnf >/dev/null; then \
		$(SUDO) dnf install -y -q pkgconf-pkg-config ncurses-devel libsodium-devel sqlite-devel tmux; \
	elif command -v brew >/dev/null; then \
		brew install pkg-config ncurses libsodium tmux; \
	else \
		echo "Install ncurses (wide), libsodium, SQLite and tmux, then try again."; exit 1; \
	fi

clean:
	swift package clean
