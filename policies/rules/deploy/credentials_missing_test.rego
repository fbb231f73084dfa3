package guard.rules.deploy.credentials_missing_test

import data.guard.rules.deploy.credentials_missing

test_deny_kubectl_on_a_fresh_machine if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	credentials_missing.deny == {{
		"message": "job ship, step 1: kubectl set image has no access: nothing in job ship configures the cluster",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_access_that_another_job_configures if {
	text := `on: {push: {branches: [main]}}
jobs:
  login:
    runs-on: ubuntu-24.04
    steps:
      - uses: azure/k8s-set-context@v4
  ship:
    runs-on: ubuntu-24.04
    needs: login
    environment: production
    steps:
      - run: helm upgrade web ./chart
`
	credentials_missing.deny == {{
		"message": "job ship, step 1: helm upgrade has no access: nothing in job ship configures the cluster",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 5}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_access_in_the_job if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - uses: azure/k8s-set-context@v4
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	credentials_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_machine_of_ones_own if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: self-hosted
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	credentials_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_action_that_cannot_be_seen_into if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - uses: acme/cluster-access@v1
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	credentials_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_runner_of_gitlab_which_may_bring_it if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	credentials_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_tool_that_needs_no_cluster if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: flyctl deploy
`
	credentials_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_every_program_that_needs_a_cluster if {
	every command in ["kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2", "helm upgrade web ./chart", "oc new-app acme/web"] {
		text := json.marshal({"on": {"push": {"branches": ["main"]}}, "jobs": {"ship": {"runs-on": "ubuntu-24.04", "environment": "production", "steps": [{"run": command}]}}})
		count(credentials_missing.deny) == 1 with input as guard.parse("pipeline", text)
	}
}
