# METADATA
# title: Permissions of the job's token are not set to what is needed
# description: Without permissions the token may do what the repository's settings say, often write everything; any action or script of the job can use it. A scope that is missing makes the push fail.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
#   description: permissions
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Set permissions of the workflow to contents: read, and give single jobs the scopes they need, e.g. packages: write."
#   since: 0.1.0
#   frameworks: [CICD-SEC-5, SSDF-PS.1]
package guard.rules.pipeline.permissions_broad

import data.guard.lib.pipeline

# One finding for the workflow: the repair is one line. A workflow that is
# only called has at most its caller's permissions.
deny contains {"message": msg, "path": jobs[0].path} if {
	input.pipeline.form == "workflow"
	not _says(input.pipeline)
	some trigger in input.pipeline.triggers
	trigger.event != "workflow_call"
	jobs := [job | some job in input.pipeline.jobs; job.uses_token; not _says(job)]
	msg := sprintf("no permissions are set, and the token of the repository is used in %s", [_names(jobs)])
}

deny contains {"message": sprintf("%s may write everything in the repository", [holder]), "path": permissions.path} if {
	some holder, permissions in _all
	permissions.all == "write-all"
}

deny contains {"message": msg, "path": _effective(job).path} if {
	some job in input.pipeline.jobs
	_effective(job).all == ""
	not _writes_packages(_effective(job))
	_logs_in(job)
	_pushes(job)
	msg := sprintf("job %s pushes to ghcr.io with the repository's token, which lacks packages: write", [job.id])
}

_names(jobs) := concat(", ", [job.id | some job in jobs]) if count(jobs) <= 3

_names(jobs) := sprintf("%s and %d other jobs", [jobs[0].id, count(jobs) - 1]) if count(jobs) > 3

_says(holder) if holder.permissions != null

_all["the workflow"] := input.pipeline.permissions

_all[sprintf("job %s", [job.id])] := job.permissions if some job in input.pipeline.jobs

_effective(job) := job.permissions if _says(job)

_effective(job) := input.pipeline.permissions if not _says(job)

_writes_packages(permissions) if {
	some scope in permissions.scopes
	[scope.name, scope.access] == ["packages", "write"]
}

# _logs_in holds where the only registry that a job logs in to by action is
# ghcr.io, and the password is the repository's token.
_logs_in(job) if {
	logins := pipeline.inputs(job, "docker/login-action")
	count(logins) == 1
	logins[0].registry.value == "ghcr.io"
	"GITHUB_TOKEN" in logins[0].password.secrets
}

_pushes(job) if {
	some given in pipeline.inputs(job, "docker/build-push-action")
	given.push.value == "true"
}

_pushes(job) if {
	some command in pipeline.commands(job)
	command.name in {"docker", "podman"}
	command.args[0].text == "push"
	some word in command.args
	startswith(word.text, "ghcr.io/")
}
