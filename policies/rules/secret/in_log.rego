# METADATA
# title: Secret is written to the log
# description: Logs are read by more people than secrets are, and kept for months; masking fails as soon as the value is cut, encoded or has several lines.
# scope: package
# schemas:
# - input: schema.pipeline
# related_resources:
# - ref: https://docs.github.com/en/actions/reference/security/secure-use#use-secrets-for-sensitive-information
#   description: Secrets in logs
# custom:
#   severity: high
#   kinds: [pipeline]
#   profiles: [recommended, strict]
#   remediation: Do not print it; take set -x away from commands that handle secrets, and print single variables instead of the whole environment.
#   since: 0.1.0
#   frameworks: [CICD-SEC-6]
package guard.rules.secret.in_log

import data.guard.lib.pipeline
import data.guard.lib.secret

deny contains {"message": _message(use), "path": use.path} if {
	some script in pipeline.scripts
	some i, use in script.secrets
	secret.fault(use) == "log"
	not _shown_before(script, i)
}

# _shown_before tells whether the shell shows the secret further up already: one
# set -x is one fault.
_shown_before(script, i) if {
	not script.secrets[i].printed
	some earlier in array.slice(script.secrets, 0, i)
	earlier.name == script.secrets[i].name
	not earlier.printed
	secret.fault(earlier) == "log"
}

_message(use) := sprintf("%s prints the secret %s", [use.command, use.name]) if use.printed

_message(use) := sprintf("the shell shows its commands (-x), and with them the secret %s", [use.name]) if not use.printed
