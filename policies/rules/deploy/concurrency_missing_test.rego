package guard.rules.deploy.concurrency_missing_test

import data.guard.rules.deploy.concurrency_missing

test_allow_environment_that_is_not_known if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: '${{ vars.WHERE }}'
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	concurrency_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_nothing_said if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	concurrency_missing.deny == {{
		"message": "job ship, step 1: two runs may deploy to production at the same time",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_nothing_said_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	concurrency_missing.deny == {{
		"message": "job ship, script: two runs may deploy to production at the same time",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_running_one_cancelled if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    concurrency: {group: production, cancel-in-progress: true}
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	concurrency_missing.deny == {{
		"message": "job ship: a deployment to production may be cancelled half way by the next run",
		"path": ["jobs", "ship", "concurrency"],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_running_one_cancelled_for_the_whole_file if {
	text := `concurrency: {group: ci, cancel-in-progress: true}
on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	concurrency_missing.deny == {{
		"message": "job ship: a deployment to production may be cancelled half way by the next run",
		"path": ["concurrency"],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_interruptible_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]
  interruptible: true
  resource_group: production

`
	concurrency_missing.deny == {{
		"message": "job ship: a deployment to production may be cancelled half way by the next pipeline",
		"path": ["ship", "interruptible"],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_group if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    concurrency: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	concurrency_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_group_of_the_whole_file if {
	text := `concurrency: {group: ci}
on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	concurrency_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_resource_group if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]
  resource_group: production

`
	concurrency_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_cancelling_that_is_decided_in_the_run if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    concurrency: {group: production, cancel-in-progress: "${{ vars.CANCEL == 'yes' }}"}
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	concurrency_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_no_environment if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	concurrency_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_lock_that_may_be_a_check_of_the_environment if {
	text := `pr: none
jobs:
  - deployment: ship
    environment: production
    strategy:
      runOnce:
        deploy:
          steps:
            - script: kubectl set image deployment/web web=registry.example.com/web:1.4.2
`
	parsed := guard.parse_file("azure-pipelines.yml", text)
	[deploy.overlaps.holds | some deploy in parsed.pipeline.deploys] == ["unknown"]
	concurrency_missing.deny == set() with input as parsed
}

test_deny_interruptible_behind_another_job if {
	text := json.marshal({"a": {"script": ["make"]}, "ship": {"script": ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"], "environment": "production", "interruptible": true, "resource_group": "production"}})
	{d.message | some d in concurrency_missing.deny} == {"job ship: a deployment to production may be cancelled half way by the next pipeline"} with input as guard.parse_file(".gitlab-ci.yml", text)
}
