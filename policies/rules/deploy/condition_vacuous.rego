# METADATA
# title: Condition decides nothing
# description: A condition that always holds lets everything through; one that never does hides what it guards.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: "Write the whole condition inside of one pair of expression brackets, or without any, and compare with what a trigger of this pipeline can yield."
#   since: 0.1.0
package guard.rules.deploy.condition_vacuous

deny contains {"message": msg, "path": condition.path} if {
	some condition in input.pipeline.vacuous
	msg := sprintf("%s: the condition %q %s: %s", [condition.holder, condition.text, _holds(condition), condition.reason])
}

_holds(condition) := "always holds" if condition.always

_holds(condition) := "never holds" if not condition.always
