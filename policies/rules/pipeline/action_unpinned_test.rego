package guard.rules.pipeline.action_unpinned_test

import data.guard.rules.pipeline.action_unpinned

_step(uses) := sprintf("on: push\njobs: {build: {runs-on: ubuntu-24.04, steps: [{uses: %q}]}}", [uses])

_commit := "0ad4b8fadaa221de15dcec353f45205ec38ea70b"

test_deny_tag if {
	action_unpinned.deny == {{
		"message": "action docker/build-push-action is taken at \"v6\", which may be other code tomorrow",
		"path": ["jobs", "build", "steps", 0, "uses"],
	}} with input as guard.parse("pipeline", _step("docker/build-push-action@v6"))
}

test_deny_short_commit if {
	count(action_unpinned.deny) == 1 with input as guard.parse("pipeline", _step("acme/deploy@0ad4b8f"))
}

test_deny_missing_ref if {
	{f.message | some f in action_unpinned.deny} == {"action acme/deploy is taken at no ref, which may be other code tomorrow"} with input as guard.parse("pipeline", _step("acme/deploy"))
}

test_deny_reusable_workflow if {
	text := "on: push\njobs: {ship: {uses: acme/ci/.github/workflows/ship.yml@main}}"
	action_unpinned.deny == {{
		"message": "reusable workflow acme/ci/.github/workflows/ship.yml is taken at \"main\", which may be other code tomorrow",
		"path": ["jobs", "ship", "uses"],
	}} with input as guard.parse("pipeline", text)
}

test_deny_step_of_composite_action if {
	text := "name: Set up\nruns: {using: composite, steps: [{uses: acme/tool@v1}]}"
	{f.path | some f in action_unpinned.deny} == {["runs", "steps", 0, "uses"]} with input as guard.parse_file("setup/action.yml", text)
}

test_allow_pinned_first_party_local_and_images if {
	every uses in [
		sprintf("acme/deploy@%s", [_commit]),
		"actions/checkout@v4",
		"GitHub/codeql-action/init@v3",
		"./.github/actions/setup",
		"$/.github/actions/setup",
		"docker://alpine:3.20.3",
	] {
		action_unpinned.deny == set() with input as guard.parse("pipeline", _step(uses))
	}
}

test_allow_owner_that_the_team_trusts if {
	action_unpinned.deny == set() with input as guard.parse("pipeline", _step("acme/deploy@v1"))
		with data.guard.params["pipeline/action-unpinned"].first_party_owners as ["acme"]
}

_job(uses) := sprintf("on: push\njobs: {attest: {uses: %q}}", [uses])

_generator := "slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml"

test_allow_release_of_what_takes_no_commit if {
	action_unpinned.deny == set() with input as guard.parse("pipeline", _job(concat("@", [_generator, "v2.1.0"])))
}

test_deny_branch_of_what_takes_no_commit if {
	count(action_unpinned.deny) == 1 with input as guard.parse("pipeline", _job(concat("@", [_generator, "main"])))
}

test_allow_gitlab_job if {
	action_unpinned.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "build: {script: [make]}")
}

test_allow_azure_task if {
	action_unpinned.deny == set() with input as guard.parse_file("azure-pipelines.yml", "steps: [{task: 'Docker@2', inputs: {command: build}}]")
}
