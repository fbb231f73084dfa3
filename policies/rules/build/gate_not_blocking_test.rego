package guard.rules.build.gate_not_blocking_test

import data.guard.rules.build.gate_not_blocking

_params := {"build/gate-not-blocking": {"gates": ["test", "lint", "typecheck"]}}

_github(job) := json.marshal({"on": "push", "jobs": {"check": object.union({"runs-on": "ubuntu-24.04"}, job)}})

_messages(text) := {f.message | some f in gate_not_blocking.deny with input as text with data.guard.params as _params}

_in_github(job) := _messages(guard.parse("pipeline", _github(job)))

_in_gitlab(text) := _messages(guard.parse_file(".gitlab-ci.yml", text))

test_deny_ignored_in_the_script if {
	_in_github({"steps": [{"run": "pytest || true"}]}) == {"job check: the failure of pytest is ignored (|| true)"}
	_in_gitlab("check: {script: ['pytest || true']}") == {"job check: the failure of pytest is ignored (|| true)"}
}

test_deny_step_that_may_fail if {
	every script in ["ruff check .", "ruff check . | tee log"] {
		_in_github({"steps": [{"run": script, "continue-on-error": true}]}) == {"job check: the failure of ruff check is ignored (the step may fail)"}
	}
}

test_deny_job_that_may_fail if {
	gate_not_blocking.deny == {{
		"message": "job check: the failure of pytest is ignored (the job may fail)",
		"path": ["check", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as guard.parse_file(".gitlab-ci.yml", "check: {script: [pytest], allow_failure: true}") with data.guard.params as _params
	_in_github({"continue-on-error": true, "steps": [{"run": "mypy ."}]}) == {"job check: the failure of mypy is ignored (the job may fail)"}
}

test_allow_gate_that_counts if {
	_in_github({"steps": [{"run": "pytest"}]}) == set()
	_in_gitlab("check: {script: [pytest], allow_failure: false}") == set()
}

test_allow_job_that_only_the_clock_starts if {
	text := json.marshal({"on": {"schedule": [{"cron": "0 3 * * *"}]}, "jobs": {"update": {"runs-on": "ubuntu-24.04", "steps": [{"run": "ruff check --fix . || true"}]}}})
	_messages(guard.parse("pipeline", text)) == set()
}

test_allow_job_that_may_fail_beside_one_that_counts if {
	_in_gitlab("{tests: {script: [pytest]}, exotic: {script: [pytest], allow_failure: true}}") == set()
}

test_allow_another_gate_of_the_sort_in_the_job if {
	_in_github({"steps": [{"run": "pytest slow || true"}, {"run": "pytest"}]}) == set()
}

test_allow_step_whose_end_is_asked_later if {
	step := {"id": "tests", "run": "pytest", "continue-on-error": true}
	_in_github({"steps": [step, {"run": "exit 1", "if": "steps.tests.outcome == 'failure'"}]}) == set()
	_in_github({"steps": [step, {"run": "test \"$ENDED\" = success", "env": {"ENDED": "${{ steps.tests.outcome }}"}}]}) == set()
	_in_github({"steps": [step, {"run": "test ${{ steps.tests.outcome }} = success"}]}) == set()
}

test_allow_what_only_some_runs_ignore if {
	_in_github({"continue-on-error": "${{ matrix.experimental }}", "steps": [{"run": "pytest"}]}) == set()
}

test_allow_gate_that_nobody_asks_for if {
	_in_github({"steps": [{"run": "trivy image --exit-code 1 shop || true"}]}) == set()
}
