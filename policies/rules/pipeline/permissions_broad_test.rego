package guard.rules.pipeline.permissions_broad_test

import data.guard.rules.pipeline.permissions_broad

_comment := {"run": "gh pr comment", "env": {"GH_TOKEN": "${{ github.token }}"}}

_login := {"uses": "docker/login-action@v3", "with": {"registry": "ghcr.io", "username": "me", "password": "${{ secrets.GITHUB_TOKEN }}"}}

_build := {"uses": "docker/build-push-action@v6", "with": {"push": true, "tags": "ghcr.io/acme/shop:1.4.2"}}

_workflow(job, more) := json.marshal(object.union({"on": "push", "jobs": {"ship": object.union({"runs-on": "x"}, job)}}, more))

_messages(job, more) := {f.message |
	some f in permissions_broad.deny with input as guard.parse("pipeline", _workflow(job, more))
}

test_deny_token_without_permissions if {
	permissions_broad.deny == {{
		"message": "no permissions are set, and the token of the repository is used in ship",
		"path": ["jobs", "ship"],
	}} with input as guard.parse("pipeline", _workflow({"steps": [_comment]}, {}))
}

test_deny_action_that_takes_the_token_unasked if {
	count(_messages({"steps": [{"uses": "actions/stale@v9"}]}, {})) == 1
}

test_deny_names_one_of_many_jobs if {
	job := {"runs-on": "x", "steps": [_comment]}
	text := json.marshal({"on": "push", "jobs": {"a": job, "b": job, "c": job, "d": job}})
	{f.message | some f in permissions_broad.deny} == {"no permissions are set, and the token of the repository is used in a and 3 other jobs"} with input as guard.parse("pipeline", text)
}

test_deny_write_all if {
	permissions_broad.deny == {{
		"message": "the workflow may write everything in the repository",
		"path": ["permissions"],
	}} with input as guard.parse("pipeline", _workflow({"steps": [_comment]}, {"permissions": "write-all"}))
	_messages({"permissions": "write-all", "steps": [{"run": "make"}]}, {}) == {"job ship may write everything in the repository"}
}

test_deny_push_without_packages_scope if {
	_messages({"steps": [_login, _build]}, {"permissions": {"contents": "read"}}) == {"job ship pushes to ghcr.io with the repository's token, which lacks packages: write"}
}

test_deny_push_by_command_without_packages_scope if {
	job := {"permissions": {"contents": "read"}, "steps": [_login, {"run": "docker push ghcr.io/acme/shop:1.4.2"}]}
	_messages(job, {}) == {"job ship pushes to ghcr.io with the repository's token, which lacks packages: write"}
}

test_allow_permissions_of_workflow_or_job if {
	_messages({"steps": [_comment]}, {"permissions": {"pull-requests": "write"}}) == set()
	_messages({"permissions": {}, "steps": [_comment]}, {}) == set()
	_messages({"permissions": {"packages": "write"}, "steps": [_login, _build]}, {}) == set()
}

test_allow_job_that_uses_no_token if {
	_messages({"steps": [{"uses": "actions/checkout@v4"}, {"run": "make"}]}, {}) == set()
}

test_allow_workflow_that_is_only_called if {
	_messages({"steps": [_comment]}, {"on": "workflow_call"}) == set()
}

test_allow_push_elsewhere_or_with_another_token if {
	other := object.union(_login, {"with": {"password": "${{ secrets.GHCR_TOKEN }}"}})
	_messages({"steps": [other, _build]}, {"permissions": {"contents": "read"}}) == set()
	_messages({"steps": [_login, {"run": "docker push registry.example.com/shop"}]}, {"permissions": {"contents": "read"}}) == set()
	_messages({"steps": [_login, {"run": "make"}]}, {"permissions": {"contents": "read"}}) == set()
}

test_allow_gitlab_job if {
	permissions_broad.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "ship: {script: ['echo $CI_JOB_TOKEN']}")
}

test_allow_azure_job if {
	permissions_broad.deny == set() with input as guard.parse_file("azure-pipelines.yml", "steps: [{script: make, env: {TOKEN: $(System.AccessToken)}}]")
}

test_deny_only_the_whole_where_everything_may_be_written if {
	_messages({"steps": [_login, _build]}, {"permissions": "write-all"}) == {"the workflow may write everything in the repository"}
}

test_deny_by_the_permissions_of_the_job if {
	_messages({"permissions": {"contents": "read"}, "steps": [_login, _build]}, {"permissions": {"packages": "write"}}) == {"job ship pushes to ghcr.io with the repository's token, which lacks packages: write"}
}

test_deny_push_by_podman if {
	count(_messages({"permissions": {}, "steps": [_login, {"run": "podman push ghcr.io/acme/shop:1.4.2"}]}, {})) == 1
}

test_allow_what_pushes_nothing_for_certain if {
	permissions := {"permissions": {"contents": "read"}}
	_messages({"steps": [_login, object.union(_build, {"with": {"push": false}})]}, permissions) == set()
	_messages({"steps": [_login, {"run": "docker pull ghcr.io/acme/shop:1.4.2"}]}, permissions) == set()
	_messages({"steps": [_login, {"run": "helm push ghcr.io/acme/shop"}]}, permissions) == set()
}

test_allow_login_elsewhere if {
	permissions := {"permissions": {"contents": "read"}}
	other := object.union(_login, {"with": {"registry": "npm.pkg.github.com"}})
	_messages({"steps": [other, _build]}, permissions) == set()
	_messages({"steps": [_login, object.union(other, {"with": {"password": "${{ secrets.OTHER }}"}}), _build]}, permissions) == set()
}
