# The commands of the README. Everything a machine needs is installed by them; a second run skips what is there.

CARGO ?= cargo
STUDIO = $(CARGO) run --quiet --bin studio $(QUICK) --

# Public data beside the project, where it is: some tests and benchmarks use it, and are skipped without.
ifneq ($(wildcard ../shared/data),)
export STUDIO_SHARED_DATA ?= $(abspath ../shared/data)
endif

.PHONY: setup-engine setup-models help run console release test crash crash-channels handover crash-server crash-rocksdb trials-rocksdb rocksdb database-server power-loss trials pressure load simulate lint measured bench soak proof setup-test clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

# While libtorch is fetched, what compiles without it is begun.
run: BESIDE = $(shell test -e .libtorch/lib || echo tools/beside $(CARGO) build --bin studio --no-default-features --)
run: setup-models ## build (quick profile) and start the studio with the sample bot
	@echo "Building the quick, unoptimised profile; the first time takes some minutes. 'make release' makes the fast binary."
	@$(CARGO) build --bin studio $(QUICK)
	@$(call MAKE_NAMES,$(BUILT))
	@$(STUDIO) serve

console: setup-engine ## open the agents' console of the studio that runs here
	@$(STUDIO) console

release: setup-models ## build the fast binary (target/release/studio): for deployments and benchmarks
	@$(CARGO) build --release --bin studio $(WITHOUT_MODELS:%=% $(ALLOCATOR))
	@$(call MAKE_NAMES,$(TARGET)/release/studio)
	@echo "The binary: $${CARGO_TARGET_DIR:-target}/release/studio"

setup-test: ## install what the tests need (Chromium, its driver, Node, jq, curl, openssl, axe-core, the platforms' own clients)
	@tools/setup-test
	@tools/setup-peers

TESTS = $(CARGO) test --workspace --quiet $(and $(WITHOUT_MODELS),$(NO_MODELS))
test: export STUDIO_SKIPPED = $(abspath $(or $(CARGO_TARGET_DIR),target)/skipped)
test: setup-models setup-test ## run every test
	@mkdir -p $(dir $(STUDIO_SKIPPED)) && : > $(STUDIO_SKIPPED)
	@$(if $(WITHOUT_MODELS),tools/left-out $(LEFT_OUT) > $(STUDIO_SKIPPED))
	@$(TESTS) --no-run && $(if $(WITHOUT_MODELS),,tools/pull-models $(BUILT) &&) $(TESTS) && $(BUILT) test src/templates/shop; \
	status=$$?; tools/skipped; exit $$status

# Of what is killed: `PROFILE=release` for what is deployed, which is built as for `make bench`.
PROFILE ?= debug
ifeq ($(filter debug release,$(PROFILE)),)
$(error PROFILE is debug or release, and not $(PROFILE))
endif
RELEASE = $(filter release,$(PROFILE))

KILLS = 50
SEED = 1
BYTES = 4000
crash: load ## kill the studio under load, and look whether anything is lost (KILLS=50 SEED=1 BYTES=4000 PROFILE=debug)
	@$(LOAD) crash --kills $(KILLS) --seed $(SEED) --bytes $(BYTES)

crash-channels: load ## the same with people on all messaging platforms, whose events come twice and in another order
	@$(LOAD) crash --channels --kills $(KILLS) --seed $(SEED)

# Its engine is mended as the studio's own is (docs/decisions/0003-engine.md); with ENGINE=published it is the one that its makers publish,
# which loses what was acknowledged.
ENGINE =
SERVER = $(TARGET)/$(PROFILE)/studio-load-server$(ENGINE:%=-%)
BUILD_SERVER = $(CARGO) build --quiet $(RELEASE:%=--%) --manifest-path tests/load/server$(ENGINE:%=/%)/Cargo.toml --target-dir $(TARGET)
handover: load database-server ## let a second studio take over on one SurrealDB server, and the server be away
	@$(LOAD) handover --server $(SERVER)

crash-server: handover load database-server ## the same, then kills as above of a studio on that server, in turn with the server's (ENGINE=published: as its makers publish it)
	@$(LOAD) crash --kills $(KILLS) --seed $(SEED) --server $(SERVER)

crash-rocksdb: rocksdb ## the same on RocksDB, embedded and below a server (a long build in C++)
	@$(BUILD_SERVER) --features rocksdb
	@$(LOAD) crash --kills $(KILLS) --seed $(SEED) --store rocksdb
	@$(LOAD) crash --kills $(KILLS) --seed $(SEED) --store rocksdb --server $(SERVER)

