# METADATA
# title: Check of health cannot fail
# description: >-
#   A check that succeeds whatever the answer is proves nothing. A check that is the condition of an if is reported where
#   nothing in the script could end it as failed; a loop that goes on until the check succeeds is none of this.
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
	msg := sprintf("job %s: the check by %s cannot fail: %s", [input.pipeline.jobs[activity.job].id, activity.tool, reasons[0]])
}

_reasons(activity) := array.concat(_swallowed(activity), [reason | some reason in [activity.weak]; reason != ""])

_swallowed(activity) := [reason |
	reason := activity.ignored
	reason != ""
	_passes_over(activity, reason)
]

_passes_over(_, reason) if not startswith(reason, "the condition of")

_passes_over(activity, "the condition of an if") if {
	commands := input.pipeline.jobs[activity.job].steps[activity.step].script.commands
	some asking in commands
	asking.path == activity.path
	every command in commands {
		not command.name in {"exit", "return", "false", "test", "[", "[[", "(("}
	}
}
