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

_ship := {"run": "kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2", "id": "ship", "continue-on-error": true}

_undo := {"run": "kubectl rollout undo deployment/web", "if": "steps.ship.outcome == 'failure'"}

_steps(steps) := {d.message | some d in rollback_swallows_failure.deny with input as guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": steps}}}))}

_swallowed := {"job ship: kubectl rollout undo leaves the job green: continue-on-error takes the failure of step ship for success, and nothing behind fails"}

test_deny_failure_of_a_step_that_asks_for_something_else if {
	_steps([_ship, _undo, {"run": "exit 1", "if": "steps.tests.outcome == 'failure'"}]) == _swallowed
	_steps([_ship, _undo, {"run": "exit 1", "if": "inputs.dry_run"}]) == _swallowed
}

test_allow_every_end_in_a_failure if {
	every command in ["exit 1", "false", "return 1"] {
		_steps([_ship, _undo, {"run": command, "if": "steps.ship.outcome == 'failure'"}]) == set()
	}
}

test_allow_failure_that_a_step_before_the_undo_tells if {
	_steps([_ship, {"run": "exit 1", "if": "steps.ship.outcome == 'failure'"}, object.union(_undo, {"if": "always() && steps.ship.outcome == 'failure'"})]) == set()
}

test_allow_step_whose_failure_counts if {
	_steps([object.remove(_ship, ["continue-on-error"]), object.union(_undo, {"if": "failure() && steps.ship.outcome == 'failure'"})]) == set()
}

test_allow_undo_that_asks_for_no_step_that_may_fail if {
	_steps([{"run": "ruff check .", "id": "lint", "continue-on-error": true}, object.remove(_ship, ["continue-on-error"]), object.union(_undo, {"if": "failure() && steps.ship.outcome == 'failure'"})]) == set()
}

test_allow_undo_in_front_of_what_it_asks_for if {
	_steps([_undo, _ship]) == set()
}

test_allow_what_undoes_nothing if {
	_steps([_ship, {"run": "slack send shipped", "if": "steps.ship.outcome == 'failure'"}]) == set()
	_steps([{"run": "kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2"}, {"run": "curl https://shop.example.com/healthz"}]) == set()
}
