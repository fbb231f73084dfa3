package guard.rules.build.gate_not_blocking_test

import data.guard.rules.build.gate_not_blocking

_github(job) := json.marshal({"on": "push", "jobs": {"check": object.union({"runs-on": "ubuntu-24.04"}, job)}})

_messages(text) := {f.message | some f in gate_not_blocking.deny with input as text}

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
	}} with input as guard.parse_file(".gitlab-ci.yml", "check: {script: [pytest], allow_failure: true}")
	_in_github({"continue-on-error": true, "steps": [{"run": "mypy ."}]}) == {"job check: the failure of mypy is ignored (the job may fail)"}
}

test_allow_gate_that_counts if {
	_in_github({"steps": [{"run": "pytest"}]}) == set()
	_in_gitlab("check: {script: [pytest], allow_failure: false}") == set()
}

test_allow_job_that_only_the_clock_starts if {
	text := json.marshal({"on": {"schedule": [{"cron": "0 3 * * *"}]}, "jobs": {"update": {"runs-on": "ubuntu-24.04", "steps": [{"run": "ruff check . || true"}]}}})
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

_on(events, job) := _messages(guard.parse("pipeline", json.marshal({"on": events, "jobs": {"check": object.union({"runs-on": "ubuntu-24.04"}, job)}})))

test_allow_runs_that_hold_no_change_back if {
	every event in ["schedule", "workflow_dispatch", "issues"] {
		_on({event: {}}, {"steps": [{"run": "pytest || true"}]}) == set()
	}
}

test_allow_job_that_a_push_does_not_start if {
	jobs := {"nightly": {"runs-on": "ubuntu-24.04", "if": "github.event_name == 'schedule'", "steps": [{"run": "pytest || true"}]}, "build": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}}
	_messages(guard.parse("pipeline", json.marshal({"on": {"push": {}, "schedule": [{"cron": "0 3 * * *"}]}, "jobs": jobs}))) == set()
}

test_deny_later_step_of_a_later_job if {
	jobs := {"a": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}]}, "check": {"runs-on": "ubuntu-24.04", "steps": [{"run": "make"}, {"run": "make"}, {"run": "pytest", "continue-on-error": true}]}}
	_messages(guard.parse("pipeline", json.marshal({"on": "push", "jobs": jobs}))) == {"job check: the failure of pytest is ignored (the step may fail)"}
}

test_deny_names_what_takes_the_failure_first if {
	_in_gitlab("check: {script: ['pytest || true'], allow_failure: true}") == {"job check: the failure of pytest is ignored (|| true)"}
	_in_github({"continue-on-error": true, "steps": [{"run": "pytest", "continue-on-error": true}]}) == {"job check: the failure of pytest is ignored (the step may fail)"}
	_in_github({"steps": [{"run": "pytest || true", "continue-on-error": true}]}) == {"job check: the failure of pytest is ignored (the step may fail)"}
}

test_deny_gate_beside_one_of_another_sort if {
	_in_github({"steps": [{"run": "ruff check ."}, {"run": "pytest || true"}]}) == {"job check: the failure of pytest is ignored (|| true)"}
}

test_deny_gate_that_counts_in_another_job_only if {
	_in_gitlab("{tests: {script: [pytest]}, exotic: {script: ['pytest || true']}}") == {"job exotic: the failure of pytest is ignored (|| true)"}
}

test_deny_step_of_whose_end_nobody_asks if {
	tests := {"id": "tests", "run": "pytest", "continue-on-error": true}
	denied := {"job check: the failure of pytest is ignored (the step may fail)"}
	_in_github({"steps": [tests, {"run": "exit 1", "if": "steps.build.outcome == 'failure'"}]}) == denied
	_in_github({"steps": [tests, {"run": "test ${{ steps.build.outcome }} = success"}]}) == denied
	_in_github({"steps": [tests, {"run": "make", "if": "always()"}]}) == denied
}

test_allow_later_step_whose_end_is_asked if {
	tests := {"id": "tests", "run": "pytest", "continue-on-error": true}
	_in_github({"steps": [{"run": "make"}, tests, {"run": "exit 1", "if": "steps.tests.outcome == 'failure'"}]}) == set()
	_in_github({"steps": [{"run": "make"}, tests, {"run": "test ${{ steps.tests.outcome }} = success"}]}) == set()
}
