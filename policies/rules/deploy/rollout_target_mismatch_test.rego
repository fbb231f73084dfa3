package guard.rules.deploy.rollout_target_mismatch_test

import data.guard.rules.deploy.rollout_target_mismatch

test_deny_another_workload if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status deployment/api --timeout=5m
`
	rollout_target_mismatch.deny == {{
		"message": "job ship, step 1: kubectl set image changes deployment/web, and the wait watches deployment/api",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
		"related": [{"message": "this is what changes", "path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}]}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_another_namespace if {
	text := `ship:
  script: ["kubectl -n shop set image deployment/web web=registry.example.com/web:1.4.2", "kubectl -n staging rollout status deployment/web --timeout=5m"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	rollout_target_mismatch.deny == {{
		"message": "job ship, script: kubectl set image changes deployment/web in shop, and the wait watches deployment/web in staging",
		"path": ["ship", "script", 1, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
		"related": [{"message": "this is what changes", "path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}]}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_another_kind if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status statefulset/web --timeout=5m
`
	rollout_target_mismatch.deny == {{
		"message": "job ship, step 1: kubectl set image changes deployment/web, and the wait watches statefulset/web",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
		"related": [{"message": "this is what changes", "path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}]}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_the_same if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status deployment/web --timeout=5m
`
	rollout_target_mismatch.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_one_of_several_waits if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2", "kubectl rollout status deployment/api --timeout=5m", "kubectl rollout status deployment/web --timeout=5m"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	rollout_target_mismatch.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_variable_that_may_be_the_same if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: for d in web api; do kubectl rollout status deployment/$d --timeout=5m; done
`
	rollout_target_mismatch.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_selector_that_may_match_it if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl wait --for=condition=ready pod -l app=web --timeout=5m
`
	rollout_target_mismatch.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_chart_that_may_hold_it if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: helm upgrade shop ./chart
      - run: kubectl rollout status deployment/web --timeout=5m
`
	rollout_target_mismatch.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_wait_in_another_job if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
  check:
    runs-on: ubuntu-24.04
    needs: ship
    steps:
      - run: kubectl rollout status deployment/api --timeout=5m
`
	rollout_target_mismatch.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

_job(lines) := {d.message | some d in rollout_target_mismatch.deny with input as guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "environment": "production", "steps": [{"run": line} | some line in lines]}}}))}

test_deny_behind_other_steps if {
	_job(["make", "kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2", "kubectl rollout status deployment/api"]) == {"job ship, step 2: kubectl set image changes deployment/web, and the wait watches deployment/api"}
}

test_deny_every_kind_of_which_a_command_names_one if {
	every kind in ["deployment", "statefulset", "daemonset", "deploymentconfig"] {
		_job([sprintf("kubectl set image %s/web web=ghcr.io/acme/web:1.4.2", [kind]), sprintf("kubectl rollout status %s/api", [kind])]) == {sprintf("job ship, step 1: kubectl set image changes %s/web, and the wait watches %s/api", [kind, kind])}
	}
}

test_allow_pod_that_may_belong_to_it if {
	_job(["kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2", "kubectl wait --for=condition=ready pod/web-0"]) == set()
	_job(["kubectl -n shop set image deployment/web web=ghcr.io/acme/web:1.4.2", "kubectl -n other wait --for=condition=ready pod -l app=web"]) == set()
}

test_allow_name_or_namespace_that_is_not_known if {
	_job(["kubectl set image deployment/$NAME web=ghcr.io/acme/web:1.4.2", "kubectl rollout status deployment/web"]) == set()
	_job(["kubectl -n shop set image deployment/web web=ghcr.io/acme/web:1.4.2", "kubectl rollout status deployment/web"]) == set()
	_job(["kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2", "kubectl -n shop rollout status deployment/web"]) == set()
}
