package guard.rules.build.push_on_pull_request_test

import data.guard.rules.build.push_on_pull_request

_github(push) := guard.parse("pipeline", json.marshal({"on": ["push", "pull_request"], "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": [{
	"uses": "docker/build-push-action@v6",
	"with": {"push": push, "tags": "ghcr.io/acme/shop:1.4.2"},
}]}}}))

_gitlab(condition) := guard.parse_file(".gitlab-ci.yml", sprintf(
	"ship: {rules: [{if: '%s'}], script: [docker push registry.example.com/shop:1.4.2]}",
	[condition],
))

test_deny_push_in_every_run if {
	push_on_pull_request.deny == {{
		"message": "job ship, step 1: docker/build-push-action pushes ghcr.io/acme/shop:1.4.2 in a run that a pull request starts (pull request from a fork, pull request)",
		"path": ["jobs", "ship", "steps", 0, "uses"],
	}} with input as _github(true)
}

test_deny_push_of_something if {
	text := json.marshal({"on": "pull_request", "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": [{"run": "docker buildx bake --push"}]}}})
	push_on_pull_request.deny == {{
		"message": "job ship, step 1: docker buildx bake pushes an image in a run that a pull request starts (pull request from a fork, pull request)",
		"path": ["jobs", "ship", "steps", 0, "run", {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as guard.parse("pipeline", text)
}

test_deny_gitlab_merge_request if {
	push_on_pull_request.deny == {{
		"message": "job ship, script: docker push pushes registry.example.com/shop:1.4.2 in a run that a pull request starts (pull request from a fork, pull request)",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as _gitlab("$CI_PIPELINE_SOURCE == \"merge_request_event\"")
}

test_allow_push_of_branches_only if {
	push_on_pull_request.deny == set() with input as _github("${{ github.event_name != 'pull_request' }}")
	push_on_pull_request.deny == set() with input as _gitlab("$CI_COMMIT_BRANCH == \"main\"")
}

test_allow_gitlab_pipeline_of_a_branch if {
	push_on_pull_request.deny == set() with input as _gitlab("$CI_COMMIT_BRANCH")
}

test_allow_what_is_not_known if {
	text := _github("${{ vars.PUSH == 'yes' }}")
	push_on_pull_request.deny == set() with input as text
	some problem in text.incomplete
	startswith(problem.message, "whether job ship, step 1 pushes is not known")
}

_pushes(image) := {d.message | some d in push_on_pull_request.deny with input as guard.parse("pipeline", json.marshal({"on": ["push", "pull_request"], "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": [{"run": sprintf("IMAGE=$(./name.sh)\ndocker push %s", [image])}]}}}))}

test_deny_names_what_the_run_pushes if {
	_pushes("ghcr.io/acme/shop:${{ github.event_name == 'push' && 'main' || 'pr' }}") == {"job ship, step 1: docker push pushes ghcr.io/acme/shop:pr in a run that a pull request starts (pull request from a fork, pull request)"}
	_pushes("\"$IMAGE\"") == {"job ship, step 1: docker push pushes an image in a run that a pull request starts (pull request from a fork, pull request)"}
}

test_deny_what_the_run_pushes_is_not_known if {
	_pushes("${{ github.event_name == 'push' && 'ghcr.io/acme/shop:main' || steps.name.outputs.image }}") == {"job ship, step 1: docker push pushes an image in a run that a pull request starts (pull request from a fork, pull request)"}
}