rocksdb: setup-models
	@tools/setup-compiler && tools/setup-libclang
	@$(CARGO) build --quiet $(RELEASE:%=--%) --bin studio --features rocksdb $(WITHOUT_MODELS)
	@$(CARGO) build --quiet $(RELEASE:%=--%) -p studio-load

database-server: setup-engine
	@$(BUILD_SERVER)

power-loss: load ## kill as above, and lose what was never synced with every second kill
	@$(LOAD) crash --kills $(KILLS) --seed $(SEED) --power-loss

trials: power-loss load ## the same, then let disk, clock, network and clients fail or hang under load, and look what becomes of it
	@$(LOAD) trials

trials-rocksdb: rocksdb ## the trials on RocksDB, embedded (a long build in C++)
	@$(LOAD) trials --store rocksdb

FLOOD = 100000
CROWD = 10000
SOCKETS = 1000
LOADED = 20
INBOX = 20000
pressure: measured ## offer more than can be worked off, and look what it costs (FLOOD=100000 CROWD=10000 SOCKETS=1000)
	@$(TARGET)/release/studio-load pressure --flood $(FLOOD) --crowd $(CROWD) --sockets $(SOCKETS) --seconds $(LOADED) --inbox $(INBOX)

setup-models: setup-engine ## fetch libtorch and the default models (once, about 950 MB)
	@tools/setup-compiler && $(BESIDE) tools/setup-models || echo "Going on without models: bots are understood by words alone."

# What cargo is told where there is no libtorch, or no compiler for its binding.
WITHOUT_MODELS = $(shell test -e .libtorch/lib && command -v $${CXX:-c++} >/dev/null || echo --no-default-features)
# The model of names is made by a studio that has been built.
MAKE_NAMES = $(if $(WITHOUT_MODELS),,tools/make-names $(1))
# What does to try it out, in a quarter of a minute less than with the allocator of what is deployed.
QUICK = --no-default-features $(if $(WITHOUT_MODELS),,--features models)
ALLOCATOR = --features jemalloc
LEFT_OUT = studio-bert studio-load-understanding
NO_MODELS = $(LEFT_OUT:%=--exclude %) --no-default-features

SEEDS = 10000
FIRST = 1
simulate: setup-engine ## run random histories of a simulated studio, and check every step (SEEDS=10000 FIRST=1)
	@$(CARGO) run --release --quiet -p studio-sim -- --seeds $(SEEDS) --first $(FIRST)

TARGET = $(abspath $(or $(CARGO_TARGET_DIR),target))
LOAD = $(TARGET)/$(PROFILE)/studio-load
# As the tests were built: cargo would build the database again with other features.
BUILT = $(TARGET)/debug/studio
ifeq ($(PROFILE),release)
load: measured
else
load: setup-models
	@$(CARGO) build --quiet --bin studio $(WITHOUT_MODELS)
	@$(CARGO) build --quiet -p studio-load
endif

lint: setup-models ## formatting, clippy, licences of all dependencies, the sample bot's files
	@$(CARGO) fmt --all -- --check
	@$(CARGO) clippy --workspace --all-targets --quiet $(and $(WITHOUT_MODELS),$(NO_MODELS)) -- -D warnings
	@tools/deny
	@$(CARGO) build --quiet --workspace --bins --tests $(and $(WITHOUT_MODELS),$(NO_MODELS))
	@$(BUILT) check src/templates/shop

measured: setup-models
	@$(CARGO) build --release --workspace --bin studio --bin studio-load --bin studio-load-store $(if $(WITHOUT_MODELS),$(NO_MODELS) $(ALLOCATOR),--bin studio-load-understanding)
	@$(call MAKE_NAMES,$(TARGET)/release/studio)

bench: measured ## measure, each figure beside its floor: some 40 minutes (LARGE=1 for a million conversations too; PARTS="turns accuracy" for these alone)
	@tools/bench

setup-engine: ## copy the embedded engine's source, and put some lines of it right
	@tools/setup-engine

MINUTES = 30
soak: measured ## half of the most that it can, for long: does anything grow? (MINUTES=30)
	@$(TARGET)/release/studio-load soak --minutes $(MINUTES)

proof: ## campaigns, trials, soak and bench unattended, each with its log and its line in a table: hours (PARTS="crash soak" KILLS=1000 CAMPAIGN=100 MINUTES=30)
	@tools/proof
