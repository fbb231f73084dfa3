package guard.rules.pipeline.teardown_not_always_test

import data.guard.rules.pipeline.teardown_not_always

_github(steps) := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"check": {"runs-on": "ubuntu-24.04", "steps": steps}}}))

_gitlab(job) := guard.parse_file(".gitlab-ci.yml", json.marshal({"check": job}))

_down := {"run": "docker compose down"}

test_deny_clean_up_behind_the_test if {
	teardown_not_always.deny == {{
		"message": "job check: docker compose down does not run where pytest fails",
		"path": ["jobs", "check", "steps", 1, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as _github([{"run": "docker compose up -d\npytest"}, _down])
}

test_deny_clean_up_in_the_same_script if {
	count(teardown_not_always.deny) == 1 with input as _gitlab({"script": ["docker compose up -d", "pytest", "docker compose down"]})
}

test_allow_clean_up_in_any_case if {
	teardown_not_always.deny == set() with input as _github([{"run": "pytest"}, object.union(_down, {"if": "always()"})])
	teardown_not_always.deny == set() with input as _github([{"run": "pytest"}, _down, object.union(_down, {"if": "failure()"})])
	teardown_not_always.deny == set() with input as _gitlab({"script": ["pytest"], "after_script": ["docker compose down"]})
}

test_allow_clean_up_before_the_test if {
	teardown_not_always.deny == set() with input as _gitlab({"script": ["docker compose down", "docker compose up -d", "pytest"]})
}

test_allow_clean_up_without_a_test if {
	teardown_not_always.deny == set() with input as _github([_down])
}

test_allow_test_that_does_not_stop_the_job if {
	teardown_not_always.deny == set() with input as _github([{"run": "pytest || true"}, _down])
	teardown_not_always.deny == set() with input as _github([{"run": "pytest", "continue-on-error": true}, _down])
}

test_allow_what_is_not_known_to_be_a_test if {
	teardown_not_always.deny == set() with input as _github([{"run": "./ci.sh"}, _down])
}

_file(jobs) := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {id: {"runs-on": "ubuntu-24.04", "steps": steps} | some id, steps in jobs}}))

_message := {"job check: docker compose down does not run where pytest fails"}

test_deny_in_a_later_job if {
	down := object.union(_down, {"continue-on-error": true})
	_message == {d.message | some d in teardown_not_always.deny} with input as _file({"a": [{"run": "ruff check .", "continue-on-error": true}], "check": [{"run": "pytest"}, down]})
	_message == {d.message | some d in teardown_not_always.deny} with input as _github([{"run": "docker compose up -d"}, {"run": "pytest"}, _down])
}

test_deny_beside_other_steps_that_always_run if {
	_message == {d.message | some d in teardown_not_always.deny} with input as _github([{"run": "pytest"}, {"uses": "codecov/codecov-action@v5", "if": "always()"}, _down])
}

test_deny_beside_a_job_that_cleans_up if {
	_message == {d.message | some d in teardown_not_always.deny} with input as _file({"check": [{"run": "pytest"}, {"uses": "codecov/codecov-action@v5", "if": "always()"}, _down], "other": [{"run": "make"}, object.union(_down, {"if": "always()"})]})
}

test_allow_what_cleans_nothing_up if {
	teardown_not_always.deny == set() with input as _github([{"run": "pytest"}, {"run": "kubectl apply -f k8s/"}])
}

test_allow_test_of_another_job if {
	teardown_not_always.deny == set() with input as _file({"a": [{"run": "pytest"}], "check": [_down]})
}

test_allow_every_condition_that_holds_where_the_test_fails if {
	every condition in ["always()", "failure()", "cancelled()", "!cancelled()"] {
		teardown_not_always.deny == set() with input as _github([{"run": "pytest"}, object.union(_down, {"if": condition})])
	}
	teardown_not_always.deny == set() with input as guard.parse_file("azure-pipelines.yml", json.marshal({"steps": [{"script": "pytest"}, {"script": "docker compose down", "condition": "succeededOrFailed()"}]}))
}
