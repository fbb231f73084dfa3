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
