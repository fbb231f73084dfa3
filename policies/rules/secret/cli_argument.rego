# METADATA
# title: Secret on a command line
# description: Every process of the machine can read the arguments of every other, and they end up in traces, audit logs and crash reports.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.docker.com/reference/cli/docker/login/#password-stdin
#   description: Provide a password using STDIN
# custom:
#   severity: medium
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: Hand the secret over on standard input (--password-stdin), in a file that only the job can read, or in a variable that the program reads itself.
#   since: 0.1.0
#   frameworks: [CICD-SEC-6]
package guard.rules.secret.cli_argument

import data.guard.lib.pipeline
import data.guard.lib.secret

deny contains {"message": msg, "path": use.path} if {
	some use in pipeline.secret_uses
	secret.fault(use) == "argument"
	msg := sprintf("%s gets the secret %s as a command-line argument (%s)", [use.command, use.name, use.option])
}
