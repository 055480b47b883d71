# The entrance to the project: thin on purpose, the work is done by qops and scripts/.
# Works with GNU make 3.81 (macOS) and later.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint format unit integration desktop e2e terraform up down reset status doctor build generate lock clean

QOPS := .venv/bin/qops
TEST := .venv/bin/python scripts/test
# Further arguments, e.g.  make demo ARGS="--repeat 10"  or  make unit ARGS="-k grammar"
ARGS ?=
YES = $(filter -y --yes,$(ARGS))

help: ## Show the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: ## Set up, start the local cloud, run two goals on a real editor, check the files
	@scripts/bootstrap runtime $(YES)
	@$(QOPS) demo $(ARGS)

test: ## Set up and run everything that CI runs
	@scripts/bootstrap dev $(YES)
	@$(TEST) $(ARGS)

lint: ## Ruff, mypy, terraform fmt
	@scripts/bootstrap dev $(YES)
	@$(TEST) --only lint $(ARGS)

format: ## Let ruff and terraform write their format
	@scripts/bootstrap dev $(YES)
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format .
	@terraform fmt -recursive terraform modules

unit: ## Unit tests
	@scripts/bootstrap dev $(YES)
	@$(TEST) --only unit $(ARGS)

integration: ## Tests with real engines and programs, without the platform
	@scripts/bootstrap dev $(YES)
	@$(TEST) --only integration $(ARGS)

desktop: ## Tests of the agent on a real desktop
	@scripts/bootstrap dev $(YES)
	@$(TEST) --only desktop $(ARGS)

terraform: ## terraform validate and test, the convention checker, checkov
	@scripts/bootstrap dev $(YES)
	@$(TEST) --only terraform $(ARGS)

e2e: ## End-to-end tests against the endpoint in AWS_ENDPOINT_URL, or the local cloud
	@scripts/bootstrap dev $(YES)
	@$(TEST) --only e2e $(ARGS)

up: ## Start the local cloud and apply the platform
	@scripts/bootstrap runtime $(YES)
	@$(QOPS) up $(ARGS)

down: ## Stop the agent, the desktop and the local cloud
	@scripts/bootstrap runtime $(YES)
	@$(QOPS) down $(ARGS)

reset: ## As down, and forget everything the local cloud holds
	@scripts/bootstrap runtime $(YES)
	@$(QOPS) reset $(ARGS)

status: ## Show what runs, and what of it is emulated
	@scripts/bootstrap runtime $(YES)
	@$(QOPS) status $(ARGS)

doctor: ## Check what the machine has and lacks
	@scripts/bootstrap runtime $(YES)
	@$(QOPS) doctor $(ARGS)

build: ## Build the Lambda archives
	@scripts/bootstrap runtime $(YES)
	@$(QOPS) build $(ARGS)

generate: ## Render what is made from the route table, and the root's settings from the layers
	@scripts/bootstrap dev
	@.venv/bin/python scripts/terraform-settings
	@.venv/bin/python -m qscreen.api.render --published docs/openapi.json --docs docs/api.md \
		--client lambda_src/qscreen/api/client.py
	@.venv/bin/python -m qagent policy schema > docs/agent-policy.schema.json
	@.venv/bin/python -m qagent workflow schema > docs/workflow.schema.json
	@.venv/bin/python -m qops.sizing > docs/usage.schema.json
	@.venv/bin/qops diagram

lock: ## Write requirements/*.txt anew from requirements/*.in
	@scripts/bootstrap dev $(YES)
	@scripts/lock $(ARGS)

clean: ## Stop everything and remove .qscreen and .venv
	@if [ -x $(QOPS) ]; then $(QOPS) down; fi
	@rm -rf .qscreen .venv
