# METADATA
# title: Two deployments may overlap
# description: Two runs that deploy to one environment at the same time leave there whatever came last; one that is cancelled leaves it half done.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: "Give the job a concurrency group of its environment with cancel-in-progress false, or a resource_group on GitLab."
#   since: 0.1.0
package guard.rules.deploy.concurrency_missing

import data.guard.lib.deploy as deployment

deny contains {"message": msg, "path": deploy.path} if {
	some deploy in deployment.firsts(input.pipeline.deploys)
	deploy.environment != ""
	is_null(_job(deploy).concurrency)
	is_null(input.pipeline.concurrency)
	msg := sprintf("%s: two runs may deploy to %s at the same time", [deploy.holder, deploy.environment])
}

deny contains {"message": msg, "path": held.path} if {
	some deploy in deployment.firsts(input.pipeline.deploys)
	deploy.environment != ""
	some held in [_job(deploy).concurrency, input.pipeline.concurrency]
	not is_null(held)
	held.cancel == "true"
	msg := sprintf("job %s: a deployment to %s may be cancelled half way by the next run", [deploy.job, deploy.environment])
}

deny contains {"message": msg, "path": job.interruptible.path} if {
	some deploy in deployment.firsts(input.pipeline.deploys)
	deploy.environment != ""
	job := _job(deploy)
	job.interruptible.value == "true"
	msg := sprintf("job %s: a deployment to %s may be cancelled half way by the next pipeline", [deploy.job, deploy.environment])
}

_job(deploy) := input.pipeline.jobs[input.pipeline.activities[deploy.activity].job]
