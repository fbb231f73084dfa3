package guard.rules.deploy.rollout_timeout_missing_test

import data.guard.rules.deploy.rollout_timeout_missing

test_deny_no_limit if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status deployment/web
`
	rollout_timeout_missing.deny == {{
		"message": "job ship: kubectl rollout status waits without a time limit",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_no_limit_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2", "kubectl rollout status deployment/web"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	rollout_timeout_missing.deny == {{
		"message": "job ship: kubectl rollout status waits without a time limit",
		"path": ["ship", "script", 1, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_limit_longer_than_the_jobs if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    timeout-minutes: 10
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status deployment/web --timeout=900s
`
	rollout_timeout_missing.deny == {{
		"message": "job ship: kubectl rollout status waits for up to 900s, and the job ends after 10 minutes",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_limit if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status deployment/web --timeout=5m
`
	rollout_timeout_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_limit_shorter_than_the_jobs if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    timeout-minutes: 10
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status deployment/web --timeout=5m
`
	rollout_timeout_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_limit_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2", "kubectl rollout status deployment/web --timeout=5m"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	rollout_timeout_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_limit_by_a_variable if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    timeout-minutes: 10
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status deployment/web --timeout=$LIMIT
`
	rollout_timeout_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

_waits(command) := guard.parse_file(".gitlab-ci.yml", json.marshal({"ship": {"script": [command], "environment": "production"}}))

test_deny_every_tool_that_waits_without_an_end if {
	every command in ["kubectl rollout status deployment/web", "oc rollout status deployment/web", "argocd app wait web"] {
		count(rollout_timeout_missing.deny) == 1 with input as _waits(command)
	}
}

test_allow_tools_that_end_by_themselves if {
	every command in ["kubectl wait --for=condition=available deployment/web", "helm upgrade --wait web ./chart", "argocd app sync web"] {
		rollout_timeout_missing.deny == set() with input as _waits(command)
	}
}

test_allow_change_by_a_tool_that_can_wait if {
	rollout_timeout_missing.deny == set() with input as _waits("helm upgrade web ./chart") with data.guard.params["deploy/rollout-timeout-missing"].tools as ["helm upgrade"]
}
