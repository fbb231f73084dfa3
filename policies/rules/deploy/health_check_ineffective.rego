# METADATA
# title: Check of health cannot fail
# description: >-
#   A check that succeeds whatever the answer is proves nothing. Where a check is the condition of an if or of a loop, what
#   is made of its answer stands elsewhere in the script, and nothing is reported.
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
	reasons := _reasons(activity)
	count(reasons) > 0
	msg := sprintf("job %s: the check by %s cannot fail: %s", [input.pipeline.jobs[activity.job].id, activity.tool, reasons[0]])
}

_reasons(activity) := array.concat(_swallowed(activity), [reason | some reason in [activity.weak]; reason != ""])

_swallowed(activity) := [activity.ignored] if {
	activity.ignored != ""
	not startswith(activity.ignored, "the condition of")
}

_swallowed(activity) := [] if activity.ignored == ""

_swallowed(activity) := [] if startswith(activity.ignored, "the condition of")
