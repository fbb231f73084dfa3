# METADATA
# title: Check of a canary cannot stop the rollout
# description: A comparison that never holds, or that fails without anybody noticing, lets every canary through.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Take the number out of the answer (jq -r '.data.result[0].value[1]'), and compare decimals with awk or bc."
#   since: 0.1.0
package guard.rules.deploy.canary_check_ineffective

deny contains {"message": msg, "path": activity.path} if {
	some activity in input.pipeline.activities
	activity.kind == "canary-check"
	activity.weak != ""
	msg := sprintf("job %s: the check by %s cannot stop the rollout: %s", [input.pipeline.jobs[activity.job].id, activity.tool, activity.weak])
}
