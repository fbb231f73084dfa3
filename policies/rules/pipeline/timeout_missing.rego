# METADATA
# title: Job has no time limit
# description: A job that hangs holds its runner until the provider ends it, on GitHub for six hours, and blocks what waits for it.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes
#   description: timeout-minutes
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: Set timeout-minutes of the job, timeoutInMinutes on Azure, to somewhat more than it usually takes.
#   since: 0.1.0
package guard.rules.pipeline.timeout_missing

deny contains {"message": msg, "path": job.path} if {
	some job in input.pipeline.jobs
	job.endless != ""
	msg := sprintf("job %s may run for %s, since it sets no limit", [job.id, job.endless])
}
