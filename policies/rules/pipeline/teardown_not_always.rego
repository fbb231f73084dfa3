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
	some i, down in input.pipeline.activities
	down.kind == "teardown"
	job := input.pipeline.jobs[down.job]
	tests := [test | some j, test in input.pipeline.activities; j < i; _stops(test, down)]
	not _cleaned_up(down.job)
	msg := sprintf("job %s: %s does not run where %s fails", [job.id, down.tool, tests[count(tests) - 1].tool])
}

# _stops holds for a test of the same job whose failure ends it. Activities
# stand in the order of the file.
_stops(test, down) if {
	test.kind == "test"
	test.job == down.job
	test.ignored == ""
	lower(input.pipeline.jobs[test.job].steps[test.step].continue_on_error.value) != "true"
}

_cleaned_up(job) if {
	some down in input.pipeline.activities
	down.kind == "teardown"
	down.job == job
	_always(input.pipeline.jobs[job].steps[down.step])
}

_always(step) if step.name == "after_script"

_always(step) if {
	some function in ["always()", "cancelled()", "failure()", "succeededOrFailed()"]
	contains(step.condition.value, function)
}
