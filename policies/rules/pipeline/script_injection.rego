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
#   params:
#     variables:
#       type: array
#       default: [GITHUB_HEAD_REF, BUILD_SOURCEVERSIONMESSAGE, SYSTEM_PULLREQUEST_SOURCEBRANCH, CI_COMMIT_MESSAGE, CI_COMMIT_TITLE, CI_COMMIT_DESCRIPTION, CI_COMMIT_AUTHOR, CI_COMMIT_REF_NAME, CI_COMMIT_BRANCH, CI_MERGE_REQUEST_TITLE, CI_MERGE_REQUEST_DESCRIPTION, CI_MERGE_REQUEST_SOURCE_BRANCH_NAME]
#       description: Variables of the providers whose text a stranger may choose.
package guard.rules.pipeline.script_injection

import data.guard.lib.pipeline

deny contains {"message": msg, "path": expression.path} if {
	some job in input.pipeline.jobs
	some step in job.steps
	some expression in step.script.expressions
	expression.outsider != ""
	msg := sprintf("%s: %s, which a stranger chooses, is written into the script", [pipeline.holder(job, step), expression.outsider])
}

deny contains {"message": msg, "path": expression.path} if {
	some job in input.pipeline.jobs
	some step in job.steps
	step.uses.name == "actions/github-script"
	some given in step.with
	given.name == "script"
	some expression in input.pipeline.expressions
	array.slice(expression.path, 0, count(given.path)) == given.path
	expression.outsider != ""
	msg := sprintf("%s: %s, which a stranger chooses, is written into the script", [pipeline.holder(job, step), expression.outsider])
}

deny contains {"message": msg, "path": word.path} if {
	some job in input.pipeline.jobs
	some step in job.steps
	some command in step.script.commands
	some word in _programs(command)
	some name in word.variables
	name in data.guard.params["pipeline/script-injection"].variables
	msg := sprintf("job %s, %s: %s, which a stranger chooses, is written into what %s runs", [job.id, step.holder, name, command.name])
}

# _programs lists the words of a command that are read as a program.
_programs(command) := command.args if command.name == "eval"

_programs(command) := [arg | some i, arg in command.args; command.args[i - 1].text == "-c"] if command.name in {"sh", "bash"}
