# Everything runs with Go, make and git. The race detector also wants a C
# compiler; where there is none, the tests run without it and say so.

GO         ?= go
BIN        := bin
CACHE      ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/guard
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME   ?= 10m
# How long Go tries to shorten an input that reaches new code: 60 s where nothing is
# said, in which targets that compile Rego count nothing and look stuck.
FUZZMINIMIZE ?= 10x
# Helm renders the chart in a module of its own: a minute to build once, then
# two seconds.
RENDER     := admission/render
# Every command on disk, test inputs left out.
GOFILES    := $(shell git ls-files '*.go' 2>/dev/null)

HAS_CC     := $(shell command -v gcc cc clang 2>/dev/null | head -n 1)
RACE       := $(if $(HAS_CC),-race)

export CGO_ENABLED ?= $(if $(HAS_CC),1,0)

.PHONY: help build demo demo-trace test test-mutants test-cluster reviews cosign peers verify format lint check-self docs manifests bench bench-impact bench-peers bench-admission storm fuzz clean

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/guard
	@mkdir -p $(BIN)
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN)/ ./cmd/...

demo: build ## check a small web shop's repository and show the report
	@echo '$$ guard check testdata/demo'
	@$(BIN)/guard check testdata/demo; code=$$?; test $$code -eq 1 || { echo "demo: exit code $$code, expected 1"; exit 1; }

demo-trace: ## build, push and sign images in process, break every link of their chains, show what guard trace says
	@mkdir -p $(BIN)
	@out=$$(GUARD_DEMO="$(CURDIR)/$(BIN)/demo-trace.txt" $(GO) test -count=1 -run '^TestDemo_Trace$$' ./internal/cli) || { echo "$$out"; exit 1; }
	@cat $(BIN)/demo-trace.txt

test: verify cosign peers ## run everything that must hold before a change lands
	$(if $(RACE),,@echo 'No C compiler: the race detector stays off.')
	$(GO) test $(RACE) -timeout 20m ./...
	$(GO) -C $(RENDER) test -timeout 10m ./...
	@$(MAKE) --no-print-directory test-mutants
	@$(MAKE) --no-print-directory check-self
	@$(MAKE) --no-print-directory test-cluster

test-mutants: ## change the rules in one place at a time: their unit tests must notice
	$(GO) test -tags mutants -timeout 20m -run '^TestMutants' ./policies

test-cluster: ## the tests that start a real Kubernetes control plane, built the first time
	$(GO) test -tags cluster -count=1 -v -timeout 60m -p 1 -run '^Test(Cluster|Reviews)' ./admission/...

cosign: ## build the cosign that tests run, where the cache lacks it; that takes minutes
	@$(GO) test -v -count=1 -timeout 30m -run '^TestCosign_IsBuilt$$' ./internal/registry/signature/signaturetest

peers: ## build the conftest and opa that tests run, where the cache lacks them; that takes minutes
	@$(GO) test -v -count=1 -timeout 30m -run '^TestPeers_AreBuilt$$' ./internal/bench/peer

verify: format lint ## formatting, vet and staticcheck

format:
	@out=$$(gofmt -l $(GOFILES)); test -z "$$out" || { echo "gofmt would change:"; echo "$$out"; exit 1; }

lint:
	$(GO) vet -tags cluster,mutants ./...
	$(GO) run $(STATICCHECK) -tags cluster,mutants ./...
	$(GO) -C $(RENDER) vet ./...

check-self: build ## guard keeps its own rules
	$(BIN)/guard check --strict .

docs: ## write what is generated: schemas, the rules' page, the README
	$(GO) test ./internal/policy -run TestSchemas -update
	$(GO) test ./policies -run TestReadme -update
	$(GO) test ./internal/cli -run TestGenerated -update

reviews: ## write the requests for admission of a real API server, which unit tests use, anew
	$(GO) test -tags cluster -count=1 -v -timeout 60m -run '^TestReviews$$' ./admission/clustertest -update

manifests: ## write the webhook's manifests: its policy, and the chart rendered plain
	$(GO) test ./admission/install -run TestGenerated -update
	$(GO) -C $(RENDER) run .

bench: ## Go benchmarks for load, compile and evaluate
	$(GO) test -run '^$$' -bench 'Load|Compile|Evaluate|Parse|Check|Cached' -benchmem ./internal/... ./policies/...

bench-impact: ## 10,000 recorded decisions judged by two versions of rules, and how long that takes
	$(GO) test ./internal/impact -run '^$$' -bench Recorded -benchtime 1x -benchmem

bench-peers: build ## the same rules in conftest, gator, kyverno and guard
	$(GO) run ./internal/bench -guard $(BIN)/guard -cache $(CACHE)/peers

storm: ## ten minutes of reviews for each way in which a registry fails
	$(GO) test ./cmd/guard-webhook -run Storm -storm 10m -timeout 3h -v -count 1

bench-admission: build ## the webhook under load, beside one that decides nothing and those of Gatekeeper and Kyverno
	$(GO) run ./internal/bench/webhook -guard-webhook $(BIN)/guard-webhook -guard $(BIN)/guard -cache $(CACHE)/peers -peers -raw $(BIN)/bench-admission

fuzz: ## every fuzz target, one after the other, FUZZTIME each
	@grep -rlE '^func Fuzz' --include='*_test.go' . | while read -r f; do \
	  grep -oE '^func Fuzz[A-Za-z]+' $$f | cut -c6- | while read -r t; do \
	    echo "== $$(dirname $$f) $$t"; $(GO) test -run '^$$' -fuzz "^$$t\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime $(FUZZMINIMIZE) $$(dirname $$f) || exit 1; \
	  done || exit 1; \
	done

clean: ## remove what was built
	rm -rf $(BIN)
