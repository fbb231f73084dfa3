# METADATA
# title: Workflow command that GitHub has deprecated or switched off
# description: Untrusted text in the log could set outputs and variables through these commands, so GitHub has deprecated two of them and switched the others off; there the value is lost without an error.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
#   description: Environment files
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: Append to the environment file instead, e.g. echo "name=value" >> "$GITHUB_OUTPUT" (GITHUB_STATE, GITHUB_ENV, GITHUB_PATH).
#   since: 0.1.0
package guard.rules.pipeline.deprecated_command

import data.guard.lib.pipeline

deny contains {"message": msg, "path": command.path} if {
	some script in pipeline.scripts
	some command in script.workflow_commands
	file := _files[command.name]
	msg := sprintf("::%s is %s by GitHub; %s takes its place", [command.name, _state(command.name), file])
}

_state(name) := "deprecated" if name in {"set-output", "save-state"}

_state(name) := "switched off" if name in {"set-env", "add-path"}

_files := {"set-output": "$GITHUB_OUTPUT", "save-state": "$GITHUB_STATE", "set-env": "$GITHUB_ENV", "add-path": "$GITHUB_PATH"}
