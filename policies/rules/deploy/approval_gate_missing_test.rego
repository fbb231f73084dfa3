package guard.rules.deploy.approval_gate_missing_test

import data.guard.rules.deploy.approval_gate_missing

test_deny_many_runs_that_get_there if {
	text := `deploy-production:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]

`
	approval_gate_missing.deny == {{
		"message": "job deploy-production, script: kubectl set image reaches production and nobody has to agree (pull request (push), push to feature/x and 5 more)",
		"path": ["deploy-production", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_job_without_environment if {
	text := `on: {push: {branches: [main]}}
jobs:
  production:
    runs-on: ubuntu-24.04
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	approval_gate_missing.deny == {{
		"message": "job production, step 1: kubectl set image reaches production and nobody has to agree (push to main)",
		"path": ["jobs", "production", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_deny_gitlab_job_that_runs_by_itself if {
	text := `deploy-production:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	approval_gate_missing.deny == {{
		"message": "job deploy-production, script: kubectl set image reaches production and nobody has to agree (push to main, schedule)",
		"path": ["deploy-production", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_gate_that_the_job_does_not_wait_for if {
	text := `stages: [gate, deploy]
agree:
  script: ["true"]
  stage: gate
  when: manual

deploy-production:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  stage: deploy
  rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]

`
	approval_gate_missing.deny == {{
		"message": "job deploy-production, script: kubectl set image reaches production and nobody has to agree (push to main, schedule)",
		"path": ["deploy-production", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_environment_whose_settings_are_not_known if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	approval_gate_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_manual_job_on_gitlab if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  when: manual

`
	approval_gate_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_manual_job_that_blocks_before_it if {
	text := `stages: [gate, deploy]
agree:
  script: ["true"]
  stage: gate
  rules: [{when: manual}]

deploy-production:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  stage: deploy

`
	approval_gate_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_run_that_a_person_starts if {
	text := `on: workflow_dispatch
jobs:
  production:
    runs-on: ubuntu-24.04
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	approval_gate_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_run_that_may_not_be_reached if {
	text := `on: {push: {branches: [main]}}
jobs:
  production:
    runs-on: ubuntu-24.04
    if: vars.DEPLOY == 'yes'
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	approval_gate_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
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
	approval_gate_missing.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

# _proved asks for a proof, as approval: proved of the configuration does.
_proved(parsed) := object.union(parsed, {"pipeline": object.union(parsed.pipeline, {"deploys": [object.union(deploy, {"approval": "proved"}) |
	some deploy in parsed.pipeline.deploys
]})})

test_deny_environment_that_is_not_proved_to_ask if {
	text := `on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	approval_gate_missing.deny == {{
		"message": "job ship, step 1: kubectl set image reaches production (push to main), and that somebody has to agree is not proved: whether environment production waits for a reviewer is a setting of the forge, which was not read",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as _proved(guard.parse("pipeline", text))
}

test_deny_run_that_a_person_starts_where_a_proof_is_wanted if {
	text := `on: workflow_dispatch
jobs:
  production:
    runs-on: ubuntu-24.04
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	approval_gate_missing.deny == {{
		"message": "job production, step 1: kubectl set image reaches production and nobody has to agree (manual start)",
		"path": ["jobs", "production", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as _proved(guard.parse("pipeline", text))
}

test_allow_manual_job_where_a_proof_is_wanted if {
	text := "ship:\n  script: [kubectl set image deployment/web web=registry.example.com/web:1.4.2]\n  environment: production\n  when: manual\n"
	approval_gate_missing.deny == set() with input as _proved(guard.parse_file(".gitlab-ci.yml", text))
}

test_deny_only_runs_without_a_gate_where_others_have_one if {
	text := json.marshal({"on": {"push": {"branches": ["main"]}, "schedule": [{"cron": "0 3 * * *"}]}, "jobs": {
		"agree": {"runs-on": "ubuntu-24.04", "if": "github.event_name == 'push'", "environment": "approval", "steps": [{"run": "true"}]},
		"production": {"runs-on": "ubuntu-24.04", "needs": "agree", "if": "!cancelled() && !failure()", "steps": [{"run": "kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2"}]},
	}})
	parsed := _proved(guard.parse("pipeline", text))
	{reach.after.approval.holds | some reach in parsed.pipeline.deploys[0].runs; reach.reached.holds == "yes"} == {"no", "unknown"}
	{d.message | some d in approval_gate_missing.deny} == {"job production, step 1: kubectl set image reaches production and nobody has to agree (schedule)"} with input as parsed
}
