# The front door. `make help` lists what it opens.
.DEFAULT_GOAL := help
MVN ?= mvn -q -B

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: test
test: ## build every module, check format, nullness and dependencies, run every test (8 minutes)
	mvn -B $(TEST_FLAGS) verify

# Bounds of check-model. With a SEED only random plans are run, with a PLAN only that.
SEED ?=
PLANS ?=
PLAN ?=
DEVIATIONS ?=
FAULTS ?=

.PHONY: check-model
check-model: ## the functions in every order, with crashes and outages: docs/proof.md (SEED=1 PLANS=5000 PLAN='push 2 ; rollback' DEVIATIONS=1 FAULTS=1)
	@$(MVN) -pl functions '-Dtest=ExplorerTest$(if $(PLAN),#nothing_goes_wrong_in_the_plan,$(SEED:%=#nothing_goes_wrong_in_random_plans))' \
		-Dslipway.model.long=true '-Dslipway.model.plan=$(PLAN)' \
		$(SEED:%=-Dslipway.model.seed=%) $(PLANS:%=-Dslipway.model.plans=%) \
		$(DEVIATIONS:%=-Dslipway.model.deviations=%) $(FAULTS:%=-Dslipway.model.faults=%) test

# How long each target is fuzzed; a word of the names of those that are; whether inputs that reach new code are kept.
TIME ?= 10m
FUZZ ?=
KEEP ?=

.PHONY: fuzz
fuzz: ## hostile input, target by target, with coverage as the guide: docs/proof.md (TIME=10m FUZZ=manifest KEEP=1)
	@$(MVN) -pl functions,cli -DskipTests test-compile dependency:build-classpath -Dmdep.outputFile=target/fuzz/classpath
	@bin/fuzz '$(TIME)' '$(FUZZ)' '$(KEEP)'

# What CI runs and needs no container engine, in this order: check-calls reads what the tests have recorded. .ci/run
# asks for this list, so that a check is added once.
CHECKS := test check-calls check-command check-dist sbom bench-counts lint sam-build terraform ministack check-demo demo-in-java acceptance dashboard-test

.PHONY: check
check: ## all that CI runs and that needs no container engine; what is not installed is skipped, and named
	@set -e; for target in $(CHECKS); do echo "--- make $$target"; $(MAKE) --no-print-directory $$target; done

.PHONY: checks
checks:
	@echo $(CHECKS)

.PHONY: ci
ci: ## all that CI runs, as it runs it: as root, installs with apt what is missing, starts dockerd
	@.ci/run

.PHONY: format
format: ## format the Java sources
	$(MVN) -N -Dformat.mode=--replace toolchains:select-jdk-toolchain@default antrun:run@list-java-sources exec:exec@format

# --- the command -------------------------------------------------------------------------------

# ./slipway asks for this each time it starts; nothing but an error is printed.
CLI := cli/target/slipway

.PHONY: cli
cli: $(CLI) ## build the operators' command; ./slipway does so by itself

.PHONY: check-command
check-command: $(CLI) ## the command as it is started: help, completion, and how it ends
	@./slipway --help
	@completion=$$(./slipway completion bash) && printf '%s\n' "$$completion" | bash -n
	@status=0; ./slipway status --output nonsense || status=$$?; [ "$$status" -eq 2 ]

.PHONY: dist
dist: ## the command as one file that needs no clone, but Java 25: target/dist/slipway, and what is in it
	@$(MVN) -pl cli -Dmaven.test.skip=true $(OF_COMMIT) package $(MAKE_BOM)
	$(PUT_CLI_TOGETHER)
	@mkdir -p target/dist && cp $(CLI) target/dist/slipway && ls -l target/dist/slipway
	@cp cli/target/sbom/bom.json target/dist/slipway.cdx.json

# Of the libraries, as the poms have them: cli/target/sbom/bom.json.
MAKE_BOM := org.cyclonedx:cyclonedx-maven-plugin:makeBom

.PHONY: check-dist
check-dist: dist ## what `make dist` made: its size and start, and where and how it may lie
	@python3 bin/check_dist.py target/dist/slipway

CLI_SOURCES := pom.xml cli/pom.xml $(shell find cli/src/main)

OF_COMMIT = -Dslipway.commit=$(shell git describe --always --dirty --exclude '*' --abbrev=12 2>/dev/null || echo unknown)

# The launcher, and behind it the jar. Its first start leaves the classes it needed in an archive, from which the JVM
# starts in half the time: where ./slipway looks for it.
define PUT_CLI_TOGETHER
@cat cli/src/main/launcher/slipway.sh cli/target/slipway-whole.jar >$(CLI).new
@chmod +x $(CLI).new && mv $(CLI).new $(CLI)
@JAVA_HOME="$$(bin/jdk25)" SLIPWAY_CACHE='$(CURDIR)/cli/target' '$(CURDIR)/$(CLI)' --help >/dev/null
endef

$(CLI): $(CLI_SOURCES)
	@$(MVN) -pl cli -Dmaven.test.skip=true $(OF_COMMIT) package >&2
	$(PUT_CLI_TOGETHER)

# --- the simulator -----------------------------------------------------------------------------

