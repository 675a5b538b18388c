# Huifang. `make run` starts the demo, `make test` runs every test.
# Install steps are part of the targets: idempotent, and quiet when done.

GO      ?= go
DATA    ?= data
HTTP    ?= 127.0.0.1:8080
OPS     ?= 127.0.0.1:9090
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
TESTPKGS ?= ./...

export GOFLAGS += -buildvcs=false

.PHONY: help
help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:[^#]*## /\t/' | expand -t 18

.PHONY: run
run: build postgres ## set everything up and start the demo
	@bin/huifang demo --data $(DATA) --http $(HTTP) --ops $(OPS)

.PHONY: build
build: bin/huifang ## the binary bin/huifang with the page in it

.PHONY: bin/huifang
bin/huifang: web
	@$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $@ ./cmd/huifang

.PHONY: web
web: web/dist/index.html ## the page, into web/dist

web/node_modules/.stamp: web/package.json web/package-lock.json
	@echo "Installing the page's npm packages"
	@cd web && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

WEB_SOURCES := $(shell find web/src web/public web/scripts -type f 2>/dev/null) $(wildcard web/*.html web/*.ts web/*.json)
web/dist/index.html: web/node_modules/.stamp $(WEB_SOURCES)
	@echo "Building the page"
	@cd web && npm run --silent build

.PHONY: postgres
postgres:
	@scripts/postgres

.PHONY: test-tools
test-tools: postgres
	@scripts/need openssl:openssl gcc:gcc /usr/include/stdio.h:libc6-dev sipp:sip-tester baresip:baresip \
		espeak-ng:espeak-ng chromium:chromium firefox-esr:firefox-esr pulseaudio:pulseaudio /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc:fonts-noto-cjk
	@scripts/unpack promtool:prometheus

.PHONY: test
test: test-tools build ## every test, race detector on, browser included; what needs both cores for itself comes last
	@$(GO) vet ./...
	@cd web && npm run --silent test
	@$(GO) test -race -timeout 14m $$($(GO) list ./... | grep -v /internal/server$$)
	@$(GO) test -race -timeout 30m -skip Browser ./internal/server
	@$(GO) test -race -timeout 30m -run Browser ./internal/server

.PHONY: test-go
test-go: test-tools web ## the Go tests alone, e.g. make test-go TESTPKGS=./media/...
	@$(GO) test -race -timeout 14m $(TESTPKGS)

FUZZTIME ?= 30s

.PHONY: fuzz
fuzz: ## every fuzz target for a time, one after another, e.g. make fuzz FUZZTIME=1m; the kept corpora also run in make test
	@GO="$(GO)" scripts/fuzz $(FUZZTIME)

.PHONY: e2e
e2e: test-tools web ## the browser tests alone; pictures and facts go to HUIFANG_E2E_OUT
	@$(GO) test -race -count=1 -timeout 14m -run Browser -v ./internal/server

CALLS ?= 2000
SEED  ?= 1

.PHONY: churn
churn: test-tools web ## CALLS short calls with random endings (SEED) leave nothing behind; prints what is held before and after
	@HUIFANG_CHURN_CALLS=$(CALLS) HUIFANG_CHURN_SEED=$(SEED) $(GO) test -count=1 -timeout 90m -run Churn -v ./internal/server

KILLS ?= 20

.PHONY: chaos
chaos: test-tools web ## KILLS kills of the server with up to CALLS live calls (50) and faults of storage and database (SEED), then the account: nothing is lost; e.g. make chaos KILLS=100 SEED=7
	@result=$$(mktemp); HUIFANG_CHAOS_RESULT=$$result HUIFANG_CHAOS_KILLS=$(KILLS) HUIFANG_CHAOS_CALLS=$(if $(filter file,$(origin CALLS)),50,$(CALLS)) HUIFANG_CHAOS_SEED=$(SEED) $(GO) test -count=1 -timeout 6h -run RuleT01_Chaos -v ./internal/server; \
		code=$$?; cat $$result; rm -f $$result; exit $$code

MINUTES ?= 60

.PHONY: outage
outage: test-tools web ## MINUTES without storage, one of them without database either, while agents (CALLS at once) call on; then the account, as of chaos
	@HUIFANG_OUTAGE_MINUTES=$(MINUTES) HUIFANG_OUTAGE_CALLS=$(if $(filter file,$(origin CALLS)),10,$(CALLS)) HUIFANG_CHAOS_SEED=$(SEED) $(GO) test -count=1 -timeout 6h -run RuleT01_LongOutage -v ./internal/server

ROWS  ?= 5000000
TIMES ?= 100

.PHONY: bench-duty
CUSTOMERS ?= 1000000
bench-duty: ## how long five duty rules take over CUSTOMERS customers, from nothing and after changes
	@HUIFANG_DUTY_CUSTOMERS=$(CUSTOMERS) $(GO) test -count=1 -timeout 6h -run Duties_AtScale -v ./internal/store

.PHONY: bench-search
bench-search: test-tools web ## p50 and p99 of the usual searches over ROWS recordings of three years, and the months that each reads; 5 million rows want 20 GB of disk
	@HUIFANG_SEARCH_ROWS=$(ROWS) HUIFANG_SEARCH_TIMES=$(TIMES) $(GO) test -count=1 -timeout 6h -run RuleT08_SearchAtScale -v ./internal/store

.PHONY: bench-import
bench-import: test-tools ## seconds and rows a second for files of 100,000 customers, contracts, pieces of equipment and deliveries, from bytes to what they did
	@HUIFANG_IMPORT_ROWS=100000 $(GO) test -run NONE -bench BenchmarkImport -benchtime 1x -timeout 1h ./internal/store

.PHONY: lint
lint: web/node_modules/.stamp ## format, vet, types of the page
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	@$(GO) vet ./...
	@cd web && npx tsc --noEmit

.PHONY: fmt
fmt: ## format the Go code
	@gofmt -w $$(git ls-files '*.go')

.PHONY: gen
gen: ## generated files: API description, page types
	@$(GO) test ./internal/httpapi -run OpenAPI -update
	@cd web && npm run --silent gen

.PHONY: clean
clean: ## what builds leave behind (not the data)
	@rm -rf bin web/dist/* web/node_modules
