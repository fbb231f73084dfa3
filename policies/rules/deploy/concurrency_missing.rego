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
	some deploy in _deploys
	deploy.overlaps.holds == "yes"
	msg := sprintf("%s: two runs may deploy to %s at the same time", [deploy.holder, deploy.environment])
}

deny contains {"message": msg, "path": deploy.concurrency.path} if {
	some deploy in _deploys
	deploy.concurrency.cancel == "true"
	msg := sprintf("job %s: a deployment to %s may be cancelled half way by the next run", [deploy.job, deploy.environment])
}

deny contains {"message": msg, "path": job.interruptible.path} if {
	some deploy in _deploys
	job := input.pipeline.jobs[input.pipeline.activities[deploy.activity].job]
	job.interruptible.value == "true"
	msg := sprintf("job %s: a deployment to %s may be cancelled half way by the next pipeline", [deploy.job, deploy.environment])
}

_deploys := [deploy | some deploy in deployment.firsts(input.pipeline.deploys); deploy.environment != ""; deploy.environment_unknown == ""]
