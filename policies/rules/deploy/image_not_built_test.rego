package guard.rules.deploy.image_not_built_test

import data.guard.rules.deploy.image_not_built

test_deny_short_sha_pushed_and_whole_one_deployed if {
	text := `on: {push: {branches: [main]}}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          SHORT=$(git rev-parse --short=7 HEAD)
          docker build -t ghcr.io/acme/web:$SHORT .
          docker push ghcr.io/acme/web:$SHORT
  ship:
    runs-on: ubuntu-24.04
    needs: build
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`
	image_not_built.deny == {{
		"message": "job ship, step 1: kubectl set image deploys ghcr.io/acme/web:<sha>, but what is pushed is ghcr.io/acme/web:<sha7>",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 34, "end_line": 1, "end_column": 72}],
		"related": [{"message": "pushed as ghcr.io/acme/web:<sha7>", "path": ["jobs", "build", "steps", 0, "run", {"line": 3, "column": 13, "end_line": 3, "end_column": 36}], "file": ".github/workflows/ci.yml"}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_branch_pushed_and_sha_deployed_on_gitlab if {
	text := `stages: [build, deploy]
build:
  script: ["docker build -t registry.example.com/web:$CI_COMMIT_REF_SLUG .", "docker push registry.example.com/web:$CI_COMMIT_REF_SLUG"]
  stage: build
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:$CI_COMMIT_SHA"]
  stage: deploy
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	image_not_built.deny == {{
		"message": "job ship, script: kubectl set image deploys registry.example.com/web:<sha>, but what is pushed is registry.example.com/web:main",
		"path": ["ship", "script", 0, {"line": 1, "column": 34, "end_line": 1, "end_column": 77}],
		"related": [{"message": "pushed as registry.example.com/web:main", "path": ["build", "script", 1, {"line": 1, "column": 13, "end_line": 1, "end_column": 57}], "file": ".gitlab-ci.yml"}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_fault_of_a_pull_request_too_is_told_once if {
	text := `on: [push, pull_request]
jobs:
  ship:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build -t ghcr.io/acme/web:latest . && docker push ghcr.io/acme/web:latest
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`
	image_not_built.deny == {{
		"message": "job ship, step 2: kubectl set image deploys ghcr.io/acme/web:<sha>, but what is pushed is ghcr.io/acme/web:latest",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 1, "column": 34, "end_line": 1, "end_column": 72}],
		"related": [{"message": "pushed as ghcr.io/acme/web:latest", "path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 58, "end_line": 1, "end_column": 81}], "file": ".github/workflows/ci.yml"}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_many_names if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: docker build -t ghcr.io/acme/web:a . && docker push ghcr.io/acme/web:a
      - run: docker build -t ghcr.io/acme/web:b . && docker push ghcr.io/acme/web:b
      - run: docker build -t ghcr.io/acme/web:c . && docker push ghcr.io/acme/web:c
      - run: docker build -t ghcr.io/acme/web:d . && docker push ghcr.io/acme/web:d
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ github.sha }}
`
	image_not_built.deny == {{
		"message": "job ship, step 5: kubectl set image deploys ghcr.io/acme/web:<sha>, but what is pushed is ghcr.io/acme/web:a and 3 more",
		"path": ["jobs", "ship", "steps", 4, "run", {"line": 1, "column": 34, "end_line": 1, "end_column": 72}],
		"related": [{"message": "pushed as ghcr.io/acme/web:a", "path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 53, "end_line": 1, "end_column": 71}], "file": ".github/workflows/ci.yml"}, {"message": "pushed as ghcr.io/acme/web:b", "path": ["jobs", "ship", "steps", 1, "run", {"line": 1, "column": 53, "end_line": 1, "end_column": 71}], "file": ".github/workflows/ci.yml"}, {"message": "pushed as ghcr.io/acme/web:c", "path": ["jobs", "ship", "steps", 2, "run", {"line": 1, "column": 53, "end_line": 1, "end_column": 71}], "file": ".github/workflows/ci.yml"}, {"message": "pushed as ghcr.io/acme/web:d", "path": ["jobs", "ship", "steps", 3, "run", {"line": 1, "column": 53, "end_line": 1, "end_column": 71}], "file": ".github/workflows/ci.yml"}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_the_same_commit if {
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
	image_not_built.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_the_same_commit_on_gitlab if {
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
	image_not_built.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_setting_that_may_be_the_commit if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: docker build -t ghcr.io/acme/web:${{ github.sha }} . && docker push ghcr.io/acme/web:${{ github.sha }}
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:${{ vars.TAG }}
`
	image_not_built.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_image_that_others_build if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: docker build -t ghcr.io/acme/web:${{ github.sha }} . && docker push ghcr.io/acme/web:${{ github.sha }}
      - run: kubectl set image deployment/db db=docker.io/library/postgres:16.4
`
	image_not_built.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

_only_in_pull_requests := "ghcr.io/acme/web:${{ github.event_name == 'push' && 'main' || github.sha }}"

_both(steps) := guard.parse("pipeline", json.marshal({"on": ["push", "pull_request"], "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": array.concat(
	[
		{"run": "docker push ghcr.io/acme/web:main", "if": "github.event_name == 'push'"},
		{"run": "docker push ghcr.io/acme/web:pr", "if": "github.event_name == 'pull_request'"},
	],
	steps,
)}}}))

test_deny_merge_commit_that_only_a_pull_request_deploys if {
	{image.built.holds | some image in _both([{"run": sprintf("kubectl set image deployment/web web=%s", [_only_in_pull_requests])}]).pipeline.deploys[0].images} == {"yes", "no"}
	count(image_not_built.deny) == 1 with input as _both([{"run": sprintf("kubectl set image deployment/web web=%s", [_only_in_pull_requests])}])
}

test_deny_merge_commit_beside_an_image_that_no_run_pushes if {
	text := _both([{"run": "docker push ghcr.io/acme/api:latest"}, {"run": sprintf("kubectl set image deployment/web web=%s api=ghcr.io/acme/api:${{ github.sha }}", [_only_in_pull_requests])}])
	count({d.path | some d in image_not_built.deny}) == 2 with input as text
}
