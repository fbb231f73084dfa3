package guard.rules.pipeline.timeout_missing_test

import data.guard.rules.pipeline.timeout_missing

_workflow(job) := sprintf("on: push\njobs: {build: %s}", [json.marshal(job)])

test_deny_job_without_limit if {
	timeout_missing.deny == {{
		"message": "job build may run for six hours, since it sets no limit",
		"path": ["jobs", "build"],
	}} with input as guard.parse("pipeline", _workflow({"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}))
}

test_allow_job_with_limit if {
	timeout_missing.deny == set() with input as guard.parse("pipeline", _workflow({"runs-on": "ubuntu-24.04", "timeout-minutes": 10, "steps": [{"run": "make"}]}))
}

test_allow_called_workflow if {
	timeout_missing.deny == set() with input as guard.parse("pipeline", _workflow({"uses": "./.github/workflows/build.yml"}))
}

test_allow_composite_action if {
	text := "name: a\nruns: {using: composite, steps: [{run: make, shell: bash}]}"
	timeout_missing.deny == set() with input as guard.parse_file("action.yml", text)
}

test_allow_gitlab_job if {
	timeout_missing.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "build: {script: [make]}")
}

test_allow_azure_job_which_ends_after_an_hour if {
	timeout_missing.deny == set() with input as guard.parse_file("azure-pipelines.yml", "jobs: [{job: a, steps: [{script: make}]}]")
}

test_deny_azure_job_whose_limit_is_taken_away if {
	messages := {f.message | some f in timeout_missing.deny with input as guard.parse_file("azure-pipelines.yml", "jobs: [{job: a, timeoutInMinutes: 0, steps: [{script: make}]}]")}
	messages == {"job a may run for as long as its agent lets it, since it sets no limit"}
}
