# METADATA
# title: Job has no time limit
# description: A job that hangs holds its runner for six hours, GitHub's own limit, and blocks what waits for it.
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
#   remediation: Set timeout-minutes of the job to somewhat more than it usually takes.
#   since: 0.1.0
package guard.rules.pipeline.timeout_missing

# GitLab has a limit per project, an hour by default; a called workflow has
# those of its own jobs.
deny contains {"message": msg, "path": job.path} if {
	input.pipeline.provider == "github"
	input.pipeline.form == "workflow"
	some job in input.pipeline.jobs
	not _calls(job)
	job.timeout.value == ""
	msg := sprintf("job %s may run for six hours, since it sets no timeout-minutes", [job.id])
}

_calls(job) if job.uses != null
