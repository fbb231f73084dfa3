package guard.rules.build.without_test_test

import data.guard.rules.build.without_test

_push := {"run": "docker push registry.example.com/shop:1.4.2"}

_github(jobs) := guard.parse("pipeline", json.marshal({"on": {"push": {"branches": ["main"]}}, "jobs": {id: object.union({"runs-on": "ubuntu-24.04"}, job) | some id, job in jobs}}))

test_deny_push_beside_the_tests if {
	without_test.deny == {{
		"message": "job ship, step 1: docker push pushes an image that no test has to pass before (push to main)",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as _github({"tests": {"steps": [{"run": "pytest"}]}, "ship": {"steps": [_push]}})
}

test_deny_push_that_does_not_mind if {
	count(without_test.deny) == 1 with input as _github({"tests": {"steps": [{"run": "pytest"}]}, "ship": {"needs": "tests", "if": "always()", "steps": [_push]}})
}

test_deny_push_in_many_runs if {
	text := json.marshal({"on": ["push", "schedule"], "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": [_push]}}})
	{f.message | some f in without_test.deny with input as guard.parse("pipeline", text)} == {"job ship, step 1: docker push pushes an image that no test has to pass before (push to feature/x, push to develop and 4 more)"}
}

test_deny_gitlab_push_that_needs_nothing if {
	without_test.deny == {{
		"message": "job ship, script: docker push pushes an image that no test has to pass before (push to main, schedule, manual start)",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as guard.parse_file(".gitlab-ci.yml", "{tests: {stage: test, script: [pytest]}, ship: {stage: deploy, needs: [], only: [main], script: ['docker push registry.example.com/shop:1.4.2']}}")
}

test_allow_copy_of_what_was_pushed_before if {
	without_test.deny == set() with input as _github({"promote": {"steps": [{"run": "crane copy registry.example.com/shop:1.4.2 registry.example.com/shop:production"}]}})
	without_test.deny == set() with input as _github({"join": {"steps": [{"run": "docker buildx imagetools create -t registry.example.com/shop:1.4.2 registry.example.com/shop:amd64"}]}})
}

test_allow_push_to_the_machine_itself if {
	without_test.deny == set() with input as _github({"try": {"steps": [{"run": "docker push localhost:5000/shop:1.4.2"}]}})
}

test_allow_push_behind_the_tests if {
	without_test.deny == set() with input as _github({"tests": {"steps": [{"run": "pytest"}]}, "ship": {"needs": "tests", "steps": [_push]}})
	without_test.deny == set() with input as _github({"ship": {"steps": [{"run": "pytest"}, _push]}})
	without_test.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "{tests: {stage: test, script: [pytest]}, ship: {stage: deploy, script: ['docker push registry.example.com/shop:1.4.2']}}")
}

test_allow_what_cannot_be_seen_into if {
	text := _github({"ship": {"steps": [{"run": "./test.sh"}, _push]}})
	without_test.deny == set() with input as text
	text.incomplete[0].message == "whether a test has to pass before job ship, step 2 pushes is not known: what ./test.sh does in job ship, step 1 cannot be seen"
}
