package guard.rules.pipeline.include_unpinned_test

import data.guard.rules.pipeline.include_unpinned

_file(include) := sprintf("include: %s\nbuild: {script: [make]}\n", [json.marshal(include)])

_messages(include) := {f.message |
	some f in include_unpinned.deny with input as guard.parse_file(".gitlab-ci.yml", _file(include))
}

_commit := "0ad4b8fadaa221de15dcec353f45205ec38ea70b"

test_deny_project_without_ref if {
	include_unpinned.deny == {{
		"message": "the included project acme/ci has no ref, so it follows the default branch",
		"path": ["include", "project"],
	}} with input as guard.parse_file(".gitlab-ci.yml", _file({"project": "acme/ci", "file": "/go.yml"}))
}

test_deny_project_at_a_branch if {
	_messages([{"project": "acme/ci", "ref": "main", "file": "go.yml"}]) == {"the included project acme/ci is taken at \"main\", which may be moved"}
}

test_deny_component_at_a_release_line if {
	_messages([{"component": "gitlab.example.com/acme/go@1"}]) == {"the included component gitlab.example.com/acme/go is taken at \"1\", which may be moved"}
}

test_deny_remote_file if {
	_messages("https://ci.example.com/go.yml") == {"the included remote https://ci.example.com/go.yml has no integrity hash, so it may be another file tomorrow"}
}

test_deny_release_where_only_commits_count if {
	include_unpinned.deny != set() with input as guard.parse_file(".gitlab-ci.yml", _file([{"component": "gitlab.example.com/acme/go@1.4.2"}]))
		with data.guard.params["pipeline/include-unpinned"].accept_exact_versions as false
}

test_allow_what_cannot_move if {
	every include in [
		{"project": "acme/ci", "ref": _commit, "file": "go.yml"},
		{"project": "acme/ci", "ref": "v1.4.2", "file": "go.yml"},
		{"component": sprintf("gitlab.example.com/acme/go@%s", [_commit])},
		{"component": "$CI_SERVER_FQDN/$CI_PROJECT_PATH/go@$CI_COMMIT_SHA"},
		{"remote": "https://ci.example.com/go.yml", "integrity": "sha256-L3/GAoKaw0Arw6hDCKeKQlV1QPEgHYxGBHsH4zG1IY8="},
		{"local": "/ci/go.yml"},
		"/ci/go.yml",
		{"template": "Jobs/SAST.gitlab-ci.yml"},
	] {
		_messages([include]) == set()
	}
}

test_allow_workflow if {
	include_unpinned.deny == set() with input as guard.parse("pipeline", "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}")
}

_azure(ref) := sprintf("resources: {repositories: [{repository: t, name: acme/templates, ref: %s}]}\nsteps: [{template: 'a.yml@t'}]", [ref])

test_deny_templates_of_azure_at_a_branch if {
	include_unpinned.deny == {{
		"message": "the included project acme/templates is taken at \"refs/heads/main\", which may be moved",
		"path": ["resources", "repositories", 0, "ref"],
	}} with input as guard.parse_file("azure-pipelines.yml", _azure("refs/heads/main"))
}

test_allow_templates_of_azure_at_a_release_or_commit if {
	every ref in ["refs/tags/v1.4.2", _commit] {
		include_unpinned.deny == set() with input as guard.parse_file("azure-pipelines.yml", _azure(ref))
	}
}
