package guard.rules.build.merge_commit_sha_test

import data.guard.rules.build.merge_commit_sha

_github(on, condition, tag) := guard.parse("pipeline", json.marshal({"on": on, "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": [{
	"uses": "docker/build-push-action@v6",
	"if": condition,
	"with": {"push": true, "tags": sprintf("ghcr.io/acme/shop:%s", [tag])},
}]}}}))

test_deny_merge_commit if {
	merge_commit_sha.deny == {{
		"message": "job ship, step 1: ghcr.io/acme/shop:<merge commit's sha> names the throw-away merge commit of a pull request",
		"path": ["jobs", "ship", "steps", 0, "with", "tags"],
	}} with input as _github(["push", "pull_request"], "true", "${{ github.sha }}")
}

test_allow_commit_of_the_branch if {
	merge_commit_sha.deny == set() with input as _github(["pull_request"], "true", "${{ github.event.pull_request.head.sha }}")
	merge_commit_sha.deny == set() with input as _github(["push"], "true", "${{ github.sha }}")
}

test_allow_push_that_may_not_take_place if {
	merge_commit_sha.deny == set() with input as _github(["pull_request"], "vars.PUSH == 'yes'", "${{ github.sha }}")
}

test_allow_gitlab_which_builds_the_branch if {
	merge_commit_sha.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "ship: {rules: [{if: '$CI_PIPELINE_SOURCE == \"merge_request_event\"'}], script: ['docker push registry.example.com/shop:$CI_COMMIT_SHA']}")
}
