package guard.rules.deploy.from_pull_request_test

import data.guard.rules.deploy.from_pull_request

test_deny_deployment_in_its_run if {
	text := `on: [push, pull_request]
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	from_pull_request.deny == {{
		"message": "job ship, step 1: kubectl set image deploys to production in a run that a pull request starts (pull request from a fork, pull request)",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_deployment_without_an_environment if {
	text := `on: pull_request
jobs:
  ship:
    runs-on: ubuntu-24.04
    steps:
      - run: flyctl deploy
`
	from_pull_request.deny == {{
		"message": "job ship, step 1: flyctl deploy deploys in a run that a pull request starts (pull request from a fork, pull request)",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_merge_request if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: staging
  rules: [{if: $CI_MERGE_REQUEST_IID}]

`
	from_pull_request.deny == {{
		"message": "job ship, script: kubectl set image deploys to staging in a run that a pull request starts (pull request from a fork, pull request)",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_push_only if {
	text := `on: [push, pull_request]
jobs:
  ship:
    runs-on: ubuntu-24.04
    if: github.event_name == 'push'
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	from_pull_request.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_preview if {
	text := `on: pull_request
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: preview-${{ github.event.number }}
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	from_pull_request.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_review_app if {
	text := `review:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: {name: review/$CI_COMMIT_REF_SLUG}
  rules: [{if: $CI_MERGE_REQUEST_IID}]

`
	from_pull_request.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_condition_on_a_setting if {
	text := `on: pull_request
jobs:
  ship:
    runs-on: ubuntu-24.04
    if: vars.DEPLOY == 'yes'
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	from_pull_request.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_cluster_that_may_be_a_tests_own if {
	text := `on: pull_request
jobs:
  try:
    runs-on: ubuntu-24.04
    steps:
      - run: ./hack/cluster.sh
      - run: kubectl apply -f k8s/
`
	from_pull_request.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_branch_pipeline if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: staging

`
	from_pull_request.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

_named(environment, job, command) := guard.parse("pipeline", json.marshal({"on": "pull_request", "jobs": {job: {"runs-on": "ubuntu-24.04", "environment": environment, "steps": [{"run": command}]}}}))

_set_image := "kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2"

test_allow_every_name_of_a_preview if {
	every name in ["web-preview-1", "web-review-1", "web-ephemeral-1", "pr-12", "web-pr", "web-pr-12"] {
		from_pull_request.deny == set() with input as _named(name, "ship", _set_image)
	}
}

test_allow_job_namespace_and_object_that_are_named_so if {
	from_pull_request.deny == set() with input as _named("staging", "preview", _set_image)
	from_pull_request.deny == set() with input as _named("staging", "ship", "kubectl -n pr-12 set image deployment/web web=ghcr.io/acme/web:1.4.2")
	from_pull_request.deny == set() with input as _named("staging", "ship", "kubectl set image deployment/web-pr web=ghcr.io/acme/web:1.4.2")
	count(from_pull_request.deny) == 1 with input as _named("staging", "ship", _set_image)
}
