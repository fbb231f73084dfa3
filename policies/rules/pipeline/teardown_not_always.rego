# METADATA
# title: Clean-up that a failed test skips
# description: What a test starts goes on running, or holds the next run up, where the clean-up stands behind a step that failed.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: info
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: "Stop it in a step with if: always(), or in after_script."
#   since: 0.1.0
package guard.rules.pipeline.teardown_not_always

deny contains {"message": msg, "path": down.path} if {
	some down in input.pipeline.activities
	down.kind == "teardown"
	job := input.pipeline.jobs[down.job]
	tests := [test |
		some test in input.pipeline.activities
		test.kind == "test"
		test.job == down.job
		test.step <= down.step
	]
	count(tests) > 0
	not _always(job.steps[down.step])
	msg := sprintf("job %s: %s does not run where %s fails", [job.id, down.tool, tests[count(tests) - 1].tool])
}

_always(step) if step.name == "after_script"

_always(step) if {
	some function in ["always()", "cancelled()", "failure()", "succeededOrFailed()"]
	contains(step.condition.value, function)
}
