# METADATA
# title: Secret is written into the workspace
# description: Files of the workspace are read by every later step, land in caches, artifacts and images, and stay on a runner that is used again.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/en/actions/reference/security/secure-use#use-secrets-for-sensitive-information
#   description: Handling of secrets
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: Write it to a directory outside of the workspace ($RUNNER_TEMP) under umask 077 and delete it after use, or let an action or the program read it from a variable.
#   since: 0.1.0
#   frameworks: [CICD-SEC-6]
package guard.rules.secret.written_to_file

import data.guard.lib.pipeline
import data.guard.lib.secret

deny contains {"message": msg, "path": use.path} if {
	some use in pipeline.secret_uses
	secret.fault(use) == "file"
	msg := sprintf("the secret %s is written to %s in the workspace, for everyone to read", [use.name, use.file])
}
