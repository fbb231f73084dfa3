package guard.rules.deploy.without_build_test

import data.guard.rules.deploy.without_build

test_deny_job_that_goes_on_where_the_build_failed if {
	text := `on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build -t ghcr.io/acme/web:${{ github.sha }} . && docker push ghcr.io/acme/web:${{ github.sha }}
  ship:
    runs-on: ubuntu-24.04
    needs: build
    if: always()
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`
	without_build.deny == {{
		"message": "job ship, step 1: kubectl set image deploys ghcr.io/acme/web:<sha>, and starts where it was not pushed, too (push to main)",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_job_beside_the_build if {
	text := `on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build -t ghcr.io/acme/web:${{ github.sha }} . && docker push ghcr.io/acme/web:${{ github.sha }}
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`
	without_build.deny == {{
		"message": "job ship, step 1: kubectl set image deploys ghcr.io/acme/web:<sha>, and starts where it was not pushed, too (push to main)",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_needs_nothing_on_gitlab if {
	text := `stages: [build, deploy]
build:
  script: ["docker build -t registry.example.com/web:$CI_COMMIT_SHA .", "docker push registry.example.com/web:$CI_COMMIT_SHA"]
  stage: build
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:$CI_COMMIT_SHA"]
  stage: deploy
  needs: []
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	without_build.deny == {{
		"message": "job ship, script: kubectl set image deploys registry.example.com/web:<sha>, and starts where it was not pushed, too (push to main, schedule, manual start)",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_job_that_needs_the_build if {
	text := `on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build -t ghcr.io/acme/web:${{ github.sha }} . && docker push ghcr.io/acme/web:${{ github.sha }}
  ship:
    runs-on: ubuntu-24.04
    needs: build
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`
	without_build.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_later_stage if {
	text := `stages: [build, deploy]
build:
  script: ["docker build -t registry.example.com/web:$CI_COMMIT_SHA .", "docker push registry.example.com/web:$CI_COMMIT_SHA"]
  stage: build
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:$CI_COMMIT_SHA"]
  stage: deploy
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	without_build.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_image_of_another_run if {
	text := `on: {push: {branches: [main, develop]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    if: github.ref_name == 'develop'
    steps:
      - run: docker build -t ghcr.io/acme/web:1.4.2 . && docker push ghcr.io/acme/web:1.4.2
  ship:
    runs-on: ubuntu-24.04
    if: github.ref_name == 'main'
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	without_build.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_build_whose_failure_may_count if {
	text := `on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    continue-on-error: "${{ vars.LAX == 'yes' }}"
    steps:
      - run: docker build -t ghcr.io/acme/web:${{ github.sha }} . && docker push ghcr.io/acme/web:${{ github.sha }}
  ship:
    runs-on: ubuntu-24.04
    needs: build
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`
	without_build.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

_parallel(on, pushes, image) := {d.message | some d in without_build.deny with input as guard.parse("pipeline", json.marshal({"on": on, "jobs": {
	"build": {"runs-on": "ubuntu-24.04", "steps": [{"run": sprintf("docker build -t %s . && docker push %s", [push, push])} | some push in pushes]},
	"ship": {"runs-on": "ubuntu-24.04", "environment": "production", "steps": [{"run": sprintf("kubectl set image deployment/web web=%s", [image])}]},
}}))}

test_deny_release_beside_the_build if {
	_parallel({"release": {"types": ["published"]}}, ["ghcr.io/acme/web:1.4.2"], "ghcr.io/acme/web:1.4.2") == {"job ship, step 1: kubectl set image deploys ghcr.io/acme/web:1.4.2, and starts where it was not pushed, too (published release)"}
}

test_deny_names_only_the_runs_that_deploy_the_image if {
	_parallel({"push": {"branches": ["main", "develop"]}}, ["ghcr.io/acme/web:main", "ghcr.io/acme/web:develop"], "ghcr.io/acme/web:${{ github.ref_name }}") == {
		"job ship, step 1: kubectl set image deploys ghcr.io/acme/web:main, and starts where it was not pushed, too (push to main)",
		"job ship, step 1: kubectl set image deploys ghcr.io/acme/web:develop, and starts where it was not pushed, too (push to develop)",
	}
}

test_allow_image_that_is_not_pushed_which_is_another_rule if {
	_parallel({"push": {"branches": ["main"]}}, ["ghcr.io/acme/web:latest"], "ghcr.io/acme/web:${{ github.sha }}") == set()
}

test_allow_run_that_pushes_something_else if {
	text := json.marshal({"on": {"push": {"branches": ["main", "develop"]}}, "jobs": {
		"build": {"runs-on": "ubuntu-24.04", "if": "github.ref_name == 'develop'", "steps": [{"run": "docker push ghcr.io/acme/web:1.4.2"}]},
		"other": {"runs-on": "ubuntu-24.04", "steps": [{"run": "docker push ghcr.io/acme/api:1.4.2"}]},
		"ship": {"runs-on": "ubuntu-24.04", "if": "github.ref_name == 'main'", "environment": "production", "steps": [{"run": "kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2"}]},
	}})
	without_build.deny == set() with input as guard.parse("pipeline", text)
}
