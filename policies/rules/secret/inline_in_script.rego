# METADATA
# title: Secret written into the text of a script
# description: The provider pastes the value into the script before the shell reads it, so a quote or dollar sign in it breaks or changes the script, and the script on disk holds the secret.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets#using-secrets-in-a-workflow
#   description: Using secrets in a workflow
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: Pass it by env of the step, and use "$NAME" in the script.
#   since: 0.1.0
#   frameworks: [CICD-SEC-6]
package guard.rules.secret.inline_in_script

import data.guard.lib.pipeline
import data.guard.lib.secret

# One finding for a script: the repair is one env block.
deny contains {"message": msg, "path": uses[0].path} if {
	some script in pipeline.scripts
	uses := [use | some use in script.secrets; secret.fault(use) == "inline"]
	names := concat(", ", {use.name | some use in uses})
	msg := sprintf("the text of the script holds the value of %s", [names])
}
