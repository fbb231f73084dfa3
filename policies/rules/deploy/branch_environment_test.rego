package guard.rules.deploy.branch_environment_test

import data.guard.rules.deploy.branch_environment

test_deny_production_from_any_branch if {
	text := `on: push
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	branch_environment.deny == {{
		"message": "job ship, step 1: kubectl set image reaches production from push to feature/x, push to develop",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_production_from_any_branch_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  when: manual

`
	branch_environment.deny == {{
		"message": "job ship, script: kubectl set image reaches production from push to feature/x, push to develop",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_staging_from_a_feature_branch if {
	text := `on: {push: {branches: [develop, 'feature/**']}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: staging
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	branch_environment.deny == {{
		"message": "job ship, step 1: kubectl set image reaches staging from push to feature/x",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_branch_that_never_gets_there if {
	text := `on: {push: {branches: [main, develop]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build -t ghcr.io/acme/web:${{ github.sha }} . && docker push ghcr.io/acme/web:${{ github.sha }}
  ship:
    runs-on: ubuntu-24.04
    needs: build
    if: github.ref_name == 'main'
    environment: staging
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	branch_environment.deny == {{
		"message": "job build, step 1: push to develop builds and pushes images, but deploys nowhere; it is meant for staging",
		"path": ["jobs", "build", "steps", 0, "run", {"line": 1, "column": 57, "end_line": 1, "end_column": 63}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_main if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	branch_environment.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_branch_that_a_condition_leaves if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	branch_environment.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_branch_that_may_not_get_there if {
	text := `on: push
jobs:
  ship:
    runs-on: ubuntu-24.04
    if: vars.DEPLOY == 'yes'
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	branch_environment.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_environment_that_the_configuration_does_not_know if {
	text := `on: push
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: playground
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	branch_environment.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_pull_request_which_is_another_rule if {
	text := `on: pull_request
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	branch_environment.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_merge_queue_which_is_another_rule if {
	text := json.marshal({"on": "merge_group", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "environment": "production", "steps": [{"run": "kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2"}]}}})
	branch_environment.deny == set() with input as guard.parse("pipeline", text)
}
