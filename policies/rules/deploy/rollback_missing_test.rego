package guard.rules.deploy.rollback_missing_test

import data.guard.rules.deploy.rollback_missing

test_deny_no_way_back if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	rollback_missing.deny == {{
		"message": "job ship, step 1: nothing undoes what kubectl set image does in production where it fails",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_no_way_back_on_gitlab if {
	text := `ship:
  script: ["helm upgrade web ./chart"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	rollback_missing.deny == {{
		"message": "job ship, script: nothing undoes what helm upgrade does in production where it fails",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 5}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_undo_behind_it if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - {run: kubectl rollout undo deployment/web, if: failure()}
`
	rollback_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_undo_in_a_job_behind_it if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
  back:
    runs-on: ubuntu-24.04
    needs: ship
    if: failure()
    steps:
      - run: kubectl rollout undo deployment/web
`
	rollback_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_undo_in_a_later_stage if {
	text := `stages: [ship, back]
ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  stage: ship
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

back:
  script: ["kubectl rollout undo deployment/web"]
  stage: back
  when: on_failure

`
	rollback_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_atomic_release if {
	text := `ship:
  script: ["helm upgrade --atomic web ./chart"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	rollback_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_script_that_may_undo if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - {run: ./rollback.sh, if: failure()}
`
	rollback_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_git_where_a_commit_is_reverted if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: argocd app sync web
`
	rollback_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_staging if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: staging
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	rollback_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

_ship(script) := guard.parse_file(".gitlab-ci.yml", json.marshal({"ship": {"script": [script], "environment": "production", "rules": [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}]}}))

test_deny_every_tool_whose_work_has_to_be_undone if {
	every command in [
		"kubectl set image deployment/web web=registry.example.com/web:1.4.2", "helm upgrade web ./chart", "oc new-app acme/web",
		"aws ecs update-service --cluster shop --service web --force-new-deployment", "docker service update --image registry.example.com/web:1.4.2 web",
	] {
		count(rollback_missing.deny) == 1 with input as _ship(command)
	}
}
