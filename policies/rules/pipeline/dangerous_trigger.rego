# METADATA
# title: Pull request's own code runs with the repository's rights
# description: pull_request_target and workflow_run start with secrets and a token that writes. A checkout of the pull request then runs what a stranger wrote with both.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: critical
#   kinds: [pipeline]
#   profiles: [minimal, recommended, strict]
#   remediation: "Use pull_request, or split the work; build without rights, and let another workflow without a checkout do what needs them."
#   since: 0.1.0
#   frameworks: [CICD-SEC-4]
package guard.rules.pipeline.dangerous_trigger

deny contains {"message": msg, "path": step.path} if {
	some trigger in input.pipeline.triggers
	some job in input.pipeline.jobs
	some step in job.steps
	given := _checked_out(step, trigger.event)
	msg := sprintf("job %s, %s checks out the code of whoever opens a pull request (%s: %s) in a run by %s", [
		job.id, step.holder, given.name, given.value, trigger.event,
	])
}

_checked_out(step, event) := inputs[0] if {
	step.uses.name == "actions/checkout"
	inputs := [given |
		some given in step.with
		given.name in {"ref", "repository"}
		_is_strangers(given.value, event)
	]
}

_is_strangers(text, event) if {
	some stranger in _strangers[event]
	contains(text, stranger)
}

_strangers := {
	"pull_request_target": [
		"github.event.pull_request.head.", "github.head_ref", "github.event.pull_request.merge_commit_sha",
		"refs/pull/", "github.event.number",
	],
	"workflow_run": ["github.event.workflow_run.head_"],
}
