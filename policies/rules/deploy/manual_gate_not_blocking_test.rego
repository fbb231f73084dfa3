package guard.rules.deploy.manual_gate_not_blocking_test

import data.guard.rules.deploy.manual_gate_not_blocking

test_deny_stage_that_goes_on_without_it if {
	text := `stages: [gate, deploy]
agree:
  script: ["true"]
  stage: gate
  when: manual

ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  stage: deploy
  environment: production

`
	manual_gate_not_blocking.deny == {{
		"message": "job agree is started by hand, but ship runs without it: its failure is allowed, so nothing waits",
		"path": ["agree"],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_failure_that_rules_allow if {
	text := `stages: [gate, deploy]
agree:
  script: ["true"]
  stage: gate
  rules: [{when: manual, allow_failure: true}]

ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  stage: deploy
  environment: production

`
	manual_gate_not_blocking.deny == {{
		"message": "job agree is started by hand, but ship runs without it: its failure is allowed, so nothing waits",
		"path": ["agree"],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_deny_production_job_that_the_pipeline_passes_without if {
	text := `ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  environment: production
  when: manual

`
	manual_gate_not_blocking.deny == {{
		"message": "job ship is started by hand, but its failure is allowed: the pipeline is reported as passed without it",
		"path": ["ship"],
	}} with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_manual_job_in_rules if {
	text := `stages: [gate, deploy]
agree:
  script: ["true"]
  stage: gate
  rules: [{when: manual}]

ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  stage: deploy
  environment: production

`
	manual_gate_not_blocking.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_failure_that_is_not_allowed if {
	text := `stages: [gate, deploy]
agree:
  script: ["true"]
  stage: gate
  when: manual
  allow_failure: false

ship:
  script: ["kubectl set image deployment/web web=registry.example.com/web:1.4.2"]
  stage: deploy
  environment: production

`
	manual_gate_not_blocking.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_helper_with_nothing_behind if {
	text := `cleanup:
  script: ["true"]
  when: manual

`
	manual_gate_not_blocking.deny == set() with input as guard.parse_file(".gitlab-ci.yml", text)
}

test_allow_github_which_has_none if {
	text := `on: workflow_dispatch
jobs:
  ship:
    runs-on: ubuntu-24.04
    environment: production
    steps:
      - run: kubectl set image deployment/web web=ghcr.io/acme/web:1.4.2
`
	manual_gate_not_blocking.deny == set() with input as guard.parse_file(".github/workflows/ci.yml", text)
}

test_allow_production_job_that_the_pipeline_waits_for if {
	text := "ship: {script: [kubectl apply -f k8s/], environment: production, rules: [{when: manual}]}"
	parsed := guard.parse_file(".gitlab-ci.yml", text)
	[gate.deploys | some gate in parsed.pipeline.held_jobs] == ["production"]
	manual_gate_not_blocking.deny == set() with input as parsed
}

test_deny_production_job_that_others_pass_once if {
	text := "{stages: [deploy, after], ship: {stage: deploy, script: [kubectl apply -f k8s/], environment: production, when: manual}, tell: {stage: after, script: [make]}}"
	{d.message | some d in manual_gate_not_blocking.deny} == {"job ship is started by hand, but tell runs without it: its failure is allowed, so nothing waits"} with input as guard.parse_file(".gitlab-ci.yml", text)
}
