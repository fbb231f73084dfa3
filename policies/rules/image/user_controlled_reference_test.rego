package guard.rules.image.user_controlled_reference_test

import data.guard.rules.image.user_controlled_reference

_workflow(image) := guard.parse("pipeline", sprintf(
	`
on: pull_request
jobs:
  test:
    runs-on: ubuntu-24.04
    container: %q
    steps: [{run: make test}]
`,
	[image],
))

test_deny_branch_of_a_pull_request if {
	image := "ghcr.io/acme/ci:${{ github.head_ref }}"
	user_controlled_reference.deny == {{
		"message": sprintf("job test: image %q depends on github.head_ref, which an outsider sets", [image]),
		"path": ["jobs", "test", "container"],
	}} with input as _workflow(image)
}

test_allow_commit_and_literal if {
	every image in ["ghcr.io/acme/ci:${{ github.sha }}", "ghcr.io/acme/ci:1.2.3"] {
		user_controlled_reference.deny == set() with input as _workflow(image)
	}
}

_azure(image) := guard.parse_file("azure-pipelines.yml", sprintf("pr: [main]\njobs: [{job: test, container: %q, steps: [{script: make}]}]", [image]))

test_deny_branch_of_a_pull_request_on_azure if {
	image := "ghcr.io/acme/ci:$(System.PullRequest.SourceBranch)"
	user_controlled_reference.deny == {{
		"message": sprintf("job test: image %q depends on System.PullRequest.SourceBranch, which an outsider sets", [image]),
		"path": ["jobs", 0, "container"],
	}} with input as _azure(image)
}

test_allow_commit_on_azure if {
	user_controlled_reference.deny == set() with input as _azure("ghcr.io/acme/ci:$(Build.SourceVersion)")
}
