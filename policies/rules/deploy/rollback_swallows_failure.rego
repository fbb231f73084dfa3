# METADATA
# title: Rollback ends as if nothing had failed
# description: A deployment that was undone and is reported as done looks deployed to everybody, and what waits for it goes on.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "End in a failure behind the rollback, e.g. { kubectl rollout undo deployment/NAME; exit 1; }, or undo in a step with if: failure()."
#   since: 0.1.0
package guard.rules.deploy.rollback_swallows_failure

deny contains {"message": msg, "path": activity.path} if {
	some activity in input.pipeline.activities
	activity.kind == "rollback"
	activity.weak != ""
	msg := sprintf("job %s: %s leaves the job green: %s", [input.pipeline.jobs[activity.job].id, activity.tool, activity.weak])
}

# A step whose failure counts for nothing, with an undo behind it that asks how
# it ended: the job goes well.
deny contains {"message": msg, "path": activity.path} if {
	some activity in input.pipeline.activities
	activity.kind == "rollback"
	job := input.pipeline.jobs[activity.job]
	condition := job.steps[activity.step].condition.value
	some i, step in job.steps
	i < activity.step
	step.continue_on_error.value == "true"
	contains(condition, sprintf("steps.%s.outcome", [step.id]))
	not _fails(job, step.id)
	msg := sprintf("job %s: %s leaves the job green: continue-on-error takes the failure of %s for success, and nothing behind fails", [job.id, activity.tool, step.holder])
}

# _fails holds where the step of the undo, or another one that asks for the same
# outcome, ends in a failure of its own.
_fails(job, id) if {
	some step in job.steps
	contains(step.condition.value, sprintf("steps.%s.outcome", [id]))
	some command in step.script.commands
	command.name in {"exit", "false", "return"}
}
