package guard.rules.deploy.approval_gate_unproven_test

import data.guard.rules.deploy.approval_gate_unproven

test_deny_environment_whose_settings_are_not_known if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	approval_gate_unproven.deny == {{
		"message": "job ship, step 1: kubectl set image reaches production (push to main), and whether environment production waits for a reviewer is a setting of the forge, which was not read",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_environment_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	approval_gate_unproven.deny == {{
		"message": "job ship, script: kubectl set image reaches production (push to main, schedule, manual start), and whether environment production waits for a reviewer is a setting of the forge, which was not read",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_manual_job_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH, when: manual}]

`
	approval_gate_unproven.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_what_another_rule_reports if {
	text := `on: {push: {branches: [main]}}
jobs:
  production:
    runs-on: ubuntu-24.04
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	approval_gate_unproven.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
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
	approval_gate_unproven.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_environment_where_a_proof_is_wanted_which_is_another_rule if {
	parsed := guard.parse("pipeline", `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`)
	deploys := [object.union(deploy, {"approval": "proved"}) | some deploy in parsed.pipeline.deploys]
	proved := object.union(parsed, {"pipeline": object.union(parsed.pipeline, {"deploys": deploys})})
	approval_gate_unproven.deny == set() with input as proved
}

test_allow_where_other_runs_have_no_gate_which_another_rule_reports if {
	text := json.marshal({"on": {"push": {"branches": ["main"]}, "schedule": [{"cron": "0 3 * * *"}]}, "jobs": {
		"agree": {"runs-on": "ubuntu-24.04", "if": "github.event_name == 'push'", "environment": "approval", "steps": [{"run": "true"}]},
		"production": {"runs-on": "ubuntu-24.04", "needs": "agree", "if": "!cancelled() && !failure()", "steps": [{"run": "kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2"}]},
	}})
	parsed := guard.parse("pipeline", text)
	{reach.after.approval.holds | some reach in parsed.pipeline.deploys[0].runs; reach.reached.holds == "yes"} == {"no", "unknown"}
	approval_gate_unproven.deny == set() with input as parsed
}
