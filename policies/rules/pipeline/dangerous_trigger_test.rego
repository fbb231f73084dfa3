package guard.rules.pipeline.dangerous_trigger_test

import data.guard.rules.pipeline.dangerous_trigger

_workflow(on, condition, steps) := guard.parse("pipeline", json.marshal({"on": on, "jobs": {"check": {"runs-on": "ubuntu-24.04", "if": condition, "steps": steps}}}))

_checkout(ref) := {"uses": "actions/checkout@v4", "with": {"ref": ref}}

_head := "${{ github.event.pull_request.head.sha }}"

_denied(on, condition, steps) := {f.message | some f in dangerous_trigger.deny with input as _workflow(on, condition, steps)}

test_deny_checkout_whose_code_runs if {
	dangerous_trigger.deny == {{
		"message": "job check, step 1 checks out the code of whoever opens a pull request (ref: ${{ github.event.pull_request.head.sha }}) in a run by pull_request_target",
		"path": ["jobs", "check", "steps", 0],
	}} with input as _workflow("pull_request_target", "true", [_checkout(_head), {"run": "npm test"}])
}

test_deny_checkout_by_command if {
	_denied("pull_request_target", "true", [{"run": "gh pr checkout 12\nmake"}]) == {"job check, step 1 checks out the code of whoever opens a pull request (gh pr checkout) in a run by pull_request_target"}
}

test_deny_local_action_and_image if {
	count(_denied("pull_request_target", "true", [_checkout(_head), {"uses": "./action"}])) == 1
	count(_denied("pull_request_target", "true", [_checkout(_head), {"uses": "docker/build-push-action@v6", "with": {"context": "."}}])) == 1
}

test_deny_run_behind_another_workflow if {
	on := {"workflow_run": {"workflows": ["CI"], "types": ["completed"]}}
	_denied(on, "github.event.workflow_run.conclusion == 'success'", [_checkout("${{ github.event.workflow_run.head_sha }}"), {"run": "make"}]) == {"job check, step 1 checks out the code of whoever opens a pull request (ref: ${{ github.event.workflow_run.head_sha }}) in a run by workflow_run"}
}

test_allow_pull_request if {
	_denied("pull_request", "true", [_checkout(_head), {"run": "npm test"}]) == set()
}

test_allow_code_of_the_repository if {
	_denied("pull_request_target", "true", [{"uses": "actions/checkout@v4"}, {"run": "npm test"}]) == set()
	_denied("pull_request_target", "true", [_checkout("main"), {"run": "npm test"}]) == set()
}

test_allow_code_that_is_not_run if {
	_denied("pull_request_target", "true", [_checkout(_head), {"uses": "actions/labeler@v5"}]) == set()
}

test_allow_job_that_strangers_do_not_start if {
	_denied("pull_request_target", "github.event.pull_request.head.repo.full_name == github.repository", [_checkout(_head), {"run": "npm test"}]) == set()
}

test_allow_what_is_not_known if {
	_denied("pull_request_target", "contains(github.event.pull_request.labels.*.name, 'safe')", [_checkout(_head), {"run": "npm test"}]) == set()
}

test_allow_gitlab_which_has_no_such_trigger if {
	dangerous_trigger.deny == set() with input as guard.parse_file(".gitlab-ci.yml", "check: {script: ['git fetch origin \"$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME\"', make]}")
}

test_deny_every_name_of_the_strangers_code if {
	every ref in ["${{ github.head_ref }}", "${{ github.event.pull_request.merge_commit_sha }}", "refs/pull/12/merge", "pr-${{ github.event.number }}"] {
		count(_denied("pull_request_target", "true", [_checkout(ref), {"run": "npm test"}])) == 1
	}
	fork := {"uses": "actions/checkout@v4", "with": {"repository": "${{ github.event.pull_request.head.repo.full_name }}"}}
	count(_denied("pull_request_target", "true", [fork, {"run": "npm test"}])) == 1
}

test_deny_every_action_that_runs_the_code if {
	every action in ["docker/build-push-action@v6", "cypress-io/github-action@v6", "golangci/golangci-lint-action@v6", "ramsey/composer-install@v3", "acme/everything@v1"] {
		count(_denied("pull_request_target", "true", [_checkout(_head), {"uses": action}])) == 1
	}
}

test_deny_run_behind_another_workflow_without_a_condition if {
	count(_denied({"workflow_run": {"workflows": ["CI"], "types": ["completed"]}}, "true", [_checkout("${{ github.event.workflow_run.head_sha }}"), {"run": "make"}])) == 1
}

test_allow_code_of_the_repository_behind_another_workflow if {
	_denied({"workflow_run": {"workflows": ["CI"], "types": ["completed"]}}, "true", [_checkout("main"), {"run": "make"}]) == set()
}

test_allow_job_of_another_event if {
	_denied(["pull_request", "pull_request_target"], "github.event_name == 'pull_request'", [_checkout(_head), {"run": "npm test"}]) == set()
}

test_allow_job_beside_one_that_strangers_start if {
	own := "github.event.pull_request.head.repo.full_name == github.repository"
	text := guard.parse("pipeline", json.marshal({"on": "pull_request_target", "jobs": {
		"check": {"runs-on": "ubuntu-24.04", "if": own, "steps": [_checkout(_head), {"run": "npm test"}]},
		"label": {"runs-on": "ubuntu-24.04", "steps": [{"uses": "actions/labeler@v5"}]},
	}}))
	dangerous_trigger.deny == set() with input as text
}

test_allow_names_of_the_strangers_code_that_check_nothing_out if {
	_denied("pull_request_target", "true", [{"uses": "acme/comment@v1", "with": {"ref": _head}}, {"run": "npm test"}]) == set()
	_denied("pull_request_target", "true", [{"uses": "actions/checkout@v4", "with": {"path": "${{ github.head_ref }}"}}, {"run": "npm test"}]) == set()
}

test_allow_other_commands_about_the_pull_request if {
	_denied("pull_request_target", "true", [{"run": "gh pr view 12\nmake"}]) == set()
	_denied("pull_request_target", "true", [{"run": "echo pr checkout\nmake"}]) == set()
}

test_allow_code_that_is_checked_out_behind_the_build if {
	_denied("pull_request_target", "true", [{"uses": "docker/build-push-action@v6", "with": {"context": "."}}, _checkout(_head), {"uses": "actions/labeler@v5"}]) == set()
}

test_allow_action_that_only_tells if {
	_denied("pull_request_target", "true", [_checkout(_head), {"uses": "slackapi/slack-github-action@v2"}]) == set()
}

# The action is the stranger's, whatever the one of the repository does.
test_deny_local_action_that_was_read if {
	parsed := _workflow("pull_request_target", "true", [_checkout(_head), {"uses": "./action"}])
	count(dangerous_trigger.deny) == 1 with input as object.union(parsed, {"pipeline": {"activities": []}})
}