PORT ?= 4566
SPEED ?= 10
LISTEN ?=
PARAMETERS ?=
# How functions speak with Lambda's runtime API: native (AWS's code, for Linux alone) or java; empty: native where it can be.
TRANSPORT ?=

SIMULATOR_STAMP := simulator/target/simulator.stamp
SIMULATOR_SOURCES := simulator/pom.xml $(shell find simulator/src/main)
SIMULATOR = "$$(bin/jdk25)/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto \
	$(TRANSPORT:%=-Dslipway.runtime-transport=%) -cp 'simulator/target/simulator.jar:simulator/target/lib/*'

.PHONY: local
local: $(SIMULATOR_STAMP) ## AWS on this machine, template.yaml deployed (PORT=4566 SPEED=10 LISTEN=another address PARAMETERS=SweepState=DISABLED TRANSPORT=java)
	@exec $(SIMULATOR) dev.slipway.simulator.Main --port $(PORT) --speed $(SPEED) $(LISTEN:%=--listen %) $(if $(PARAMETERS),--parameters '$(PARAMETERS)')

.PHONY: demo
demo: $(SIMULATOR_STAMP) ## a push rolls a service, and what operators do, on this machine (DASHBOARD=1 to see it in a browser)
	@$(SIMULATOR) dev.slipway.simulator.demo.Demo template.yaml $(PACKAGE) ./slipway $(if $(DASHBOARD),--dashboard)

.PHONY: dashboard-test
dashboard-test: $(SIMULATOR_STAMP) ## `slipway dashboard` in chromium, with a driver from npm (PICTURES=1 for the docs' pictures, MEASURE=1)
	@bin/dashboard-test $(if $(PICTURES),--pictures) $(if $(MEASURE),--measure)

.PHONY: check-demo
check-demo: $(SIMULATOR_STAMP) ## the demo, and that docs/demo.md and the README's excerpt still say what it does
	@python3 bin/demo_doc.py --check $(SIMULATOR) dev.slipway.simulator.demo.Demo template.yaml $(PACKAGE) ./slipway

.PHONY: demo-in-java
demo-in-java: ## the demo, with nothing of AWS's runtime client that is native, as on a Mac
	@$(MAKE) --no-print-directory demo TRANSPORT=java

.PHONY: demo-doc
demo-doc: $(SIMULATOR_STAMP) ## run the demo and write its output to docs/demo.md, and the excerpt in README.md
	@python3 bin/demo_doc.py $(SIMULATOR) dev.slipway.simulator.demo.Demo template.yaml $(PACKAGE) ./slipway

# --- the bench ---------------------------------------------------------------------------------

BENCH_PYTHON := bench/target/venv/bin/python

$(BENCH_PYTHON): bench/peer/requirements.txt
	python3 -m venv bench/target/venv
	bench/target/venv/bin/pip install --quiet --disable-pip-version-check --requirement bench/peer/requirements.txt
	touch $@

# The simulator runs in the same JVM: its garbage collections, 50 ms each, would be the p99 of whoever is measured.
BENCH_HEAP := -XX:+UseSerialGC -Xms2g -Xmn1500m

.PHONY: bench
bench: $(BENCH_PYTHON) ## DeployFunction against the same job in Python: time, memory, calls, cost (5 minutes)
	$(MVN) -pl functions,cli,simulator,bench -DskipTests package
	@"$$(bin/jdk25)/bin/java" $(BENCH_HEAP) -cp 'bench/target/bench.jar:bench/target/lib/*' dev.slipway.bench.Bench \
		$(PACKAGE) bench/peer $(BENCH_PYTHON) template.yaml bench/target/report

.PHONY: profile
profile: ## where a cold start's and a warm deployment's time goes
	$(MVN) -pl functions,cli,simulator,bench -DskipTests package
	@"$$(bin/jdk25)/bin/java" $(BENCH_HEAP) -cp 'bench/target/bench.jar:bench/target/lib/*' dev.slipway.bench.Profile $(PACKAGE) template.yaml

.PHONY: bench-counts
bench-counts: ## what of the bench is no time: AWS calls, size of the package, classes loaded at a start
	$(MVN) -pl functions,cli,simulator,bench -DskipTests package
	@"$$(bin/jdk25)/bin/java" -cp 'bench/target/bench.jar:bench/target/lib/*' dev.slipway.bench.Counts $(PACKAGE) template.yaml

.PHONY: bench-scale
bench-scale: ## large accounts at the published rates, in simulated time: a table and pictures in bench/target/scale
	$(MVN) -pl functions,cli,simulator -Dtest=ScaleScenarioTest -Dsurefire.failIfNoSpecifiedTests=false \
		-Dslipway.scale='$(CURDIR)/bench/target/scale' test
	@cat bench/target/scale/report.md

# --- sam ---------------------------------------------------------------------------------------

# `sam build` asks for build-<function> of every function, one after the other. All of them run the
# same package, so Maven runs for the first and only when something changed; the others copy.
# Directories are among the sources so that a deleted file counts as a change.
PACKAGE := functions/target/package
PROBLEMS := functions/target/slipway.yaml.problems
PACKAGE_STAMP := functions/target/package.stamp
PACKAGE_SOURCES := pom.xml functions/pom.xml slipway.yaml $(shell find functions/src/main)

