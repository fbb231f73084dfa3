# METADATA
# title: Check of health cannot fail
# description: A check that succeeds whatever the answer is proves nothing.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Let curl fail on errors (--fail), let loops end in exit 1, and keep exit codes out of pipes."
#   since: 0.1.0
package guard.rules.deploy.health_check_ineffective

deny contains {"message": msg, "path": activity.path} if {
	some activity in input.pipeline.activities
	activity.kind == "smoke-test"
	activity.weak != ""
	msg := sprintf("job %s: the check by %s cannot fail: %s", [input.pipeline.jobs[activity.job].id, activity.tool, activity.weak])
}
