package guard.rules.deploy.canary_missing_test

import data.guard.rules.deploy.canary_missing

test_deny_one_step if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	canary_missing.deny == {{
		"message": "job ship, step 1: kubectl set image changes production in one step",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_one_step_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	canary_missing.deny == {{
		"message": "job ship, script: kubectl set image changes production in one step",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_canary_before if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web-canary web=ghcr.io/acme/web:1.4.2
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	canary_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_rollout_whose_steps_stand_elsewhere if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl argo rollouts set image web web=ghcr.io/acme/web:1.4.2
`
	canary_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_staging if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: staging
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	canary_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_script_that_may_be_one if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: ./canary.sh
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	canary_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

_ship(steps) := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "environment": "production", "steps": [{"run": step} | some step in steps]}}}))

test_allow_application_and_repository_whose_steps_stand_elsewhere if {
	canary_missing.deny == set() with input as _ship(["argocd app sync web"])
	git := _ship(["cd deploy && kustomize edit set image web=ghcr.io/acme/web:1.4.2", "git commit -am ship && git push"])
	canary_missing.deny == set() with input as git
}

test_allow_canary_that_is_promoted_by_itself if {
	canary_missing.deny == set() with input as _ship(["kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2", "kubectl argo rollouts promote web"])
}
