package guard.rules.build.dead_tag_rule_test

import data.guard.rules.build.dead_tag_rule

_workflow(on, rules) := json.marshal({"on": on, "jobs": {"image": {"runs-on": "ubuntu-24.04", "steps": [
	{"id": "meta", "uses": "docker/metadata-action@v5", "with": {"images": "ghcr.io/acme/shop", "tags": rules}},
	{"uses": "docker/build-push-action@v6", "with": {"push": true, "tags": "${{ steps.meta.outputs.tags }}"}},
]}}})

_messages(on, rules) := {f.message | some f in dead_tag_rule.deny with input as guard.parse("pipeline", _workflow(on, rules))}

test_deny_release_without_tags if {
	_messages({"push": {"branches": ["main"]}}, "type=sha\ntype=semver,pattern={{version}}") == {"the rule \"type=semver,pattern={{version}}\" never yields a tag: no trigger of this workflow can fire it"}
}

test_deny_stands_on_the_rule if {
	some f in dead_tag_rule.deny with input as guard.parse("pipeline", _workflow({"push": {"branches": ["main"]}}, "type=ref,event=pr"))
	array.slice(f.path, 0, 6) == ["jobs", "image", "steps", 0, "with", "tags"]
}

test_allow_release_with_tags if {
	_messages({"push": {"branches": ["main"], "tags": ["v*"]}}, "type=sha\ntype=semver,pattern={{version}}") == set()
}

test_allow_rule_that_nobody_can_tell_of if {
	_messages({"push": {"branches": ["main"]}}, "type=raw,value=edge,enable=${{ vars.EDGE == 'true' }}\n${{ vars.RULES }}") == set()
}

test_allow_gitlab_which_has_no_such_rules if {
	dead_tag_rule.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "release: {script: ['docker push shop:$CI_COMMIT_TAG']}")
}
