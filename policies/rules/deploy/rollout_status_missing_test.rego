package guard.rules.deploy.rollout_status_missing_test

import data.guard.rules.deploy.rollout_status_missing

test_deny_set_image if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	rollout_status_missing.deny == {{
		"message": "job ship, step 1: nothing waits until kubectl set image has rolled out",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_helm_on_gitlab if {
	text := `ship:
  script: ["helm upgrade web ./chart"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	rollout_status_missing.deny == {{
		"message": "job ship, script: nothing waits until helm upgrade has rolled out",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 5}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_apply_of_a_deployment if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl apply -f k8s/deployment.yaml
`
	rollout_status_missing.deny == {{
		"message": "job ship, step 1: nothing waits until kubectl apply has rolled out",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_status if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status deployment/web --timeout=5m
`
	rollout_status_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_status_in_a_job_behind_it if {
	text := `stages: [ship, check]
ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  stage: ship
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

check:
  script: ["kubectl rollout status deployment/web --timeout=5m"]
  stage: check
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	rollout_status_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_helm_that_waits if {
	text := `ship:
  script: ["helm upgrade --wait web ./chart"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	rollout_status_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_apply_of_something_that_is_not_known if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl apply -k overlays/production
`
	rollout_status_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_tool_that_is_told_what_comes_of_it if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: gcloud run deploy web --image ghcr.io/acme/web:1.4.2
`
	rollout_status_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

_ship(script) := guard.parse_file(".gitlab-ci.yml", json.marshal({"ship": {"script": [script], "environment": "production", "rules": [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}]}}))

test_deny_every_tool_that_does_not_wait if {
	every command in [
		"kubectl set image deployment/web web=registry.example.com/web:1.4.2", "kubectl patch deployment web --patch-file p.yaml", "kubectl rollout restart deployment/web",
		"helm upgrade web ./chart", "oc set image deployment/web web=registry.example.com/web:1.4.2",
	] {
		count(rollout_status_missing.deny) == 1 with input as _ship(command)
	}
}

test_deny_files_that_hold_a_workload if {
	every command in ["kubectl apply -f", "kubectl replace -f", "oc apply -f"] {
		every kind in ["deployment", "statefulset", "daemonset"] {
			count(rollout_status_missing.deny) == 1 with input as _ship(sprintf("%s k8s/%s.yaml", [command, kind]))
		}
	}
}

test_allow_other_tools_that_name_a_workload if {
	rollout_status_missing.deny == set() with input as _ship("kubectl edit deployment web")
}
