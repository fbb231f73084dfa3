# METADATA
# title: Wait for a rollout has no time limit
# description: Without a limit the wait ends when the job does, after hours, and the deployment stands half done until then.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Set --timeout, e.g. kubectl rollout status deployment/NAME --timeout=5m."
#   since: 0.1.0
#   params:
#     tools:
#       type: array
#       default: [kubectl rollout status, oc rollout status, argocd app wait]
#       description: "Tools that wait without an end, or for very long, unless they are told a limit."
package guard.rules.deploy.rollout_timeout_missing

deny contains {"message": msg, "path": activity.path} if {
	some activity in input.pipeline.activities
	activity.kind == "wait"
	activity.tool in data.guard.params["deploy/rollout-timeout-missing"].tools
	activity.limit == ""
	msg := sprintf("job %s: %s waits without a time limit", [input.pipeline.jobs[activity.job].id, activity.tool])
}
