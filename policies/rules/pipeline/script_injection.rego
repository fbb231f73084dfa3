# METADATA
# title: Text of a stranger becomes part of a script
# description: The text is put into the script before the shell reads it, so a title that holds a command runs it.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [minimal, recommended, strict]
#   remediation: "Hand it over in a variable of env, and read that one in the script."
#   since: 0.1.0
#   frameworks: [CICD-SEC-4]
package guard.rules.pipeline.script_injection

deny contains {"message": msg, "path": expression.path} if {
	some job in input.pipeline.jobs
	some step in job.steps
	step.script != null
	some expression in step.script.expressions
	expression.outsider != ""
	msg := sprintf("job %s, %s: %s, which a stranger chooses, is written into the script", [job.id, step.holder, expression.outsider])
}
