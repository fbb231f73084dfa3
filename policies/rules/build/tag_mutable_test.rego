package guard.rules.build.tag_mutable_test

import data.guard.rules.build.tag_mutable

_github(tags) := guard.parse("pipeline", json.marshal({"on": {"push": {"branches": ["main", "develop"]}}, "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": [{
	"uses": "docker/build-push-action@v6",
	"with": {"push": true, "tags": tags},
}]}}}))

test_deny_branch if {
	tag_mutable.deny == {{
		"message": "job ship, step 1 pushes a tag that moves: ghcr.io/acme/shop:develop (branch), ghcr.io/acme/shop:main (branch)",
		"path": ["jobs", "ship", "steps", 0, "with", "tags"],
	}} with input as _github("ghcr.io/acme/shop:${{ github.ref_name }}")
}

test_deny_gitlab_channel_and_release_line if {
	tag_mutable.deny == {
		{
			"message": "job ship, script pushes a tag that moves: registry.example.com/shop:stable (channel)",
			"path": ["ship", "script", 0, {"line": 1, "column": 13, "end_line": 1, "end_column": 45}],
		},
		{
			"message": "job ship, script pushes a tag that moves: registry.example.com/shop:1.4 (release line)",
			"path": ["ship", "script", 1, {"line": 1, "column": 13, "end_line": 1, "end_column": 42}],
		},
	} with input as guard.parse_file(".gitlab-ci.yml", "ship: {script: ['docker push registry.example.com/shop:stable', 'docker push registry.example.com/shop:1.4']}")
}

test_allow_commit_and_release if {
	tag_mutable.deny == set() with input as _github("ghcr.io/acme/shop:${{ github.sha }},ghcr.io/acme/shop:1.4.2")
}

test_allow_what_is_not_known if {
	text := _github("ghcr.io/acme/shop:${{ vars.TAG }}")
	tag_mutable.deny == set() with input as text
	text.incomplete[0].message == "image \"ghcr.io/acme/shop:<setting TAG>\" of job ship, step 1: setting TAG is not known here"
}

test_allow_run_that_may_not_push if {
	tag_mutable.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "ship: {rules: [{if: '$PUSH == \"yes\"'}], script: ['docker push registry.example.com/shop:stable']}")
}

test_deny_each_tag_at_its_own_place if {
	text := guard.parse_file(".gitlab-ci.yml", "ship: {script: ['docker buildx build --push -t registry.example.com/shop:stable -t registry.example.com/shop:1.4 .']}")
	{d.message | some d in tag_mutable.deny} == {
		"job ship, script pushes a tag that moves: registry.example.com/shop:stable (channel)",
		"job ship, script pushes a tag that moves: registry.example.com/shop:1.4 (release line)",
	} with input as text
}

test_deny_release_that_moves_a_tag if {
	text := guard.parse("pipeline", json.marshal({"on": {"release": {"types": ["published"]}}, "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": [{"run": "docker push registry.example.com/shop:stable"}]}}}))
	count(tag_mutable.deny) == 1 with input as text
}

test_deny_only_tags_of_runs_that_push_for_certain if {
	text := guard.parse_file(".gitlab-ci.yml", "ship: {rules: [{if: '$CI_COMMIT_BRANCH == \"main\"'}, {if: '$PUSH == \"yes\"'}], script: ['docker push registry.example.com/shop:$CI_COMMIT_REF_SLUG']}")
	{d.message | some d in tag_mutable.deny} == {"job ship, script pushes a tag that moves: registry.example.com/shop:main (branch)"} with input as text
}
