package guard.rules.build.tag_without_sha_test

import data.guard.rules.build.tag_without_sha

_github(steps) := guard.parse("pipeline", json.marshal({"on": {"push": {"branches": ["main"]}}, "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": steps}}}))

_build(tags) := {"uses": "docker/build-push-action@v6", "with": {"push": true, "tags": tags}}

test_deny_number_of_the_run if {
	tag_without_sha.deny == {{
		"message": "job ship, step 1: none of the tags that docker/build-push-action pushes proves a commit (push to main): ghcr.io/acme/shop:main, ghcr.io/acme/shop:latest",
		"path": ["jobs", "ship", "steps", 0, "uses"],
	}} with input as _github([_build("ghcr.io/acme/shop:${{ github.ref_name }},ghcr.io/acme/shop:latest")])
}

test_deny_gitlab_branch if {
	tag_without_sha.deny == {{
		"message": "job ship, script: none of the tags that docker push pushes proves a commit (push to main): registry.example.com/shop:main",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as guard.parse_file(".gitlab-ci.yml", "ship: {only: [main], except: [schedules, web], script: ['docker push registry.example.com/shop:$CI_COMMIT_REF_SLUG']}")
}

test_deny_gitlab_latest_in_the_project_registry if {
	tag_without_sha.deny == {{
		"message": "job ship, script: none of the tags that docker push pushes proves a commit (push to main): <CI_REGISTRY>/<repository's lower path>:latest",
		"path": ["ship", "script", 0, {"line": 1, "column": 1, "end_line": 1, "end_column": 7}],
	}} with input as guard.parse_file(".gitlab-ci.yml", "ship: {only: [main], except: [schedules, web], script: ['docker push $CI_REGISTRY_IMAGE:latest']}")
}

test_allow_image_whose_name_may_hold_a_tag if {
	tag_without_sha.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "ship: {script: ['docker push $IMAGE', 'docker push registry.example.com/$IMAGE']}")
}

test_allow_commit_among_others if {
	tag_without_sha.deny == set() with input as _github([_build("ghcr.io/acme/shop:latest,ghcr.io/acme/shop:${{ github.sha }}")])
	tag_without_sha.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "ship: {script: ['docker push registry.example.com/shop:$CI_COMMIT_SHORT_SHA']}")
}

test_allow_commit_by_another_step if {
	tag_without_sha.deny == set() with input as _github([_build("ghcr.io/acme/shop:latest"), _build("ghcr.io/acme/shop:${{ github.sha }}")])
}

test_allow_what_is_not_known if {
	text := _github([_build("ghcr.io/acme/shop:${{ vars.TAG }}")])
	tag_without_sha.deny == set() with input as text
	text.incomplete[0].message == "image \"ghcr.io/acme/shop:<setting TAG>\" of job ship, step 1: setting TAG is not known here"
}

test_allow_push_by_digest if {
	tag_without_sha.deny == set() with input as _github([{"uses": "docker/build-push-action@v6", "with": {"outputs": "type=image,name=ghcr.io/acme/shop,push-by-digest=true,name-canonical=true,push=true"}}])
}

test_allow_names_that_stand_elsewhere if {
	tag_without_sha.deny == set() with input as _github([{"run": "docker buildx bake --push"}])
}

test_allow_tag_alone if {
	text := _github([_build("ghcr.io/acme/shop:main")])
	pushes := [object.union(push, {"images": [object.union(push.images[0], {"tag_only": true})]}) | some push in text.pipeline.pushes]
	tag_without_sha.deny == set() with input as object.union(text, {"pipeline": {"pushes": pushes}})
}

_on(events, steps) := {d.message | some d in tag_without_sha.deny with input as guard.parse("pipeline", json.marshal({"on": events, "jobs": {"ship": {"runs-on": "ubuntu-24.04", "steps": steps}}}))}

test_deny_release_that_moves_a_tag if {
	_on({"release": {"types": ["published"]}}, [_build("ghcr.io/acme/shop:stable")]) == {"job ship, step 1: none of the tags that docker/build-push-action pushes proves a commit (published release): ghcr.io/acme/shop:stable"}
}

test_deny_names_the_tags_of_one_run if {
	_on({"push": {"branches": ["main", "develop"]}}, [_build("ghcr.io/acme/shop:${{ github.ref_name }}")]) == {"job ship, step 1: none of the tags that docker/build-push-action pushes proves a commit (push to develop, push to main): ghcr.io/acme/shop:develop"}
}

test_deny_run_whose_tag_proves_nothing_beside_one_whose_tag_does if {
	_on({"push": {"branches": ["main"], "tags": ["v*"]}}, [_build("ghcr.io/acme/shop:${{ github.ref_name }}")]) == {"job ship, step 1: none of the tags that docker/build-push-action pushes proves a commit (push to main): ghcr.io/acme/shop:main"}
}

test_deny_image_beside_another_one_that_is_proved if {
	_on("push", [_build("ghcr.io/acme/web:${{ github.sha }}"), _build("ghcr.io/acme/shop:latest")]) != set()
}

test_allow_copy_of_an_image if {
	_on("push", [{"run": "crane copy registry.example.com/shop:latest mirror.example.com/shop:latest"}]) == set()
}
