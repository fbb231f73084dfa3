# METADATA
# title: Failure of a gate is ignored
# description: A test or linter whose failure counts for nothing lets everything through, and looks as if it did not.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Let the step fail; take away continue-on-error, allow_failure, || true. Where one is to inform only, take it out of the parameter gates."
#   since: 0.1.0
#   params:
#     gates:
#       type: array
#       default: [test, lint, typecheck]
#       description: "Activities whose failure has to count, of test, lint, typecheck, coverage and scan."
package guard.rules.build.gate_not_blocking

deny contains {"message": msg, "path": activity.path} if {
	some activity in input.pipeline.activities
	activity.kind in data.guard.params["build/gate-not-blocking"].gates
	_tries_changes(activity.job)
	how := _ignored(activity)
	_alone(activity)
	not _asked_later(activity)
	msg := sprintf("job %s: the failure of %s is ignored (%s)", [_job(activity).id, activity.tool, how])
}

# _tries_changes holds for a job that a change starts. What the clock or a
# person starts holds nothing back.
_tries_changes(job) if {
	some run in input.pipeline.runs
	not run.situation in {"schedule", "manual", "other"}
	some started in run.jobs
	started.index == job
}

_job(activity) := input.pipeline.jobs[activity.job]

_ignored(activity) := "the step may fail" if _step_may_fail(activity)

_ignored(activity) := activity.ignored if {
	activity.ignored != ""
	not _step_may_fail(activity)
}

_ignored(activity) := "the job may fail" if {
	activity.ignored == ""
	not _step_may_fail(activity)
	lower(_job(activity).continue_on_error.value) == "true"
}

_step_may_fail(activity) if lower(_job(activity).steps[activity.step].continue_on_error.value) == "true"

# _alone holds where no other activity of the sort counts: in the job, or in
# any where the job as a whole may fail.
_alone(activity) if {
	every other in input.pipeline.activities {
		not _counts_instead(other, activity)
	}
}

_counts_instead(other, activity) if {
	other.kind == activity.kind
	_beside(other, activity)
	not _ignored(other)
}

_beside(other, activity) if other.job == activity.job

_beside(_, activity) if _ignored(activity) == "the job may fail"

# _asked_later holds where the job looks itself at how the step ended.
_asked_later(activity) if {
	steps := _job(activity).steps
	id := steps[activity.step].id
	some step in steps
	some text in array.concat([step.condition.value], [v.value | some v in step.env])
	contains(text, sprintf("steps.%s.outcome", [id]))
}

_asked_later(activity) if {
	steps := _job(activity).steps
	id := steps[activity.step].id
	some step in steps
	some expression in step.script.expressions
	expression.text == sprintf("steps.%s.outcome", [id])
}