$(PACKAGE_STAMP): $(PACKAGE_SOURCES)
	@echo 'Building (minutes, the first time)' >&2
	@rm -rf $(PACKAGE) $(PROBLEMS)
	@$(MVN) -pl functions -Dmaven.test.skip=true package >&2 $(OR_SAY_PROBLEMS)
	@touch $@

# Maven's stack trace pushes what is wrong in slipway.yaml off the screen: it is said once more, last.
OR_SAY_PROBLEMS = || { status=$$?; cat $(PROBLEMS) >&2 2>/dev/null; exit $$status; }

# one Maven run for all three
$(SIMULATOR_STAMP): $(SIMULATOR_SOURCES) $(PACKAGE_SOURCES) $(CLI_SOURCES)
	@echo 'Building (minutes, the first time)' >&2
	@rm -rf $(PACKAGE) $(PROBLEMS)
	@$(MVN) -pl functions,cli,simulator -Dmaven.test.skip=true $(OF_COMMIT) package >&2 $(OR_SAY_PROBLEMS)
	$(PUT_CLI_TOGETHER)
	@touch $(PACKAGE_STAMP) $@

.PHONY: build-%
build-%: $(PACKAGE_STAMP)
	cp -R $(PACKAGE)/. "$(ARTIFACTS_DIR)/"

.PHONY: sam-build
sam-build: ## `sam build`, as before a `sam deploy`
	@bin/sam-build

.PHONY: tools
tools: .venv/stamp ## install sam and cfn-lint into .venv

.venv/stamp: requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	touch $@

.PHONY: lint
lint: ## every template: sam validate, cfn-lint, permissions; scripts and CI configurations
	@bin/lint

.PHONY: security-doc
security-doc: ## write the table of permissions in docs/security.md anew, from template.yaml
	@bash -c '. bin/tools.sh && "$$(python_of cfn-lint)" bin/permissions_doc.py --write'

# Then what is shipped is held against it. What needs a network and has none is skipped.
SBOMS := target/sbom/functions.cdx.json target/sbom/slipway.cdx.json

.PHONY: sbom
sbom: $(CLI) $(PACKAGE_STAMP) ## what is shipped, as CycloneDX, in target/sbom: complete, licences, known vulnerabilities
	@$(MVN) -pl functions,cli $(MAKE_BOM)
	@mkdir -p target/sbom && cp functions/target/sbom/bom.json $(word 1,$(SBOMS)) && cp cli/target/sbom/bom.json $(word 2,$(SBOMS))
	@python3 bin/check_sbom.py $(word 1,$(SBOMS)) $(PACKAGE) $(word 2,$(SBOMS)) cli/target/slipway-whole.jar
	@python3 bin/check_vulnerabilities.py $(SBOMS)

.PHONY: check-calls
check-calls: ## AWS calls that the tests have recorded, and their answers, against botocore's service models
	@bin/check-calls

.PHONY: sam-local
sam-local: ## every sample event through `sam local invoke`, answers checked (START_ENGINE=1 starts dockerd)
	@PORT=$(PORT) bin/sam-local $(if $(START_ENGINE),--start-engine)

.PHONY: ministack
ministack: ## deploy the template with `sam deploy` to MiniStack and look at what is there
	@bin/ministack

# Maven runs one class by its name alone, so the long version is a class that no pattern of test names matches.
.PHONY: chaos
chaos: ## every fault at every AWS call and event of each story: docs/proof.md (STORIES='rollback|deploy' COUNT=500 PAIRS=200|all SEED=1 ONLY='STORY FUNCTION SERVICE:OPERATION N FAULT')
	@$(MVN) -pl functions,cli,simulator -Dtest=EveryFault -Dsurefire.failIfNoSpecifiedTests=false \
		$(if $(ONLY),'-Dchaos.only=$(ONLY)') $(if $(STORIES),'-Dchaos.stories=$(STORIES)') $(if $(COUNT),-Dchaos.count=$(COUNT)) \
		$(if $(PAIRS),-Dchaos.pairs=$(PAIRS)) $(if $(SEED),-Dchaos.seed=$(SEED)) test

.PHONY: terraform
terraform: $(SIMULATOR_STAMP) ## examples/terraform with Terraform's AWS provider: what Slipway does is no change to it
	@bin/terraform

.PHONY: acceptance
acceptance: $(SIMULATOR_STAMP) ## the whole story as checks (TARGET=simulator, ministack or aws; PROFILE= REGION= SUBNETS= YES=1 CLEAN=NAME): docs/acceptance.md
	@bin/accept --target $(or $(TARGET),simulator) $(PROFILE:%=--profile %) $(REGION:%=--region %) $(SUBNETS:%=--subnets %) \
		$(CLEAN:%=--clean %) $(if $(YES),--yes)

.PHONY: website
website: ## the example website: tests, images, and its README's commands against the simulator (START_ENGINE=1)
	@bin/website $(if $(START_ENGINE),--start-engine)
