package guard.rules.deploy.rollback_swallows_failure_test

import data.guard.rules.deploy.rollback_swallows_failure

test_deny_undo_behind_or if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status deployment/web --timeout=5m || kubectl rollout undo deployment/web
`
	rollback_swallows_failure.deny == {{
		"message": "job ship: kubectl rollout undo leaves the job green: the failure before || is forgotten: nothing behind ends the script as failed",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 1, "column": 55, "end_line": 1, "end_column": 62}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_undo_in_an_if if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: |
          if ! kubectl rollout status deployment/web --timeout=5m; then
            kubectl rollout undo deployment/web
          fi
`
	rollback_swallows_failure.deny == {{
		"message": "job ship: kubectl rollout undo leaves the job green: the failure that it answers is forgotten: nothing in the if ends the script as failed",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 2, "column": 3, "end_line": 2, "end_column": 10}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_undo_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2", "kubectl rollout status deployment/web --timeout=5m || kubectl rollout undo deployment/web"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	rollback_swallows_failure.deny == {{
		"message": "job ship: kubectl rollout undo leaves the job green: the failure before || is forgotten: nothing behind ends the script as failed",
		"path": ["ship", "script", 1, {"line": 1, "column": 55, "end_line": 1, "end_column": 62}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_failure_that_is_taken_for_success if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - {run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2, id: ship, continue-on-error: true}
      - {run: kubectl rollout undo deployment/web, if: steps.ship.outcome == 'failure'}
`
	rollback_swallows_failure.deny == {{
		"message": "job ship: kubectl rollout undo leaves the job green: continue-on-error takes the failure of step ship for success, and nothing behind fails",
		"path": ["jobs", "ship", "steps", 1, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_undo_that_ends_in_a_failure if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status deployment/web --timeout=5m || { kubectl rollout undo deployment/web; exit 1; }
`
	rollback_swallows_failure.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_undo_that_ends_in_a_failure_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2", "kubectl rollout status deployment/web --timeout=5m || { kubectl rollout undo deployment/web; exit 1; }"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	rollback_swallows_failure.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_undo_in_a_step_of_its_own if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - {run: kubectl rollout undo deployment/web, if: failure()}
`
	rollback_swallows_failure.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_failure_that_a_later_step_tells if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - {run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2, id: ship, continue-on-error: true}
      - {run: kubectl rollout undo deployment/web; exit 1, if: steps.ship.outcome == 'failure'}
`
	rollback_swallows_failure.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_script_that_cannot_be_seen_into if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
      - run: kubectl rollout status deployment/web --timeout=5m || ./rollback.sh
`
	rollback_swallows_failure.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}
