package guard.rules.build.gates_missing_test

import data.guard.rules.build.gates_missing

_push := {"run": "docker push registry.example.com/shop:1.4.2"}

_test := {"run": "pytest"}

_github(steps) := guard.parse("pipeline", json.marshal({"on": "push", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": steps}}}))

_messages(text, gates) := {f.message | some f in gates_missing.deny with input as text with data.guard.params as {"build/gates-missing": {"gates": gates}}}

_message := "job ship, step 2: docker push pushes an image although nothing asks for lint before"

test_deny_push_without_linter if {
	_messages(_github([_test, _push]), ["lint"]) == {_message}
}

test_deny_gitlab_push_beside_the_linter if {
	text := guard.parse_file(".gitlab-ci.yml", "{style: {stage: build, needs: [], script: [ruff check .]}, tests: {stage: build, script: [pytest]}, ship: {stage: test, needs: [tests], script: [docker push registry.example.com/shop:1.4.2]}}")
	gates_missing.deny == {{
		"message": "job ship, script: docker push pushes an image although nothing asks for lint before",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as text with data.guard.params as {"build/gates-missing": {"gates": ["lint"]}}
}

test_deny_names_all_that_are_missing if {
	_messages(_github([{"run": "mypy ."}, _test, _push]), ["lint", "typecheck", "scan"]) == {"job ship, step 3: docker push pushes an image although nothing asks for lint and scan before"}
}

test_allow_push_that_nothing_holds_back if {
	_messages(_github([_push]), ["lint"]) == set() # build/without-test says it
}

test_allow_push_behind_the_linter if {
	_messages(_github([{"run": "ruff check ."}, _test, _push]), ["lint"]) == set()
	_messages(guard.parse_file(".gitlab-ci.yml", "{style: {stage: test, script: [ruff check .]}, tests: {stage: test, script: [pytest]}, ship: {stage: deploy, script: [docker push registry.example.com/shop:1.4.2]}}"), ["lint"]) == set()
}

test_allow_what_cannot_be_seen_into if {
	text := _github([_test, {"run": "./lint.sh"}, _push])
	_messages(text, ["lint"]) == set()
	text.pipeline.pushes[0].runs[0].after.lint.holds == "unknown"
}

test_deny_linter_by_default if {
	text := _github([{"run": "mypy ."}, _test, _push])
	{f.message | some f in gates_missing.deny} == {"job ship, step 3: docker push pushes an image although nothing asks for lint before"} with input as text
}

test_allow_push_that_only_copies if {
	text := _github([_test, {"run": "crane copy registry.example.com/shop:1.4.2 mirror.example.com/shop:1.4.2"}])
	text.pipeline.pushes[0].copies
	_messages(text, ["lint"]) == set()
}
