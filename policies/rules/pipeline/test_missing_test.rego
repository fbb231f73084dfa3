package guard.rules.pipeline.test_missing_test

import data.guard.rules.pipeline.test_missing

_github(jobs) := guard.parse("pipeline", json.marshal({"on": {"push": {"branches": ["main"]}}, "jobs": {id: {"runs-on": "ubuntu-24.04", "steps": steps} | some id, steps in jobs}}))

_gitlab(file) := guard.parse_file(".gitlab-ci.yml", json.marshal(file))

_apply := [{"run": "kubectl apply -f k8s/"}]

test_deny_deployment if {
	test_missing.deny == {{
		"message": "job ship: kubectl apply deploys, and no pipeline tests pull requests or pushes to the default branch",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 8}],
	}} with input as _github({"ship": _apply})
}

test_deny_gitlab_build if {
	test_missing.deny == {{
		"message": "job build: docker build builds an image, and no pipeline tests pull requests or pushes to the default branch",
		"path": ["build", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as _gitlab({"build": {"script": ["docker build -t shop:1.4.2 ."]}})
}

test_deny_tests_that_only_run_at_night if {
	count(test_missing.deny) == 1 with input as _gitlab({
		"tests": {"only": ["schedules"], "script": ["pytest"]},
		"ship": {"only": ["main"], "script": ["kubectl apply -f k8s/"]},
	})
}

test_allow_pipeline_that_tests if {
	test_missing.deny == set() with input as _github({"tests": [{"run": "pytest"}], "ship": _apply})
	test_missing.deny == set() with input as _gitlab({"tests": {"script": ["pytest"]}, "ship": {"script": ["kubectl apply -f k8s/"]}})
}

test_allow_pipeline_that_neither_builds_nor_deploys if {
	test_missing.deny == set() with input as _github({"style": [{"run": "ruff check ."}]})
}

test_allow_push_of_which_another_rule_tells if {
	test_missing.deny == set() with input as _github({"ship": [{"run": "docker push registry.example.com/shop:1.4.2"}]})
	test_missing.deny == set() with input as _github({"ship": [{"run": "docker build -t registry.example.com/shop:1.4.2 .\ndocker push registry.example.com/shop:1.4.2"}]})
}

test_allow_what_cannot_be_seen_into if {
	text := _github({"ship": array.concat([{"run": "./ci.sh"}], _apply)})
	test_missing.deny == set() with input as text
	text.pipeline.tests.run == {"holds": "unknown", "reason": "what ./ci.sh does in job ship, step 1 cannot be seen"}
	test_missing.deny == set() with input as _gitlab({"include": [{"project": "acme/ci", "file": "all.yml", "ref": "v1"}], "ship": {"script": ["kubectl apply -f k8s/"]}})
}

test_allow_tests_of_another_file if {
	other := {"pipeline": {"tests": {"run": {"holds": "yes"}}}}
	test_missing.deny == set() with input as object.union(_github({"ship": _apply}), other)
}

test_deny_names_the_first_that_builds_or_deploys if {
	text := _github({"a": [{"run": "ruff check ."}], "ship": [{"run": "ruff check ."}, {"run": "helm version"}, {"run": "kubectl apply -f k8s/"}]})
	{d.message | some d in test_missing.deny} == {"job ship: kubectl apply deploys, and no pipeline tests pull requests or pushes to the default branch"} with input as text
}

test_allow_file_that_is_not_the_one_to_tell_of if {
	test_missing.deny == set() with input as object.union(_github({"ship": _apply}), {"pipeline": {"tests": {"asked": false}}})
}
